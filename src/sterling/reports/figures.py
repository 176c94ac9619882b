"""Every figure of a report as plain JSON: what the page, the paper and the API read, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sterling.core.catalog.words import target_words, update_words
from sterling.core.clocks.documents import instant
from sterling.core.measures import Outcome, kept_tickets, middle, percentile, share_of
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sterling.core.catalog import Catalog
    from sterling.core.measures import Measured, Period, Share
    from sterling.reports.gathering.tickets import Told

RESPONSE = "response"
METRICS = {
    "first_response": Text("First reply", "首次回复"),
    "next_response": Text("Later replies", "后续回复"),
    RESPONSE: Text("Reply", "回复"),
    "update": Text("Update", "进展通报"),
}
CHANNELS = {
    "portal": Text("Portal", "门户"),
    "email": Text("Mail", "邮件"),
    "phone": Text("Phone", "电话"),
    "chat": Text("Chat", "在线聊天"),
    "api": Text("API", "接口"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about."""

    period: Period
    until: datetime
    zone: ZoneInfo
    catalog: Catalog
    plan: str

    @property
    def at(self) -> datetime:
        """The period's end, or now where that is still ahead: what is open then is the backlog."""
        return min(self.period.end, self.until)


def share(found: Share) -> dict[str, Any]:
    low, high = found.interval
    return {
        "kept": found.kept,
        "n": found.n,
        "late": found.late,
        "rate": None if found.rate is None else round(found.rate, 4),
        "few": found.is_few,
        "interval": [round(low, 4), round(high, 4)] if found.n else None,
    }


def seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())


def typical(times: Sequence[timedelta]) -> dict[str, Any]:
    return {"n": len(times), "median": seconds(middle(times)), "p90": seconds(percentile(times, 90))}


def attainment(told: Sequence[Told], scope: Scope) -> dict[str, Any]:
    """The whole, then by metric, plan and priority: the plan that ran the clock, in the catalog of its ticket."""
    pairs = [(one, item) for one in told for item in one.items]
    rows = []
    for metric in METRICS:
        of_metric = [(one, item) for one, item in pairs if _is_of(metric, item)]
        for plan, priority in sorted(
            {_cell(item) for _, item in of_metric}, key=lambda cell: _order(cell, scope)
        ):
            found = [(one, item) for one, item in of_metric if _cell(item) == (plan, priority)]
            rows.append(_row(metric, plan, priority, found, scope))
    by_metric = {
        metric: share(share_of(item for _, item in pairs if _is_of(metric, item))) for metric in METRICS
    }
    return {
        "kept": share(share_of(item for _, item in pairs)),
        "tickets": share(kept_tickets(one.items for one in told)),
        "by_metric": by_metric,
        "rows": rows,
    }


def _is_of(metric: str, item: Measured) -> bool:
    own = item.clock.metric.value
    return own == metric or (metric == RESPONSE and own != "update")


def _cell(item: Measured) -> tuple[str, str]:
    return item.clock.plan, item.clock.priority


def _order(cell: tuple[str, str], scope: Scope) -> tuple[bool, int, int, str]:
    """The organization's own plan first, then the others by rank; the most pressing priority first."""
    plan, priority = cell
    ranks, levels = scope.catalog.plans, scope.catalog.priorities
    return (
        plan != scope.plan,
        -ranks[plan].rank if plan in ranks else 0,
        -levels[priority].rank if priority in levels else 0,
        priority,
    )


def _row(
    metric: str, plan: str, priority: str, found: Sequence[tuple[Told, Measured]], scope: Scope
) -> dict[str, Any]:
    items = [item for _, item in found]
    took = [item.took for item in items if item.took is not None and item.answered is not None]
    kept_at = [item.answered.astimezone(scope.zone) for item in items if item.answered]
    each_day = metric == "update" and bool(items) and all(_is_daily(item) for item in items)
    minutes = middle([float(at.hour * 60 + at.minute) for at in kept_at]) if each_day else None
    return {
        "metric": metric,
        "plan": plan,
        "priority": priority,
        **share(share_of(items)),
        "targets": _targets(metric, plan, priority, [one for one, _ in found]),
        "median": seconds(middle(took)),
        "p90": seconds(percentile(took, 90)),
        "median_at": None if minutes is None else f"{int(minutes) // 60:02}:{int(minutes) % 60:02}",
        "used": sorted(round(item.used, 4) for item in items if item.used is not None),
    }


def _is_daily(item: Measured) -> bool:
    return item.clock.legs != () and not isinstance(item.clock.target, timedelta)


def _targets(metric: str, plan: str, priority: str, told: Iterable[Told]) -> list[dict[str, str]]:
    """What was aimed for, in the words of each catalog that was in force for these tickets."""
    found: dict[str, Text] = {}
    for catalog in {id(one.log.catalog): one.log.catalog for one in told}.values():
        cell = catalog.plans[plan].targets.get(priority) if plan in catalog.plans else None
        if cell is not None:
            words = update_words(cell.update) if metric == "update" else target_words(cell.response)
            found[words.en] = words
    return [words.as_dict() for words in found.values()]


def misses(told: Sequence[Told], scope: Scope) -> list[tuple[Told, Measured]]:
    """Every late promise, in the order in which they fell due."""
    late = [(one, item) for one in told for item in one.items if item.outcome is Outcome.LATE]
    return sorted(late, key=lambda pair: (pair[1].clock.due or scope.until, pair[0].number))


def miss_key(told: Told, item: Measured) -> str:
    """Names a miss within a report."""
    return f"{told.number}-{item.clock.metric.value}-{int(item.clock.started.timestamp())}"


def clocks(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Each clock that counted, as `/tickets/{number}/clocks` tells it, and what became of it."""
    return [
        {
            "ticket": one.number,
            "metric": item.clock.metric.value,
            "plan": item.clock.plan,
            "priority": item.clock.priority,
            "started": instant(item.clock.started),
            "due": instant(item.clock.due),
            "answered": instant(item.answered),
            "outcome": item.outcome.value,
            "took_seconds": seconds(item.took),
            "used": None if item.used is None else round(item.used, 4),
            "late_by_seconds": seconds(item.late_by),
        }
        for one in told
        for item in one.items
    ]
