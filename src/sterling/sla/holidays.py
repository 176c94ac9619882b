"""Public holidays and substitute working days of a country, as a calendar document wants them."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING, Any

import holidays

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

DAY = [["09:00", "17:00"]]
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), DAY)
# The library names the days of its own countries alone: what it has no Chinese for is said here.
CHINESE = {
    "New Year's Day": "元旦",
    "Martin Luther King Jr. Day": "马丁·路德·金纪念日",
    "Washington's Birthday": "华盛顿诞辰日",
    "Memorial Day": "阵亡将士纪念日",
    "Juneteenth National Independence Day": "六月节",
    "Independence Day": "独立日",
    "Labor Day": "劳动节",
    "Columbus Day": "哥伦布日",
    "Veterans Day": "退伍军人节",
    "Thanksgiving Day": "感恩节",
    "Christmas Day": "圣诞节",
    "Good Friday": "耶稣受难日",
    "Easter Monday": "复活节星期一",
    "Ascension Day": "耶稣升天节",
    "Pentecost Monday": "圣灵降临节星期一",
    "German Unity Day": "德国统一日",
    "Second Day of Christmas": "圣诞节次日",
}
OBSERVED = " (observed)"
# A date in the middle of a name is written as everywhere else, not month first.
SUBSTITUTED = re.compile(r"\(substituted from (\d\d)/(\d\d)/(\d{4})\)")


YEARS_BACK, YEARS_AHEAD = 2, 3
# The countries of the first three regions; others keep the names that the library has.
NAMED = frozenset({"US", "DE", "CN"})


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
    days = holidays.country_holidays(country, years=span, language="en_US" if country in NAMED else None)
    chinese = holidays.country_holidays(country, years=span, language="zh_CN") if country == "CN" else {}
    names = {day.isoformat(): _named(name, chinese.get(day)) for day, name in sorted(days.items())}
    working = sorted(day for day in days.weekend_workdays if day.year in set(span))
    return {"holidays": names, "exceptions": {day.isoformat(): DAY for day in working}}


def calendar(*, timezone: str, country: str | None, years: Iterable[int]) -> dict[str, Any]:
    """Monday to Friday 09:00 to 17:00 with the country's holidays; substitute working weekends open."""
    document: dict[str, Any] = {"tz": timezone, "weekly": WEEK}
    if country is None:
        return document
    found = listed(country, years)
    return document | {name: entries for name, entries in found.items() if entries or name == "holidays"}


def _named(name: str, chinese: str | None) -> str | dict[str, str]:
    """A name as a calendar document holds it: in both languages where both are known."""
    plain = name.removesuffix(OBSERVED)
    if chinese is None and plain in CHINESE:
        chinese = CHINESE[plain] + ("（补假）" if name.endswith(OBSERVED) else "")
    english = SUBSTITUTED.sub(r"(worked on \3-\1-\2)", name)
    return {"en": english, "zh": chinese} if chinese else english
