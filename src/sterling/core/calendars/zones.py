"""When a zone's clocks are how far from UTC, as periods of one offset each.

The standard library answers "which offset at this instant" but lists no changes, so they are found by asking once a
day and halving the day in which the answer changed. In the whole zone database two changes lie days apart at least.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sterling.core.calendars.instants import (
    DAY_US,
    EPOCH_DAY,
    FIRST,
    LAST,
    MICROSECOND,
    SECOND_US,
    instant,
    microseconds,
)

BLOCK_BITS = 10
"""Time is worked out in blocks of 1024 days of UTC; block k starts with the date whose ordinal is 1024 k."""

BLOCK_US = DAY_US << BLOCK_BITS

Period = tuple[int, int, int]
"""Microseconds: from, to (instants since 1970), offset (local minus UTC)."""

# Within a day of its ends datetime cannot write every local time.
_FIRST_US = microseconds(FIRST + timedelta(days=1))
_LAST_US = microseconds(LAST - timedelta(days=1))


def block_of(us: int) -> int:
    """The block that holds this instant."""
    return (us + EPOCH_DAY * DAY_US) // BLOCK_US


def block_start(block: int) -> int:
    """The first instant of a block."""
    return block * BLOCK_US - EPOCH_DAY * DAY_US


def periods(tz: ZoneInfo, start: int, end: int) -> Iterator[Period]:
    """[start, end) cut where the offset changes (and where blocks meet), in order."""
    for block in range(block_of(start), block_of(end - 1) + 1):
        for begins, ends, offset in _periods_of_block(tz, block):
            if begins < end and ends > start:
                yield max(begins, start), min(ends, end), offset


@lru_cache(maxsize=512)
def _periods_of_block(tz: ZoneInfo, block: int) -> tuple[Period, ...]:
    begins = block_start(block)
    offset = _offset(tz, begins)
    found: list[Period] = []
    for day in range(begins, begins + BLOCK_US, DAY_US):
        after = _offset(tz, day + DAY_US)
        if after != offset:
            change = _change(tz, day, day + DAY_US)
            found.append((begins, change, offset))
            begins, offset = change, after
    found.append((begins, block_start(block + 1), offset))
    return tuple(found)


def _change(tz: ZoneInfo, before: int, after: int) -> int:
    """The instant in (before, after] from which the offset is that of `after`; changes fall on whole seconds."""
    offset = _offset(tz, before)
    while after - before > SECOND_US:
        middle = before + (after - before) // (2 * SECOND_US) * SECOND_US
        if _offset(tz, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(tz: ZoneInfo, us: int) -> int:
    at = instant(min(max(us, _FIRST_US), _LAST_US)).astimezone(tz)
    offset = at.utcoffset()
    assert offset is not None, "a ZoneInfo always knows"
    return offset // MICROSECOND
