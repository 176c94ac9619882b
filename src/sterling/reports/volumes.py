"""How much there was, what waits, how long it took."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sterling.core.clocks import Status
from sterling.core.measures import AGES, age_band, reopened
from sterling.reports.figures import CHANNELS, typical
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sterling.accounts.models import Region
    from sterling.reports.figures import Scope
    from sterling.reports.gathering.tickets import Told

OLDEST = 10
HOUR = timedelta(hours=1)
WAITS = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


def volumes(told: Sequence[Told], regions: dict[str, Region], scope: Scope) -> dict[str, Any]:
    """What was opened and resolved in the period, by each thing that a customer may ask about."""
    opened = [one for one in told if one.life.opened in scope.period and one.life.opened <= scope.until]
    resolved = [one for one in told if _resolved_here(one, scope)]
    levels = sorted(scope.catalog.priorities.values(), key=lambda level: -level.rank)
    by = Counter(one.life.priority_at(scope.at) for one in opened)
    done = Counter(one.life.priority_at(scope.at) for one in resolved)
    names = [level.id for level in levels] + sorted((by | done).keys() - scope.catalog.priorities.keys())
    outside = [one for one in opened if not one.log.calendar(one.life.opened).is_open(one.life.opened)]
    return {
        "opened": len(opened),
        "resolved": len(resolved),
        "by_priority": [{"priority": name, "opened": by[name], "resolved": done[name]} for name in names],
        "by_channel": _counted(
            (one.ticket.channel for one in opened),
            {name: words.as_dict() for name, words in CHANNELS.items()},
        ),
        "by_contact": _counted((str(one.ticket.requester) for one in opened), {}),
        "by_region": _counted(
            (one.log.region_at(scope.at) for one in opened),
            {name: region.name.as_dict() for name, region in regions.items()},
        ),
        "out_of_hours": {"n": len(outside), "of": len(opened)},
        "months": _months(told, scope),
        "no_reply_needed": sum(
            row.type == Kind.NO_REPLY_NEEDED and row.at in scope.period
            for one in told
            for row in one.log.rows
        ),
        "handed_over": sum(
            row.type == Kind.ASSIGNED and row.at in scope.period for one in told for row in one.log.rows
        ),
    }


def _months(told: Sequence[Told], scope: Scope) -> list[dict[str, Any]]:
    """Opened and resolved month by month, in the region's own."""
    opened: Counter[str] = Counter()
    resolved: Counter[str] = Counter()
    for one in told:
        if one.life.opened in scope.period:
            opened[f"{one.life.opened.astimezone(scope.zone):%Y-%m}"] += 1
        done = one.resolved(scope.until)
        if done is not None and done in scope.period:
            resolved[f"{done.astimezone(scope.zone):%Y-%m}"] += 1
    return [
        {"month": month, "opened": opened[month], "resolved": resolved[month]}
        for month in sorted(opened | resolved)
    ]


def _counted(names: Iterable[str], words: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    counted = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {"id": name, "name": words.get(name, {"en": name, "zh": name}), "opened": n} for name, n in counted
    ]


def _resolved_here(told: Told, scope: Scope) -> bool:
    done = told.resolved(scope.until)
    return done is not None and done in scope.period


def backlog(told: Sequence[Told], scope: Scope) -> dict[str, Any]:
    """What was neither solved nor closed when the period ended."""
    at = scope.at
    waiting = [one for one in told if one.life.waits_at(at)]
    bands: Counter[tuple[str, int]] = Counter(
        (one.life.priority_at(at), age_band(at - one.life.opened)) for one in waiting
    )
    levels = [level.id for level in sorted(scope.catalog.priorities.values(), key=lambda level: -level.rank)]
    levels += sorted({name for name, _ in bands} - set(levels))
    oldest = sorted(waiting, key=lambda one: (one.life.opened, one.number))[:OLDEST]
    return {
        "open": len(waiting),
        "ages": [sum(bands[name, band] for name in levels) for band in range(len(AGES) + 1)],
        "by_priority": [
            {"priority": name, "ages": [bands[name, band] for band in range(len(AGES) + 1)]}
            for name in levels
        ],
        "oldest": [
            {
                "ticket": one.number,
                "subject": one.ticket.subject,
                "priority": one.life.priority_at(at),
                "status": status.value if (status := one.life.status_at(at)) else "",
                "days": (at - one.life.opened).days,
                "engineer": one.ticket.assignee.name if one.ticket.assignee else "",
            }
            for one in oldest
        ],
    }


def resolution(told: Sequence[Told], scope: Scope) -> dict[str, Any]:
    """How long it took to the last resolution and to a workaround; where the time went; what came back."""
    done = [(one, at) for one in told if (at := one.resolved(scope.until)) is not None and at in scope.period]
    around = [
        (one, at) for one in told if (at := one.ticket.workaround_at) is not None and at in scope.period
    ]
    back = [found for one in told if (found := reopened(one.life, scope.period, scope.until)) is not None]
    levels = sorted(scope.catalog.priorities.values(), key=lambda level: -level.rank)
    by = {
        level.id: [pair for pair in done if pair[0].life.priority_at(pair[1]) == level.id] for level in levels
    }
    waits = {
        status.value: round(
            sum(
                (
                    span.within(scope.period, scope.until)
                    for one in told
                    for span in one.life.spans
                    if span.status is status
                ),
                timedelta(),
            ).total_seconds()
        )
        for status in WAITS
    }
    return {
        **_took(done),
        "workaround": typical([at - one.life.opened for one, at in around]),
        "by_priority": [{"priority": name, **_took(pairs)} for name, pairs in by.items()],
        "reopened": {"n": sum(back), "of": len(back)},
        "waits": waits,
    }


def _took(done: Sequence[tuple[Told, datetime]]) -> dict[str, Any]:
    return {
        "n": len(done),
        "elapsed": typical([at - one.life.opened for one, at in done]),
        "plan_hours": typical([_plan_hours(one, at) for one, at in done]),
    }


def _plan_hours(told: Told, at: datetime) -> timedelta:
    """On the hours of the cell that the ticket ended under."""
    plan, priority = told.result.plan or "", told.life.priority_at(at)
    cell = told.log.catalog.plans[plan].targets.get(priority) if plan in told.log.catalog.plans else None
    if cell is None:
        return at - told.life.opened
    return cell.hours.on(told.log.calendar(told.life.opened)).elapsed(told.life.opened, at)


def listed(told: Sequence[Told], scope: Scope) -> list[dict[str, Any]]:
    """Every ticket of the appendix."""
    return [
        {
            "ticket": one.number,
            "subject": one.ticket.subject,
            "requester": str(one.ticket.requester),
            "plan": one.result.plan or "",
            "priority": one.life.priority_at(scope.at),
            "channel": one.ticket.channel,
            "status": status.value if (status := one.life.status_at(scope.at)) else "merged",
            "opened": one.life.opened.isoformat(),
            "resolved": done.isoformat() if (done := one.resolved(scope.until)) else None,
            "kept": sum(item.outcome.value == "kept" for item in one.items),
            "n": len(one.items),
        }
        for one in told
        if one.life.opened < scope.at
    ]
