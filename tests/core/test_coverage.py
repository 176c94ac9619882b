from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.core import coverage, intervals, shifts
from sterling.core.calendars import Calendar
from sterling.core.calendars.definition import DAYS
from sterling.core.calendars.instants import microseconds
from sterling.core.catalog import Catalog, shipped
from sterling.core.coverage import Need, Worker
from sterling.core.shifts import Shift

MINUTE = timedelta(minutes=1)
WEEKDAYS = DAYS[:5]
CHICAGO, BERLIN, SHANGHAI = "America/Chicago", "Europe/Berlin", "Asia/Shanghai"
OFFICE = {
    "americas": Calendar.from_dict(
        {"tz": CHICAGO, "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}
    ),
    "europe": Calendar.from_dict({"tz": BERLIN, "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS}}),
}


def utc(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def shift(days: list[str] | tuple[str, ...], start: str, end: str, zone: str, **dates: date) -> Shift:
    return Shift.from_dict({"weekly": {day: [[start, end]] for day in days}}, zone, **dates)


def proofs(
    workers: list[Worker], a: datetime, b: datetime, catalog: Catalog | None = None
) -> dict[tuple[str, str | None], coverage.Proof]:
    wanted = coverage.needs(catalog or shipped(), OFFICE, a, b)
    return {(one.need.plan, one.need.region): one for one in coverage.prove(wanted, workers, a, b)}


def gaps(proof: coverage.Proof) -> list[tuple[datetime, datetime]]:
    return [(gap.start, gap.end) for gap in proof.gaps]


def test_each_plan_needs_its_tier_on_its_hours_in_each_region_or_anywhere() -> None:
    found = coverage.needs(shipped(), OFFICE, utc(2), utc(9))
    assert [(one.plan, one.region, one.tier, intervals.total(one.promised) // 3_600_000_000) for one in found] == [
        ("standard", "americas", 1, 40),
        ("standard", "europe", 1, 40),
        ("silver", "americas", 3, 40),
        ("silver", "europe", 3, 40),
        ("gold", None, 3, 168),
        ("platinum", None, 3, 168),
    ]  # fmt: skip


def test_around_the_clock_is_kept_by_whichever_region_is_up_and_local_hours_by_their_own() -> None:
    sun = [
        Worker(1, 3, "americas", (shift(DAYS, "08:00", "16:00", CHICAGO),)),  # 14:00 to 22:00 UTC
        Worker(2, 3, "china", (shift(DAYS, "06:00", "14:00", SHANGHAI),)),  # 22:00 to 06:00
        Worker(3, 3, "europe", (shift(DAYS, "07:00", "15:00", BERLIN),)),  # 06:00 to 14:00
    ]
    found = proofs(sun, utc(2), utc(3))
    assert gaps(found["gold", None]) == []
    # Business hours in Chicago are 15:00 to 23:00 UTC: China is up for the last hour, and does not keep them.
    assert gaps(found["silver", "americas"]) == [(utc(2, 22), utc(2, 23))]
    # Clocks go forward in Chicago on 8 March: the shift begins and ends an hour earlier, the next one does not.
    assert gaps(proofs(sun, utc(8), utc(9))["gold", None]) == [(utc(8, 21), utc(8, 22))]


def test_a_night_shift_covers_the_next_morning_and_the_tier_counts() -> None:
    workers = [
        Worker(1, 1, "europe", (shift(["mon"], "09:00", "17:00", BERLIN),)),
        Worker(2, 3, "europe", (shift(["sun"], "22:00", "10:30", BERLIN),)),
    ]
    found = proofs(workers, utc(2), utc(3))
    assert gaps(found["standard", "europe"]) == []
    assert gaps(found["silver", "europe"]) == [(utc(2, 9, 30), utc(2, 16))]
    assert gaps(found["platinum", None]) == [(utc(2, 9, 30), utc(3))]


def test_a_gap_ends_at_the_microsecond_and_names_who_would_have_been_there() -> None:
    away = (utc(2, 10) + timedelta(microseconds=1), utc(2, 12, 0) - timedelta(microseconds=1))
    workers = [
        Worker(1, 3, "europe", (shift(["mon"], "09:00", "17:00", BERLIN),), (away,)),
        Worker(2, 3, "europe", (shift(["tue"], "09:00", "17:00", BERLIN),), ((utc(3), utc(4)),)),
        Worker(3, 1, "europe", (shift(["mon"], "09:00", "17:00", BERLIN),), (away,)),
    ]
    [gap] = proofs(workers, utc(2), utc(3))["silver", "europe"].gaps
    assert (gap.start, gap.end, gap.tier, gap.absent) == (*away, 3, (1,))


def test_a_region_without_engineers_is_served_by_all_and_those_of_no_region_serve_each() -> None:
    elsewhere = Worker(1, 3, "china", (shift(WEEKDAYS, "08:00", "23:00", CHICAGO),))
    assert gaps(proofs([elsewhere], utc(2), utc(3))["silver", "americas"]) == []
    own = Worker(2, 3, "americas")
    assert gaps(proofs([elsewhere, own], utc(2), utc(3))["silver", "americas"]) == [(utc(2, 15), utc(2, 23))]
    roams = Worker(3, 3, None, (shift(WEEKDAYS, "08:00", "12:00", CHICAGO),))
    assert gaps(proofs([elsewhere, own, roams], utc(2), utc(3))["silver", "americas"]) == [
        (utc(2, 18), utc(2, 23))
    ]


def test_holidays_and_exceptional_days_of_a_region_are_what_is_promised() -> None:
    calendar = Calendar.from_dict(
        {
            "tz": BERLIN,
            "weekly": {day: [["09:00", "17:00"]] for day in WEEKDAYS},
            "holidays": {"2026-03-03": "Founders"},
            "exceptions": {"2026-03-07": [["10:00", "12:00"]]},
        }
    )
    found = coverage.needs(shipped(), {"europe": calendar}, utc(3), utc(8))
    standard = next(one for one in found if one.plan == "standard")
    days = [(9, 17, 4), (9, 17, 5), (9, 17, 6), (10, 12, 7)]
    assert standard.promised == tuple(
        (microseconds(utc(day, start - 1)), microseconds(utc(day, end - 1))) for start, end, day in days
    )


def test_a_plan_around_the_clock_for_some_priorities_needs_both() -> None:
    document = shipped().to_dict()
    for priority in ("high", "medium", "low"):
        document["plans"]["gold"]["targets"][priority]["hours"] = "local"
    found = coverage.needs(Catalog.from_dict(document), OFFICE, utc(2), utc(3))
    assert [one.region for one in found if one.plan == "gold"] == [None, "americas", "europe"]


def test_no_shift_at_all_is_one_gap_and_no_time_at_all_is_none() -> None:
    assert gaps(proofs([], utc(2), utc(5))["gold", None]) == [(utc(2), utc(5))]
    assert proofs([], utc(2), utc(2)) == {}


laws = settings()
# Times of day by the quarter hour, in zones whose clocks change within the weeks looked at.

ZONES = st.sampled_from([CHICAGO, BERLIN, SHANGHAI, "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
quarters = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
starts = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@st.composite
def some_shifts(draw: st.DrawFn) -> Shift:
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True))
    start, end = draw(st.tuples(quarters, quarters).filter(lambda pair: pair[0] != pair[1]))
    first = draw(st.none() | st.dates(date(2026, 2, 20), date(2026, 12, 1)))
    last = first + timedelta(days=draw(st.integers(1, 30))) if first and draw(st.booleans()) else None
    others = {day: [["10:00", "12:00"]] for day in days[1:]}
    return Shift.from_dict({"weekly": {days[0]: [[start, end]]} | others}, draw(ZONES), first, last)


@st.composite
def some_workers(draw: st.DrawFn, a: datetime) -> list[Worker]:
    offsets = st.integers(0, 14 * 24 * 60 * 60 * 10**6)
    found = []
    for key in range(draw(st.integers(0, 4))):
        away = [a + timedelta(microseconds=draw(offsets)) for _ in range(draw(st.integers(0, 2)))]
        absences = tuple((at, at + timedelta(microseconds=1 + draw(offsets) // 4)) for at in away)
        found.append(
            Worker(
                key,
                draw(st.integers(1, 3)),
                draw(st.sampled_from(["americas", "europe", None])),
                tuple(draw(st.lists(some_shifts(), max_size=2))),
                absences,
            )
        )
    return found


@st.composite
def some_houses(draw: st.DrawFn) -> tuple[list[Worker], datetime, datetime]:
    a = draw(starts)
    return draw(some_workers(a)), a, a + timedelta(days=draw(st.integers(1, 14)))


@laws
@given(some_houses())
def test_gaps_and_what_is_covered_are_together_exactly_what_is_promised(
    house: tuple[list[Worker], datetime, datetime],
) -> None:
    workers, a, b = house
    for proof in proofs(workers, a, b).values():
        holes = [(microseconds(gap.start), microseconds(gap.end)) for gap in proof.gaps]
        assert intervals.union([*proof.covered, *holes]) == list(proof.need.promised)
        assert intervals.common(list(proof.covered), holes) == []
        assert all(start < end for start, end in [*proof.covered, *holes])


def _within(gap: coverage.Gap, before: coverage.Proof) -> bool:
    return any(old.start <= gap.start and gap.end <= old.end for old in before.gaps)


@laws
@given(some_houses(), st.data())
def test_one_more_shift_never_makes_a_gap_longer(
    house: tuple[list[Worker], datetime, datetime], data: st.DataObject
) -> None:
    workers, a, b = house
    if not workers:
        return
    lucky = data.draw(st.sampled_from(workers))
    more = Worker(
        lucky.key, lucky.tier, lucky.region, (*lucky.shifts, data.draw(some_shifts())), lucky.absences
    )
    before = proofs(workers, a, b)
    for key, proof in proofs([more if one is lucky else one for one in workers], a, b).items():
        assert all(_within(gap, before[key]) for gap in proof.gaps)


@laws
@given(some_houses(), st.data())
def test_one_absence_less_never_makes_a_gap_longer(
    house: tuple[list[Worker], datetime, datetime], data: st.DataObject
) -> None:
    workers, a, b = house
    gone = [one for one in workers if one.absences]
    if not gone:
        return
    back = data.draw(st.sampled_from(gone))
    there = Worker(back.key, back.tier, back.region, back.shifts, back.absences[1:])
    before = proofs(workers, a, b)
    for key, proof in proofs([there if one is back else one for one in workers], a, b).items():
        assert all(_within(gap, before[key]) for gap in proof.gaps)


@laws
@given(some_houses(), st.integers(0, 13))
def test_a_walk_over_every_minute_finds_the_same(
    house: tuple[list[Worker], datetime, datetime], skip: int
) -> None:
    workers, a, _ = house
    a = a.replace(second=0, microsecond=0) + timedelta(days=skip)
    workers = [replace(one, absences=tuple(map(_to_the_minute, one.absences))) for one in workers]
    b = a + timedelta(hours=30)
    for (_, region), proof in proofs(workers, a, b).items():
        known = [(gap.start, gap.end) for gap in proof.gaps]
        assert _minutes(known) == set(_walked(workers, proof.need, OFFICE.get(region or ""), a, b))


def _to_the_minute(span: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    start, end = (at.replace(second=0, microsecond=0) for at in span)
    return start, end


def _minutes(spans: list[tuple[datetime, datetime]]) -> set[datetime]:
    return {start + MINUTE * n for start, end in spans for n in range((end - start) // MINUTE)}


def _walked(workers: list[Worker], need: Need, calendar: Calendar | None, a: datetime, b: datetime) -> Any:
    """Minute by minute, by the wall clock of each: nothing of what is tested is used."""
    own = any(one.region == need.region for one in workers)
    for n in range((b - a) // MINUTE):
        at = a + MINUTE * n
        local = at.astimezone(calendar.tz) if calendar else at
        if calendar and not (local.weekday() < len(WEEKDAYS) and 9 <= local.hour < 17):
            continue
        if not any(
            one.tier >= need.tier
            and (need.region is None or not own or one.region in {need.region, None})
            and shifts.on_duty(one.shifts, one.absences, at)
            for one in workers
        ):
            yield at


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 29), timedelta(hours=2)),  # 02:00 to 03:00 is left out
        (date(2026, 10, 25), timedelta(hours=4)),  # 02:00 to 03:00 comes twice
    ],
)
def test_the_hour_that_is_left_out_or_comes_twice_is_covered_as_it_is_worked(
    day: date, expected: timedelta
) -> None:
    zone = ZoneInfo(BERLIN)
    a = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    b = datetime(day.year, day.month, day.day, 23, tzinfo=zone).astimezone(UTC)
    workers = [Worker(1, 3, "europe", (shift(["sun"], "01:00", "04:00", BERLIN),))]
    covered = proofs(workers, a, b)["gold", None].covered
    assert timedelta(microseconds=intervals.total(covered)) == expected


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)))


@given(spans, spans)
def test_sets_of_time_are_sets(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    def points(spans: list[tuple[int, int]]) -> set[int]:
        return {at for start, end in spans for at in range(start, end)}

    one, two = intervals.union(some), intervals.union(others)
    assert points(one) == points(some)
    assert points(intervals.common(one, two)) == points(one) & points(two)
    assert points(intervals.without(one, two)) == points(one) - points(two)
    for found in (one, intervals.common(one, two), intervals.without(one, two)):
        assert intervals.union(found) == found
