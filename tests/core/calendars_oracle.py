"""Calendars a second time, straight from the text of the promise: slow, obvious, no code in common.

Time is walked in cells in which neither hours nor offsets change: 15 minutes, or 1 where a zone needs it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)


def hours_of(document: dict, day: date) -> list:
    if day.isoformat() in document.get("holidays", []):
        return []
    weekly = document.get("weekly", {}).get(WEEK[day.weekday()], [])
    return document.get("exceptions", {}).get(day.isoformat(), weekly)


def is_open(document: dict, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(document["tz"]))
    if local.date().isoformat() in document.get("holidays", []):
        return False
    time = local.strftime("%H:%M")
    today = any(
        start <= time < end or (end <= start <= time) for start, end in hours_of(document, local.date())
    )
    return today or any(end <= start and time < end for start, end in hours_of(document, local.date() - DAY))


def cells(at: datetime, minutes: int):
    """The cells from the one that holds `at` on, the first cut at `at`."""
    cell = timedelta(minutes=minutes)
    at = at.astimezone(UTC)
    end = at - (at - datetime(1970, 1, 1, tzinfo=UTC)) % cell + cell
    while True:
        yield at, end
        at, end = end, end + cell


def elapsed(document: dict, a: datetime, b: datetime, minutes: int = 15) -> timedelta:
    if b < a:
        return -elapsed(document, b, a, minutes)
    total = timedelta(0)
    for start, end in cells(a, minutes):
        if start >= b:
            return total
        if is_open(document, start):
            total += min(end, b) - start
    raise AssertionError


def add(document: dict, start: datetime, amount: timedelta, within: timedelta, minutes: int = 15):
    """The due, or None where it lies further on than `within`."""
    for begins, ends in cells(start, minutes):
        if begins - start > within:
            return None
        if is_open(document, begins):
            if amount <= ends - begins:
                return begins + amount
            amount -= ends - begins
    raise AssertionError


def close_of(document: dict, day: date, minutes: int = 15):
    """Walk from two days before to three after, and keep the last open cell of an interval of `day`."""
    zone, found = ZoneInfo(document["tz"]), None
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - 2 * DAY
    for start, end in cells(begin, minutes):
        if start >= begin + 5 * DAY:
            return found
        local = start.astimezone(zone)
        time = local.strftime("%H:%M")
        if local.date().isoformat() in document.get("holidays", []):
            continue
        for opens, closes in hours_of(document, day):
            own = local.date() == day and (opens <= time < closes or closes <= opens <= time)
            tail = local.date() == day + DAY and closes <= opens and time < closes
            if own or tail:
                found = end
    raise AssertionError
