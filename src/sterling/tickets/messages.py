"""Making message rows: one place knows which fields each kind fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base import jobs
from sterling.tickets import followers
from sterling.tickets.content import Content, attach
from sterling.tickets.identity import new_message_id
from sterling.tickets.models import Delivery, Message, MessageKind

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.tickets.models import Ticket


def from_customer(
    ticket: Ticket, contact: Contact, content: Content, *, channel: str, at: datetime, received_at: datetime
) -> Message:
    message = Message.objects.create(
        organization_id=ticket.organization_id,
        ticket=ticket,
        kind=MessageKind.CUSTOMER,
        channel=channel,
        author_kind="contact",
        author_id=contact.pk,
        author_name=str(contact),
        author_email=contact.email,
        text=content.text,
        html=content.html,
        quoted=content.quoted,
        created_at=at,
        received_at=received_at,
        message_id=content.message_id[:500],
        references=[ref[:500] for ref in content.references],
        to=list(content.to),
        cc=list(content.cc),
    )
    attach(message, content.files)
    return message


def from_agent(
    ticket: Ticket,
    author: Agent | None,
    content: Content,
    *,
    kind: MessageKind,
    channel: str,
    at: datetime,
) -> Message:
    """A reply or an automatic message goes to the outbox; a note goes nowhere. `author` None: the system."""
    leaves = kind != MessageKind.NOTE
    message = Message.objects.create(
        organization_id=ticket.organization_id,
        ticket=ticket,
        kind=kind,
        channel=channel,
        author_kind="agent" if author else "system",
        author_id=author.pk if author else None,
        author_name=author.name if author else "",
        author_email="",
        text=content.text,
        html=content.html,
        created_at=at,
        received_at=at,
        message_id=new_message_id() if leaves else content.message_id[:500],
        references=_references(ticket) if leaves else [],
        to=[ticket.requester.email] if leaves else [],
        # What no person wrote answers the sender alone (RFC 3834).
        cc=followers.addresses(ticket) if kind == MessageKind.REPLY else [],
        delivery=Delivery.QUEUED if leaves else Delivery.NONE,
        next_attempt_at=at if leaves else None,
    )
    attach(message, content.files)
    if leaves:
        jobs.enqueue(jobs.SEND_MAIL, message=message.pk)
    return message


MOST_REFERENCES = 20


def _references(ticket: Ticket) -> list[str]:
    """The thread so far, oldest first: the opening mail and the latest ones, as RFC 5322 asks for long threads."""
    found = (
        Message.objects.filter(ticket=ticket)
        .exclude(message_id="")
        .exclude(kind__in=[MessageKind.AUTO, MessageKind.NOTE])
        .order_by("id")
    )
    ids = list(found.values_list("message_id", flat=True))
    return ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]]
