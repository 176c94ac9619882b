"""Clauses of promises.md 5 that random tickets hardly ever reach, each told as the smallest ticket that does."""

from sterling.core.catalog import shipped
from sterling.core.clocks import replay
from tests.core.story import CHICAGO

DAY = "2024-09-23"  # a Monday


def at(clock, kind, **more):
    return {"at": f"{DAY}T{clock}:00-05:00", "type": kind} | more


def last_due(events, metric, catalog=None, calendar=CHICAGO):
    clocks = replay({"calendar": calendar, "events": events}, catalog or shipped())
    return [clock["due"] for clock in clocks if clock["metric"] == metric][-1]


def test_on_a_tie_the_old_due_stays_with_the_way_it_was_computed():
    """A due gives way only to a strictly earlier one: from Saturday and from Sunday it is Monday 10:00."""
    saturday_noon = {"at": "2024-09-21T12:00:00-05:00", "type": "opened", "by": "customer"}
    opened = saturday_noon | {"plan": "silver", "priority": "urgent"}
    upgraded = {"at": "2024-09-22T12:00:00-05:00", "type": "plan", "to": "gold"}
    worked = CHICAGO | {"exceptions": {"2024-09-21": [["16:00", "16:30"]]}}
    edited = {"at": "2024-09-22T13:00:00-05:00", "type": "calendar", "calendar": worked}
    literal = shipped("literal")
    assert last_due([opened, upgraded], "first_response", literal) == "2024-09-23T15:00:00Z"
    # Still counted from Saturday, of which half an hour turns out to have been open.
    assert last_due([opened, upgraded, edited], "first_response", literal) == "2024-09-23T14:30:00Z"


LOWERED = [
    at("10:00", "opened", by="agent", plan="silver", priority="high"),  # due 14:00
    at("10:30", "priority", to="medium"),  # due Tuesday 17:00, and 14:00 is held
    at("10:45", "status", to="pending"),
]
RAISED = [at("11:15", "status", to="open"), at("11:30", "priority", to="high")]


def test_a_pause_does_not_forget_the_due_from_before_a_lowering():
    assert last_due(LOWERED + RAISED, "update") == "2024-09-23T19:00:00Z"


def test_another_calendar_makes_a_paused_clock_forget_the_dues_it_held():
    """Dues held from before are forgotten: only the four hours from the raise are left."""
    edited = at("11:00", "calendar", calendar=CHICAGO | {"holidays": ["2024-12-25"]})
    assert last_due([*LOWERED, edited, *RAISED], "update") == "2024-09-23T20:30:00Z"


def test_a_paused_clock_that_was_an_interval_in_between_has_no_due_from_before():
    """Interval to business day: by that rule at resume; its due as before does not count."""
    opened = at("10:00", "opened", by="agent", plan="silver", priority="medium")  # due Tuesday 17:00
    paused = at("11:00", "status", to="pending")
    flips = [at("12:00", "priority", to="high"), at("13:00", "priority", to="medium")]
    resumed = {"at": "2024-09-24T10:00:00-05:00", "type": "status", "to": "open"}
    assert last_due([opened, paused, resumed], "update") == "2024-09-24T22:00:00Z"
    assert last_due([opened, paused, *flips, resumed], "update") == "2024-09-25T22:00:00Z"
