"""Time as grounds: bright where it is drawn at the one scale, folded where it does not count."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from sterling.core.calendars import StretchCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from sterling.base.strip.values import Run
    from sterling.core.calendars import Stretch
    from sterling.core.text import Text

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT_WIDTH, LONG_WIDTH = 14.0, 26.0
_LEAST_FOLD = 4 * HOUR  # a noon break stays at scale: a fold would be wider than itself


class Ground(StrEnum):
    BRIGHT = "bright"
    SHADE = "shade"  # closed, too short to fold
    FOLD = "fold"


class Part(NamedTuple):
    """[start, end) of one ground; `names` are the holidays in it."""

    start: datetime
    end: datetime
    ground: Ground
    names: tuple[Text, ...] = ()
    is_long: bool = False

    @property
    def folded(self) -> float:
        """Its width in px if it is a fold, else nothing."""
        if self.ground is not Ground.FOLD:
            return 0.0
        return LONG_WIDTH if self.is_long else NIGHT_WIDTH


def parts(hours: Sequence[Stretch], runs: Sequence[Run], now: datetime, zone: tzinfo) -> tuple[Part, ...]:
    """The region's hours as grounds. Closed time in which a 24x7 clock runs is not folded.

    Where every timed clock is 24x7, and where the region never opens, all is bright.
    """
    if not hours:
        return ()
    spans = _around_the_clock(runs, now, hours[-1].end)
    if spans is None or not any(stretch.open for stretch in hours):
        return (Part(hours[0].start, hours[-1].end, Ground.BRIGHT),)
    found: list[Part] = []
    for stretch in hours:
        for piece in _pieces(stretch, spans):
            found.append(piece)
            if len(found) > 1 and found[-2].ground is piece.ground:
                before = found[-2]
                names = tuple(dict.fromkeys((*before.names, *piece.names)))
                found[-2:] = [
                    Part(before.start, piece.end, piece.ground, names, before.is_long or piece.is_long)
                ]
    return tuple(_settled(part, zone) for part in found)


def _around_the_clock(
    runs: Sequence[Run], now: datetime, end: datetime
) -> list[tuple[datetime, datetime]] | None:
    """When 24x7 clocks run, the last of them to the `end` of all; None where no other clock is timed."""
    timed = [run for run in runs if run.pieces]
    if timed and all(run.always for run in timed):
        return None
    until = [run.due or run.stops(now) for run in timed]
    spans = [(run.started, stop) for run, stop in zip(timed, until, strict=True) if run.always]
    if spans and max(spans, key=itemgetter(1))[1] == max(until):
        spans.append((max(until), end))
    return spans


def _pieces(stretch: Stretch, spans: Sequence[tuple[datetime, datetime]]) -> Iterator[Part]:
    """One stretch, closed time cut where 24x7 clocks begin and end."""
    if stretch.open:
        yield Part(stretch.start, stretch.end, Ground.BRIGHT)
        return
    inside = {at for span in spans for at in span if stretch.start < at < stretch.end}
    cuts = [stretch.start, *sorted(inside), stretch.end]
    names = (stretch.name,) if stretch.name else ()
    for start, end in pairwise(cuts):
        if any(first <= start and end <= last for first, last in spans):
            yield Part(start, end, Ground.BRIGHT)
        else:
            yield Part(start, end, Ground.FOLD, names, stretch.code is StretchCode.HOLIDAY)


def _settled(part: Part, zone: tzinfo) -> Part:
    if part.ground is not Ground.FOLD:
        return part
    if part.end - part.start < _LEAST_FOLD:
        return part._replace(ground=Ground.SHADE)
    return part if part.is_long else part._replace(is_long=_has_whole_day(part.start, part.end, zone))


# The strips of a region's tickets are drawn over the same hours, all day long.
@lru_cache(maxsize=4096)
def _has_whole_day(start: datetime, end: datetime, zone: tzinfo) -> bool:
    first = next(midnights(start, end + 2 * DAY, zone))
    return _next_midnight(first, zone) <= end


def midnights(start: datetime, end: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The local midnights in [start, end), in UTC."""
    at = _midnight_before(start, zone)
    while at < end:
        if at >= start:
            yield at
        at = _next_midnight(at, zone)


@lru_cache(maxsize=4096)
def _midnight_before(at: datetime, zone: tzinfo) -> datetime:
    return datetime.combine(at.astimezone(zone).date(), time(), zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def _next_midnight(at: datetime, zone: tzinfo) -> datetime:
    return datetime.combine((at + 12 * HOUR).astimezone(zone).date() + DAY, time(), zone).astimezone(UTC)
