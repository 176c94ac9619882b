"""The arithmetic over arrays is the arithmetic of one: the same calendars, the same microseconds."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sterling.core.bulk import BulkCalendar, BulkCalendars, arrays, mixed
from sterling.core.bulk import calendar as bulk_calendar
from sterling.core.bulk.stairs import Stairs
from sterling.core.bulk.window import Window
from sterling.core.calendars import ALWAYS, EPOCH, LIMIT, Calendar
from tests.core import calendars_oracle as oracle

US = timedelta(microseconds=1)
NAT = np.datetime64("NaT", "us")
CONFORMANCE = json.loads((Path(__file__).parent.parent / "conformance" / "calendars.json").read_text())
WORKDAYS = {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in oracle.WEEK[:5]}
SHANGHAI = Calendar.from_dict({"tz": "Asia/Shanghai", "weekly": WORKDAYS, "holidays": ["2026-10-01"]})
NIGHTS = Calendar.from_dict(
    {
        "tz": "Australia/Lord_Howe",
        "weekly": {"fri": [["09:07", "12:00"], ["21:30", "05:59"]], "sat": [["23:59", "00:01"]]},
        "holidays": {"2026-12-25": "Christmas Day"},
        "exceptions": {"2026-12-24": [["09:00", "11:00"]]},
    }
)
# Until 1972 Liberia was 44 minutes and 30 seconds behind.
LOCAL_MEAN_TIME = Calendar.from_dict({"tz": "Africa/Monrovia", "weekly": WORKDAYS})
NEVER = Calendar.from_dict({"tz": "Europe/Berlin", "weekly": {}})

ZONES = ["UTC", "America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca"]

laws = settings()


def us(at):
    return np.datetime64((at - EPOCH) // US, "us")


def one_by_one(calendar, starts, amounts):
    due = [calendar.add(EPOCH + int(t) * US, int(d) * US) for t, d in zip(starts, amounts, strict=True)]
    return np.array([NAT if at is None else us(at) for at in due], "datetime64[us]")


def elapsed_one_by_one(calendar, a, b):
    passed = [calendar.elapsed(EPOCH + int(s) * US, EPOCH + int(t) * US) for s, t in zip(a, b, strict=True)]
    return np.array([span // US for span in passed], "timedelta64[us]")


def same(found, expected):
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected, equal_nan=True), (found, expected)


def instants(whole):
    return np.array(whole, np.int64).astype("datetime64[us]")


def spans(whole):
    return np.array(whole, np.int64).astype("timedelta64[us]")


@pytest.fixture
def compiled():
    """Compiles for the smallest array, so that a small test reaches the tables."""
    with patch.object(bulk_calendar, "FEW", 0):
        yield


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def intervals(draw, grid):
    marks = draw(st.lists(st.integers(0, 1440 // grid), unique=True, max_size=6).map(sorted))
    pairs = [[clock(a * grid), clock(b * grid)] for a, b in zip(marks[::2], marks[1::2], strict=False)]
    if pairs and draw(st.booleans()):
        pairs[-1][1] = clock(draw(st.integers(0, marks[len(pairs) * 2 - 2])) * grid)
    return pairs


@st.composite
def calendars(draw):
    """Whole hours, quarters, odd minutes; nights; zones that jump; holidays; seldom open, never, always."""
    grid = draw(st.sampled_from([60, 15, 1]))
    near = st.integers(-400, 5000).map(lambda day: (date(2024, 1, 1) + timedelta(day)).isoformat())
    if draw(st.integers(0, 20)) == 0:
        return ALWAYS
    return Calendar.from_dict(
        {
            "tz": draw(st.sampled_from(ZONES)),
            "weekly": draw(st.dictionaries(st.sampled_from(oracle.WEEK), intervals(grid), max_size=7)),
            "holidays": draw(st.lists(near, max_size=5, unique=True)),
            "exceptions": draw(st.dictionaries(near, intervals(grid), max_size=5)),
        }
    )


def moments(first, last):
    """Microseconds since 1970, every other one on a quarter of an hour."""
    low, high = (date(year, 1, 1).toordinal() - EPOCH.toordinal() for year in (first, last))
    quarters = st.integers(low * 96, high * 96).map(lambda quarter: quarter * 900_000_000)
    return st.one_of(quarters, st.integers(low * 86_400_000_000, high * 86_400_000_000))


durations = st.one_of(
    st.just(0),
    st.integers(1, 400).map(lambda quarters: quarters * 900_000_000),
    st.integers(1, 90 * 86_400_000_000),
    st.integers(0, 4000 * 24).map(lambda hours: hours * 3_600_000_000),
)


class TestItEqualsTheCalendar:
    @laws
    @given(calendars(), st.lists(st.tuples(moments(2024, 2028), durations), min_size=1, max_size=30))
    def test_add_over_a_few_years(self, calendar, rows):
        starts, amounts = zip(*rows, strict=True)
        with patch.object(bulk_calendar, "FEW", 0):
            found = BulkCalendar(calendar).add(instants(starts), spans(amounts))
        same(found, one_by_one(calendar, starts, amounts))

    @settings(laws, max_examples=30)
    @given(calendars(), st.lists(st.tuples(moments(1995, 2040), durations), min_size=1, max_size=30))
    def test_add_over_decades_where_the_limit_lies_inside_the_compiled_range(self, calendar, rows):
        starts, amounts = zip(*rows, strict=True)
        with patch.object(bulk_calendar, "FEW", 0):
            found = BulkCalendar(calendar).add(instants(starts), spans(amounts))
        same(found, one_by_one(calendar, starts, amounts))

    @laws
    @given(
        calendars(), st.lists(st.tuples(moments(2020, 2030), moments(2020, 2030)), min_size=1, max_size=30)
    )
    def test_elapsed(self, calendar, rows):
        a, b = zip(*rows, strict=True)
        with patch.object(bulk_calendar, "FEW", 0):
            found = BulkCalendar(calendar).elapsed(instants(a), instants(b))
        same(found, elapsed_one_by_one(calendar, a, b))

    @settings(laws, max_examples=15)
    @given(
        st.sampled_from([SHANGHAI, NIGHTS, NEVER, ALWAYS]),
        st.lists(st.tuples(moments(1, 9999), durations), min_size=1, max_size=6),
        st.lists(st.tuples(moments(2025, 2027), durations), min_size=3, max_size=30),
    )
    @example(SHANGHAI, [(-62_135_596_800_000_000, 5), (253_402_300_799_999_999, 5)], [(0, 0)])
    @example(ALWAYS, [(253_402_300_799_999_998, 1), (253_402_300_799_999_999, 1)], [(0, 0)])
    def test_add_from_the_first_year_to_the_last_among_rows_of_today(self, calendar, far, near):
        starts, amounts = zip(*far, *near, strict=True)
        with patch.object(bulk_calendar, "FEW", 2):
            found = BulkCalendar(calendar).add(instants(starts), spans(amounts))
        same(found, one_by_one(calendar, starts, amounts))

    @settings(laws, max_examples=15)
    @given(
        st.sampled_from([SHANGHAI, NIGHTS, NEVER, ALWAYS]),
        st.lists(st.tuples(moments(1850, 2150), moments(1850, 2150)), min_size=1, max_size=6),
        st.lists(st.tuples(moments(2025, 2027), moments(2025, 2027)), min_size=3, max_size=30),
    )
    def test_elapsed_over_centuries_among_rows_of_today(self, calendar, far, near):
        a, b = zip(*far, *near, strict=True)
        with patch.object(bulk_calendar, "FEW", 2):
            found = BulkCalendar(calendar).elapsed(instants(a), instants(b))
        same(found, elapsed_one_by_one(calendar, a, b))

    @pytest.mark.usefixtures("compiled")
    @pytest.mark.parametrize("row", CONFORMANCE, ids=lambda row: row["note"] or row["start"])
    def test_every_conformance_row(self, row):
        bulk = BulkCalendar(Calendar.from_dict(row["calendar"]))
        start = us(datetime.fromisoformat(row["start"]))
        if row["op"] == "add":
            due = bulk.add(start, np.timedelta64(row["seconds"], "s"))
            expected = row["expected"] and us(datetime.fromisoformat(row["expected"]))
            assert due == expected if expected else np.isnat(due)
        else:
            passed = bulk.elapsed(start, us(datetime.fromisoformat(row["end"])))
            assert passed == np.timedelta64(row["expected"], "s")

    @pytest.mark.parametrize("calendar", [SHANGHAI, NIGHTS, NEVER, ALWAYS])
    def test_many_portions_of_rows(self, calendar):
        dice = np.random.default_rng(7)
        starts = dice.integers(1_700_000_000_000_000, 1_900_000_000_000_000, 100_003)
        amounts = dice.integers(0, 20 * 86_400_000_000, 100_003)
        bulk = BulkCalendar(calendar)
        due = bulk.add(instants(starts), spans(amounts))
        some = slice(None, None, 997)
        same(due[some], one_by_one(calendar, starts[some], amounts[some]))
        if calendar is not NEVER:
            assert (bulk.elapsed(instants(starts), due) == spans(amounts)).all()

    def test_rows_in_order_over_thirty_years_move_the_compiled_range_along(self):
        starts = np.arange(0, 2**40 * 900, 2**40 // 400)
        amounts = np.full(starts.size, 7_200_000_001)
        due = BulkCalendar(SHANGHAI).add(instants(starts), spans(amounts))
        some = slice(None, None, 5003)
        same(due[some], one_by_one(SHANGHAI, starts[some], amounts[some]))

    def test_a_few_rows_alone_compile_nothing(self):
        bulk = BulkCalendar(SHANGHAI)
        same(bulk.add(instants([0, 1]), spans([5, 6])), one_by_one(SHANGHAI, [0, 1], [5, 6]))
        assert bulk._window is None


@pytest.mark.usefixtures("compiled")
class TestItsEdges:
    def test_a_target_that_lands_on_closing_time_is_due_at_closing_time(self):
        start = np.datetime64("2026-09-29T01:00", "us")  # 09:00 on a Tuesday
        due = BulkCalendar(SHANGHAI).add(start, np.array([3, 8], "timedelta64[h]"))
        same(due, np.array(["2026-09-29T04:00", "2026-09-29T10:00"], "datetime64[us]"))

    def test_a_microsecond_more_is_due_after_the_holiday(self):
        start = np.datetime64("2026-09-30T09:59:59.999999", "us")
        due = BulkCalendar(SHANGHAI).add(start, spans([1, 2]))
        same(due, np.array(["2026-09-30T10:00", "2026-10-02T01:00:00.000001"], "datetime64[us]"))

    def test_nothing_added_is_the_start_even_when_closed(self):
        at = np.datetime64("2026-10-01T03:00:00.000007", "us")
        assert BulkCalendar(SHANGHAI).add(at, np.timedelta64(0, "us")) == at
        assert BulkCalendar(NEVER).add(at, np.timedelta64(0, "us")) == at

    def test_an_empty_calendar_is_never_at_once(self):
        due = BulkCalendar(NEVER).add(instants([0, 1]), spans([1, 10**15]))
        assert np.isnat(due).all()

    def test_the_last_instant_of_the_limit_is_a_due_and_the_next_is_never(self):
        opens = datetime(2036, 3, 1, tzinfo=UTC)
        calendar = Calendar.from_dict(
            {"tz": "UTC", "weekly": {}, "exceptions": {"2036-03-01": [["00:00", "24:00"]]}}
        )
        starts = [us(opens + 5 * US - LIMIT), us(opens + 4 * US - LIMIT)]
        due = BulkCalendar(calendar).add(np.array(starts), np.timedelta64(5, "us"))
        same(due, np.array([us(opens + 5 * US), NAT]))

    def test_the_limit_holds_where_the_compiled_range_reaches_further(self):
        calendar = Calendar.from_dict(
            {"tz": "UTC", "weekly": {}, "exceptions": {"2036-03-01": [["00:00", "24:00"]]}}
        )
        bulk = BulkCalendar(calendar)
        starts = ["2026-03-01T11:59:59.999999", "2026-03-01T12:00", "2036-03-01"]
        due = bulk.add(np.array(starts, "datetime64[us]"), np.timedelta64(12, "h"))
        same(due, np.array(["NaT", "2036-03-01T12", "2036-03-01T12"], "datetime64[us]"))

    def test_an_amount_is_sure_only_if_no_start_makes_it_never(self):
        # Least is open in the 3,653 days that begin after the short day of 2026: they end before the long one.
        calendar = Calendar.from_dict(
            {
                "tz": "UTC",
                "weekly": {},
                "exceptions": {
                    "2026-03-01": [["00:00", "02:00"]],
                    "2030-01-01": [["00:00", "05:00"]],
                    "2036-03-02": [["00:00", "24:00"]],
                },
            }
        )
        window = Window(
            calendar,
            us(datetime(2026, 1, 1, tzinfo=UTC)).astype(int),
            us(datetime(2037, 1, 1, tzinfo=UTC)).astype(int),
        )
        hours = timedelta(hours=1) // US
        assert window.sure == 5 * hours

    def test_more_than_the_limit_is_never_and_the_limit_itself_is_not(self):
        limit = np.timedelta64(LIMIT // US, "us")
        at = np.datetime64("2026-01-01", "us")
        due = BulkCalendar(ALWAYS).add(at, np.array([limit, limit + np.timedelta64(1, "us")]))
        same(due, np.array([at + limit, NAT]))
        assert np.isnat(BulkCalendar(SHANGHAI).add(at, np.timedelta64(2**63 - 1, "us")))

    def test_not_a_time_stays_so_and_the_others_are_answered(self):
        starts = np.array(["NaT", "2026-09-29T01:00", "2026-09-29T01:00"], "datetime64[us]")
        amounts = np.array([1, "NaT", 1], "timedelta64[h]")
        bulk = BulkCalendar(SHANGHAI)
        same(bulk.add(starts, amounts), np.array(["NaT", "NaT", "2026-09-29T02:00"], "datetime64[us]"))
        same(bulk.elapsed(starts, starts[::-1]), np.array(["NaT", 0, "NaT"], "timedelta64[us]"))
        assert np.isnat(BulkCalendar(ALWAYS).add(NAT, np.timedelta64(1, "s")))

    def test_time_runs_backwards_as_negative(self):
        a, b = np.datetime64("2026-09-29T01:00"), np.datetime64("2026-09-29T02:30")
        bulk = BulkCalendar(SHANGHAI)
        assert bulk.elapsed(a, b) == np.timedelta64(90, "m")
        assert bulk.elapsed(b, a) == np.timedelta64(-90, "m")


class TestMixed:
    @laws
    @given(
        st.lists(calendars(), min_size=1, max_size=5),
        st.lists(st.tuples(st.integers(0, 4), moments(2024, 2028), durations), min_size=1, max_size=40),
    )
    def test_each_row_is_added_by_its_own_calendar(self, several, rows):
        which, starts, amounts = zip(*((which % len(several), *row) for which, *row in rows), strict=True)
        with patch.object(bulk_calendar, "FEW", 0), patch.object(mixed, "FEW", 0):
            found = BulkCalendars(several).add(np.array(which), instants(starts), spans(amounts))
        expected = [
            one_by_one(several[one], [start], [amount])[0]
            for one, start, amount in zip(which, starts, amounts, strict=True)
        ]
        same(found, np.array(expected))

    @laws
    @given(
        st.lists(calendars(), min_size=1, max_size=5),
        st.lists(
            st.tuples(st.integers(0, 4), moments(2024, 2027), moments(2024, 2027)), min_size=1, max_size=40
        ),
    )
    def test_each_row_is_measured_by_its_own_calendar(self, several, rows):
        which, a, b = zip(*((which % len(several), *row) for which, *row in rows), strict=True)
        with patch.object(bulk_calendar, "FEW", 0), patch.object(mixed, "FEW", 0):
            found = BulkCalendars(several).elapsed(np.array(which), instants(a), instants(b))
        expected = [
            elapsed_one_by_one(several[one], [begin], [end])[0]
            for one, begin, end in zip(which, a, b, strict=True)
        ]
        same(found, np.array(expected))

    @pytest.mark.parametrize(
        ("several", "on_a_line"),
        [
            ([SHANGHAI, NEVER, ALWAYS], True),
            ([SHANGHAI, NIGHTS, NEVER, ALWAYS], True),
            ([NEVER, NEVER], True),
            ([ALWAYS, SHANGHAI], True),
            ([SHANGHAI, LOCAL_MEAN_TIME], False),
        ],
    )
    def test_many_portions_of_rows_on_a_line_and_off(self, several, on_a_line):
        dice = np.random.default_rng(7)
        base = 1_700_000_000_000_000 if on_a_line else 0
        starts = instants(dice.integers(base, base + 10**14, 100_003))
        amounts = spans(dice.integers(0, 20 * 86_400_000_000, 100_003))
        which = dice.integers(0, len(several), 100_003)
        bulk = BulkCalendars(several)
        due = bulk.add(which, starts, amounts)
        assert bulk._line.fits == on_a_line
        passed = bulk.elapsed(which, starts, starts[::-1])
        for place, calendar in enumerate(several):
            mine = which == place
            same(due[mine], BulkCalendar(calendar).add(starts[mine], amounts[mine]))
            same(passed[mine], BulkCalendar(calendar).elapsed(starts[mine], starts[::-1][mine]))

    def test_a_century_without_a_grid_does_not_spoil_the_next(self):
        bulk = BulkCalendars([SHANGHAI, LOCAL_MEAN_TIME])
        which = np.arange(100_003) % 2
        for base, on_a_line in ((-2_000_000_000_000_000, False), (1_700_000_000_000_000, True)):
            starts, amounts = base + np.arange(100_003) * 10**8, np.full(100_003, 3_600_000_000)
            due = bulk.add(which, instants(starts), spans(amounts))
            assert bulk._line.fits == on_a_line
            for place, calendar in enumerate([SHANGHAI, LOCAL_MEAN_TIME]):
                some = slice(place, None, 5002)
                same(due[some], one_by_one(calendar, starts[some], amounts[some]))

    def test_a_target_met_at_a_close_is_due_there_and_not_a_cell_later(self):
        starts = np.array(["2026-09-29T01:00", "2026-09-29T03:59:59.999999"] * 600, "datetime64[us]")
        bulk = BulkCalendars([ALWAYS, SHANGHAI])
        due = bulk.add(1, starts, spans([3 * 3_600_000_000, 1] * 600))
        assert bulk._line.fits
        same(np.unique(due), np.array(["2026-09-29T04:00"], "datetime64[us]"))

    def test_rows_that_are_missing_or_centuries_away_do_not_harm_the_others(self):
        dice = np.random.default_rng(7)
        starts = dice.integers(1_700_000_000_000_000, 1_760_000_000_000_000, 5000)
        amounts = dice.integers(0, 20 * 86_400_000_000, 5000)
        which = dice.integers(0, 2, 5000)
        starts[:3] = arrays.MISSING, -9_000_000_000_000_000, 90_000_000_000_000_000
        amounts[4] = arrays.MISSING
        several = [SHANGHAI, NIGHTS]
        due = BulkCalendars(several).add(which, instants(starts), spans(amounts))
        assert np.isnat(due[[0, 4]]).all()
        for row in (1, 2, 3, 5, 4999):
            one = slice(row, row + 1)
            same(due[one], one_by_one(several[which[row]], starts[one], amounts[one]))

    def test_a_calendar_that_is_not_there_is_refused(self):
        bulk = BulkCalendars([SHANGHAI, NIGHTS])
        with pytest.raises(IndexError, match="which: there are calendars 0 to 1"):
            bulk.add(np.array([0, 2]), instants([0, 0]), spans([1, 1]))
        with pytest.raises(IndexError, match="which: there are calendars 0 to 1"):
            bulk.elapsed(-1, instants([0, 0]), instants([1, 1]))
        with pytest.raises(TypeError, match="which: needs integers, not float64"):
            bulk.add(0.5, instants([0, 0]), spans([1, 1]))

    def test_a_negative_amount_is_refused(self):
        with pytest.raises(ValueError, match="amounts: -1 microseconds is negative"):
            BulkCalendars([SHANGHAI]).add(0, instants([0, 0]), spans([1, -1]))

    def test_the_three_broadcast_and_scalars_give_a_scalar(self):
        at = np.datetime64("2026-09-29T01:00", "us")
        bulk = BulkCalendars([ALWAYS, SHANGHAI])
        due = bulk.add([[0], [1]], at, np.array([1, 4], "timedelta64[h]"))
        expected = [["2026-09-29T02:00", "2026-09-29T05:00"], ["2026-09-29T02:00", "2026-09-29T06:00"]]
        same(due, np.array(expected, "datetime64[us]"))
        assert isinstance(bulk.add(0, at, np.timedelta64(1, "h")), np.datetime64)
        assert bulk.add(np.array([], int), instants([]), spans([])).shape == (0,)


class TestWhatGoesIn:
    bulk = BulkCalendar(SHANGHAI)
    at = np.datetime64("2026-09-29T01:00", "us")
    hour = np.timedelta64(1, "h")

    def test_starts_and_amounts_broadcast(self):
        due = self.bulk.add(np.array([[self.at], [self.at + self.hour]]), spans([0, 1, 2]))
        assert due.shape == (2, 3)
        assert due[1, 2] == self.at + self.hour + np.timedelta64(2, "us")

    def test_no_rows_give_no_rows(self):
        assert self.bulk.add(instants([]), spans([])).shape == (0,)
        assert self.bulk.elapsed(instants([]), self.at).shape == (0,)

    def test_every_second_row_of_a_table_is_read_where_it_lies(self):
        table = instants(np.arange(40).reshape(4, 10))[::2, ::3]
        same(self.bulk.add(table, spans(0)), table)

    def test_a_scalar_gives_a_scalar_and_the_arguments_stay_as_they_were(self):
        starts = instants([0, 1])
        self.bulk.add(starts, self.hour)
        assert starts.tolist() == instants([0, 1]).tolist()
        assert isinstance(self.bulk.add(self.at, self.hour), np.datetime64)

    def test_other_units_are_exact_or_refused(self):
        assert self.bulk.add(
            np.datetime64("2026-09-29"), np.timedelta64(7_200_000_000_000, "ns")
        ) == np.datetime64("2026-09-29T03:00", "us")
        with pytest.raises(
            ValueError, match=r"amounts: timedelta64\[ns\] holds what whole microseconds cannot"
        ):
            self.bulk.add(self.at, np.timedelta64(1, "ns"))
        with pytest.raises(ValueError, match=r"starts: datetime64\[ns\] holds"):
            self.bulk.add(np.datetime64(1, "ns"), self.hour)
        with pytest.raises(ValueError, match=r"amounts: timedelta64\[W\] holds"):
            self.bulk.add(self.at, np.timedelta64(2**62, "W"))

    def test_one_aware_datetime_and_one_timedelta_will_do(self):
        due = self.bulk.add(datetime(2026, 9, 29, 1, tzinfo=UTC), timedelta(hours=1))
        assert due == self.at + self.hour

    def test_a_naive_datetime_is_refused(self):
        with pytest.raises(ValueError, match="starts: 2026-09-29T01:00:00 has no time zone"):
            self.bulk.add(datetime.fromisoformat("2026-09-29T01:00"), self.hour)

    def test_a_negative_amount_is_refused_even_among_others(self):
        with pytest.raises(ValueError, match="amounts: -1 microseconds is negative"):
            self.bulk.add(self.at, spans([3, -1, 5]))

    def test_a_month_has_no_length(self):
        with pytest.raises(TypeError, match="amounts: months and years"):
            self.bulk.add(self.at, np.timedelta64(1, "M"))

    def test_numbers_are_not_instants(self):
        with pytest.raises(TypeError, match="starts: needs datetime64, not int64"):
            self.bulk.add(np.array([1]), self.hour)
        with pytest.raises(TypeError, match="b: needs datetime64, not timedelta64"):
            self.bulk.elapsed(self.at, self.hour)

    def test_a_year_that_no_calendar_knows_is_refused(self):
        with pytest.raises(ValueError, match=r"starts: 10000-01-01T00:00:00\.000000 lies outside"):
            self.bulk.add(np.datetime64("10000-01-01", "us"), self.hour)
        with pytest.raises(ValueError, match=r"a: 0000-12-31T23:59:59\.999999 lies outside"):
            self.bulk.elapsed(np.datetime64("0000-12-31T23:59:59.999999"), self.at)


class TestStairs:
    @given(
        st.lists(st.integers(1, 2000), min_size=0, max_size=40, unique=True).map(sorted),
        st.sampled_from([1, 7, 4096]),
        st.sampled_from([1 << 18, 600, 20, 2]),
        st.integers(0, 50),
    )
    def test_every_kind_of_grid_finds_the_step_that_a_search_finds(self, marks, scale, cells, margin):
        boundaries = np.array(marks, np.int64) * scale
        low = int(boundaries[0] if marks else 0) - margin
        high = int(boundaries[-1] if marks else 0) + margin
        with patch("sterling.core.bulk.stairs.MOST_CELLS", cells):
            stairs = Stairs(boundaries, low, high, (np.arange(len(marks) + 1),))
        x = np.unique(
            np.concatenate((np.linspace(low, high, 999).astype(np.int64), boundaries, boundaries - 1))
        )
        x = x[(low <= x) & (x <= high)]
        row, value, flag = arrays.Scratch(x.size).cut(x.size)
        stairs.rows(x, row, value, flag)
        assert stairs.columns[0][row].tolist() == np.searchsorted(boundaries, x, "right").tolist()
