"""Many calendars over arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sterling.core.bulk import arrays
from sterling.core.bulk.arrays import LAST_US, PORTION
from sterling.core.bulk.calendar import FEW, MARGIN_US, MOST_US, BulkCalendar
from sterling.core.bulk.line import Line, Space
from sterling.core.bulk.window import LIMIT_US
from sterling.core.calendars.instants import DAY_US

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sterling.core.bulk.arrays import Whole
    from sterling.core.calendars import Calendar

_LONGEST = 5
"""A window reaches so many times the largest amount ahead: 24 / 8 hours, 7 / 5 days, and some holidays."""

_GATHERED = 1 << 20
"""Rows sorted at a time: enough that every calendar gets many."""


class BulkCalendars:
    """The arithmetic of several calendars over numpy arrays, each row by the one that it names. Keep it.

    Rows come mixed. Where the calendars share a grid they are laid end to end on one line and no row is moved;
    else, and for the rows that the line does not reach, rows are gathered by calendar.
    """

    def __init__(self, calendars: Sequence[Calendar]) -> None:
        self._each = [BulkCalendar(calendar) for calendar in calendars]
        self._line: Line | None = None
        self._asked = 0

    def add(self, which: Any, starts: Any, amounts: Any) -> Any:
        """`BulkCalendar.add`, row by row with calendar number `which` (integers from 0). The three broadcast.

        IndexError where there is no such calendar.
        """
        start, amount = arrays.instants(starts, "starts"), arrays.amounts(amounts, "amounts")
        return self._run(which, start, amount, self._add).view("datetime64[us]")[()]

    def elapsed(self, which: Any, a: Any, b: Any) -> Any:
        """`BulkCalendar.elapsed`, row by row with calendar number `which` (integers from 0). The three broadcast.

        IndexError where there is no such calendar.
        """
        begin, end = arrays.instants(a, "a"), arrays.instants(b, "b")
        return self._run(which, begin, end, self._elapsed).view("timedelta64[us]")[()]

    def _run(
        self, which: Any, one: Whole, two: Whole, work: Callable[[Whole, Whole, Whole, Whole, Space], None]
    ) -> Whole:
        chosen = np.asarray(which)
        if chosen.dtype.kind not in "iu":
            raise TypeError(f"which: needs integers, not {chosen.dtype}")
        shape = np.broadcast_shapes(chosen.shape, one.shape, two.shape)
        if chosen.size and not 0 <= int(chosen.min()) <= int(chosen.max()) < len(self._each):
            raise IndexError(f"which: there are calendars 0 to {len(self._each) - 1}")
        rows = arrays.flat(chosen.astype(np.int64, copy=False), shape)
        one, two = arrays.flat(one, shape), arrays.flat(two, shape)
        out = np.empty_like(one)
        space = Space(out.size)
        start = 0
        while start < out.size:
            on_line = start == 0 or self._line is None or self._line.fits
            part = slice(start, min(start + (PORTION if on_line else _GATHERED), out.size))
            work(rows[part], one[part], two[part], out[part], space)
            start = part.stop
        return out.reshape(shape)

    def _add(self, which: Whole, starts: Whole, amounts: Whole, out: Whole, space: Space) -> None:
        first, last = int(starts.min()), int(starts.max())
        least, largest = int(amounts.min()), int(amounts.max())
        plain = least >= 0 and largest <= LIMIT_US
        line = self._cover(first, last, _LONGEST * largest, starts.size) if plain else None
        if line is None:
            self._by_calendar(which, starts, amounts, out, BulkCalendar.add_flat)
            return
        unsure = line.add(which, starts, amounts, out, space)
        if unsure is not None:
            due = np.empty(int(unsure.sum()), np.int64)
            self._by_calendar(which[unsure], starts[unsure], amounts[unsure], due, BulkCalendar.add_flat)
            out[unsure] = due

    def _elapsed(self, which: Whole, a: Whole, b: Whole, out: Whole, space: Space) -> None:
        first, last = int(min(a.min(), b.min())), int(max(a.max(), b.max()))
        line = self._cover(first, last, 0, a.size)
        if line is None:
            self._by_calendar(which, a, b, out, BulkCalendar.elapsed_flat)
        else:
            line.elapsed(which, a, b, out, space)

    def _by_calendar(
        self,
        which: Whole,
        one: Whole,
        two: Whole,
        out: Whole,
        work: Callable[[BulkCalendar, Whole, Whole], Whole],
    ) -> None:
        # Numpy sorts small numbers by counting them.
        narrow = which.astype(np.min_scalar_type(len(self._each)))
        order = np.argsort(narrow, kind="stable")
        ends = np.searchsorted(which, np.arange(len(self._each)), "right", order).tolist()
        one, two = one[order], two[order]
        begin = 0
        for calendar, end in zip(self._each, ends, strict=True):
            if begin < end:
                out[order[begin:end]] = work(calendar, one[begin:end], two[begin:end])
            begin = end

    def _cover(self, first: int, last: int, ahead: int, rows: int) -> Line | None:
        """The line over first..last and what lies `ahead`; None where rows have to go by calendar."""
        if rows > PORTION:
            return None
        line = self._line
        ahead = min(ahead, LIMIT_US)
        if line is not None and line.low < first and min(last + ahead, LAST_US - DAY_US) <= line.high:
            return line if line.fits else None
        self._asked += rows
        if first < arrays.FIRST_US + DAY_US or last > LAST_US - DAY_US or last - first > MOST_US:
            return None
        if self._asked <= FEW:
            return None
        low, high = first, last + ahead
        if line is not None and max(high, line.high) - min(low, line.low) <= MOST_US + LIMIT_US:
            low, high = min(low, line.low), max(high, line.high)
        margin = max(MARGIN_US, (high - low) // 8)
        low, high = max(low - margin, arrays.FIRST_US), min(high + margin, LAST_US)
        self._line = Line([each.calendar for each in self._each], low, high)
        return self._line if self._line.fits else None
