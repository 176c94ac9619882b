"""Other vendors' shapes of plan: what the schema must be able to say."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sterling.core.catalog import (
    BusinessDays,
    Cadence,
    Catalog,
    Channel,
    Credit,
    Hours,
    check,
    remedy,
    shipped,
    value_words,
)
from sterling.core.text import Text
from tests.core import catalogs


def test_five_severities_read_whole_and_sound():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert check(catalog) == []
    assert Catalog.from_dict(json.loads(json.dumps(catalog.to_dict()))) == catalog
    assert [priority.id for priority in catalog.priorities_by_rank()] == ["S1", "S2", "S3", "S4", "S5"]
    assert (catalog.version, catalog.starts, catalog.ends) == (7, date(2027, 1, 1), date(2028, 1, 1))


def test_hours_belong_to_the_cell_and_targets_to_each_metric():
    catalog = Catalog.from_dict(catalogs.five_severities())
    first, second = catalog.cell("business", "S1"), catalog.cell("business", "S2")
    assert (first.hours, second.hours) == (Hours.ALWAYS, Hours.LOCAL)
    assert (first.workaround, first.resolution) == (timedelta(hours=4), BusinessDays(2))
    assert (second.workaround, second.resolution) == (None, None)


def test_a_target_may_be_the_next_business_day_or_best_effort():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert catalog.cell("basic", "S2").response == BusinessDays(1)
    assert catalog.cell("basic", "S5").response is None
    assert catalog.cell("basic", "S5").update is None


def test_a_cap_may_grow_with_the_customer():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert [catalog.limit("basic", "premium_contacts", size) for size in (0, 3, 4, 99)] == [2, 2, 4, 4]
    assert [catalog.limit("business", "premium_contacts", size) for size in (10, 11)] == [5, 12]
    value = catalog.plans["basic"].entitlements["premium_contacts"]
    assert value_words(catalog.entitlements["premium_contacts"], value) == Text("2/4 by size", "按规模 2/4")


def test_an_amount_may_be_unlimited():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert catalog.limit("business", "ps_hours") == float("inf")
    assert remedy(catalog, "ps_hours", "basic").en == "Business includes any number of hours."


def test_a_vendors_own_entitlements_stand_beside_the_shipped_ones():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert catalog.entitlements["health_check"].cadence == "half_year"
    assert catalog.entitlements["account_manager"].bypassed_by == ("S1", "S2")
    assert catalog.entitlements["tier3"] == shipped().entitlements["tier3"]
    assert catalog.entitlements["premium_contacts"].others == "refuse"
    assert catalog.includes("business", "health_check")
    assert not catalog.includes("basic", "health_check")


def test_prices_and_channels_are_the_vendors():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert catalog.plans["basic"].price == {"EUR": {"any": 990.5}, "CNY": {"any": 7800}}
    assert catalog.plans["basic"].channels == (Channel.PORTAL, Channel.EMAIL)
    assert catalog.plans["business"].channels == tuple(Channel)


def test_a_vendor_may_promise_credits():
    catalog = Catalog.from_dict(catalogs.five_severities())
    assert catalog.plans["business"].credits == (Credit(4, Cadence.QUARTER, 5, 30),)
    assert catalog.to_dict()["plans"]["business"]["credits"] == [
        {"misses": 4, "per": "quarter", "percent": 5, "claim_days": 30}
    ]
    assert all(plan.credits == () for plan in shipped().plans.values())


def test_the_order_of_members_in_a_document_does_not_matter():
    doc = catalogs.five_severities()
    turned = doc | {name: dict(reversed(doc[name].items())) for name in ("plans", "entitlements")}
    for plan in turned["plans"].values():
        plan["targets"] = dict(reversed(plan["targets"].items()))
    catalog = Catalog.from_dict(turned)
    assert list(catalog.plans) == ["basic", "business"]
    assert list(catalog.plans["basic"].targets) == ["S1", "S2", "S3", "S4", "S5"]
    assert list(catalog.entitlements)[:10] == list(shipped().entitlements)


def test_the_least_catalog_takes_shared_terms_from_the_shipped_one():
    catalog = Catalog.from_dict(catalogs.two_priorities())
    assert (catalog.warnings, catalog.ladder) == (shipped().warnings, shipped().ladder)
    assert catalog.entitlements == shipped().entitlements
    assert catalog.plans["all"].entitlements["premium_contacts"] == 0
    assert catalog.plans["all"].entitlements["phone"] == "none"
    assert catalog.cell("all", "P1").response == timedelta(minutes=15)


def test_the_least_catalog_is_told_what_its_pages_will_miss():
    assert [finding.path for finding in check(Catalog.from_dict(catalogs.two_priorities()))] == [
        "priorities.P1.definition.en",
        "priorities.P1.definition.zh",
        "priorities.P2.definition.en",
        "priorities.P2.definition.zh",
        "plans.all.mark.en",
        "plans.all.mark.zh",
        "plans.all.targets.P1.hours",
    ]
