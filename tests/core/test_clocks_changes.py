"""Changes of priority and plan: promises.md section 5, clause by clause."""

from tests.core.story import Seen, paused, tell

# Raised and upgraded


def test_raised_the_due_is_the_earlier_of_its_own_and_a_fresh_start():
    assert tell("Mon 09:00 opened gold medium\nMon 09:30 priority urgent").first.due == "Mon 10:30"
    assert tell("Mon 09:00 opened gold medium\nMon 11:30 priority urgent").first.due == "Mon 12:00"


def test_raised_an_update_follows_the_same_rule():
    told = tell("Mon 09:00 opened gold medium\nMon 09:30 priority urgent")
    assert told.update == Seen("update", "Mon 09:00", "Mon 13:30", None, "running")


def test_upgraded_the_due_is_the_earlier_too_and_on_the_new_hours():
    told = tell("Mon 16:30 opened standard high\nMon 16:45 plan platinum")
    assert told.first.due == "Mon 18:45"
    assert told.update.due == "Mon 18:45"


def test_a_clock_past_its_due_does_not_change():
    for change in ("priority low", "priority urgent", "plan platinum", "plan standard", "calendar closed"):
        told = tell(f"Mon 09:00 opened silver high\nMon 13:00 {change}")
        assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", None, "missed")


def test_exactly_at_its_due_a_clock_still_changes():
    told = tell("Mon 09:00 opened silver urgent\nMon 10:00 priority high")
    assert told.first == Seen("first_response", "Mon 09:00", "Mon 12:00", None, "running")


def test_a_due_held_before_comes_back_when_the_priority_is_raised_again():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 09:55 priority low
        Mon 09:56 priority urgent
        """
    )
    assert told.first.due == "Mon 10:00"


def test_a_due_held_under_a_higher_priority_does_not_come_back():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 09:30 priority low
        Mon 09:40 priority medium
        """
    )
    assert told.first.due == "Mon 13:40"


