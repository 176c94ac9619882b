"""A ticket finds its engineer: at its opening, and again whenever that has to be thought over.

Each decision is a row that stays. What it decides is done in the same transaction, or only suggested where the
installation wants it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from sterling.accounts import checks
from sterling.accounts import queries as people
from sterling.base import audit, rows
from sterling.base.errors import Invalid
from sterling.core.catalog.entitlements import Role
from sterling.core.routing import Case, Code, why_not
from sterling.core.text import Text
from sterling.sla.kinds import Kind
from sterling.tickets.handing import taken_otherwise
from sterling.tickets.held import Held, hold_open
from sterling.tickets.models import (
    Escalation,
    EscalationKind,
    Occasion,
    RoutingDecision,
    RoutingRules,
    Rung,
    Ticket,
)
from sterling.tickets.staffing import Staffing, staffing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor
    from sterling.core.catalog import Catalog
    from sterling.core.routing import Decision, Passed

PRIMARY = "primary_engineer"
QUIET = {Code.NO_SHIFTS, Code.NOBODY}
"""Where nobody uses shifts, a ticket that opens waits in its pool as ever; only the card says so."""


def is_bypassing(catalog: Catalog, priority: str) -> bool:
    """Tickets of this priority go to whoever is on duty, and wait for no named engineer."""
    role = catalog.entitlements.get(PRIMARY)
    return isinstance(role, Role) and priority in role.bypassed_by


def at_opening(held: Held, due: datetime | None, holder: Agent | None = None) -> RoutingDecision:
    """The first decision, in the opening's own transaction. `holder`: who had the ticket that this one follows."""
    return _decided(held, Occasion.OPENED, due, holder=holder.pk if holder else None)


def think_over(
    held: Held,
    occasion: Occasion,
    *,
    asked: str = "",
    without: Sequence[int] = (),
    keeps: bool = True,
) -> RoutingDecision:
    """Decide again for a ticket under its lock; the caller settles. `keeps`: whoever has it and can, keeps it."""
    owed = held.result().owed
    return _decided(
        held,
        occasion,
        owed.due if owed else None,
        holder=held.ticket.assignee_id if keeps else None,
        without=without,
        asked=asked,
    )


@transaction.atomic
def route_again(
    *,
    ticket: Ticket,
    reason: str,
    skills: Sequence[str] | None = None,
    others: bool = False,
    at: datetime,
    by: Actor,
) -> RoutingDecision:
    """A lead has the house think again, with other skills or to somebody else than who has it. The reason is kept."""
    if not reason.strip():
        raise Invalid.field(
            "reason", "Say why: the reason stays with the decision.", "请填写原因，将与决定一同保留。"
        )
    held = hold_open(ticket, at=at, by=by)
    if skills is not None:
        held.ticket.skills = checks.skills(skills)
    had = held.ticket.assignee_id
    made = think_over(
        held,
        Occasion.ASKED,
        asked=reason.strip(),
        without=[had] if others and had else (),
        keeps=not others,
    )
    held.settle()
    return made


@transaction.atomic
def set_rules(*, assigns: bool, at: datetime, by: Actor) -> RoutingRules:
    """Whether routing gives tickets to engineers by itself, or only suggests somebody to the pool."""
    rules, _ = RoutingRules.objects.select_for_update().get_or_create(pk=1)
    if rules.assigns != assigns:
        rules.assigns, rules.changed_at, rules.changed_by = assigns, at, by.name
        rules.save()
        audit.record(
            at=at,
            actor=by,
            verb="routing_rules_changed",
            object_kind="routing_rules",
            object_id=1,
            data={"assigns": assigns},
        )
    return rules


