"""Regions and plans: what everything else refers to."""

from __future__ import annotations

from typing import Any

from ninja import Router
from pydantic import Field

from sterling.accounts import queries
from sterling.accounts.access import with_role
from sterling.accounts.models import Region, Role
from sterling.api.paging import whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Line, Out, Page, Ref, Short, Words
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.sla.actions import calendars as actions

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


class NamesIn(In):
    en: Line
    zh: Line = ""


class RegionIn(In):
    id: Ref = Field(description="Small letters, digits and hyphens.")
    name: NamesIn
    timezone: Line
    country: Short | None = Field(None, description="Two letters: whose holidays count. None: no holidays.")


@router.post("/regions", response={201: RegionOut})
def add_region(request: ApiRequest, body: RegionIn) -> dict[str, Any]:
    """A region of the installation's own: Monday to Friday 09:00 to 17:00 to begin with. Takes a lead."""
    with_role(request.viewer, Role.LEAD)
    made = actions.open_region(
        region_id=body.id,
        name=Text(body.name.en.strip(), body.name.zh.strip() or body.name.en.strip()),
        timezone=body.timezone.strip(),
        country=body.country or None,
        at=request.at,
        by=request.viewer.actor,
    )
    return region_out(made, request.language)


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
