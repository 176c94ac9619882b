"""What is said in a ticket: read it, add to it, fetch its files."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field, StrictBool

from sterling.accounts import access
from sterling.api.files import Files, decoded, download
from sterling.api.lookups import engineer
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, Page, Prose, Ref, Short, at
from sterling.base.errors import Invalid, NotAllowed
from sterling.core.text import Text
from sterling.tickets.access import attachment_for, messages_for, ticket_for
from sterling.tickets.actions import writing
from sterling.tickets.actions.opening import CHANNELS
from sterling.tickets.content import Content
from sterling.tickets.models import Message, MessageKind, Ticket

router = Router(tags=["Messages"])


class AuthorOut(Out):
    kind: str
    id: str | None
    name: str


class AttachmentOut(Out):
    id: str
    name: str
    content_type: str
    size: int
    url: str


class MessageOut(Out):
    id: str
    ticket: int = Field(description="The number; of the follow-up where the ticket written to was closed.")
    kind: str = Field(description="customer, reply, note or auto.")
    public: bool
    channel: str
    author: AuthorOut
    body: str
    html: str = Field(description="Sanitized; empty for plain text.")
    quoted: str
    created_at: Instant
    received_at: Instant
    reply_needed: bool
    delivery: str = Field(description="none, queued, sent, failed or bounced.")
    attachments: list[AttachmentOut]


def message_out(message: Message, number: int) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "ticket": number,
        "kind": message.kind,
        "public": message.kind != MessageKind.NOTE,
        "channel": message.channel,
        "author": {
            "kind": message.author_kind,
            "id": None if message.author_id is None else str(message.author_id),
            "name": message.author_name,
        },
        "body": message.text,
        "html": message.html,
        "quoted": message.quoted,
        "created_at": at(message.created_at),
        "received_at": at(message.received_at),
        "reply_needed": message.kind == MessageKind.CUSTOMER and message.reply_needed,
        "delivery": message.delivery,
        "attachments": [
            {
                "id": str(file.pk),
                "name": file.name,
                "content_type": file.content_type,
                "size": file.size,
                "url": f"/api/v1/tickets/{number}/attachments/{file.pk}",
            }
            for file in message.attachments.all()
        ],
    }


@router.get("/tickets/{number}/messages", response=Page[MessageOut])
def list_messages(request: ApiRequest, number: str, window: Query[Window]) -> dict[str, Any]:
    """The conversation, oldest first. Notes are for staff alone."""
    ticket = ticket_for(request.viewer, number)
    found = messages_for(request.viewer, ticket)
    return page(found, window, lambda message: message_out(message, ticket.number))


class MessageIn(In):
    body: Prose
    public: StrictBool = Field(True, description="false: a note among colleagues.")
    status: Short | None = Field(None, description="Set in the same save.")
    contact: Ref | None = Field(None, description="Staff only: the message is this customer's own.")
    channel: Short | None = Field(None, description="The ticket's unless given; portal for a customer's own.")
    seen: Ref | None = Field(
        None, description="The latest message you know. 409 `overtaken` when somebody else has spoken since."
    )
    attachments: Files


@router.post("/tickets/{number}/messages", response={201: MessageOut})
def add_message(request: ApiRequest, number: str, body: MessageIn) -> dict[str, Any]:
    """A reply, a note, or the customer's own message.

    409 `response-owed`: a note that would solve or close while a reply is owed.
    409 `message-required`: a note that would change the status at a priority that tells the customer.
    """
    ticket = ticket_for(request.viewer, number)
    if request.viewer.contact or body.contact is not None:
        message = _customers_own(request, ticket, body)
    else:
        message = _engineers(request, ticket, body)
    return message_out(message, message.ticket.number)


def _engineers(request: ApiRequest, ticket: Ticket, body: MessageIn) -> Message:
    agent, content = engineer(request.viewer), Content(body.body, files=decoded(body.attachments))
    if body.public:
        return writing.reply(
            ticket=ticket,
            agent=agent,
            content=content,
            status=body.status,
            channel=_channel(body),
            at=request.at,
            by=request.viewer.actor,
            seen=None if body.seen is None else access.row_id(body.seen),
        )
    return writing.note(
        ticket=ticket,
        agent=agent,
        content=content,
        status=body.status,
        at=request.at,
        by=request.viewer.actor,
    )


def _customers_own(request: ApiRequest, ticket: Ticket, body: MessageIn) -> Message:
    own = request.viewer.contact
    contact = access.contact_for(request.viewer, body.contact) if body.contact is not None else own
    if contact is None or (own and contact.pk != own.pk):
        raise NotAllowed(Text("You can write in your own name only.", "您只能以自己的名义发言。"))
    if not body.public:
        raise Invalid.field("public", "A customer's message is always public.", "客户的消息始终是公开的。")
    if body.status is not None:
        raise Invalid.field(
            "status",
            "A customer's message sets no status; leave it out.",
            "客户的消息不能设置状态，请省略此项。",
        )
    return writing.customer_wrote(
        ticket=ticket,
        contact=contact,
        content=Content(body.body, files=decoded(body.attachments)),
        channel=_channel(body) or "portal",
        at=request.at,
        received_at=request.at,
        by=request.viewer.actor,
    )


def _channel(body: MessageIn) -> str | None:
    if body.channel is not None and body.channel not in CHANNELS:
        names = ", ".join(CHANNELS)
        raise Invalid.field("channel", f"One of {names}.", f"可选：{names}。")
    return body.channel


@router.get("/tickets/{number}/attachments/{attachment_id}", response=None)
def get_attachment(request: ApiRequest, number: str, attachment_id: str) -> HttpResponseBase:
    """The bytes of a file, to be saved."""
    return download(attachment_for(request.viewer, number, access.row_id(attachment_id)))