def _decided(
    held: Held,
    occasion: Occasion,
    due: datetime | None,
    *,
    holder: int | None = None,
    without: Sequence[int] = (),
    asked: str = "",
) -> RoutingDecision:
    ticket = held.ticket
    case = _case(held, due, holder, frozenset(without))
    staff = staffing()
    zone = ZoneInfo(held.log.timeline.region.timezone)
    decision, digest = staff.decide(case, zone)
    gives = staff.assigns and decision.agent is not None
    row = _row(held, occasion, case, decision, digest)
    row.is_assigned, row.asked = gives, asked[:500]
    if decision.agent is not None:
        row.agent_tier = staff.roster.members[decision.agent].tier
    _do(held, decision, row, staff)
    rows.insert([row])
    _inform(held, decision.informed, decision.reason.text)
    ticket.route_at = decision.next.at if decision.agent is None and decision.next else None
    return row


def _inform(held: Held, agents: Sequence[int], text: Text) -> None:
    """These engineers read that a ticket of their customer's went to somebody else; within the caller's transaction."""
    rows.insert(
        [
            Escalation(
                organization_id=held.ticket.organization_id,
                ticket=held.ticket,
                at=held.at,
                kind=EscalationKind.INFORMED.value,
                rung=Rung.PRIMARY.value,
                reason=text.en,
                by_kind="system",
                by_name="",
                told=[agent],
                to_mail=[agent],
                taken_at=held.at,
            )
            for agent in agents
        ]
    )


def _do(held: Held, decision: Decision, row: RoutingDecision, staff: Staffing) -> None:
    ticket, why = held.ticket, decision.reason
    if row.is_assigned and decision.agent is not None:
        if decision.agent != ticket.assignee_id:
            member = staff.roster.members[decision.agent]
            held.note(
                Kind.ASSIGNED,
                to=member.id,
                name=member.name,
                tier=member.tier,
                code=why.code.value,
                why=why.text.as_dict(),
            )
            ticket.assignee = member.agent
            if not rows.is_new(ticket):
                taken_otherwise(ticket, member.agent, at=held.at)
            staff.gave(member.id, held.at)
    elif why.code not in QUIET or row.occasion != Occasion.OPENED:
        held.note(Kind.ROUTED, tier=decision.tier, code=why.code.value, why=why.text.as_dict())


def _case(held: Held, due: datetime | None, holder: int | None, without: frozenset[int]) -> Case:
    ticket, catalog = held.ticket, held.log.catalog
    region = held.log.timeline.region_id
    contact = ticket.requester
    named: tuple[int, ...] = ()
    if catalog.plans[ticket.plan].entitlements.get(PRIMARY):
        named = people.named_for(ticket.organization_id, region)
    return Case(
        held.at,
        ticket.tier,
        region,
        contact.language or ticket.organization.language,
        frozenset(ticket.skills),
        is_bypassing(catalog, ticket.priority),
        due,
        named,
        holder,
        without,
    )


def _row(held: Held, occasion: Occasion, case: Case, decision: Decision, digest: str) -> RoutingDecision:
    zone = ZoneInfo(held.log.timeline.region.timezone)
    return RoutingDecision(
        organization_id=held.ticket.organization_id,
        ticket=held.ticket,
        at=held.at,
        occasion=occasion.value,
        agent_id=decision.agent,
        tier=decision.tier,
        code=decision.reason.code.value,
        reason=decision.reason.text,
        primary_id=case.named[0] if case.named else None,
        informed=list(decision.informed),
        passed=[_passed(one, zone) for one in decision.passed],
        rest={why.value: count for why, count in decision.rest.items()},
        next_name=decision.next.name if decision.next else "",
        next_at=decision.next.at if decision.next else None,
        facts={
            "priority": held.ticket.priority,
            "region": case.region,
            "language": case.language,
            "skills": sorted(case.skills),
            "due": case.due.isoformat() if case.due else None,
            "named": list(case.named),
            "holder": case.holder,
        },
        digest=digest,
        by=held.by.name,
    )


def _passed(one: Passed, zone: tzinfo) -> dict[str, Any]:
    said: Text = why_not(one, zone)
    return {
        "agent": one.agent,
        "name": one.name,
        "why": one.why.value,
        "until": one.until.isoformat() if one.until else None,
        "said": said.as_dict(),
        "named": one.named,
    }
