"""What is promised on a ticket, why, and from which events it follows."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Query, Router
from pydantic import Field

from sterling.api.clocks import ClockOut
from sterling.api.lookups import engineer
from sterling.api.paging import Order, Window, page, whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import Instant, Out, Page, at
from sterling.core.clocks import clock_dict, explained
from sterling.sla import queries as promises
from sterling.sla.kinds import Kind
from sterling.sla.models import Event
from sterling.tickets.access import ticket_for

router = Router(tags=["Clocks"])
_PEOPLE = {Kind.ASSIGNED, Kind.REQUESTER}
BY_SEQ = Order("seq", ("seq",))


@router.get("/tickets/{number}/clocks", response=Page[ClockOut])
def list_clocks(request: ApiRequest, number: str) -> dict[str, Any]:
    """Every clock ever started, as of now: what `sterling replay` says of the ticket's timeline."""
    log = promises.log_of(ticket_for(request.viewer, number).timeline_id)
    return whole([clock_dict(clock) for clock in log.result(request.at).clocks])


class ExplainedOut(ClockOut):
    target: Any
    stretches: list[dict[str, Any]]
    changes: list[dict[str, Any]]


class ExplanationOut(Out):
    clocks: list[ExplainedOut]


@router.get("/tickets/{number}/explain", response=ExplanationOut)
def explain_clocks(request: ApiRequest, number: str) -> dict[str, Any]:
    """Why each clock is due when it is: every stretch of time, what counted, and what moved the due."""
    log = promises.log_of(ticket_for(request.viewer, number).timeline_id)
    until = log.instant(request.at)
    return {"clocks": [explained(clock, until) for clock in log.result(until).clocks]}


class ActorOut(Out):
    kind: str = Field(description="contact, agent, token or system.")
    id: str | None
    name: str


class EventOut(Out):
    seq: int
    at: Instant
    type: str
    actor: ActorOut
    data: dict[str, Any]


class TimelineOut(Out):
    calendar: dict[str, Any]
    events: list[dict[str, Any]]
    until: Instant


def event_out(event: Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": at(event.at),
        "type": event.type,
        "actor": {
            "kind": event.actor_kind,
            "id": None if event.actor_id is None else str(event.actor_id),
            "name": event.actor_name,
        },
        "data": {name: _said(event.type, name, value) for name, value in event.data.items()},
    }


def _said(kind: str, name: str, value: Any) -> Any:
    """A row's id is an opaque string outside; numbers of tickets stay numbers."""
    is_id = name in {"message", "message_id"} or (kind in _PEOPLE and name in {"from", "to"})
    return str(value) if is_id and isinstance(value, int) and not isinstance(value, bool) else value


class EventsShown(Window):
    show: Literal["list", "timeline"] = Field(
        "list", alias="as", description="`timeline`: one document, whose replay equals the clocks."
    )


@router.get("/tickets/{number}/events", response=Page[EventOut] | TimelineOut)
def list_events(request: ApiRequest, number: str, shown: Query[EventsShown]) -> dict[str, Any]:
    """Everything that happened on the ticket, oldest first. For staff, since it tells of notes."""
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    if shown.show == "timeline":
        return promises.log_of(ticket.timeline_id).document(request.at)
    return page(promises.events_of(ticket.timeline_id), shown, event_out, BY_SEQ)
