"""What went or waits to go out, with the raw mail."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import Instant, Out, Page, Short, Words, at, words
from sterling.channels.email.outgoing import subject_of
from sterling.channels.email.queries import raw_outgoing, with_raw
from sterling.channels.email.reasons import words_for
from sterling.tickets.access import outgoing_for, ticket_for
from sterling.tickets.models import Message

router = Router(tags=["Outbox"])


class OutgoingOut(Out):
    id: str
    ticket: int
    kind: str = Field(description="reply, or auto for what the product says by itself.")
    to: list[str]
    cc: list[str]
    subject: str
    message_id: str
    state: str = Field(description="queued, sent, failed or bounced.")
    waiting_for: list[str] = Field(
        description="While it is queued though others have it: those whose server asked to come again."
    )
    attempts: int
    next_attempt_at: Instant | None
    error: str = Field(description="What the other server said.")
    reason: Words | None = Field(description="The same in words, where it is understood.")
    sent_at: Instant | None
    created_at: Instant
    raw: str = Field(description="The whole mail with its headers.")


def outgoing_out(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "ticket": message.ticket.number,
        "kind": message.kind,
        "to": message.to,
        "cc": message.cc,
        "subject": subject_of(message),
        "message_id": message.message_id,
        "state": message.delivery,
        "waiting_for": message.waiting_for,
        "attempts": message.attempts,
        "next_attempt_at": at(message.next_attempt_at),
        "error": message.delivery_error,
        "reason": words(said) if (said := words_for(message.delivery_error)) else None,
        "sent_at": at(message.sent_at),
        "created_at": at(message.created_at),
        "raw": raw_outgoing(message).decode("utf-8", "replace"),
    }


class OutboxFilter(Window):
    state: list[Short] = Field(default_factory=list, description="Any of these.")
    ticket: int | None = Field(None, description="A ticket's number.")


@router.get("/outbox", response=Page[OutgoingOut])
def list_outbox(request: ApiRequest, chosen: Query[OutboxFilter]) -> dict[str, Any]:
    """Outgoing messages, oldest first. For staff."""
    access.staff(request.viewer)
    found = with_raw(outgoing_for(request.viewer))
    if chosen.state:
        found = found.filter(delivery__in=chosen.state)
    if chosen.ticket is not None:
        found = found.filter(ticket=ticket_for(request.viewer, chosen.ticket))
    return page(found, chosen, outgoing_out)
