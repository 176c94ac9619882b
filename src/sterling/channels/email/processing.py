"""A stored mail becomes a ticket or joins one. Doing it again changes nothing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Q

from sterling.accounts.actions import customers
from sterling.base import jobs, rows
from sterling.base.actor import Actor, ActorKind
from sterling.base.errors import Conflict, SterlingError
from sterling.base.passing import will_pass
from sterling.channels.email import automatic, duplicates, holding, joining, refusals, senders
from sterling.channels.email.intake import raw_of
from sterling.channels.email.models import InboundMail, InboundState, Treat
from sterling.channels.email.reading import read
from sterling.channels.email.reading.automatic import NO_REPLY
from sterling.channels.email.received import content_of, is_ours, language_of
from sterling.core.clocks import Status
from sterling.core.text import Text
from sterling.core.threads import Place, Standing, place
from sterling.plans import queries as plans
from sterling.tickets import queries as tickets
from sterling.tickets.actions import opening, writing
from sterling.tickets.held import goes_on
from sterling.tickets.unnamed import refusal

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.base.errors import NotEntitled
    from sterling.channels.email.joining import Found
    from sterling.channels.email.reading import Reading
    from sterling.channels.email.senders import Sender
    from sterling.tickets.models import Message, Ticket

log = logging.getLogger(__name__)
NULL_SENDER = "<>"
NAMES_NO_TICKET = Text(
    "An engineer wrote this, and it names no ticket. Answer to a mail of the ticket, or open one on the desk.",
    "此信由工程师发出，未注明工单。请回复该工单的邮件，或在工作台新建工单。",
)
OPENED = "opened"
NOT_NAMED = "refused, not a named contact"
NO_MAIL = "refused, no mail in the plan"
QUARANTINED = "quarantined"
WRITTEN = (
    "state", "outcome", "processed_at", "reason", "ticket_id", "organization_id", "ticket_message_id",
)  # fmt: skip


def process(*, mail_id: int, at: datetime) -> str:
    """Read one stored mail; what became of it. What cannot be read waits in quarantine with its reason.

    DatabaseError, InterfaceError: nothing is wrong with the mail and it waits to be read again.
    """
    try:
        with transaction.atomic():
            mail = (
                InboundMail.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("through__region")
                .filter(pk=mail_id)
                .first()
            )
            if mail is None or mail.state != InboundState.RECEIVED:
                return "done before"
            return read_locked(mail, at)
    except (DatabaseError, InterfaceError) as error:  # at the commit
        return _failed(mail_id, error, at)


def read_locked(mail: InboundMail, at: datetime, reading: Reading | None = None) -> str:
    """Read a mail whose row the caller's transaction holds; a mail that cannot be read leaves no trace but its state.

    `reading`: of its bytes, where that is at hand. DatabaseError, InterfaceError: as for `process`.
    """
    try:
        with transaction.atomic():
            return read_plainly(mail, reading or read(raw_of(mail)), at)
    except SterlingError as error:
        quarantine(mail.pk, str(error), at)
    except (ValueError, LookupError, TypeError, RecursionError, DatabaseError, InterfaceError) as error:
        return _failed(mail.pk, error, at)
    return QUARANTINED


def _failed(mail_id: int, error: Exception, at: datetime) -> str:
    """One bad message must not stop the others, whatever is wrong with it."""
    if will_pass(error):
        raise error
    log.error("mail %s could not be read", mail_id, exc_info=error)
    quarantine(mail_id, f"{type(error).__name__}: {error}", at)
    return QUARANTINED


def read_plainly(mail: InboundMail, reading: Reading, at: datetime) -> str:
    """The same, for a caller whose transaction ends with whatever this raises."""
    outcome = _take(mail, reading, at)
    if reading.is_partial:
        InboundMail.objects.filter(pk=mail.pk).update(is_partial=True)
    _finish(mail, InboundState.DONE, outcome, at)
    return outcome


def _take(mail: InboundMail, reading: Reading, at: datetime) -> str:
    if reading.error:
        raise ValueError(reading.error)
    if joining.is_our_own(reading):
        return "our own mail"
    if known := duplicates.earlier(mail):
        return _same_as(mail, known)
    if reading.is_bounce:
        return automatic.bounced(mail, reading, at)
    sender = senders.sender(*author(reading, mail))
    found = joining.find(reading, mail, sender)
    sender = found.sender or sender
    automatic_mail = _is_automatic(reading, mail, sender)
    placed = place(
        found.match, found.standing, automatic=automatic_mail, answers=automatic.is_answer(reading)
    )
    reading, refused = refusals.without_refused(mail, reading)
    if refused:
        refusals.tell_of_files(mail, reading, refused, at)
    if placed in {Place.JOIN, Place.QUIET, Place.OPEN}:
        return _counts(mail, reading, sender, found, placed, automatic_mail, at)
    return _set_apart(mail, reading, sender, found, placed, at)


def _set_apart(
    mail: InboundMail, reading: Reading, sender: Sender, found: Found, placed: Place, at: datetime
) -> str:
    """What is no word of the customer's, or not yet."""
    if placed is Place.ASK:
        raise Conflict(NAMES_NO_TICKET)
    if placed is Place.HOLD and found.ticket:
        return holding.keep(mail, reading, sender, found.ticket, found.by, at)
    if placed is Place.NOTE and found.ticket and sender.agent:
        return _note(mail, reading, found.ticket, sender.agent, at)
    return "our own address" if found.standing is Standing.OURS else "automatic, no ticket"


