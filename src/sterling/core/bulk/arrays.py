"""What callers hand in, as flat arrays of whole microseconds; and back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sterling.core.calendars.instants import EPOCH, LAST, MICROSECOND, instant, microseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

Whole = NDArray[np.int64]
"""Microseconds: instants since 1970 in UTC, or amounts."""

Truth = NDArray[np.bool_]

MISSING = int(np.iinfo(np.int64).min)
"""How numpy writes NaT."""

FIRST_US = microseconds(datetime.min.replace(tzinfo=EPOCH.tzinfo))
LAST_US = microseconds(LAST)

PORTION = 1 << 15
"""Rows worked on at a time: few enough that all scratch stays in the second-level cache."""


class Scratch:
    """The buffers of one call. `cut` gives them at the length of a portion."""

    __slots__ = ("_flag", "_row", "_value")

    def __init__(self, rows: int) -> None:
        self._row = np.empty(min(rows, PORTION), np.intp)
        self._value = np.empty(min(rows, PORTION), np.int64)
        self._flag = np.empty(min(rows, PORTION), np.bool_)

    def cut(self, rows: int) -> tuple[NDArray[np.intp], Whole, Truth]:
        """Rows of a table, values, truths."""
        return self._row[:rows], self._value[:rows], self._flag[:rows]


def portions(rows: int) -> Iterator[slice]:
    for start in range(0, rows, PORTION):
        yield slice(start, min(start + PORTION, rows))


def instants(values: Any, name: str) -> Whole:
    """datetime64 of any unit, or one aware datetime. TypeError or ValueError names the argument."""
    if isinstance(values, datetime):
        if values.utcoffset() is None:
            raise ValueError(f"{name}: {values.isoformat()} has no time zone; an instant needs one")
        return np.array(microseconds(values))
    return _whole(values, name, "M", "datetime64")


def amounts(values: Any, name: str) -> Whole:
    """timedelta64 of any unit, or one timedelta. TypeError or ValueError names the argument."""
    if isinstance(values, timedelta):
        return np.array(values // MICROSECOND)
    return _whole(values, name, "m", "timedelta64")


def flat(values: Whole, shape: tuple[int, ...]) -> Whole:
    return np.ascontiguousarray(np.broadcast_to(values, shape)).reshape(-1)


def check_years(values: Whole, name: str) -> None:
    """ValueError where an instant lies outside the years that a calendar knows."""
    outside = (values != MISSING) & ((values < FIRST_US) | (values > LAST_US))
    if outside.any():
        found = values[outside][0].astype("datetime64[us]")
        raise ValueError(f"{name}: {found} lies outside the years 1 to 9999")


def as_instant(us: np.int64) -> datetime:
    return instant(int(us))


def _whole(values: Any, name: str, kind: str, wanted: str) -> Whole:
    array = np.asarray(values)
    if array.dtype.kind != kind:
        raise TypeError(f"{name}: needs {wanted}, not {array.dtype}")
    unit, _ = np.datetime_data(array.dtype)
    if kind == "m" and unit in {"Y", "M"}:
        raise TypeError(f"{name}: months and years have no fixed length; needs days or shorter")
    exact = array.astype(f"{wanted}[us]", copy=False)
    if unit not in {"us", "generic"} and not np.array_equal(exact.astype(array.dtype), array, equal_nan=True):
        raise ValueError(f"{name}: {array.dtype} holds what whole microseconds cannot")
    return exact.view(np.int64)
