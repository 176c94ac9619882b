"""The parts of a timeline document, each checked: events, instants, calendars. A refusal names the field."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sterling.core.calendars import Calendar
from sterling.core.calendars.definition import zone
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
_PLAIN = 2  # a marshal format without references: equal values give equal bytes


def wrong(where: str, what: str) -> ValueError:
    """The one shape of a refusal: the field, then what is wrong with it, in one line."""
    return ValueError(f"{where}: {what}")


def _show(value: Any) -> str:
    return repr(value)[:_MOST_SHOWN]


def read_event(row: Any, catalog: Catalog) -> Event:
    """One event of a document, in UTC. ValueError names the field: `to: ...`."""
    if not isinstance(row, dict):
        raise wrong("event", "must be an object with at and type")
    if "type" not in row or "at" not in row:
        raise wrong("at" if "type" in row else "type", "missing")
    kind = row["type"]
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise wrong("type", f"unknown event {_show(kind)}")
    known, read = reader
    if not row.keys() <= known:
        raise wrong(next(key for key in row if key not in known), f"unknown field of {kind}")
    return read(row, read_instant(row["at"], "at"), catalog)


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


_calendars: dict[bytes, Calendar] = {}


def read_calendar(value: Any, where: str) -> Calendar:
    """A calendar of section 1. Equal dictionaries give the same compiled calendar."""
    try:
        key = marshal.dumps(value, _PLAIN)
    except ValueError:  # nothing that JSON can say: let the calendar refuse it
        key = b""
    found = _calendars.get(key)
    if found is None:
        try:
            found = Calendar.from_dict(value)
        except ValueError as error:
            what = str(error)
            whole = what.startswith("calendar:")
            raise ValueError(what.replace("calendar", where, 1) if whole else f"{where}.{what}") from None
        if len(_calendars) >= _MOST_CALENDARS:
            _calendars.clear()
        if key:
            _calendars[key] = found
    return found


Row = Mapping[str, Any]


def _opened(row: Row, at: datetime, catalog: Catalog) -> Event:
    by = _choice(row.get("by"), _OPENERS, "by")
    plan = _choice(row.get("plan"), catalog.plans, "plan")
    priority = _choice(row.get("priority"), catalog.priorities, "priority")
    zones = row.get("zones")
    if zones is None:
        return Opened(at, Side(by), plan, priority)
    return Opened(at, Side(by), plan, priority, _zones(zones))


def _zones(value: Any) -> dict[str, str]:
    """The customer's zones: `{"organization": "Asia/Tokyo", "contact": …}`, either of which may be left out."""
    if not isinstance(value, dict) or not value.keys() <= _CUSTOMERS:
        raise wrong("zones", f"must be an object with {' and '.join(sorted(_CUSTOMERS))}, not {_show(value)}")
    for whose, name in value.items():
        try:
            zone(name)
        except ValueError:
            raise wrong(f"zones.{whose}", f"{_show(name)} is not a time zone") from None
    return value


def _customer_message(row: Row, at: datetime, _: Catalog) -> Event:
    since = row.get("since")
    if since is None:
        return CustomerMessage(at)
    since = read_instant(since, "since")
    if since > at:
        raise wrong("since", "lies after at")
    return CustomerMessage(at, since)


def _agent_message(_row: Row, at: datetime, _: Catalog) -> Event:
    return AgentMessage(at)


def _call_answered(_row: Row, at: datetime, _: Catalog) -> Event:
    return CallAnswered(at)


def _remark(row: Row, at: datetime, _: Catalog) -> Event:
    return Remark(at, row["type"])


def _priority(row: Row, at: datetime, catalog: Catalog) -> Event:
    return PriorityChanged(at, _choice(row.get("to"), catalog.priorities, "to"))


def _plan(row: Row, at: datetime, catalog: Catalog) -> Event:
    return PlanChanged(at, _choice(row.get("to"), catalog.plans, "to"))


def _status(row: Row, at: datetime, _: Catalog) -> Event:
    to = _STATUSES[_choice(row.get("to"), _STATUSES, "to")]
    by = _SIDES[_choice(row.get("by", "agent"), _SIDES, "by")]
    message = row.get("message", False)
    if not isinstance(message, bool):
        raise wrong("message", f"must be true or false, not {_show(message)}")
    return StatusChanged(at, to, by, message)


def _cadence(row: Row, at: datetime, _: Catalog) -> Event:
    if "every" not in row:
        raise wrong("every", "missing (null goes back to the plan's)")
    every = row["every"]
    if every is None:
        return CadenceAgreed(at, None)
    if not isinstance(every, str):
        raise wrong("every", f"must be a duration like PT4H or null, not {_show(every)}")
    try:
        length = _duration(every)
    except ValueError as error:
        raise wrong("every", str(error)) from None
    if not length:
        raise wrong("every", "must be more than nothing")
    return CadenceAgreed(at, length)


def _calendar(row: Row, at: datetime, _: Catalog) -> Event:
    if "calendar" not in row:
        raise wrong("calendar", "missing")
    return CalendarChanged(at, read_calendar(row["calendar"], "calendar"))


def _no_reply_needed(row: Row, at: datetime, _: Catalog) -> Event:
    return NoReplyNeeded(at, _words(row.get("reason", ""), "reason"))


def _merged(row: Row, at: datetime, _: Catalog) -> Event:
    into = row.get("into", "")
    return Merged(at, str(into) if isinstance(into, int) else _words(into, "into"))


def _words(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise wrong(where, f"must be text, not {_show(value)}")
    return value


def _choice(value: Any, known: Mapping[str, Any], where: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise wrong(where, f"{_show(value)} is none of {', '.join(known)}")
    return value


_OPENERS = {"customer": Side.CUSTOMER, "agent": Side.AGENT}
_CUSTOMERS = {"contact", "organization"}
_SIDES = {side.value: side for side in Side}
_STATUSES = {status.value: status for status in Status}
_duration: Callable[[str], timedelta] = lru_cache(maxsize=256)(parse_duration)

_Reader = Callable[[Row, datetime, Catalog], Event]
_READERS: dict[str, tuple[frozenset[str], _Reader]] = {
    kind: (frozenset(("at", "type", *fields)), read)
    for kind, fields, read in (
        ("opened", ("by", "plan", "priority", "zones"), _opened),
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
