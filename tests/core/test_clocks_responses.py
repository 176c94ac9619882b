"""Response clocks: promises.md section 3, clause by clause."""

import pytest

from sterling.core.catalog import Catalog, shipped
from tests.core.story import Seen, tell


def catalog_with(plan, priority, **fields):
    document = shipped().to_dict()
    document["plans"][plan]["targets"][priority] |= fields
    return Catalog.from_dict(document)


def test_a_ticket_opened_by_an_engineer_owes_no_first_response():
    told = tell("Mon 09:00 opened gold high agent")
    assert [clock.metric for clock in told.clocks] == ["update"]


def test_a_customer_message_after_an_answer_starts_the_next_response():
    told = tell(
        """
        Mon 09:00 opened silver high
        Mon 09:10 agent_message
        Mon 16:00 customer_message
        """
    )
    assert told.replies == [Seen("next_response", "Mon 16:00", "Tue 11:00", None, "running")]


def test_later_messages_do_not_restart_the_response_owed():
    told = tell(
        """
        Mon 09:00 opened silver high
        Mon 09:10 agent_message
        Mon 10:00 customer_message
        Mon 12:00 customer_message
        Mon 12:59 customer_message
        """
    )
    assert [clock.due for clock in told.replies] == ["Mon 13:00"]


def test_a_message_after_the_due_does_not_start_a_second_response():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 11:00 customer_message
        """
    )
    assert told.first.state == "missed"
    assert told.replies == []


def test_a_message_carried_over_by_a_merge_counts_since_it_was_owed():
    told = tell(
        """
        Mon 09:00 opened silver high
        Mon 09:10 agent_message
        Mon 12:00 customer_message since Mon 10:00
        """
    )
    assert told.replies == [Seen("next_response", "Mon 10:00", "Mon 13:00", None, "running")]


def test_an_older_message_carried_over_moves_the_start_of_the_response_owed():
    told = tell(
        """
        Mon 11:00 opened silver high
        Mon 11:30 customer_message since Mon 09:00
        """
    )
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", None, "running")


def test_a_younger_message_carried_over_moves_nothing():
    told = tell(
        """
        Mon 11:00 opened silver high
        Mon 11:30 customer_message since Mon 11:10
        """
    )
    assert told.first == Seen("first_response", "Mon 11:00", "Mon 14:00", None, "running")


def test_a_message_carried_over_to_a_missed_response_moves_nothing():
    told = tell(
        """
        Mon 11:00 opened silver urgent
        Mon 12:30 customer_message since Mon 09:00
        """
    )
    assert told.first == Seen("first_response", "Mon 11:00", "Mon 12:00", None, "missed")


def test_a_message_carried_over_exactly_at_the_due_still_moves_the_start():
    told = tell(
        """
        Mon 11:00 opened silver urgent
        Mon 12:00 customer_message since Mon 10:30
        """
    )
    assert told.first == Seen("first_response", "Mon 10:30", "Mon 11:30", None, "missed")


def test_a_message_carried_over_counts_by_the_clocks_own_target_after_a_downgrade():
    told = tell(
        """
        Mon 09:00 opened gold medium
        Mon 09:30 plan standard
        Mon 09:40 customer_message since Mon 08:30
        """
    )
    assert told.first == Seen("first_response", "Mon 08:30", "Mon 11:30", None, "running")


@pytest.mark.parametrize("answer", ["agent_message", "call_answered", "status open message"])
def test_every_public_agent_message_answers(answer):
    told = tell(f"Mon 09:00 opened silver high\nMon 12:00 {answer}")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", "Mon 12:00", "met")


def test_a_second_after_the_due_is_missed_and_stays_so():
    told = tell("Mon 09:00 opened silver high\nMon 12:00:01 agent_message", until="Fri 12:00")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", "Mon 12:00:01", "missed")


@pytest.mark.parametrize(
    "event",
    ["status solved", "status pending", "status on_hold", "note", "auto_message", "workaround"],
)
def test_what_is_no_answer_leaves_the_response_running(event):
    told = tell(f"Mon 09:00 opened silver high\nMon 10:00 {event}", until="Mon 11:00")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", None, "running")


@pytest.mark.parametrize("end", ["no_reply_needed", "merged T-1", "status closed"])
def test_an_end_without_an_answer_is_void_until_the_due_and_missed_after_it(end):
    in_time = tell(f"Mon 09:00 opened silver high\nMon 12:00 {end}").first
    late = tell(f"Mon 09:00 opened silver high\nMon 12:00:01 {end}").first
    assert (in_time.ended, in_time.state) == ("Mon 12:00", "void")
    assert (late.ended, late.state) == ("Mon 12:00:01", "missed")


def test_a_missed_response_is_owed_until_it_is_answered():
    story = "Mon 09:00 opened silver urgent\nMon 11:00 note"
    assert tell(story).first == Seen("first_response", "Mon 09:00", "Mon 10:00", None, "missed")
    answered = tell(story + "\nTue 09:00 agent_message").first
    assert answered == Seen("first_response", "Mon 09:00", "Mon 10:00", "Tue 09:00", "missed")


def test_at_its_due_a_response_still_runs():
    story = "Mon 09:00 opened silver urgent"
    assert tell(story, until="Mon 10:00").first.state == "running"
    assert tell(story, until="Mon 10:00:01").first.state == "missed"


def test_a_cell_without_a_response_target_starts_no_response():
    best_effort = catalog_with("standard", "low", response=None)
    told = tell("Mon 09:00 opened standard low\nMon 10:00 customer_message", catalog=best_effort)
    assert told.clocks == ()


@pytest.mark.parametrize(("days", "due"), [(1, "Tue 17:00"), (2, "Thu 17:00")])
def test_a_target_of_business_days_ends_at_the_close_of_the_nth_after_the_start(days, due):
    by_days = catalog_with("standard", "high", response={"business_days": days})
    told = tell(
        "Mon 18:00 opened standard high",
        calendar={"tz": "America/Chicago", "weekly": week_without("wed")},
        catalog=by_days,
    )
    assert told.first.due == due


def week_without(day):
    return {name: [["09:00", "17:00"]] for name in ("mon", "tue", "wed", "thu", "fri") if name != day}


def test_a_due_of_never_is_null_and_an_answer_meets_it():
    told = tell(
        "Mon 09:00 opened silver high\nFri2 10:00 agent_message",
        calendar={"tz": "America/Chicago", "weekly": {}},
    )
    assert told.first == Seen("first_response", "Mon 09:00", None, "Fri2 10:00", "met")


@pytest.mark.parametrize("end", ["merged T-1", "status closed"])
def test_nothing_counts_after_the_end(end):
    story = f"Mon 09:00 opened silver high\nMon 10:00 {end}"
    rest = "\nMon 11:00 customer_message\nMon 12:00 status open message\nMon 13:00 priority urgent"
    assert tell(story + rest, until="Fri 10:00") == tell(story, until="Fri 10:00")
