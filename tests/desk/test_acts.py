"""The acts' forms over HTTP: what they foretell, what they refuse and keep, what they do; with and without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.models import Agent
from sterling.base.moment import now
from sterling.sla import queries as promises
from sterling.tickets.models import Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
PART = {"HTTP_HX_REQUEST": "true"}
VERBS = [
    "assign",
    "priority",
    "status",
    "workaround",
    "rhythm",
    "no-reply-needed",
    "call",
    "merge",
    "take-over",
]


def path(ticket: Ticket, verb: str) -> str:
    return f"/desk/tickets/{ticket.number}/act/{verb}"


def events(ticket: Ticket) -> int:
    return promises.events_of(ticket.timeline_id).count()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_act_has_a_form_as_a_part_and_as_a_page(desk: Client, verb: str, language: str) -> None:
    desk.cookies["language"] = language
    ticket = make.ticket(make.alice(), at=now())
    part, page = desk.get(path(ticket, verb), **PART), desk.get(path(ticket, verb))
    assert (part.status_code, page.status_code) == (200, 200)
    assert "<html" not in part.content.decode()
    assert 'id="act-title"' in page.content.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_a_closed_ticket_takes_nothing_but_another_engineer(desk: Client, carol: Agent, verb: str) -> None:
    ticket = make.ticket(make.alice(), at=now())
    make.reply(ticket, carol, now(), status="closed")
    before = events(ticket)
    said = desk.get(path(ticket, verb), **PART).content.decode()
    assert ("This ticket is closed." in said) == (verb != "assign")
    desk.post(
        path(ticket, verb), {"priority": "high", "reason": "x", "note": "x", "status": "open", "into": "1"}
    )
    assert events(ticket) == before


def test_an_act_that_does_not_exist_is_not_there(desk: Client) -> None:
    assert desk.get(path(make.ticket(make.alice()), "melt")).status_code == 404


def test_the_form_opens_with_assign_to_me(desk: Client, carol: Agent) -> None:
    ticket = make.ticket(make.alice(), at=now())
    assert f'<option value="{carol.pk}" selected>' in desk.get(path(ticket, "assign")).content.decode()
    done = desk.post(path(ticket, "assign"), {"assignee": str(carol.pk), "reason": ""}, **PART)
    assert (done.status_code, done["HX-Trigger"]) == (204, "acted")
    ticket.refresh_from_db()
    assert ticket.assignee == carol


def test_a_change_of_priority_wants_its_reason_and_a_confirmation_does_not(desk: Client) -> None:
    ticket = make.ticket(make.alice(), priority="medium", at=now())
    refused = desk.post(path(ticket, "priority"), {"priority": "high", "reason": " "}, **PART)
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "Say why: the reason stays with the change." in said
    assert 'value="high" checked' in said
    assert events(ticket) == 2
    assert desk.post(path(ticket, "priority"), {"priority": "medium"}, **PART).status_code == 204
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.priority_confirmed_at is None) == ("medium", False)


def test_closing_while_a_reply_is_owed_is_refused_beforehand_and_on_sending(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    owed = "A reply is still owed to Alice Moreau."
    assert owed in desk.get(path(ticket, "status")).content.decode()
    refused = desk.post(path(ticket, "status"), {"status": "closed"}, **PART)
    assert (refused.status_code, owed in refused.content.decode()) == (409, True)
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_on_low_a_status_wants_a_message(desk: Client, carol: Agent) -> None:
    ticket = make.ticket(make.alice(), priority="low", at=now())
    make.reply(ticket, carol, now())
    wanted = "Write a message with it."
    assert wanted in desk.get(path(ticket, "status")).content.decode()
    assert desk.post(path(ticket, "status"), {"status": "on_hold"}, **PART).status_code == 409
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_on_low_no_rhythm_can_be_agreed_and_the_form_says_why(desk: Client) -> None:
    ticket = make.ticket(make.alice(), priority="low", at=now())
    said = desk.get(path(ticket, "rhythm"), **PART).content.decode()
    assert "This priority has no timed updates" in said
    assert 'type="submit"' not in said
    assert desk.post(path(ticket, "rhythm"), {"choice": "PT2H"}, **PART).status_code == 409
    assert events(ticket) == 2


@pytest.mark.parametrize("typed", ["90 min", "1h 30", "1.5 h", "PT90M", "90 分钟"])
def test_a_rhythm_is_understood_as_people_type_it(desk: Client, typed: str) -> None:
    ticket = make.ticket(make.alice(), priority="urgent", at=now())
    if typed == "1h 30":
        refused = desk.post(path(ticket, "rhythm"), {"choice": "typed", "every": typed}, **PART)
        assert "Write it like 4 h or 90 min." in refused.content.decode()
        assert f'value="{typed}"' in refused.content.decode()
        return
    assert desk.post(path(ticket, "rhythm"), {"choice": "typed", "every": typed}, **PART).status_code == 204
    last = promises.events_of(ticket.timeline_id).last()
    assert (last.type, last.data["every"]) == ("cadence", "PT1H30M")


def test_no_reply_needed_wants_a_reason_and_something_that_is_owed(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    assert desk.post(path(ticket, "no-reply-needed"), {"reason": ""}, **PART).status_code == 422
    assert desk.post(path(ticket, "no-reply-needed"), {"reason": "Thanks only."}, **PART).status_code == 204
    assert "No reply is owed on this ticket." in desk.get(path(ticket, "no-reply-needed")).content.decode()


def test_what_was_merged_says_so_and_takes_no_status(desk: Client) -> None:
    alice = make.alice()
    ticket, twin = make.ticket(alice, at=now()), make.ticket(alice, at=now(), subject="The twin")
    desk.post(path(ticket, "merge"), {"into": str(twin.number)}, **PART)
    head = (
        desk.get(f"/desk/tickets/{ticket.number}/")
        .content.decode()
        .split('id="ticket-head"')[1]
        .split("</header>")[0]
    )
    assert '<span class="status status-closed">Merged</span>' in head
    assert 'data-key="S"' not in head


def test_a_merge_previews_its_target_and_refuses_what_cannot_be_one(desk: Client) -> None:
    alice = make.alice()
    ticket, twin = make.ticket(alice, at=now()), make.ticket(alice, at=now(), subject="The twin")
    stranger = make.ticket(make.mallory(), at=now())
    said = desk.get(path(ticket, "merge"), {"into": str(twin.number)}, **PART).content.decode()
    assert f"#{twin.number} The twin" in said
    for into, words in {
        "99999999": "There is no ticket 99999999.",
        "abc": "The number of a ticket, such as 1042.",
        str(ticket.number): "That is this ticket itself.",
        str(stranger.number): "belongs to Elsewhere Ltd. Only tickets of one organization are merged.",
    }.items():
        refused = desk.post(path(ticket, "merge"), {"into": into}, **PART)
        assert (refused.status_code, words in refused.content.decode()) == (422, True), into
        assert f'value="{into}"' in refused.content.decode()
    done = desk.post(path(ticket, "merge"), {"into": f"#{twin.number}"}, **PART)
    assert (done.status_code, done["HX-Redirect"]) == (204, f"/desk/tickets/{twin.number}/")


def test_a_takeover_says_what_the_plan_lacks(desk: Client) -> None:
    bluewater = make.organization("Bluewater", plan=None)
    ticket = make.ticket(make.contact(bluewater, "Bob Reyes"), at=now())
    said = desk.get(path(ticket, "take-over")).content.decode()
    assert "not in Standard." in said
    assert "Bluewater would need a higher plan" in said


def test_a_premium_colleague_takes_over_from_the_page(desk: Client) -> None:
    halden = make.organization()
    alice = make.alice(halden)
    ticket = make.ticket(make.contact(halden, "Bob Reyes"), priority="urgent", at=now())
    assert "Alice Moreau" in desk.get(path(ticket, "take-over")).content.decode()
    assert desk.post(path(ticket, "take-over"), {"contact": str(alice.pk)})["Location"] == (
        f"/desk/tickets/{ticket.number}/"
    )
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.plan) == (alice, "gold")


def test_a_customer_of_another_organization_takes_over_nothing(desk: Client) -> None:
    ticket, mallory = make.ticket(make.alice(), at=now()), make.mallory()
    assert desk.post(path(ticket, "take-over"), {"contact": str(mallory.pk)}).status_code == 404
    ticket.refresh_from_db()
    assert str(ticket.requester) == "Alice Moreau"


def test_nobody_signed_in_gets_a_part_that_keeps_the_page(client: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    answer = client.post(f"/desk/tickets/{ticket.number}/say", {"body": "x"}, **PART)
    assert (answer.status_code, answer["HX-Retarget"]) == (401, "#refusals")
    assert "You have been signed out" in answer.content.decode()
