from __future__ import annotations

import copy
import json
from datetime import timedelta

import pytest

from sterling.core.catalog import (
    ENTITLEMENTS,
    BusinessDays,
    Catalog,
    Channel,
    EachBusinessDay,
    Hours,
    Interval,
    OnStatusChange,
    Profile,
    check,
    remedy,
    shipped,
)
from sterling.core.text import Text
from tests.core import catalogs

HOUR = timedelta(hours=1)

# The plans as published: response in hours, update, and whether it counts around the clock.
PUBLISHED = [
    ("urgent", "platinum", 1, Interval(2 * HOUR), Hours.ALWAYS),
    ("urgent", "gold", 1, Interval(4 * HOUR), Hours.ALWAYS),
    ("urgent", "silver", 1, Interval(4 * HOUR), Hours.LOCAL),
    ("urgent", "standard", 2, Interval(6 * HOUR), Hours.LOCAL),
    ("high", "platinum", 2, Interval(2 * HOUR), Hours.ALWAYS),
    ("high", "gold", 3, Interval(4 * HOUR), Hours.ALWAYS),
    ("high", "silver", 3, Interval(4 * HOUR), Hours.LOCAL),
    ("high", "standard", 4, Interval(6 * HOUR), Hours.LOCAL),
    ("medium", "platinum", 2, EachBusinessDay(), Hours.ALWAYS),
    ("medium", "gold", 3, EachBusinessDay(), Hours.ALWAYS),
    ("medium", "silver", 4, EachBusinessDay(), Hours.LOCAL),
    ("medium", "standard", 6, EachBusinessDay(), Hours.LOCAL),
    ("low", "platinum", 8, OnStatusChange(), Hours.ALWAYS),
    ("low", "gold", 8, OnStatusChange(), Hours.ALWAYS),
    ("low", "silver", 12, OnStatusChange(), Hours.LOCAL),
    ("low", "standard", 24, OnStatusChange(), Hours.LOCAL),
]

GRANTED = {
    "tier3": (False, True, True, True),
    "premium_contacts": (0, 2, 3, 10),
    "regional_contacts": (False, False, True, True),
    "phone": ("standard", "standard", "priority", "priority"),
    "always_on": (False, False, True, True),
    "enhanced_reports": (False, False, True, True),
    "ps_hours": (0, 0, 8, 24),
    "rca": (False, False, False, True),
    "primary_engineer": (False, False, False, True),
    "executive_sponsor": (False, False, False, True),
}
PLANS = ("standard", "silver", "gold", "platinum")


@pytest.mark.parametrize(("priority", "plan", "hours", "update", "counted"), PUBLISHED)
def test_every_cell_promises_what_is_published(priority, plan, hours, update, counted):
    cell = shipped().cell(plan, priority)
    assert (cell.response, cell.update, cell.hours) == (hours * HOUR, update, counted)


@pytest.mark.parametrize(("priority", "plan", "hours", "update"), [row[:-1] for row in PUBLISHED])
def test_the_literal_reading_differs_in_hours_alone(priority, plan, hours, update):
    cell = shipped("literal").cell(plan, priority)
    assert (cell.response, cell.update, cell.hours) == (hours * HOUR, update, Hours.LOCAL)


def test_the_literal_reading_counts_local_hours_but_still_includes_24_7_support():
    """Hours of a target and hours at which people can be reached are two things."""
    literal = shipped("literal")
    assert [literal.includes(plan, "always_on") for plan in PLANS] == [False, False, True, True]
    assert literal.plans["gold"].entitlements == shipped().plans["gold"].entitlements


def test_the_plans_grant_what_is_published():
    plans = shipped().plans
    assert tuple(plans) == PLANS
    assert {name: tuple(plans[plan].entitlements[name] for plan in PLANS) for name in GRANTED} == GRANTED
    assert set(plans["standard"].entitlements) == set(GRANTED)


def test_the_plans_cost_what_is_published():
    plans = shipped().plans
    assert [plans[plan].price for plan in PLANS] == [
        {"USD": {"commercial": 0, "education": 0}},
        {"USD": {"commercial": 12000, "education": 10000}},
        {"USD": {"commercial": 28000, "education": 18000}},
        {"USD": {"commercial": 60000, "education": 50000}},
    ]


