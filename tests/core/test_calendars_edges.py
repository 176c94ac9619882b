"""Where datetime itself ends, where blocks meet, and what is refused."""

import struct
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from importlib.resources import files
from itertools import pairwise

import pytest

from sterling.core.calendars import ALWAYS, EPOCH, LIMIT, Calendar
from sterling.core.calendars.zones import STEP_US, block_of, block_start

US = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def whole_days(tz="UTC"):
    return Calendar.from_dict({"tz": tz, "weekly": {day: [["00:00", "24:00"]] for day in DAYS}})


def nights(tz):
    return Calendar.from_dict({"tz": tz, "weekly": {day: [["22:00", "06:00"]] for day in DAYS}})


class Nowhere(tzinfo):
    """A zone that does not know its offset: such a time is naive as well."""

    def utcoffset(self, _dt):
        return None

    def tzname(self, _dt):
        return "nowhere"

    def dst(self, _dt):
        return None


@pytest.mark.parametrize("calendar", [ALWAYS, whole_days(), nights("Asia/Shanghai")])
@pytest.mark.parametrize("zone", [None, Nowhere()])
def test_an_instant_without_a_zone_is_refused(calendar, zone):
    naive, aware = datetime(2026, 11, 23, tzinfo=zone), datetime(2026, 11, 23, tzinfo=UTC)
    for call, field in (
        (lambda: calendar.add(naive, HOUR), "start"),
        (lambda: calendar.elapsed(naive, aware), "a"),
        (lambda: calendar.elapsed(aware, naive), "b"),
        (lambda: calendar.is_open(naive), "at"),
        (lambda: calendar.explain(naive, aware), "a"),
        (lambda: calendar.explain(aware, naive), "b"),
        (lambda: calendar.local_date(naive), "at"),
        (lambda: calendar.first_close_after(naive), "at"),
        (lambda: calendar.nth_close_after(date(2026, 11, 23), 1, since=naive), "since"),
    ):
        with pytest.raises(ValueError, match=rf"^{field}: .* has no time zone"):
            call()


@pytest.mark.parametrize("calendar", [ALWAYS, whole_days(), nights("Asia/Shanghai")])
def test_a_negative_amount_is_refused_and_none_at_all_is_now(calendar):
    start = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
    with pytest.raises(ValueError, match=r"^amount: .* is negative"):
        calendar.add(start, -US)
    assert calendar.add(start, timedelta(0)) == start
    assert calendar.add(start, timedelta(0)).tzinfo is UTC


def test_a_business_day_before_the_first_is_refused():
    for n in (0, -1):
        with pytest.raises(ValueError, match=r"^n: "):
            ALWAYS.nth_close_after(date(2026, 11, 23), n)


@pytest.mark.parametrize(
    "calendar", [ALWAYS, whole_days(), whole_days("Asia/Shanghai"), whole_days("Pacific/Niue")]
)
def test_the_end_of_time_is_never(calendar):
    assert calendar.add(LAST, US) is None
    assert calendar.add(LAST - HOUR, HOUR) == LAST
    assert calendar.add(LAST - HOUR, HOUR + US) is None
    assert calendar.add(LAST, LIMIT) is None
    assert calendar.add(LAST, timedelta.max) is None
    assert calendar.elapsed(LAST - HOUR, LAST) == HOUR
    assert calendar.is_open(LAST)
    assert calendar.close_of(date.max) is None or calendar.close_of(date.max) <= LAST
    assert calendar.nth_close_after(date.max, 1) is None
    assert calendar.first_close_after(LAST) is None


@pytest.mark.parametrize(
    "calendar", [ALWAYS, whole_days(), whole_days("Asia/Shanghai"), whole_days("Pacific/Niue")]
)
def test_the_beginning_of_time_counts(calendar):
    assert calendar.add(FIRST, HOUR) == FIRST + HOUR
    assert calendar.elapsed(FIRST, FIRST + timedelta(days=3000)) == timedelta(days=3000)
    assert calendar.is_open(FIRST)
    assert calendar.local_date(FIRST).year == 1
    assert sum((s.end - s.start for s in calendar.explain(FIRST, FIRST + HOUR)), timedelta(0)) == HOUR
    assert calendar.first_close_after(FIRST) - FIRST <= timedelta(days=1)
    assert calendar.nth_close_after(date.min, 1) > FIRST


