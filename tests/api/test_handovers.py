"""Handovers through the API."""

from __future__ import annotations

from typing import Any

import pytest

from sterling.accounts.models import Agent
from sterling.base.actor import SYSTEM
from sterling.tickets.actions import changing
from sterling.tickets.models import Handover, Ticket
from tests import make
from tests.api.client import Answer, Holder, holder
from tests.api.conftest import Hands


@pytest.fixture
def erika() -> Agent:
    return make.agent("Erika Falk", region_id="europe")


@pytest.fixture
def ticket(erika: Agent) -> Ticket:
    made = make.ticket(make.alice(), priority="high")
    return changing.assign(ticket=made, to=erika, at=make.TUESDAY, by=SYSTEM)


def give(by: Agent, *tickets: Ticket, **more: Any) -> Answer:
    notes = [{"ticket": one.number, "happened": "It stops.", "next_action": "Ask."} for one in tickets]
    return holder(by).post("/handovers", **{"to_region": "americas", "tickets": notes} | more)


def test_the_next_shift_is_told_with_exact_dues_and_given_on(erika: Agent, ticket: Ticket) -> None:
    told = holder(erika).get("/handovers/next-shift")
    # Nobody is on the rota: an hour from now, and a usual shift from there.
    assert (told["ends"], told["until"], told["region"]) == (
        "2026-03-03T17:00:00Z", "2026-03-04T01:00:00Z", None)  # fmt: skip
    [row] = told["items"]
    assert row == {
        "ticket": ticket.number,
        "assignee": {"id": str(erika.pk), "name": "Erika Falk", "email": erika.user.email},
        "reply_due": "2026-03-03T19:00:00Z",
        "update_due": "2026-03-03T20:00:00Z",
        "owed": True,
        "urgent": False,
        "late": False,
    }
    made = give(erika, ticket)
    assert (made.status, made["to_region"], made["open"], made["accept_by"], made["escalations"]) == (
        201, "americas", 1, "2026-03-03T17:00:00Z", [])  # fmt: skip
    assert made["items"] == [
        {
            "ticket": ticket.number,
            "owner": "Erika Falk",
            "happened": "It stops.",
            "next_action": "Ask.",
            "risks": "",
            "next_due": "2026-03-03T19:00:00Z",
            "answer": None,
        }
    ]
    assert holder(erika).get("/handovers/next-shift")["items"] == []


def test_it_is_accepted_by_name_and_once(carol: Holder, erika: Agent, ticket: Ticket, hands: Hands) -> None:
    made = give(erika, ticket)
    hands.forward(minutes=5)
    done = carol.post(f"/handovers/{made['id']}/accept")
    assert (done.status, done["open"], done["items"][0]["answer"]) == (
        200, 0, {"verb": "accepted", "name": "Carol Mensah", "reason": "", "at": "2026-03-03T16:05:00Z"})  # fmt: skip
    assert carol.get(f"/tickets/{ticket.number}")["assignee"]["name"] == "Carol Mensah"
    assert carol.post(f"/handovers/{made['id']}/accept").status == 409
    assert carol.get("/handovers?open=true")["items"] == []
    assert [row["id"] for row in carol.get("/handovers")["items"]] == [made["id"]]


def test_a_decline_wants_a_reason_and_the_giver_can_take_back(
    carol: Holder, erika: Agent, ticket: Ticket
) -> None:
    other = changing.assign(
        ticket=make.ticket(make.alice(make.organization("Other"))), to=erika, at=make.TUESDAY, by=SYSTEM
    )
    made = give(erika, ticket, other)
    path = f"/handovers/{made['id']}"
    assert carol.post(f"{path}/decline", reason=" ").status == 422
    declined = carol.post(f"{path}/decline", reason="No expert", tickets=[ticket.number])
    assert [item["answer"] and item["answer"]["verb"] for item in declined["items"]] == ["declined", None]
    assert [one["step"] for one in declined["escalations"]] == ["declined"]
    assert carol.post(f"{path}/withdraw").status == 403
    assert holder(erika).post(f"{path}/withdraw")["open"] == 0
    assert carol.get(f"/tickets/{other.number}")["assignee"]["name"] == "Erika Falk"


@pytest.mark.parametrize(
    "more",
    [
        {"to_region": None},
        {"to_agent": "1"},
        {"to_region": "atlantis"},
        {"tickets": []},
        {"until": "2026-03-03T16:00:00Z"},
        {"shift_ends": "2027-03-03T16:00:00Z"},
        {"accept_by": "soon"},
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_given(
    erika: Agent, ticket: Ticket, more: dict[str, Any]
) -> None:
    assert give(erika, ticket, **more).status == 422
    assert not Handover.objects.exists()