def test_plans_and_priorities_are_ranked_and_named_in_two_languages():
    catalog = shipped()
    assert [(plan.id, plan.rank, plan.name, plan.mark) for plan in catalog.plans_by_rank()] == [
        ("standard", 0, Text("Standard", "标准"), Text("St", "标")),
        ("silver", 1, Text("Silver", "银牌"), Text("Ag", "银")),
        ("gold", 2, Text("Gold", "金牌"), Text("Au", "金")),
        ("platinum", 3, Text("Platinum", "白金"), Text("Pt", "铂")),
    ]
    assert [(it.id, it.rank, it.alias, it.name) for it in catalog.priorities_by_rank()] == [
        ("urgent", 4, "P1", Text("Urgent", "紧急")),
        ("high", 3, "P2", Text("High", "高")),
        ("medium", 2, "P3", Text("Medium", "中等")),
        ("low", 1, "P4", Text("Low", "低")),
    ]
    assert catalog.lowest_plan().id == "standard"


def test_every_plan_takes_every_channel():
    assert all(plan.channels == tuple(Channel) for plan in shipped().plans.values())


def test_the_shipped_gold_plan_reads_as_documented():
    gold = catalogs.document()["plans"]["gold"]
    for cell in gold["targets"].values():
        cell.pop("provenance")
    every_four = {"rule": "interval", "every": "PT4H"}
    assert gold == {
        "name": {"en": "Gold", "zh": "金牌"},
        "mark": {"en": "Au", "zh": "金"},
        "rank": 2,
        "targets": {
            "urgent": {"response": "PT1H", "update": every_four, "hours": "always"},
            "high": {"response": "PT3H", "update": every_four, "hours": "always"},
            "medium": {"response": "PT3H", "update": {"rule": "business_day"}, "hours": "always"},
            "low": {"response": "PT8H", "update": {"rule": "status_change"}, "hours": "always"},
        },
        "entitlements": {
            "tier3": True,
            "premium_contacts": 3,
            "regional_contacts": True,
            "phone": "priority",
            "always_on": True,
            "enhanced_reports": True,
            "ps_hours": 8,
            "rca": False,
            "primary_engineer": False,
            "executive_sponsor": False,
        },
        "channels": ["chat", "portal", "email", "phone"],
        "price": {"USD": {"commercial": 28000, "education": 18000}},
    }


@pytest.mark.parametrize("profile", Profile)
def test_every_cell_says_where_it_comes_from(profile):
    catalog = shipped(profile)
    for plan in catalog.plans.values():
        for priority, cell in plan.targets.items():
            assert cell.provenance is not None
            assert cell.provenance.document == "plan table"
            assert cell.provenance.line == f"{priority}, {plan.id}"
            assert "D1" in cell.provenance.readings
            assert set(cell.provenance.readings) <= set(catalog.readings)
    assert shipped().readings["D1"] != shipped("literal").readings["D1"]


def test_warnings_and_who_hears_of_them():
    catalog = shipped()
    assert catalog.warnings == (50, 75, 90, 100, 150)
    assert [(rung.share, rung.to) for rung in catalog.ladder] == [
        (50, ("assignee",)),
        (75, ("assignee", "team")),
        (90, ("assignee", "lead")),
        (100, ("assignee", "lead", "duty_manager")),
        (150, ("lead", "duty_manager")),
    ]


def test_a_rung_may_move_the_ticket_up_a_tier_and_says_so_only_then():
    document = shipped().to_dict()
    document["ladder"][2]["up_a_tier"] = True
    catalog = Catalog.from_dict(document)
    assert [rung.up_a_tier for rung in catalog.ladder] == [False, False, True, False, False]
    assert catalog.to_dict() == document
    document["ladder"][2]["up_a_tier"] = False
    assert Catalog.from_dict(document) == shipped()


