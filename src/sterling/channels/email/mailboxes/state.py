"""How a mailbox fares, written down: by whoever fetches it, under a lease."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Coalesce

from sterling.base import live
from sterling.channels.email.mailboxes.models import Kind, Mailbox, MailboxState, Trouble

if TYPE_CHECKING:
    from datetime import datetime

LEASE = timedelta(seconds=10)


def leased(owner: str, at: datetime) -> list[Mailbox]:
    """The mailboxes that `owner` fetches from now: those that nobody else does. Renews those it has."""
    wanted = Mailbox.objects.filter(kind=Kind.IMAP, is_enabled=True)
    for mailbox in wanted.filter(state=None):
        MailboxState.objects.get_or_create(mailbox=mailbox)
    free = Q(lease_owner=owner) | Q(lease_owner="") | Q(lease_until=None) | Q(lease_until__lt=at)
    MailboxState.objects.filter(free, mailbox__in=wanted).update(lease_owner=owner, lease_until=at + LEASE)
    return list(
        wanted.filter(state__lease_owner=owner).prefetch_related("addresses").select_related("region")
    )


def released(owner: str) -> None:
    """Nobody has to wait for the lease of one who stopped in good order."""
    MailboxState.objects.filter(lease_owner=owner).update(lease_owner="", lease_until=None)


def well(mailbox: Mailbox, *, is_idle: bool, at: datetime) -> None:
    """Signed in, the folder open, everything taken."""
    rows = MailboxState.objects.filter(mailbox=mailbox)
    was_failing = rows.exclude(trouble="").exists()
    rows.update(
        checked_at=at,
        last_success_at=at,
        trouble="",
        error="",
        failures=0,
        failing_since=None,
        next_try_at=None,
        is_idle=is_idle,
    )
    if was_failing:
        live.poke("mailboxes")


def failing(mailbox: Mailbox, trouble: Trouble, said: str, failures: int, *, at: datetime) -> None:
    MailboxState.objects.filter(mailbox=mailbox).update(
        checked_at=at,
        trouble=trouble,
        error=" ".join(said.replace("\x00", "").split())[:500],
        failures=failures,
        failing_since=Coalesce("failing_since", at),
        is_idle=False,
    )
    live.poke("mailboxes")


def waiting(mailbox: Mailbox, count: int) -> None:
    MailboxState.objects.filter(mailbox=mailbox).update(waiting=count)
