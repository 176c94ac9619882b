"""Mail that no person wrote: attached where it belongs, answered never, counted by no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base.actor import SYSTEM
from sterling.channels.email.received import content_of
from sterling.tickets import queries as tickets
from sterling.tickets.actions import quiet

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.channels.email.models import InboundMail
    from sterling.channels.email.reading import Reading
    from sterling.tickets.models import Ticket


def is_answer(reading: Reading) -> bool:
    """Out-of-office and the like: it answers something, so it is no request of its own."""
    return bool(reading.in_reply_to or reading.references) or "replied" in reading.auto_reason.lower()


def attach_quietly(
    mail: InboundMail, reading: Reading, ticket: Ticket | None, contact: Contact, at: datetime
) -> str:
    """Beside the ticket's messages, without starting a clock, reopening or answering anything."""
    if ticket is None:
        return "automatic, no ticket"
    message = quiet.automatic_mail(
        ticket=ticket,
        contact=contact,
        content=content_of(reading),
        at=at,
        received_at=mail.received_at,
        by=SYSTEM,
    )
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        ticket.pk,
        ticket.organization_id,
        message.pk,
    )
    return "automatic, attached"


def bounced(mail: InboundMail, reading: Reading, at: datetime) -> str:
    """A delivery report about one of our messages is shown on that message."""
    message = tickets.message_sent_by_us(reading.bounced_message_id)
    if message is None:
        return "bounce, message unknown"
    quiet.bounced(
        message=message,
        recipients=reading.bounced_recipients,
        status=reading.bounce_status,
        hard=reading.bounce_hard is not False,
        at=at,
        by=SYSTEM,
    )
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        message.ticket_id,
        message.organization_id,
        message.pk,
    )
    return "bounce, shown"
