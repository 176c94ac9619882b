"""Traps of the field (numbers of field.md section 1) that concern clocks. Each is somebody's real bug report."""

from datetime import UTC, datetime, timedelta

from sterling.core.calendars import Calendar
from sterling.core.catalog import shipped
from sterling.core.clocks import (
    AgentMessage,
    CustomerMessage,
    Opened,
    Side,
    Status,
    StatusChanged,
    replay,
    replay_events,
)
from tests.core.story import CHICAGO, NINE_TO_FIVE, Seen, region, tell


def test_1_and_37_an_update_is_not_overdue_when_the_agent_spoke_last():
    told = tell("Mon 09:00 opened gold high\nMon 12:00 agent_message", until="Mon 15:59")
    assert told.update == Seen("update", "Mon 12:00", "Mon 16:00", None, "running")


def test_2_a_shorter_update_does_not_overrule_the_first_response():
    told = tell("Mon 09:00 opened silver high\nMon 09:30 cadence PT1H", until="Mon 11:00")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", None, "running")
    assert told.updates[0].due == "Mon 10:30"


def test_3_a_reply_saved_together_with_pending_is_the_first_response():
    told = tell("Mon 09:00 opened standard high\nMon 10:00 status pending message", until="Fri 09:00")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 13:00", "Mon 10:00", "met")


def test_4_closing_leaves_no_clock_undecided():
    told = tell("Mon 09:00 opened gold high\nMon 09:30 status closed message", until="Fri 09:00")
    assert {clock.state for clock in told.clocks} == {"met", "void"}
    assert all(clock.ended for clock in told.clocks)


def test_6_pending_and_solved_both_pause_and_a_reopen_goes_on():
    for status in ("pending", "solved"):
        told = tell(f"Mon 09:00 opened gold high\nMon 10:00 status {status}\nTue 10:00 status open")
        assert told.update.due == "Tue 13:00"


def test_7_and_8_merged_and_closed_tickets_do_not_escalate():
    for end in ("merged T-1", "status closed"):
        told = tell(f"Mon 09:00 opened gold urgent\nMon 09:01 {end}", until="Fri2 09:00")
        assert [clock.state for clock in told.clocks] == ["void", "void"]


def test_9_and_33_changing_a_calendar_and_pausing_recompute_at_once():
    assert tell("Mon 16:30 opened silver high\nMon 16:40 calendar tuesday_off").first.due == "Wed 11:30"
    assert tell("Mon 09:00 opened silver high\nMon 09:40 status pending").update.due is None


def test_10_the_next_due_is_there_with_the_first_reply():
    told = tell("Mon 09:00 opened gold high\nMon 09:10 agent_message")
    assert told.update == Seen("update", "Mon 09:10", "Mon 13:10", None, "running")


def test_11_a_customer_message_on_any_channel_starts_the_response():
    told = tell("Mon 09:00 opened gold high agent\nMon 09:10 customer_message")
    assert told.replies == [Seen("next_response", "Mon 09:10", "Mon 12:10", None, "running")]


def test_17_and_28_a_change_of_priority_keeps_the_accumulated_pauses():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 10:00 status pending
        Mon 12:00 status open
        Mon 13:00 status pending
        Mon 14:00 status open
        Mon 14:10 priority urgent
        """
    )
    assert told.update.due == "Mon 16:00"


def test_18_a_pause_over_a_weekend_is_not_counted_as_wall_time():
    told = tell("Fri0 14:00 opened silver high\nFri0 15:00 status pending\nMon 10:00 status open")
    assert told.update.due == "Mon 13:00"


def test_21_and_27_a_ticket_opened_outside_hours_has_its_whole_time_from_the_opening_of_the_office():
    assert tell("Sun 03:00 opened silver high").first.due == "Mon2 12:00"
    assert tell("Mon 18:00 opened silver high").first.due == "Tue 12:00"


def test_25_solved_and_then_reopened_is_open_and_not_pending():
    told = tell(
        "Mon 09:00 opened gold high\nMon 10:00 status solved\nMon 11:00 customer_message", until="Mon 12:00"
    )
    assert told.update == Seen("update", "Mon 09:00", "Mon 14:00", None, "running")


def test_29_no_clock_is_missed_at_once_because_of_a_time_zone():
    shanghai = {"tz": "Asia/Shanghai", "weekly": NINE_TO_FIVE}
    told = tell("Mon 09:00 opened silver urgent", calendar=shanghai, until="Mon 09:30")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 10:00", None, "running")


def test_31_the_clock_does_not_run_at_lunch():
    lunch = region(weekly={day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in NINE_TO_FIVE})
    assert tell("Mon 11:30 opened silver urgent", calendar=lunch).first.due == "Mon 13:30"


def test_32_an_answer_does_not_fulfil_a_later_question():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 09:30 agent_message
        Mon 10:00 customer_message
        """
    )
    assert told.first.state == "met"
    assert told.replies == [Seen("next_response", "Mon 10:00", "Mon 13:00", None, "running")]


