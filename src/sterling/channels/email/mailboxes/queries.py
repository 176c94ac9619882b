"""Reading the mailboxes: through the staff's door, with how they fare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.base.errors import NotYours
from sterling.channels.email.mailboxes.models import (
    FetchedMail,
    FetchState,
    Kind,
    Mailbox,
    MailboxIncident,
    MailboxState,
    Trouble,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer


def any_mailbox() -> bool:
    return Mailbox.objects.exists()


def mailboxes_for(viewer: Viewer) -> QuerySet[Mailbox]:
    """All of them, for administrators. NotYours for customers, NotAllowed for other staff."""
    access.with_role(viewer, Role.ADMIN)
    return all_mailboxes()


def all_mailboxes() -> QuerySet[Mailbox]:
    found = Mailbox.objects.select_related("region", "state").prefetch_related("addresses")
    return found.order_by("name", "id")


def mailbox_for(viewer: Viewer, ref: str | int) -> Mailbox:
    found = mailboxes_for(viewer).filter(pk=access.row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


@dataclass(frozen=True, slots=True)
class Health:
    """How one mailbox fares, for people. `state`: paused, failing, waiting (never looked at yet), ok."""

    mailbox: Mailbox
    state: str
    trouble: Trouble | None
    error: str
    last_message_at: datetime | None
    received: int
    skipped: int
    of_imap: MailboxState | None
    incidents: tuple[MailboxIncident, ...] = ()


def health_of(mailboxes: Sequence[Mailbox]) -> list[Health]:
    """The health of these, in three queries whatever their number."""
    from sterling.channels.email.models import InboundMail

    keys = [one.pk for one in mailboxes]
    came: dict[int | None, dict[str, object]] = {
        row["through"]: dict(row)
        for row in InboundMail.objects.filter(through__in=keys)
        .values("through")
        .annotate(last=Max("received_at"), count=Count("pk"))
    }
    skipped = dict(
        FetchedMail.objects.filter(
            cursor__mailbox__in=keys, state__in=(FetchState.SKIPPED, FetchState.FAILING)
        )
        .values_list("cursor__mailbox")
        .annotate(count=Count("pk"))
    )
    incidents: dict[int, list[MailboxIncident]] = {}
    for incident in open_incidents().filter(mailbox__in=keys):
        incidents.setdefault(incident.mailbox_id, []).append(incident)
    return [
        _health(one, came.get(one.pk, {}), skipped.get(one.pk, 0), incidents.get(one.pk, []))
        for one in mailboxes
    ]


def _health(
    mailbox: Mailbox, came: dict[str, object], skipped: int, incidents: list[MailboxIncident]
) -> Health:
    state = getattr(mailbox, "state", None) if mailbox.kind == Kind.IMAP else None
    trouble = Trouble(state.trouble) if state and state.trouble else None
    if not mailbox.is_enabled:
        word = "paused"
    elif trouble:
        word = "failing"
    elif mailbox.kind == Kind.IMAP and (state is None or state.last_success_at is None):
        word = "waiting"
    else:
        word = "ok"
    last, count = came.get("last"), came.get("count", 0)
    return Health(
        mailbox,
        word,
        trouble if mailbox.is_enabled else None,
        state.error if state and trouble and mailbox.is_enabled else "",
        last,  # type: ignore[arg-type]  # of an aggregate over instants
        int(str(count)),
        skipped,
        state,
        tuple(incidents),
    )


def open_incidents() -> QuerySet[MailboxIncident]:
    return MailboxIncident.objects.filter(closed_at=None).select_related("mailbox").order_by("opened_at")


def not_taken(mailbox: Mailbox, most: int) -> list[FetchedMail]:
    """Messages of an IMAP mailbox that could not be taken, or not yet, the latest first."""
    kinds = Q(state__in=(FetchState.SKIPPED, FetchState.FAILING))
    found = FetchedMail.objects.filter(kinds, cursor__mailbox=mailbox)
    return list(found.order_by("-at")[:most])
