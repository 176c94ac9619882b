"""Regions, plans and their prices, engineers: what everything else refers to."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access, queries
from sterling.accounts.actions.people import create_agent
from sterling.accounts.models import Agent, Region, Role
from sterling.api.lookups import known_region
from sterling.api.paging import Window, page, whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import Address, In, Line, Out, Page, Ref, Short, Words
from sterling.base.errors import Invalid
from sterling.plans import queries as plans

router = Router(tags=["Settings"])


class RegionOut(Out):
    id: str
    name: str = Field(description="In the language of the request.")
    names: Words
    timezone: str
    is_default: bool


def region_out(region: Region, language: str) -> dict[str, Any]:
    return {
        "id": region.pk,
        "name": region.name.to(language),
        "names": region.name.as_dict(),
        "timezone": region.timezone,
        "is_default": region.is_default,
    }


@router.get("/regions", response=Page[RegionOut])
def list_regions(request: ApiRequest) -> dict[str, Any]:
    """The support regions."""
    return whole([region_out(region, request.language) for region in queries.regions()])


class PlanOut(Out):
    id: str
    name: Words
    mark: Words
    rank: int
    targets: dict[str, Any]
    entitlements: dict[str, Any]
    price: dict[str, dict[str, int | float]] = Field(description="Currency, then segment, per term.")
    channels: list[str]


@router.get("/plans", response=Page[PlanOut])
def list_plans(request: ApiRequest) -> dict[str, Any]:
    """The plans of the catalog in force, lowest first, as `sterling catalog show --json` prints them."""
    catalog = plans.catalog_of(plans.version_in_force(request.at))
    return whole([{"id": name} | plan for name, plan in catalog.to_dict()["plans"].items()])


class QuoteIn(In):
    plan: Ref
    segment: Short
    currency: Short = "USD"


class QuoteOut(Out):
    plan: str
    segment: str
    amount: int | float
    currency: str
    term_months: int
    proof_required: bool = Field(description="Whether the segment must be proved before this price holds.")


@router.post("/quotes", response={201: QuoteOut})
def make_quote(request: ApiRequest, body: QuoteIn) -> dict[str, Any]:
    """The price of a plan for a segment, per term, before tax. The included plan costs 0."""
    catalog = plans.catalog_of(plans.version_in_force(request.at))
    if body.plan not in catalog.plans:
        raise _unknown("plan", body.plan, catalog.plans)
    prices = catalog.plans[body.plan].price
    if body.currency not in prices:
        raise _unknown("currency", body.currency, prices)
    if body.segment not in prices[body.currency]:
        raise _unknown("segment", body.segment, prices[body.currency])
    amount = prices[body.currency][body.segment]
    return {
        **body.model_dump(),
        "amount": amount,
        "term_months": catalog.pricing.term_months,
        "proof_required": body.segment in catalog.pricing.proof_for,
    }


def _unknown(field: str, value: str, known: Any) -> Invalid:
    names = ", ".join(known)
    return Invalid.field(field, f"{value!r} is none of {names}.", f"“{value}”无效，可选：{names}。")


class AgentIn(In):
    name: Line
    email: Address
    region: Ref | None = None
    tier: int = 1
    role: Short = "agent"
    languages: list[Annotated[str, Field(max_length=10)]] = Field(default_factory=list, max_length=20)


class AgentOut(Out):
    id: str
    name: str
    email: str
    region: str | None
    tier: int
    role: str
    languages: list[str]
    is_active: bool


def agent_out(agent: Agent) -> dict[str, Any]:
    return {
        "id": str(agent.pk),
        "name": agent.name,
        "email": agent.user.email,
        "region": agent.region_id,
        "tier": agent.tier,
        "role": agent.role,
        "languages": agent.languages,
        "is_active": agent.is_active,
    }


@router.get("/agents", response=Page[AgentOut])
def list_agents(request: ApiRequest, window: Query[Window]) -> dict[str, Any]:
    """The engineers. For staff."""
    access.staff(request.viewer)
    return page(queries.agents(), window, agent_out)


@router.post("/agents", response={201: AgentOut})
def add_agent(request: ApiRequest, body: AgentIn) -> dict[str, Any]:
    """A new engineer. Takes a lead; a new administrator takes an administrator."""
    access.with_role(request.viewer, Role.ADMIN if body.role == Role.ADMIN else Role.LEAD)
    agent = create_agent(
        name=body.name,
        email=body.email,
        role=body.role,
        region=known_region(body.region) if body.region else None,
        tier=body.tier,
        languages=body.languages,
        at=request.at,
        by=request.viewer.actor,
    )
    return agent_out(agent)
