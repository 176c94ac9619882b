"""Handing over to the next shift: what it has to see, giving, accepting by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query, Router
from pydantic import AwareDatetime, Field

from sterling.accounts.access import staff
from sterling.api.lookups import engineer, known_region, named_agent
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, Page, PersonRef, Prose, Reason, Ref, agent_ref, at
from sterling.base.errors import Invalid
from sterling.core.handovers import USUAL
from sterling.tickets import handovers
from sterling.tickets.access import ticket_for
from sterling.tickets.actions import handovers as actions

if TYPE_CHECKING:
    from sterling.accounts.models import Agent
    from sterling.tickets.handovers import Pending
    from sterling.tickets.models import Handover, HandoverAnswer, HandoverItem

router = Router(tags=["Handovers"])
FARTHEST = timedelta(days=31)


class AnswerOut(Out):
    verb: str = Field(
        description="accepted, declined, withdrawn; taken: another one got the ticket; ended: it was closed."
    )
    name: str
    reason: str
    at: Instant


class ItemOut(Out):
    ticket: int
    owner: str = Field(description="Who has the ticket until it is accepted.")
    happened: str
    next_action: str
    risks: str
    next_due: Instant | None = Field(description="The nearest due when it was given.")
    answer: AnswerOut | None = Field(description="None: open.")


class EscalationOut(Out):
    step: str = Field(description="lead, duty_manager; declined.")
    at: Instant
    told: list[str] = Field(description="Ids of engineers.")


class HandoverOut(Out):
    id: str
    giver: PersonRef
    to_region: str | None
    to_agent: PersonRef | None
    given_at: Instant
    shift_ends: Instant
    until: Instant = Field(description="When the next shift ends.")
    accept_by: Instant = Field(
        description="Afterwards the lead hears of it, half an hour later the duty manager."
    )
    open: int
    items: list[ItemOut]
    escalations: list[EscalationOut]


def handover_out(row: Handover) -> dict[str, Any]:
    items = list(row.items.all())
    return {
        "id": str(row.pk),
        "giver": agent_ref(row.giver),
        "to_region": row.to_region_id,
        "to_agent": agent_ref(row.to_agent),
        "given_at": at(row.given_at),
        "shift_ends": at(row.shift_ends),
        "until": at(row.until),
        "accept_by": at(row.accept_by),
        "open": sum(one.is_open for one in items),
        "items": [_item_out(one) for one in items],
        "escalations": [
            {"step": one.step, "at": at(one.at), "told": [str(agent) for agent in one.told]}
            for one in row.alarms.all()
        ],
    }


def _item_out(row: HandoverItem) -> dict[str, Any]:
    answer: HandoverAnswer | None = getattr(row, "answer", None)
    return {
        "ticket": row.ticket.number,
        "owner": row.owner.name,
        "happened": row.happened,
        "next_action": row.next_action,
        "risks": row.risks,
        "next_due": at(row.next_due),
        "answer": answer
        and {"verb": answer.verb, "name": answer.name, "reason": answer.reason, "at": at(answer.at)},
    }


class PendingOut(Out):
    ticket: int
    assignee: PersonRef | None
    reply_due: Instant | None
    update_due: Instant | None
    owed: bool = Field(description="The customer waits for an answer.")
    urgent: bool
    late: bool


class NextShiftOut(Out):
    ends: Instant = Field(description="When your shift ends, by the rota.")
    until: Instant = Field(description="When the next one ends.")
    region: str | None = Field(description="Who has it; none: nobody is on the rota.")
    items: list[PendingOut] = Field(description="The nearest due first, at most 200 tickets.")
    next: str | None = Field(description="Always null.")


def _pending_out(one: Pending) -> dict[str, Any]:
    return {
        "ticket": one.ticket.number,
        "assignee": agent_ref(one.ticket.assignee),
        "reply_due": at(one.reply_due),
        "update_due": at(one.update_due),
        "owed": one.is_owed,
        "urgent": one.is_urgent,
        "late": one.is_late,
    }


@router.get("/handovers", response=Page[HandoverOut])
def list_handovers(
    request: ApiRequest,
    window: Query[Window],
    open: Annotated[bool, Query(description="Only those that wait for an answer.")] = False,  # noqa: A002 - the parameter's name
) -> dict[str, Any]:
    """Handovers with each ticket's summary and answer. For staff."""
    staff(request.viewer)
    found = handovers.handovers_for(request.viewer).order_by("pk")
    if open:
        found = found.filter(items__is_open=True).distinct()
    return page(found, window, handover_out)


