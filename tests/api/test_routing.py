"""Routing through the API: the reasons, having it thought over, whether it assigns."""

from __future__ import annotations

import pytest

from tests import make
from tests.api.client import Holder, holder

ALL_WEEK = {
    "weekly": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
}


@pytest.fixture
def lead() -> Holder:
    return holder(make.agent("Lena Lead", role="lead"))


def engineer(lead: Holder, name: str, **more: object) -> str:
    made = lead.post(
        "/agents",
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@sterling.example",
        region="americas",
        tier=3,
        role="agent",
        shifts=[{"hours": ALL_WEEK}],
        **more,
    )
    assert made.status == 201
    return str(made["id"])


def test_a_ticket_says_who_has_it_and_why(lead: Holder) -> None:
    ana = engineer(lead, "Ana One", skills=["SSO", "sso"], capacity=5)
    ben = engineer(lead, "Ben Two")
    made = lead.post("/tickets", contact=str(make.alice().pk), subject="Export", body="It stops.")
    assert made["assignee"]["id"] == ana
    (row,) = lead.get(f"/tickets/{made['number']}/routing")["items"]
    assert (row["occasion"], row["agent"], row["assigned"], row["code"]) == ("opened", ana, True, "pool")
    assert row["reason"].startswith("Ana One is on shift in the Tier 3 pool")
    assert row["passed_over"] == [
        {"agent": ben, "name": "Ben Two", "why": "turn", "reason": "got a ticket more lately", "until": None}
    ]
    assert (row["agent_tier"], row["tier"], len(row["digest"])) == (3, 3, 64)
    agent = next(one for one in lead.get("/agents")["items"] if one["id"] == ana)
    assert (agent["skills"], agent["capacity"]) == (["sso"], 5)


def test_customers_and_strangers_do_not_read_it(lead: Holder) -> None:
    alice = make.alice()
    number = lead.post("/tickets", contact=str(alice.pk), subject="Export", body="It stops.")["number"]
    assert holder(alice).get(f"/tickets/{number}/routing").status == 403
    assert holder(make.mallory()).get(f"/tickets/{number}/routing").status == 404
    assert holder(alice).post(f"/tickets/{number}/routing", reason="Mine.").status == 403
    assert holder(make.mallory()).post(f"/tickets/{number}/routing", reason="Mine.").status == 404
    assert holder(alice).get("/routing").status == 404


def test_a_lead_has_it_thought_over_and_an_engineer_does_not(lead: Holder, carol: Holder) -> None:
    engineer(lead, "Ana One")
    ben = engineer(lead, "Ben Two", skills=["storage"])
    number = lead.post("/tickets", contact=str(make.alice().pk), subject="Export", body="It stops.")["number"]
    path = f"/tickets/{number}/routing"
    assert carol.post(path, reason="Not mine.").status == 403
    assert lead.post(path, reason="").fields == ["reason"]
    made = lead.post(path, reason="A disk.", skills=["Storage"])
    assert (made.status, made["agent"], made["asked"], made["by"]) == (201, ben, "A disk.", "Lena Lead")
    assert lead.get(f"/tickets/{number}")["assignee"]["id"] == ben
    events = [one["type"] for one in lead.get(f"/tickets/{number}/events")["items"]]
    assert events.count("assigned") == 2


def test_an_installation_can_have_it_only_suggest(lead: Holder, carol: Holder) -> None:
    ana = engineer(lead, "Ana One")
    assert lead.get("/routing").body == {"assigns": True}
    assert carol.put("/routing", assigns=False).status == 403
    assert lead.put("/routing", assigns=False).body == {"assigns": False}
    made = lead.post("/tickets", contact=str(make.alice().pk), subject="Export", body="It stops.")
    assert made["assignee"] is None
    (row,) = lead.get(f"/tickets/{made['number']}/routing")["items"]
    assert (row["agent"], row["assigned"]) == (ana, False)


def test_a_capacity_is_taken_back_and_a_bad_one_refused(lead: Holder) -> None:
    ana = engineer(lead, "Ana One", capacity=5)
    assert lead.patch(f"/agents/{ana}", capacity=0).fields == ["capacity"]
    assert lead.patch(f"/agents/{ana}", skills=["x" * 40] * 31).fields == ["skills"]
    assert lead.patch(f"/agents/{ana}", tier=2)["capacity"] == 5
    assert lead.patch(f"/agents/{ana}", capacity=None)["capacity"] is None
