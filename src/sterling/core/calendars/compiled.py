"""Open time as instants: the local hours of a calendar laid over the offsets of its zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sterling.core.calendars.instants import (
    DAY_US,
    EPOCH_DAY,
    FIRST,
    LAST,
    ZERO,
    instant,
    microseconds,
)
from sterling.core.calendars.stretches import Stretch
from sterling.core.calendars.zones import block_start, periods

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from sterling.core.calendars.wallclock import Reason, WallClock

Block = tuple[list[datetime], list[timedelta], list[datetime]]
"""Of each open segment of a block, in order: its start, the open time of the block to its end, its *origin*.

The origin is the start less the open time before it. So the open time at an instant of segment i is
`at - origins[i]`, at most `totals[i]`; and `open_time` has passed at `origins[j] + open_time`, with the first
j whose total reaches it. One bisection and one subtraction or addition each.
Segment 0 is empty, at the start of the block.
"""

_FIRST_US = microseconds(FIRST)
_LAST_US = microseconds(LAST)


def block_of_segments(tz: ZoneInfo, wall: WallClock, block: int) -> Block:
    start = max(block_start(block), _FIRST_US)
    starts = [instant(start)]
    totals = [ZERO]
    origins = [starts[0]]
    for begins, ends in zip(*segments(tz, wall, start, block_start(block + 1)), strict=True):
        if begins > _LAST_US:
            break
        starts.append(instant(begins))
        origins.append(starts[-1] - totals[-1])
        totals.append(totals[-1] + timedelta(microseconds=ends - begins))
    return starts, totals, origins


def segments(tz: ZoneInfo, wall: WallClock, start: int, end: int) -> tuple[list[int], list[int]]:
    """Starts and ends of the open segments in [start, end), in microseconds since 1970; none touching."""
    starts: list[int] = []
    ends: list[int] = []
    last = None
    for day, midnight, begins, stops in _days(tz, start, end):
        for opens, closes in wall.open_pieces(day):
            from_us, to_us = max(midnight + opens, begins), min(midnight + closes, stops)
            if from_us >= to_us:
                continue
            if from_us == last:
                ends[-1] = to_us
            else:
                starts.append(from_us)
                ends.append(to_us)
            last = to_us
    return starts, ends


def stretches(tz: ZoneInfo, wall: WallClock, start: datetime, end: datetime) -> list[Stretch]:
    """[start, end) cut wherever the reason changes; no gaps, neighbours differ."""
    found: list[Stretch] = []
    begun = start
    reason: Reason | None = None
    for day, midnight, begins, stops in _days(tz, microseconds(start), microseconds(end)):
        for opens, closes, because in wall.labels(day):
            from_us = max(midnight + opens, begins)
            if from_us >= min(midnight + closes, stops) or because == reason:
                continue
            at = instant(from_us)
            if reason is not None:
                found.append(Stretch(begun, at, *reason))
            begun, reason = at, because
    if reason is not None:
        found.append(Stretch(begun, end, *reason))
    return found


def close(tz: ZoneInfo, wall: WallClock, day: int) -> datetime | None:
    """The end of the last open time of the intervals that start on `day`.

    None if they have none, or where the end lies outside the years 1 to 9999.
    """
    pieces = wall.pieces_starting(day)
    if not pieces:
        return None
    midnight = (day - EPOCH_DAY) * DAY_US
    ends = [
        min(midnight + closes - offset, stops)
        for begins, stops, offset in periods(tz, midnight - DAY_US, midnight + 3 * DAY_US)
        for opens, closes in pieces
        if max(midnight + opens - offset, begins) < min(midnight + closes - offset, stops)
    ]
    if not ends or not _FIRST_US <= max(ends) <= _LAST_US:
        return None
    return instant(max(ends))


def _days(tz: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """[start, end) as local dates: ordinal, instant of 00:00, and from which instant to which that holds.

    A date comes twice where its offset changes, and its 00:00 need not lie within these bounds.
    """
    for begins, stops, offset in periods(tz, start, end):
        first = (begins + offset) // DAY_US
        last = (stops - 1 + offset) // DAY_US
        for day in range(first, last + 1):
            midnight = day * DAY_US - offset
            yield day + EPOCH_DAY, midnight, begins, stops