@router.get("/handovers/next-shift", response=NextShiftOut)
def next_shift(request: ApiRequest) -> dict[str, Any]:
    """What is due, urgent, unassigned or waits for an answer in the shift after yours. For staff."""
    agent = staff(request.viewer)
    change = handovers.next_change(agent, request.at)
    found = handovers.pending(request.viewer, agent, request.at, change.until)
    return {
        "ends": at(change.ends),
        "until": at(change.until),
        "region": change.region,
        "items": [_pending_out(one) for one in found],
        "next": None,
    }


class NoteIn(In):
    ticket: int
    happened: Prose
    next_action: Prose
    risks: Prose = ""


class HandoverIn(In):
    to_region: Ref | None = None
    to_agent: Ref | None = Field(None, description="One of the two.")
    tickets: Annotated[list[NoteIn], Field(max_length=200)]
    shift_ends: AwareDatetime | None = Field(None, description="None: by the rota.")
    until: AwareDatetime | None = Field(None, description="None: by the rota.")
    accept_by: AwareDatetime | None = Field(
        None, description="None: when the shift ends, and a quarter of an hour from now at least."
    )


@router.post("/handovers", response={201: HandoverOut})
def give_handover(request: ApiRequest, body: HandoverIn) -> dict[str, Any]:
    """Offer tickets to the next shift. Each stays with its owner until it is accepted by name."""
    agent = staff(request.viewer)
    if (body.to_region is None) == (body.to_agent is None):
        raise Invalid.field("to_region", "Name a region or an engineer.", "请指定区域或工程师之一。")
    for name in ("shift_ends", "until", "accept_by"):
        given: datetime | None = getattr(body, name)
        if given is not None and not abs(given - request.at) <= FARTHEST:
            raise Invalid.field(name, "Within a month of now.", "须在当前时间前后一个月之内。")
    to = (
        known_region(body.to_region, "to_region")
        if body.to_region
        else named_agent(body.to_agent or "", "to_agent")
    )
    change = handovers.next_change(agent, request.at)
    ends = body.shift_ends or change.ends
    until = body.until or (change.until if change.until > ends else ends + USUAL)
    made = actions.give(
        giver=agent,
        to=to,
        notes=[
            actions.Note(ticket_for(request.viewer, one.ticket), one.happened, one.next_action, one.risks)
            for one in body.tickets
        ],
        shift_ends=ends,
        until=until,
        accept_by=body.accept_by,
        at=request.at,
        by=request.viewer.actor,
    )
    return _shown(request, made.pk)


@router.get("/handovers/{handover_id}", response=HandoverOut)
def show_handover(request: ApiRequest, handover_id: str) -> dict[str, Any]:
    """One handover. For staff."""
    return _shown(request, handover_id)


def _shown(request: ApiRequest, ref: str | int) -> dict[str, Any]:
    return handover_out(handovers.handover_for(request.viewer, ref))


Numbers = Annotated[
    list[int] | None, Field(max_length=200, description="Ticket numbers; none: all that are open.")
]


class AcceptIn(In):
    tickets: Numbers = None


class DeclineIn(In):
    reason: Reason
    tickets: Numbers = None


@router.post("/handovers/{handover_id}/accept", response=HandoverOut)
def accept_handover(request: ApiRequest, handover_id: str, body: AcceptIn) -> dict[str, Any]:
    """The token's user takes the tickets over by name, and is their owner from now on. 409: answered already."""
    row, agent = _mine(request, handover_id)
    actions.accept(handover=row, agent=agent, tickets=body.tickets, at=request.at, by=request.viewer.actor)
    return _shown(request, handover_id)


@router.post("/handovers/{handover_id}/decline", response=HandoverOut)
def decline_handover(request: ApiRequest, handover_id: str, body: DeclineIn) -> dict[str, Any]:
    """Not taken over, with a reason. Giver and lead hear of it at once; the tickets stay with their owners."""
    row, agent = _mine(request, handover_id)
    actions.decline(
        handover=row,
        agent=agent,
        reason=body.reason,
        tickets=body.tickets,
        at=request.at,
        by=request.viewer.actor,
    )
    return _shown(request, handover_id)


@router.post("/handovers/{handover_id}/withdraw", response=HandoverOut)
def withdraw_handover(request: ApiRequest, handover_id: str, body: AcceptIn) -> dict[str, Any]:
    """The giver takes back what nobody has accepted yet."""
    row, agent = _mine(request, handover_id)
    actions.withdraw(handover=row, agent=agent, tickets=body.tickets, at=request.at, by=request.viewer.actor)
    return _shown(request, handover_id)


def _mine(request: ApiRequest, ref: str) -> tuple[Handover, Agent]:
    return handovers.handover_for(request.viewer, ref), engineer(request.viewer)
