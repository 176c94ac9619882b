"""Escalating through the API, by staff and by the customer."""

from __future__ import annotations

from tests import make
from tests.api.client import Holder, holder


def test_a_contact_escalates_and_reads_who_heard(carol: Holder) -> None:
    make.agent("Ines Roy", role="lead")
    alice = make.alice()
    number = make.ticket(alice).number
    mine = holder(alice)
    made = mine.post(f"/tickets/{number}/escalate", reason="We lose orders.")
    assert (made.status, made["kind"], made["rung"], made["heard_by"]) == (
        201,
        "customer",
        "lead",
        ["Ines Roy"],
    )
    assert (made["by"], made["reason"], made["taken_by"]) == ("Alice Moreau", "We lose orders.", None)
    again = mine.post(f"/tickets/{number}/escalate", reason="Now.")
    assert (again.status, again.kind) == (409, "conflict")
    assert mine.post(f"/tickets/{number}/escalate", reason="").fields == ["reason"]
    carol.post(f"/tickets/{number}/escalate", reason="They call hourly.", to="ladder")
    assert [one["kind"] for one in carol.get(f"/tickets/{number}/escalations")["items"]] == [
        "engineer",
        "customer",
    ]
    assert [one["kind"] for one in mine.get(f"/tickets/{number}/escalations")["items"]] == ["customer"]


def test_an_engineer_escalates_up_a_tier(carol: Holder) -> None:
    bob = make.contact(make.organization(plan=None), "Bob")
    number = make.ticket(bob).number
    made = carol.post(f"/tickets/{number}/escalate", reason="A kernel question.", to="tier")
    assert (made.status, made["rung"], made["tier"]) == (201, "tier", 2)
    assert carol.get(f"/tickets/{number}")["tier"] == 2
    assert carol.post(f"/tickets/{number}/escalate", reason="Up.", to="moon").status == 422


def test_strangers_find_no_ticket_to_escalate(carol: Holder) -> None:
    number = make.ticket(make.alice()).number
    mallory = holder(make.mallory())
    assert mallory.post(f"/tickets/{number}/escalate", reason="Mine.").status == 404
    assert mallory.get(f"/tickets/{number}/escalations").status == 404
    assert Holder("").post(f"/tickets/{number}/escalate", reason="Mine.").status == 401
    assert carol.get(f"/tickets/{number}/escalations")["items"] == []