def _counts(
    mail: InboundMail,
    reading: Reading,
    sender: Sender,
    found: Found,
    placed: Place,
    automatic_mail: bool,
    at: datetime,
) -> str:
    """The customer's mail: on its ticket or on a new one."""
    senders.deliverable(address=sender.address)
    contact = sender.contact or customers.sender(
        email=sender.address,
        name=sender.name,
        language=language_of(reading, mail.through),
        region=mail.through.region if mail.through else None,
        at=at,
    )
    if found.ticket and (placed is Place.QUIET or _reopens_too_often(found.ticket, at)):
        return automatic.attach_quietly(mail, reading, found.ticket, contact, at)
    actor = Actor(ActorKind.CONTACT, contact.pk, str(contact))
    # RFC 3834: neither machines nor lists are answered, nor anybody too often.
    answer = not (reading.is_auto or automatic_mail or reading.list_id)
    answer = answer and (sender.contact is None or senders.may_answer(contact, at))
    if refused := _refused(found, contact, mail.received_at):
        refusals.tell_not_taken(mail, reading, refused, at)
        mail.organization_id = contact.organization_id
        return NO_MAIL if refused.entitlement == "channels" else NOT_NAMED
    if found.ticket:
        message = writing.customer_wrote(
            ticket=found.ticket,
            contact=contact,
            content=joining.content_for(reading, found),
            channel="email",
            at=at,
            received_at=mail.received_at,
            by=actor,
            acknowledge=answer,
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
        acknowledge=answer,
        may_belong_to=joining.meant(reading, contact, at) if sender.contact else None,
    )
    _opened(mail, ticket)
    return OPENED


def _refused(found: Found, contact: Contact, at: datetime) -> NotEntitled | None:
    """Why this mail opens no ticket. One on a ticket that runs joins it, whoever of the organization wrote it."""
    if found.ticket and goes_on(found.ticket).status != Status.CLOSED:
        return None
    return refusal(contact, plans.service(contact, at), "email", at)


def author(reading: Reading, mail: InboundMail) -> tuple[str, str]:
    """Address and name of who wrote. ValueError: nobody is named."""
    name, answer_to = reading.reply_to[0] if reading.reply_to else ("", "")
    # A form on a web site writes as no-reply for a person, who is in Reply-To.
    if NO_REPLY.match(reading.from_email) and "@" in answer_to and not is_ours(answer_to):
        return answer_to, name or answer_to
    for address in (reading.from_email, mail.envelope_from):
        if "@" in address:
            return address, reading.from_name or address
    raise ValueError("nobody is named as the sender")


def _is_automatic(reading: Reading, mail: InboundMail, sender: Sender) -> bool:
    """The null sender of the envelope says what the header may not; a rule for the sender overrides the header."""
    if mail.envelope_from == NULL_SENDER:
        return True
    rule = senders.treated(sender.address)
    return rule == Treat.MACHINE or (reading.is_auto and rule != Treat.PERSON)


def _reopens_too_often(ticket: Ticket, at: datetime) -> bool:
    """Two machines that answer each other would open a ticket again for ever."""
    if ticket.status not in {Status.PENDING, Status.SOLVED}:
        return False
    return tickets.reopenings(ticket, at - senders.HOUR) >= senders.rules().reopenings_per_hour


def _note(mail: InboundMail, reading: Reading, ticket: Ticket, agent: Agent, at: datetime) -> str:
    """An engineer's mail stays among colleagues: a sender can be forged, and this one would speak for us."""
    message = writing.note(
        ticket=ticket,
        agent=agent,
        content=content_of(reading),
        at=at,
        by=Actor(ActorKind.AGENT, agent.pk, agent.name),
        channel="email",
    )
    _points_to(mail, message)
    return "engineer's note"


def _opened(mail: InboundMail, ticket: Ticket) -> None:
    mail.ticket_id, mail.organization_id = ticket.pk, ticket.organization_id
    mail.ticket_message_id = ticket.first_message_key


def _same_as(mail: InboundMail, known: InboundMail) -> str:
    """It came before, by another way: what became of that one became of this one."""
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        known.ticket_id,
        known.organization_id,
        known.ticket_message_id,
    )
    return "came before"


def _points_to(mail: InboundMail, message: Message) -> None:
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        message.ticket_id,
        message.organization_id,
        message.pk,
    )


def _finish(mail: InboundMail, state: InboundState, outcome: str, at: datetime) -> None:
    mail.state, mail.outcome, mail.processed_at, mail.reason = state, outcome[:40], at, ""
    rows.update(mail, *WRITTEN)


def quarantine(mail_id: int, reason: str, at: datetime) -> None:
    InboundMail.objects.filter(pk=mail_id, state=InboundState.RECEIVED).update(
        state=InboundState.QUARANTINED, reason=reason.replace("\x00", "")[:1000], processed_at=at
    )


@transaction.atomic
def retry(*, mail_id: int) -> None:
    """Read a mail again: out of quarantine, or refused by a plan or to a person that has changed since."""
    either = Q(state=InboundState.QUARANTINED, is_whole=True) | Q(outcome__in=[NOT_NAMED, NO_MAIL])
    waiting = InboundMail.objects.filter(either, pk=mail_id)
    if waiting.update(state=InboundState.RECEIVED, reason="", attempts=0):
        jobs.nudge(jobs.MAIL_CAME)
