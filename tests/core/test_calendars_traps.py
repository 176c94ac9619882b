"""Traps that users of other desks and libraries reported, with exact values; the docstring has the thread."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sterling.core.calendars import ALWAYS, Calendar

US = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
CHICAGO = ZoneInfo("America/Chicago")
NEW_YORK = ZoneInfo("America/New_York")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
WEEK = (*WORKDAYS, "sat", "sun")


def office(tz="America/Chicago", *hours, days=WORKDAYS, **more):
    weekly = {day: [list(pair) for pair in hours or [("09:00", "17:00")]] for day in days}
    return Calendar.from_dict({"tz": tz, "weekly": weekly, **more})


def at(text, tz="America/Chicago", fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz), fold=fold)


def hours(number):
    return timedelta(hours=number)


def test_a_due_on_closing_time_is_at_closing_time_not_next_morning():
    """zammad#2157, #4432: reminders at midnight and on weekends."""
    assert office().add(at("2024-09-23T09:00"), hours(24)) == at("2024-09-25T17:00")
    assert office().add(at("2024-09-20T09:00"), hours(8)) == at("2024-09-20T17:00")


def test_a_ticket_opened_outside_hours_gets_its_whole_target():
    """glpi#687: delay 0 outside hours. frappe/helpdesk PR 2449: tickets on days off."""
    assert office().add(at("2024-09-21T23:30"), hours(2)) == at("2024-09-23T11:00")
    assert office().add(at("2024-09-23T05:00"), US) == at("2024-09-23T09:00") + US
    assert office().add(at("2024-09-23T17:00"), hours(1)) == at("2024-09-24T10:00")


def test_nothing_counts_at_lunch():
    """frappe/helpdesk#2212, chatwoot#14009: one interval a day. osTicket#6847: lunch kept as a holiday."""
    lunch = office("Asia/Shanghai", ("09:00", "12:00"), ("13:00", "18:00"))
    assert lunch.add(at("2026-11-23T11:30", "Asia/Shanghai"), HOUR) == at("2026-11-23T13:30", "Asia/Shanghai")
    assert lunch.add(at("2026-11-23T09:00", "Asia/Shanghai"), hours(3)) == at(
        "2026-11-23T12:00", "Asia/Shanghai"
    )
    assert not lunch.is_open(at("2026-11-23T12:00", "Asia/Shanghai"))
    assert lunch.is_open(at("2026-11-23T12:00", "Asia/Shanghai") - US)
    assert lunch.is_open(at("2026-11-23T13:00", "Asia/Shanghai"))


def test_the_next_opening_may_be_days_or_months_away():
    """osTicket#6739: a look-ahead of 72 hours made tickets overdue at once."""
    tuesdays = office(days=("tue",))
    assert tuesdays.add(at("2026-11-24T17:00"), HOUR) == at("2026-12-01T10:00")
    closed_all_autumn = [(date(2026, 9, 1) + timedelta(days=day)).isoformat() for day in range(91)]
    assert office(holidays=closed_all_autumn).add(at("2026-08-31T16:00"), hours(2)) == at("2026-12-01T10:00")


def test_the_offset_is_the_one_of_that_day_not_of_today():
    """chatwoot#2882, business_duration: hours kept in the offset of the day they were typed in."""
    assert office().add(at("2025-03-07T16:30"), hours(2)) == datetime(2025, 3, 10, 15, 30, tzinfo=UTC)
    assert office().add(at("2025-10-31T16:30"), hours(2)) == datetime(2025, 11, 3, 16, 30, tzinfo=UTC)


def test_a_whole_day_has_23_or_25_hours_when_the_clocks_change():
    """business_duration 0.68: calendars around the clock off by 3600 seconds."""
    whole = office("America/New_York", ("00:00", "24:00"), days=WEEK)
    assert whole.elapsed(
        at("2026-03-08T00:00", "America/New_York"), at("2026-03-09T00:00", "America/New_York")
    ) == hours(23)
    assert whole.elapsed(
        at("2026-11-01T00:00", "America/New_York"), at("2026-11-02T00:00", "America/New_York")
    ) == hours(25)


