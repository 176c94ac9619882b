"""The customer's own engineers, and how many of its tickets reach the primary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.api.lookups import engineer, known_region, named_agent
from sterling.api.request import ApiRequest
from sterling.api.shapes import Day, In, Out, Ref, at
from sterling.base.errors import Invalid
from sterling.plans.actions.primaries import Named, put_primaries
from sterling.plans.dates import midnight
from sterling.premium.engineers import queries
from sterling.premium.engineers.access import engineers_for

router = Router(tags=["Routing"])
DAYS = 90


class PrimaryIn(In):
    region: Ref
    agent: Ref
    backups: list[Ref] = Field(default_factory=list, max_length=20, description="In order.")


class PrimaryOut(Out):
    region: str
    agent: str
    backups: list[str] = Field(description="In order.")
    agent_name: str
    backup_names: list[str]


def _out(one: queries.Named) -> dict[str, Any]:
    return {
        "region": one.region.pk,
        "agent": str(one.primary.pk),
        "backups": [str(agent.pk) for agent in one.backups],
        "agent_name": one.primary.name,
        "backup_names": [agent.name for agent in one.backups],
    }


@router.get("/organizations/{organization_id}/primaries", response=list[PrimaryOut])
def get_primaries(request: ApiRequest, organization_id: str) -> list[dict[str, Any]]:
    """The primary engineer of each region in use, with the backups in order."""
    organization = engineers_for(request.viewer, organization_id, request.at)
    return [_out(one) for one in queries.named(organization.pk)]


@router.put("/organizations/{organization_id}/primaries", response=list[PrimaryOut])
def set_primaries(request: ApiRequest, organization_id: str, body: list[PrimaryIn]) -> list[dict[str, Any]]:
    """These instead of those before. Tickets that are open stay with who has them. Takes a lead."""
    organization = engineers_for(request.viewer, organization_id, request.at)
    engineer(request.viewer)
    access.with_role(request.viewer, Role.LEAD)
    named = [
        Named(
            known_region(one.region, f"{place}.region"),
            [
                named_agent(one.agent, f"{place}.agent"),
                *(named_agent(ref, f"{place}.backups.{nth}") for nth, ref in enumerate(one.backups)),
            ],
        )
        for place, one in enumerate(body)
    ]
    put_primaries(organization=organization, named=named, at=request.at, by=request.viewer.actor)
    return [_out(one) for one in queries.named(organization.pk)]


class ShareOut(Out):
    since: str = Field(description="UTC, RFC 3339.")
    until: str
    eligible: int = Field(description="Tickets that opened while a primary was named for their region.")
    to_primary: int = Field(description="Of these, first given to the primary.")
    share: float | None = Field(description="Null where none was eligible.")
    reasons: dict[str, int] = Field(description="Why the others were not: absent, too_late, urgent, full, …")


@router.get("/organizations/{organization_id}/primaries/share", response=ShareOut)
def share_of_primaries(
    request: ApiRequest,
    organization_id: str,
    since: Annotated[
        Day | None, Query(alias="from", description="A date; none: 90 days before the end.")
    ] = None,
    until: Annotated[Day | None, Query(alias="to", description="Exclusive; none: now.")] = None,
) -> dict[str, Any]:
    """The primary routing rate: how many tickets reached the customer's own engineer at once, and why not the rest."""
    organization = engineers_for(request.viewer, organization_id, request.at)
    zone = organization.region.timezone
    ends = _midnight(until, zone, "to") if until else request.at
    begins = _midnight(since, zone, "from") if since else ends - timedelta(days=DAYS)
    if begins >= ends:
        raise Invalid.field("from", "Must lie before `to`.", "必须早于截止日期。")
    found = queries.share(organization.pk, begins, ends)
    return {
        "since": at(begins),
        "until": at(ends),
        "eligible": found.eligible,
        "to_primary": found.to_primary,
        "share": found.rate,
        "reasons": found.reasons,
    }


def _midnight(day: date, zone: str, field: str) -> Any:
    try:
        return midnight(day, zone)
    except (ValueError, OverflowError):
        raise Invalid.field(field, "No such day here.", "没有这一天。") from None
