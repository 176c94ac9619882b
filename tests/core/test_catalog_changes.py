from __future__ import annotations

from sterling.core.catalog import Catalog, Change, Kind, diff, shipped
from tests.core import catalogs


def test_equal_catalogs_do_not_differ():
    assert diff(shipped(), Catalog.from_dict(catalogs.document())) == []


def test_the_number_of_a_version_is_no_difference():
    assert diff(shipped(), Catalog.from_dict(catalogs.document() | {"version": 9})) == []


def test_a_target_an_update_rule_and_a_name_are_told_by_their_place():
    doc = catalogs.document()
    catalogs.target(doc, "gold", "high")["response"] = "PT2H"
    catalogs.target(doc, "gold", "low")["response"] = {"business_days": 1}
    catalogs.target(doc, "standard", "urgent")["update"] = {"rule": "business_day"}
    doc["plans"]["silver"]["name"]["zh"] = "白银"
    assert diff(shipped(), Catalog.from_dict(doc)) == [
        Change(
            "plans.standard.targets.urgent.update",
            {"rule": "interval", "every": "PT6H"},
            {"rule": "business_day"},
        ),
        Change("plans.silver.name.zh", "银牌", "白银"),
        Change("plans.gold.targets.high.response", "PT3H", "PT2H"),
        Change("plans.gold.targets.low.response", "PT8H", {"business_days": 1}),
    ]


def test_what_comes_and_goes_is_told_apart_from_null():
    doc = catalogs.document()
    cell = catalogs.target(doc, "gold", "low")
    cell["response"] = None
    cell["intended"] = "Sold so."
    del doc["readings"]["D8"]
    assert diff(shipped(), Catalog.from_dict(doc)) == [
        Change("plans.gold.targets.low.response", "PT8H", None, Kind.CHANGED),
        Change("plans.gold.targets.low.intended", None, "Sold so.", Kind.ADDED),
        Change("readings.D8", shipped().readings["D8"].as_dict(), None, Kind.REMOVED),
    ]


def test_a_new_plan_and_a_dropped_priority_are_one_change_each():
    doc = catalogs.document()
    doc["plans"]["bronze"] = doc["plans"].pop("silver") | {"rank": 1}
    low = doc["priorities"].pop()
    for plan in doc["plans"].values():
        del plan["targets"]["low"]
    changes = {change.path: change.kind for change in diff(shipped(), Catalog.from_dict(doc))}
    assert low["id"] == "low"
    assert changes == {
        "priorities.low": Kind.REMOVED,
        "plans.standard.targets.low": Kind.REMOVED,
        "plans.silver": Kind.REMOVED,
        "plans.gold.targets.low": Kind.REMOVED,
        "plans.platinum.targets.low": Kind.REMOVED,
        "plans.bronze": Kind.ADDED,
    }


def test_priorities_listed_in_another_order_do_not_differ():
    doc = catalogs.document()
    doc["priorities"].reverse()
    assert diff(shipped(), Catalog.from_dict(doc)) == []


def test_the_literal_reading_changes_eight_cells_and_says_why():
    paths = [change.path for change in diff(shipped(), shipped("literal"))]
    assert paths == [
        *(
            f"plans.{plan}.targets.{priority}.hours"
            for plan in ("gold", "platinum")
            for priority in ("urgent", "high", "medium", "low")
        ),
        "readings.D1.en",
        "readings.D1.zh",
    ]