def test_a_due_held_before_that_is_not_ahead_any_more_does_not_come_back():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 09:30 priority low
        Mon 10:00 priority urgent
        """
    )
    assert told.first.due == "Mon 11:00"


def test_an_upgrade_brings_back_a_due_held_under_no_higher_priority_than_now():
    told = tell(
        """
        Mon 09:00 opened silver medium
        Mon 12:00 priority low
        Mon 12:10 priority medium
        Mon 12:20 priority low
        Mon 12:30 plan gold
        """
    )
    assert told.first.due == "Mon 20:30"  # medium's 13:00 is above low: only a fresh 8 h


def test_a_held_due_survives_a_pause_and_a_cadence():
    told = tell(
        """
        Mon 09:00 opened gold high
        Mon 09:10 priority medium
        Mon 09:20 status pending
        Mon 09:30 status open
        Mon 09:40 cadence PT48H
        Mon 09:50 priority urgent
        """
    )
    assert told.update.due == "Mon 13:00"


# Lowered


def test_lowered_the_due_is_counted_from_the_clocks_own_start_and_never_earlier():
    told = tell("Mon 09:00 opened gold urgent\nMon 09:30 priority high")
    assert told.first.due == "Mon 12:00"
    assert told.update.due == "Mon 13:00"


def test_lowered_an_update_begun_by_a_miss_counts_as_begun_by_a_miss():
    told = tell("Mon 09:00 opened gold high\nMon 16:00 priority medium")
    assert told.updates[1] == Seen("update", "Mon 13:00", "Mon 17:00", None, "running")
    begun_by_a_message = tell("Mon 13:00 opened gold high\nMon 16:00 priority medium")
    assert begun_by_a_message.update.due == "Tue 17:00"


# Downgraded


def test_downgraded_a_clock_keeps_due_rule_and_hours_and_later_ones_use_the_new_plan():
    told = tell(
        """
        Mon 15:00 opened platinum high
        Mon 16:30 plan standard
        Mon 16:40 status pending
        Mon 20:00 status open
        Mon 20:10 agent_message
        """
    )
    assert told.first == Seen("first_response", "Mon 15:00", "Mon 17:00", "Mon 20:10", "missed")
    assert told.updates[0] == Seen("update", "Mon 15:00", "Mon 20:20", "Mon 20:10", "met")
    assert told.updates[1] == Seen("update", "Mon 20:10", "Tue 15:00", None, "running")


def test_the_update_after_a_miss_uses_the_new_plan():
    told = tell("Mon 09:00 opened platinum high\nMon 10:00 plan standard", until="Mon 12:00")
    assert [clock.due for clock in told.updates] == ["Mon 11:00", "Mon 17:00"]


# While paused


def test_paused_interval_to_interval_raised_or_upgraded_keeps_the_smaller_rest():
    assert paused("gold high", "plan platinum").due == "Tue 12:00"
    assert paused("gold high", "priority urgent").due == "Tue 13:00"


def test_paused_interval_to_interval_lowered_adds_what_the_interval_grew():
    assert paused("platinum urgent", "priority high").due == "Tue 11:00"
    grown = tell(
        """
        Mon 09:00 opened gold urgent
        Mon 10:00 cadence PT2H
        Mon 10:30 status pending
        Mon 11:00 cadence PT3H
        Tue 10:00 status open
        """
    )
    assert grown.update.due == "Tue 12:30"


def test_paused_business_day_to_interval_has_the_whole_interval_left():
    assert paused("gold medium", "priority high").due == "Tue 14:00"


def test_paused_interval_to_business_day_is_due_by_that_rule_at_the_resume():
    assert paused("gold high", "priority medium").due == "Wed 17:00"
    soon = paused("gold high", "priority medium", resume="Mon 12:00 status open")
    assert soon.due == "Tue 17:00"


def test_paused_business_day_to_business_day_changes_nothing():
    assert paused("gold medium", "plan platinum").due == "Tue 17:00"


def test_paused_a_downgrade_changes_nothing():
    assert paused("gold high", "plan standard").due == "Tue 13:00"
    assert paused("gold high", "plan standard", resume="Mon 16:00 status open").due == "Mon 19:00"


def test_paused_a_chain_of_changes_forgets_the_due_as_before():
    told = tell(
        """
        Mon 09:00 opened gold medium
        Mon 10:00 status pending
        Mon 11:00 priority high
        Mon 12:00 priority medium
        Mon 13:00 status open
        """
    )
    assert told.update.due == "Tue 17:00"
    later = tell(
        """
        Mon 09:00 opened gold medium
        Mon 10:00 status pending
        Tue 11:00 priority high
        Tue 12:00 priority medium
        Tue 13:00 status open
        """
    )
    assert later.update.due == "Wed 17:00"


# To and from on status change


def test_the_clock_ends_void_when_the_rule_becomes_on_status_change():
    told = tell("Mon 09:00 opened gold high\nMon 10:00 priority low", until="Fri 10:00")
    assert told.updates == [Seen("update", "Mon 09:00", "Mon 13:00", "Mon 10:00", "void")]


def test_a_clock_starts_when_the_rule_becomes_timed_counted_from_the_last_message_if_still_ahead():
    story = "Mon 09:00 opened gold low\nMon 10:00 agent_message\n"
    told = tell(story + "Mon 13:00 priority high")
    assert told.updates == [Seen("update", "Mon 13:00", "Mon 14:00", None, "running")]
    late = tell(story + "Mon 14:00 priority high")
    assert late.updates == [Seen("update", "Mon 14:00", "Mon 18:00", None, "running")]


def test_a_clock_that_starts_so_counts_from_the_opening_without_a_message():
    told = tell("Mon 09:00 opened gold low\nMon 12:00 priority medium")
    assert told.updates == [Seen("update", "Mon 12:00", "Tue 17:00", None, "running")]


def test_a_clock_that_starts_so_on_a_pending_ticket_is_paused_with_the_rest():
    told = tell(
        """
        Mon 09:00 opened gold low
        Mon 10:00 status pending message
        Mon 13:00 priority high
        Tue 10:00 status open
        """
    )
    assert told.update == Seen("update", "Mon 13:00", "Tue 11:00", None, "running")