def test_instants_that_utc_cannot_write_are_the_nearest_it_can():
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
    before, after = datetime.min.replace(tzinfo=east), datetime.max.replace(tzinfo=west)
    for calendar in (ALWAYS, whole_days()):
        assert calendar.add(before, HOUR) == FIRST + HOUR
        assert calendar.add(after, US) is None
        assert calendar.add(after, timedelta(0)) == LAST
        assert calendar.elapsed(before, FIRST) == timedelta(0)
        assert calendar.elapsed(LAST, after) == timedelta(0)


def test_an_amount_beyond_all_time_is_never():
    start = datetime(2026, 11, 23, tzinfo=UTC)
    for calendar in (ALWAYS, whole_days(), nights("Europe/London")):
        assert calendar.add(start, timedelta.max) is None


def test_centuries_are_counted_and_do_not_fill_the_memory():
    calendar = nights("Europe/London")
    a, b = datetime(1850, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
    once = calendar.elapsed(a, b)
    assert once == calendar.elapsed(a, a + (b - a) / 2) + calendar.elapsed(a + (b - a) / 2, b)
    assert nights("UTC").elapsed(a, b) == (b - a) / 3
    assert len(calendar._blocks) <= 64


@pytest.mark.parametrize("tz", ["UTC", "America/Chicago", "Asia/Shanghai"])
def test_open_time_runs_on_where_blocks_meet(tz):
    seam = EPOCH + timedelta(
        microseconds=block_start(block_of((datetime(2026, 1, 1, tzinfo=UTC) - EPOCH) // US))
    )
    calendar = whole_days(tz)
    assert calendar.add(seam - HOUR, HOUR) == seam
    assert calendar.add(seam - HOUR, HOUR + US) == seam + US
    assert calendar.add(seam, US) == seam + US
    assert calendar.elapsed(seam - HOUR, seam + HOUR) == 2 * HOUR
    assert len(calendar.explain(seam - HOUR, seam + HOUR)) == 1
    starts, ends = calendar.segments((seam - EPOCH - HOUR) // US, (seam - EPOCH + HOUR) // US)
    assert (starts, ends) == ([(seam - EPOCH - HOUR) // US], [(seam - EPOCH + HOUR) // US])


def test_a_due_on_closing_time_where_blocks_meet_stays_on_closing_time():
    block = block_of((datetime(2026, 1, 1, tzinfo=UTC) - EPOCH) // US)
    seam = EPOCH + timedelta(microseconds=block_start(block))
    day = (seam - US).strftime("%a").lower()
    calendar = Calendar.from_dict({"tz": "UTC", "weekly": {day: [["20:00", "24:00"]]}})
    assert calendar.add(seam - 4 * HOUR, 4 * HOUR) == seam
    assert calendar.add(seam - 4 * HOUR, 4 * HOUR + US) == seam + timedelta(days=7) - 4 * HOUR + US


def test_segments_of_24x7_are_one():
    assert ALWAYS.segments(-5, 7) == ([-5], [7])
    assert ALWAYS.segments(7, 7) == ([], [])
    assert whole_days().segments(7, 7) == ([], [])
    assert nights("UTC").segments(0, 86_400_000_000) == (
        [0, 79_200_000_000],
        [21_600_000_000, 86_400_000_000],
    )


def test_no_zone_changes_its_clocks_twice_between_two_questions():
    """Read from the database itself (RFC 9636), since the standard library lists no changes."""
    nearest = {}
    for name in files("tzdata").joinpath("zones").read_text().split():
        data = files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()
        counts = struct.unpack(">6l", data[20:44])
        # The second block has 64-bit times; it follows the first one and its own header.
        isutc, isstd, leap, times, types, chars = counts
        at = 44 + times * 5 + types * 6 + chars + leap * 8 + isstd + isutc + 44
        _, _, _, times, types, _ = struct.unpack(">6l", data[at - 24 : at])
        instants = struct.unpack(f">{times}q", data[at : at + times * 8])
        kinds = data[at + times * 8 : at + times * 9]
        offsets = [struct.unpack(">l", data[at + times * 9 + kind * 6 :][:4])[0] for kind in range(types)]
        before = [0, *kinds]
        changes = [
            instant
            for instant, old, new in zip(instants, before, kinds, strict=False)
            if offsets[old] != offsets[new]
        ]
        nearest[name] = min((b - a for a, b in pairwise(changes)), default=STEP_US)
    assert len(nearest) > 500
    assert min(nearest.values()) > STEP_US // 1_000_000