def test_in_a_gap_nothing_is_open():
    gap = office("America/New_York", ("00:30", "03:30"), days=("sun",))
    assert gap.elapsed(
        at("2026-03-08T00:00", "America/New_York"), at("2026-03-08T12:00", "America/New_York")
    ) == hours(2)
    assert gap.add(at("2026-03-08T01:30", "America/New_York"), HOUR) == at(
        "2026-03-08T03:30", "America/New_York"
    )
    inside = office("America/New_York", ("02:00", "03:00"), days=("sun",))
    assert not inside.is_business_day(date(2026, 3, 8))
    assert inside.close_of(date(2026, 3, 8)) is None
    assert (
        inside.add(at("2026-03-08T00:00", "America/New_York"), US)
        == at("2026-03-15T02:00", "America/New_York") + US
    )


def test_in_a_fold_both_passes_count():
    """businesstimedelta 1.0.1: 01:00 to 05:00 counted 4 hours, not 5."""
    night = office("America/New_York", ("01:00", "05:00"), days=("sun",))
    assert night.elapsed(
        at("2026-11-01T00:00", "America/New_York"), at("2026-11-01T12:00", "America/New_York")
    ) == hours(5)
    half = office("America/New_York", ("01:00", "01:30"), days=("sun",))
    first, second = (at("2026-11-01T01:00", "America/New_York", fold) for fold in (0, 1))
    assert half.add(first, HOUR) == second.astimezone(UTC) + timedelta(minutes=30)
    assert half.add(second, timedelta(minutes=30)) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert half.close_of(date(2026, 11, 1)) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert not half.is_open(first + timedelta(minutes=45))


def test_an_hour_from_inside_the_fold_moves_on():
    """moment-business-time#58: one hour later was the same instant. The fold of the input is honored."""
    whole = office("America/New_York", ("00:00", "24:00"), days=WEEK)
    first, second = (at("2026-11-01T01:30", "America/New_York", fold) for fold in (0, 1))
    for calendar in (whole, ALWAYS):
        assert calendar.add(first, HOUR) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
        assert calendar.add(second, HOUR) == datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
        assert calendar.elapsed(first, second) == HOUR
        assert calendar.elapsed(second, first) == -HOUR


def test_a_day_from_midnight_on_the_day_of_25_hours_ends_before_midnight():
    """rapidpro PR 6905: midnight plus 24 hours never reached the next date, and a loop never ended."""
    whole = office("America/New_York", ("00:00", "24:00"), days=WEEK)
    midnight = at("2026-11-01T00:00", "America/New_York")
    assert whole.add(midnight, hours(24)) == at("2026-11-01T23:00", "America/New_York")
    assert whole.add(midnight, hours(25)) == at("2026-11-02T00:00", "America/New_York")


def test_lord_howe_moves_its_clocks_by_half_an_hour():
    zone = "Australia/Lord_Howe"
    night = office(zone, ("00:00", "06:00"), days=("sun",))
    assert night.elapsed(at("2026-04-05T00:00", zone), at("2026-04-05T12:00", zone)) == hours(6.5)
    assert night.elapsed(at("2026-10-04T00:00", zone), at("2026-10-04T12:00", zone)) == hours(5.5)


def test_sao_paulo_had_no_midnight():
    """zendesk/biz PR 37: 24:00 on the day whose midnight does not exist."""
    zone = "America/Sao_Paulo"
    late = office(zone, ("22:00", "24:00"), days=("sat",))
    assert late.close_of(date(2018, 11, 3)) == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)
    assert late.elapsed(at("2018-11-03T12:00", zone), at("2018-11-04T12:00", zone)) == hours(2)
    over = office(zone, ("22:00", "02:00"), days=("sat",))
    assert over.elapsed(at("2018-11-03T12:00", zone), at("2018-11-04T12:00", zone)) == hours(3)
    assert over.add(at("2018-11-03T22:00", zone), hours(2.5)) == at("2018-11-04T01:30", zone)
    early = office(zone, ("00:00", "03:00"), days=("sun",))
    assert early.elapsed(at("2018-11-03T12:00", zone), at("2018-11-04T12:00", zone)) == hours(2)


def test_sao_paulo_had_its_last_hour_of_a_saturday_twice():
    zone = "America/Sao_Paulo"
    late = office(zone, ("22:00", "24:00"), days=("sat",))
    assert late.elapsed(at("2018-02-17T12:00", zone), at("2018-02-18T12:00", zone)) == hours(3)
    assert late.close_of(date(2018, 2, 17)) == datetime(2018, 2, 18, 3, 0, tzinfo=UTC)


