"""The worked examples of promises.md section 8, each in its own words."""

from sterling.core.clocks import replay
from tests.core.story import NINE_TO_FIVE, Seen, region, tell


def due_of(plan, priority, at, calendar=None):
    opened = {"at": at, "type": "opened", "by": "customer", "plan": plan, "priority": priority}
    return replay({"calendar": calendar or region(), "events": [opened]})[0]["due"]


def test_standard_urgent_on_friday_half_an_hour_before_closing_is_due_on_monday():
    assert due_of("standard", "urgent", "2024-09-20T16:30:00-05:00") == "2024-09-23T15:30:00Z"


def test_standard_low_is_due_at_closing_and_not_the_next_morning():
    assert due_of("standard", "low", "2024-09-23T09:00:00-05:00") == "2024-09-25T22:00:00Z"


def test_gold_urgent_counts_through_a_saturday_night():
    assert due_of("gold", "urgent", "2024-09-28T23:30:00-05:00") == "2024-09-29T05:30:00Z"


def test_standard_urgent_over_the_weekend_that_clocks_go_forward():
    assert due_of("standard", "urgent", "2025-03-07T16:30:00-06:00") == "2025-03-10T15:30:00Z"


def test_platinum_urgent_in_the_night_that_clocks_go_forward_is_one_elapsed_hour():
    assert due_of("platinum", "urgent", "2025-03-09T01:30:00-06:00") == "2025-03-09T08:30:00Z"


def test_silver_high_before_the_fourth_of_july():
    holiday = region(holidays={"2024-07-04": "Independence Day"})
    assert due_of("silver", "high", "2024-07-03T15:00:00-05:00", holiday) == "2024-07-05T15:00:00Z"


def test_standard_medium_opened_on_a_sunday():
    assert due_of("standard", "medium", "2024-09-22T12:00:00-05:00") == "2024-09-23T20:00:00Z"


def test_silver_high_with_two_messages_has_one_clock():
    told = tell(
        """
        Tue 10:00 opened silver high
        Tue 10:30 customer_message
        Tue 12:45 agent_message
        """
    )
    assert told.first == Seen("first_response", "Tue 10:00", "Tue 13:00", "Tue 12:45", "met")
    assert told.replies == []


def test_gold_low_raised_to_urgent_is_due_an_hour_after_the_change():
    told = tell(
        """
        Tue 09:00 opened gold low
        Tue 14:00 priority urgent
        """
    )
    assert told.first.due == "Tue 15:00"


def test_silver_urgent_lowered_in_time_is_due_by_the_new_target_from_its_start():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 09:30 priority medium
        """
    )
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 13:00", None, "running")


def test_silver_urgent_lowered_after_the_miss_stays_missed():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 10:30 priority medium
        """
    )
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 10:00", None, "missed")


def test_platinum_medium_is_updated_by_the_close_of_each_business_day():
    told = tell(
        """
        Wed 11:00 opened platinum medium
        Wed 12:00 agent_message
        """,
        until="Tue2 12:00",
    )
    assert [clock.due for clock in told.updates[1:]] == ["Thu 17:00", "Fri 17:00", "Mon2 17:00", "Tue2 17:00"]


def test_standard_high_keeps_what_was_left_over_a_pause():
    told = tell(
        """
        Tue 10:00 opened standard high
        Tue 10:30 agent_message
        Tue 11:00 status pending
        Wed 15:00 status open
        """
    )
    assert told.update == Seen("update", "Tue 10:30", "Thu 12:30", None, "running")


def test_standard_high_updated_one_minute_late_each_time_meets_none():
    told = tell(
        """
        Mon 09:00 opened standard high
        Mon 15:01 agent_message
        Tue 13:02 agent_message
        Wed 11:03 agent_message
        """
    )
    states = [clock.state for clock in told.updates]
    assert states == ["missed", "void", "missed", "void", "missed", "void", "running"]


def test_an_automatic_acknowledgement_answers_nothing():
    told = tell(
        """
        Tue 10:00 opened platinum urgent
        Tue 10:01 auto_message
        """,
        until="Tue 10:30",
    )
    assert told.first == Seen("first_response", "Tue 10:00", "Tue 11:00", None, "running")


def test_a_region_that_is_always_open_has_business_days_too():
    told = tell(
        """
        Sat 09:00 opened gold medium
        Sat 09:30 agent_message
        """,
        calendar={"always": True, "tz": "America/Chicago"},
        until="Mon2 12:00",
    )
    assert [clock.due for clock in told.updates] == ["Mon2 00:00", "Mon2 00:00", "Tue2 00:00"]


def test_microseconds_are_exact_and_printed_only_where_there_are_any():
    opened = "2024-09-23T14:00:00.000001+00:00"
    assert due_of("gold", "urgent", opened) == "2024-09-23T15:00:00.000001Z"
    lunch = {"tz": "UTC", "weekly": {day: [["14:00", "15:00"], ["16:00", "17:00"]] for day in NINE_TO_FIVE}}
    assert due_of("silver", "urgent", opened, lunch) == "2024-09-23T16:00:00.000001Z"