def test_36_a_reopened_ticket_does_not_keep_an_expired_due():
    told = tell("Mon 09:00 opened silver medium\nMon 10:00 status solved message\nFri 10:00 customer_message")
    assert told.update.due == "Mon2 17:00"
    assert told.replies[0].due == "Fri 14:00"


def test_39_the_target_of_a_missed_clock_is_still_known():
    events = [Opened(datetime(2024, 9, 23, 14, tzinfo=UTC), Side.CUSTOMER, "silver", "high")]
    result = replay_events(shipped(), Calendar.from_dict(CHICAGO), events, datetime(2024, 9, 25, tzinfo=UTC))
    assert result.owed is not None
    assert (result.owed.state, result.owed.target) == ("missed", timedelta(hours=3))


def test_40_a_late_first_reply_stays_missed():
    told = tell(
        "Mon 09:00 opened gold urgent\nMon 10:00:01 agent_message\nMon 10:10 status solved", until="Fri 09:00"
    )
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 10:00", "Mon 10:00:01", "missed")


def test_41_the_offset_is_that_of_the_day_the_due_falls_on():
    opened = {
        "at": "2024-11-01T16:30:00-05:00",
        "type": "opened",
        "by": "customer",
        "plan": "standard",
        "priority": "urgent",
    }
    assert replay({"calendar": CHICAGO, "events": [opened]})[0]["due"] == "2024-11-04T16:30:00Z"


def test_45_and_made_up_working_days_count():
    china = {
        "tz": "Asia/Shanghai",
        "weekly": NINE_TO_FIVE,
        "holidays": [f"2026-10-0{day}" for day in range(1, 8)],
        "exceptions": {"2026-10-10": [["09:00", "17:00"]]},
    }
    opened = {
        "at": "2026-10-09T16:00:00+08:00",
        "type": "opened",
        "by": "customer",
        "plan": "standard",
        "priority": "urgent",
    }
    assert replay({"calendar": china, "events": [opened]})[0]["due"] == "2026-10-10T02:00:00Z"


def test_46_a_calendar_that_never_opens_gives_never_and_no_endless_loop():
    closed = {"tz": "America/Chicago", "weekly": {}}
    told = tell(
        "Mon 09:00 opened standard medium\nMon 10:00 agent_message", calendar=closed, until="Fri2 09:00"
    )
    assert [clock.due for clock in told.clocks] == [None, None, None]
    assert told.first.state == "met"


def test_a_breach_is_decided_by_instants_and_not_by_when_somebody_looked():
    start = datetime(2024, 9, 23, 14, tzinfo=UTC)
    events = [
        Opened(start, Side.CUSTOMER, "gold", "urgent"),
        AgentMessage(start + timedelta(minutes=20)),
        CustomerMessage(start + timedelta(hours=1)),
        StatusChanged(start + timedelta(hours=1, minutes=30), Status.PENDING, message=True),
    ]
    calendar = Calendar.from_dict(CHICAGO)
    week_later = replay_events(shipped(), calendar, events, start + timedelta(days=7))
    at_once = replay_events(shipped(), calendar, events, events[-1].at)
    assert week_later.clocks == at_once.clocks
