from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.calendars import ALWAYS, Calendar
from sterling.core.catalog import (
    AsAgreed,
    BusinessDays,
    Catalog,
    Cell,
    EachBusinessDay,
    Hours,
    Interval,
    Level,
    OnStatusChange,
    ResponseTarget,
)
from sterling.core.catalog.compare import longer_target, narrower_hours, rarer_update
from sterling.core.text import Text
from tests.core import catalogs
from tests.core.catalogs import findings, target


def paths(doc: dict) -> list[str]:
    return [finding.path for finding in findings(doc)]


def test_a_higher_plan_with_a_longer_target_is_named_with_its_cell():
    doc = catalogs.document()
    target(doc, "gold", "high")["response"] = "PT4H"
    (finding,) = findings(doc)
    assert (finding.level, finding.plan, finding.priority, finding.field) == (
        Level.ERROR,
        "gold",
        "high",
        "response",
    )
    assert finding.path == "plans.gold.targets.high.response"
    assert finding.message == Text(
        "Gold, High: the response target, 4 h, is longer than Silver's (3 h) and its own Medium (3 h).",
        "金牌计划“高”：响应目标（4 小时）长于银牌计划（3 小时）和自身的“中等”（3 小时）。",
    )


def test_a_cell_marked_as_intended_passes():
    doc = catalogs.document()
    target(doc, "gold", "high").update(response="PT4H", intended="The new team starts in May.")
    assert findings(doc) == []


def test_the_mark_of_one_cell_does_not_cover_another():
    doc = catalogs.document()
    target(doc, "silver", "urgent").update(response="PT10M", intended="An opening offer.")
    assert paths(doc) == ["plans.gold.targets.urgent.response", "plans.platinum.targets.urgent.response"]


def test_a_higher_priority_may_not_wait_longer_in_its_own_plan():
    doc = catalogs.document()
    target(doc, "standard", "urgent")["response"] = "PT5H"
    (finding,) = findings(doc)
    assert finding.path == "plans.standard.targets.urgent.response"
    assert "its own High (4 h)" in finding.message.en


def test_a_rarer_update_is_found():
    doc = catalogs.document()
    target(doc, "platinum", "urgent")["update"] = {"rule": "business_day"}
    assert paths(doc) == ["plans.platinum.targets.urgent.update"]


def test_a_best_effort_cell_is_longer_than_any_target():
    doc = catalogs.document()
    target(doc, "gold", "low")["response"] = None
    assert paths(doc) == ["plans.gold.targets.low.response"]


def test_narrower_hours_in_a_higher_plan_are_found():
    doc = catalogs.document()
    target(doc, "platinum", "low")["hours"] = "local"
    (finding,) = findings(doc)
    assert finding.path == "plans.platinum.targets.low.hours"
    assert finding.message.en == "Platinum, Low: the hours, local hours, are narrower than Gold's (24x7)."


def test_a_longer_workaround_or_resolution_is_found():
    doc = catalogs.document()
    target(doc, "silver", "urgent").update(workaround="PT8H", resolution={"business_days": 2})
    target(doc, "gold", "urgent").update(workaround="PT9H", resolution={"business_days": 3})
    target(doc, "platinum", "urgent").update(workaround="PT8H", resolution={"business_days": 2})
    assert paths(doc) == [
        "plans.gold.targets.urgent.workaround",
        "plans.gold.targets.urgent.resolution",
    ]


def test_24x7_clocks_without_24_7_support_are_a_warning():
    doc = catalogs.document()
    doc["plans"]["gold"]["entitlements"]["always_on"] = False
    found = findings(doc)
    assert [finding.path for finding in found if finding.level is Level.WARNING] == [
        f"plans.gold.targets.{priority}.hours" for priority in ("urgent", "high", "medium", "low")
    ]


def test_24_7_support_with_targets_on_local_hours_is_no_fault():
    doc = catalogs.document()
    for plan in ("gold", "platinum"):
        for priority in doc["plans"][plan]["targets"]:
            target(doc, plan, priority)["hours"] = "local"
    assert doc["plans"]["gold"]["entitlements"]["always_on"] is True
    assert findings(doc) == []


