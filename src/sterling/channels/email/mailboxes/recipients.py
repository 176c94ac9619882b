"""Whose address is this: ours, a mailbox's, or nobody's that we know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings

from sterling.base import bound
from sterling.base.foreseen import steady
from sterling.channels.email.mailboxes.models import Mailbox, MailboxAddress
from sterling.channels.email.models_flow import RegionSender
from sterling.core.addresses import forms, one_form

if TYPE_CHECKING:
    from collections.abc import Sequence


class Answer(StrEnum):
    TAKEN = "taken"
    PAUSED = "paused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Recipient:
    answer: Answer
    mailbox: Mailbox | None = None


def bare(address: str) -> str:
    """In one form, without what follows a plus."""
    local, _, domain = one_form(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def senders() -> frozenset[str]:
    """The addresses that our mail comes from, and answers to it come to. One query."""
    regional = RegionSender.objects.exclude(address="").values_list("address", flat=True)
    return frozenset({bare(settings.MAIL_FROM), *(bare(one) for one in regional)})


def ours() -> frozenset[str]:
    """Every address that mail comes to, bare: the senders' and those of all mailboxes. One query."""
    return steady("ours", (), _ours)


def _ours() -> frozenset[str]:
    with bound.cursor() as cursor:
        cursor.execute(_OURS)
        found = [bare(address) if sends else one_form(address) for address, sends in cursor.fetchall()]
    return frozenset({bare(settings.MAIL_FROM), *found})


# Asked several times of every mail, so it is written out.
_OURS = """
    SELECT address, true FROM email_regionsender WHERE address <> ''
     UNION ALL SELECT email, false FROM email_mailboxaddress
"""


def look_up(address: str, *, known_only: bool) -> Recipient:
    """Whether mail to `address` is taken. While there is no mailbox, everybody's is, unless `known_only`."""
    wanted = one_form(address)
    ways = [*forms(wanted), *forms(bare(wanted))]
    with bound.cursor() as cursor:
        cursor.execute(_WHOSE, [ways])
        is_listed, any_mailbox, regional = cursor.fetchone()
    if is_listed:
        rows = MailboxAddress.objects.select_related("mailbox__region").filter(email__in=ways)
        found = sorted(rows, key=lambda row: one_form(row.email) != wanted)
        if found:
            mailbox = found[0].mailbox
            return Recipient(Answer.TAKEN if mailbox.is_enabled else Answer.PAUSED, mailbox)
    # Answers and bounces come to the address that our mail comes from, listed or not.
    if bare(wanted) in {bare(settings.MAIL_FROM), *(bare(one) for one in regional)}:
        return Recipient(Answer.TAKEN)
    return Recipient(Answer.UNKNOWN if known_only or any_mailbox else Answer.TAKEN)


# Asked of every recipient, so it is written out.
_WHOSE = """
    SELECT EXISTS (SELECT FROM email_mailboxaddress WHERE email = ANY(%s)),
           EXISTS (SELECT FROM email_mailbox),
           ARRAY(SELECT address FROM email_regionsender WHERE address <> '')
"""


def through(addresses: Sequence[str]) -> list[Mailbox | None]:
    """The mailbox of each of these recipients; None where it is nobody's."""
    ways = {form for one in addresses for form in (*forms(one), *forms(bare(one)))}
    with bound.cursor() as cursor:
        cursor.execute(
            "SELECT email, mailbox_id FROM email_mailboxaddress WHERE email = ANY(%s)", [list(ways)]
        )
        listed = dict(cursor.fetchall())
    mailboxes = Mailbox.objects.select_related("region").in_bulk(set(listed.values())) if listed else {}
    known = {one_form(email): mailboxes[pk] for email, pk in listed.items() if pk in mailboxes}
    return [known.get(one_form(one)) or known.get(bare(one)) for one in addresses]
