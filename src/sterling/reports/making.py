"""A report's snapshot: gathered, measured, written down as plain JSON. Reads alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.core.measures import Period
from sterling.plans import entitled
from sterling.plans.dates import midnight
from sterling.reports import figures, volumes
from sterling.reports.causes import causes
from sterling.reports.figures import Scope
from sterling.reports.gathering import organization as about
from sterling.reports.gathering import premium
from sterling.reports.gathering.history import history
from sterling.reports.gathering.tickets import gather
from sterling.sla.calendars import calendar_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Organization
    from sterling.core.catalog import Catalog
    from sterling.core.quarters import Days
    from sterling.reports.gathering.tickets import Told


@dataclass(frozen=True, slots=True)
class Snapshot:
    figures: dict[str, Any]
    plan: str
    catalog_versions: list[int]


def period_of(days: Days, timezone: str) -> Period:
    return Period(midnight(days.first, timezone), midnight(days.after, timezone))


def snapshot(organization: Organization, days: Days, at: datetime) -> Snapshot:
    """Every figure of these days as known at `at`. A number of queries that does not grow with the tickets."""
    zone = ZoneInfo(organization.region.timezone)
    period = period_of(days, organization.region.timezone)
    holding = entitled.held(organization.pk, at)
    scope = Scope(period, at, zone, holding.catalog, holding.plan)
    told = gather(organization.pk, period, at)
    regions = {region.pk: region for region in people.regions()}
    asked = about.Asked(organization, holding, period, at)
    attained = figures.attainment(told, scope)
    volume = volumes.volumes(told, regions, scope)
    versions = sorted({one.log.timeline.catalog_version.number for one in told})
    return Snapshot(
        {
            "organization": {"id": str(organization.pk), "name": organization.name},
            "plan": {**_plan(holding.catalog, holding.plan), "hours": _hours(holding.catalog, holding.plan)},
            "plans": {name: _plan(one.log.catalog, name) for one in told for name in one.log.catalog.plans},
            "priorities": _priorities(told, holding.catalog),
            "region": {
                "id": organization.region_id,
                "name": organization.region.name.as_dict(),
                "timezone": organization.region.timezone,
                "calendar": _weekly(organization.region_id, at),
            },
            "attainment": attained,
            "quarters": history(organization, days, at, attained["kept"], volume),
            "misses": _misses(told, scope),
            "volumes": volume,
            "backlog": volumes.backlog(told, scope),
            "resolution": volumes.resolution(told, scope),
            "hours": about.service_hours(asked),
            "contacts": about.contacts(asked),
            "primaries": premium.primaries(asked),
            "analyses": premium.analyses(asked),
            "sponsor": premium.sponsor(asked),
            "tickets": volumes.listed(told, scope),
            "clocks": figures.clocks(told),
        },
        holding.plan,
        versions,
    )


def _plan(catalog: Catalog, name: str) -> dict[str, Any]:
    plan = catalog.plans[name]
    return {"id": name, "name": plan.name.as_dict(), "mark": plan.mark.as_dict(), "rank": plan.rank}


def _hours(catalog: Catalog, name: str) -> list[dict[str, str]]:
    """The hours that count, from the most pressing priority on."""
    cells = catalog.plans[name].targets
    levels = [level.id for level in catalog.priorities_by_rank() if level.id in cells]
    named = {cells[level].hours.value: cells[level].hours.name.as_dict() for level in levels}
    return list(named.values())


def _priorities(told: Sequence[Told], catalog: Catalog) -> dict[str, Any]:
    """The names of all that occur, in the catalog of each ticket; the organization's own counts last."""
    catalogs = [*{id(one.log.catalog): one.log.catalog for one in told}.values(), catalog]
    return {
        level.id: {"name": level.name.as_dict(), "rank": level.rank}
        for one in catalogs
        for level in one.priorities.values()
    }


def _weekly(region_id: str, at: datetime) -> dict[str, Any]:
    document: dict[str, Any] = calendar_of(region_id, at).to_dict()
    return {"weekly": document.get("weekly", {}), "always": bool(document.get("always"))}


def _misses(told: Sequence[Told], scope: Scope) -> list[dict[str, Any]]:
    late = figures.misses(told, scope)
    rosters = people.rosters() if late else None
    found = []
    for one, item in late:
        clock = item.clock
        assert clock.due is not None and rosters is not None  # noqa: PT018 - only what was due is late
        facts = causes(one, item, rosters, scope.zone, scope.until)
        found.append(
            {
                "key": figures.miss_key(one, item),
                "ticket": one.number,
                "subject": one.ticket.subject,
                "metric": clock.metric.value,
                "plan": clock.plan,
                "priority": clock.priority,
                "started": clock.started.isoformat(),
                "due": clock.due.isoformat(),
                "answered": item.answered.isoformat() if item.answered else None,
                "late_by": figures.seconds(item.late_by),
                "facts": [{"code": fact.code, **fact.text.as_dict()} for fact in facts],
            }
        )
    return found
