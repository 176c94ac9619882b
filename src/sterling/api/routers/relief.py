"""What changes a promise on purpose: no reply needed, a workaround, an agreed cadence, a merge, a call, a takeover."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field, StrictBool

from sterling.accounts.access import contact_for
from sterling.api.etags import tag
from sterling.api.files import Files, decoded
from sterling.api.lookups import engineer
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Prose, Reason, Ref, Short
from sterling.api.tickets import TicketOut, ticket_out
from sterling.base.errors import Invalid, NotAllowed
from sterling.core.text import Text
from sterling.tickets.access import ticket_for
from sterling.tickets.actions import changing, relieving, writing
from sterling.tickets.actions.merging import merge
from sterling.tickets.content import Content

router = Router(tags=["Tickets"])


class ReasonIn(In):
    reason: Reason


class WorkaroundIn(In):
    note: Prose


class CadenceIn(In):
    every: Short | None = Field(description="An ISO 8601 duration such as PT4H; null: back to the plan's.")


class MergeIn(In):
    into: int = Field(description="The number of the ticket that goes on.")


class FollowUpIn(In):
    body: Prose
    attachments: Files


class TakeOverIn(In):
    contact: Ref | None = Field(None, description="Who takes it over. A contact's own token needs none.")


class CallIn(In):
    answered: StrictBool
    note: Prose = Field("", description="What was said.")


def _after(request: ApiRequest, response: HttpResponse, number: str | int) -> dict[str, Any]:
    ticket = ticket_for(request.viewer, number)
    tag(response, ticket.version)
    return ticket_out(request, ticket)


@router.post("/tickets/{number}/no-reply-needed", response=TicketOut)
def no_reply_needed(
    request: ApiRequest, response: HttpResponse, number: str, body: ReasonIn
) -> dict[str, Any]:
    """The customer's message asks for nothing. Counted and reported with its reason."""
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    relieving.no_reply_needed(ticket=ticket, reason=body.reason, at=request.at, by=request.viewer.actor)
    return _after(request, response, number)


@router.post("/tickets/{number}/workaround", response=TicketOut)
def provide_workaround(
    request: ApiRequest, response: HttpResponse, number: str, body: WorkaroundIn
) -> dict[str, Any]:
    """A workaround was provided: a fact apart from resolution. It moves no clock and asks for triage."""
    ticket = ticket_for(request.viewer, number)
    agent = engineer(request.viewer)
    relieving.provide_workaround(
        ticket=ticket, agent=agent, text=body.note, at=request.at, by=request.viewer.actor
    )
    return _after(request, response, number)


@router.post("/tickets/{number}/cadence", response=TicketOut)
def agree_cadence(
    request: ApiRequest, response: HttpResponse, number: str, body: CadenceIn
) -> dict[str, Any]:
    """Another rhythm of updates, agreed with the customer."""
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    relieving.agree_cadence(ticket=ticket, every=body.every, at=request.at, by=request.viewer.actor)
    return _after(request, response, number)


@router.post("/tickets/{number}/merge", response=TicketOut)
def merge_ticket(request: ApiRequest, response: HttpResponse, number: str, body: MergeIn) -> dict[str, Any]:
    """End this ticket in another one of its organization, which owes what this one owed. Answers with that."""
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    into = ticket_for(request.viewer, body.into)
    merge(ticket=ticket, into=into, at=request.at, by=request.viewer.actor)
    return _after(request, response, body.into)


@router.post("/tickets/{number}/follow-ups", response={201: TicketOut})
def add_follow_up(
    request: ApiRequest, response: HttpResponse, number: str, body: FollowUpIn
) -> dict[str, Any]:
    """More to say on a closed ticket: opens a linked one that begins with your message."""
    ticket = ticket_for(request.viewer, number)
    made = writing.follow_up(
        ticket=ticket,
        agent=engineer(request.viewer),
        content=Content(body.body, files=decoded(body.attachments)),
        at=request.at,
        by=request.viewer.actor,
    )
    return _after(request, response, made.number)


@router.post("/tickets/{number}/calls", response={201: TicketOut})
def add_call(request: ApiRequest, response: HttpResponse, number: str, body: CallIn) -> dict[str, Any]:
    """A call. Answered, it answers what is owed; a call nobody answered is a note."""
    ticket = ticket_for(request.viewer, number)
    agent = engineer(request.viewer)
    relieving.call(
        ticket=ticket,
        agent=agent,
        answered=body.answered,
        text=body.note,
        at=request.at,
        by=request.viewer.actor,
    )
    return _after(request, response, number)


@router.post("/tickets/{number}/take-over", response=TicketOut)
def take_over_ticket(
    request: ApiRequest, response: HttpResponse, number: str, body: TakeOverIn
) -> dict[str, Any]:
    """A premium contact makes a colleague's ticket their own; it is served under the contract's plan from now on.

    Staff name the contact, who may be any colleague; a contact speaks for themselves alone.
    """
    ticket, own = ticket_for(request.viewer, number), request.viewer.contact
    if own is None and body.contact is None:
        raise Invalid.field("contact", "Say who takes it over.", "请说明由谁接手。")
    contact = contact_for(request.viewer, body.contact) if body.contact is not None else own
    assert contact is not None
    if own and own.pk != contact.pk:
        raise NotAllowed(Text("You can take over in your own name only.", "您只能以自己的名义接手。"))
    if own:
        changing.take_over_own(ticket=ticket, contact=contact, at=request.at, by=request.viewer.actor)
    else:
        changing.take_over(ticket=ticket, contact=contact, at=request.at, by=request.viewer.actor)
    return _after(request, response, number)
