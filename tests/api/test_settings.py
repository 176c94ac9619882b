"""Regions, plans, quotes, engineers."""

from __future__ import annotations

import pytest

from sterling.accounts.models import Agent
from sterling.core.catalog import shipped
from tests import make
from tests.api.client import Holder, holder


def test_the_shipped_regions_are_listed(carol: Holder) -> None:
    items = carol.get("/regions")["items"]
    assert [(region["id"], region["name"], region["timezone"]) for region in items] == [
        ("americas", "Americas", "America/Chicago"),
        ("china", "China", "Asia/Shanghai"),
        ("default", "Default region", "UTC"),
        ("europe", "Europe", "Europe/Berlin"),
    ]


def test_plans_are_listed_as_the_catalog_says_them(carol: Holder) -> None:
    plans = {plan["id"]: plan for plan in carol.get("/plans")["items"]}
    assert list(plans) == ["standard", "silver", "gold", "platinum"]
    written = shipped().to_dict()["plans"]["gold"]
    gold = plans["gold"]
    for name in ("name", "mark", "rank", "targets", "entitlements", "price"):
        assert gold[name] == written[name]
    assert gold["targets"]["urgent"]["response"] == "PT1H"


@pytest.mark.parametrize(
    ("plan", "segment", "amount"),
    [
        ("standard", "commercial", 0),
        ("silver", "commercial", 12000),
        ("gold", "education", 18000),
        ("platinum", "commercial", 60000),
        ("platinum", "education", 50000),
    ],
)
def test_a_quote_is_the_price_of_the_plan_for_the_segment(
    carol: Holder, plan: str, segment: str, amount: int
) -> None:
    quote = carol.post("/quotes", plan=plan, segment=segment)
    assert (quote.status, quote["amount"], quote["currency"]) == (201, amount, "USD")
    assert quote["proof_required"] is (segment == "education")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"plan": "bronze", "segment": "commercial"}, "plan"),
        ({"plan": "gold", "segment": "military"}, "segment"),
        ({"plan": "gold", "segment": "commercial", "currency": "XXX"}, "currency"),
    ],
)
def test_a_quote_for_what_is_not_sold_names_the_field(
    carol: Holder, body: dict[str, str], field: str
) -> None:
    answer = carol.post("/quotes", **body)
    assert (answer.status, answer.fields) == (422, [field])


def test_an_administrator_adds_an_engineer(admin: Holder) -> None:
    made = admin.post(
        "/agents", name="Chen Wei", email="Chen@Sterling.example", region="china", tier=3, role="agent"
    )
    assert made.status == 201
    assert made.body == {
        "id": made["id"],
        "name": "Chen Wei",
        "email": "chen@sterling.example",
        "region": "china",
        "tier": 3,
        "role": "agent",
        "languages": [],
        "skills": [],
        "capacity": None,
        "timezone": "Asia/Shanghai",
        "shifts": [],
        "absences": [],
        "is_active": True,
    }
    assert made.body in admin.get("/agents")["items"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tier", 4),
        ("tier", 10**30),
        ("role", "king"),
        ("email", "nowhere"),
        ("region", "moon"),
        ("name", " "),
    ],
)
def test_an_engineer_with_a_bad_field_is_refused(admin: Holder, field: str, value: object) -> None:
    body = {
        "name": "Chen Wei",
        "email": "chen@sterling.example",
        "region": "china",
        "tier": 1,
        "role": "agent",
    }
    before = Agent.objects.count()
    answer = admin.post("/agents", **body | {field: value})
    assert (answer.status, answer.kind, answer.fields) == (422, "invalid", [field])
    assert Agent.objects.count() == before


def test_only_leads_add_engineers_and_only_administrators_add_administrators(carol: Holder) -> None:
    lead = holder(make.agent("Lena Lead", role="lead"))
    person = {"name": "Chen Wei", "email": "chen@sterling.example"}
    before = Agent.objects.count()
    assert carol.post("/agents", **person).kind == "not-allowed"
    assert lead.post("/agents", **person, role="admin").kind == "not-allowed"
    assert Agent.objects.count() == before
    assert lead.post("/agents", **person, role="lead").status == 201
