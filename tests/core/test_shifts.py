from __future__ import annotations

import itertools
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core import shifts
from sterling.core.calendars.definition import DAYS
from sterling.core.shifts import Shift

NIGHTS = {"weekly": {"sat": [["22:00", "06:00"]], "mon": [["09:00", "12:00"], ["13:00", "17:00"]]}}
CHICAGO = "America/Chicago"


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_a_shift_is_worked_on_the_wall_clock_of_its_engineer() -> None:
    shift = Shift.from_dict(NIGHTS, CHICAGO)
    # Monday 2 March, 09:00 in Chicago is 15:00 UTC.
    assert [shift.is_on(utc(2, hour)) for hour in (14, 15, 17, 18, 19, 22, 23)] == [
        False, True, True, False, True, True, False]  # fmt: skip


def test_a_night_shift_runs_on_into_the_next_date_and_through_a_change_of_clocks() -> None:
    shift = Shift.from_dict(NIGHTS, CHICAGO)
    # Saturday 7 March 22:00 (UTC-6) to Sunday 06:00 (UTC-5): seven hours, since clocks go forward at 02:00.
    assert shift.spans(utc(7, 0), utc(9, 0)) == [(utc(8, 4), utc(8, 11))]
    assert shift.is_on(utc(8, 10, 59))
    assert not shift.is_on(utc(8, 11))


def test_the_last_night_is_worked_to_its_end_and_the_first_has_none_before_it() -> None:
    every = {"weekly": {day: [["22:00", "06:00"]] for day in DAYS}}
    shift = Shift.from_dict(every, "UTC", date(2026, 3, 3), date(2026, 3, 5))
    assert shift.spans(utc(1, 0), utc(9, 0)) == [(utc(3, 22), utc(4, 6)), (utc(4, 22), utc(5, 6))]
    assert [shift.is_on(utc(day, hour)) for day, hour in ((3, 5), (3, 22), (5, 5), (5, 6), (5, 22))] == [
        False, True, True, False, False]  # fmt: skip


def test_an_exception_changes_one_date_and_a_holiday_is_free() -> None:
    hours = {"weekly": {"mon": [["09:00", "17:00"]]}, "exceptions": {"2026-03-02": [["12:00", "14:00"]]}}
    shift = Shift.from_dict({**hours, "holidays": ["2026-03-09"]}, "UTC")
    assert shift.spans(utc(1, 0), utc(17, 0)) == [(utc(2, 12), utc(2, 14)), (utc(16, 9), utc(16, 17))]


