"""Reading the mail room: what came in, what waits, what leaves."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db.models import OuterRef, Subquery

from sterling.base.errors import NotYours
from sterling.base.prepared import Prepared
from sterling.channels.email.models import InboundMail, InboundState, OutgoingMail
from sterling.channels.email.outgoing import compose
from sterling.channels.email.processing import NO_MAIL, NOT_NAMED
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sterling.base.prepared import Asked
    from sterling.tickets.models import Message, Ticket


def quarantined(most: int) -> list[InboundMail]:
    return list(InboundMail.objects.filter(state=InboundState.QUARANTINED).order_by("-received_at")[:most])


def refused(most: int, organization_id: int | None = None) -> list[InboundMail]:
    """Mail that opened no ticket, since the plan takes none from its sender; of one organization where it is said."""
    found = InboundMail.objects.filter(outcome__in=[NOT_NAMED, NO_MAIL])
    if organization_id is not None:
        found = found.filter(organization_id=organization_id)
    return list(found.order_by("-received_at")[:most])


def latest(most: int) -> list[tuple[InboundMail, Ticket | None]]:
    """What came last, each with the ticket it went to. Two queries."""
    found = list(InboundMail.objects.order_by("-pk")[:most])
    of = tickets.by_pk({mail.ticket_id for mail in found if mail.ticket_id})
    return [(mail, of.get(mail.ticket_id or 0)) for mail in found]


def raw_of(mail_id: int) -> IO[bytes]:
    """The message as it came, to be read in pieces."""
    mail = InboundMail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise NotYours
    opened: IO[bytes] = mail.raw.open()
    return opened


def partial_on(ticket: Ticket) -> dict[int, int]:
    """The ticket's messages of which not all parts were read, each with its mail."""
    found = _PARTIAL.all(ticket.pk, ticket.organization_id)
    return {mail.ticket_message_id: mail.pk for mail in found if mail.ticket_message_id}


def seldom(ticket: Ticket) -> Asked:
    """What `partial_on` asks, and mostly finds nothing."""
    return (_PARTIAL, (ticket.pk, ticket.organization_id))


_PARTIAL = Prepared(
    lambda ticket, organization: InboundMail.objects.filter(
        ticket_id=ticket, organization_id=organization, is_partial=True
    ),
    int,
    int,
)


def last_ticket() -> int | None:
    """The ticket that the last mail opened or joined."""
    read = InboundMail.objects.filter(ticket_id__isnull=False).order_by("-pk")
    return read.values_list("ticket_id", flat=True).first()


def has_server() -> bool:
    return bool(settings.SMTP_URL)


def in_state(*states: str, most: int) -> list[Message]:
    """What goes out and stands so, the newest first."""
    return list(tickets.outgoing().filter(delivery__in=states).order_by("-pk")[:most])


def with_raw(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages with the mail that was kept for them, read along in the same query."""
    kept = OutgoingMail.objects.filter(message_id=OuterRef("pk")).values("raw")
    return messages.annotate(kept_raw=Subquery(kept))


def raw_outgoing(message: Message) -> bytes:
    """The mail of a message that came through `with_raw`: as it was offered to a server, before that as it will be."""
    kept = getattr(message, "kept_raw", None)
    return compose(message) if kept is None else bytes(kept)
