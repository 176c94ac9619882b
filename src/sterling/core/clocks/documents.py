"""Timeline documents (promises, section 2) to typed events, and clocks to their JSON form (section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sterling.core.clocks.draft import Metric, State
from sterling.core.clocks.events import Event, Opened
from sterling.core.clocks.reading import read_calendar, read_event, read_instant, wrong

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog
    from sterling.core.clocks.draft import Draft
    from sterling.core.clocks.outcome import Clock

_KEYS = ("calendar", "events", "until")


@dataclass(frozen=True, slots=True)
class Timeline:
    """A checked document: events in order, the first one `Opened`."""

    calendar: Calendar
    events: tuple[Event, ...]
    until: datetime


def read_timeline(document: Any, catalog: Catalog) -> Timeline:
    """A document of section 2, checked against `catalog`. ValueError names the field: `events[3].to: ...`.

    Keys beside calendar, events and until are the writer's own (a note, say), unless they look like
    one of the three misspelled.
    """
    if not isinstance(document, Mapping):
        raise wrong("timeline", "must be an object with calendar, events and until")
    for key in document:
        if key not in _KEYS and (close := get_close_matches(str(key), _KEYS, n=1, cutoff=0.8)):
            raise wrong(key, f"unknown field, did you mean {close[0]}?")
    for key in ("calendar", "events"):
        if key not in document:
            raise wrong(key, "missing")
    calendar = read_calendar(document["calendar"], "calendar")
    events = _read_events(document["events"], catalog)
    until = document.get("until")
    return Timeline(calendar, events, events[-1].at if until is None else read_instant(until, "until"))


def _read_events(rows: Any, catalog: Catalog) -> tuple[Event, ...]:
    """In order of `at`, ties as listed; the first one opens the ticket and no other does."""
    if not isinstance(rows, list):
        raise wrong("events", "must be a list")
    events = []
    for index, row in enumerate(rows):
        try:
            events.append(read_event(row, catalog))
        except ValueError as error:
            raise ValueError(f"events[{index}]{_joined(error)}") from None
    ordered = tuple(sorted(events, key=_at))
    if not ordered:
        raise wrong("events", "a timeline begins with opened")
    for order, event in enumerate(ordered):
        if isinstance(event, Opened) != (order == 0):
            problem = "opened comes once" if order else "a timeline begins with opened"
            place = next(index for index, listed in enumerate(events) if listed is event)
            raise wrong(f"events[{place}].type", problem)
    return ordered


_at = attrgetter("at")


def _joined(error: ValueError) -> str:
    """A refusal of an event, to follow its place: `.to: ...`, or `: ...` where it is the whole event."""
    what = str(error)
    return f": {what.removeprefix('event: ')}" if what.startswith("event: ") else f".{what}"


def instant(at: datetime | None) -> str | None:
    """UTC with a Z; microseconds only where there are any."""
    return None if at is None else at.isoformat()[:-6] + "Z"


_METRICS = {metric: metric.value for metric in Metric}
_STATES = {state: state.value for state in State}


def clock_dict(clock: Draft | Clock) -> dict[str, Any]:
    """The JSON form of section 6."""
    return {
        "metric": _METRICS[clock.metric],
        "started": instant(clock.started),
        "due": instant(clock.due),
        "ended": instant(clock.ended),
        "state": _STATES[clock.state],
    }
