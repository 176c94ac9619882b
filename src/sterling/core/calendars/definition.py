"""What a calendar says, read from its document and written back.

Everything that is not plainly right is refused with a ValueError that names the field.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sterling.core.text import Text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60

Span = tuple[int, int]
"""[start, end) in minutes after 00:00 of the date it starts on; what lies beyond 1440 is its tail."""

Spans = tuple[Span, ...]

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Not zones of their own: links of one machine, and two extra trees of some systems (one with leap seconds).
_NO_ZONE = re.compile(r"localtime|posixrules|(posix|right)/.*")


@dataclass(frozen=True, slots=True)
class Definition:
    """A calendar as people agree on it. Dates are in order, and spans of a date too."""

    tz: ZoneInfo
    always: bool = False
    weekly: tuple[Spans, ...] = ((),) * 7
    holidays: tuple[tuple[date, Text | None], ...] = ()
    exceptions: tuple[tuple[date, Spans], ...] = ()


def read(document: object) -> Definition:
    """The definition in `document` (promises.md 1). ValueError names the field."""
    if not isinstance(document, Mapping):
        raise ValueError(f"calendar: needs an object, not {document!r}")  # noqa: TRY004 - the promise is ValueError
    if "always" in document:
        return _read_always(document)
    _only(document, ("tz", "weekly", "holidays", "exceptions"), "")
    weekly = _object(document.get("weekly", {}), "weekly")
    _only(weekly, DAYS, "weekly.")
    exceptions = _object(document.get("exceptions", {}), "exceptions")
    return Definition(
        tz=zone(document.get("tz")),
        weekly=tuple(_spans(weekly.get(day, ()), f"weekly.{day}") for day in DAYS),
        holidays=_holidays(document.get("holidays", ())),
        exceptions=tuple(
            sorted(
                (_date(day, f"exceptions.{day}"), _spans(hours, f"exceptions.{day}"))
                for day, hours in exceptions.items()
            )
        ),
    )


def write(definition: Definition) -> dict[str, Any]:
    """The document of `definition`; `read(write(d)) == d`."""
    if definition.always:
        return {"always": True, "tz": definition.tz.key}
    named = any(name is not None for _, name in definition.holidays)
    holidays: Any = [day.isoformat() for day, _ in definition.holidays]
    if named:
        holidays = {day.isoformat(): _write_name(name) for day, name in definition.holidays}
    return {
        "tz": definition.tz.key,
        "weekly": {
            day: [_write_span(span) for span in spans]
            for day, spans in zip(DAYS, definition.weekly, strict=True)
            if spans
        },
        "holidays": holidays,
        "exceptions": {
            day.isoformat(): [_write_span(span) for span in spans] for day, spans in definition.exceptions
        },
    }


def _read_always(document: Mapping[Any, Any]) -> Definition:
    if document["always"] is not True:
        raise ValueError("always: can only be true; leave it out of a calendar with hours")
    _only(document, ("always", "tz"), "", " in a 24x7 calendar")
    whole_day = ((0, MIDNIGHT),)
    return Definition(tz=zone(document.get("tz", "UTC")), always=True, weekly=(whole_day,) * 7)


def _only(found: Mapping[Any, Any], known: tuple[str, ...], prefix: str, where: str = "") -> None:
    for key in found:
        if key not in known:
            raise ValueError(f"{prefix}{key}: unknown{where}; known are {', '.join(known)}")


def _object(value: object, field: str) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{field}: needs an object, not {value!r}")  # noqa: TRY004 - the promise is ValueError
    return value


def zone(value: object) -> ZoneInfo:
    """The zone of that name. ValueError for anything else."""
    if value is None:
        raise ValueError('tz: missing; name a zone such as "Europe/Berlin"')
    if not isinstance(value, str) or not value or _NO_ZONE.fullmatch(value):
        raise ValueError(f"tz: {value!r} is not a time zone")
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:  # unknown, not a name, the name of a folder
        raise ValueError(f"tz: {value!r} is not a time zone") from error


def _date(value: object, field: str) -> date:
    # date.fromisoformat also reads other spellings, which would let one date stand twice.
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError(f"{field}: {value!r} is not a date like 2026-10-01")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{field}: {value!r} is not a date of the calendar") from error


def _minutes(value: object, field: str) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{field}: {value!r} is not a time like 09:00")
    return int(found[1]) * 60 + int(found[2]) if found[1] else MIDNIGHT


def _spans(value: object, field: str) -> Spans:
    if not isinstance(value, list | tuple):
        raise ValueError(f"{field}: needs a list of intervals, not {value!r}")  # noqa: TRY004 - the promise is ValueError
    spans = sorted((*_span(pair, f"{field}[{place}]"), place) for place, pair in enumerate(value))
    for (_, end, before), (start, _, place) in itertools.pairwise(spans):
        if start < end:
            raise ValueError(f"{field}[{max(place, before)}]: overlaps {field}[{min(place, before)}]")
    return tuple((start, end) for start, end, _ in spans)


def _span(value: object, field: str) -> Span:
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - a start and an end
        raise ValueError(f"{field}: needs a start and an end, not {value!r}")
    start, end = _minutes(value[0], field), _minutes(value[1], field)
    if start == MIDNIGHT:
        raise ValueError(f"{field}: 24:00 can only end an interval")
    return start, end if end > start else end + MIDNIGHT


def _holidays(value: object) -> tuple[tuple[date, Text | None], ...]:
    if isinstance(value, Mapping):
        named = {_date(day, f"holidays.{day}"): _name(name, f"holidays.{day}") for day, name in value.items()}
        return tuple(sorted(named.items(), key=lambda entry: entry[0]))
    if not isinstance(value, list | tuple):
        raise ValueError(f"holidays: needs a list of dates or an object of their names, not {value!r}")  # noqa: TRY004 - the promise is ValueError
    # A date listed twice is closed all the same.
    return tuple((day, None) for day in sorted({_date(day, f"holidays[{i}]") for i, day in enumerate(value)}))


def _name(value: object, field: str) -> Text | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Text(value, value)
    if (
        isinstance(value, Mapping)
        and value.keys() == {"en", "zh"}
        and all(isinstance(name, str) for name in value.values())
    ):
        return Text(value["en"], value["zh"])
    raise ValueError(f'{field}: needs a name, or {{"en", "zh"}}, not {value!r}')


def _write_name(name: Text | None) -> str | dict[str, str] | None:
    if name is None:
        return None
    return name.en if name.en == name.zh else name.as_dict()


def _write_span(span: Span) -> list[str]:
    start, end = span
    return [_write_time(start), _write_time(end if end <= MIDNIGHT else end - MIDNIGHT)]


def _write_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
