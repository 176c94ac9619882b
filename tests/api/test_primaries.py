"""The customer's own engineers through the API, and the share of tickets that reaches them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sterling.accounts.models import Agent, Organization, Primary
from sterling.base.models import AuditEntry
from tests import make
from tests.api.client import Answer, Holder, holder
from tests.tickets.test_routing import away, engineer


@pytest.fixture
def platinum() -> Organization:
    return make.organization("Nordwind", plan="platinum")


def put(by: Holder, of: Organization, *named: dict[str, Any]) -> Answer:
    return by.raw("PUT", f"/organizations/{of.pk}/primaries", json.dumps(named).encode())


def one(region: str, agent: Agent, *backups: Agent) -> dict[str, Any]:
    return {"region": region, "agent": str(agent.pk), "backups": [str(backup.pk) for backup in backups]}


def test_engineers_are_named_by_region_and_read_back(admin: Holder, platinum: Organization) -> None:
    dave, eve, fred = (make.agent(name) for name in ("Dave Prime", "Eve Backup", "Fred Berlin"))
    made = put(admin, platinum, one("americas", dave, eve), one("europe", fred))
    assert made.status == 200
    assert made.body == [
        one("americas", dave, eve) | {"agent_name": "Dave Prime", "backup_names": ["Eve Backup"]},
        one("europe", fred) | {"agent_name": "Fred Berlin", "backup_names": []},
    ]
    path = f"/organizations/{platinum.pk}/primaries"
    assert admin.get(path).body == made.body
    assert holder(make.alice(platinum)).get(path).body == made.body
    assert put(admin, platinum, one("europe", eve)).body[0]["agent"] == str(eve.pk)
    audit = AuditEntry.objects.filter(verb="primaries_named").latest("pk")
    assert audit.data == {
        "from": {"americas": [dave.pk, eve.pk], "europe": [fred.pk]},
        "to": {"europe": [eve.pk]},
    }


def test_only_a_plan_with_engineers_names_them(admin: Holder) -> None:
    gold = make.organization(plan="gold")
    refused = put(admin, gold, one("americas", make.agent()))
    assert (refused.status, refused.kind, refused["entitlement"]) == (403, "entitlement", "primary_engineer")
    assert "Platinum" in refused["remedy"]
    assert admin.get(f"/organizations/{gold.pk}/primaries").kind == "entitlement"
    assert admin.get(f"/organizations/{gold.pk}/primaries/share").kind == "entitlement"
    assert Primary.objects.count() == 0


def test_neither_strangers_nor_customers_nor_engineers_name_them(
    admin: Holder, carol: Holder, platinum: Organization
) -> None:
    dave = make.agent("Dave Prime")
    put(admin, platinum, one("americas", dave))
    path = f"/organizations/{platinum.pk}/primaries"
    for who in (holder(make.mallory()), Holder("")):
        assert who.get(path).status in {401, 404}
        assert put(who, platinum).status in {401, 404}
        assert who.get(f"{path}/share").status in {401, 404}
    assert put(holder(make.alice(platinum)), platinum).status == 403
    assert put(carol, platinum).status == 403
    assert Primary.objects.count() == 1


def test_a_bad_list_is_refused_by_its_place(admin: Holder, platinum: Organization) -> None:
    dave, gone = make.agent("Dave Prime"), make.agent("Gone Girl")
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    assert put(admin, platinum, one("mars", dave)).fields == ["0.region"]
    assert put(admin, platinum, one("americas", dave) | {"agent": "999999"}).fields == ["0.agent"]
    twice = put(admin, platinum, one("americas", dave, dave, gone), one("americas", dave))
    assert sorted(twice.fields) == ["0.backups.0", "0.backups.1", "1.region"]
    assert Primary.objects.count() == 0


def test_the_share_counts_what_reached_the_primary_and_why_the_rest_did_not(
    admin: Holder, platinum: Organization
) -> None:
    dave, eve = engineer("Dave Prime"), engineer("Eve Backup")
    engineer("Nia Night", {"weekly": {"tue": [["18:00", "08:00"]]}})
    alice = make.alice(platinum)
    make.ticket(alice)  # before anybody was named
    put(admin, platinum, one("americas", dave, eve))
    for _ in range(2):
        make.ticket(alice)
    make.ticket(alice, priority="urgent", at=make.TUESDAY.replace(day=4, hour=4))
    away(dave)
    make.ticket(alice)
    path = f"/organizations/{platinum.pk}/primaries/share"
    found = admin.get(f"{path}?from=2026-03-01&to=2026-03-08")
    assert (found["eligible"], found["to_primary"], found["share"]) == (4, 2, 0.5)
    assert found["reasons"] == {"absent": 1, "urgent": 1}
    assert (found["since"], found["until"]) == ("2026-03-01T06:00:00Z", "2026-03-08T06:00:00Z")
    none = admin.get(f"{path}?from=2026-02-01&to=2026-03-01")
    assert (none["eligible"], none["share"]) == (0, None)
    assert admin.get(f"{path}?from=2026-03-08&to=2026-03-01").fields == ["from"]
