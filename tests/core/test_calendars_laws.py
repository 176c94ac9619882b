"""What holds for every calendar, zone and instant."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sterling.core.calendars import ALWAYS, EPOCH, LIMIT, Calendar, StretchCode
from tests.core import calendars_oracle as oracle

US = timedelta(microseconds=1)
ZONES = [
    "UTC",
    "America/Chicago",
    "Europe/London",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Pacific/Apia",
    "America/St_Johns",
    "Europe/Dublin",
    "Asia/Gaza",
    "Pacific/Kiritimati",
    "Atlantic/Azores",
]
# Days around which many zones change their clocks, skip a date, or change a year.
TURNS = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2018, 2, 18),
    date(2018, 11, 4),
    date(2011, 12, 30),
    date(2026, 4, 24),
    date(2026, 2, 15),
    date(2026, 3, 22),
    date(2024, 2, 29),
    date(2025, 12, 31),
    date(2025, 3, 17),
    date(2028, 1, 4),
    date(2026, 9, 6),
]

quick = settings()
walked = settings()


def clock(quarters):
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


@st.composite
def intervals(draw):
    """Up to three of one date; the last may run past midnight."""
    marks = draw(st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted))
    pairs = [[clock(start), clock(end)] for start, end in zip(marks[::2], marks[1::2], strict=False)]
    if pairs and draw(st.booleans()):
        start = marks[len(pairs) * 2 - 2]
        pairs[-1][1] = clock(draw(st.integers(0, start)))
    return pairs


@st.composite
def worlds(draw):
    """A calendar's document and a day worth looking at."""
    turn = draw(st.sampled_from(TURNS))
    near = st.integers(-9, 9).map(lambda days: (turn + timedelta(days=days)).isoformat())
    document = {
        "tz": draw(st.sampled_from(ZONES)),
        "weekly": draw(st.dictionaries(st.sampled_from(oracle.WEEK), intervals(), max_size=7)),
        "holidays": draw(st.lists(near, max_size=3, unique=True)),
        "exceptions": draw(st.dictionaries(near, intervals(), max_size=3)),
    }
    return document, turn


@st.composite
def instants(draw, turn, days=9):
    """Around a day, often on a quarter hour, in UTC or in some zone."""
    begin = datetime(turn.year, turn.month, turn.day, tzinfo=UTC)
    if draw(st.booleans()):
        at = begin + draw(st.integers(-days * 96, days * 96)) * timedelta(minutes=15)
    else:
        at = begin + draw(st.integers(-days * 86_400_000_000, days * 86_400_000_000)) * US
    zone = draw(st.sampled_from([None, *ZONES]))
    return at if zone is None else at.astimezone(ZoneInfo(zone))


amounts = st.one_of(
    st.integers(1, 200).map(lambda quarters: timedelta(minutes=15) * quarters),
    st.integers(1, 48 * 3_600_000_000).map(lambda us: us * US),
)
long_amounts = st.one_of(
    amounts, st.integers(1, 3_000 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
)


@walked
@given(st.data(), worlds())
def test_elapsed_is_what_walking_the_wall_clock_finds(data, world):
    document, turn = world
    a, b = data.draw(instants(turn)), data.draw(instants(turn))
    assert Calendar.from_dict(document).elapsed(a, b) == oracle.elapsed(document, a, b)


@walked
@given(st.data(), worlds(), amounts)
def test_add_is_what_walking_the_wall_clock_finds(data, world, amount):
    document, turn = world
    start, within = data.draw(instants(turn)), timedelta(days=20)
    due = Calendar.from_dict(document).add(start, amount)
    walked_to = oracle.add(document, start, amount, within)
    if walked_to is None:
        assert due is None or due - start > within
    else:
        assert due == walked_to


@walked
@given(st.data(), worlds())
def test_closes_are_what_walking_the_wall_clock_finds(data, world):
    document, turn = world
    day = turn + timedelta(days=data.draw(st.integers(-4, 4)))
    calendar = Calendar.from_dict(document)
    assert calendar.close_of(day) == oracle.close_of(document, day)
    assert calendar.is_business_day(day) == (oracle.close_of(document, day) is not None)


@quick
@given(st.data(), worlds())
def test_open_is_what_the_wall_clock_says(data, world):
    document, turn = world
    at = data.draw(instants(turn))
    assert Calendar.from_dict(document).is_open(at) == oracle.is_open(document, at)


@pytest.mark.parametrize("day", [date(2010, 11, 7), date(2011, 3, 13)])
def test_st_johns_changed_its_clocks_a_minute_after_midnight_and_the_walk_agrees(day):
    document = {
        "tz": "America/St_Johns",
        "weekly": {"sat": [["09:00", "24:00"]], "sun": [["00:00", "00:01"], ["23:00", "02:00"]]},
    }
    calendar = Calendar.from_dict(document)
    a = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    b = a + timedelta(days=3)
    assert calendar.elapsed(a, b) == oracle.elapsed(document, a, b, minutes=1)
    for offset in range(-2, 3):
        each = day + timedelta(days=offset)
        assert calendar.close_of(each) == oracle.close_of(document, each, minutes=1)


@quick
@given(st.data(), worlds(), long_amounts)
def test_add_undoes_elapsed_and_nothing_earlier_does(data, world, amount):
    document, turn = world
    calendar, start = Calendar.from_dict(document), data.draw(instants(turn))
    due = calendar.add(start, amount)
    if due is None:
        assert calendar.elapsed(start, start + LIMIT) < amount
    else:
        assert due.tzinfo is UTC
        assert due - start <= LIMIT
        assert calendar.elapsed(start, due) == amount
        assert calendar.elapsed(start, due - US) == amount - US


@quick
@given(st.data(), worlds(), amounts, amounts)
def test_add_composes(data, world, first, second):
    document, turn = world
    calendar, start = Calendar.from_dict(document), data.draw(instants(turn))
    whole = calendar.add(start, first + second)
    assume(whole is not None)
    assert calendar.add(calendar.add(start, first), second) == whole


@quick
@given(st.data(), worlds())
def test_elapsed_adds_up_in_any_direction(data, world):
    document, turn = world
    calendar = Calendar.from_dict(document)
    a, b, c = (data.draw(instants(turn, days)) for days in (9, 60, 3000))
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)
    assert calendar.elapsed(a, c) == -calendar.elapsed(c, a)
    assert calendar.elapsed(a, a) == timedelta(0)


