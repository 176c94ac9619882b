"""How fast deadlines come by the million, beside one numpy pass over the same rows in the same run.

python bench/bulk.py       half a minute

Targets: over four million rows on one core at most 12 ns a row with one calendar, 25 ns with 64 mixed.
Nothing here runs on more than one core; what is measured is its time on it, so a busy machine disturbs less
(it still disturbs: neighbours take the cache).
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from sterling.core.bulk import BulkCalendar, BulkCalendars
from sterling.core.calendars import EPOCH, Calendar

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 4_000_000
ROUNDS = 9
MICROSECOND = timedelta(microseconds=1)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
ZONES = (
    "America/Chicago",
    "Asia/Shanghai",
    "Europe/London",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Australia/Sydney",
    "Asia/Dubai",
    "Africa/Cairo",
)


def region(number: int) -> Calendar:
    """Offices in eight zones that open and close at different half hours, with lunch and holidays."""
    opens = f"0{7 + number % 3}:{'30' if number % 2 else '00'}"
    closes = f"{16 + number % 4}:{'30' if number // 8 % 2 else '00'}"
    return Calendar.from_dict(
        {
            "tz": ZONES[number % len(ZONES)],
            "weekly": {day: [[opens, "12:00"], ["13:00", closes]] for day in WORKDAYS},
            "holidays": [
                f"{year}-{1 + number % 12:02}-{day:02}" for year in range(2016, 2028) for day in (1, 15)
            ],
        }
    )


CALENDARS = {
    "office with lunch, Chicago": region(0),
    "half hours, India": region(3),
    "odd minutes, London": Calendar.from_dict(
        {"tz": "Europe/London", "weekly": {day: [["08:57", "12:31"], ["13:02", "17:44"]] for day in WORKDAYS}}
    ),
    "nights, Sydney": Calendar.from_dict(
        {"tz": "Australia/Sydney", "weekly": {day: [["21:30", "05:30"]] for day in WORKDAYS}}
    ),
    "always": Calendar.from_dict({"always": True}),
}


def best(work: Callable[[], object]) -> float:
    """Nanoseconds a row."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken) / ROWS * 1e9


def once(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1e3


def check(
    calendars: list[Calendar], which: np.ndarray, starts: np.ndarray, amounts: np.ndarray, due: np.ndarray
):
    """A figure for wrong answers is worth nothing."""
    for row in range(0, ROWS, ROWS // 500):
        start = EPOCH + int(starts[row].astype(int)) * MICROSECOND
        expected = calendars[which[row]].add(start, int(amounts[row].astype(int)) * MICROSECOND)
        assert expected is not None
        assert EPOCH + int(due[row].astype(int)) * MICROSECOND == expected


def main() -> None:
    dice = np.random.default_rng(2)
    # From a quarter of an hour to ninety days, as many short ones as long ones.
    amounts = np.exp(dice.uniform(np.log(15 * 60), np.log(90 * 8 * 3600), ROWS)) * 1e6
    amounts = amounts.astype("timedelta64[us]")
    which = dice.integers(0, 64, ROWS)
    out = np.empty(ROWS, "datetime64[us]")
    regions = [region(number) for number in range(64)]
    for years in (2, 10):
        starts = np.datetime64("2017-01-01", "us") + dice.integers(0, years * 31_536_000_000_000, ROWS)
        print(f"\n{ROWS:,} rows, starts over {years} years, amounts 15 min to 90 working days; ns a row")
        print(f"{'':34}{'add':>8}{'elapsed':>9}   first call")
        print(f"{'numpy: starts + amounts':34}{best(lambda s=starts: np.add(s, amounts, out=out)):8.2f}")
        for name, calendar in CALENDARS.items():
            one = BulkCalendar(calendar)
            first = once(lambda o=one, s=starts: o.add(s, amounts))
            due = one.add(starts, amounts)
            check([calendar], np.zeros(ROWS, int), starts, amounts, due)
            add = best(lambda o=one, s=starts: o.add(s, amounts))
            elapsed = best(lambda o=one, s=starts, d=due: o.elapsed(s, d))
            print(f"{name:34}{add:8.2f}{elapsed:9.2f}{first:10.0f} ms")
        many = BulkCalendars(regions)
        first = once(lambda m=many, s=starts: m.add(which, s, amounts))
        due = many.add(which, starts, amounts)
        check(regions, which, starts, amounts, due)
        add = best(lambda m=many, s=starts: m.add(which, s, amounts))
        elapsed = best(lambda m=many, s=starts, d=due: m.elapsed(which, s, d))
        print(f"{'64 offices mixed':34}{add:8.2f}{elapsed:9.2f}{first:10.0f} ms")


if __name__ == "__main__":
    main()
