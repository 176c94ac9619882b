"""Who is on duty when: a shift is a calendar in a person's zone, from one date to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sterling.core.calendars import Calendar
from sterling.core.calendars import definition as documents
from sterling.core.calendars.instants import MICROSECOND, instant, microseconds, utc
from sterling.core.calendars.wallclock import WallClock

if TYPE_CHECKING:
    from sterling.core.calendars.definition import Definition, Spans

Span = tuple[datetime, datetime]
"""[start, end) in UTC."""

KEYS = ("weekly", "holidays", "exceptions")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """The hours that start on the local dates in [starts, ends). A night that begins on the last one is worked."""

    definition: Definition
    starts: date | None = None
    ends: date | None = None
    _wall: WallClock = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wall", WallClock(self.definition))

    @classmethod
    def from_dict(
        cls, hours: object, zone: str, starts: date | None = None, ends: date | None = None
    ) -> Shift:
        """`hours`: {"weekly", "holidays", "exceptions"} of promises.md 1, read in `zone`. ValueError names the field."""
        if not isinstance(hours, Mapping):
            raise ValueError(f"hours: needs an object with weekly hours, not {hours!r}")  # noqa: TRY004 - as calendars do
        for key in hours:
            if key not in KEYS:
                raise ValueError(f"{key}: unknown in a shift; known are {', '.join(KEYS)}")
        if starts and ends and ends <= starts:
            raise ValueError("ends: must be after starts; it is the first date that is not worked")
        definition = documents.read({**hours, "tz": zone})
        if not any(definition.weekly) and not any(spans for _, spans in definition.exceptions):
            raise ValueError("weekly: name at least one day with hours")
        return cls(_cut(definition, starts, ends), starts, ends)

    def on_date(self, day: date) -> Spans:
        """The hours that start on this local date, in minutes after its 00:00; a night ends beyond 24:00."""
        if (self.starts and day < self.starts) or (self.ends and day >= self.ends):
            return ()
        return self._wall.starting(day.toordinal())

    def is_on(self, at: datetime) -> bool:
        """Is it worked at this instant? Cheap: nothing is compiled."""
        local = utc(at, "at").astimezone(self.definition.tz)
        day = local.date()
        if (self.starts and day < self.starts) or (self.ends and day > self.ends):
            return False
        passed = (local.replace(tzinfo=None) - datetime.combine(day, time())) // MICROSECOND
        return any(start <= passed < end for start, end in self._wall.open_pieces(day.toordinal()))

    def spans(self, a: datetime, b: datetime) -> list[Span]:
        """When it is worked in [a, b), in order, none touching."""
        a, b = utc(a, "a"), utc(b, "b")
        if self.starts:
            a = max(a, self._midnight(self.starts))
        if self.ends:
            b = min(b, self._midnight(self.ends + DAY))
        found = Calendar(self.definition).segments(microseconds(a), microseconds(b))
        return [(instant(start), instant(end)) for start, end in zip(*found, strict=True)]

    def _midnight(self, day: date) -> datetime:
        return utc(datetime.combine(day, time(), self.definition.tz), "day")


def on_duty(shifts: Iterable[Shift], absences: Iterable[Span], at: datetime) -> bool:
    """Is a person with these shifts and absences on duty at this instant?"""
    return not any(start <= at < end for start, end in absences) and any(one.is_on(at) for one in shifts)


def spans(shifts: Iterable[Shift], absences: Iterable[Span], a: datetime, b: datetime) -> list[Span]:
    """When that person is on duty in [a, b): in order, none touching, absences taken out."""
    found: list[Span] = []
    for start, end in sorted(span for one in shifts for span in one.spans(a, b)):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    for gone, back in absences:
        found = [
            (start, end)
            for on, off in found
            for start, end in ((on, min(off, gone)), (max(on, back), off))
            if start < end
        ]
    return found


def once(a: datetime, b: datetime, zone: str) -> tuple[dict[str, Any], date, date]:
    """Hours and dates of a shift in `zone` that is worked once and covers [a, b), to the minute around it.

    An end within an hour that comes twice takes in the whole of that hour. ValueError unless a < b.
    """
    if b <= a:
        raise ValueError("ends: must be after starts")
    tz = documents.zone(zone)
    start, end = a.astimezone(tz), b.astimezone(tz)
    first = start.replace(minute=0) if _comes_twice(start) else start
    first = first.replace(second=0, microsecond=0, tzinfo=None)
    last = end.replace(second=0, microsecond=0, tzinfo=None)
    if end.second or end.microsecond:
        last += timedelta(minutes=1)
    if _comes_twice(end):
        last = last.replace(minute=0) + timedelta(hours=1)
    last = max(last, first + timedelta(minutes=1))
    if last - first < DAY and last.time() != time():
        night = {first.date().isoformat(): [[f"{first:%H:%M}", f"{last:%H:%M}"]]}
        return {"exceptions": night}, first.date(), first.date() + DAY
    days: dict[str, list[list[str]]] = {}
    day = first.date()
    while datetime.combine(day, time()) < last:
        opens = first if day == first.date() else datetime.combine(day, time())
        days[day.isoformat()] = [[f"{opens:%H:%M}", f"{last:%H:%M}" if day == last.date() else "24:00"]]
        day += DAY
    return {"exceptions": days}, first.date(), day


def _comes_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _cut(definition: Definition, starts: date | None, ends: date | None) -> Definition:
    """The same without what starts on the dates next to the first and the last: no tail leads in or goes on."""
    edges: dict[date, Spans] = {}
    if starts and starts > date.min:
        edges[starts - DAY] = ()
    if ends:
        edges[ends] = ()
    kept = {day: hours for day, hours in definition.exceptions if day not in edges}
    return replace(definition, exceptions=tuple(sorted((kept | edges).items())))
