"""A stored mail becomes a ticket or joins one. One transaction a mail; doing it again changes nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, transaction

from sterling.accounts.actions import customers
from sterling.base import jobs
from sterling.base.actor import Actor, ActorKind
from sterling.base.errors import SterlingError
from sterling.base.passing import will_pass
from sterling.channels.email import automatic, joining
from sterling.channels.email.models import InboundMail, InboundState
from sterling.channels.email.reading import read
from sterling.channels.email.received import content_of, language_of
from sterling.tickets.actions import opening, writing

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.tickets.models import Message, Ticket

log = logging.getLogger(__name__)
NULL_SENDER = "<>"


def process(*, mail_id: int, at: datetime) -> str:
    """Read one stored mail; what became of it. What cannot be read waits in quarantine with its reason.

    DatabaseError, InterfaceError: nothing is wrong with the mail and it waits to be read again.
    """
    try:
        with transaction.atomic():
            mail = InboundMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id).first()
            if mail is None or mail.state != InboundState.RECEIVED:
                return "done before"
            mail.attempts += 1
            outcome = _take(mail, at)
            _finish(mail, InboundState.DONE, outcome, at)
            return outcome
    except SterlingError as error:
        _quarantine(mail_id, str(error), at)
    except (ValueError, LookupError, TypeError, RecursionError, DatabaseError, InterfaceError) as error:
        if will_pass(error):
            raise
        # One bad message must not stop the others, whatever is wrong with it.
        log.exception("mail %s could not be read", mail_id)
        _quarantine(mail_id, f"{type(error).__name__}: {error}", at)
    return "quarantined"


def _take(mail: InboundMail, at: datetime) -> str:
    with mail.raw.open() as file:
        reading = read(file.read())
    if reading.error:
        raise ValueError(reading.error)
    if joining.is_our_own(reading):
        return "our own mail"
    if reading.is_bounce:
        return automatic.bounced(mail, reading, at)
    sender = next((one for one in (reading.from_email, mail.envelope_from) if "@" in one), "")
    if not sender:
        raise ValueError("nobody is named as the sender")
    # The null sender of the envelope says what the header may not: no person expects an answer.
    automatic_mail = reading.is_auto or mail.envelope_from == NULL_SENDER
    contact = customers.sender(
        email=sender, name=reading.from_name or sender, language=language_of(reading), at=at
    )
    actor = Actor(ActorKind.CONTACT, contact.pk, str(contact))
    found = joining.ticket_of(reading, mail, contact)
    if automatic_mail and (found.ticket or automatic.is_answer(reading)):
        return automatic.attach_quietly(mail, reading, found.ticket, contact, at)
    if found.ticket:
        message = writing.customer_wrote(
            ticket=found.ticket,
            contact=contact,
            content=joining.content_for(reading, found),
            channel="email",
            at=at,
            received_at=mail.received_at,
            by=actor,
        )
        _points_to(mail, message)
        return f"joined by {found.by}"
    ticket = opening.open_ticket(
        requester=contact,
        subject=reading.subject,
        content=content_of(reading),
        channel="email",
        at=mail.received_at,
        recorded_at=at,
        by=actor,
        acknowledge=not automatic_mail,
    )
    _opened(mail, ticket)
    return "opened"


def _opened(mail: InboundMail, ticket: Ticket) -> None:
    mail.ticket_id, mail.organization_id = ticket.pk, ticket.organization_id
    first = ticket.messages.order_by("id").first()
    mail.ticket_message_id = first.pk if first else None


def _points_to(mail: InboundMail, message: Message) -> None:
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        message.ticket_id,
        message.organization_id,
        message.pk,
    )


def _finish(mail: InboundMail, state: InboundState, outcome: str, at: datetime) -> None:
    mail.state, mail.outcome, mail.processed_at, mail.reason = state, outcome[:40], at, ""
    mail.save()


def _quarantine(mail_id: int, reason: str, at: datetime) -> None:
    InboundMail.objects.filter(pk=mail_id, state=InboundState.RECEIVED).update(
        state=InboundState.QUARANTINED, reason=reason.replace("\x00", "")[:1000], processed_at=at
    )


@transaction.atomic
def retry(*, mail_id: int) -> None:
    """Take a mail out of quarantine and read it again."""
    if InboundMail.objects.filter(pk=mail_id, state=InboundState.QUARANTINED).update(
        state=InboundState.RECEIVED, reason=""
    ):
        jobs.enqueue(jobs.READ_MAIL, mail=mail_id)
