"""One calendar over arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sterling.core.bulk import arrays
from sterling.core.bulk.arrays import FIRST_US, LAST_US, MISSING, Scratch, portions
from sterling.core.bulk.window import LIMIT_US, Window
from sterling.core.calendars.instants import DAY_US, MICROSECOND, microseconds

if TYPE_CHECKING:
    from sterling.core.bulk.arrays import Truth, Whole
    from sterling.core.calendars import Calendar

MOST_US = 50 * 366 * DAY_US
"""Starts further apart are not compiled together."""

FEW = 1000
"""Up to so many rows, compiling costs more than asking the calendar for each."""

MARGIN_US = 100 * DAY_US


class BulkCalendar:
    """The arithmetic of `calendar` over numpy arrays. Keep it: it remembers what it compiled."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._window: Window | None = None
        self._asked = 0

    def add(self, starts: Any, amounts: Any) -> Any:
        """The due instants of `starts` (datetime64, UTC) plus `amounts` (timedelta64), as datetime64[us].

        The two broadcast; scalars give a scalar. NaT is never, and a NaT gives NaT. Units finer than a
        microsecond must hold whole ones. ValueError for a negative amount and for years outside 1 to 9999.
        """
        start, amount = arrays.instants(starts, "starts"), arrays.amounts(amounts, "amounts")
        shape = np.broadcast_shapes(start.shape, amount.shape)
        out = self.add_flat(arrays.flat(start, shape), arrays.flat(amount, shape))
        return out.view("datetime64[us]").reshape(shape)[()]

    def elapsed(self, a: Any, b: Any) -> Any:
        """Open time in [a, b) (datetime64, UTC) as timedelta64[us]; negative when b is before a.

        The two broadcast; scalars give a scalar. A NaT gives NaT. ValueError for years outside 1 to 9999.
        """
        begin, end = arrays.instants(a, "a"), arrays.instants(b, "b")
        shape = np.broadcast_shapes(begin.shape, end.shape)
        out = self.elapsed_flat(arrays.flat(begin, shape), arrays.flat(end, shape))
        return out.view("timedelta64[us]").reshape(shape)[()]

    def add_flat(self, starts: Whole, amounts: Whole) -> Whole:
        """`add` over flat arrays of microseconds, `arrays.MISSING` for NaT."""
        out = np.empty_like(starts)
        scratch = Scratch(starts.size)
        for part in portions(starts.size):
            self._add(starts[part], amounts[part], out[part], scratch)
        return out

    def elapsed_flat(self, a: Whole, b: Whole) -> Whole:
        """`elapsed` over flat arrays of microseconds, `arrays.MISSING` for NaT."""
        out = np.empty_like(a)
        scratch = Scratch(a.size)
        for part in portions(a.size):
            self._elapsed(a[part], b[part], out[part], scratch)
        return out

    def _add(self, starts: Whole, amounts: Whole, out: Whole, scratch: Scratch) -> None:
        first, last = int(starts.min()), int(starts.max())
        least, largest = int(amounts.min()), int(amounts.max())
        if first < FIRST_US or last > LAST_US or least < 0 or largest > LIMIT_US:
            self._add_plain(starts, amounts, out, scratch)
            return
        if self.calendar.is_always:
            np.add(starts, amounts, out=out)
            np.copyto(out, MISSING, where=out > LAST_US)
            return
        while (window := self._cover(first, last, starts.size)) is not None:
            if window.add(starts, amounts, largest, out, scratch):
                return
            # Some due lies behind the window, or never: look twice as far, in the end as far as it may lie.
            further = window.high + max(window.high - last, MARGIN_US)
            self._window = Window(self.calendar, window.low, min(further, last + LIMIT_US, LAST_US))
        near = self._neighbours(starts, starts, first, last)
        if near.any():
            out[near] = self.add_flat(starts[near], amounts[near])
        for row in np.flatnonzero(~near):
            due = self.calendar.add(arrays.as_instant(starts[row]), int(amounts[row]) * MICROSECOND)
            out[row] = MISSING if due is None else microseconds(due)

    def _add_plain(self, starts: Whole, amounts: Whole, out: Whole, scratch: Scratch) -> None:
        """Rows of which some are NaT, more than the limit, or refused."""
        arrays.check_years(starts, "starts")
        refused = (amounts < 0) & (amounts != MISSING)
        if refused.any():
            found = amounts[refused][0].astype("timedelta64[us]")
            raise ValueError(f"amounts: {found} is negative; a calendar adds forward only")
        asked = (starts != MISSING) & (amounts != MISSING) & (amounts <= LIMIT_US)
        out[:] = MISSING
        if asked.any():
            due = np.empty(int(asked.sum()), np.int64)
            self._add(starts[asked], amounts[asked], due, scratch)
            out[asked] = due

    def _elapsed(self, a: Whole, b: Whole, out: Whole, scratch: Scratch) -> None:
        first, last = int(min(a.min(), b.min())), int(max(a.max(), b.max()))
        if first < FIRST_US or last > LAST_US:
            arrays.check_years(a, "a")
            arrays.check_years(b, "b")
            asked = (a != MISSING) & (b != MISSING)
            out[:] = MISSING
            if asked.any():
                out[asked] = self.elapsed_flat(a[asked], b[asked])
        elif self.calendar.is_always:
            np.subtract(b, a, out=out)
        elif (window := self._cover(first, last, a.size)) is not None:
            window.opened(b, out, scratch)
            before = np.empty_like(out)
            window.opened(a, before, scratch)
            np.subtract(out, before, out=out)
        else:
            near = self._neighbours(np.minimum(a, b), np.maximum(a, b), first, last)
            if near.any():
                out[near] = self.elapsed_flat(a[near], b[near])
            for row in np.flatnonzero(~near):
                passed = self.calendar.elapsed(arrays.as_instant(a[row]), arrays.as_instant(b[row]))
                out[row] = passed // MICROSECOND

    def _cover(self, first: int, last: int, rows: int) -> Window | None:
        """The window over first..last, compiled where that pays; None where it does not."""
        window = self._window
        if window is not None and window.low <= first and last <= window.high:
            return window
        self._asked += rows
        if last - first > MOST_US or self._asked <= FEW:
            return None
        low, high = first, last
        if window is not None and max(last, window.high) - min(first, window.low) <= MOST_US:
            low, high = min(first, window.low), max(last, window.high)
        margin = max(MARGIN_US, (high - low) // 8)  # so that rows in order do not compile at each portion
        self._window = Window(self.calendar, max(low - margin, FIRST_US), min(high + margin, LAST_US))
        return self._window

    def _neighbours(self, early: Whole, late: Whole, first: int, last: int) -> Truth:
        """Of rows too far apart for one window, which lie together; none where those are few."""
        if last - first > MOST_US:
            middle = int(np.sort(early)[early.size // 2])
            ranges = [(middle - MOST_US // 2, middle + MOST_US // 2)]
            if self._window is not None:
                ranges.insert(0, (self._window.low, self._window.high))
            for low, high in ranges:
                near: Truth = (low <= early) & (late <= high)
                if int(near.sum()) > FEW:
                    return near
        return np.zeros(early.size, np.bool_)
