"""Changes of cadence and calendar: promises.md section 5, clause by clause."""

from sterling.core.catalog import Catalog, shipped
from tests.core.story import Seen, paused, region, tell

# Cadence


def test_a_longer_cadence_counts_from_the_clocks_start():
    told = tell("Mon 09:00 opened platinum urgent\nMon 10:00 cadence PT8H")
    assert told.update.due == "Mon 17:00"


def test_a_shorter_cadence_counts_from_now_if_that_is_earlier():
    assert tell("Mon 09:00 opened gold high\nMon 09:30 cadence PT1H").update.due == "Mon 10:30"
    assert tell("Mon 09:00 opened gold high\nMon 12:30 cadence PT1H").update.due == "Mon 13:00"


def test_a_cadence_is_the_rule_of_later_clocks_on_the_plans_hours():
    told = tell("Mon 09:00 opened silver high\nMon 10:00 cadence PT12H\nMon 11:00 agent_message")
    assert told.update.due == "Tue 15:00"
    downgraded = tell(
        """
        Mon 09:00 opened gold high
        Mon 10:00 cadence PT3H
        Mon 16:00 plan standard
        Mon 16:00 agent_message
        """
    )
    assert downgraded.update.due == "Tue 11:00"


def test_a_cadence_stands_in_for_each_business_day():
    told = tell("Mon 09:00 opened gold medium\nMon 10:00 cadence PT48H\nMon 11:00 agent_message")
    assert told.update.due == "Wed 11:00"


def test_a_cadence_while_paused_changes_what_is_left():
    assert paused("gold high", "cadence PT1H").due == "Tue 11:00"
    assert paused("gold high", "cadence PT6H").due == "Tue 15:00"
    assert paused("gold medium", "cadence PT6H").due == "Tue 16:00"


def test_back_to_the_plans_rule_the_due_only_comes_nearer():
    told = tell("Mon 09:00 opened gold high\nMon 10:00 cadence PT12H\nMon 11:00 cadence null")
    assert told.update.due == "Mon 15:00"
    shorter = tell("Mon 09:00 opened gold high\nMon 10:00 cadence PT1H\nMon 10:30 cadence null")
    assert shorter.update.due == "Mon 11:00"


def test_back_to_the_plans_rule_while_paused():
    story = "Mon 09:00 opened {}\nMon 10:00 cadence PT12H\nMon 11:00 status pending\nMon 12:00 cadence null\n"
    resumed = "Tue 10:00 status open"
    assert tell(story.format("gold high") + resumed).update.due == "Tue 14:00"
    assert tell(story.format("gold medium") + resumed).update.due == "Wed 17:00"


def test_null_without_an_agreed_cadence_does_nothing():
    told = tell("Mon 09:00 opened gold high\nMon 10:00 plan standard\nMon 10:30 cadence null")
    assert told.update.due == "Mon 13:00"


def test_a_change_of_priority_or_plan_drops_a_cadence_that_is_not_shorter():
    told = tell("Mon 09:00 opened gold high\nMon 09:30 cadence PT6H\nMon 10:00 plan platinum")
    assert told.update.due == "Mon 12:00"
    equal = tell(
        """
        Mon 09:00 opened gold high
        Mon 09:30 cadence PT2H
        Mon 10:00 plan platinum
        Mon 10:10 cadence null
        Mon 10:20 agent_message
        """
    )
    assert equal.update.due == "Mon 12:20"


def test_a_shorter_cadence_outlives_a_change():
    told = tell(
        "Mon 09:00 opened gold high\nMon 09:30 cadence PT1H\nMon 10:00 plan platinum\nMon 10:10 agent_message"
    )
    assert told.update.due == "Mon 11:10"


def test_the_same_value_again_does_not_drop_a_cadence():
    story = "Mon 09:00 opened gold high\nMon 09:30 cadence PT6H\nMon 10:00 {}\nMon 11:00 agent_message"
    for again in ("plan gold", "priority high", "status open", "calendar chicago"):
        assert tell(story.format(again)).update.due == "Mon 17:00"


def test_on_status_change_a_cadence_does_nothing_and_an_agreed_one_is_dropped():
    told = tell(
        """
        Mon 09:00 opened gold low
        Mon 10:00 cadence PT1H
        Mon 11:00 priority high
        """
    )
    assert told.update.due == "Mon 13:00"
    dropped = tell(
        """
        Mon 09:00 opened gold high
        Mon 09:10 cadence PT1H
        Mon 09:20 priority low
        Mon 09:30 priority high
        """
    )
    assert dropped.update.due == "Mon 13:00"


# Calendar


def test_a_running_due_is_computed_again_from_its_start():
    told = tell("Mon 16:00 opened silver high\nMon 16:30 calendar tuesday_off")
    assert told.first.due == "Wed 11:00"
    assert told.update.due == "Wed 12:00"


def test_a_running_due_is_computed_again_from_its_change():
    told = tell("Mon 09:00 opened standard low\nMon 16:30 priority urgent\nMon 16:45 calendar tuesday_off")
    assert told.first.due == "Wed 10:30"


def test_a_running_due_is_computed_again_from_its_resume():
    told = tell(
        """
        Mon 14:00 opened silver high
        Mon 15:00 status pending
        Mon 16:00 status open
        Mon 16:30 calendar tuesday_off
        """
    )
    assert told.update.due == "Wed 11:00"


def test_a_tie_keeps_the_way_the_due_was_computed():
    told = tell(
        """
        Mon 09:00 opened silver high
        Mon 10:00 cadence PT4H
        Mon 11:00 calendar short
        """
    )
    assert told.update.due == "Mon 13:00"


