"""The whole line through the API: a customer, a contract, a ticket, an answer, the proof."""

from __future__ import annotations

from sterling.core.clocks import explain, replay
from tests.api.client import Holder


def gold(admin: Holder) -> tuple[str, str]:
    """A Gold organization and its premium contact, made through the API alone."""
    organization = admin.post(
        "/organizations", name="Halden Freight", region="americas", segment="commercial"
    )
    assert organization.status == 201
    contract = admin.post(
        "/contracts", organization=organization["id"], plan="gold", starts="2020-01-01", ends="2090-01-01"
    )
    assert contract.status == 201
    contact = admin.post(
        "/contacts", organization=organization["id"], name="Alice Moreau", email="alice@halden.example"
    )
    assert contact.status == 201
    assert contact["premium"] is False
    verified = admin.post(f"/contacts/{contact['id']}/verify")
    assert (verified.status, verified["premium"], verified["verified_by"]) == (200, True, "Ada Admin")
    return organization["id"], contact["id"]


def test_a_ticket_opened_answered_and_solved_through_the_api_is_kept_and_proved(admin: Holder) -> None:
    _, contact = gold(admin)
    ticket = admin.post(
        "/tickets", contact=contact, subject="Export fails", body="It stops.", priority="high"
    )
    assert ticket.status == 201
    assert (ticket["plan"], ticket["priority"], ticket["status"]) == ("gold", "high", "open")
    number = ticket["number"]
    assert [(clock["metric"], clock["state"], clock["target"]) for clock in ticket["clocks"]] == [
        ("first_response", "running", "PT3H"),
        ("update", "running", "PT4H"),
    ]
    owed = admin.patch(f"/tickets/{number}", status="solved")
    assert (owed.status, owed.kind) == (409, "response-owed")

    said = admin.post(f"/tickets/{number}/messages", body="Try again.", public=True, status="solved")
    assert (said.status, said["kind"], said["public"], said["delivery"]) == (201, "reply", True, "queued")
    after = admin.get(f"/tickets/{number}")
    assert after["status"] == "solved"
    assert [(clock["metric"], clock["state"]) for clock in after["clocks"]] == [
        ("first_response", "met"),
        ("update", "met"),
        ("update", "paused"),
    ]
    document = admin.get(f"/tickets/{number}/events?as=timeline").body
    assert replay(document) == admin.get(f"/tickets/{number}/clocks")["items"]
    assert explain(document) == admin.get(f"/tickets/{number}/explain").body
    events = admin.get(f"/tickets/{number}/events")["items"]
    assert [event["type"] for event in events] == ["opened", "auto_message", "status"]
    assert events[-1]["actor"]["name"] == "Ada Admin"
    outbox = admin.get("/outbox")["items"]
    assert [(row["kind"], row["to"], row["state"]) for row in outbox] == [
        ("auto", ["alice@halden.example"], "queued"),
        ("reply", ["alice@halden.example"], "queued"),
    ]
    assert f"[#{number}]" in outbox[1]["subject"]
    assert "Try again." in outbox[1]["raw"]
    assert f"Message-ID: <{outbox[1]['message_id']}>" in outbox[1]["raw"]
