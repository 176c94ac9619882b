"""Writing on the ticket page over HTTP: drafts, the effect of sending, refusals that keep every word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.models import Agent
from sterling.base.moment import now
from sterling.tickets.access import NEWEST
from sterling.tickets.models import Draft, Message, Ticket
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
PART = {"HTTP_HX_REQUEST": "true"}


def base(ticket: Ticket) -> str:
    return f"/desk/tickets/{ticket.number}/"


def test_a_draft_is_saved_and_answered_with_the_effect_of_sending(desk: Client) -> None:
    ticket = make.ticket(make.alice(), priority="urgent", at=now())
    said = desk.post(
        f"{base(ticket)}draft", {"mode": "reply", "body": "Half", "file": ["a.log"], "knows": "0"}
    ).json()
    assert (said["knows"], said["other"]) == (1, "")
    assert "Sent now, this meets the reply with" in said["effects"]
    page = desk.get(base(ticket)).content.decode()
    assert ">Half</textarea>" in page
    assert "a.log" in page


def test_a_draft_is_its_writers_alone(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    desk.post(f"{base(ticket)}draft", {"mode": "note", "body": "Only mine"})
    assert "Only mine" not in at_desk(make.agent("Dave Okafor")).get(base(ticket)).content.decode()


def test_a_refusal_on_a_page_of_its_own_calls_the_field_by_its_word(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    for language, said in (
        ("en", "<b>Text</b>: Write something first."),
        ("zh", "<b>内容</b>：请先填写内容。"),
    ):
        desk.cookies["language"] = language
        refused = desk.post(f"{base(ticket)}say", {"mode": "reply", "body": " "})
        assert (refused.status_code, said in refused.content.decode()) == (422, True)


def test_sending_drops_the_draft_in_the_same_save_and_a_refusal_keeps_it(desk: Client) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, at=now())
    seen = Message.objects.filter(ticket=ticket).latest("pk").pk
    knows = desk.post(f"{base(ticket)}draft", {"mode": "reply", "body": "We look."}).json()["knows"]
    form = {"mode": "reply", "body": "We look.", "knows": knows, "seen": seen, "status": "pending"}
    newer = make.wrote(ticket, alice, now())
    refused = desk.post(f"{base(ticket)}say", form, **PART)
    assert refused.status_code == 409
    assert f'data-refusal="overtaken" data-latest="{newer.pk}"' in refused.content.decode()
    assert Draft.objects.get().body == "We look."
    assert desk.post(f"{base(ticket)}say", form | {"seen": newer.pk}, **PART).status_code == 204
    assert not Draft.objects.exists()
    ticket.refresh_from_db()
    assert ticket.status == "pending"


def test_a_closed_ticket_is_answered_by_a_linked_follow_up(desk: Client, carol: Agent) -> None:
    ticket = make.ticket(make.alice(), at=now())
    make.reply(ticket, carol, now(), status="closed")
    page = desk.get(base(ticket)).content.decode()
    assert "Send as a follow-up" in page
    assert "Opens a linked follow-up that begins with your message." in page
    done = desk.post(f"{base(ticket)}say", {"mode": "reply", "body": "One more.", "follow_up": "1"}, **PART)
    made = Ticket.objects.get(follow_up_of=ticket)
    assert (done.status_code, done["Sterling-Goes-To"]) == (204, base(made))
    assert f'href="{base(made)}"' in desk.get(base(ticket)).content.decode()
    assert f'href="{base(ticket)}"' in desk.get(base(made)).content.decode()


def test_two_hundred_messages_show_the_newest_and_lead_to_the_rest(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, at=now() - 300 * MINUTE, text="the very first words")
    desk.get(base(ticket))
    with django_assert_max_num_queries(40) as few:
        desk.get(base(ticket))
    Message.objects.bulk_create(
        Message(
            organization_id=ticket.organization_id, ticket=ticket, kind="customer", channel="email",
            author_kind="contact", author_id=alice.pk, author_name="Alice Moreau", text=f"words number {count}",
            created_at=now() - (200 - count) * MINUTE, received_at=now() - (200 - count) * MINUTE,
        )
        for count in range(200)
    )  # fmt: skip
    with django_assert_max_num_queries(40) as many:
        page = desk.get(base(ticket)).content.decode()
    counted = 2  # how many earlier ones there are, where there are any, and the files of those that are shown
    assert len(many.captured_queries) == len(few.captured_queries) + counted
    assert f"{202 - NEWEST} earlier messages" in page
    assert ("the very first words" in page, "words number 199" in page) == (False, True)
    whole = desk.get(f"{base(ticket)}?whole").content.decode()
    assert "the very first words" in whole


def test_a_long_message_folds_between_two_lines(desk: Client) -> None:
    text = "\n".join(f"line {count} of a long log" for count in range(400))
    ticket = make.ticket(make.alice(), at=now(), text=text)
    page = desk.get(base(ticket)).content.decode()
    assert "Show the rest, " in page
    assert "line 399 of a long log" in page.split("Show the rest, ")[1]


def test_runs_of_more_than_three_events_fold(desk: Client) -> None:
    ticket = make.ticket(make.alice(), priority="medium", at=now())
    for reason, priority in (("1", "high"), ("2", "medium"), ("3", "high"), ("4", "medium"), ("5", "high")):
        desk.post(f"{base(ticket)}act/priority", {"priority": priority, "reason": f"reason {reason}"})
    page = desk.get(base(ticket)).content.decode()
    assert "3 more events" in page
    folded = page.split("3 more events")[1].split("</details>")[0]
    assert ["reason 1" in folded, "reason 2" in folded, "reason 4" in folded, "reason 5" in folded] == [
        False, True, True, False,
    ]  # fmt: skip


def test_the_organizations_last_tickets_tell_how_their_promises_ended(desk: Client, carol: Agent) -> None:
    alice = make.alice()
    for minutes in (10, 90):
        past = make.ticket(alice, priority="urgent", at=now() - 300 * MINUTE, subject=f"After {minutes}")
        make.reply(past, carol, now() - (300 - minutes) * MINUTE, status="closed")
    make.ticket(make.mallory(), at=now(), subject="Somebody else's")
    page = desk.get(base(make.ticket(alice, at=now()))).content.decode()
    card = page.split('id="past"')[1].split("</section>")[0]
    assert "3 of 4 met" in card
    assert ("1 met, 1 missed" in card, "2 met, 0 missed" in card) == (True, True)
    assert "Somebody else" not in card
