"""Whether somebody is on shift whenever a plan promises to be there: every promised hour is covered, or in a gap.

A plan's cells promise around the clock, which any region's engineers may keep (follow the sun), or on hours that
are read in a region, which its own engineers keep, those of no region, and anybody where a region has none of its
own. A plan with Tier 3 support needs an engineer of Tier 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core import intervals
from sterling.core.calendars.instants import instant, microseconds
from sterling.core.catalog.cells import EachBusinessDay, Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog
    from sterling.core.catalog.model import Plan
    from sterling.core.intervals import Span
    from sterling.core.shifts import Shift
    from sterling.core.shifts import Span as Away

FIRST_TIER, TIER_3 = 1, 3


@dataclass(frozen=True, slots=True)
class Worker:
    """An engineer as the rota knows them. `region` None: of no region, so of each."""

    key: int
    tier: int
    region: str | None
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What a plan promises in a region, or anywhere (None): when somebody of `tier` has to be there."""

    plan: str
    region: str | None
    tier: int
    promised: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """From `start` until `end` nobody of `tier` is there. `absent`: who would be by their shifts, and is away."""

    plan: str
    region: str | None
    tier: int
    start: datetime
    end: datetime
    absent: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one need: `covered` and `gaps` together are exactly what is promised."""

    need: Need
    covered: tuple[Span, ...]
    gaps: tuple[Gap, ...]

    @property
    def promised(self) -> int:
        """Microseconds promised."""
        return intervals.total(self.need.promised)

    @property
    def kept(self) -> int:
        """Microseconds of it that are covered."""
        return intervals.total(self.covered)


def tier_needed(catalog: Catalog, plan: str) -> int:
    """D13: premium plans enter at Tier 3."""
    entitled = "tier3" in catalog.entitlements and catalog.includes(plan, "tier3")
    return TIER_3 if entitled else FIRST_TIER


def needs(catalog: Catalog, calendars: Mapping[str, Calendar], a: datetime, b: datetime) -> list[Need]:
    """What every plan promises in [a, b), the lowest plan first; `calendars` by region."""
    window = (microseconds(a), microseconds(b))
    return [
        Need(plan.id, region, tier_needed(catalog, plan.id), tuple(found))
        for plan in catalog.plans_by_rank()
        for region, found in _promised(plan, calendars, window)
        if found
    ]


def _promised(
    plan: Plan, calendars: Mapping[str, Calendar], window: Span
) -> Iterator[tuple[str | None, list[Span]]]:
    # A cell without any clock is best effort: nobody has to be there for it.
    hours = {
        cell.hours
        for cell in plan.targets.values()
        if cell.response is not None or isinstance(cell.update, Interval | EachBusinessDay)
    }
    if window[0] < window[1] and any(one.is_always for one in hours):
        yield None, [window]
    regional = [one for one in hours if not one.is_always]
    for region, calendar in calendars.items():
        yield region, intervals.union(span for one in regional for span in _open(one.on(calendar), window))


def _open(calendar: Calendar, window: Span) -> list[Span]:
    return [window] if calendar.is_always else list(zip(*calendar.segments(*window), strict=True))


def prove(wanted: Iterable[Need], workers: Sequence[Worker], a: datetime, b: datetime) -> list[Proof]:
    """Each need with what of it is covered in [a, b) and every gap, exact to the microsecond."""
    house = _House(workers, a, b)
    return [house.proof(need) for need in wanted]


class _House:
    """The engineers with what they work; each pool is put together once."""

    def __init__(self, workers: Sequence[Worker], a: datetime, b: datetime) -> None:
        self.workers = workers
        self.worked: dict[int, list[Span]] = {}
        self.missed: dict[int, list[Span]] = {}
        for one in workers:
            regular = intervals.union(_whole(span for shift in one.shifts for span in shift.spans(a, b)))
            away = intervals.union(_whole(one.absences))
            self.worked[one.key] = intervals.without(regular, away)
            self.missed[one.key] = intervals.common(regular, away)
        self.covers: dict[tuple[str | None, int], list[Span]] = {}

    def proof(self, need: Need) -> Proof:
        pool = self._pool(need.region, need.tier)
        key = (need.region, need.tier)
        if key not in self.covers:
            self.covers[key] = intervals.union(span for one in pool for span in self.worked[one.key])
        cover = self.covers[key]
        gaps = tuple(self._gap(need, pool, span) for span in intervals.without(need.promised, cover))
        return Proof(need, tuple(intervals.common(need.promised, cover)), gaps)

    def _pool(self, region: str | None, tier: int) -> list[Worker]:
        own = any(one.region == region for one in self.workers)
        return [
            one
            for one in self.workers
            if one.tier >= tier and (region is None or not own or one.region in {region, None})
        ]

    def _gap(self, need: Need, pool: Iterable[Worker], span: Span) -> Gap:
        absent = (one.key for one in pool if intervals.common([span], self.missed[one.key]))
        return Gap(need.plan, need.region, need.tier, instant(span[0]), instant(span[1]), tuple(absent))


def _whole(spans: Iterable[Away]) -> Iterator[Span]:
    return ((microseconds(start), microseconds(end)) for start, end in spans)
