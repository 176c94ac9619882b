"""Who gets a ticket and why; whether routing assigns; having it thought over."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router
from pydantic import Field, StrictBool

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.api.lookups import engineer
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, Reason, Words, at
from sterling.core.text import Text
from sterling.tickets import queries
from sterling.tickets.access import routing_of, ticket_for
from sterling.tickets.actions import routing
from sterling.tickets.models import RoutingDecision

router = Router(tags=["Routing"])
Skill = Annotated[str, Field(max_length=40)]


class PassedOut(Out):
    agent: str
    name: str
    why: str = Field(description="absent, too_late, full, skills, language, region, turn, …")
    reason: str = Field(description="In the language of the request.")
    until: Instant | None


class DecisionOut(Out):
    at: Instant
    occasion: str = Field(description="opened, reopened, urgent, escalated, absent, shift or asked.")
    agent: str | None = Field(description="Null: it waits in the pool of `tier`.")
    agent_name: str
    agent_tier: int | None
    tier: int
    assigned: bool = Field(description="False: only suggested, or nobody was found.")
    code: str = Field(description="kept, primary, backup, on_duty, pool, nobody_on, …")
    reason: str = Field(description="In the language of the request.")
    reasons: Words
    primary: str | None = Field(description="The customer's primary engineer for the region then.")
    informed: list[str]
    passed_over: list[PassedOut]
    others: dict[str, int] = Field(description="How many more were passed over, by reason.")
    next_on: Instant | None = Field(description="Where nobody is on shift: when the next one comes on.")
    facts: dict[str, Any]
    digest: str = Field(description="Of everything that the decision rests on.")
    asked: str = Field(description="The reason that a person gave for deciding anew.")
    by: str


class DecisionsOut(Out):
    items: list[DecisionOut] = Field(description="The newest first.")


def decision_out(row: RoutingDecision, language: str) -> dict[str, Any]:
    return {
        "at": at(row.at),
        "occasion": row.occasion,
        "agent": str(row.agent_id) if row.agent_id else None,
        "agent_name": row.agent.name if row.agent else "",
        "agent_tier": row.agent_tier,
        "tier": row.tier,
        "assigned": row.is_assigned,
        "code": row.code,
        "reason": row.reason.to(language),
        "reasons": row.reason.as_dict(),
        "primary": str(row.primary_id) if row.primary_id else None,
        "informed": [str(agent) for agent in row.informed],
        "passed_over": [
            {
                "agent": str(one["agent"]),
                "name": one["name"],
                "why": one["why"],
                "reason": Text(**one["said"]).to(language),
                "until": one["until"],
            }
            for one in row.passed
        ],
        "others": row.rest,
        "next_on": at(row.next_at),
        "facts": row.facts,
        "digest": row.digest,
        "asked": row.asked,
        "by": row.by,
    }


@router.get("/tickets/{number}/routing", response=DecisionsOut)
def routing_of_ticket(request: ApiRequest, number: str) -> dict[str, Any]:
    """Each time it was decided who gets the ticket: who, why, and who was passed over. For staff."""
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    return {"items": [decision_out(row, request.language) for row in routing_of(request.viewer, ticket)]}


class AgainIn(In):
    reason: Reason
    skills: list[Skill] | None = Field(None, description="What its engineer should know; null: as it is.")
    others: StrictBool = Field(False, description="To somebody else than who has it.")


@router.post("/tickets/{number}/routing", response={201: DecisionOut})
def route_again(request: ApiRequest, number: str, body: AgainIn) -> dict[str, Any]:
    """Have it thought over who gets the ticket. Takes a lead."""
    ticket = ticket_for(request.viewer, number)
    engineer(request.viewer)
    access.with_role(request.viewer, Role.LEAD)
    made = routing.route_again(
        ticket=ticket,
        reason=body.reason,
        skills=body.skills,
        others=body.others,
        at=request.at,
        by=request.viewer.actor,
    )
    return decision_out(made, request.language)


class RulesOut(Out):
    assigns: bool = Field(description="False: routing only suggests somebody to the pool.")


class RulesIn(In):
    assigns: StrictBool


@router.get("/routing", response=RulesOut)
def get_rules(request: ApiRequest) -> dict[str, Any]:
    """Whether routing gives tickets to engineers by itself. For staff."""
    access.staff(request.viewer)
    return {"assigns": queries.routing_rules().assigns}


@router.put("/routing", response=RulesOut)
def put_rules(request: ApiRequest, body: RulesIn) -> dict[str, Any]:
    """Have routing assign, or only suggest. Takes a lead."""
    access.with_role(request.viewer, Role.LEAD)
    rules = routing.set_rules(assigns=body.assigns, at=request.at, by=request.viewer.actor)
    return {"assigns": rules.assigns}
