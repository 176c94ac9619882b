"""Clocks as pages show them: the dial's share, the sentence, the ledger. Desk and portal say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from sterling.base import strip
from sterling.base.parts import DueView
from sterling.core.calendars.instants import MICROSECOND
from sterling.core.clocks import Because, Side, State, Status, why
from sterling.core.clocks.words import sentence, target_text
from sterling.core.urgency import counted_on
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from sterling.core.calendars import Calendar, Stretch
    from sterling.core.clocks import Clock, Moved, Result
    from sterling.core.clocks.why import ClockStretch
    from sterling.core.text import Text
    from sterling.sla.log import Log

# Long before a strip begins and after it ends: no region stays closed for so long.
_AROUND = timedelta(days=14)
# A strip shows at most this much before and after the moment it is about.
_REACH = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock with its reasons: the sentence, the ledger, what moved it."""

    clock: Clock
    due: DueView
    sentence: Text
    stretches: Sequence[ClockStretch]
    changes: Sequence[Moved]
    target: Text
    counted: timedelta


def clock_view(clock: Clock, log: Log, at: datetime, zone: ZoneInfo) -> ClockView:
    stretches = [_to_the_minute(piece) for piece in why(clock, at)]
    told = replace(clock, started=_minute(clock.started), due=clock.due and _minute(clock.due))
    return ClockView(
        clock,
        due_view(clock, log, at),
        sentence(told, stretches, zone),
        stretches,
        clock.changes,
        target_text(clock),
        sum((piece.counted for piece in stretches), timedelta()),
    )


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _to_the_minute(piece: ClockStretch) -> ClockStretch:
    """For people: start and due share the same seconds, so what is left off at one end is left off at the other."""
    start, end = _minute(piece.start), _minute(piece.end)
    return replace(piece, start=start, end=end, counted=end - start if piece.counted else timedelta())


def due_view(clock: Clock, log: Log, at: datetime) -> DueView:
    share = None
    if clock.due and clock.state is State.RUNNING:
        target = clock.target if isinstance(clock.target, timedelta) else None
        hours = counted_on(clock).on(log.calendar(at))
        share = share_used(hours, clock.started, clock.due, target, at)
    return DueView(
        clock.metric.value,
        clock.due,
        clock.started,
        clock.ended,
        clock.state.value,
        share,
        owed=clock.state is State.MISSED and clock.ended is None,
        left=clock.left,
    )


def share_used(
    hours: Calendar, started: datetime, due: datetime, target: timedelta | None, at: datetime
) -> float:
    """The used part of the target; what is left of it is counted on the clock's own hours."""
    if at >= due:
        return 1.0
    whole = target or hours.elapsed(started, due)
    if not whole:
        return 1.0 if at >= due else 0.0
    return max(0.0, 1 - hours.elapsed(at, due) / whole)


def strip_of(
    log: Log, result: Result, at: datetime, zone: ZoneInfo, *, for_customer: bool = False
) -> strip.Strip:
    """The ticket's promise strip as of `at`, on the region's hours. `for_customer`: without internal notes."""
    marks = tuple(mark for mark in _marks(log) if not for_customer or mark.kind is not strip.Kind.NOTE)
    runs = sorted((_run(clock, at) for clock in result.clocks), key=lambda run: run.started)
    opened, last = log.rows[0].at, max(log.rows[-1].at, *(run.stops(at) for run in runs), log.rows[0].at)
    about = at if result.is_live else min(last, at)
    first, last = max(opened, about - _REACH), min(max(last, about), about + _REACH)
    hours = tuple(_hours(log, first - _AROUND, last + _AROUND, zone, at))
    return strip.Strip(marks, tuple(runs), hours, at, zone, live=result.is_live, for_customer=for_customer)


_COUNTS = {
    Because.OPEN: strip.How.COUNTS,
    Because.ALWAYS: strip.How.COUNTS,
    Because.CLOSED: strip.How.CLOSED,
    Because.HOLIDAY: strip.How.CLOSED,
    Because.PAUSED: strip.How.PAUSED,
}


def _run(clock: Clock, at: datetime) -> strip.Run:
    return strip.Run(
        clock.metric.value,
        clock.started,
        clock.due,
        clock.ended,
        clock.state.value,
        tuple(strip.Piece(piece.start, piece.end, _COUNTS[piece.because]) for piece in why(clock, at)),
        owed=clock.state is State.MISSED and clock.ended is None,
        always=clock.hours.is_always and isinstance(clock.target, timedelta),
        left=clock.left,
    )


_MARKS = {
    Kind.CUSTOMER_MESSAGE: strip.Kind.CUSTOMER,
    Kind.AGENT_MESSAGE: strip.Kind.ENGINEER,
    Kind.CALL_ANSWERED: strip.Kind.ENGINEER,
    Kind.NOTE: strip.Kind.NOTE,
    Kind.WORKAROUND: strip.Kind.NOTE,
}


def _marks(log: Log) -> Iterator[strip.Mark]:
    """What the strip tells of the log. A customer's message that reopens is a change of status too."""
    status, priority = Status.OPEN, log.rows[0].data["priority"]
    ranks = {name: one.rank for name, one in log.catalog.priorities.items()}
    for row in log.rows:
        if row.type == Kind.OPENED:
            by_customer = row.data["by"] == Side.CUSTOMER
            yield strip.Mark(row.at, strip.Kind.CUSTOMER if by_customer else strip.Kind.ENGINEER)
        elif row.type == Kind.PRIORITY:
            raised = ranks.get(row.data["to"], 0) > ranks.get(priority, 0)
            priority = row.data["to"]
            yield strip.Mark(row.at, strip.Kind.RAISED if raised else strip.Kind.LOWERED)
        elif row.type == Kind.STATUS:
            if row.data.get("message"):
                yield strip.Mark(row.at, strip.Kind.ENGINEER)
            if row.data["to"] != status:
                status = Status(row.data["to"])
                yield strip.Mark(row.at, strip.Kind.STATUS)
        elif row.type in _MARKS:
            yield strip.Mark(row.at, _MARKS[Kind(row.type)])
            if row.type == Kind.CUSTOMER_MESSAGE and status in {Status.PENDING, Status.SOLVED}:
                status = Status.OPEN
                yield strip.Mark(row.at, strip.Kind.STATUS)


def _hours(log: Log, start: datetime, end: datetime, zone: ZoneInfo, at: datetime) -> Iterator[Stretch]:
    """Open and closed between the local dates of two instants, each day on the calendar that counted last on it.

    So the day on which a holiday is declared is folded, as what runs on it counts.
    """
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    starts = [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]
    for calendar, same in groupby(
        pairwise(starts), key=lambda pair: log.calendar(min(pair[1] - MICROSECOND, max(at, pair[0])))
    ):
        spans = list(same)
        yield from calendar.explain(spans[0][0], spans[-1][1])
