"""A calendar's open time between two instants, compiled for arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sterling.core.bulk.arrays import FIRST_US, LAST_US, MISSING
from sterling.core.bulk.stairs import Stairs
from sterling.core.calendars.instants import DAY_US, LIMIT, MICROSECOND

if TYPE_CHECKING:
    from sterling.core.bulk.arrays import Scratch, Whole
    from sterling.core.calendars import Calendar

LIMIT_US = LIMIT // MICROSECOND


class Window:
    """Open time in [low, high). Every open segment has an opening, a close and the closed time before it.

    Before the close of a segment (and not before the one of its predecessor) the open time since `low` is
    `max(t, opening) - closed`. And an open time above the predecessors' total, at most its own, was reached
    at `open time + closed`: so a target met exactly at a close is due at that close.
    """

    __slots__ = ("_back", "_there", "high", "low", "sure", "total")

    def __init__(self, calendar: Calendar, low: int, high: int) -> None:
        low = max(low // DAY_US * DAY_US, FIRST_US)
        high = min(-(-high // DAY_US) * DAY_US, LAST_US)
        self.low, self.high = low, high
        segments = calendar.segments(low, high)
        openings, closes = (np.array(column, np.int64) for column in segments)
        totals = np.cumsum(closes - openings)
        self.total = int(totals[-1]) if totals.size else 0
        # After the last close no time counts: as if the next opening were at the end.
        openings = np.append(openings, high)
        closed = openings - np.append(0, totals)
        self._there = Stairs(closes, low, high, (openings, closed))
        # A step ends with its total, not before it; in whole microseconds the next begins one later.
        self._back = Stairs(totals + 1, 1, max(self.total, 1), (closed,))
        self.sure = self._surely(openings, closes, closed)
        """No amount up to this can take more than the limit, wherever it starts."""

    def opened(self, instants: Whole, out: Whole, scratch: Scratch) -> None:
        """Open time from `low` to each instant; these lie in low..high."""
        row, value, flag = scratch.cut(instants.size)
        self._there.rows(instants, row, value, flag)
        openings, closed = self._there.columns
        np.take(openings, row, out=value, mode="clip")
        np.maximum(instants, value, out=out)
        np.take(closed, row, out=value, mode="clip")
        np.subtract(out, value, out=out)

    def add(self, starts: Whole, amounts: Whole, largest: int, out: Whole, scratch: Scratch) -> bool:
        """Due instants, NaT for never. False, and nothing of use in `out`, if one may lie behind `high`.

        Amounts are 0 to the limit, `largest` the largest of them.
        """
        self.opened(starts, out, scratch)
        np.add(out, amounts, out=out)
        beyond = None
        if out.max() > self.total:
            if self.high < min(int(starts.max()) + LIMIT_US, LAST_US):
                return False
            beyond = out > self.total
        row, value, flag = scratch.cut(starts.size)
        self._back.rows(out, row, value, flag)
        np.take(self._back.columns[0], row, out=value, mode="clip")
        np.add(out, value, out=out)
        if largest > self.sure:
            np.subtract(out, starts, out=value)
            np.greater(value, LIMIT_US, out=flag)
            np.copyto(out, MISSING, where=flag)
        if beyond is not None:
            np.copyto(out, MISSING, where=beyond)
        if amounts.min() == 0:
            np.copyto(out, starts, where=amounts == 0)
        return True

    def _surely(self, openings: Whole, closes: Whole, closed: Whole) -> int:
        last = self.high - LIMIT_US
        if last < self.low:
            return LIMIT_US
        # The next 3,653 days hold least where they begin at a close: up to there they lose open time at their
        # beginning, from there they lose none.
        least = np.concatenate(([self.low, last], closes))
        least = least[(self.low <= least) & (least <= last)]
        before, after = (
            np.maximum(at, openings[step]) - closed[step]
            for at in (least, least + LIMIT_US)
            for step in (np.searchsorted(closes, at, "right"),)
        )
        return int((after - before).min())