@quick
@given(st.data(), worlds())
def test_an_instant_is_open_if_its_microsecond_counts(data, world):
    document, turn = world
    calendar, at = Calendar.from_dict(document), data.draw(instants(turn)).astimezone(UTC)
    assert calendar.elapsed(at, at + US) == (US if calendar.is_open(at) else timedelta(0))


@quick
@given(st.data(), worlds(), amounts)
def test_the_zone_an_instant_is_written_in_changes_nothing(data, world, amount):
    document, turn = world
    calendar, at = Calendar.from_dict(document), data.draw(instants(turn))
    assert calendar.add(at, amount) == calendar.add(at.astimezone(UTC), amount)
    assert calendar.is_open(at) == calendar.is_open(at.astimezone(UTC))
    assert calendar.local_date(at) == at.astimezone(ZoneInfo(document["tz"])).date()


@quick
@given(st.data(), st.sampled_from(TURNS), long_amounts)
def test_around_the_clock_adding_is_plain_addition(data, turn, amount):
    start = data.draw(instants(turn))
    assert ALWAYS.add(start, amount) == start.astimezone(UTC) + amount
    assert ALWAYS.elapsed(start, start.astimezone(UTC) + amount) == amount
    assert ALWAYS.is_open(start)
    whole = {"tz": "America/Chicago", "weekly": {day: [["00:00", "24:00"]] for day in oracle.WEEK}}
    assert Calendar.from_dict(whole).add(start, amount) == start.astimezone(UTC) + amount


@quick
@given(st.data(), worlds())
def test_an_explanation_covers_the_time_and_its_open_stretches_add_up(data, world):
    document, turn = world
    calendar = Calendar.from_dict(document)
    a, b = sorted(data.draw(instants(turn)).astimezone(UTC) for _ in range(2))
    assume(a < b)
    stretches = calendar.explain(a, b)
    assert (stretches[0].start, stretches[-1].end) == (a, b)
    for one, following in pairwise(stretches):
        assert one.end == following.start
        assert (one.code, one.name) != (following.code, following.name)
    for stretch in stretches:
        assert stretch.start < stretch.end
        length = stretch.end - stretch.start
        assert calendar.elapsed(stretch.start, stretch.end) == (length if stretch.open else timedelta(0))
        if calendar.local_date(stretch.start).isoformat() in document["holidays"]:
            assert stretch.code is StretchCode.HOLIDAY
    assert sum((s.end - s.start for s in stretches if s.open), timedelta(0)) == calendar.elapsed(a, b)


@quick
@given(st.data(), worlds())
def test_segments_are_the_open_time_in_microseconds(data, world):
    document, turn = world
    calendar = Calendar.from_dict(document)
    a, b = sorted(data.draw(instants(turn, days)).astimezone(UTC) for days in (9, 800))
    from_us, to_us = (a - EPOCH) // US, (b - EPOCH) // US
    starts, ends = calendar.segments(from_us, to_us)
    assert sum(ends) - sum(starts) == calendar.elapsed(a, b) // US
    assert all(start < end for start, end in zip(starts, ends, strict=True))
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    assert not starts or (from_us <= starts[0] and ends[-1] <= to_us)


@quick
@given(st.data(), worlds())
def test_the_first_close_ahead_is_the_close_of_a_day_and_none_is_skipped(data, world):
    document, turn = world
    calendar, at = Calendar.from_dict(document), data.draw(instants(turn))
    found = calendar.first_close_after(at)
    today = calendar.local_date(at)
    around = [calendar.close_of(today + timedelta(days=offset)) for offset in range(-3, 15)]
    ahead = [close for close in around if close is not None and close > at]
    if ahead:
        assert found == ahead[0]
    else:
        assert found is None or found > at + timedelta(days=13)


@quick
@given(worlds(), st.integers(1, 6))
def test_the_nth_close_is_the_nth_business_day_counted_one_by_one(world, n):
    document, turn = world
    calendar = Calendar.from_dict(document)
    days = [turn + timedelta(days=offset) for offset in range(1, 60)]
    closes = [close for close in map(calendar.close_of, days) if close is not None]
    found = calendar.nth_close_after(turn, n)
    if len(closes) >= n:
        assert found == closes[n - 1]
    else:
        assert found is None or calendar.local_date(found) >= days[-1]


@quick
@given(worlds())
def test_a_calendar_goes_out_as_it_came_in(world):
    calendar = Calendar.from_dict(world[0])
    assert Calendar.from_dict(calendar.to_dict()) == calendar
    assert Calendar.from_dict(calendar.to_dict()) is calendar
    assert Calendar(calendar.definition) == calendar
    assert hash(Calendar(calendar.definition)) == hash(calendar)


@quick
@given(worlds())
def test_an_odd_calendar_without_hours_ends_never(world):
    document = {**world[0], "weekly": {}, "exceptions": {day: [] for day in world[0]["exceptions"]}}
    calendar = Calendar.from_dict(document)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert calendar.add(start, US) is None
    assert calendar.first_close_after(start) is None
    assert calendar.nth_close_after(start.date(), 1) is None
