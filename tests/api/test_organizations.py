"""Organizations, their people, their contracts, what their plan lets them use."""

from __future__ import annotations

from typing import Any

import pytest

from sterling.accounts.models import Contact, Organization
from sterling.plans.models import Contract
from tests import make
from tests.api.client import Holder


def test_an_organization_is_made_and_read_again(admin: Holder) -> None:
    made = admin.post(
        "/organizations", name="哈尔登货运", region="china", segment="education", language="zh",
        domains=["Halden.example"],
    )  # fmt: skip
    assert made.status == 201
    assert (made["name"], made["region"], made["timezone"]) == ("哈尔登货运", "china", "Asia/Shanghai")
    assert (made["domains"], made["plan"], made["language"]) == (["halden.example"], "standard", "zh")
    read = admin.get(f"/organizations/{made['id']}")
    assert read.body == made.body
    assert read.headers["ETag"] == '"1"'
    assert [row["id"] for row in admin.get("/organizations?q=货运")["items"]] == [made["id"]]
    assert admin.get("/organizations?q=none")["items"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"domains": ["qq.com"]}, "domains.0"),
        ({"domains": ["ok.example", "not a domain"]}, "domains.1"),
        ({"segment": "military"}, "segment"),
        ({"language": "fr"}, "language"),
        ({"name": "n" * 201}, "name"),
    ],
)
def test_an_organization_with_a_bad_field_is_refused(
    admin: Holder, change: dict[str, Any], field: str
) -> None:
    answer = admin.post("/organizations", **{"name": "Halden", "region": "europe"} | change)
    assert (answer.status, answer.fields) == (422, [field])
    assert Organization.objects.count() == 0


def test_a_contract_counts_in_the_organizations_own_dates(admin: Holder) -> None:
    organization = admin.post("/organizations", name="Halden", region="americas")["id"]
    signed = admin.post(
        "/contracts", organization=organization, plan="gold", starts="2026-03-01", ends="2027-03-01"
    )
    assert signed.status == 201
    assert (signed["starts_at"], signed["ends_at"]) == ("2026-03-01T06:00:00Z", "2027-03-01T06:00:00Z")
    assert signed["catalog_version"] == 1
    assert admin.get(f"/organizations/{organization}")["plan"] == "gold"
    later = admin.post("/contracts", organization=organization, plan="platinum", starts="2026-03-03")
    assert (later["ends"], admin.get(f"/organizations/{organization}")["plan"]) == (None, "platinum")
    assert [row["plan"] for row in admin.get(f"/contracts?organization={organization}")["items"]] == [
        "gold",
        "platinum",
    ]
    assert admin.get(f"/contracts/{later['id']}").body == later.body


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"plan": "bronze"}, "plan"),
        ({"starts": "yesterday"}, "starts"),
        ({"starts": "0001-01-01"}, "starts"),
        ({"ends": "9999-12-31"}, "ends"),
        ({"ends": "2026-01-01"}, "ends"),
        ({"starts": 20260101}, "starts"),
        ({"starts": "2026-02-30"}, "starts"),
    ],
)
def test_a_contract_with_a_bad_field_is_refused(admin: Holder, change: dict[str, Any], field: str) -> None:
    organization = str(make.organization(plan=None).pk)
    body = {"organization": organization, "plan": "gold", "starts": "2026-01-01"} | change
    answer = admin.post("/contracts", **body)
    assert (answer.status, answer.fields) == (422, [field])
    assert Contract.objects.count() == 0


def test_a_plan_is_changed_by_whoever_read_it_last(admin: Holder) -> None:
    alice = make.alice(make.organization(plan="silver"))
    ticket = make.ticket(alice, priority="urgent")
    contract = Contract.objects.get()
    path = f"/contracts/{contract.pk}"
    stale = admin.sending(If_Match='"7"').patch(path, plan="gold")
    assert (stale.status, stale.kind) == (412, "stale")
    assert Contract.objects.get().plan == "silver"
    changed = admin.sending(If_Match='"1"').patch(path, plan="gold")
    assert (changed.status, changed["plan"], changed.headers["ETag"]) == (200, "gold", '"2"')
    assert admin.get(f"/tickets/{ticket.number}")["plan"] == "gold"
    assert admin.patch(path, plan="bronze").fields == ["plan"]


