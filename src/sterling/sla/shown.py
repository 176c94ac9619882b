"""Clocks as pages show them: the dial's share, the sentence, the ledger. Desk and portal say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.base.parts import DueView
from sterling.core.calendars import ALWAYS
from sterling.core.catalog import Hours
from sterling.core.clocks import State, why
from sterling.core.clocks.words import sentence, target_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sterling.core.calendars import Calendar
    from sterling.core.clocks import Clock, Moved
    from sterling.core.clocks.why import ClockStretch
    from sterling.core.text import Text
    from sterling.sla.log import Log


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
        hours = log.calendar(at) if clock.hours is Hours.LOCAL else ALWAYS
        target = clock.target if isinstance(clock.target, timedelta) else None
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
