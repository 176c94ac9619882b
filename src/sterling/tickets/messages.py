"""Making message rows: one place knows which fields each kind fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base import jobs, rows
from sterling.base.foreseen import told
from sterling.tickets import followers
from sterling.tickets.content import Content, attach
from sterling.tickets.identity import new_message_id
from sterling.tickets.models import Delivery, Message, MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.tickets.models import Ticket

KEY = "the key of a customer's message"


def from_customer(
    ticket: Ticket,
    contact: Contact,
    content: Content,
    *,
    channel: str,
    at: datetime,
    received_at: datetime,
    key: int | None = None,
) -> Message:
    """`key`: the row's, where it was taken from the sequence beforehand."""
    message = Message(
        pk=key or told(KEY, ticket.pk, lambda: None),
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
    rows.insert([message])
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
    before: Sequence[Message] | None = None,
    key: int | None = None,
) -> Message:
    """A reply or an automatic message goes to the outbox; a note goes nowhere. `author` None: the system.

    `before`: the ticket's messages so far, where they are at hand.
    """
    leaves = kind != MessageKind.NOTE
    if before is None:
        before = _before(ticket) if leaves else []
    message = Message(
        pk=key,
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
        references=_references(before) if leaves else [],
        to=[ticket.requester.email] if leaves else [],
        # What no person wrote answers the sender alone (RFC 3834).
        cc=followers.addresses(ticket) if kind == MessageKind.REPLY else [],
        delivery=Delivery.QUEUED if leaves else Delivery.NONE,
        next_attempt_at=at if leaves else None,
    )
    rows.insert([message])
    attach(message, content.files)
    # An automatic message waits for the round over the outbox: no person waits for it.
    if leaves and kind != MessageKind.AUTO:
        jobs.enqueue(jobs.SEND_MAIL, message=message.pk)
    return message


MOST_REFERENCES = 20


def _before(ticket: Ticket) -> list[Message]:
    """What was said so far, oldest first, without the texts. One query."""
    heads = ("ticket_id", "kind", "message_id", "references")
    return list(Message.objects.filter(ticket=ticket).only(*heads).order_by("id"))


def _references(before: Sequence[Message]) -> list[str]:
    """The thread so far, oldest first: the opening mail and the latest ones, as RFC 5322 asks for long threads.

    What a mail itself answered comes before it: the customer's own conversation may have begun elsewhere.
    """
    unheard = {MessageKind.AUTO, MessageKind.NOTE}
    heard = [one for one in before if one.message_id and one.kind not in unheard]
    ids = list(dict.fromkeys(ref for one in heard for ref in (*one.references, one.message_id)))
    return ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]]
