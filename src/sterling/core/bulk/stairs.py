"""A function that is constant between sorted boundaries, read for many places at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sterling.core.bulk.arrays import Truth, Whole

MOST_CELLS = 1 << 18
"""A column of a table has at most this many cells: 2 MB."""


class Stairs:
    """Finds for each x, low <= x <= high, the row of `columns` that holds there.

    A step goes up at each boundary: x stands on step i when i boundaries lie at or before it. Given are the
    columns by step, one value more than there are boundaries. A uniform grid of cells replaces the search:

    * where the boundaries lie on a grid themselves (whole hours, quarters) no cell holds one, and the
      columns are written out by cell: a row costs one division;
    * else cells of a power of two, at most one boundary in each: a shift, the step at the cell's start, and
      one comparison with the boundary that follows;
    * and where either needs too many cells, a binary search.
    """

    __slots__ = ("_boundaries", "_first", "_origin", "_shift", "_width", "columns")

    def __init__(self, boundaries: Whole, low: int, high: int, columns: tuple[Whole, ...]) -> None:
        self.columns = columns
        self._boundaries = boundaries
        self._first: NDArray[np.intp] | None = None
        self._width: np.uint64 | None = None
        self._origin = low
        self._shift = 0
        span = high - low
        width = int(np.gcd.reduce(np.diff(boundaries))) if boundaries.size > 1 else 0
        width = width or span + 1
        phase = (low - int(boundaries[0])) % width if boundaries.size else 0
        if (span + phase) // width < MOST_CELLS:
            self._write_out(width, phase, (span + phase) // width + 1)
        else:
            self._index(span)

    def _write_out(self, width: int, phase: int, cells: int) -> None:
        self._width = np.uint64(width)
        self._origin -= phase
        starts = self._origin + np.arange(cells) * width
        steps = np.searchsorted(self._boundaries, starts, "right")
        self.columns = tuple(column[steps] for column in self.columns)

    def _index(self, span: int) -> None:
        closest = int(np.diff(self._boundaries).min())
        shift = closest.bit_length() - 1  # a cell is no wider than two boundaries lie apart
        if (span >> shift) >= MOST_CELLS:
            return
        self._shift = shift
        starts = self._origin + (np.arange((span >> shift) + 1) << shift)
        self._first = np.searchsorted(self._boundaries, starts, "right")
        # Past the last boundary the comparison must fail.
        self._boundaries = np.append(self._boundaries, np.iinfo(np.int64).max)

    def rows(self, x: Whole, row: NDArray[np.intp], value: Whole, flag: Truth) -> None:
        """Fills `row`; `value` and `flag` are scratch. An x outside low..high gets any row there is."""
        if self._width is not None:
            np.subtract(x, self._origin, out=row)
            unsigned = row.view(np.uint64)  # divided twice as fast
            np.floor_divide(unsigned, self._width, out=unsigned)
        elif self._first is not None:
            np.subtract(x, self._origin, out=row)
            np.right_shift(row, self._shift, out=row)
            np.take(self._first, row, out=row, mode="clip")
            np.take(self._boundaries, row, out=value, mode="clip")
            np.greater_equal(x, value, out=flag)
            np.add(row, flag, out=row)
        else:
            row[:] = np.searchsorted(self._boundaries, x, "right")
