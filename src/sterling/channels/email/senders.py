"""What is known of an address that writes: how its mail is taken, and how often it was answered by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.errors import Invalid
from sterling.base.foreseen import steady, told
from sterling.base.prepared import Prepared
from sterling.channels.email.models import MailRules, SenderRule, Treat, Undeliverable
from sterling.core.addresses import forms, one_form
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.base.actor import Actor

HOUR = timedelta(hours=1)
LOCK = 0x57A1A127
REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever a mail says it is from: known to us or not. `organization_id`: where the address belongs."""

    address: str
    name: str
    contact: Contact | None
    organization_id: int | None
    agent: Agent | None


def sender(address: str, name: str) -> Sender:
    """What is known of the address; nobody is made for it."""
    written = address
    contact = people.contact_by_email(written)
    address = one_form(written)
    organization = contact.organization_id if contact else None
    if contact is None:
        listed = people.organization_by_domain(address.rpartition("@")[2])
        organization = listed.pk if listed else None
    return Sender(address, name, contact, organization, people.engineer_by_email(written))


def rules() -> MailRules:
    """The limits as they stand: the shipped ones until a vendor sets others."""
    return steady("rules", (), lambda: _RULES.first() or MailRules(pk=1))


_RULES = Prepared(lambda: MailRules.objects.filter(pk=1))
_RULE_FOR = Prepared(lambda address: SenderRule.objects.filter(address=address)[:1], str)
_RULES_FOR = Prepared(lambda addresses: SenderRule.objects.filter(address__among=addresses), list)
_UNDELIVERABLE = Prepared(lambda address: Undeliverable.objects.filter(address=address), str)


def treated(address: str) -> str:
    """`person`, `machine`, or nothing: as the mail says of itself."""
    address = one_form(address)
    found = told("rule", address, lambda: next(filter(None, map(_RULE_FOR.first, forms(address))), None))
    return found.treat if found else ""


def rules_for(addresses: Collection[str]) -> dict[str, SenderRule]:
    """The rules for these senders. One query."""
    return {row.address: row for row in _RULES_FOR.all(list(addresses))}


@transaction.atomic
def treat(*, address: str, as_: str, at: datetime, by: Actor) -> None:
    """From here on mail from the address is a person's, or a machine's, or (empty) what it says of itself."""
    if as_ and as_ not in Treat.values:
        raise Invalid.field("treat", "One of person, machine.", "可选：person、machine。")
    address = one_form(address)
    before = treated(address)
    if before == as_:
        return
    if as_:
        SenderRule.objects.update_or_create(
            address=address, defaults={"treat": as_, "set_at": at, "set_by": by.name}
        )
    else:
        SenderRule.objects.filter(address__in=forms(address)).delete()
    audit.record(
        at=at,
        actor=by,
        verb="sender_rule_set",
        object_kind="address",
        object_id=address,
        data={"from": before, "to": as_},
    )


def may_answer(contact: Contact, at: datetime) -> bool:
    """Whether one more automatic answer may go out to them. One mail of theirs at a time, so that none slips by."""
    sent = told("answers", contact.pk, lambda: _answers_to(contact, at))
    return sent < rules().answers_per_hour


def _answers_to(contact: Contact, at: datetime) -> int:
    lock_answers([contact.email])
    return tickets.automatic_answers_to([contact], at - HOUR).get(contact.pk, 0)


def lock_answers(addresses: Iterable[str]) -> None:
    """Until the transaction ends nobody else answers these contacts; locked in one order, so that none waits for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, lock) FROM"
            " (SELECT DISTINCT hashtext(address) AS lock FROM unnest(%s::text[]) AS address ORDER BY 1) AS locks",
            [LOCK, list(addresses)],
        )


@transaction.atomic
def mark_undeliverable(*, addresses: Iterable[str], reason: str, at: datetime) -> None:
    """Mail to these came back for good: the composer says so."""
    for address in addresses:
        Undeliverable.objects.update_or_create(
            address=one_form(address), defaults={"reason": reason[:REASON_LIMIT], "since": at}
        )


def deliverable(*, address: str) -> bool:
    """A mail came from it, or somebody says that it works. Whether it had been marked."""
    address = one_form(address)
    marked = told(
        "undeliverable", address, lambda: [one for form in forms(address) for one in _UNDELIVERABLE.all(form)]
    )
    for one in marked:
        one.delete()
    return bool(marked)


@transaction.atomic
def cleared(*, address: str, at: datetime, by: Actor) -> None:
    """Somebody says that mail reaches the address again."""
    if deliverable(address=address):
        audit.record(
            at=at, actor=by, verb="address_cleared", object_kind="address", object_id=one_form(address)
        )


def undeliverable(addresses: Iterable[str]) -> dict[str, Undeliverable]:
    """Those of the addresses that mail came back from."""
    return {row.address: row for row in _CAME_BACK.all([form for one in addresses for form in forms(one)])}


_CAME_BACK = Prepared(lambda addresses: Undeliverable.objects.filter(address__among=addresses), list)
