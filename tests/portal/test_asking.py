"""What is said before a ticket is sent, another priority, taking over, the organization and settings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sterling.base.moment import now
from sterling.sla import queries as promises
from sterling.tickets.actions import changing
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make
from tests.portal.conftest import SignIn, colleague, page
from tests.portal.test_writing import ANSWERS

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORSE = {**ANSWERS, "affected": "whole", "work": "stopped"}


def test_the_form_says_by_when_each_priority_is_answered_and_keeps_to_it(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sterling.portal.views_asking.now", lambda: make.TUESDAY)
    alice = make.alice()
    client = signed_in(alice)
    client.post("/settings", {"language": "en", "timezone": "America/Chicago"})
    said = client.get("/new").content.decode()
    assert "Sent now: a reply by 11:00 today." in said  # Gold, urgent: one hour
    assert "Sent now: a reply by 13:00 today." in said
    part = client.post("/new/suggestion", WORSE).content.decode()
    assert "Your answers suggest <b>Urgent</b>" in part
    assert "Sent now, that is a reply by <b>11:00 today</b>." in part
    client.post("/new", {"subject": "Export", "body": "Fails.", "priority": "", **WORSE})
    ticket = Ticket.objects.get()
    assert make.clocks(ticket, make.TUESDAY)[0] == ("first_response", "running", make.TUESDAY + HOUR)


def test_files_that_must_be_chosen_again_are_named(signed_in: SignIn) -> None:
    files = [SimpleUploadedFile(name, b"x") for name in ("a.log", "b.png")]
    answer = signed_in(make.alice()).post(
        "/new", {"subject": "", "body": "Typed.", **ANSWERS, "files": files}
    )
    assert answer.status_code == 422
    assert "Choose these files once more: a.log, b.png" in answer.content.decode()
    assert '<a href="#subject">Subject</a>' in answer.content.decode()
    assert not Attachment.objects.exists()
    alice = make.alice()
    ticket = make.ticket(alice)
    refused = signed_in(alice).post(
        f"/tickets/{ticket.number}/say", {"body": " ", "files": [SimpleUploadedFile("c.log", b"x")]}
    )
    assert "Choose these files once more: c.log" in refused.content.decode()


def test_a_proposed_priority_gives_way_to_another_proposal_at_once(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, at=now() - HOUR, priority="low")
    client = signed_in(alice)
    assert "Ask for another priority" in page(client, f"/tickets/{ticket.number}/")
    answer = client.post(
        f"/tickets/{ticket.number}/priority", {"priority": "", "body": "Now all sites are down.", **WORSE}
    )
    assert answer["Location"] == f"/tickets/{ticket.number}/"
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.triage, ticket.priority_confirmed_at) == ("urgent", "", None)
    assert Message.objects.filter(ticket=ticket, text="Now all sites are down.", kind="customer").exists()
    raised = promises.events_of(ticket.timeline_id).get(type="priority")
    assert (raised.actor_kind, raised.data["from"], raised.data["facts"]) == ("contact", "low", WORSE)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "changed the priority from Low to Urgent" in said
    assert "a whole department or site is affected" in said


def test_a_confirmed_priority_stays_until_an_engineer_has_decided(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR, priority="medium")
    changing.set_priority(ticket=ticket, priority="medium", at=now() - MINUTE, by=make.actor(carol))
    client = signed_in(alice)
    form = page(client, f"/tickets/{ticket.number}/priority")
    assert "An engineer has confirmed the priority." in form
    client.post(f"/tickets/{ticket.number}/priority", {"priority": "urgent", "body": "Worse.", **WORSE})
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.triage) == ("medium", "priority_asked")
    assert "asked for the priority Urgent" in page(client, f"/tickets/{ticket.number}/")
    desk = page(signed_in(carol), f"/desk/tickets/{ticket.number}/")
    assert "The customer asks for another priority than the confirmed one." in desk


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"body": " ", "priority": "urgent"}, "Describe what happens."),
        ({"body": "Typed.", "priority": "medium"}, "The ticket has this priority already."),
        ({"body": "Typed.", "priority": "extreme"}, "Choose one of these."),
        ({"body": "Typed.", "priority": "urgent", "work": ""}, "Choose one answer."),
    ],
)
def test_a_proposal_that_lacks_something_is_given_back(
    signed_in: SignIn, sent: dict[str, str], said: str
) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, priority="medium")
    before = promises.events_of(ticket.timeline_id).count()
    answer = signed_in(alice).post(f"/tickets/{ticket.number}/priority", {**WORSE, **sent})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f">{sent['body']}</textarea>" in answer.content.decode()
    assert promises.events_of(ticket.timeline_id).count() == before


def test_a_closed_ticket_takes_no_proposal_but_loses_no_text(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR)
    make.reply(ticket, carol, now() - MINUTE, status="closed")
    client = signed_in(alice)
    assert "Ask for another priority" not in page(client, f"/tickets/{ticket.number}/")
    answer = client.post(
        f"/tickets/{ticket.number}/priority", {"body": "Typed.", "priority": "urgent", **WORSE}
    )
    assert answer.status_code == 422
    assert ">Typed.</textarea>" in answer.content.decode()


def test_a_named_contact_takes_over_and_the_better_plan_begins(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(colleague(alice), at=now() - MINUTE, priority="urgent")
    assert ticket.plan == "standard"
    client = signed_in(alice)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "Take this ticket over" in said
    assert "From then on it is served under Gold. We aim to reply within 1 h, day and night." in said
    client.post(f"/tickets/{ticket.number}/take-over")
    ticket.refresh_from_db()
    assert (ticket.requester_id, ticket.plan) == (alice.pk, "gold")
    assert "Take this ticket over" not in page(client, f"/tickets/{ticket.number}/")


def test_nobody_else_takes_over_and_is_told_who_can(signed_in: SignIn) -> None:
    alice = make.alice()
    bob = colleague(alice)
    ticket = make.ticket(bob)
    client = signed_in(bob)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "Alice Moreau can take this over; from then on it is served under Gold." in said
    answer = client.post(f"/tickets/{ticket.number}/take-over")
    assert answer.status_code == 403
    ticket.refresh_from_db()
    assert (ticket.requester_id, ticket.plan) == (bob.pk, "standard")


def test_a_solved_ticket_asks_what_is_still_wrong(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR)
    make.reply(ticket, carol, now() - MINUTE, status="solved")
    client = signed_in(alice)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "Still a problem: send" in said
    assert "This opens the ticket again." in said
    client.post(f"/tickets/{ticket.number}/say", {"body": "It is back."})
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_mallory_proposes_and_takes_over_nothing(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    client = signed_in(make.mallory())
    events = promises.events_of(ticket.timeline_id).count()
    where = f"/tickets/{ticket.number}"
    assert client.get(f"{where}/priority").status_code == 404
    assert client.post(f"{where}/priority", {"body": "x", "priority": "low", **WORSE}).status_code == 404
    assert client.post(f"{where}/take-over").status_code == 404
    assert client.post(f"/new/suggestion?ticket={ticket.number}", WORSE).status_code == 404
    assert "Halden" not in page(client, "/organization")
    ticket.refresh_from_db()
    assert ticket.requester_id == alice.pk
    assert promises.events_of(ticket.timeline_id).count() == events


def test_an_unconfirmed_contact_sees_neither_colleagues_nor_their_tickets(signed_in: SignIn) -> None:
    alice = make.alice()
    bob = colleague(alice, confirmed=False)
    ticket = make.ticket(alice)
    client = signed_in(bob)
    assert "Alice" not in page(client, "/organization")
    for way in ("", "priority"):
        assert client.get(f"/tickets/{ticket.number}/{way}").status_code == 404
    assert client.post(f"/tickets/{ticket.number}/take-over").status_code == 404


def test_the_organization_page_names_people_and_what_the_plan_lacks(signed_in: SignIn) -> None:
    alice = make.alice()
    colleague(alice)
    client = signed_in(alice)
    said = page(client, "/organization")
    assert "1 of 3 named contacts" in said
    assert "Bob Reyes" in said
    assert "Not in Gold" in said
    assert "Platinum includes this." in said
    assert "1 Jan 2026" in said
    zh = page(client, "/organization", "zh")
    assert "金牌不含" in zh
    assert "指定联系人 1 / 3 位" in zh


def test_settings_keep_language_and_zone_and_refuse_what_is_none(signed_in: SignIn) -> None:
    alice = make.alice()
    client = signed_in(alice)
    answer = client.post("/settings", {"language": "zh", "timezone": "Asia/Shanghai"})
    assert answer["Location"] == "/settings?saved=1"
    assert "已保存。" in client.get("/settings?saved=1").content.decode()
    alice.refresh_from_db()
    assert (alice.user.language, alice.user.timezone) == ("zh", "Asia/Shanghai")
    refused = client.post("/settings", {"language": "zh", "timezone": "Mars/Olympus"})
    assert refused.status_code == 422
    alice.user.refresh_from_db()
    assert alice.user.timezone == "Asia/Shanghai"
