"""Escalating a ticket: up a tier, up the ladder, and the customer's own right to it."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Router
from pydantic import Field

from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, Reason, at
from sterling.tickets import queries
from sterling.tickets.access import escalations_of, ticket_for
from sterling.tickets.actions import escalating
from sterling.tickets.models import Escalation

router = Router(tags=["Routing"])


class EscalateIn(In):
    reason: Reason
    to: Literal["tier", "ladder"] = Field(
        "ladder",
        description="The next tier works on it, or the next rung hears. A customer's always goes to the lead.",
    )


class EscalationOut(Out):
    at: Instant
    kind: str = Field(description="customer, engineer or informed.")
    rung: str = Field(description="lead, duty_manager, sponsor or primary; tier: another tier works on it.")
    tier: int = Field(description="Whose pool the ticket is in.")
    reason: str
    by: str
    heard_by: list[str] = Field(description="The names of those who were told.")
    covered: bool = Field(description="False: nobody of the rung was on duty.")
    climbed: bool = Field(description="It was told because nobody took the one before in time.")
    taken_by: str | None
    taken_at: Instant | None


class EscalationsOut(Out):
    items: list[EscalationOut] = Field(description="The newest first.")


def escalation_out(one: Escalation, names: dict[int, str], tier: int) -> dict[str, Any]:
    return {
        "at": at(one.at),
        "kind": one.kind,
        "rung": one.rung,
        "tier": tier,
        "reason": one.reason,
        "by": one.by_name,
        "heard_by": [names[agent] for agent in one.told if agent in names],
        "covered": one.is_covered,
        "climbed": one.follows_id is not None,
        "taken_by": one.taken_by.name if one.taken_by else None,
        "taken_at": at(one.taken_at),
    }


@router.post("/tickets/{number}/escalate", response={201: EscalationOut})
def escalate(request: ApiRequest, number: str, body: EscalateIn) -> dict[str, Any]:
    """Up a tier or up the ladder, with a reason; by a contact: their own right, heard by the lead. No clock moves."""
    viewer = request.viewer
    ticket = ticket_for(viewer, number)
    by: dict[str, Any] = {"ticket": ticket, "reason": body.reason, "at": request.at, "by": viewer.actor}
    if viewer.contact is not None and viewer.agent is None:
        made = escalating.by_customer(contact=viewer.contact, **by)
    elif body.to == "tier":
        raised = escalating.up_a_tier(**by)
        return {
            "at": at(request.at),
            "kind": "engineer",
            "rung": "tier",
            "tier": raised.tier,
            "reason": body.reason.strip(),
            "by": viewer.actor.name,
            "heard_by": [raised.assignee.name] if raised.assignee else [],
            "covered": raised.assignee is not None,
            "climbed": False,
            "taken_by": None,
            "taken_at": None,
        }
    else:
        made = escalating.up_the_ladder(**by)
    return escalation_out(made, queries.names_told([made]), ticket.tier)


@router.get("/tickets/{number}/escalations", response=EscalationsOut)
def list_escalations(request: ApiRequest, number: str) -> dict[str, Any]:
    """Who was told of the ticket and who took it in hand. A customer reads their own organization's escalations."""
    ticket = ticket_for(request.viewer, number)
    found = list(escalations_of(request.viewer, ticket))
    names = queries.names_told(found)
    return {"items": [escalation_out(one, names, ticket.tier) for one in found]}
