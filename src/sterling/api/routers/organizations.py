"""Organizations, what their plan lets them use, and their contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts import queries as people
from sterling.accounts.actions.customers import create_organization
from sterling.accounts.models import Organization
from sterling.api.etags import require_match, tag
from sterling.api.lookups import known_region
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Line, Out, Page, Ref, Short, at
from sterling.base.errors import Invalid
from sterling.plans import entitled, queries
from sterling.premium.hours.actions import settle
from sterling.tickets.actions import plans as service

router = Router(tags=["Organizations"])


class OrganizationIn(In):
    name: Line
    region: Ref
    segment: Short = "commercial"
    language: Short = ""
    domains: list[Line] = Field(default_factory=list, max_length=100)


class OrganizationRow(Out):
    id: str
    name: str
    region: str
    segment: str
    language: str
    timezone: str
    domains: list[str]
    is_provisional: bool
    created_at: Instant


class OrganizationOut(OrganizationRow):
    plan: str = Field(description="The plan it holds now; the lowest one without a contract.")


def row_out(organization: Organization) -> dict[str, Any]:
    return {
        "id": str(organization.pk),
        "name": organization.name,
        "region": organization.region_id,
        "segment": organization.segment,
        "language": organization.language,
        "timezone": organization.timezone,
        "domains": sorted(domain.name for domain in organization.domains.all()),
        "is_provisional": organization.is_provisional,
        "created_at": at(organization.created_at),
    }


def organization_out(request: ApiRequest, organization: Organization) -> dict[str, Any]:
    return row_out(organization) | {"plan": entitled.held(organization.pk, request.at).plan}


@router.get("/organizations", response=Page[OrganizationRow])
def list_organizations(request: ApiRequest, window: Query[Window], q: str = "") -> dict[str, Any]:
    """Customers; `q` looks into their names. A contact sees their own."""
    found = access.organizations_for(request.viewer).prefetch_related("domains")
    return page(found.filter(name__icontains=q) if q else found, window, row_out)


@router.post("/organizations", response={201: OrganizationOut})
def add_organization(request: ApiRequest, body: OrganizationIn) -> dict[str, Any]:
    """A new customer. Mail from its `domains` joins it; public mail domains are refused."""
    access.staff(request.viewer)
    made = create_organization(
        name=body.name,
        region=known_region(body.region),
        segment=_segment(request, body.segment),
        language=body.language,
        domains=body.domains,
        at=request.at,
        by=request.viewer.actor,
    )
    return organization_out(request, made)


def _segment(request: ApiRequest, segment: str) -> str:
    """A segment that the catalog in force has a price for."""
    catalog = queries.catalog_of(queries.version_in_force(request.at))
    known = {name for plan in catalog.plans.values() for prices in plan.price.values() for name in prices}
    if known and segment not in known:
        names = ", ".join(sorted(known))
        raise Invalid.field("segment", f"One of {names}.", f"可选：{names}。")
    return segment


@router.get("/organizations/{organization_id}", response=OrganizationOut)
def get_organization(request: ApiRequest, response: HttpResponse, organization_id: str) -> dict[str, Any]:
    organization = access.organization_for(request.viewer, organization_id)
    tag(response, organization.version)
    return organization_out(request, organization)


class MoveIn(In):
    region: Ref


@router.patch("/organizations/{organization_id}", response=OrganizationOut)
def move_organization(
    request: ApiRequest, response: HttpResponse, organization_id: str, body: MoveIn
) -> dict[str, Any]:
    """Another support region. Its open tickets are counted on that region's calendar from now on."""
    access.staff(request.viewer)
    organization = access.organization_for(request.viewer, organization_id)
    require_match(request, organization.version)
    moved = service.move_organization(
        organization=organization, region=known_region(body.region), at=request.at, by=request.viewer.actor
    )
    tag(response, moved.version)
    return organization_out(request, moved)


class EntitlementOut(Out):
    included: bool
    limit: int | float | None = Field(description="Null where nothing is counted, or where there is no end.")
    used: int | float | None = Field(description="Null where nothing is counted.")
    remedy: str | None = Field(description="What would bring it (or more of it, when all is used).")
    value: Any = Field(description="As the catalog writes it.")


@router.get("/organizations/{organization_id}/entitlements", response=dict[str, EntitlementOut])
def get_entitlements(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    """What the plan includes, how much of it is used, and what would bring what it lacks."""
    organization = access.organization_for(request.viewer, organization_id)
    holding = entitled.held(organization.pk, request.at)
    used: dict[str, float] = {
        "premium_contacts": people.premium_contacts(organization.pk, request.at).count()
    }
    if holding.includes("ps_hours"):
        settled = settle(organization_id=organization.pk, at=request.at)
        used["ps_hours"] = (settled[1].used + settled[1].booked) / timedelta(hours=1) if settled else 0
    plan = holding.catalog.to_dict()["plans"][holding.plan]["entitlements"]
    return {
        name: _entitlement_out(request, holding, name, used.get(name, 0)) | {"value": plan[name]}
        for name in holding.catalog.entitlements
    }


def _entitlement_out(request: ApiRequest, holding: entitled.Held, name: str, used: float) -> dict[str, Any]:
    limit, included = holding.limit(name), holding.includes(name)
    enough = included and (limit is None or used < limit)
    return {
        "included": included,
        "limit": limit,
        "used": None if limit is None else used,
        "remedy": None if enough else holding.remedy(name).to(request.language),
    }
