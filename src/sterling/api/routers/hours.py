"""Professional-services hours: the ledger, draws, the service plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ninja import Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.access import managed_by
from sterling.accounts.models import Role
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Line, Out, Short, at
from sterling.base.errors import FieldError, Invalid
from sterling.premium.hours import actions, queries, service_plans
from sterling.premium.hours.access import deciding, draw_for, hours_for, service_plan_for
from sterling.premium.hours.models import Draw, ServicePlan

router = Router(tags=["Hours"])
HOUR = timedelta(hours=1)
MOST = 10_000
MOST_DRAWS = 1_000


class EntryOut(Out):
    at: Instant
    kind: str = Field(description="grant, book, release, draw, expire or override.")
    hours: float
    item: str | None
    note: str
    by: str


class HoursOut(Out):
    granted: float
    booked: float = Field(description="Asked for and not decided yet.")
    used: float
    left: float
    expires: date = Field(description="The day on which the term ends, exclusive: what is left then expires.")
    entries: list[EntryOut]


def _hours(amount: timedelta) -> float:
    return amount / HOUR


@router.get("/organizations/{organization_id}/hours", response=HoursOut)
def get_hours(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    """The balance of the running term, and the lines that it is the sum of."""
    organization = hours_for(request.viewer, organization_id, request.at)
    settled = actions.settle(organization_id=organization.pk, at=request.at)
    assert settled is not None  # a plan with hours is held by a contract
    term, now = settled
    return {
        "granted": _hours(now.granted),
        "booked": _hours(now.booked),
        "used": _hours(now.used),
        "left": _hours(now.left),
        "expires": term.ends,
        "entries": [
            {
                "at": at(one.at),
                "kind": one.kind,
                "hours": _hours(one.amount),
                "item": one.draw.item_key if one.draw else None,
                "note": one.note,
                "by": one.by,
            }
            for one in queries.lines(term)
        ],
    }


class DrawIn(In):
    hours: float = Field(description="In steps of 0.25.")
    item: Short = Field(description="The id of an item of the agreed service plan.")
    note: Line = ""
    override: bool = Field(False, description="A manager allows more than is left.")
    reason: Line = Field("", description="Why more is allowed; kept with the override.")


class DrawOut(Out):
    id: str
    item: str
    title: str
    hours: float
    note: str
    state: str = Field(description="asked, agreed, declined or withdrawn.")
    asked_at: Instant
    agreed_by_silence_at: Instant = Field(description="Until then the customer may decide.")
    decided_at: Instant | None
    decided_by: str
    reason: str


def draw_out(draw: Draw) -> dict[str, Any]:
    return {
        "id": str(draw.pk),
        "item": draw.item_key,
        "title": draw.item_title,
        "hours": _hours(draw.amount),
        "note": draw.note,
        "state": draw.state,
        "asked_at": at(draw.asked_at),
        "agreed_by_silence_at": at(draw.silence_at),
        "decided_at": at(draw.decided_at),
        "decided_by": draw.decided_by,
        "reason": draw.reason,
    }


def _amount(hours: float, field: str = "hours") -> timedelta:
    """Invalid unless it is a number of quarters; the rest is for the action to say."""
    if not 0 < hours <= MOST or (hours * 4) % 1:
        raise Invalid(FieldError(field, actions.STEPS))
    return timedelta(hours=hours)


@router.post("/organizations/{organization_id}/hours/draws", response={201: DrawOut})
def ask_draw(request: ApiRequest, organization_id: str, body: DrawIn) -> dict[str, Any]:
    """Book hours for an item of the service plan; they are used once the customer agrees, or is silent for too long."""
    access.staff(request.viewer)
    organization = hours_for(request.viewer, organization_id, request.at)
    if body.override:
        access.with_role(request.viewer, Role.LEAD)
    draw = actions.ask_draw(
        organization_id=organization.pk,
        amount=_amount(body.hours),
        item=body.item,
        note=body.note,
        override=body.override,
        why=body.reason,
        at=request.at,
        by=request.viewer.actor,
    )
    return draw_out(draw)


class DrawsOut(Out):
    items: list[DrawOut]


class DecisionIn(In):
    agree: bool
    reason: Line = Field("", description="Wanted where it is declined.")


@router.post("/organizations/{organization_id}/hours/draws/{draw_id}/decision", response={201: DrawOut})
def decide_draw(request: ApiRequest, organization_id: str, draw_id: str, body: DecisionIn) -> dict[str, Any]:
    """The customer agrees or declines (a manager or a named contact); staff may note what the customer said."""
    organization = hours_for(request.viewer, organization_id, request.at)
    draw = deciding(request.viewer, organization, draw_id, request.at)
    decided = actions.decide_draw(
        draw=draw, agree=body.agree, reason=body.reason, at=request.at, by=request.viewer.actor
    )
    return draw_out(decided)


@router.get("/organizations/{organization_id}/hours/draws", response=DrawsOut)
def list_draws(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    """What was asked for, the newest first, and what became of it."""
    organization = hours_for(request.viewer, organization_id, request.at)
    actions.settle(organization_id=organization.pk, at=request.at)
    return {"items": [draw_out(one) for one in queries.draws_of(organization.pk)[:MOST_DRAWS]]}


class ReasonIn(In):
    reason: Line


@router.post("/organizations/{organization_id}/hours/draws/{draw_id}/release", response={201: DrawOut})
def release_draw(request: ApiRequest, organization_id: str, draw_id: str, body: ReasonIn) -> dict[str, Any]:
    """Staff take back what they asked for, before it is decided: the hours are free again."""
    access.staff(request.viewer)
    organization = hours_for(request.viewer, organization_id, request.at)
    draw = draw_for(request.viewer, organization, draw_id)
    withdrawn = actions.withdraw_draw(draw=draw, reason=body.reason, at=request.at, by=request.viewer.actor)
    return draw_out(withdrawn)


class ItemIn(In):
    id: Short
    title: Line
    hours: float


class ServicePlanIn(In):
    items: list[ItemIn]
    agreed: bool = Field(False, description="Both sides agreed; recorded with who says so and when.")
    offered: bool = Field(False, description="The vendor stands by it; the customer may agree.")
    silence_days: int | None = Field(
        None, description="After so many days of silence a draw counts as agreed to; 5 unless it was set."
    )


class ServicePlanOut(Out):
    version: int
    items: list[dict[str, Any]]
    silence_days: int
    offered: bool
    agreed: bool
    agreed_at: Instant | None
    agreed_by: str


def plan_out(plan: ServicePlan | None) -> dict[str, Any]:
    if plan is None:
        none = {"version": 0, "items": [], "silence_days": service_plans.SILENCE_DAYS, "offered": False}
        return none | {"agreed": False, "agreed_at": None, "agreed_by": ""}
    items = queries.items_of(plan)
    return {
        "version": plan.number,
        "items": [{"id": one.key, "title": one.title, "hours": _hours(one.expected)} for one in items],
        "silence_days": plan.silence_days,
        "offered": plan.offered_at is not None,
        "agreed": plan.agreed_at is not None,
        "agreed_at": at(plan.agreed_at),
        "agreed_by": plan.agreed_by,
    }


@router.get("/organizations/{organization_id}/service-plan", response=ServicePlanOut)
def get_service_plan(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    """The newest version; version 0 without items where nobody has written one."""
    organization = hours_for(request.viewer, organization_id, request.at)
    return plan_out(queries.service_plan(organization.pk))


@router.put("/organizations/{organization_id}/service-plan", response=ServicePlanOut)
def put_service_plan(request: ApiRequest, organization_id: str, body: ServicePlanIn) -> dict[str, Any]:
    """A new version, or with the same items the agreement to the one that is there."""
    access.staff(request.viewer)
    organization = hours_for(request.viewer, organization_id, request.at)
    items = [
        actions.Item(one.id, one.title, _amount(one.hours, f"items[{place}].hours"))
        for place, one in enumerate(body.items)
    ]
    actions.put_service_plan(
        organization_id=organization.pk,
        items=items,
        agreed=body.agreed,
        offered=body.offered,
        silence_days=body.silence_days,
        at=request.at,
        by=request.viewer.actor,
    )
    return plan_out(queries.service_plan(organization.pk))


class AgreementIn(In):
    version: int


@router.post("/organizations/{organization_id}/service-plan/agreement", response={201: ServicePlanOut})
def agree_to_service_plan(request: ApiRequest, organization_id: str, body: AgreementIn) -> dict[str, Any]:
    """The customer's manager agrees to the version that is offered; a lead may note that they did."""
    organization = hours_for(request.viewer, organization_id, request.at)
    if request.viewer.agent:
        access.with_role(request.viewer, Role.LEAD)
    else:
        managed_by(request.viewer)
    plan = service_plan_for(request.viewer, organization, body.version)
    service_plans.agree_to(plan=plan, at=request.at, by=request.viewer.actor)
    return plan_out(queries.service_plan(organization.pk))
