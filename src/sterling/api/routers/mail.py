"""What mail adds to a ticket, for staff: who is copied, what waits for approval, what goes out later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ninja import Router
from pydantic import Field, StrictBool

from sterling.accounts import access
from sterling.api.files import Files, decoded
from sterling.api.lookups import engineer
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, Prose, Short, Words, at, words
from sterling.base.errors import Invalid
from sterling.channels.email import holding, senders
from sterling.channels.email.reasons import words_for
from sterling.tickets import followers
from sterling.tickets.access import scheduled_for, scheduled_on, ticket_for
from sterling.tickets.actions import scheduling
from sterling.tickets.content import Content

if TYPE_CHECKING:
    from sterling.tickets.models import Scheduled

router = Router(tags=["Mail"])


class CopiedOut(Out):
    email: str
    since: Instant
    left: Instant | None = Field(description="Since when they get no more copies.")


class HeldOut(Out):
    id: str
    sender: str
    body: str
    received_at: Instant


class DeadOut(Out):
    email: str
    since: Instant
    reason: str
    words: Words | None


class TicketMailOut(Out):
    copied: list[CopiedOut]
    held: list[HeldOut] = Field(description="Strangers' answers that wait for approval.")
    undeliverable: list[DeadOut] = Field(description="Addresses of the ticket that mail came back from.")
    may_belong_to: int | None = Field(description="The number of a ticket that may be meant.")


@router.get("/tickets/{number}/mail", response=TicketMailOut)
def ticket_mail(request: ApiRequest, number: str) -> dict[str, Any]:
    """Who is copied, what waits for approval, and which addresses do not work."""
    access.staff(request.viewer)
    ticket = ticket_for(request.viewer, number)
    everyone = followers.ever(ticket)
    dead = senders.undeliverable([ticket.requester.email, *(one.email for one in everyone)])
    return {
        "copied": [
            {"email": one.email, "since": at(one.added_at), "left": at(one.left_at)} for one in everyone
        ],
        "held": [
            {
                "id": str(one.pk),
                "sender": one.sender,
                "body": one.text,
                "received_at": at(one.received_at),
            }
            for one in holding.waiting_on(ticket)
        ],
        "undeliverable": [
            {
                "email": one.address,
                "since": at(one.since),
                "reason": one.reason,
                "words": words(said) if (said := words_for(one.reason)) else None,
            }
            for one in dead.values()
        ],
        "may_belong_to": ticket.may_belong_to.number if ticket.may_belong_to else None,
    }


class DecisionIn(In):
    approve: StrictBool = Field(description="true: it joins the ticket; false: it opens one of its own.")


class DecisionOut(Out):
    ticket: int = Field(description="The number of the ticket where the mail is now.")


@router.post("/tickets/{number}/held/{held_id}", response=DecisionOut)
def decide(request: ApiRequest, number: str, held_id: str, body: DecisionIn) -> dict[str, Any]:
    """A stranger's answer joins the ticket, owed since its receipt, or opens one of its sender's own."""
    held, ticket = holding.held_for(request.viewer, number, access.row_id(held_id))
    if body.approve:
        holding.approve(held_id=held.pk, at=request.at, by=request.viewer.actor)
        return {"ticket": ticket.number}
    made = holding.decline(held_id=held.pk, at=request.at, by=request.viewer.actor)
    return {"ticket": made.number}


class ScheduledOut(Out):
    id: str
    ticket: int
    author: str
    body: str
    status: str
    send_at: Instant
    state: str = Field(description="waiting, released, cancelled or refused.")
    reason: Words | None = Field(description="Why it did not go out.")


class ScheduledListOut(Out):
    items: list[ScheduledOut]


class ScheduledIn(In):
    body: Prose
    send_at: Short = Field(description="When it goes out: RFC 3339, with an offset.")
    status: Short | None = Field(None, description="Set in the same save.")
    attachments: Files


def scheduled_out(row: Scheduled) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "ticket": row.ticket.number,
        "author": row.agent.name,
        "body": row.text,
        "status": row.status,
        "send_at": at(row.release_at),
        "state": row.state,
        "reason": words(row.reason) if row.reason else None,
    }


@router.get("/tickets/{number}/scheduled", response=ScheduledListOut)
def list_scheduled(request: ApiRequest, number: str) -> dict[str, Any]:
    """The replies that wait to go out, the next one first."""
    access.staff(request.viewer)
    ticket = ticket_for(request.viewer, number)
    found = scheduled_on(request.viewer, ticket).select_related("ticket")
    return {"items": [scheduled_out(row) for row in found]}


@router.post("/tickets/{number}/scheduled", response={201: ScheduledOut})
def schedule(request: ApiRequest, number: str, body: ScheduledIn) -> dict[str, Any]:
    """Write a reply that goes out later. It counts when it goes out."""
    ticket = ticket_for(request.viewer, number)
    row = scheduling.schedule(
        ticket=ticket,
        agent=engineer(request.viewer),
        content=Content(body.body, files=decoded(body.attachments)),
        release_at=_instant(body.send_at),
        status=body.status,
        at=request.at,
        by=request.viewer.actor,
    )
    return scheduled_out(row)


@router.delete("/tickets/{number}/scheduled/{scheduled_id}", response=ScheduledOut)
def take_back(request: ApiRequest, number: str, scheduled_id: str) -> dict[str, Any]:
    """It does not go out. 409 when it has."""
    return scheduled_out(scheduling.cancel(scheduled=scheduled_for(request.viewer, number, scheduled_id)))


def _instant(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else _refuse()
    except (ValueError, OverflowError):
        return _refuse()


def _refuse() -> datetime:
    raise Invalid.field(
        "send_at",
        "Write an instant such as 2026-03-03T10:00:00-06:00.",
        "请填写时间，例如 2026-03-03T10:00:00-06:00。",
    )
