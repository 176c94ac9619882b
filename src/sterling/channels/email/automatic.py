"""Mail that no person wrote: attached where it belongs, answered never, counted by no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base.actor import SYSTEM
from sterling.channels.email import senders
from sterling.channels.email.received import content_of
from sterling.core.addresses import one_form
from sterling.tickets import queries as tickets
from sterling.tickets.actions import quiet
from sterling.tickets.identity import ticket_number

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.channels.email.models import InboundMail
    from sterling.channels.email.reading import Reading
    from sterling.tickets.models import Message, Ticket


def is_answer(reading: Reading) -> bool:
    """Out-of-office and the like: it answers something, so it is no request of its own."""
    return bool(reading.in_reply_to or reading.references) or "replied" in reading.auto_reason.lower()


def attach_quietly(
    mail: InboundMail, reading: Reading, ticket: Ticket, contact: Contact, at: datetime
) -> str:
    """Beside the ticket's messages, without starting a clock, reopening or answering anything."""
    message = quiet.automatic_mail(
        ticket=ticket,
        contact=contact,
        content=content_of(reading),
        at=at,
        received_at=mail.received_at,
        by=SYSTEM,
    )
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        message.ticket_id,
        message.organization_id,
        message.pk,
    )
    return "automatic, attached"


def bounced(mail: InboundMail, reading: Reading, at: datetime) -> str:
    """A delivery report about one of our messages is shown on that message; a dead address is marked."""
    message = _about(mail, reading)
    if message is None:
        return "bounce, message unknown"
    hard = reading.bounce_hard is not False
    quiet.bounced(
        message=message,
        recipients=reading.bounced_recipients,
        status=reading.bounce_status,
        hard=hard,
        at=at,
        by=SYSTEM,
    )
    if hard:
        # Anybody can write a report: it speaks of those alone whom the message went to.
        went_to = {one_form(one) for one in (*message.to, *message.cc)}
        dead = [one for one in map(one_form, reading.bounced_recipients) if one in went_to]
        senders.mark_undeliverable(addresses=dead, reason=reading.bounce_status, at=at)
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        message.ticket_id,
        message.organization_id,
        message.pk,
    )
    return "bounce, shown"


def _about(mail: InboundMail, reading: Reading) -> Message | None:
    """The message that a report is about: by its Message-ID, else the latest to those recipients on the ticket."""
    message = tickets.message_sent_by_us(reading.bounced_message_id)
    if message is not None or not reading.bounced_recipients:
        return message
    for address in (*(one for _, one in reading.to), *reading.delivered_to, *map(str, mail.envelope_to)):
        number = ticket_number(address)
        if number is not None:
            return tickets.last_sent_to(number, reading.bounced_recipients)
    return None