@pytest.mark.parametrize(
    ("plan", "entitlement", "value"),
    [
        ("gold", "tier3", False),
        ("platinum", "regional_contacts", False),
        ("platinum", "phone", "standard"),
        ("platinum", "always_on", False),
        ("platinum", "enhanced_reports", False),
        ("platinum", "ps_hours", 7.5),
        ("platinum", "premium_contacts", 2),
    ],
)
def test_a_higher_plan_contains_what_lower_ones_have(plan: str, entitlement: str, value: object):
    doc = catalogs.document()
    doc["plans"][plan]["entitlements"][entitlement] = value
    errors = [finding for finding in findings(doc) if finding.level is Level.ERROR]
    assert [finding.path for finding in errors] == [f"plans.{plan}.entitlements.{entitlement}"]
    doc["plans"][plan]["intended"] = {entitlement: "Sold apart."}
    assert [finding for finding in findings(doc) if finding.level is Level.ERROR] == []


def test_a_higher_plan_takes_the_channels_of_lower_ones():
    doc = catalogs.document()
    doc["plans"]["silver"]["channels"] = ["portal", "email", "phone"]
    assert paths(doc) == ["plans.silver.channels"]


@pytest.mark.parametrize("cap", [0, 1])
def test_a_premium_plan_has_at_least_two_premium_contacts(cap: int):
    doc = catalogs.document()
    doc["plans"]["silver"]["entitlements"]["premium_contacts"] = cap
    (finding,) = findings(doc)
    assert finding.path == "plans.silver.entitlements.premium_contacts"
    assert finding.message.en == "Silver must grant at least 2 premium contacts."
    doc["plans"]["silver"]["entitlements"]["premium_contacts"] = 2
    assert findings(doc) == []


def test_a_cap_by_size_is_compared_at_every_size():
    doc = catalogs.document()

    def cap(*steps: tuple[int | None, int]) -> dict:
        return {
            "per": "sites",
            "steps": [{"limit": n} if up_to is None else {"up_to": up_to, "limit": n} for up_to, n in steps],
        }

    plans = doc["plans"]
    plans["platinum"]["entitlements"]["premium_contacts"] = cap((5, 3), (50, 10), (None, 9))
    assert findings(doc) == []
    plans["gold"]["entitlements"]["premium_contacts"] = cap((5, 3), (None, 10))
    assert paths(doc) == ["plans.platinum.entitlements.premium_contacts"]
    plans["silver"]["entitlements"]["premium_contacts"] = cap((5, 1), (None, 4))
    assert "plans.silver.entitlements.premium_contacts" in paths(doc)


def test_a_missing_cell_is_found():
    doc = catalogs.document()
    del doc["plans"]["silver"]["targets"]["medium"]
    (finding,) = findings(doc)
    assert finding.path == "plans.silver.targets.medium"
    assert finding.message.en.startswith("Silver has no cell for Medium.")


def test_a_missing_language_is_found():
    doc = catalogs.document()
    del doc["plans"]["gold"]["name"]["zh"]
    doc["priorities"][0]["definition"]["en"] = " "
    assert paths(doc) == ["priorities.urgent.definition.en", "plans.gold.name.zh"]


def test_two_plans_cannot_both_be_the_lowest():
    doc = catalogs.document()
    doc["plans"]["silver"]["rank"] = 0
    assert ("plans.silver.rank", Level.ERROR) in [(finding.path, finding.level) for finding in findings(doc)]


def test_two_plans_of_one_rank_are_a_warning():
    doc = catalogs.document()
    doc["plans"]["gold"]["rank"] = 3
    assert [(finding.path, finding.level) for finding in findings(doc)] == [
        ("plans.platinum.rank", Level.WARNING)
    ]


def test_names_that_point_nowhere_are_found():
    doc = catalogs.document()
    doc["entitlements"]["rca"]["priorities"] = ["critical"]
    doc["entitlements"]["primary_engineer"]["bypassed_by"] = ["critical"]
    doc["ladder"][0] = {"share": 60, "to": ["assignee"], "priorities": ["critical"]}
    del doc["readings"]["D7"]
    assert paths(doc) == [
        "ladder",
        "entitlements.rca.priorities",
        "entitlements.primary_engineer.bypassed_by",
        *(f"plans.{plan}.targets.low.provenance.readings" for plan in doc["plans"]),
        "ladder",
        "warnings",
    ]


def test_errors_come_before_warnings():
    doc = catalogs.document()
    doc["plans"]["gold"]["rank"] = 3
    doc["plans"]["gold"]["name"]["zh"] = ""
    assert [finding.level for finding in findings(doc)] == [Level.ERROR, Level.WARNING]


