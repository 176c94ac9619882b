"""What customers do: answer, say that it is solved, open a ticket with its facts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sterling.base.moment import now
from sterling.sla import queries as promises
from sterling.tickets.actions import merging
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make
from tests.portal.conftest import SignIn, colleague, page

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ANSWERS = {
    "affected": "many",
    "work": "held_up",
    "workaround": "no",
    "deadline": "soon",
    "seen": "inside",
}


def test_a_reply_joins_the_ticket_and_starts_the_clock(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR, priority="high")
    make.reply(ticket, carol, now() - 30 * MINUTE, status="pending")
    answer = signed_in(alice).post(
        f"/tickets/{ticket.number}/say",
        {"body": "Still there.", "files": SimpleUploadedFile("a.log", b"line", "text/plain")},
    )
    written = Message.objects.get(text="Still there.")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/tickets/{ticket.number}/#message-{written.pk}",
    )
    assert (written.kind, written.channel, written.author_id) == ("customer", "portal", alice.pk)
    assert [(one.name, one.size) for one in written.attachments.all()] == [("a.log", 4)]
    ticket.refresh_from_db()
    assert ticket.status == "open"
    owed = promises.result_at(ticket.timeline_id, now()).owed
    assert owed is not None
    assert owed.started == written.created_at


def test_a_colleague_may_answer_when_confirmed(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    answer = signed_in(colleague(alice)).post(f"/tickets/{ticket.number}/say", {"body": "I add this."})
    assert answer.status_code == 302
    assert Message.objects.get(text="I add this.").ticket_id == ticket.pk


def test_an_empty_reply_is_refused_beside_the_field_and_changes_nothing(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    before = promises.events_of(ticket.timeline_id).count()
    answer = signed_in(alice).post(f"/tickets/{ticket.number}/say", {"body": "  \n"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Write something first." in said
    assert 'aria-invalid="true"' in said
    assert promises.events_of(ticket.timeline_id).count() == before


def test_files_that_are_too_large_are_refused_and_the_text_is_kept(
    signed_in: SignIn, settings: object
) -> None:
    settings.MESSAGE_LIMIT = 10
    alice = make.alice()
    ticket = make.ticket(alice)
    answer = signed_in(alice).post(
        f"/tickets/{ticket.number}/say",
        {"body": "With the log.", "files": SimpleUploadedFile("a.log", b"x" * 11)},
    )
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "At most 25 MB a message." in said
    assert ">With the log.</textarea>" in said
    assert not Attachment.objects.exists()
    assert not Message.objects.filter(text="With the log.").exists()


def test_writing_in_a_closed_ticket_opens_a_linked_one(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR)
    make.reply(ticket, carol, now() - MINUTE, status="closed")
    client = signed_in(alice)
    answer = client.post(f"/tickets/{ticket.number}/say", {"body": "Once more."})
    follow_up = Ticket.objects.get(follow_up_of=ticket)
    assert answer["Location"].startswith(f"/tickets/{follow_up.number}/#message-")
    said = page(client, f"/tickets/{follow_up.number}/")
    assert f"Follows #{ticket.number}, which is closed" in said


def test_a_merged_ticket_leads_on_and_takes_messages_along(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    bob = colleague(alice, confirmed=False)
    his, hers = make.ticket(bob), make.ticket(alice)
    merging.merge(ticket=his, into=hers, at=now(), by=make.actor(carol))
    client = signed_in(bob)
    assert f"This ticket goes on in #{hers.number}." in page(client, f"/tickets/{his.number}/")
    answer = client.post(f"/tickets/{his.number}/say", {"body": "For the other one."})
    assert Message.objects.get(text="For the other one.").ticket_id == hers.pk
    assert answer["Location"].startswith("/#message-")  # hers is not his to read


def test_the_customer_says_that_it_is_solved(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR, priority="high")
    make.reply(ticket, carol, now() - 30 * MINUTE)
    client = signed_in(alice)
    assert "This is solved</button>" in page(client, f"/tickets/{ticket.number}/")
    answer = client.post(f"/tickets/{ticket.number}/solved", {"body": " "})
    assert answer["Location"] == f"/tickets/{ticket.number}/"
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    event = promises.events_of(ticket.timeline_id).last()
    assert (event.type, event.data["by"], event.actor_id) == ("status", "customer", alice.pk)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "Alice Moreau marked this as solved" in said
    assert "This is solved</button>" not in said
    client.post(f"/tickets/{ticket.number}/solved")
    assert promises.events_of(ticket.timeline_id).count() == event.seq


def test_a_reply_that_is_owed_stays_owed_whatever_button_is_pressed(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    client = signed_in(alice)
    assert "This is solved</button>" not in page(client, f"/tickets/{ticket.number}/")
    answer = client.post(f"/tickets/{ticket.number}/solved")
    assert answer.status_code == 409
    assert "A reply to you is still due." in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_what_stands_in_the_composer_is_not_thrown_away_by_solving(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR)
    make.reply(ticket, carol, now() - MINUTE)
    answer = signed_in(alice).post(f"/tickets/{ticket.number}/solved", {"body": "But one more thing"})
    assert answer.status_code == 422
    assert ">But one more thing</textarea>" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_a_new_ticket_runs_on_what_the_answers_suggest(signed_in: SignIn) -> None:
    alice = make.alice()
    answer = signed_in(alice).post(
        "/new",
        {
            "subject": "Export fails",
            "body": "Since this morning.",
            "priority": "",
            **ANSWERS,
            "files": SimpleUploadedFile("a.png", b"png", "image/png"),
        },
    )
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket.number}/")
    assert (ticket.subject, ticket.priority, ticket.channel, ticket.requester_id) == (
        "Export fails",
        "high",
        "portal",
        alice.pk,
    )
    assert ticket.priority_confirmed_at is None
    assert Attachment.objects.get().name == "a.png"
    opened = promises.events_of(ticket.timeline_id)[0]
    assert opened.data["facts"] == ANSWERS
    assert opened.data["suggested"] == "high"
    assert opened.actor_kind == "contact"


def test_the_customer_may_propose_another_priority_and_the_suggestion_is_kept(signed_in: SignIn) -> None:
    alice = make.alice()
    client = signed_in(alice)
    client.post("/new", {"subject": "Export", "body": "Fails.", "priority": "urgent", **ANSWERS})
    ticket = Ticket.objects.get()
    assert ticket.priority == "urgent"
    assert promises.events_of(ticket.timeline_id)[0].data["suggested"] == "high"
    said = page(client, f"/tickets/{ticket.number}/", "zh")
    assert "影响许多人，工作受到影响，没有变通办法，可能赶不上期限，组织内部人人可见" in said


def test_a_ticket_with_missing_answers_is_given_back_with_all_that_was_typed(signed_in: SignIn) -> None:
    answer = signed_in(make.alice()).post(
        "/new", {"subject": "", "body": "Typed with care.", "priority": "low", **ANSWERS, "work": "perhaps"}
    )
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a few words what it is about." in said
    assert said.count("Choose one answer.") == 1
    assert ">Typed with care.</textarea>" in said
    assert 'value="low" checked' in said
    assert 'value="many" required checked' in said
    assert not Ticket.objects.exists()


@pytest.mark.django_db(transaction=True)  # opening is the whole transaction, and undoes it
def test_an_unknown_priority_opens_nothing(signed_in: SignIn) -> None:
    answer = signed_in(make.alice()).post(
        "/new", {"subject": "Export", "body": "Fails.", "priority": "extreme", **ANSWERS}
    )
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_the_form_names_every_priority_with_its_definition_and_target(signed_in: SignIn) -> None:
    bob = colleague(make.alice())
    client = signed_in(bob)
    said = page(client, "/new")
    assert "Mission-critical: the main work has stopped" in said
    assert "We aim to reply within 24 working hours." in said  # not premium: Standard serves him
    assert "关键业务中断" in page(client, "/new", "zh")


@pytest.mark.parametrize("path", ["/new", "/new/suggestion"])
def test_the_suggestion_is_shown_with_its_reason_and_opens_nothing(signed_in: SignIn, path: str) -> None:
    answer = signed_in(make.alice()).post(path, {"suggest": "1", "body": "Half", **ANSWERS})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Your answers suggest <b>High</b>: many people are affected, work is held up" in said
    assert not Ticket.objects.exists()