def test_apia_had_no_30th_of_december():
    zone = "Pacific/Apia"
    whole = office(zone, ("00:00", "24:00"), days=WEEK)
    assert whole.elapsed(at("2011-12-29T00:00", zone), at("2012-01-01T00:00", zone)) == hours(48)
    assert not whole.is_business_day(date(2011, 12, 30))
    assert whole.nth_close_after(date(2011, 12, 29), 1) == at("2012-01-01T00:00", zone)
    assert office(zone, days=("fri",)).close_of(date(2011, 12, 30)) is None
    always = Calendar.from_dict({"always": True, "tz": zone})
    assert always.close_of(date(2011, 12, 30)) is None
    assert always.close_of(date(2011, 12, 29)) == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_st_johns_came_back_to_the_day_before():
    """At 00:01 the clocks went back to 23:01 of the day that had just ended."""
    zone = "America/St_Johns"
    shop = office(zone, ("09:00", "24:00"), days=("sat",))
    close = at("2010-11-06T23:59", zone, fold=1).astimezone(UTC) + timedelta(minutes=1)
    assert shop.close_of(date(2010, 11, 6)) == close
    before = at("2010-11-07T00:00", zone).astimezone(UTC) + timedelta(seconds=30)
    assert shop.local_date(before) == date(2010, 11, 7)
    assert not shop.is_open(before)
    assert shop.first_close_after(before) == close


def test_in_st_johns_the_shift_of_two_dates_ago_may_still_be_ahead():
    zone = "America/St_Johns"
    long_shift = office(zone, ("23:59", "23:59"), days=("fri",))
    at_first_midnight = at("2010-11-07T00:00", zone).astimezone(UTC) + timedelta(seconds=30)
    assert long_shift.local_date(at_first_midnight) == date(2010, 11, 7)
    assert long_shift.first_close_after(at_first_midnight) == at("2010-11-06T23:59", zone, fold=1).astimezone(
        UTC
    )


def test_24_00_and_00_00_end_the_same_interval():
    """business_time#231: end at 00:00."""
    one, other = office("UTC", ("18:00", "24:00")), office("UTC", ("18:00", "00:00"))
    assert one == other
    friday = datetime(2026, 11, 27, 18, tzinfo=UTC)
    assert one.add(friday, hours(6)) == datetime(2026, 11, 28, tzinfo=UTC)
    assert one.close_of(date(2026, 11, 27)) == datetime(2026, 11, 28, tzinfo=UTC)
    assert one.elapsed(friday, friday + hours(48)) == hours(6)


def test_a_night_shift_belongs_to_the_day_it_starts_on():
    """business_time#227; businesstimedelta 1.0.1: hours after midnight were lost to a query from there."""
    night = office("UTC", ("22:00", "06:00"))
    saturday = datetime(2026, 11, 28, 3, tzinfo=UTC)
    assert night.is_open(saturday)
    assert night.elapsed(saturday, saturday + hours(48)) == hours(3)
    assert night.add(saturday, hours(3)) == datetime(2026, 11, 28, 6, tzinfo=UTC)
    assert night.add(saturday, hours(4)) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert night.close_of(date(2026, 11, 27)) == datetime(2026, 11, 28, 6, tzinfo=UTC)
    assert not night.is_business_day(date(2026, 11, 28))
    assert not night.is_open(datetime(2026, 11, 23, 3, tzinfo=UTC))  # Monday before dawn: Sunday has no shift