def test_a_plan_without_premium_contacts_refuses_one_and_says_what_would_bring_it(admin: Holder) -> None:
    bob = make.contact(make.organization(plan=None), "Bob")
    refused = admin.post(f"/contacts/{bob.pk}/verify")
    assert (refused.status, refused.kind) == (403, "entitlement")
    assert (refused["entitlement"], refused["plan"]) == ("premium_contacts", "standard")
    assert refused["remedy"].startswith("Silver includes 2")
    assert not Contact.objects.get(pk=bob.pk).is_premium
    chinese = admin.sending(Accept_Language="zh").post(f"/contacts/{bob.pk}/verify")
    assert chinese["remedy"].startswith("银牌")


def test_a_full_cap_refuses_one_more_until_a_seat_is_free(admin: Holder) -> None:
    organization = make.organization(plan="silver")
    people = [str(make.contact(organization, name).pk) for name in ("Ann", "Ben", "Cora")]
    for person in people[:2]:
        assert admin.post(f"/contacts/{person}/verify").status == 200
    full = admin.post(f"/contacts/{people[2]}/verify")
    assert (full.status, full.kind) == (409, "entitlement")
    assert (full["entitlement"], full["plan"], full["limit"]) == ("premium_contacts", "silver", 2)
    assert full["remedy"]
    released = admin.delete(f"/contacts/{people[0]}/premium")
    assert (released.status, released["premium"]) == (200, False)
    assert admin.post(f"/contacts/{people[2]}/verify")["premium"] is True
    again = admin.delete(f"/contacts/{people[0]}/premium")
    assert (again.status, again.kind) == (409, "conflict")


def test_only_plans_with_regional_contacts_let_one_carry_a_region(admin: Holder) -> None:
    silver, gold = make.organization(plan="silver"), make.organization(plan="gold")
    person = {"name": "Ann", "email": "ann@halden.example", "region": "china"}
    refused = admin.post("/contacts", organization=str(silver.pk), **person)
    assert (refused.status, refused["entitlement"]) == (403, "regional_contacts")
    assert refused["remedy"] == "Gold and Platinum include this."
    assert Contact.objects.count() == 0
    assert admin.post("/contacts", organization=str(gold.pk), **person)["region"] == "china"


def test_people_are_found_by_address_and_by_organization(admin: Holder) -> None:
    organization = make.organization()
    ann, ben = make.contact(organization, "Ann", premium=True), make.contact(organization, "Ben")
    make.mallory()
    listed = admin.get(f"/contacts?organization={organization.pk}")["items"]
    assert [row["id"] for row in listed] == [str(ann.pk), str(ben.pk)]
    assert [row["name"] for row in admin.get(f"/contacts?email={ben.email.upper()}")["items"]] == ["Ben"]
    premium = admin.get(f"/contacts?organization={organization.pk}&premium=true")["items"]
    assert [row["name"] for row in premium] == ["Ann"]
    taken = admin.post("/contacts", organization=str(organization.pk), name="Ann", email=ann.email)
    assert (taken.status, taken.fields) == (422, ["email"])


def test_entitlements_say_what_is_included_used_and_what_would_bring_the_rest(admin: Holder) -> None:
    organization = make.organization(plan="gold")
    for name in ("Ann", "Ben", "Cora"):
        make.contact(organization, name, premium=True)
    found = admin.get(f"/organizations/{organization.pk}/entitlements").body
    assert set(found) == {
        "tier3", "premium_contacts", "regional_contacts", "phone", "always_on", "enhanced_reports",
        "ps_hours", "rca", "primary_engineer", "executive_sponsor",
    }  # fmt: skip
    assert found["premium_contacts"] == {
        "included": True, "limit": 3, "used": 3, "remedy": found["premium_contacts"]["remedy"], "value": 3,
    }  # fmt: skip
    assert found["premium_contacts"]["remedy"].startswith("Platinum includes 10")
    assert found["ps_hours"] == {"included": True, "limit": 8, "used": 0, "remedy": None, "value": 8}
    assert found["rca"] == {
        "included": False, "limit": None, "used": None, "remedy": "Platinum includes this.", "value": False,
    }  # fmt: skip
    assert found["phone"]["included"] is True


