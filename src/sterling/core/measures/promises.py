"""Clocks as promises of a period: kept, late, or none of its business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sterling.core.clocks import State
from sterling.core.measures.figures import Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sterling.core.clocks import Clock

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` on and before `end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("end: must be after start")

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


class Outcome(StrEnum):
    KEPT = "kept"
    LATE = "late"


def outcome(state: State, due: datetime | None, period: Period, until: datetime) -> Outcome | None:
    """What became of a promise that fell due in `period`, as known at `until`. None: it does not count there.

    One that still runs past its due is late. What is paused, void or due never does not count, and neither
    does one that runs towards a due that is ahead.
    """
    if due is None or due not in period:
        return None
    if state is State.MET:
        return Outcome.KEPT
    late = state is State.MISSED or (state is State.RUNNING and due < until)
    return Outcome.LATE if late else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A clock that counts in a period. `used`: how much of its target, 1.0 at the due, None without a target.

    `answered`: when the customer heard from us; None where that has not happened. `late_by` is plain time.
    """

    clock: Clock
    outcome: Outcome
    answered: datetime | None
    took: timedelta | None
    used: float | None
    late_by: timedelta | None


def measured(
    clocks: Sequence[Clock], spoken: Sequence[datetime], period: Period, until: datetime
) -> list[Measured]:
    """The clocks of one ticket that count. `spoken`: when somebody of ours spoke to the customer, in order."""
    found = []
    for clock in clocks:
        became = outcome(clock.state, clock.due, period, until)
        if became is None or clock.due is None:
            continue
        answered = clock.ended
        if became is Outcome.LATE and (answered is None or answered <= clock.due):
            # An update ends missed at its due: the message that came after it is the late one.
            answered = next((at for at in spoken if at > clock.due), None)
        took, used = used_of(clock, answered or until)
        late_by = (answered or until) - clock.due if became is Outcome.LATE else None
        found.append(Measured(clock, became, answered, took, used, late_by))
    return found


def used_of(clock: Clock, at: datetime) -> tuple[timedelta | None, float | None]:
    """How much of its own time a clock had used at `at`, and which share of what it had. Past the due, plain time.

    (None, None) for a status change on Low, which is due the moment it happens.
    """
    if not clock.legs or clock.due is None:
        return None, None
    until = min(at, clock.due)
    whole, used = _counted(clock, clock.due), _counted(clock, until)
    over = max(_NOTHING, at - clock.due)
    if not whole:
        return used + over, 1.0 + (1.0 if over else 0.0)
    return used + over, (used + over) / whole


def _counted(clock: Clock, until: datetime) -> timedelta:
    starts = [clock.started, *(leg.start for leg in clock.legs[1:]), until]
    total = _NOTHING
    for place, leg in enumerate(clock.legs):
        start, end = starts[place], min(starts[place + 1], until)
        if leg.calendar is not None and start < end:
            total += leg.calendar.elapsed(start, end)
    return total


def share_of(items: Iterable[Measured]) -> Share:
    ends = [item.outcome for item in items]
    return Share(ends.count(Outcome.KEPT), len(ends))


def kept_tickets(by_ticket: Iterable[Sequence[Measured]]) -> Share:
    """Tickets none of whose promises was late, of those that had any in the period."""
    whole = [all(item.outcome is Outcome.KEPT for item in items) for items in by_ticket if items]
    return Share(sum(whole), len(whole))
