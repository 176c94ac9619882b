"""On whose hours a cell's clocks count: around the clock, the region's, or hours that the catalog names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from sterling.core.calendars import ALWAYS, Calendar
from sterling.core.calendars import definition as documents
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.core.calendars.definition import Spans
    from sterling.core.catalog.fields import Field

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
REGION, ORGANIZATION, CONTACT = "region", "organization", "contact"
_CUSTOMERS = (ORGANIZATION, CONTACT)
_AT = "@"  # between a name and the customer's zone in `Hours.value`
_MINUTES = 7 * documents.MIDNIGHT
_MOST_KEPT = 1024


@dataclass(frozen=True)
class Hours:
    """`value` is how a cell writes them: `always`, `local`, or a name from the catalog's calendars.

    Of named hours, `zone` says whose wall clock they are read on: the region's, the organization's, the
    contact's, or a zone by name; `holidays` whether the region's holidays and exceptional days replace them.
    On a region's exceptional day the hours are those of the exception.
    """

    ALWAYS: ClassVar[Hours]
    LOCAL: ClassVar[Hours]

    value: str
    name: Text
    weekly: tuple[Spans, ...] | None = None
    zone: str = REGION
    holidays: bool = True

    @property
    def is_always(self) -> bool:
        return self.value == "always"

    @property
    def is_local(self) -> bool:
        return self.value == "local"

    @property
    def is_customers(self) -> bool:
        """Read on the customer's own wall clock, which each ticket brings along (`of`)."""
        return self.zone in _CUSTOMERS

    def on(self, region: Calendar) -> Calendar:
        """The calendar that these hours are in a region. Unbound customers' hours are read in the region's zone."""
        if self.weekly is None:
            return ALWAYS if self.value == "always" else region
        return _over(self, region)

    def of(self, zones: Mapping[str, str]) -> Hours:
        """The same for a customer with these zones: `organization` and `contact`, either of which may be absent."""
        zone = zones.get(self.zone) if self.zone in _CUSTOMERS else None
        return self.bound(zone) if zone else self

    def bound(self, zone: str) -> Hours:
        """The same read on the wall clock of `zone`, which `value` then tells."""
        return replace(self, value=f"{self.value}{_AT}{zone}", zone=zone)

    @cached_property
    def week(self) -> frozenset[int]:
        """The open minutes of a week, Monday 00:00 first; the region's are taken as regions are shipped."""
        if self.weekly is None:
            opens, closes = (0, documents.MIDNIGHT) if self.is_always else (9 * 60, 17 * 60)
            days = range(7) if self.is_always else range(5)
            spans = [(day * documents.MIDNIGHT + opens, day * documents.MIDNIGHT + closes) for day in days]
        else:
            spans = [
                (day * documents.MIDNIGHT + start, day * documents.MIDNIGHT + end)
                for day, of_day in enumerate(self.weekly)
                for start, end in of_day
            ]
        return frozenset(minute % _MINUTES for start, end in spans for minute in range(start, end))


Hours.ALWAYS = Hours("always", Text("24x7", "7×24 小时"))
Hours.LOCAL = Hours("local", Text("local hours", "当地工作时间"))
SHIPPED = {hours.value: hours for hours in (Hours.ALWAYS, Hours.LOCAL)}

_known: dict[tuple[Hours, int], tuple[Calendar, Calendar]] = {}


def _over(hours: Hours, region: Calendar) -> Calendar:
    """Named hours laid over a region's calendar, made once for each pair."""
    key = (hours, id(region))
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST_KEPT:
            _known.clear()
        # The region stays alive beside what was made of it, so that its id is nobody else's.
        found = _known[key] = (_made(hours, region), region)
    return found[0]


def _made(hours: Hours, region: Calendar) -> Calendar:
    assert hours.weekly is not None
    theirs = region.definition
    definition = documents.Definition(
        tz=theirs.tz if hours.zone in {REGION, *_CUSTOMERS} else documents.zone(hours.zone),
        weekly=hours.weekly,
        holidays=theirs.holidays if hours.holidays else (),
        exceptions=theirs.exceptions if hours.holidays else (),
    )
    return Calendar.from_dict(documents.write(definition))


def read_calendars(field: Field) -> dict[str, Hours]:
    """The catalog's named hours, by name."""
    if not isinstance(field.value, dict):
        raise field.wanted("an object")
    found = {}
    for name, value in field.value.items():
        one = field.at(str(name), value)
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in SHIPPED:
            raise one.refuse("must be named by letters, digits, '_', '.' or '-', and not always or local")
        found[name] = _read(name, one)
    return found


def _read(name: str, field: Field) -> Hours:
    members = field.members("name", "weekly", optional=("zone", "holidays"))
    weekly = members["weekly"]
    try:
        # The calendars' own reader: hours are written in a catalog as in a region.
        spans = documents.read({"tz": "UTC", "weekly": weekly.value}).weekly
    except ValueError as error:
        raise ValueError(f"{field.path}.{error}") from None
    if not any(spans):
        raise weekly.refuse("is never open")
    zone = members["zone"].string() if "zone" in members else REGION
    if zone not in {REGION, *_CUSTOMERS}:
        try:
            documents.zone(zone)
        except ValueError:
            raise members["zone"].wanted(
                "region, organization, contact or a zone like Europe/Berlin"
            ) from None
    return Hours(
        name,
        members["name"].text(),
        weekly=spans,
        zone=zone,
        holidays=members["holidays"].flag() if "holidays" in members else True,
    )


def calendar_dict(hours: Hours) -> dict[str, Any]:
    """Named hours as a catalog file writes them, spelled out in full."""
    assert hours.weekly is not None
    weekly = documents.write(documents.Definition(tz=documents.zone("UTC"), weekly=hours.weekly))["weekly"]
    return {
        "name": hours.name.as_dict(),
        "weekly": weekly,
        "zone": hours.zone,
        "holidays": hours.holidays,
    }


def hours_named(value: str, calendars: Mapping[str, Hours]) -> Hours:
    """What `Hours.value` named, with the customer's zone where it tells one. KeyError for a name nobody gave."""
    name, _, zone = value.partition(_AT)
    found = SHIPPED.get(name) or calendars[name]
    return found.bound(zone) if zone else found
