"""Timeline documents (promises, section 2) to typed events, and clocks to their JSON form (section 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from sterling.core.calendars import Calendar
from sterling.core.catalog import Catalog
from sterling.core.clocks.events import (
    AgentMessage,
    CadenceAgreed,
    CalendarChanged,
    CallAnswered,
    CustomerMessage,
    Event,
    Merged,
    NoReplyNeeded,
    Opened,
    PlanChanged,
    PriorityChanged,
    Remark,
    Side,
    Status,
    StatusChanged,
)
from sterling.core.durations import parse_duration

_MOST_CALENDARS = 1024
_FRACTION_DIGITS = 6
_MOST_SHOWN = 60
_KEYS = ("calendar", "events", "until")


@dataclass(frozen=True, slots=True)
class Timeline:
    """A checked document: events in order, the first one `Opened`."""

    calendar: Calendar
    events: tuple[Event, ...]
    until: datetime


def wrong(where: str, what: str) -> ValueError:
    """The one shape of a refusal: the field, then what is wrong with it, in one line."""
    return ValueError(f"{where}: {what}")


def _show(value: Any) -> str:
    return repr(value)[:_MOST_SHOWN]


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
    rows = document["events"]
    if not isinstance(rows, list):
        raise wrong("events", "must be a list")
    events = [read_event(row, catalog, index) for index, row in enumerate(rows)]
    places = sorted(range(len(events)), key=lambda index: events[index].at)
    for order, index in enumerate(places):
        if isinstance(events[index], Opened) != (order == 0):
            problem = "opened comes once" if order else "a timeline begins with opened"
            raise wrong(f"events[{index}].type", problem)
    if not places:
        raise wrong("events", "a timeline begins with opened")
    ordered = tuple(events[index] for index in places)
    until = document.get("until")
    return Timeline(calendar, ordered, ordered[-1].at if until is None else read_instant(until, "until"))


def read_event(row: Any, catalog: Catalog, index: int = 0) -> Event:
    """One event of a document, in UTC. ValueError names the field."""
    where = f"events[{index}]"
    if not isinstance(row, Mapping):
        raise wrong(where, "must be an object with at and type")
    for key in ("type", "at"):
        if key not in row:
            raise wrong(f"{where}.{key}", "missing")
    kind = row["type"]
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise wrong(f"{where}.type", f"unknown event {_show(kind)}")
    known, read = reader
    for key in row:
        if key not in known:
            raise wrong(f"{where}.{key}", f"unknown field of {kind}")
    return read(row, read_instant(row["at"], f"{where}.at"), catalog, where)


def read_instant(value: Any, where: str) -> datetime:
    """An ISO 8601 instant with its offset, to the microsecond, as UTC."""
    if not isinstance(value, str):
        raise wrong(where, f"must be an instant like 2026-03-02T09:00:00Z, not {_show(value)}")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise wrong(where, f"{_show(value)} is not an instant like 2026-03-02T09:00:00Z") from None
    if at.tzinfo is None:
        raise wrong(where, f"{_show(value)} has no offset from UTC")
    if ("." in value or "," in value) and _fraction_digits(value) > _FRACTION_DIGITS:
        raise wrong(where, f"{_show(value)} is finer than a microsecond")
    if at.tzinfo is UTC:
        return at
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise wrong(where, f"{_show(value)} lies outside the years 1 to 9999 in UTC") from None


def _fraction_digits(value: str) -> int:
    digits = value.replace(",", ".").split(".", 1)[1]
    return next((place for place, letter in enumerate(digits) if not letter.isdigit()), len(digits))


_calendars: dict[str, Calendar] = {}


def read_calendar(value: Any, where: str) -> Calendar:
    """A calendar of section 1. Equal dictionaries give the same compiled calendar."""
    key = repr(value)
    found = _calendars.get(key)
    if found is None:
        try:
            found = Calendar.from_dict(value)
        except ValueError as error:
            what = str(error)
            raise ValueError(
                what.replace("calendar", where, 1) if what.startswith("calendar:") else f"{where}.{what}"
            ) from None
        if len(_calendars) >= _MOST_CALENDARS:
            _calendars.clear()
        _calendars[key] = found
    return found


Row = Mapping[str, Any]


def _opened(row: Row, at: datetime, catalog: Catalog, where: str) -> Event:
    by = _choice(row.get("by"), _OPENERS, f"{where}.by")
    plan = _choice(row.get("plan"), catalog.plans, f"{where}.plan")
    priority = _choice(row.get("priority"), catalog.priorities, f"{where}.priority")
    return Opened(at, Side(by), plan, priority)


def _customer_message(row: Row, at: datetime, _: Catalog, where: str) -> Event:
    since = row.get("since")
    if since is None:
        return CustomerMessage(at)
    since = read_instant(since, f"{where}.since")
    if since > at:
        raise wrong(f"{where}.since", "lies after at")
    return CustomerMessage(at, since)


def _agent_message(_row: Row, at: datetime, _: Catalog, _where: str) -> Event:
    return AgentMessage(at)


def _call_answered(_row: Row, at: datetime, _: Catalog, _where: str) -> Event:
    return CallAnswered(at)


def _remark(row: Row, at: datetime, _: Catalog, _where: str) -> Event:
    return Remark(at, row["type"])


def _priority(row: Row, at: datetime, catalog: Catalog, where: str) -> Event:
    return PriorityChanged(at, _choice(row.get("to"), catalog.priorities, f"{where}.to"))


def _plan(row: Row, at: datetime, catalog: Catalog, where: str) -> Event:
    return PlanChanged(at, _choice(row.get("to"), catalog.plans, f"{where}.to"))


def _status(row: Row, at: datetime, _: Catalog, where: str) -> Event:
    to = _STATUSES[_choice(row.get("to"), _STATUSES, f"{where}.to")]
    by = _SIDES[_choice(row.get("by", "agent"), _SIDES, f"{where}.by")]
    message = row.get("message", False)
    if not isinstance(message, bool):
        raise wrong(f"{where}.message", f"must be true or false, not {_show(message)}")
    return StatusChanged(at, to, by, message)


def _cadence(row: Row, at: datetime, _: Catalog, where: str) -> Event:
    if "every" not in row:
        raise wrong(f"{where}.every", "missing (null goes back to the plan's)")
    every = row["every"]
    if every is None:
        return CadenceAgreed(at, None)
    if not isinstance(every, str):
        raise wrong(f"{where}.every", f"must be a duration like PT4H or null, not {_show(every)}")
    try:
        length = _duration(every)
    except ValueError as error:
        raise wrong(f"{where}.every", str(error)) from None
    if not length:
        raise wrong(f"{where}.every", "must be more than nothing")
    return CadenceAgreed(at, length)


def _calendar(row: Row, at: datetime, _: Catalog, where: str) -> Event:
    if "calendar" not in row:
        raise wrong(f"{where}.calendar", "missing")
    return CalendarChanged(at, read_calendar(row["calendar"], f"{where}.calendar"))


def _no_reply_needed(row: Row, at: datetime, _: Catalog, where: str) -> Event:
    return NoReplyNeeded(at, _words(row.get("reason", ""), f"{where}.reason"))


def _merged(row: Row, at: datetime, _: Catalog, where: str) -> Event:
    into = row.get("into", "")
    return Merged(at, str(into) if isinstance(into, int) else _words(into, f"{where}.into"))


def _words(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise wrong(where, f"must be text, not {_show(value)}")
    return value


def _choice(value: Any, known: Mapping[str, Any], where: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise wrong(where, f"{_show(value)} is none of {', '.join(known)}")
    return value


_OPENERS = {"customer": Side.CUSTOMER, "agent": Side.AGENT}
_SIDES = {side.value: side for side in Side}
_STATUSES = {status.value: status for status in Status}
_duration: Callable[[str], timedelta] = lru_cache(maxsize=256)(parse_duration)

_Reader = Callable[[Row, datetime, Catalog, str], Event]
_READERS: dict[str, tuple[frozenset[str], _Reader]] = {
    kind: (frozenset(("at", "type", *fields)), read)
    for kind, fields, read in (
        ("opened", ("by", "plan", "priority"), _opened),
        ("customer_message", ("since",), _customer_message),
        ("agent_message", (), _agent_message),
        ("call_answered", (), _call_answered),
        ("note", (), _remark),
        ("auto_message", (), _remark),
        ("workaround", (), _remark),
        ("priority", ("to",), _priority),
        ("plan", ("to",), _plan),
        ("status", ("to", "by", "message"), _status),
        ("cadence", ("every",), _cadence),
        ("calendar", ("calendar",), _calendar),
        ("no_reply_needed", ("reason",), _no_reply_needed),
        ("merged", ("into",), _merged),
    )
}


def instant(at: datetime | None) -> str | None:
    """UTC with a Z; microseconds only where there are any."""
    return None if at is None else at.isoformat()[:-6] + "Z"


def clock_dict(clock: Any) -> dict[str, Any]:
    """The JSON form of section 6."""
    return {
        "metric": clock.metric.value,
        "started": instant(clock.started),
        "due": instant(clock.due),
        "ended": instant(clock.ended),
        "state": clock.state.value,
    }
