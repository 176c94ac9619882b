"""Why is this due then? Each stretch of time, each change that moved the due (promises, section 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sterling.core.catalog import Catalog, shipped
from sterling.core.clocks.documents import clock_dict, instant, read_timeline
from sterling.core.clocks.outcome import Clock, replay_events
from sterling.core.clocks.reckoning import NOTHING
from sterling.core.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.core.calendars import Calendar
    from sterling.core.text import Text


class Because(StrEnum):
    """Why a stretch counts (open, always) or does not."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class ClockStretch:
    """[start, end) in UTC and how much of it counted; `name` is the holiday's, where it has one."""

    start: datetime
    end: datetime
    counted: timedelta
    because: Because
    name: Text | None = None


def why(clock: Clock, until: datetime) -> tuple[ClockStretch, ...]:
    """The stretches from the clock's start to its due, without gaps. Each change is in `clock.changes`.

    Without a due (paused, never) they lead to the clock's end, or to `until`. For a clock that no change
    moved, what counted adds up to its target exactly. A status change on Low has none.
    """
    if not clock.legs:
        return ()
    end = clock.due or clock.ended or until
    starts = [clock.started, *(leg.start for leg in clock.legs[1:]), end]
    spans = zip(pairwise(starts), (leg.calendar for leg in clock.legs), strict=True)
    return tuple(piece for (a, b), calendar in spans for piece in _pieces(calendar, a, min(b, end)))


def _pieces(calendar: Calendar | None, start: datetime, end: datetime) -> Iterator[ClockStretch]:
    if start >= end:
        return
    if calendar is None:
        yield ClockStretch(start, end, NOTHING, Because.PAUSED)
        return
    for piece in calendar.explain(start, end):
        counted = piece.end - piece.start if piece.open else NOTHING
        yield ClockStretch(piece.start, piece.end, counted, Because(piece.code.value), piece.name)


def explain(document: dict[str, Any], catalog: Catalog | None = None) -> dict[str, Any]:
    """`{"clocks": [...]}`: the clocks of `replay`, each with target, stretches and changes.

    `target` is an ISO 8601 duration, `{"business_days": N}`, `{"rule": "business_day" | "status_change"}`
    for updates of that kind, or null for best effort. ValueError as `replay`.
    """
    catalog = catalog or shipped()
    timeline = read_timeline(document, catalog)
    result = replay_events(catalog, timeline.calendar, timeline.events, timeline.until)
    return {"clocks": [explained(clock, timeline.until) for clock in result.clocks]}


def explained(clock: Clock, until: datetime) -> dict[str, Any]:
    """One clock of `explain`."""
    changes = [
        {
            "at": instant(moved.at),
            "what": moved.what.value,
            "due_before": instant(moved.before),
            "due_after": instant(moved.after),
        }
        for moved in clock.changes
    ]
    stretches = [_stretch_dict(piece) for piece in why(clock, until)]
    return {**clock_dict(clock), "target": target_dict(clock), "stretches": stretches, "changes": changes}


def target_dict(clock: Clock) -> str | dict[str, Any] | None:
    """What the clock's due was counted from, as JSON."""
    target = clock.target
    if isinstance(target, timedelta):
        return format_duration(target)
    if clock.is_response:
        return None if target is None else {"business_days": target.days}
    return {"rule": "status_change" if target is None else "business_day"}


def _stretch_dict(piece: ClockStretch) -> dict[str, Any]:
    because: dict[str, Any] = {"code": piece.because.value}
    if piece.name is not None:
        name = piece.name
        because["name"] = name.en if name.en == name.zh else name.as_dict()
    seconds, rest = divmod(piece.counted, timedelta(seconds=1))
    counted = seconds if not rest else piece.counted.total_seconds()
    return {
        "from": instant(piece.start),
        "to": instant(piece.end),
        "counted": counted,
        "because": because,
    }