def test_a_result_that_is_not_ahead_keeps_the_old_due_for_good():
    told = tell(
        """
        Mon 10:00 opened silver high
        Mon 12:30 calendar early
        """,
        calendar=region(weekly={"mon": [["11:00", "17:00"]], "tue": [["09:00", "17:00"]]}),
    )
    assert told.first.due == "Mon 13:00"  # the early calendar would have said 13:00 as well, which is ahead
    kept = tell(
        """
        Mon 10:00 opened silver high
        Mon 13:30 calendar chicago
        Mon 13:40 calendar tuesday_off
        Mon 13:50 calendar closed
        """,
        calendar=region(weekly={"mon": [["11:00", "17:00"]], "tue": [["09:00", "17:00"]]}),
    )
    assert kept.first == Seen("first_response", "Mon 10:00", "Mon 14:00", None, "running")


def test_a_calendar_that_never_opens_and_its_correction():
    story = "Mon 09:00 opened standard urgent\nMon 09:30 calendar closed"
    assert tell(story).first == Seen("first_response", "Mon 09:00", None, None, "running")
    told = tell(story + "\nMon 12:00 calendar chicago")
    assert told.first.due == "Mon 14:00"  # 11:00 has passed: as if it started now
    assert told.update.due == "Mon 15:00"


def test_a_paused_interval_keeps_what_is_left():
    told = tell(
        """
        Mon 10:00 opened silver high
        Mon 12:00 status pending
        Mon 12:10 calendar short
        Mon 12:20 status open
        """
    )
    assert told.update.due == "Tue 10:20"


def test_a_paused_business_day_is_computed_again_ahead_or_not():
    told = tell(
        """
        Mon 10:00 opened silver medium
        Mon 12:00 status pending
        Mon 13:00 calendar tuesday_off
        Tue 20:00 status open
        """
    )
    assert told.update.due == "Wed 17:00"
    behind = tell(
        """
        Mon 10:00 opened silver medium
        Mon 12:00 status pending
        Tue 13:30 calendar short
        Tue 14:00 status open
        """
    )
    assert behind.update.due == "Wed 13:00"


def test_a_due_kept_for_good_stays_through_a_pause():
    told = tell(
        """
        Mon 10:00 opened silver medium
        Tue 13:30 calendar short
        Tue 14:00 status pending
        Tue 14:10 calendar tuesday_off
        Tue 14:20 status open
        """
    )
    assert told.update.due == "Tue 17:00"


def test_dues_held_before_are_forgotten_on_24x7_too():
    for plan in ("silver", "gold"):
        told = tell(
            f"""
            Mon 09:00 opened {plan} urgent
            Mon 09:20 priority low
            Mon 09:30 calendar tuesday_off
            Mon 09:40 priority urgent
            """
        )
        assert told.first.due == "Mon 10:40"


def test_24x7_is_untouched():
    told = tell("Mon 16:00 opened gold high\nMon 16:30 calendar closed")
    assert told.first.due == "Mon 19:00"
    assert told.update.due == "Mon 20:00"


def test_a_business_day_update_on_a_24x7_plan_follows_the_region():
    told = tell("Mon 16:00 opened gold medium\nMon 16:30 calendar tuesday_off")
    assert told.update.due == "Wed 17:00"


def test_a_due_taken_over_from_a_response_is_computed_again_as_that_responses():
    told = tell(
        """
        Mon 09:00 opened silver urgent
        Mon 09:10 agent_message
        Mon 13:00 status pending
        Mon 16:30 customer_message
        Mon 16:45 calendar tuesday_off
        """
    )
    assert told.replies[0].due == "Wed 09:30"
    assert told.update.due == "Wed 09:30"


def test_a_new_clock_uses_the_new_calendar():
    told = tell("Mon 16:00 opened silver high\nMon 16:10 calendar tuesday_off\nMon 16:30 agent_message")
    assert told.updates[0].state == "met"
    assert told.update.due == "Wed 12:30"


def test_finished_clocks_do_not_change():
    told = tell("Mon 16:00 opened silver high\nMon 16:10 agent_message\nMon 16:30 calendar tuesday_off")
    assert told.first == Seen("first_response", "Mon 16:00", "Tue 11:00", "Mon 16:10", "met")


# Best effort: a cell without targets


def best_effort_low():
    document = shipped().to_dict()
    for plan in document["plans"].values():
        plan["targets"]["low"] |= {"response": None, "update": None}
    return Catalog.from_dict(document)


def test_lowered_to_best_effort_a_response_is_owed_without_a_due():
    story = "Mon 09:00 opened silver high\nMon 09:30 priority low"
    told = tell(story, catalog=best_effort_low(), until="Fri 09:00")
    assert told.first == Seen("first_response", "Mon 09:00", None, None, "running")


def test_raised_from_best_effort_the_due_held_before_comes_back():
    story = "Mon 09:00 opened silver high\nMon 09:30 priority low\nMon 10:00 priority high"
    assert tell(story, catalog=best_effort_low()).first.due == "Mon 12:00"


def test_best_effort_updates_have_no_clock_and_no_status_change_is_written():
    story = "Mon 09:00 opened silver high\nMon 09:30 priority low\nMon 10:00 status on_hold\nMon 11:00 priority high"
    told = tell(story, catalog=best_effort_low())
    assert told.updates == [
        Seen("update", "Mon 09:00", "Mon 13:00", "Mon 09:30", "void"),
        Seen("update", "Mon 11:00", "Mon 13:00", None, "running"),
    ]
