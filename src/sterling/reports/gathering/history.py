"""The three stretches before, so that a figure can be seen to rise or fall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.core.measures import Period, Share
from sterling.plans.dates import midnight
from sterling.reports.figures import share
from sterling.sla import queries as promises
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Organization
    from sterling.core.quarters import Days

BEFORE = 3


def history(
    organization: Organization, days: Days, at: datetime, kept: dict[str, Any], volume: dict[str, Any]
) -> list[dict[str, Any]]:
    """The last four, the oldest first and this one last; those without a promise or a ticket are left out."""
    earlier: list[Days] = []
    for _ in range(BEFORE):
        earlier.append((earlier[-1] if earlier else days).before())
    zone = organization.region.timezone
    periods = [Period(midnight(one.first, zone), midnight(one.after, zone)) for one in reversed(earlier)]
    ends = [(period.start, period.end) for period in periods]
    shares = promises.kept_within(organization.pk, ends, at)
    counts = tickets.opened_within(organization.pk, ends)
    found = [
        {**_named(one), **share(Share(*pair)), "opened": opened}
        for one, pair, opened in zip(reversed(earlier), shares, counts, strict=True)
        if pair[1] or opened
    ]
    return [*found, {**_named(days), **kept, "opened": volume["opened"]}]


def _named(days: Days) -> dict[str, Any]:
    return {"from": days.first.isoformat(), "to": days.last.isoformat(), "name": days.short.as_dict()}