def test_a_tail_that_runs_into_the_next_hours_counts_once():
    calendar = Calendar.from_dict(
        {"tz": "UTC", "weekly": {"mon": [["20:00", "10:00"]], "tue": [["08:00", "12:00"]]}}
    )
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert calendar.elapsed(monday, monday + hours(48)) == hours(16)
    assert calendar.close_of(date(2026, 11, 23)) == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_an_interval_of_24_hours_ends_where_it_began():
    calendar = Calendar.from_dict({"tz": "UTC", "weekly": {"mon": [["09:00", "09:00"]]}})
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    assert calendar.elapsed(monday, monday + hours(72)) == hours(24)
    assert calendar.close_of(date(2026, 11, 23)) == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_holiday_takes_the_tail_that_runs_into_it_and_the_tail_that_starts_on_it():
    night = office("UTC", ("22:00", "06:00"), days=WEEK, holidays=["2026-12-25"])
    noon = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert night.elapsed(noon, noon + hours(24)) == hours(2)
    assert night.elapsed(noon + hours(24), noon + hours(48)) == timedelta(0)
    assert night.add(noon, hours(3)) == datetime(2026, 12, 26, 23, tzinfo=UTC)
    assert night.close_of(date(2026, 12, 24)) == datetime(2026, 12, 25, tzinfo=UTC)
    assert night.close_of(date(2026, 12, 25)) is None


def test_an_exception_replaces_its_own_hours_but_not_the_night_before():
    short = office("UTC", ("22:00", "06:00"), days=WEEK, exceptions={"2026-12-24": [["09:00", "12:00"]]})
    begin = datetime(2026, 12, 24, tzinfo=UTC)
    assert short.elapsed(begin, begin + hours(24)) == hours(6) + hours(3)
    assert short.elapsed(begin + hours(24), begin + hours(48)) == hours(2)
    none = office("UTC", ("22:00", "06:00"), days=WEEK, exceptions={"2026-12-24": []})
    assert none.elapsed(begin, begin + hours(24)) == hours(6)
    assert not none.is_business_day(date(2026, 12, 24))


def test_an_exception_may_run_on_past_midnight():
    late = office("UTC", exceptions={"2026-11-28": [["20:00", "02:00"]]})
    assert late.add(datetime(2026, 11, 28, tzinfo=UTC), hours(5)) == datetime(2026, 11, 29, 1, tzinfo=UTC)
    assert late.close_of(date(2026, 11, 28)) == datetime(2026, 11, 29, 2, tzinfo=UTC)


def test_a_date_in_both_lists_is_a_holiday():
    both = office(holidays=["2026-12-24"], exceptions={"2026-12-24": [["09:00", "12:00"]]})
    assert not both.is_business_day(date(2026, 12, 24))
    assert both.add(at("2026-12-24T09:00"), HOUR) == at("2026-12-25T10:00")


def test_short_days_before_holidays():
    """zendesk biz#122."""
    eve = office(exceptions={"2026-12-24": [["09:00", "12:00"]]}, holidays=["2026-12-25"])
    assert eve.add(at("2026-12-24T11:00"), hours(2)) == at("2026-12-28T10:00")
    assert eve.close_of(date(2026, 12, 24)) == at("2026-12-24T12:00")


def test_weekends_that_are_worked_to_make_up_for_a_holiday():
    """biz#5, working_hours#11, rickar/cal#106, vacanza/holidays#298: they could not be said at all."""
    china = office(
        "Asia/Shanghai",
        holidays=[f"2026-10-0{day}" for day in range(1, 8)],
        exceptions={"2026-10-10": [["09:00", "17:00"]]},
    )
    friday = at("2026-10-09T16:00", "Asia/Shanghai")
    assert china.add(friday, hours(2)) == at("2026-10-10T10:00", "Asia/Shanghai")
    assert china.nth_close_after(date(2026, 10, 9), 1) == at("2026-10-10T17:00", "Asia/Shanghai")
    assert china.nth_close_after(date(2026, 9, 30), 1) == at("2026-10-08T17:00", "Asia/Shanghai")


def test_a_holiday_is_the_local_date_whatever_zone_asks():
    """business_time#36, dbt_zendesk#117: holidays moved when they were read in UTC or in the asker's zone."""
    fourth = office(holidays=["2024-07-04"])
    last = at("2024-07-04T23:59")
    assert last.astimezone(UTC).date() == date(2024, 7, 5)
    assert fourth.explain(last, last + US)[0].code == "holiday"
    for zone in ("Asia/Tokyo", "UTC", "Pacific/Honolulu"):
        assert fourth.add(at("2024-07-03T15:00").astimezone(ZoneInfo(zone)), hours(3)) == at(
            "2024-07-05T10:00"
        )


