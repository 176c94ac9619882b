"""Several calendars laid end to end on one line of time, so that mixed rows need no sorting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sterling.core.bulk.arrays import LAST_US, PORTION
from sterling.core.bulk.window import LIMIT_US
from sterling.core.calendars.instants import DAY_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.core.bulk.arrays import Truth, Whole
    from sterling.core.calendars import Calendar

MOST_LUMPS = 1 << 24
"""More pieces of open time on a line do not pay; they take 64 MB."""

_BITS = 20  # of a day's record, for the place of its kind; the rest is the open time before it
_KIND = (1 << _BITS) - 1
_LEAST_CELL_US = 60_000_000
_MOST_DAYS = 1 << 26  # the microseconds of a line stay below 2**63
_MOST_CELLS = 1 << 30  # and the count of its cells below 2**31


class Space:
    """The buffers of one call, a portion long."""

    __slots__ = ("_line", "_narrow", "_record", "_row", "_value")

    def __init__(self, rows: int) -> None:
        size = min(rows, PORTION)
        self._line = np.empty(size, np.int64)
        self._row = np.empty(size, np.intp)
        self._value = np.empty(size, np.int64)
        self._narrow = np.empty(size, np.int32)
        self._record = np.empty(size, np.int64)

    def cut(self, rows: int) -> tuple[Whole, NDArray[np.intp], Whole, NDArray[np.int32], Whole]:
        """Places on the line, rows of a table, values, narrow values, records of days."""
        return (
            self._line[:rows],
            self._row[:rows],
            self._value[:rows],
            self._narrow[:rows],
            self._record[:rows],
        )


class Line:
    """Open time of calendar k from `low` to `high` begins at k strides; behind it the stride is closed.

    All boundaries lie on a grid of cells that divides the day (of UTC), so a cell is open or closed. There are
    few kinds of days: instant -> open time reads the record of the day, then the cell in the table of its kind.
    Back, every piece of open time knows how many closed cells lie before it on the line. The closed end of a stride is
    longer than the limit: a target that is not reached in its own calendar comes out as too long a wait.

    Everything is one microsecond early (`line`, open time), so that a cell holds its end and not its start: a
    target met exactly at a close is due at that close.
    """

    def __init__(self, calendars: Sequence[Calendar], low: int, high: int) -> None:
        self.low = low // DAY_US * DAY_US
        self.high = min(-(-high // DAY_US), LAST_US // DAY_US) * DAY_US
        segments = [
            tuple(np.array(column, np.int64) for column in calendar.segments(self.low, self.high))
            for calendar in calendars
        ]
        width = int(np.gcd.reduce([DAY_US, *(np.gcd.reduce(column) for pair in segments for column in pair)]))
        # Of the open time alone the cells may be wider: whole segments fill them.
        lump = int(np.gcd.reduce([0, *(np.gcd.reduce(closes - openings) for openings, closes in segments)]))
        lumps = sum(int((closes - openings).sum()) for openings, closes in segments) // (lump or 1)
        days = (self.high - self.low) // DAY_US
        stride = days + LIMIT_US // DAY_US + 1
        self.fits = (
            width >= _LEAST_CELL_US
            and lumps <= MOST_LUMPS
            and stride * len(calendars) < _MOST_DAYS
            and stride * len(calendars) * (DAY_US // width) < _MOST_CELLS
        )
        """Is there a grid, and are its tables small enough? Else the line is of no use."""
        if self.fits:
            self._width, self._lump, self._stride = width, lump or width, stride * DAY_US
            self._lay(segments, days, stride)

    def _lay(self, segments: list[tuple[Whole, ...]], days: int, stride: int) -> None:
        width, cells = self._width, DAY_US // self._width
        kinds: dict[bytes, int] = {bytes(cells): 0}
        kind_of_day = np.zeros((len(segments), stride), np.int64)
        skipped: list[NDArray[np.int32]] = []
        counted = 0
        for place, (openings, closes) in enumerate(segments):
            change = np.zeros(days * cells + 1, np.int8)
            change[(openings - self.low) // width] = 1
            change[(closes - self.low) // width] = -1
            open_cells = np.cumsum(change[:-1], dtype=np.int8)
            kind_of_day[place, :days] = [
                kinds.setdefault(day.tobytes(), len(kinds)) for day in open_cells.reshape(days, cells)
            ]
            found = np.flatnonzero(open_cells) + place * stride * cells
            skipped.append((found - np.arange(counted, counted + found.size)).astype(np.int32))
            counted += found.size
        self._tabulate(kinds, kind_of_day.reshape(-1), cells)
        # Behind the last open time the wait is longer than any.
        never = np.array([(stride * len(segments) + LIMIT_US // DAY_US + 1) * cells], np.int32)
        self._skipped = np.concatenate((np.concatenate(skipped)[:: self._lump // width], never))

    def _tabulate(self, kinds: dict[bytes, int], kind_of_day: Whole, cells: int) -> None:
        self.fits = len(kinds) * cells <= _KIND
        open_cells = np.frombuffer(b"".join(kinds), np.int8).reshape(len(kinds), cells).astype(np.int64)
        passed = np.cumsum(open_cells, axis=1)
        totals = passed[kind_of_day, -1]
        self._days = (np.cumsum(totals) - totals) << _BITS | kind_of_day * cells
        # As in a window, open time is max(time, opening) - closed; a closed cell "opens" at the day's end.
        before = (passed - open_cells) * self._width
        starts = np.arange(cells) * self._width
        is_open = open_cells == 1
        self._openings = np.where(is_open, 0, DAY_US).reshape(-1)
        self._closed = np.where(is_open, starts - before, DAY_US + 1 - before).reshape(-1)

    def add(self, which: Whole, starts: Whole, amounts: Whole, out: Whole, space: Space) -> Truth | None:
        """Due instants; gives the rows that are never or lie behind `high`, whose `out` is of no use, if any.

        Starts lie between `low` and `high`; amounts are 0 to the limit.
        """
        self._opened(which, starts, out, space)
        line, row, value, narrow, _ = space.cut(out.size)
        np.add(out, amounts, out=out)
        _divide(out, self._lump, row)
        np.take(self._skipped, row, out=narrow, mode="clip")
        np.multiply(narrow, self._width, out=value, dtype=np.int64)
        np.add(out, value, out=out)
        np.subtract(out, line, out=out)  # the wait
        unsure = out > LIMIT_US if out.max() > LIMIT_US else None
        np.add(out, starts, out=out)
        if amounts.min() == 0:
            np.copyto(out, starts, where=amounts == 0)
        return unsure

    def elapsed(self, which: Whole, a: Whole, b: Whole, out: Whole, space: Space) -> None:
        """Open time in [a, b); both lie between `low` and `high`."""
        before = np.empty_like(out)
        self._opened(which, a, before, space)
        self._opened(which, b, out, space)
        np.subtract(out, before, out=out)

    def _opened(self, which: Whole, instants: Whole, out: Whole, space: Space) -> None:
        line, row, value, _, record = space.cut(out.size)
        np.multiply(which, self._stride, out=line)
        np.add(line, instants, out=line)
        np.subtract(line, self.low + 1, out=line)
        _divide(line, DAY_US, row)
        np.take(self._days, row, out=record, mode="clip")
        np.multiply(row, DAY_US, out=value)
        np.subtract(line, value, out=value)
        _divide(value, self._width, row)
        np.bitwise_and(record, _KIND, out=out)
        np.add(row, out, out=row)
        np.right_shift(record, _BITS, out=record)
        np.multiply(record, self._width, out=record)
        np.take(self._openings, row, out=out, mode="clip")
        np.maximum(out, value, out=out)
        np.take(self._closed, row, out=value, mode="clip")
        np.subtract(out, value, out=out)
        np.add(out, record, out=out)


def _divide(values: Whole, by: int, out: NDArray[np.intp]) -> None:
    """Values are not negative; numpy divides unsigned numbers twice as fast."""
    np.floor_divide(values.view(np.uint64), np.uint64(by), out=out.view(np.uint64))