def test_the_terms_of_the_shipped_entitlements():
    terms = shipped().entitlements
    assert terms == ENTITLEMENTS
    hours = terms["ps_hours"]
    assert (hours.term_months, hours.rollover, hours.rounding, hours.overdraft, hours.notice_days) == (
        12,
        False,
        timedelta(minutes=15),
        "manager",
        (90, 30, 7),
    )
    assert hours.agreement_first
    assert (terms["premium_contacts"].minimum, terms["premium_contacts"].others) == (2, "lowest_plan")
    assert terms["rca"].priorities == ("urgent",)
    assert terms["rca"].due == {"preliminary": BusinessDays(5), "final": BusinessDays(10)}
    assert (terms["primary_engineer"].per_region, terms["primary_engineer"].backups) == (True, True)
    assert terms["enhanced_reports"].cadence == "quarter"
    assert terms["enhanced_reports"].on_demand


@pytest.mark.parametrize("profile", Profile)
def test_a_shipped_catalog_survives_json_and_has_no_findings(profile):
    catalog = shipped(profile)
    written = json.loads(json.dumps(catalog.to_dict()))
    assert Catalog.from_dict(written) == catalog
    assert Catalog.from_dict(written).to_dict() == catalog.to_dict()
    assert check(catalog) == []


def test_reading_leaves_the_document_as_it_was():
    doc = catalogs.document()
    before = copy.deepcopy(doc)
    Catalog.from_dict(doc)
    assert doc == before


def test_a_profile_that_is_not_shipped_is_refused():
    with pytest.raises(ValueError, match="there is no profile 'strict'"):
        shipped("strict")


@pytest.mark.parametrize(
    ("plan", "priority", "why"),
    [
        ("bronze", "urgent", "there is no plan 'bronze'"),
        ("gold", "p1", "there is no priority 'p1'"),
    ],
)
def test_a_cell_that_is_not_there_is_refused_by_name(plan, priority, why):
    with pytest.raises(ValueError, match=why):
        shipped().cell(plan, priority)


def test_a_plan_without_a_cell_says_which():
    doc = catalogs.document()
    del doc["plans"]["gold"]["targets"]["low"]
    with pytest.raises(ValueError, match="plan 'gold' has no cell for priority 'low'"):
        Catalog.from_dict(doc).cell("gold", "low")


def test_limits_and_inclusion():
    catalog = shipped()
    assert [catalog.limit(plan, "premium_contacts") for plan in PLANS] == [0, 2, 3, 10]
    assert [catalog.includes(plan, "premium_contacts") for plan in PLANS] == [False, True, True, True]
    assert [catalog.limit(plan, "ps_hours") for plan in PLANS] == [0, 0, 8, 24]
    assert [catalog.includes(plan, "phone") for plan in PLANS] == [False, False, True, True]
    assert catalog.limit("gold", "tier3") is None


@pytest.mark.parametrize(
    ("entitlement", "plan", "en", "zh"),
    [
        ("always_on", "silver", "Gold and Platinum include this.", "金牌和白金计划包含此项。"),
        ("tier3", "standard", "Silver, Gold and Platinum include this.", "银牌、金牌和白金计划包含此项。"),
        ("rca", "gold", "Platinum includes this.", "白金计划包含此项。"),
        ("phone", "standard", "Gold and Platinum include this.", "金牌和白金计划包含此项。"),
        (
            "ps_hours",
            "silver",
            "Gold includes 8 hours; Platinum includes 24 hours.",
            "金牌计划含 8 小时；白金计划含 24 小时。",
        ),
        (
            "premium_contacts",
            "gold",
            "Platinum includes 10 premium contacts.",
            "白金计划含 10 位指定联系人。",
        ),
        ("premium_contacts", "platinum", "No plan includes more.", "没有计划包含更多。"),
    ],
)
def test_a_refusal_names_the_plans_that_help(entitlement, plan, en, zh):
    assert remedy(shipped(), entitlement, plan) == Text(en, zh)


def test_a_refusal_says_when_no_plan_helps():
    doc = catalogs.document()
    doc["plans"]["platinum"]["entitlements"]["rca"] = False
    assert remedy(Catalog.from_dict(doc), "rca", "gold") == Text(
        "No plan includes this.", "没有计划包含此项。"
    )
