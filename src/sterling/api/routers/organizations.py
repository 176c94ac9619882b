"""Organizations, what their plan lets them use, and their contracts."""

from __future__ import annotations

from datetime import date, timedelta
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
from sterling.api.shapes import Day, In, Instant, Line, Out, Page, Ref, Short, at
from sterling.base.errors import Invalid
from sterling.plans import entitled, queries
from sterling.plans.access import contract_for, contracts_for
from sterling.plans.models import Contract
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


class ContractIn(In):
    organization: Ref
    plan: Ref
    starts: Day
    ends: Day | None = Field(None, description="Exclusive; none: until another contract supersedes it.")
    segment: Short | None = Field(None, description="Without one, the organization's.")
    grace_days: int = Field(0, ge=0, le=90, description="So long after `ends` the plan is served.")


class PlanIn(In):
    plan: Ref


class RenewIn(In):
    plan: Ref | None = Field(None, description="Another plan from the renewal on.")


class ContractOut(Out):
    id: str
    organization: str
    plan: str
    catalog_version: int
    starts: date
    ends: date | None
    starts_at: Instant
    ends_at: Instant | None = Field(
        description="From when the plan is served no more: after the days of grace."
    )
    segment: str
    currency: str
    price: float | None = Field(description="Of a term, before tax.")
    grace_days: int
    renewal_of: str | None


def contract_out(contract: Contract) -> dict[str, Any]:
    return {
        "id": str(contract.pk),
        "organization": str(contract.organization_id),
        "plan": contract.plan,
        "catalog_version": contract.catalog_version.number,
        "starts": contract.starts,
        "ends": contract.ends,
        "starts_at": at(contract.starts_at),
        "ends_at": at(contract.ends_at),
        "segment": contract.segment,
        "currency": contract.currency,
        "price": None if contract.price is None else float(contract.price),
        "grace_days": contract.grace_days,
        "renewal_of": None if contract.renewal_of_id is None else str(contract.renewal_of_id),
    }


@router.get("/contracts", response=Page[ContractOut])
def list_contracts(request: ApiRequest, window: Query[Window], organization: str = "") -> dict[str, Any]:
    """Contracts, of one organization where `organization` names it."""
    found = contracts_for(request.viewer)
    if organization:
        found = found.filter(organization=access.organization_for(request.viewer, organization))
    return page(found, window, contract_out)


@router.post("/contracts", response={201: ContractOut})
def sign_contract(request: ApiRequest, body: ContractIn) -> dict[str, Any]:
    """A contract under the catalog in force; a later one supersedes. Open tickets follow at once."""
    access.staff(request.viewer)
    contract = service.sign_contract(
        organization=access.organization_for(request.viewer, body.organization),
        plan=body.plan,
        starts=body.starts,
        ends=body.ends,
        segment=body.segment or "",
        grace_days=body.grace_days,
        at=request.at,
        by=request.viewer.actor,
    )
    return contract_out(contract)


@router.get("/contracts/{contract_id}", response=ContractOut)
def get_contract(request: ApiRequest, response: HttpResponse, contract_id: str) -> dict[str, Any]:
    contract = contract_for(request.viewer, contract_id)
    tag(response, contract.version)
    return contract_out(contract)


@router.patch("/contracts/{contract_id}", response=ContractOut)
def change_contract(
    request: ApiRequest, response: HttpResponse, contract_id: str, body: PlanIn
) -> dict[str, Any]:
    """Another plan from now on. Running clocks keep or gain the better target."""
    access.staff(request.viewer)
    contract = contract_for(request.viewer, contract_id, lock=True)
    require_match(request, contract.version)
    changed = service.change_plan(contract=contract, plan=body.plan, at=request.at, by=request.viewer.actor)
    tag(response, changed.version)
    return contract_out(changed)


@router.post("/contracts/{contract_id}/renew", response={201: ContractOut})
def renew_contract(request: ApiRequest, contract_id: str, body: RenewIn) -> dict[str, Any]:
    """The next contract, from the day this one ends, for a term, at the price of the catalog in force."""
    access.staff(request.viewer)
    contract = contract_for(request.viewer, contract_id, lock=True)
    renewed = service.renew_contract(
        contract=contract, plan=body.plan or "", at=request.at, by=request.viewer.actor
    )
    return contract_out(renewed)
