"""Update clocks: promises.md section 4, clause by clause."""

import pytest

from tests.core.story import CLOSED, Seen, region, tell


def test_an_update_clock_starts_at_the_opening_whoever_opens():
    for by in ("customer", "agent"):
        told = tell(f"Mon 09:00 opened gold high {by}")
        assert told.updates == [Seen("update", "Mon 09:00", "Mon 13:00", None, "running")]


def test_every_public_agent_message_ends_one_and_starts_the_next():
    told = tell("Mon 09:00 opened gold high\nMon 10:00 agent_message\nMon 11:00 call_answered")
    assert told.updates == [
        Seen("update", "Mon 09:00", "Mon 13:00", "Mon 10:00", "met"),
        Seen("update", "Mon 10:00", "Mon 14:00", "Mon 11:00", "met"),
        Seen("update", "Mon 11:00", "Mon 15:00", None, "running"),
    ]


@pytest.mark.parametrize(
    "event", ["note", "auto_message", "workaround", "customer_message", "no_reply_needed"]
)
def test_nothing_else_touches_a_running_update(event):
    told = tell(f"Mon 09:00 opened gold high\nMon 10:00 {event}")
    assert told.updates == [Seen("update", "Mon 09:00", "Mon 13:00", None, "running")]


def test_a_message_exactly_at_the_due_meets_it():
    told = tell("Mon 09:00 opened gold high\nMon 13:00 agent_message")
    assert told.updates[0] == Seen("update", "Mon 09:00", "Mon 13:00", "Mon 13:00", "met")


def test_a_missed_update_ends_at_its_due_and_the_next_starts_there():
    told = tell("Mon 09:00 opened gold high", until="Mon 18:00")
    assert told.updates == [
        Seen("update", "Mon 09:00", "Mon 13:00", "Mon 13:00", "missed"),
        Seen("update", "Mon 13:00", "Mon 17:00", "Mon 17:00", "missed"),
        Seen("update", "Mon 17:00", "Mon 21:00", None, "running"),
    ]


def test_at_its_due_nothing_is_missed_yet():
    assert tell("Mon 09:00 opened gold high", until="Mon 13:00").update.state == "running"


def test_the_late_message_ends_the_update_begun_by_the_miss_as_void():
    told = tell("Mon 09:00 opened gold high\nMon 13:30 agent_message")
    assert [(clock.due, clock.state) for clock in told.updates] == [
        ("Mon 13:00", "missed"),
        ("Mon 17:00", "void"),
        ("Mon 17:30", "running"),
    ]


def test_it_runs_while_on_hold():
    told = tell("Mon 09:00 opened gold high\nMon 10:00 status on_hold", until="Mon 11:00")
    assert told.update == Seen("update", "Mon 09:00", "Mon 13:00", None, "running")


@pytest.mark.parametrize("status", ["pending", "solved"])
def test_it_is_paused_in_pending_and_solved(status):
    told = tell(f"Mon 09:00 opened gold high\nMon 10:00 status {status}", until="Fri 11:00")
    assert told.update == Seen("update", "Mon 09:00", None, None, "paused")


def test_a_change_between_two_inactive_statuses_keeps_the_pause():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 10:00 status pending
        Mon 12:00 status solved
        Mon 15:00 status open
        """
    )
    assert told.update == Seen("update", "Mon 09:00", "Mon 18:00", None, "running")


@pytest.mark.parametrize("end", ["merged T-1", "status closed"])
def test_closed_and_merged_end_it_void(end):
    running = tell(f"Mon 09:00 opened gold high\nMon 10:00 {end}", until="Fri 09:00")
    assert running.updates == [Seen("update", "Mon 09:00", "Mon 13:00", "Mon 10:00", "void")]
    paused = tell(f"Mon 09:00 opened gold high\nMon 10:00 status solved\nTue 10:00 {end}", until="Fri 09:00")
    assert paused.updates == [Seen("update", "Mon 09:00", None, "Tue 10:00", "void")]


def test_a_message_while_paused_meets_the_paused_update_and_the_next_waits_whole():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 10:00 status pending
        Tue 10:00 agent_message
        Wed 10:00 status open
        """
    )
    assert told.updates == [
        Seen("update", "Mon 09:00", None, "Tue 10:00", "met"),
        Seen("update", "Tue 10:00", "Wed 14:00", None, "running"),
    ]


def test_a_message_while_paused_voids_the_paused_update_that_a_miss_began():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 13:30 status pending
        Tue 10:00 agent_message
        """
    )
    assert told.updates == [
        Seen("update", "Mon 09:00", "Mon 13:00", "Mon 13:00", "missed"),
        Seen("update", "Mon 13:00", None, "Tue 10:00", "void"),
        Seen("update", "Tue 10:00", None, None, "paused"),
    ]


def test_an_interval_keeps_what_is_left_on_the_plans_hours():
    told = tell(
        """
        Fri0 15:00 opened silver high
        Fri0 16:00 status pending
        Sat0 12:00 status open
        """
    )
    assert told.update.due == "Mon 12:00"


def test_a_pause_exactly_at_the_due_leaves_nothing():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 13:00 status pending
        Tue 10:00 status open
        """
    )
    assert told.update == Seen("update", "Mon 09:00", "Tue 10:00", None, "running")


