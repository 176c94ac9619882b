"""Public holidays and substitute working days of a country, as a calendar document wants them."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

import holidays

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

DAY = [["09:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
# The holiday library's language for each country, so that *why* names a day as people there know it.
LANGUAGES = {"US": ("en_US", "en_US"), "DE": ("de", "en_US"), "CN": ("zh_CN", "en_US")}


YEARS_BACK, YEARS_AHEAD = 2, 3


def years(at: datetime) -> range:
    """The years that a calendar is filled for."""
    return range(at.year - YEARS_BACK, at.year + YEARS_AHEAD)


def countries() -> frozenset[str]:
    """Codes of the countries whose holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def version() -> str:
    """The installed list."""
    return metadata.version("holidays")


def listed(country: str, years: Iterable[int]) -> dict[str, Any]:
    """What the installed list says: {"holidays": {date: name}, "exceptions": {date: hours}}, the latter often empty."""
    span = list(years)
    local, english = LANGUAGES.get(country, (None, None))
    days = holidays.country_holidays(country, years=span, language=english or local)
    names: dict[str, Any] = {day.isoformat(): name for day, name in sorted(days.items())}
    if local == "zh_CN":
        chinese = holidays.country_holidays(country, years=span, language=local)
        names = {
            day.isoformat(): {"en": name, "zh": chinese.get(day) or name}
            for day, name in sorted(days.items())
        }
    working = sorted(day for day in days.weekend_workdays if day.year in set(span))
    return {"holidays": names, "exceptions": {day.isoformat(): DAY for day in working}}


def calendar(*, timezone: str, country: str | None, years: Iterable[int]) -> dict[str, Any]:
    """Monday to Friday 09:00 to 17:00 with the country's holidays; substitute working weekends open."""
    document: dict[str, Any] = {"tz": timezone, "weekly": WEEK}
    if country is None:
        return document
    found = listed(country, years)
    return document | {name: entries for name, entries in found.items() if entries or name == "holidays"}