def test_two_zones_in_one_subtraction():
    """business_time#50."""
    assert office().elapsed(at("2026-11-23T09:00"), at("2026-11-24T00:30", "Asia/Shanghai")) == HOUR * 1.5


def test_subtraction_within_one_zone_counts_real_time_over_a_change_of_clocks():
    """Two times of one zone subtract as wall clocks in Python; open time must not."""
    whole = office("America/New_York", ("00:00", "24:00"), days=WEEK)
    a, b = at("2026-03-08T01:00", "America/New_York"), at("2026-03-08T04:00", "America/New_York")
    assert b - a == hours(3)
    assert whole.elapsed(a, b) == hours(2)
    assert ALWAYS.elapsed(a, b) == hours(2)


def test_from_after_closing_to_after_closing_the_next_day_is_a_whole_day():
    """seatgeek businesstime: it was nothing."""
    assert office().elapsed(at("2026-11-23T18:00"), at("2026-11-24T18:00")) == hours(8)


def test_years_without_listed_holidays_still_count():
    """workalendar 17 raised for years after its data; businesstimedelta crashed after the last holiday."""
    calendar = office(holidays=["2026-12-25"])
    assert calendar.add(at("2033-07-01T16:00"), hours(2)) == at("2033-07-04T10:00")
    assert calendar.add(at("1999-12-31T16:00"), hours(2)) == at("2000-01-03T10:00")


def test_the_last_microsecond_before_midnight_is_no_residue():
    """working_hours PR 44: a float just before midnight looped for ever."""
    late = office("UTC", ("22:00", "24:00"), days=WEEK)
    start = datetime(2026, 11, 23, 23, 59, 59, 999_999, tzinfo=UTC)
    assert late.add(start, US) == datetime(2026, 11, 24, tzinfo=UTC)
    assert late.add(start, 2 * US) == datetime(2026, 11, 24, 22, 0, 0, 1, tzinfo=UTC)
    assert late.elapsed(start, start + US) == US


def test_no_hours_at_all_is_never_at_once():
    """frappe: an endless loop on an empty calendar. businesstimedelta#9: another with zones and holidays."""
    for document in (
        {"tz": "UTC", "weekly": {}},
        {
            "tz": "America/Chicago",
            "weekly": {"mon": []},
            "holidays": ["2026-11-23"],
            "exceptions": {"2026-12-01": []},
        },
    ):
        calendar = Calendar.from_dict(document)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        assert calendar.add(start, US) is None
        assert calendar.elapsed(start, start + timedelta(days=36500)) == timedelta(0)
        assert calendar.first_close_after(start) is None
        assert calendar.nth_close_after(date(2026, 1, 1), 1) is None
        assert calendar.add(start, timedelta(0)) == start


def test_hours_that_holidays_take_one_and_all_are_never():
    mondays = [(date(2026, 1, 5) + timedelta(weeks=week)).isoformat() for week in range(530)]
    calendar = office(days=("mon",), holidays=mondays)
    assert calendar.add(at("2026-01-01T00:00"), US) is None
    assert calendar.first_close_after(at("2026-01-01T00:00")) is None


@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Shanghai", "Pacific/Apia"])
def test_never_begins_after_3653_days(zone):
    calendar = Calendar.from_dict({"tz": zone, "exceptions": {"2036-01-01": [["09:00", "17:00"]]}})
    opening = at("2036-01-01T09:00", zone).astimezone(UTC)
    start = opening - timedelta(days=3653)
    assert calendar.add(start, US) is None
    assert calendar.add(start + US, US) == opening + US
    assert calendar.add(start + HOUR, HOUR) == opening + HOUR
    assert calendar.add(start + HOUR, HOUR + US) is None
    close = opening + hours(8)
    assert calendar.first_close_after(close - timedelta(days=3653)) == close
    assert calendar.first_close_after(close - timedelta(days=3653) - US) is None
    first = date(2036, 1, 1) - timedelta(days=3653)
    assert calendar.nth_close_after(first, 1) == close
    assert calendar.nth_close_after(first - timedelta(days=1), 1) is None
    assert calendar.nth_close_after(first, 1, since=close - timedelta(days=3653)) == close
    assert calendar.nth_close_after(first, 1, since=close - timedelta(days=3653) - US) is None


