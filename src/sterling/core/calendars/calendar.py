"""The calendar of a region: open time counted exactly, added exactly, explained (promises.md 1)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sterling.core.calendars import compiled
from sterling.core.calendars import definition as documents
from sterling.core.calendars.instants import (
    EPOCH,
    FIRST,
    LAST,
    LIMIT,
    ZERO,
    limit_after,
    utc,
)
from sterling.core.calendars.stretches import Stretch, StretchCode
from sterling.core.calendars.wallclock import WallClock
from sterling.core.calendars.zones import BLOCK_BITS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sterling.core.calendars.compiled import Block
    from sterling.core.calendars.definition import Definition

# About 180 years stay compiled; a walk over millennia starts again rather than fill the memory.
_MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which instants are open. Immutable; two with the same definition are equal.

    Instants go in as aware datetimes of any zone (naive ones are a ValueError) and come out in UTC. `None` is
    *never*. Open time is compiled when first asked for, in blocks of 1024 days, and kept; `from_dict` answers
    the same object for the same definition, so it is compiled once in a process.
    """

    definition: Definition
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    is_always: bool = field(init=False, repr=False, compare=False)
    _wall: WallClock = field(init=False, repr=False, compare=False)
    _blocks: dict[int, Block] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tz", self.definition.tz)
        object.__setattr__(self, "is_always", self.definition.always)
        object.__setattr__(self, "_wall", WallClock(self.definition))
        object.__setattr__(self, "_blocks", {})

    def __reduce__(self) -> tuple[Any, ...]:
        return _shared, (self.definition,)  # what is compiled stays here

    @classmethod
    def from_dict(cls, document: object) -> Calendar:
        """The calendar of a document of promises.md 1. ValueError names the field that is wrong."""
        return _shared(documents.read(document))

    def to_dict(self) -> dict[str, Any]:
        """The document; `Calendar.from_dict(c.to_dict()) == c`."""
        return documents.write(self.definition)

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """The earliest instant at which `amount` of open time has passed since `start`, or None for never.

        Never is more than 3,653 days after `start`. ValueError for a negative amount.
        """
        # The fast road; whatever it does not know (another block, a refusal, always) takes the careful one.
        try:
            at = start if start.tzinfo is UTC else EPOCH + (start - EPOCH)
            if self.is_always:
                return at + amount if ZERO < amount <= LIMIT else self._add_with_care(start, amount)
            starts, totals, origins = self._blocks[at.toordinal() >> BLOCK_BITS]
            segment = bisect_right(starts, at) - 1
            passed = at - origins[segment]
            if passed > totals[segment]:  # noqa: PLR1730 - min() costs a call where every tenth of a microsecond counts
                passed = totals[segment]
            if amount > ZERO:
                passed += amount
                return origins[bisect_left(totals, passed)] + passed
        except (KeyError, IndexError, TypeError, OverflowError):
            pass
        return self._add_with_care(start, amount)

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """Open time in [a, b); negative when b is before a."""
        a, b = utc(a, "a"), utc(b, "b")
        if self.is_always:
            return b - a
        if b < a:
            return -self.elapsed(b, a)
        if self._wall.never:
            return ZERO
        between = (self._block(block)[1][-1] for block in range(_block_of(a), _block_of(b)))
        return sum(between, self._passed(b)) - self._passed(a)

    def is_open(self, at: datetime) -> bool:
        """Does time count at this instant?"""
        at = utc(at, "at")
        if self.is_always:
            return True
        starts, totals, origins = self._block(_block_of(at))
        segment = bisect_right(starts, at) - 1
        return at - origins[segment] < totals[segment]

    def explain(self, a: datetime, b: datetime) -> list[Stretch]:
        """[a, b) as stretches without gaps, each with its reason; empty unless a < b."""
        a, b = utc(a, "a"), utc(b, "b")
        if a >= b:
            return []
        if self.is_always:
            return [Stretch(a, b, StretchCode.ALWAYS)]
        return compiled.stretches(self.tz, self._wall, a, b)

    def segments(self, from_us: int, to_us: int) -> tuple[list[int], list[int]]:
        """Starts and ends of the open segments in [from_us, to_us), in microseconds since 1970.

        In order, none touching, those at the edges cut. Compiled anew at each call: keep the answer.
        A 24x7 calendar has one segment; see `is_always`.
        """
        if self.is_always:
            return ([from_us], [to_us]) if from_us < to_us else ([], [])
        return compiled.segments(self.tz, self._wall, from_us, to_us)

    def local_date(self, at: datetime) -> date:
        """The date on the region's wall."""
        at = utc(at, "at")
        try:
            return at.astimezone(self.tz).date()
        except OverflowError:
            return at.date()

    def is_business_day(self, day: date) -> bool:
        """Has this local date open time in an interval that starts on it?"""
        return self.close_of(day) is not None

    def close_of(self, day: date) -> datetime | None:
        """The end of the last open time of the intervals that start on this local date, if there is any."""
        return compiled.close(self.tz, self._wall, day.toordinal())

    def nth_close_after(self, day: date, n: int, *, since: datetime | None = None) -> datetime | None:
        """The close of the Nth business day after this local date (n = 1: the next), or None for never.

        Never is a business day more than 3,653 days after `day`; with `since`, a close more than 3,653 days
        after that instant. ValueError for n < 1.
        """
        if n < 1:
            raise ValueError(f"n: {n} business days; needs at least 1")
        first = day.toordinal() + 1
        if since is None:
            return self._nth_close(first, first + LIMIT.days, n, after=FIRST, latest=LAST)
        # With a zone's offsets the local date of the limit can be a day further on.
        return self._nth_close(
            first, first + LIMIT.days + 2, n, after=FIRST, latest=limit_after(utc(since, "since"))
        )

    def first_close_after(self, at: datetime) -> datetime | None:
        """The close of the first business day that closes after this instant, or None for never."""
        at = utc(at, "at")
        # A night shift closes a day after its date; clocks turned back over midnight add another day.
        first = self.local_date(at).toordinal() - 2
        return self._nth_close(first, first + LIMIT.days + 5, 1, after=at, latest=limit_after(at))

    def _nth_close(
        self, first: int, end: int, n: int, *, after: datetime, latest: datetime
    ) -> datetime | None:
        if self._wall.never:
            return None
        for day in range(first, end):
            found = compiled.close(self.tz, self._wall, day)
            if found is not None and found > after:
                n -= 1
                if n == 0:
                    return found if found <= latest else None
        return None

    def _add_with_care(self, start: datetime, amount: timedelta) -> datetime | None:
        at = utc(start, "start")
        if amount < ZERO:
            raise ValueError(f"amount: {amount} is negative; a calendar adds forward only")
        if amount == ZERO:
            return at
        if amount > LIMIT or self._wall.never:
            return None
        if self.is_always:
            return at + amount if amount <= LAST - at else None
        latest = limit_after(at)
        wanted = self._passed(at) + amount
        for number in range(_block_of(at), _block_of(latest) + 1):
            _, totals, origins = self._block(number)
            if wanted <= totals[-1]:
                origin = origins[bisect_left(totals, wanted)]
                return origin + wanted if wanted <= latest - origin else None
            wanted -= totals[-1]
        return None

    def _passed(self, at: datetime) -> timedelta:
        """Open time of `at`'s block before `at`."""
        starts, totals, origins = self._block(_block_of(at))
        segment = bisect_right(starts, at) - 1
        return min(at - origins[segment], totals[segment])

    def _block(self, number: int) -> Block:
        block = self._blocks.get(number)
        if block is None:
            if len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.clear()
            block = self._blocks[number] = compiled.block_of_segments(self.tz, self._wall, number)
        return block


def _block_of(at: datetime) -> int:
    return at.toordinal() >> BLOCK_BITS


@lru_cache(maxsize=128)
def _shared(definition: Definition) -> Calendar:
    return Calendar(definition)


ALWAYS = Calendar.from_dict({"always": True})
"""24x7, in UTC."""
