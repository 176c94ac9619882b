"""Instants to px: which part of a ticket is shown, and where in it an instant lies."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sterling.base.strip.grounds import HOUR, Ground, Part, midnights, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from sterling.base.strip.values import Strip

EDGE = 6.0  # px of the fold that follows the last bright stretch, or comes before the first
LEAST_SCALE = 5.0  # px an open hour; below it the strip shows the most recent part
_AHEAD = 0.6  # at most this much of the strip lies ahead of today's beginning
_WHOLE = 16 * HOUR  # a bright stretch up to this long is shown from end to end
_MARGIN = 0.05  # of the time shown, on both sides, where nothing closes
_LEAST_MARGIN = timedelta(minutes=10)


class Span(NamedTuple):
    """One ground where it is drawn."""

    part: Part
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Axis:
    """`spans` from left to right within `width` px; `is_cut`: something earlier is not shown."""

    spans: tuple[Span, ...]
    width: float
    scale: float
    is_cut: bool

    @property
    def start(self) -> datetime:
        return self.spans[0].part.start

    @property
    def end(self) -> datetime:
        return self.spans[-1].part.end

    def holds(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def x(self, at: datetime) -> float:
        """Where `at` lies; what is not shown lies at the edge, however the widths before it add up in floats."""
        found = bisect_right(self.spans, at, key=lambda span: span.part.start) - 1
        part, x, width = self.spans[max(found, 0)]
        share = (at - part.start) / (part.end - part.start)
        return min(x + width * min(max(share, 0.0), 1.0), self.width)


@dataclass(frozen=True, slots=True)
class _Window:
    """A choice of what to show, and how large an hour is then."""

    parts: tuple[Part, ...]
    width: float
    lead: float
    trail: float

    @property
    def scale(self) -> float:
        hours = sum(((one.end - one.start) / HOUR for one in self.parts if not one.folded), 0.0)
        room = self.width - self.lead - self.trail - sum(one.folded for one in self.parts)
        return room / hours if hours else 0.0

    def axis(self, *, is_cut: bool) -> Axis:
        scale, x, spans = self.scale, self.lead, []
        for part in self.parts:
            width = part.folded or scale * ((part.end - part.start) / HOUR)
            spans.append(Span(part, x, width))
            x += width
        return Axis(tuple(spans), self.width, scale, is_cut)


def axis(strip: Strip, width: float) -> Axis:
    """The whole ticket if an open hour is at least `LEAST_SCALE` px wide, else its most recent days.

    What lies far ahead is cut too, so that some past always shows. ValueError without hours.
    """
    grounds = parts(strip.hours, strip.runs, strip.now, strip.zone)
    if not grounds:
        raise ValueError("hours: none; a strip needs the region's hours")
    first, last = _bounds(strip)
    begin, finish = _begin(grounds, first, last - first), _finish(grounds, last, last - first)
    finish = _with_bright(grounds, begin, finish)
    anchor = min(strip.now, last)
    starts = [begin, *_starts(grounds, begin, anchor, strip.zone)]
    ends = [*_ends(grounds, anchor, finish, strip.zone), finish]

    def window(start: datetime, end: datetime) -> _Window:
        return _window(grounds, start, end, width, is_cut=start > begin)

    ahead = LEAST_SCALE / _AHEAD
    end = next((one for one in reversed(ends) if window(starts[-1], one).scale >= ahead), ends[0])
    start = next((one for one in starts if window(one, end).scale >= LEAST_SCALE), starts[-1])
    return window(start, end).axis(is_cut=start > begin)


def _bounds(strip: Strip) -> tuple[datetime, datetime]:
    """The first and the last instant that the whole ticket has to show."""
    seen = [mark.at for mark in strip.marks] + [run.started for run in strip.runs]
    ends = [run.stops(strip.now) for run in strip.runs if run.state != "running"]
    dues = [run.due for run in strip.runs if run.due and (run.state == "running" or run.owed)]
    past = [at for at in (*seen, *ends) if at <= strip.now]
    live = [strip.now] if strip.live or not past else []
    return min([*past, *live]), max([*past, *live, *dues])


def _at(grounds: Sequence[Part], at: datetime) -> Part:
    """The ground at `at`, the nearest one outside."""
    return grounds[max(bisect_right(grounds, at, key=lambda part: part.start) - 1, 0)]


def _begin(grounds: Sequence[Part], first: datetime, time: timedelta) -> datetime:
    part = _at(grounds, first)
    if part.folded or part.end - part.start <= _WHOLE:
        return part.start
    return max(_hour(first - max(_MARGIN * time, _LEAST_MARGIN)), part.start)


def _finish(grounds: Sequence[Part], last: datetime, time: timedelta) -> datetime:
    part = _at(grounds, last - timedelta(microseconds=1))
    if part.folded or part.end - part.start <= _WHOLE:
        return part.end
    return min(_hour(last + max(_MARGIN * time, _LEAST_MARGIN)) + HOUR, part.end)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _with_bright(grounds: Sequence[Part], begin: datetime, finish: datetime) -> datetime:
    """`finish`, or further on where nothing but a fold would be shown."""
    for part in grounds:
        if part.end > begin and not part.folded:
            return max(finish, min(part.end, part.start + _WHOLE)) if part.start >= finish else finish
    return finish


def _starts(grounds: Sequence[Part], begin: datetime, anchor: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Where a shorter strip may begin: as the region opens, and at midnight where it does not close."""
    for part in grounds:
        if part.ground is Ground.BRIGHT:
            found = {part.start, *midnights(part.start, part.end, zone)}
            yield from (at for at in sorted(found) if begin < at <= anchor)


def _ends(grounds: Sequence[Part], anchor: datetime, finish: datetime, zone: tzinfo) -> Iterator[datetime]:
    for part in grounds:
        if part.ground is Ground.BRIGHT:
            found = {part.end, *midnights(part.start, part.end, zone)}
            yield from (at for at in sorted(found) if anchor < at < finish)


def _window(
    grounds: Sequence[Part], start: datetime, end: datetime, width: float, *, is_cut: bool
) -> _Window:
    shown = tuple(
        part._replace(start=max(part.start, start), end=min(part.end, end))
        for part in grounds
        if part.start < end and start < part.end
    )
    before = any(part.end == start and part.folded for part in grounds)
    after = any(part.start == end and part.folded for part in grounds)
    return _Window(shown, width, EDGE if is_cut and before else 0.0, EDGE if after else 0.0)