HOURS = {
    ("POST", "hours/draws"): b'{"hours": 1, "item": "upgrade"}',
    ("GET", "hours"): b"",
    ("GET", "hours/draws"): b"",
    ("POST", "hours/draws/1/release"): b'{"reason": "r"}',
    ("POST", "hours/draws/1/decision"): b'{"agree": true}',
    ("POST", "service-plan/agreement"): b'{"version": 1}',
    ("GET", "service-plan"): b"",
    ("PUT", "service-plan"): b'{"items": [{"id": "a", "title": "A", "hours": 1}], "agreed": true}',
}


@pytest.mark.parametrize("plan", [None, "silver"])
@pytest.mark.parametrize(("method", "path"), HOURS)
def test_hours_are_refused_where_the_plan_has_none(admin: Holder, method: str, path: str, plan: str) -> None:
    organization = make.organization(plan=plan)
    refused = admin.raw(method, f"/organizations/{organization.pk}/{path}", HOURS[method, path])
    assert (refused.status, refused.kind) == (403, "entitlement")
    assert (refused["entitlement"], refused["plan"]) == ("ps_hours", plan or "standard")
    assert refused["remedy"] == "Gold includes 8 hours; Platinum includes 24 hours."
    assert not organization.service_plans.exists()


def test_hours_are_asked_for_agreed_to_and_told_line_by_line(admin: Holder) -> None:
    organization = make.organization(plan="gold")
    at = f"/organizations/{organization.pk}"
    early = admin.post(f"{at}/hours/draws", hours=1, item="upgrade", note="")
    assert (early.status, early.kind) == (409, "conflict")
    plan = admin.put(
        f"{at}/service-plan", items=[{"id": "upgrade", "title": "Upgrade", "hours": 4}], agreed=True
    )
    assert (plan["version"], plan["agreed"], plan["items"][0]["hours"]) == (1, True, 4)
    draw = admin.post(f"{at}/hours/draws", hours=2.5, item="upgrade", note="first half")
    assert (draw.status, draw["state"], draw["hours"]) == (201, "asked", 2.5)
    admin.post(f"{at}/hours/draws/{draw['id']}/decision", agree=True)
    found = admin.get(f"{at}/hours").body
    assert {name: found[name] for name in ("granted", "booked", "used", "left")} == {
        "granted": 8, "booked": 0, "used": 2.5, "left": 5.5,
    }  # fmt: skip
    assert [(one["kind"], one["hours"]) for one in found["entries"]] == [
        ("grant", 8), ("book", 2.5), ("release", 2.5), ("draw", 2.5),
    ]  # fmt: skip
    over = admin.post(f"{at}/hours/draws", hours=6, item="upgrade", note="")
    assert (over.status, over.kind, over["limit"], over["entitlement"]) == (409, "entitlement", 8, "ps_hours")
    crooked = admin.post(f"{at}/hours/draws", hours=1.1, item="upgrade", note="")
    assert (crooked.status, crooked["errors"][0]["field"]) == (422, "hours")
    assert admin.get(f"{at}/entitlements").body["ps_hours"]["used"] == 2.5


def test_a_root_cause_analysis_is_refused_below_platinum(admin: Holder) -> None:
    ticket = make.ticket(make.alice(make.organization(plan="gold")), priority="urgent")
    refused = admin.get(f"/tickets/{ticket.number}/rca")
    assert (refused.status, refused["entitlement"], refused["plan"]) == (403, "rca", "gold")
    better = make.ticket(make.alice(make.organization(plan="platinum")), priority="urgent")
    assert admin.get(f"/tickets/{better.number}/rca").kind == "not-found"
