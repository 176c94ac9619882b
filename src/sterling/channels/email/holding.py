"""A stranger's answer to a ticket of others: kept beside it, unseen by the customer, until an engineer decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts.actions import customers
from sterling.base.actor import SYSTEM, Actor, ActorKind
from sterling.base.errors import Conflict, NotYours
from sterling.base.live import poke
from sterling.base.prepared import Prepared
from sterling.channels.email import refusals
from sterling.channels.email.intake import raw_of
from sterling.channels.email.models import HeldMail, HeldState, InboundMail
from sterling.channels.email.reading import read
from sterling.channels.email.received import content_of, language_of
from sterling.core.text import Text
from sterling.sla.kinds import Kind
from sterling.tickets import queries as tickets
from sterling.tickets.access import ticket_for
from sterling.tickets.actions import copying, opening, writing
from sterling.tickets.held import hold

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact
    from sterling.base.prepared import Asked
    from sterling.channels.email.reading import Reading
    from sterling.channels.email.senders import Sender
    from sterling.tickets.models import Ticket

SHOWN = 20_000  # letters of it on the page; the raw mail has all


def keep(
    mail: InboundMail, reading: Reading, sender: Sender, ticket: Ticket, led_by: str, at: datetime
) -> str:
    """Put the mail beside the ticket. No clock starts, no contact is made, nobody is copied."""
    HeldMail.objects.create(
        mail=mail,
        organization_id=ticket.organization_id,
        ticket_id=ticket.pk,
        sender=sender.address,
        sender_name=sender.name[:200],
        text=content_of(reading).text[:SHOWN],
        led_by=led_by,
        received_at=mail.received_at,
    )
    held = hold(ticket, at=at, by=SYSTEM)
    held.append(Kind.HELD, sender=sender.address, mail=mail.pk)
    held.settle()
    mail.ticket_id, mail.organization_id = ticket.pk, ticket.organization_id
    return "waits for approval"


def waiting_on(ticket: Ticket) -> list[HeldMail]:
    """What waits for a decision on the ticket, oldest first."""
    return _WAITING_ON.all(ticket.pk, ticket.organization_id)


def seldom(ticket: Ticket) -> Asked:
    """What `waiting_on` asks, and mostly finds nothing."""
    return (_WAITING_ON, (ticket.pk, ticket.organization_id))


_WAITING_ON = Prepared(
    lambda ticket, organization: HeldMail.objects.filter(
        ticket_id=ticket, organization_id=organization, state=HeldState.WAITING
    ).order_by("received_at", "pk"),
    int,
    int,
)


def waiting(most: int) -> list[tuple[HeldMail, Ticket]]:
    """What waits anywhere, oldest first, each with its ticket."""
    found = list(HeldMail.objects.filter(state=HeldState.WAITING).order_by("received_at", "pk")[:most])
    of = tickets.by_pk({row.ticket_id for row in found})
    return [(row, of[row.ticket_id]) for row in found]


def held_for(viewer: Viewer, number: str | int, held_id: int) -> tuple[HeldMail, Ticket]:
    """The held mail through the door of its ticket. Staff alone know of it."""
    if viewer.agent is None:
        raise NotYours
    ticket = ticket_for(viewer, number)
    found = HeldMail.objects.filter(pk=held_id, ticket_id=ticket.pk).first()
    if found is None:
        raise NotYours
    return found, ticket


@transaction.atomic
def approve(*, held_id: int, at: datetime, by: Actor) -> None:
    """It belongs here: it joins as the customer's words since its receipt, and its sender is copied from now on."""
    row, mail, reading, ticket = _locked(held_id)
    contact = _contact(row, reading, at)
    into = hold(tickets.going_on(ticket), at=at, by=by)
    into.append(Kind.APPROVED, sender=row.sender)
    copying.join(into, row.sender)
    into.settle()
    message = writing.customer_wrote(
        ticket=into.ticket,
        contact=contact,
        content=content_of(reading),
        channel="email",
        at=at,
        received_at=row.received_at,
        by=Actor(ActorKind.CONTACT, contact.pk, str(contact)),
        acknowledge=False,
    )
    mail.ticket_id, mail.organization_id, mail.ticket_message_id = (
        message.ticket_id,
        message.organization_id,
        message.pk,
    )
    _decided(row, mail, HeldState.APPROVED, "approved", at, by)


@transaction.atomic
def decline(*, held_id: int, at: datetime, by: Actor) -> Ticket:
    """It does not belong here: it opens a ticket of its sender's own, which runs since its receipt."""
    row, mail, reading, ticket = _locked(held_id)
    held = hold(ticket, at=at, by=by)
    held.append(Kind.DECLINED, sender=row.sender)
    held.settle()
    contact = _contact(row, reading, at)
    made = opening.open_ticket(
        requester=contact,
        subject=reading.subject,
        content=content_of(reading),
        channel="email",
        at=row.received_at,
        recorded_at=at,
        by=Actor(ActorKind.CONTACT, contact.pk, str(contact)),
        acknowledge=not reading.list_id,
    )
    mail.ticket_id, mail.organization_id = made.pk, made.organization_id
    mail.ticket_message_id = made.first_message_key
    _decided(row, mail, HeldState.DECLINED, "declined", at, by)
    return made


def _locked(held_id: int) -> tuple[HeldMail, InboundMail, Reading, Ticket]:
    row = (
        HeldMail.objects.select_for_update(of=("self",))
        .select_related("mail__through")
        .filter(pk=held_id)
        .first()
    )
    if row is None:
        raise NotYours
    if row.state != HeldState.WAITING:
        raise Conflict(Text("Somebody has decided this already.", "此来信已有人处理。"))
    reading, _ = refusals.without_refused(row.mail, read(raw_of(row.mail)))
    return row, row.mail, reading, tickets.by_pk({row.ticket_id})[row.ticket_id]


def _contact(row: HeldMail, reading: Reading, at: datetime) -> Contact:
    return customers.sender(
        email=row.sender, name=row.sender_name or row.sender, language=language_of(reading), at=at
    )


def _decided(
    row: HeldMail, mail: InboundMail, state: HeldState, outcome: str, at: datetime, by: Actor
) -> None:
    row.state, row.decided_at, row.decided_by = state, at, by.name
    row.save(update_fields=["state", "decided_at", "decided_by"])
    mail.outcome = outcome
    mail.save()
    poke("queue", "mail")


def count_waiting() -> int:
    return HeldMail.objects.filter(state=HeldState.WAITING).count()
