"""When a zone's clocks are how far from UTC, as periods of one offset each.

The standard library answers "which offset at this instant" but lists no changes, so they are found by asking
every other day and halving the days between which the answer changed. In the zone database no two changes of
one zone lie closer than that (a test looks).
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

BLOCK_BITS = 10
"""Time is worked out in blocks of 1024 days of UTC; block k starts with the date whose ordinal is 1024 k."""

BLOCK_US = DAY_US << BLOCK_BITS

STEP_US = 2 * DAY_US
"""How far apart the zone is asked; a block is a whole number of steps."""

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
    begins, end = block_start(block), block_start(block + 1)
    offset = _offset(tz, begins)
    found: list[Period] = []
    for before in range(begins, end, STEP_US):
        next_offset = _offset(tz, before + STEP_US)
        if next_offset != offset:
            change = _change(tz, before, before + STEP_US)
            found.append((begins, change, offset // MICROSECOND))
            begins, offset = change, next_offset
    if begins < end:
        found.append((begins, end, offset // MICROSECOND))
    return tuple(found)


def _change(tz: ZoneInfo, before: int, after: int) -> int:
    """The instant in (before, after] at which the offset changes; changes fall on whole seconds."""
    offset = _offset(tz, before)
    while after - before > SECOND_US:
        middle = before + (after - before) // (2 * SECOND_US) * SECOND_US
        if _offset(tz, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(tz: ZoneInfo, us: int) -> timedelta:
    offset = instant(min(max(us, _FIRST_US), _LAST_US)).astimezone(tz).utcoffset()
    assert offset is not None, "a ZoneInfo always knows"
    return offset