def test_an_absence_takes_out_the_middle_of_a_shift() -> None:
    shift = Shift.from_dict({"weekly": {"mon": [["09:00", "17:00"]]}}, "UTC")
    away = [(utc(2, 10), utc(2, 12)), (utc(2, 16), utc(3, 16))]
    assert shifts.spans([shift], away, utc(2, 0), utc(3, 0)) == [
        (utc(2, 9), utc(2, 10)),
        (utc(2, 12), utc(2, 16)),
    ]
    assert [shifts.on_duty([shift], away, utc(2, hour)) for hour in (9, 10, 11, 12, 16)] == [
        True, False, False, True, False]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "starts", "ends", "said"),
    [
        ([], None, None, "hours: needs an object with weekly hours, not []"),
        ({"tz": "UTC"}, None, None, "tz: unknown in a shift; known are weekly, holidays, exceptions"),
        ({"always": True}, None, None, "always: unknown in a shift; known are weekly, holidays, exceptions"),
        ({"weekly": {}}, None, None, "weekly: name at least one day with hours"),
        ({"weekly": {"mon": [["9", "17:00"]]}}, None, None, "weekly.mon[0]: '9' is not a time like 09:00"),
        (NIGHTS, date(2026, 3, 3), date(2026, 3, 3), "ends: must be after starts; it is the first date that is not worked"),
    ],
)  # fmt: skip
def test_a_shift_that_says_nothing_clear_is_refused_by_its_field(
    hours: object, starts: date | None, ends: date | None, said: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        Shift.from_dict(hours, CHICAGO, starts, ends)


times = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
weeks = st.dictionaries(
    st.sampled_from(DAYS), st.tuples(times, times).map(lambda pair: [list(pair)]), min_size=1
)
days = st.integers(1, 28).map(lambda day: date(2026, 10, day))
moments = st.integers(0, 60 * 24 * 40).map(
    lambda minute: datetime(2026, 9, 28, tzinfo=UTC) + timedelta(minutes=minute)
)


@given(
    hours=weeks,
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", CHICAGO]),
    starts=st.none() | days,
    length=st.none() | st.integers(1, 20),
    away=st.lists(st.tuples(moments, moments).filter(lambda pair: pair[0] < pair[1]), max_size=3),
    at=moments,
)
def test_an_instant_is_on_duty_just_when_a_span_holds_it(
    hours: dict[str, list[list[str]]],
    zone: str,
    starts: date | None,
    length: int | None,
    away: list[tuple[datetime, datetime]],
    at: datetime,
) -> None:
    ends = (starts or date(2026, 10, 1)) + timedelta(days=length) if length else None
    shift = Shift.from_dict({"weekly": hours}, zone, starts, ends)
    spans = shifts.spans([shift], away, datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC))
    assert shifts.on_duty([shift], away, at) == any(start <= at < end for start, end in spans)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(spans))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.timedeltas(timedelta(microseconds=1), timedelta(days=9)),
    st.sampled_from([CHICAGO, "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_a_shift_that_is_worked_once_covers_what_it_was_made_for(
    start: datetime, long: timedelta, zone: str
) -> None:
    a = start.replace(tzinfo=UTC)
    b = a + long
    hours, starts, ends = shifts.once(a, b, zone)
    worked = Shift.from_dict(hours, zone, starts, ends).spans(a - timedelta(days=3), b + timedelta(days=3))
    [inside] = [span for span in worked if span[0] <= a and b <= span[1]]
    assert worked == [inside]
    assert a - inside[0] <= timedelta(hours=2)
    assert inside[1] - b <= timedelta(hours=2)


@pytest.mark.parametrize(
    ("a", "b"),
    [  # Clocks go back in Chicago on 1 November at 02:00, 07:00 UTC: the hour before comes twice.
        (utc(1, 6, 30, 11), utc(1, 7, 10, 11)),
        (utc(1, 6, 45, 11), utc(1, 7, 15, 11)),
        (utc(1, 7, 15, 11), utc(1, 12, 0, 11)),
        (utc(1, 3, 0, 11), utc(1, 7, 30, 11)),
        (utc(8, 7, 30), utc(8, 8, 30)),  # and forward on 8 March at 08:00 UTC
    ],
)
def test_once_is_enough_where_the_clocks_change(a: datetime, b: datetime) -> None:
    hours, starts, ends = shifts.once(a, b, CHICAGO)
    assert Shift.from_dict(hours, CHICAGO, starts, ends).spans(a, b) == [(a, b)]


def test_once_is_written_as_people_write_it() -> None:
    assert shifts.once(utc(7, 15), utc(7, 23), CHICAGO) == (
        {"exceptions": {"2026-03-07": [["09:00", "17:00"]]}}, date(2026, 3, 7), date(2026, 3, 8))  # fmt: skip
    assert shifts.once(utc(7, 4), utc(7, 12), CHICAGO) == (
        {"exceptions": {"2026-03-06": [["22:00", "06:00"]]}}, date(2026, 3, 6), date(2026, 3, 7))  # fmt: skip
    assert shifts.once(utc(6, 12), utc(8, 6), CHICAGO)[0] == {
        "exceptions": {"2026-03-06": [["06:00", "24:00"]], "2026-03-07": [["00:00", "24:00"]]}
    }
    with pytest.raises(ValueError, match=r"^ends: must be after starts$"):
        shifts.once(utc(7, 4), utc(7, 4), CHICAGO)