# Comparing promises: what the checks call no longer is due no later, whenever it starts.

OFFICE = Calendar.from_dict(
    {
        "tz": "UTC",
        "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2026-12-25"],
    }
)
STARTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
HOURS = st.sampled_from([Hours.ALWAYS, Hours.LOCAL])
TARGETS = st.integers(1, 60).map(lambda hours: timedelta(hours=hours)) | st.integers(1, 5).map(BusinessDays)
RULES = (
    st.none()
    | st.integers(1, 40).map(lambda hours: Interval(timedelta(hours=hours)))
    | st.just(EachBusinessDay())
    | st.just(OnStatusChange())
    | st.just(AsAgreed())
)


def due(start: datetime, promise: ResponseTarget, hours: Hours) -> datetime:
    calendar = ALWAYS if hours is Hours.ALWAYS else OFFICE
    if isinstance(promise, BusinessDays):
        found = calendar.nth_close_after(calendar.local_date(start), promise.days)
    else:
        found = calendar.add(start, promise)
    assert found is not None
    return found


@given(STARTS, TARGETS, HOURS, TARGETS, HOURS)
def test_a_target_that_passes_is_never_due_later(start, ours, our_hours, theirs, their_hours):
    if isinstance(ours, BusinessDays) and isinstance(theirs, BusinessDays) and our_hours != their_hours:
        return  # compared by their number alone: 24:00 against 17:00 of the same day is no fault
    narrower = their_hours is Hours.ALWAYS and our_hours is Hours.LOCAL
    if not narrower and not longer_target(ours, our_hours, theirs, their_hours):
        assert due(start, ours, our_hours) <= due(start, theirs, their_hours)


@given(TARGETS, HOURS)
def test_no_target_is_longer_than_itself(promise, hours):
    if not isinstance(promise, timedelta):
        assert not longer_target(promise, hours, promise, hours)
    assert not longer_target(promise, hours, None, hours)
    assert longer_target(None, hours, promise, hours)


@given(RULES, HOURS)
def test_no_update_rule_is_rarer_than_itself(rule, hours):
    cell = Cell(None, rule, hours)
    assert not rarer_update(cell, cell)
    assert not narrower_hours(cell, cell)


@pytest.mark.parametrize(
    ("ours", "theirs", "rarer"),
    [
        (Interval(timedelta(hours=8)), EachBusinessDay(), False),
        (Interval(timedelta(hours=9)), EachBusinessDay(), True),
        (EachBusinessDay(), Interval(timedelta(hours=16)), False),
        (EachBusinessDay(), Interval(timedelta(hours=15)), True),
        (EachBusinessDay(), OnStatusChange(), False),
        (OnStatusChange(), EachBusinessDay(), True),
        (OnStatusChange(), None, False),
        (None, OnStatusChange(), True),
        (AsAgreed(), OnStatusChange(), True),
        (OnStatusChange(), AsAgreed(), False),
        (None, AsAgreed(), True),
        (AsAgreed(), EachBusinessDay(), True),
    ],
)
def test_update_rules_are_ordered_by_strictness(ours, theirs, rarer):
    assert rarer_update(Cell(None, ours, Hours.LOCAL), Cell(None, theirs, Hours.LOCAL)) is rarer


def test_each_business_day_is_the_same_on_all_hours():
    around, local = (Cell(None, EachBusinessDay(), hours) for hours in (Hours.ALWAYS, Hours.LOCAL))
    assert not rarer_update(around, local)
    assert not rarer_update(local, around)


def test_best_effort_has_no_hours_to_be_narrower_than():
    assert not narrower_hours(
        Cell(timedelta(hours=1), None, Hours.LOCAL), Cell(None, EachBusinessDay(), Hours.ALWAYS)
    )


def test_checking_a_vendors_catalog_does_not_depend_on_the_order_of_plans():
    doc = catalogs.five_severities()
    doc["plans"]["basic"]["targets"]["S1"]["response"] = "PT10M"
    turned = doc | {"plans": dict(reversed(doc["plans"].items()))}
    assert Catalog.from_dict(turned).lowest_plan().id == "basic"
    assert set(paths(doc)) == set(paths(turned)) == {"plans.business.targets.S1.response"}
