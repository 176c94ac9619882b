"""When somebody must hear of a promise: shares of its target as instants, and who hears by the ladder.

A clock rings once per share, however its due moves afterwards. As with dues, an alarm has come when `now` is
later than its instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sterling.core.catalog.model import Recipient
from sterling.core.clocks import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sterling.core.catalog import Catalog
    from sterling.core.clocks import Clock, Metric, Result

WHOLE = 100
NEWS = timedelta(days=7)
"""A miss that was settled meanwhile is told for so long; what is older stands in the reports."""
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Alarm:
    """At `at`, `share` percent of a clock's target are used; at 100 its `due` passes.

    `nth` counts the ticket's responses, or its updates, from 0 in the order in which they end. With `metric` it
    names the clock for good: a merge may move a clock's start and its place among all the others.
    """

    metric: Metric
    nth: int
    share: int
    at: datetime
    started: datetime
    due: datetime
    priority: str
    heard_by: tuple[Recipient, ...]
    up_a_tier: bool = False

    @property
    def is_miss(self) -> bool:
        return self.share == WHOLE


def instant_of(clock: Clock, share: int) -> datetime | None:
    """When `share` percent of the target are used, on the clock's own hours; None without a due, or never.

    What is left is counted back from the due, so a due that moved counts as it stands. A share that was used up
    already when the due moved (or the clock resumed) comes at that instant.
    """
    return next((at for _, at in instants_of(clock, (share,))), None)


def instants_of(clock: Clock, shares: Iterable[int]) -> Iterator[tuple[int, datetime | None]]:
    """`instant_of` for each of the shares, told one by one: ascending shares come in the order of time."""
    due = clock.due
    calendar = clock.legs[-1].calendar if clock.legs else None
    if due is None or calendar is None:
        return
    target = clock.target
    whole = target if isinstance(target, timedelta) else calendar.elapsed(clock.started, due)
    since = clock.legs[-1].start
    rest = None
    for share in shares:
        used = whole * share // WHOLE
        if share >= WHOLE:
            yield share, calendar.add(due, used - whole)
            continue
        if rest is None:
            rest = calendar.elapsed(since, due)
        ahead = rest - (whole - used)
        yield share, min(since, due) if ahead <= timedelta(0) else calendar.add(since, ahead)


def heard_by(catalog: Catalog, share: int, priority: str) -> tuple[Recipient, ...]:
    """Whom the ladder names at `share` percent, each once; the assignee where it names nobody."""
    found = dict.fromkeys(
        who
        for rung in catalog.ladder
        if rung.share == share and (not rung.priorities or priority in rung.priorities)
        for who in rung.to
    )
    return tuple(found) or (Recipient.ASSIGNEE,)


def goes_up(catalog: Catalog, share: int, priority: str) -> bool:
    """Whether the ladder moves the ticket itself up a tier at `share` percent."""
    return any(
        rung.up_a_tier and rung.share == share and (not rung.priorities or priority in rung.priorities)
        for rung in catalog.ladder
    )


def alarms(result: Result, catalog: Catalog) -> list[Alarm]:
    """Every alarm of a ticket, come or to come, in order: of clocks that live, and each miss.

    Shares below 100 and beyond ring while the clock lives: a paused one is silent, and so is one that ended in
    time. Nothing lies beyond 100 for updates: their next clock has begun.
    """
    found = [one for clock, nth in _numbered(result) for one in _of_clock(clock, nth, result, catalog)]
    return sorted(found, key=_when)


def come(result: Result, catalog: Catalog, now: datetime) -> list[Alarm]:
    """Those whose instant has passed at `now`, misses of long ago left out."""
    return [
        one
        for one in alarms(result, catalog)
        if one.at < now and _is_news(one.metric, one.started, one.at, result, now)
    ]


def look_at(result: Result, catalog: Catalog, now: datetime) -> datetime | None:
    """The first instant that somebody must look at: of an alarm that may not have rung yet, or of the next one."""
    # Asked at every step of every ticket, so that nothing but the instants is made.
    return min(
        (
            at
            for clock in result.clocks
            for _, at in instants_of(clock, _shares(clock, result, catalog))
            if at is not None and _is_news(clock.metric, clock.started, at, result, now)
        ),
        default=None,
    )


def next_at(result: Result, catalog: Catalog, now: datetime) -> datetime | None:
    """When the next alarm comes, those that have come set aside."""
    return min((one.at for one in alarms(result, catalog) if one.at >= now), default=None)


def _numbered(result: Result) -> Iterator[tuple[Clock, int]]:
    for of_kind in (
        [clock for clock in result.clocks if clock.is_response],
        [clock for clock in result.clocks if not clock.is_response],
    ):
        for nth, clock in enumerate(sorted(of_kind, key=lambda clock: clock.ended or _LAST)):
            yield clock, nth


def _of_clock(clock: Clock, nth: int, result: Result, catalog: Catalog) -> Iterator[Alarm]:
    for share, at in instants_of(clock, _shares(clock, result, catalog)):
        if at is not None and clock.due is not None:
            heard = heard_by(catalog, share, clock.priority)
            up = goes_up(catalog, share, clock.priority)
            yield Alarm(clock.metric, nth, share, at, clock.started, clock.due, clock.priority, heard, up)


def shares_of(catalog: Catalog, *, is_response: bool) -> Sequence[int]:
    """The shares at which a living clock rings."""
    return [share for share in catalog.warnings if is_response or share <= WHOLE]


def _shares(clock: Clock, result: Result, catalog: Catalog) -> Sequence[int]:
    if clock is result.owed or clock is result.update:
        return shares_of(catalog, is_response=clock is result.owed)
    missed = clock.state is State.MISSED and clock.target is not None
    return [share for share in catalog.warnings if share == WHOLE] if missed else ()


def _is_news(metric: Metric, started: datetime, at: datetime, result: Result, now: datetime) -> bool:
    """Whatever a living clock says; of what is settled, the misses of late."""
    live = any(
        clock is not None and clock.started == started and clock.metric is metric
        for clock in (result.owed, result.update)
    )
    return live or at > now - NEWS


def _when(alarm: Alarm) -> tuple[datetime, int, int]:
    return alarm.at, alarm.share, alarm.nth