def test_a_business_day_update_is_due_at_the_close_of_the_first_business_day_after_its_start():
    for at, due in (("Mon 08:00", "Tue 17:00"), ("Fri 12:00", "Mon2 17:00"), ("Sat 12:00", "Mon2 17:00")):
        assert tell(f"{at} opened platinum medium").update.due == due


def test_a_business_day_update_begun_by_a_miss_is_due_at_the_next_close():
    told = tell("Mon 09:00 opened platinum medium", until="Wed 17:30")
    assert [clock.due for clock in told.updates] == ["Tue 17:00", "Wed 17:00", "Thu 17:00"]


def test_an_overnight_business_day_missed_begins_an_update_due_at_the_next_close():
    nights = region(weekly={day: [["20:00", "04:00"]] for day in ("mon", "tue", "wed", "thu", "fri")})
    told = tell("Mon 09:00 opened platinum medium", calendar=nights, until="Thu 05:00")
    assert [clock.due for clock in told.updates] == ["Wed 04:00", "Thu 04:00", "Fri 04:00"]


def test_a_business_day_update_resumed_in_time_keeps_its_due():
    told = tell(
        """
        Mon 09:00 opened platinum medium
        Mon 10:00 status pending
        Tue 16:59 status open
        """
    )
    assert told.update.due == "Tue 17:00"


def test_a_business_day_update_resumed_at_its_due_or_later_is_due_at_the_next_business_day():
    for resume, due in (("Tue 17:00", "Wed 17:00"), ("Fri 12:00", "Mon2 17:00")):
        told = tell(f"Mon 09:00 opened platinum medium\nMon 10:00 status pending\n{resume} status open")
        assert told.update.due == due


def test_a_customer_who_resumes_it_moves_it_to_the_due_of_the_response_then_owed():
    told = tell(
        """
        Mon 09:00 opened gold urgent
        Mon 12:30 status pending
        Mon 14:00 customer_message
        """
    )
    assert told.first.state == "missed"
    assert told.update.due == "Mon 14:30"  # a response past its due holds nothing back
    answered = tell(
        """
        Mon 09:00 opened gold urgent
        Mon 09:30 agent_message
        Mon 13:15 status pending
        Mon 14:00 customer_message
        """
    )
    assert answered.replies[0].due == "Mon 15:00"
    assert answered.update.due == "Mon 15:00"


def test_an_engineer_who_resumes_it_does_not():
    told = tell(
        """
        Mon 09:00 opened gold urgent
        Mon 09:30 agent_message
        Mon 13:15 status pending
        Mon 13:30 status open customer
        Mon 13:31 customer_message
        """
    )
    assert told.replies[0].due == "Mon 14:31"
    assert told.update.due == "Mon 13:45"


def test_a_response_due_of_never_does_not_hold_back_a_resume():
    told = tell(
        """
        Mon 09:00 opened silver medium agent
        Mon 10:00 status pending
        Mon 10:30 calendar closed
        Mon 11:00 customer_message
        Mon 12:00 calendar chicago
        """,
        until="Mon 12:30",
    )
    assert told.replies[0].due == "Mon 15:00"
    assert told.update.due == "Tue 17:00"


def test_what_is_left_of_never_is_more_than_any_duration():
    told = tell(
        """
        Mon 09:00 opened silver high
        Mon 10:00 status pending
        Mon 12:00 status open
        """,
        calendar=CLOSED,
    )
    assert told.update == Seen("update", "Mon 09:00", None, None, "running")


def test_on_low_there_is_no_timed_clock_and_each_status_change_by_us_writes_a_finished_one():
    told = tell(
        """
        Mon 09:00 opened gold low
        Mon 10:00 status on_hold message
        Mon 11:00 status on_hold message
        Mon 12:00 status open customer
        Mon 13:00 status pending system
        Mon 14:00 customer_message
        Mon 15:00 status closed
        """
    )
    assert told.updates == [
        Seen("update", "Mon 10:00", "Mon 10:00", "Mon 10:00", "met"),
        Seen("update", "Mon 15:00", "Mon 15:00", "Mon 15:00", "missed"),
    ]


def test_clocks_are_ordered_by_start_then_metric():
    told = tell(
        """
        Mon 11:00 opened silver high
        Mon 11:10 agent_message
        Mon 12:00 customer_message since Mon 11:00
        """
    )
    assert [clock.metric for clock in told.clocks] == ["first_response", "next_response", "update", "update"]


def test_a_status_and_its_message_in_one_save_end_the_clock_first():
    told = tell("Mon 09:00 opened gold high\nMon 10:00 status pending message\nMon 12:00 status open message")
    assert told.updates == [
        Seen("update", "Mon 09:00", "Mon 13:00", "Mon 10:00", "met"),
        Seen("update", "Mon 10:00", None, "Mon 12:00", "met"),
        Seen("update", "Mon 12:00", "Mon 16:00", None, "running"),
    ]


def test_events_after_until_are_ignored_and_until_defaults_to_the_last():
    told = tell("Mon 09:00 opened gold high\nMon 12:00 agent_message", until="Mon 11:00")
    assert told.updates == [Seen("update", "Mon 09:00", "Mon 13:00", None, "running")]
    assert tell("Mon 09:00 opened gold high", until="Mon 08:59").clocks == ()


def test_events_come_in_order_of_their_instants_and_ties_as_listed():
    told = tell("Mon 11:00 agent_message\nMon 09:00 opened gold high\nMon 11:00 customer_message")
    assert told.first.ended == "Mon 11:00"
    assert told.replies[0].started == "Mon 11:00"
