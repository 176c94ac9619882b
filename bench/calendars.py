"""How fast calendars add and compile, beside plain `datetime + timedelta` in the same run.

python bench/calendars.py       a few seconds

Targets: 1.5 us a call with UTC in, 2.2 us with a zone in, for every amount; ten years compiled in 30 ms.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sterling.core.calendars import EPOCH, Calendar, Definition

ROUNDS = 7
STARTS = 4096
AMOUNTS = {
    "2 h": timedelta(hours=2),
    "8 h": timedelta(hours=8),
    "40 h": timedelta(hours=40),
    "90 days": timedelta(hours=64 * 8),  # about 64 working days: due some 90 days later
    "90 d open": timedelta(days=90),  # ninety times 24 open hours: due more than a year later
}
LUNCH = [["09:00", "12:00"], ["13:00", "18:00"]]
CALENDARS = {
    "office, Chicago": {
        "tz": "America/Chicago",
        "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2026-11-26", "2026-12-25", "2027-01-01"],
    },
    "lunch, Shanghai": {
        "tz": "Asia/Shanghai",
        "weekly": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), LUNCH),
        "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
        "exceptions": {"2026-10-10": LUNCH},
    },
    "nights, London": {
        "tz": "Europe/London",
        "weekly": {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    },
    "24x7": {"always": True},
}


def nanoseconds(call, starts, amount):
    """Of one call, loop included: the best of several rounds over all starts."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter_ns()
        for start in starts:
            call(start, amount)
        best = min(best, time.perf_counter_ns() - begun)
    return best / len(starts)


def milliseconds(call):
    begun = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - begun) / 1e6


def ten_years(definition: Definition):
    """Compile ten years from 2026 on in a calendar nobody has used."""
    calendar = Calendar(definition)
    calendar.elapsed(datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC))


def main() -> None:
    chance = random.Random(1)
    begin = int((datetime(2026, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
    utc = [
        EPOCH + timedelta(seconds=begin + chance.randrange(365 * 86400), microseconds=chance.randrange(10**6))
        for _ in range(STARTS)
    ]
    plain = nanoseconds(lambda start, amount: start + amount, utc, timedelta(hours=2))
    print(f"datetime + timedelta, the same way: {plain:.0f} ns a call\n")
    print(f"{'Calendar.add, ns a call':<26}" + "".join(f"{name:>11}" for name in AMOUNTS))
    for name, document in CALENDARS.items():
        calendar = Calendar.from_dict(document)
        zone = ZoneInfo("America/Chicago") if calendar.is_always else calendar.tz
        for kind, starts in (("UTC in", utc), ("zoned in", [start.astimezone(zone) for start in utc])):
            figures = [nanoseconds(calendar.add, starts, amount) for amount in AMOUNTS.values()]
            print(f"{name + ', ' + kind:<26}" + "".join(f"{figure:>11.0f}" for figure in figures))
    print(f"\n{'ten years compiled, ms':<26}{'zone new':>11}{'zone known':>11}{'as list':>11}")
    for name, document in CALENDARS.items():
        definition = Calendar.from_dict(document).definition
        if definition.always:
            continue
        unseen = replace(definition, tz=ZoneInfo.no_cache(definition.tz.key))
        cold = milliseconds(lambda: ten_years(unseen))  # noqa: B023 - called at once
        warm = min(milliseconds(lambda: ten_years(definition)) for _ in range(ROUNDS))  # noqa: B023
        start = begin * 10**6
        end = start + 3653 * 86400 * 10**6
        listed = min(
            milliseconds(lambda: Calendar(definition).segments(start, end))  # noqa: B023
            for _ in range(ROUNDS)
        )
        print(f"{name:<26}{cold:>11.1f}{warm:>11.1f}{listed:>11.1f}")


if __name__ == "__main__":
    main()
