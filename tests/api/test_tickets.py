"""Opening, finding, reading and changing tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sterling.accounts.models import Contact
from sterling.sla.models import Event
from sterling.tickets.models import Ticket
from tests import make
from tests.api.client import Holder, holder
from tests.api.conftest import Hands

HELP = {"subject": "Export fails", "body": "It stops at 61 %."}


def test_a_ticket_shows_its_promise_when_it_is_made(carol: Holder) -> None:
    alice = make.alice()
    made = carol.post("/tickets", contact=str(alice.pk), **HELP, priority="urgent", channel="phone")
    assert made.status == 201
    assert made.headers["ETag"]
    assert made["organization"] == {"id": str(alice.organization_id), "name": "Halden Freight"}
    assert made["requester"] == {"id": str(alice.pk), "name": "Alice Moreau", "email": alice.email}
    assert (made["assignee"], made["region"], made["channel"], made["tier"]) == (None, "americas", "phone", 3)
    assert (made["opened_at"], made["next_due"]) == ("2026-03-03T16:00:00Z", "2026-03-03T17:00:00Z")
    assert (made["next_metric"], made["priority_confirmed"]) == ("first_response", False)
    assert made["clocks"] == [
        {
            "metric": "first_response", "started": "2026-03-03T16:00:00Z", "due": "2026-03-03T17:00:00Z",
            "ended": None, "state": "running", "plan": "gold", "priority": "urgent", "hours": "always",
            "target": "PT1H",
        },
        {
            "metric": "update", "started": "2026-03-03T16:00:00Z", "due": "2026-03-03T20:00:00Z",
            "ended": None, "state": "running", "plan": "gold", "priority": "urgent", "hours": "always",
            "target": "PT4H",
        },
    ]  # fmt: skip
    assert carol.get(f"/tickets/{made['number']}").body == made.body


def test_a_ticket_without_a_proposal_is_medium(carol: Holder) -> None:
    made = carol.post("/tickets", contact=str(make.alice().pk), **HELP)
    assert (made["priority"], made["channel"]) == ("medium", "portal")


def test_an_engineer_opens_a_ticket_and_owes_no_response(carol: Holder) -> None:
    made = carol.post("/tickets", contact=str(make.alice().pk), **HELP, by="agent", priority="high")
    assert [clock["metric"] for clock in made["clocks"]] == ["update"]
    said = carol.get(f"/tickets/{made['number']}/messages")["items"]
    assert [(message["kind"], message["author"]["name"]) for message in said] == [("reply", "Carol Mensah")]


def test_an_unknown_address_gets_standard_and_a_look(carol: Holder) -> None:
    made = carol.post("/tickets", email="New@Stranger.example", **HELP)
    assert made.status == 201
    assert (made["plan"], made["triage"]) == ("standard", "unknown_sender")
    assert made["requester"]["email"] == "new@stranger.example"
    chinese = carol.post("/tickets", email="li@stranger.example", subject="导出失败", body="请帮忙看看。")
    assert carol.get(f"/contacts/{chinese['requester']['id']}")["language"] == "zh"
    again = carol.post("/tickets", email="new@stranger.example", **HELP)
    assert again["requester"]["id"] == made["requester"]["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact": None}, "contact"),
        ({"email": "both@halden.example"}, "contact"),
        ({"body": " \n "}, "body"),
        ({"body": None}, "body"),
        ({"subject": "s" * 501}, "subject"),
        ({"priority": "extreme"}, "priority"),
        ({"channel": "fax"}, "channel"),
        ({"by": "robot"}, "by"),
        ({"attachments": [{"name": "a.txt", "data": "not base64!"}]}, "attachments.0.data"),
        ({"attachments": [{"name": "a.txt", "content_type": "a/b\r\nX: y", "data": ""}]}, "attachments.0.content_type"),
        ({"attachments": [{"name": "", "data": ""}]}, "attachments.0.name"),
    ],
)  # fmt: skip
def test_a_ticket_with_a_bad_field_is_refused(carol: Holder, change: dict[str, Any], field: str) -> None:
    answer = carol.post("/tickets", **{"contact": str(make.alice().pk), **HELP} | change)
    assert (answer.status, answer.fields) == (422, [field])
    assert Ticket.objects.count() == 0


def test_a_contact_opens_tickets_in_their_own_name_only() -> None:
    organization = make.organization()
    alice, bob = make.alice(organization), make.contact(organization, "Bob Okafor")
    own = holder(alice).post("/tickets", **HELP)
    assert (own.status, own["requester"]["id"]) == (201, str(alice.pk))
    assert holder(alice).post("/tickets", contact=str(alice.pk), **HELP).status == 201
    assert holder(alice).post("/tickets", email=alice.email, **HELP).status == 201
    for change in ({"contact": str(bob.pk)}, {"email": bob.email}, {"by": "agent"}):
        refused = holder(alice).post("/tickets", **HELP | change)
        assert (refused.status, refused.kind) == (403, "not-allowed")
    assert Ticket.objects.count() == 3


def test_lists_come_in_pages_that_neither_skip_nor_repeat(carol: Holder) -> None:
    alice = make.alice()
    numbers = [make.ticket(alice).number for _ in range(5)]
    first = carol.get("/tickets?limit=2")
    assert [row["number"] for row in first["items"]] == numbers[:2]
    make.ticket(alice)
    second = carol.get(f"/tickets?limit=2&after={first['next']}")
    third = carol.get(f"/tickets?limit=2&after={second['next']}")
    assert [row["number"] for row in second["items"] + third["items"]][:3] == numbers[2:]
    assert third["next"] is None
    newest = carol.get("/tickets?limit=3&sort=-number")
    assert [row["number"] for row in newest["items"]][1:] == numbers[:2:-1]
    foreign = carol.get(f"/tickets?limit=2&sort=due&after={first['next']}")
    assert (foreign.status, foreign.fields) == (422, ["after"])


def test_tickets_are_sorted_by_what_is_due_next_and_what_has_no_due_comes_last(
    carol: Holder, hands: Hands
) -> None:
    alice, agent = make.alice(), make.agent()
    low, urgent, high = (make.ticket(alice, priority=name) for name in ("low", "urgent", "high"))
    done = make.ticket(alice, priority="urgent")
    make.reply(done, agent, hands.at, status="solved")
    expected = [urgent.number, high.number, low.number, done.number]
    assert [row["number"] for row in carol.get("/tickets?sort=due")["items"]] == expected
    walked, after = [], ""
    while after is not None:
        part = carol.get(f"/tickets?sort=due&limit=1{after}")
        walked += [row["number"] for row in part["items"]]
        after = f"&after={part['next']}" if part["next"] else None
    assert walked == expected


def test_tickets_are_found_by_what_they_are(carol: Holder) -> None:
    organization = make.organization()
    alice, bob = make.alice(organization), make.contact(organization, "Bob Okafor")
    agent = make.agent("Dora Engineer")
    one = make.ticket(alice, priority="urgent", subject="导出失败 in Excel")
    two = make.ticket(bob, subject="Login slow")
    make.ticket(make.mallory(), subject="Other")
    carol.patch(f"/tickets/{two.number}", assignee=str(agent.pk))
    carol.post(f"/tickets/{two.number}/messages", body="Done.", status="pending")

    def found(query: str) -> list[int]:
        return [row["number"] for row in carol.get(f"/tickets?{query}")["items"]]

    assert found("status=pending") == [two.number]
    assert found(f"status=pending&status=open&organization={organization.pk}") == [one.number, two.number]
    assert found("priority=urgent") == [one.number]
    assert found("plan=standard") == [two.number]
    assert found(f"requester={alice.pk}") == found(f"contact={alice.pk}") == [one.number]
    assert found(f"assignee={agent.pk}") == [two.number]
    assert found(f"assignee=none&organization={organization.pk}") == [one.number]
    assert found("q=excel") == found("q=导出") == found("q=excel 失败") == [one.number]
    assert found("q=%25") == []
    assert found("organization=999999") == []


def test_a_list_takes_as_many_queries_for_ten_tickets_as_for_one(carol: Holder) -> None:
    alice = make.alice()
    make.ticket(alice)
    carol.get("/tickets")  # the first use of a token is noted
    with CaptureQueriesContext(connection) as one:
        carol.get("/tickets")
    for _ in range(9):
        make.ticket(alice)
    with CaptureQueriesContext(connection) as ten:
        assert len(carol.get("/tickets")["items"]) == 10
    assert len(ten) == len(one)
    assert len(ten) <= 10


def test_changes_are_saved_together_or_not_at_all(carol: Holder, hands: Hands) -> None:
    agent = make.agent("Dora Engineer")
    ticket = make.ticket(make.alice(), priority="low")
    make.reply(ticket, agent, hands.forward(minutes=5))
    before = Event.objects.count()
    path = f"/tickets/{ticket.number}"
    refused = carol.patch(path, subject="New", assignee=str(agent.pk), status="pending")
    assert (refused.status, refused.kind) == (409, "message-required")
    assert (Event.objects.count(), Ticket.objects.get().subject) == (before, "Export fails")

    changed = carol.patch(
        path, priority="high", status="pending", assignee=str(agent.pk), subject="New", reason="Month end."
    )
    assert changed.status == 200
    assert (changed["priority"], changed["status"], changed["subject"]) == ("high", "pending", "New")
    assert (changed["priority_confirmed"], changed["assignee"]["name"]) == (True, "Dora Engineer")
    events = carol.get(f"{path}/events")["items"]
    assert [event["type"] for event in events[-4:]] == ["subject", "assigned", "priority", "status"]
    assert events[-2]["data"] == {"from": "low", "to": "high", "reason": "Month end."}
    assert events[-2]["actor"]["kind"] == "agent"
    assert carol.patch(path, assignee=None)["assignee"] is None


def test_lowering_to_low_does_not_spare_the_message(carol: Holder, hands: Hands) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    make.reply(ticket, make.agent(), hands.forward(minutes=5))
    refused = carol.patch(f"/tickets/{ticket.number}", priority="low", status="pending")
    assert (refused.status, refused.kind) == (409, "message-required")
    assert Ticket.objects.get().priority == "high"


def test_a_premium_colleague_takes_a_ticket_over(carol: Holder) -> None:
    organization = make.organization()
    alice, bob = make.alice(organization), make.contact(organization, "Bob Okafor")
    ticket = make.ticket(bob, priority="high")
    taken = carol.patch(f"/tickets/{ticket.number}", requester=str(alice.pk))
    assert (taken["requester"]["name"], taken["plan"]) == ("Alice Moreau", "gold")
    stranger = carol.patch(f"/tickets/{ticket.number}", requester=str(make.mallory().pk))
    assert stranger.kind == "not-found"


def test_somebody_elses_change_is_not_overwritten(carol: Holder) -> None:
    ticket = make.ticket(make.alice())
    path = f"/tickets/{ticket.number}"
    tag = carol.get(path).headers["ETag"]
    assert carol.sending(If_Match=tag).patch(path, priority="high").status == 200
    stale = carol.sending(If_Match=tag).patch(path, priority="urgent")
    assert (stale.status, stale.kind) == (412, "stale")
    assert Ticket.objects.get().priority == "high"
    assert carol.sending(If_Match=f'"nonsense", {carol.get(path).headers["ETag"]}').patch(path).status == 200
    assert carol.sending(If_Match="*").patch(path, priority="low").status == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"priority": "extreme"}, "priority"),
        ({"status": None}, "status"),
        ({"subject": "  "}, "subject"),
        ({"assignee": "99999"}, "assignee"),
        ({"assignee": "me"}, "assignee"),
        ({"state": "open"}, "state"),
    ],
)
def test_a_change_with_a_bad_field_is_refused(carol: Holder, change: dict[str, Any], field: str) -> None:
    ticket = make.ticket(make.alice())
    answer = carol.patch(f"/tickets/{ticket.number}", **change)
    assert (answer.status, answer.fields) == (422, [field])
    assert Ticket.objects.get().version == ticket.version


def test_a_closed_ticket_changes_no_more(carol: Holder, hands: Hands) -> None:
    ticket = make.ticket(make.alice(), priority="high")
    make.reply(ticket, make.agent(), hands.forward(minutes=1), status="solved")
    assert carol.patch(f"/tickets/{ticket.number}", status="closed")["closed_at"] == "2026-03-03T16:01:00Z"
    refused = carol.patch(f"/tickets/{ticket.number}", status="open")
    assert (refused.status, refused.kind) == (409, "conflict")


def test_a_colleague_sees_what_the_engineers_keep_among_themselves_nowhere(carol: Holder) -> None:
    organization = make.organization()
    bob = make.contact(organization, "Bob Okafor", confirmed=False)
    ticket = make.ticket(bob)
    assert carol.get(f"/tickets/{ticket.number}")["triage"] == "unconfirmed_contact"
    assert holder(bob).get(f"/tickets/{ticket.number}")["triage"] == ""
    assert holder(bob).get(f"/tickets/{ticket.number}/events").kind == "not-allowed"


def test_someone_not_confirmed_sees_only_what_they_opened(carol: Holder) -> None:
    organization = make.organization()
    bob = make.contact(organization, "Bob Okafor", confirmed=False)
    theirs, own = make.ticket(make.alice(organization)), make.ticket(bob)
    person = holder(bob)
    assert [row["number"] for row in person.get("/tickets")["items"]] == [own.number]
    assert person.get(f"/tickets/{theirs.number}").kind == "not-found"
    assert carol.post(f"/contacts/{bob.pk}/confirm").status == 200
    assert Contact.objects.get(pk=bob.pk).confirmed_at is not None
    assert person.get(f"/tickets/{theirs.number}").status == 200


def test_clocks_are_as_of_now_and_equal_the_replay_of_the_timeline(carol: Holder, hands: Hands) -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    path = f"/tickets/{ticket.number}"
    states = [clock["state"] for clock in carol.get(f"{path}/clocks")["items"]]
    assert states == ["running", "running"]
    hands.forward(hours=1, microseconds=1)
    assert carol.get(f"{path}/clocks")["items"][0] == {
        "metric": "first_response", "started": "2026-03-03T16:00:00Z", "due": "2026-03-03T17:00:00Z",
        "ended": None, "state": "missed",
    }  # fmt: skip
    assert carol.get(path)["next_due"] == "2026-03-03T17:00:00Z"
    why = carol.get(f"{path}/explain")["clocks"][0]
    assert why["stretches"] == [
        {
            "from": "2026-03-03T16:00:00Z", "to": "2026-03-03T17:00:00Z", "counted": 3600,
            "because": {"code": "always"},
        }
    ]  # fmt: skip
    assert carol.get(f"{path}/events?as=timeline")["until"].startswith("2026-03-03T17:00:00.000001")
    assert hands.at - make.TUESDAY == timedelta(hours=1, microseconds=1)
