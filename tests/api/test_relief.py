"""No reply needed, workarounds, cadences, merges, calls."""

from __future__ import annotations

from typing import Any

import pytest

from sterling.sla.models import Event
from tests import make
from tests.api.client import Holder
from tests.api.conftest import Hands


def test_no_reply_needed_voids_what_is_owed_and_keeps_its_reason(carol: Holder) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    path = f"/tickets/{ticket.number}"
    assert carol.post(f"{path}/no-reply-needed", reason=" ").fields == ["reason"]
    done = carol.post(f"{path}/no-reply-needed", reason="A thank-you.")
    assert (done.status, done["clocks"][0]["state"]) == (200, "void")
    assert carol.get(f"{path}/events")["items"][-1]["data"] == {"reason": "A thank-you."}
    again = carol.post(f"{path}/no-reply-needed", reason="A thank-you.")
    assert (again.status, again.kind) == (409, "conflict")
    assert carol.patch(path, status="solved")["status"] == "solved"


def test_a_workaround_is_a_fact_apart_from_the_solution(carol: Holder) -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    path = f"/tickets/{ticket.number}"
    before = carol.get(f"{path}/clocks").body
    done = carol.post(f"{path}/workaround", note="Use the old exporter.")
    assert (done["workaround_at"], done["triage"], done["status"]) == (
        "2026-03-03T16:00:00Z",
        "workaround",
        "open",
    )
    assert carol.get(f"{path}/clocks").body == before


def test_an_agreed_cadence_replaces_the_plans_until_taken_back(carol: Holder) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    path = f"/tickets/{ticket.number}/cadence"
    assert carol.post(path, every="PT2H")["clocks"][1]["due"] == "2026-03-03T18:00:00Z"
    assert carol.post(path, every=None).status == 200
    for bad in ("P1D", "2 hours", "PT0S", 7):
        assert carol.post(path, every=bad).fields == ["every"]
    assert carol.post(path).fields == ["every"]
    low = make.ticket(make.alice(make.organization("Other")), priority="low")
    refused = carol.post(f"/tickets/{low.number}/cadence", every="PT2H")
    assert (refused.status, refused.kind) == (409, "conflict")


def test_a_merge_carries_over_what_is_owed(carol: Holder, hands: Hands) -> None:
    alice = make.alice()
    first = make.ticket(alice, priority="high")
    second = make.ticket(alice, priority="high")
    make.reply(second, make.agent(), hands.forward(minutes=5))
    merged = carol.post(f"/tickets/{first.number}/merge", into=second.number)
    assert (merged.status, merged["number"]) == (200, second.number)
    assert ("next_response", "2026-03-03T16:00:00Z", "running") in [
        (clock["metric"], clock["started"], clock["state"]) for clock in merged["clocks"]
    ]
    source = carol.get(f"/tickets/{first.number}")
    assert (source["merged_into"], source["clocks"][0]["state"]) == (second.number, "void")
    refused = carol.post(f"/tickets/{first.number}/messages", body="Hello")
    assert (refused.status, refused.kind) == (409, "conflict")


def test_tickets_of_two_organizations_are_never_merged(carol: Holder) -> None:
    one, other = make.ticket(make.alice()), make.ticket(make.mallory())
    before = Event.objects.count()
    assert carol.post(f"/tickets/{one.number}/merge", into=other.number).kind == "not-found"
    assert carol.post(f"/tickets/{one.number}/merge", into=one.number).kind == "conflict"
    assert Event.objects.count() == before


@pytest.mark.parametrize(("answered", "state"), [(True, "met"), (False, "running")])
def test_an_answered_call_answers_and_an_unanswered_one_does_not(
    carol: Holder, answered: bool, state: str
) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    called = carol.post(f"/tickets/{ticket.number}/calls", answered=answered, note="About the export.")
    assert (called.status, called["clocks"][0]["state"]) == (201, state)


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("calls", {}, "answered"),
        ("calls", {"answered": "yes"}, "answered"),
        ("merge", {"into": "x"}, "into"),
        ("workaround", {}, "note"),
        ("workaround", {"note": " "}, "note"),
        ("no-reply-needed", {}, "reason"),
    ],
)
def test_a_bad_field_is_named(carol: Holder, verb: str, body: dict[str, Any], field: str) -> None:
    ticket = make.ticket(make.alice())
    answer = carol.post(f"/tickets/{ticket.number}/{verb}", **body)
    assert (answer.status, answer.fields) == (422, [field])


def test_a_closed_ticket_is_followed_up_and_both_name_each_other(carol: Holder) -> None:
    old = make.ticket(make.alice())
    path = f"/tickets/{old.number}"
    carol.post(f"{path}/messages", body="Done.", status="closed")
    said = carol.post(f"{path}/follow-ups", body="The patch is out.")
    assert (said.status, said["follow_up_of"]) == (201, old.number)
    assert carol.get(path)["follow_ups"] == [said["number"]]
    again = carol.post(f"/tickets/{said['number']}/follow-ups", body="More.")
    assert (again.status, again.kind) == (409, "conflict")


def test_a_reply_may_say_what_its_writer_has_seen(carol: Holder) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    path = f"/tickets/{ticket.number}/messages"
    first = carol.get(path)["items"][0]["id"]
    newer = make.wrote(ticket, alice, make.TUESDAY)
    said = carol.post(path, body="We look.", seen=first)
    assert (said.status, said.kind, said["latest"]) == (409, "overtaken", str(newer.pk))
    assert carol.post(path, body="We look.", seen=said["latest"]).status == 201
