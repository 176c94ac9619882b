"""Hours that a catalog names, later replies apart from the first, and updates as agreed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from sterling.core.calendars import Calendar
from sterling.core.catalog import BusinessDays, Catalog, Hours, check, shipped
from sterling.core.catalog.fields import Field
from sterling.core.catalog.hours import read_calendars
from sterling.core.clocks import explain, replay, replay_events
from tests.core import catalogs
from tests.core.random_tickets import tickets

FOLDER = Path(__file__).parents[1] / "catalogs"
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
CHICAGO = {
    "tz": "America/Chicago",
    "weekly": {day: [["09:00", "17:00"]] for day in WORKDAYS},
    "holidays": {"2026-11-26": "Thanksgiving"},
}
MADE = datetime(2026, 11, 24, tzinfo=UTC)


def vendor(name: str) -> Catalog:
    return Catalog.from_dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def story(
    plan: str, priority: str, *events: dict[str, Any], opened: str, until: str, **more: Any
) -> dict[str, Any]:
    first = {"at": opened, "type": "opened", "by": "customer", "plan": plan, "priority": priority} | more
    return {"calendar": CHICAGO, "events": [first, *events], "until": until}


def said(at: str) -> dict[str, str]:
    return {"at": at, "type": "agent_message"}


def dues(clocks: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    return [(clock["metric"], clock["due"], clock["state"]) for clock in clocks]


@pytest.mark.parametrize("name", ["around_the_clock_for_p1", "five_severities", "four_contacts"])
def test_each_vendors_catalog_reads_whole_and_sound(name: str) -> None:
    catalog = vendor(name)
    assert check(catalog) == []
    assert Catalog.from_dict(json.loads(json.dumps(catalog.to_dict()))) == catalog


# 24x5 is read on the organization's wall clock and knows no holidays; 12x5 on the contact's, with the region's.


def test_twenty_four_by_five_rests_at_the_customers_weekend() -> None:
    """Friday 27 Nov 23:00 in Tokyo: one hour is left of the week, the second comes on Monday."""
    document = story(
        "business",
        "P1",
        opened="2026-11-27T14:00:00Z",
        until="2026-11-27T14:00:00Z",
        zones={"organization": "Asia/Tokyo"},
    )
    clocks = replay(document, vendor("around_the_clock_for_p1"))
    assert dues(clocks) == [
        ("first_response", "2026-11-29T16:00:00Z", "running"),
        ("update", "2026-11-29T18:00:00Z", "running"),
    ]


def test_without_a_zone_of_its_own_a_customer_lives_in_the_region() -> None:
    """Friday 27 Nov 23:00 in Chicago."""
    document = story("business", "P1", opened="2026-11-28T05:00:00Z", until="2026-11-28T05:00:00Z")
    assert replay(document, vendor("around_the_clock_for_p1"))[0]["due"] == "2026-11-30T07:00:00Z"


def test_named_hours_rest_on_the_regions_holidays_only_where_they_say_so() -> None:
    """Wednesday 25 Nov 19:00 in Chicago, the day before Thanksgiving."""
    catalog = vendor("around_the_clock_for_p1")
    opened = "2026-11-26T01:00:00Z"
    with_holidays = replay(story("business", "P2", opened=opened, until=opened), catalog)
    assert with_holidays[0]["due"] == "2026-11-27T17:00:00Z"  # 1 h on Wednesday, 3 h from Friday 08:00
    without = replay(story("enterprise", "P2", opened=opened, until=opened), catalog)
    assert without[0]["due"] == "2026-11-26T03:00:00Z"
    told = explain(story("business", "P2", opened=opened, until=opened), catalog)["clocks"][0]["stretches"]
    assert [(piece["counted"], piece["because"]) for piece in told] == [
        (3600, {"code": "open"}),
        (0, {"code": "closed"}),
        (0, {"code": "holiday", "name": "Thanksgiving"}),
        (0, {"code": "closed"}),
        (10800, {"code": "open"}),
    ]


def test_the_first_reply_may_be_promised_sooner_than_later_ones() -> None:
    document = story(
        "enterprise",
        "P1",
        said("2026-11-24T10:20:00Z"),
        {"at": "2026-11-24T11:00:00Z", "type": "customer_message"},
        opened="2026-11-24T10:00:00Z",
        until="2026-11-24T11:00:00Z",
    )
    clocks = replay(document, vendor("around_the_clock_for_p1"))
    assert [row for row in dues(clocks) if row[0] != "update"] == [
        ("first_response", "2026-11-24T10:30:00Z", "met"),
        ("next_response", "2026-11-24T12:00:00Z", "running"),
    ]


def test_raising_the_priority_gives_a_later_reply_the_later_replies_target() -> None:
    document = story(
        "enterprise",
        "P2",
        said("2026-11-24T15:20:00Z"),
        {"at": "2026-11-24T16:00:00Z", "type": "customer_message"},
        {"at": "2026-11-24T16:30:00Z", "type": "priority", "to": "P1"},
        opened="2026-11-24T15:00:00Z",
        until="2026-11-24T16:30:00Z",
    )
    clocks = replay(document, vendor("around_the_clock_for_p1"))
    assert ("next_response", "2026-11-24T17:30:00Z", "running") in dues(clocks)


def test_updates_as_agreed_begin_with_an_agreement_and_end_with_it() -> None:
    catalog = vendor("around_the_clock_for_p1")
    document = story(
        "business",
        "P3",
        {"at": "2026-11-24T16:00:00Z", "type": "cadence", "every": "PT4H"},
        said("2026-11-24T19:00:00Z"),
        {"at": "2026-11-24T20:00:00Z", "type": "cadence", "every": "PT2H"},
        {"at": "2026-11-24T20:30:00Z", "type": "cadence", "every": None},
        opened="2026-11-24T15:00:00Z",
        until="2026-11-25T20:30:00Z",
    )
    updates = [clock for clock in replay(document, catalog) if clock["metric"] == "update"]
    assert updates == [
        {
            "metric": "update",
            "started": "2026-11-24T16:00:00Z",
            "due": "2026-11-24T19:00:00Z",  # four hours from the opening at 9:00 in Chicago
            "ended": "2026-11-24T19:00:00Z",
            "state": "met",
        },
        {
            "metric": "update",
            "started": "2026-11-24T19:00:00Z",
            "due": "2026-11-24T22:00:00Z",
            "ended": "2026-11-24T20:30:00Z",
            "state": "void",
        },
    ]
    without = story("business", "P3", opened="2026-11-24T15:00:00Z", until="2026-12-24T15:00:00Z")
    assert [clock["metric"] for clock in replay(without, catalog)] == ["first_response"]


def test_a_workaround_target_is_kept_and_starts_no_clock() -> None:
    catalog = vendor("four_contacts")
    cell = catalog.cell("maintenance", "major")
    assert (cell.workaround, cell.resolution) == (BusinessDays(3), BusinessDays(20))
    document = story("maintenance", "major", opened="2026-11-24T15:00:00Z", until="2026-11-24T15:00:00Z")
    assert dues(replay(document, catalog)) == [
        ("first_response", "2026-11-24T19:00:00Z", "running"),
        ("update", "2026-11-24T23:00:00Z", "running"),
    ]


def test_best_effort_runs_no_clock_at_all() -> None:
    document = story("community", "P1", opened="2026-11-24T15:00:00Z", until="2027-11-24T15:00:00Z")
    assert replay(document, vendor("around_the_clock_for_p1")) == []


# Laws: named hours are nothing new, only another way of writing what is there.


def with_hours(old: Hours, new: Hours) -> Catalog:
    catalog = shipped()
    plans = {
        name: replace(
            plan,
            targets={
                priority: replace(cell, hours=new) if cell.hours == old else cell
                for priority, cell in plan.targets.items()
            },
        )
        for name, plan in catalog.plans.items()
    }
    return replace(catalog, plans=plans, calendars={new.value: new})


def named(**terms: Any) -> Hours:
    written = {"name": {"en": "Named", "zh": "命名"}} | terms
    return read_calendars(Field({"named": written}, "calendars"))["named"]


ROUND = named(
    weekly={day: [["00:00", "24:00"]] for day in (*WORKDAYS, "sat", "sun")}, zone="UTC", holidays=False
)


@given(tickets())
@settings()
def test_hours_named_around_the_clock_are_around_the_clock(ticket: Any) -> None:
    calendar, events, until = ticket
    there = replay_events(shipped(), calendar, events, until).clocks
    here = replay_events(with_hours(Hours.ALWAYS, ROUND), calendar, events, until).clocks
    assert [(c.metric, c.started, c.due, c.ended, c.state, c.left) for c in here] == [
        (c.metric, c.started, c.due, c.ended, c.state, c.left) for c in there
    ]


@given(tickets())
@settings()
def test_hours_read_on_the_contacts_clock_are_those_of_that_zone(ticket: Any) -> None:
    calendar, events, until = ticket
    weekly = {day: [["07:00", "11:30"], ["22:00", "02:00"]] for day in WORKDAYS}
    theirs = with_hours(Hours.LOCAL, named(weekly=weekly, zone="contact"))
    fixed = with_hours(Hours.LOCAL, named(weekly=weekly, zone="Asia/Kathmandu"))
    opened = replace(events[0], zones={"contact": "Asia/Kathmandu", "organization": "UTC"})
    here = replay_events(theirs, calendar, [opened, *events[1:]], until).clocks
    there = replay_events(fixed, calendar, events, until).clocks
    assert [(c.metric, c.started, c.due, c.ended, c.state, c.left) for c in here] == [
        (c.metric, c.started, c.due, c.ended, c.state, c.left) for c in there
    ]


def test_a_stored_clock_names_its_hours_with_the_customers_zone() -> None:
    catalog = vendor("around_the_clock_for_p1")
    bound = catalog.calendars["24x5"].of({"organization": "Asia/Tokyo"})
    assert bound.value == "24x5@Asia/Tokyo"
    assert catalog.hours("24x5@Asia/Tokyo") == bound
    assert [catalog.hours(name) for name in ("always", "local")] == [Hours.ALWAYS, Hours.LOCAL]


def test_a_regions_exceptional_day_is_one_for_named_hours_too() -> None:
    region = Calendar.from_dict(CHICAGO | {"exceptions": {"2026-11-28": [["10:00", "12:00"]]}})
    hours = named(weekly={day: [["08:00", "20:00"]] for day in WORKDAYS})
    saturday = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)
    assert hours.on(region).is_open(saturday)
    assert not named(weekly={"mon": [["08:00", "20:00"]]}, holidays=False).on(region).is_open(saturday)
    assert hours.on(region).add(MADE, timedelta(0)) == MADE


@pytest.mark.parametrize(
    ("calendars", "refusal"),
    [
        ({"always": {}}, "calendars.always: must be named by letters"),
        ({"a b": {}}, "calendars.a b: must be named by letters"),
        ({"x": {"name": {"en": "X", "zh": "X"}}}, "calendars.x.weekly: is missing"),
        ({"x": {"name": {}, "weekly": {}}}, "calendars.x.weekly: is never open"),
        (
            {"x": {"name": {}, "weekly": {"mon": [["9", "17:00"]]}}},
            "calendars.x.weekly.mon[0]: '9' is not a time",
        ),
        (
            {"x": {"name": {}, "weekly": {"mon": [["09:00", "17:00"]]}, "zone": "Mars"}},
            "calendars.x.zone: must be region, organization, contact or a zone",
        ),
        (
            {"x": {"name": {}, "weekly": {"mon": [["09:00", "17:00"]]}, "holidays": "no"}},
            "calendars.x.holidays: must be true or false",
        ),
    ],
)
def test_named_hours_that_are_not_plainly_right_are_refused_by_field(calendars: Any, refusal: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        Catalog.from_dict(catalogs.document() | {"calendars": calendars})
    assert str(refused.value).startswith(refusal)


def test_a_cell_names_only_hours_that_are_there() -> None:
    document = catalogs.document()
    catalogs.target(document, "gold", "urgent")["hours"] = "24x5"
    with pytest.raises(
        ValueError, match=r"plans\.gold\.targets\.urgent\.hours: must be one of always, local"
    ):
        Catalog.from_dict(document)


def test_a_higher_plan_with_narrower_named_hours_is_out_of_order() -> None:
    document = json.loads((FOLDER / "around_the_clock_for_p1.json").read_text(encoding="utf-8"))
    document["plans"]["enterprise"]["targets"]["P2"]["hours"] = "12x5"
    document["plans"]["business"]["targets"]["P2"]["hours"] = "24x5"
    found = [
        (finding.plan, finding.priority, finding.field) for finding in check(Catalog.from_dict(document))
    ]
    assert ("enterprise", "P2", "hours") in found


def test_later_replies_may_not_wait_longer_in_a_higher_plan() -> None:
    document = catalogs.document()
    catalogs.target(document, "platinum", "urgent")["next_response"] = "PT3H"
    found = check(Catalog.from_dict(document))
    assert [(one.plan, one.priority, one.field) for one in found] == [("platinum", "urgent", "next_response")]
    assert "3 h" in found[0].message.en
