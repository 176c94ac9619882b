"""A ticket as an answer: the row in lists, and the whole with its clocks as of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from sterling.api.clocks import TicketClockOut, ticket_clock
from sterling.api.shapes import (
    Instant,
    OrganizationRef,
    Out,
    PersonRef,
    agent_ref,
    at,
    contact_ref,
    organization_ref,
)
from sterling.core.urgency import urgency
from sterling.sla import queries as promises
from sterling.tickets.access import follow_ups

if TYPE_CHECKING:
    from sterling.api.request import ApiRequest
    from sterling.core.clocks import Result
    from sterling.tickets.models import Ticket


class TicketRow(Out):
    number: int
    id: str
    subject: str
    status: str
    priority: str
    priority_confirmed: bool
    plan: str = Field(description="The plan this ticket is served under.")
    channel: str
    tier: int
    organization: OrganizationRef
    requester: PersonRef
    assignee: PersonRef | None
    region: str
    opened_at: Instant
    updated_at: Instant
    solved_at: Instant | None
    closed_at: Instant | None
    workaround_at: Instant | None
    triage: str = Field(description="Why somebody should look at who and what this is; empty for customers.")
    merged_into: int | None
    follow_up_of: int | None
    next_due: Instant | None = Field(
        description="The due to be kept first; it may lie behind and still be owed."
    )
    next_metric: str | None


class TicketOut(TicketRow):
    follow_ups: list[int] = Field(description="The tickets that follow this one after it was closed.")
    clocks: list[TicketClockOut]


def ticket_row(ticket: Ticket, *, staff: bool) -> dict[str, Any]:
    """The stored facts; no query beyond what the guarded door has joined."""
    timeline = ticket.timeline
    return {
        "number": ticket.number,
        "id": str(ticket.pk),
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "priority_confirmed": ticket.priority_confirmed_at is not None,
        "plan": ticket.plan,
        "channel": ticket.channel,
        "tier": ticket.tier,
        "organization": organization_ref(ticket.organization),
        "requester": contact_ref(ticket.requester),
        "assignee": agent_ref(ticket.assignee),
        "region": timeline.region_id,
        "opened_at": at(ticket.opened_at),
        "updated_at": at(ticket.updated_at),
        "solved_at": at(ticket.solved_at),
        "closed_at": at(ticket.closed_at),
        "workaround_at": at(ticket.workaround_at),
        "triage": ticket.triage if staff else "",
        "merged_into": ticket.merged_into.number if ticket.merged_into else None,
        "follow_up_of": ticket.follow_up_of.number if ticket.follow_up_of else None,
        "next_due": at(timeline.next_due),
        "next_metric": timeline.next_metric or None,
    }


def ticket_out(request: ApiRequest, ticket: Ticket) -> dict[str, Any]:
    """The row, with every clock and the next due as of now."""
    result = promises.result_at(ticket.timeline_id, request.at)
    return _whole(request, ticket, result, follow_ups(request.viewer, ticket))


def new_ticket_out(request: ApiRequest, ticket: Ticket, result: Result) -> dict[str, Any]:
    """The same of a ticket that this request opened, with what opening it computed."""
    return _whole(request, ticket, result, [])


def _whole(request: ApiRequest, ticket: Ticket, result: Result, follow_ups: list[int]) -> dict[str, Any]:
    most = urgency(result)
    return ticket_row(ticket, staff=request.viewer.agent is not None) | {
        "next_due": at(most.due),
        "next_metric": most.clock.metric.value if most.clock else None,
        "follow_ups": follow_ups,
        "clocks": [ticket_clock(clock) for clock in result.clocks],
    }