def test_the_limit_may_lie_a_local_date_further_on():
    """3,653 days after 23:30 in winter it is 00:30 in summer."""
    early = Calendar.from_dict({"tz": "America/Chicago", "exceptions": {"2037-03-14": [["00:00", "00:15"]]}})
    since = at("2027-03-13T23:30")
    assert early.nth_close_after(date(2027, 3, 13), 1) is None
    assert early.nth_close_after(date(2027, 3, 13), 1, since=since) == at("2037-03-14T00:15")


def test_always_too_ends_after_3653_days():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert ALWAYS.add(start, timedelta(days=3653)) == start + timedelta(days=3653)
    assert ALWAYS.add(start, timedelta(days=3653) + US) is None


def test_an_explanation_names_the_holiday_that_took_the_time():
    """zammad#390: a feed added days nobody knew of, and dues looked wrong."""
    named = office(holidays={"2024-07-04": {"en": "Independence Day", "zh": "独立日"}})
    found = named.explain(at("2024-07-03T15:00"), at("2024-07-05T10:00"))
    assert [(s.start, s.end, s.code.value, s.name and s.name.zh) for s in found] == [
        (at("2024-07-03T15:00"), at("2024-07-03T17:00"), "open", None),
        (at("2024-07-03T17:00"), at("2024-07-04T00:00"), "closed", None),
        (at("2024-07-04T00:00"), at("2024-07-05T00:00"), "holiday", "独立日"),
        (at("2024-07-05T00:00"), at("2024-07-05T09:00"), "closed", None),
        (at("2024-07-05T09:00"), at("2024-07-05T10:00"), "open", None),
    ]


def test_an_explanation_gives_the_lost_tail_to_its_holiday():
    night = office("UTC", ("22:00", "06:00"), days=WEEK, holidays={"2026-12-25": "Christmas"})
    begin = datetime(2026, 12, 25, 12, tzinfo=UTC)
    found = night.explain(begin, begin + hours(24))
    assert [(s.end - begin, s.code.value, s.name and s.name.en) for s in found] == [
        (hours(18), "holiday", "Christmas"),
        (hours(24), "closed", None),
    ]


def test_an_explanation_of_24x7_is_one_stretch():
    start = datetime(2026, 12, 25, tzinfo=UTC)
    (only,) = ALWAYS.explain(start, start + hours(1))
    assert (only.start, only.end, only.code.value, only.open) == (start, start + HOUR, "always", True)
    assert ALWAYS.explain(start, start) == []
    assert ALWAYS.explain(start + HOUR, start) == []


def test_closes_of_a_week():
    """business_time PR 84: a wrong end of the working day."""
    calendar = office(holidays=["2024-07-04"])
    assert calendar.close_of(date(2024, 7, 3)) == at("2024-07-03T17:00")
    assert calendar.close_of(date(2024, 7, 4)) is None
    assert [calendar.nth_close_after(date(2024, 7, 3), n) for n in (1, 2, 3)] == [
        at("2024-07-05T17:00"),
        at("2024-07-08T17:00"),
        at("2024-07-09T17:00"),
    ]
    assert calendar.first_close_after(at("2024-07-03T17:00") - US) == at("2024-07-03T17:00")
    assert calendar.first_close_after(at("2024-07-03T17:00")) == at("2024-07-05T17:00")


def test_a_night_shift_that_began_yesterday_closes_first():
    night = office("UTC", ("22:00", "06:00"))
    early = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert night.first_close_after(early) == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert night.nth_close_after(night.local_date(early), 1) == datetime(2026, 11, 26, 6, tzinfo=UTC)


def test_every_date_of_24x7_is_a_business_day_that_closes_at_midnight():
    assert ALWAYS.close_of(date(2026, 11, 23)) == datetime(2026, 11, 24, tzinfo=UTC)
    china = Calendar.from_dict({"always": True, "tz": "Asia/Shanghai"})
    assert china.nth_close_after(date(2026, 11, 23), 1) == datetime(2026, 11, 24, 16, tzinfo=UTC)
    assert china.first_close_after(datetime(2026, 11, 23, 16, tzinfo=UTC)) == datetime(
        2026, 11, 24, 16, tzinfo=UTC
    )
    assert china.local_date(datetime(2026, 11, 23, 16, tzinfo=UTC)) == date(2026, 11, 24)
