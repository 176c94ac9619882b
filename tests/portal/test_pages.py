"""Customers at their pages, and strangers at every door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Contact
from sterling.base.moment import now
from sterling.sla import queries as promises
from sterling.tickets.actions import changing, merging, relieving, writing
from sterling.tickets.content import Content, File
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make
from tests.portal.conftest import SignIn

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ANSWERS = {
    "affected": "many",
    "work": "held_up",
    "workaround": "no",
    "deadline": "soon",
    "seen": "inside",
}


def note(ticket: Ticket, text: str) -> Message:
    carol = make.agent()
    return writing.note(ticket=ticket, agent=carol, content=Content(text), at=now(), by=make.actor(carol))


def colleague(of: Contact, *, confirmed: bool = True) -> Contact:
    return make.contact(of.organization, "Bob Reyes", confirmed=confirmed)


def page(client: Client, path: str, language: str = "en") -> str:
    client.post("/preferences", {"language": language})
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Language"] == {"en": "en", "zh": "zh-CN"}[language]
    return answer.content.decode()


def test_nobody_is_led_to_the_sign_in_page_and_back() -> None:
    answer = Client().get("/tickets/7/?a=b")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Ftickets%2F7%2F%3Fa%3Db")
    assert Client().get("/")["Location"] == "/sign-in?next=%2F"


def test_the_sign_in_page_says_in_both_languages_that_links_alone_open_it() -> None:
    english = Client(headers={"accept-language": "en"}).get("/sign-in").content.decode()
    chinese = Client(headers={"accept-language": "zh-CN"}).get("/sign-in").content.decode()
    assert "There are no passwords here." in english
    assert "sterling link you@example.com" in english
    assert "这里不使用密码。" in chinese
    assert "password" not in chinese
    assert "<input" not in english.replace('<input type="hidden"', "")


def test_a_link_that_was_used_says_so() -> None:
    answer = Client(headers={"accept-language": "zh-CN"}).get("/in/unknown")
    assert answer.status_code == 410
    assert "链接已失效" in answer.content.decode()


def test_a_link_opens_the_portal_for_a_contact() -> None:
    alice = make.alice()
    secret = people.make_link(user=people.user_for_contact(contact=alice, at=now()), at=now())
    assert Client().get(f"/in/{secret}")["Location"] == "/"


def test_staff_are_led_to_the_desk(signed_in: SignIn) -> None:
    ticket, client = make.ticket(make.alice()), signed_in(make.agent())
    assert client.get("/")["Location"] == "/desk/"
    assert client.get(f"/tickets/{ticket.number}/")["Location"] == f"/desk/tickets/{ticket.number}/"
    assert client.get("/new")["Location"] == "/desk/"
    assert client.post(f"/tickets/{ticket.number}/say", {"body": "Hello"}).status_code == 404
    assert not Message.objects.filter(text="Hello").exists()


def test_a_user_who_is_neither_staff_nor_contact_finds_nothing(signed_in: SignIn) -> None:
    carol = make.agent()
    client = signed_in(carol)
    carol.is_active = False
    carol.save()
    assert client.get("/").status_code == 404


def test_a_confirmed_contact_sees_the_organizations_tickets(signed_in: SignIn) -> None:
    alice = make.alice()
    make.ticket(alice, subject="Hers")
    make.ticket(colleague(alice), subject="His")
    make.ticket(make.mallory(), subject="Foreign")
    said = page(signed_in(alice), "/")
    assert "Tickets of Halden Freight" in said
    assert "Hers" in said
    assert "His" in said
    assert "Foreign" not in said


def test_anyone_else_sees_their_own_alone_and_is_told_why(signed_in: SignIn) -> None:
    alice = make.alice()
    bob = colleague(alice, confirmed=False)
    hers = make.ticket(alice, subject="Hers")
    make.ticket(bob, subject="His")
    client = signed_in(bob)
    said = page(client, "/")
    assert "His" in said
    assert "Hers" not in said
    assert "You see your own tickets." in said
    assert client.get(f"/tickets/{hers.number}/").status_code == 404


def test_the_list_tells_the_nearest_promise_of_each_ticket(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    at = now()
    make.ticket(alice, at=at - 3 * HOUR, priority="urgent", subject="Late one")
    fresh = make.ticket(alice, at=at - MINUTE, priority="urgent", subject="Fresh one")
    answered = make.ticket(alice, at=at - HOUR, priority="low", subject="Answered one")
    make.reply(answered, carol, at - 30 * MINUTE)
    solved = make.ticket(alice, at=at - HOUR, subject="Solved one")
    make.reply(solved, carol, at - 30 * MINUTE, status="solved")
    said = page(signed_in(alice), "/")
    assert "Our reply is 2 h late" in said
    assert "due-over" in said
    assert f"/tickets/{fresh.number}/" in said
    assert "A reply by" in said
    assert "News with each change" in said
    order = [said.index(subject) for subject in ("Late one", "Fresh one", "Answered one", "Solved one")]
    assert order == sorted(order)


def test_an_empty_list_says_what_is_true_and_one_next_step(signed_in: SignIn) -> None:
    client = signed_in(make.alice())
    assert "Nothing has been asked yet." in page(client, "/")
    assert "还没有工单。" in page(client, "/", "zh")


@pytest.mark.parametrize("wanted", ["0", "-1", "nine", "99999", "1.5", "２"])
def test_a_page_number_that_is_none_shows_the_first(signed_in: SignIn, wanted: str) -> None:
    alice = make.alice()
    make.ticket(alice, subject="Here")
    assert "Here" in page(signed_in(alice), f"/?page={wanted}")


def test_older_tickets_are_on_the_next_page(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sterling.portal.tickets.PAGE", 2)
    alice = make.alice()
    for count in range(3):
        make.ticket(alice, subject=f"Ticket {'ABC'[count]}", at=now() - (3 - count) * MINUTE)
    client = signed_in(alice)
    first, second = page(client, "/"), page(client, "/?page=2")
    assert "Ticket A" in first
    assert "Ticket C" not in first
    assert 'href="?page=2"' in first
    assert "Ticket C" in second
    assert "Ticket A" not in second
    assert 'href="?page=3"' not in second


def test_a_ticket_says_what_to_expect_and_why(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - 8 * MINUTE, priority="urgent")
    changing.assign(ticket=ticket, to=carol, at=now(), by=make.actor(carol))
    client = signed_in(alice)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "A reply by" in said
    assert "Then news by" in said
    assert "In 51 min. Carol Mensah has your ticket." in said
    assert "You hear from us every 4 h, day and night, even if nothing has changed." in said
    assert "Our target for this ticket: 1 h, day and night." in said
    assert "60 min counted around the clock" in said
    chinese = page(client, f"/tickets/{ticket.number}/", "zh")
    assert "还有 51 分钟。由 Carol Mensah 负责。" in chinese
    assert "前通报进展" in chinese
    assert "我们对此工单的目标：1 小时（全天候）。" in chinese


def test_a_late_reply_is_owned_up_to(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, at=now() - 84 * MINUTE, priority="urgent")
    client = signed_in(alice)
    said = page(client, f"/tickets/{ticket.number}/")
    assert "Our reply is 24 min late" in said
    assert "We still owe it to you." in said
    assert "We owe you a reply already; add what helps." in said
    assert "我们的回复已迟 24 分钟" in page(client, f"/tickets/{ticket.number}/", "zh")


def test_customers_read_kept_and_late_in_the_history(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    at = now()
    ticket = make.ticket(alice, at=at - 3 * HOUR, priority="urgent")
    make.reply(ticket, carol, at - 2 * HOUR - 30 * MINUTE)
    make.wrote(ticket, alice, at - 2 * HOUR)
    make.reply(ticket, carol, at - 30 * MINUTE, status="pending")
    said = page(signed_in(alice), f"/tickets/{ticket.number}/")
    assert "3 promises kept so far, 1 late" in said
    assert "kept, 30 min early" in said
    assert "30 min late" in said
    assert "We wait for your answer." in said
    for word in ("missed", "breach", "violation"):
        assert word not in said.lower().replace("strip-missed", "")  # the name of a shape


def test_a_ticket_without_timed_news_says_when_news_comes(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR, priority="low")
    make.reply(ticket, carol, now() - 30 * MINUTE)
    said = page(signed_in(alice), f"/tickets/{ticket.number}/")
    assert "You hear from us whenever the status changes." in said


def test_solved_and_closed_tickets_say_that_nothing_is_due(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    solved, closed = (make.ticket(alice, at=now() - HOUR) for _ in range(2))
    make.reply(solved, carol, now() - 30 * MINUTE, status="solved")
    make.reply(closed, carol, now() - 30 * MINUTE, status="closed")
    client = signed_in(alice)
    said = page(client, f"/tickets/{solved.number}/")
    assert "This is solved, so nothing is due." in said
    assert "This opens the ticket again. We aim to reply within 3 h, day and night." in said
    said = page(client, f"/tickets/{closed.number}/")
    assert "This ticket is finished: nothing is due on it." in said
    assert "What you send opens a new one that is linked to it." in said


def test_notes_and_what_colleagues_say_among_themselves_are_never_shown(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - HOUR)
    note(ticket, "Between us: the vendor is at fault.")
    changing.set_priority(
        ticket=ticket, priority="high", reason="They shout.", at=now(), by=make.actor(carol)
    )
    changing.assign(ticket=ticket, to=carol, at=now(), by=make.actor(carol), reason="Nobody else is in.")
    relieving.no_reply_needed(ticket=ticket, reason="Only thanks.", at=now(), by=make.actor(carol))
    client = signed_in(alice)
    for language in ("en", "zh"):
        said = page(client, f"/tickets/{ticket.number}/", language)
        for secret in ("Between us", "They shout", "Nobody else", "Only thanks"):
            assert secret not in said
    assert "changed the priority from Medium to High" in page(client, f"/tickets/{ticket.number}/")


def test_what_customers_write_is_text_and_quotes_fold(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, subject="<script>alert(1)</script>", text="<b>bold</b>")
    writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("Again.", quoted="> <i>before</i>"),
        channel="email",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    )
    said = page(signed_in(alice), f"/tickets/{ticket.number}/")
    assert "<script>alert" not in said
    assert "&lt;b&gt;bold&lt;/b&gt;" in said
    assert '<details class="quoted">' in said
    assert "&lt;i&gt;before" in said


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


def test_a_download_is_a_file_and_never_a_page(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    written = writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("See.", files=(File("page.html", "text/html", b"<script>"),)),
        channel="portal",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    )
    kept = written.attachments.get()
    answer = signed_in(alice).get(f"/tickets/{ticket.number}/attachments/{kept.pk}")
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_notes_file_is_not_there_for_customers(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    said = writing.note(
        ticket=ticket,
        agent=carol,
        content=Content("Core dump.", files=(File("core", "", b"x"),)),
        at=now(),
        by=make.actor(carol),
    )
    kept = said.attachments.get()
    assert signed_in(alice).get(f"/tickets/{ticket.number}/attachments/{kept.pk}").status_code == 404


@pytest.mark.parametrize("number", ["theirs", "0", "999999", "abc", "１", "9" * 30])
def test_mallory_finds_nothing_at_any_door_and_changes_nothing(signed_in: SignIn, number: str) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    file = File("a.log", "", b"x")
    kept = writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("See.", files=(file,)),
        channel="portal",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    ).attachments.get()
    client = signed_in(make.mallory())
    wanted = str(ticket.number) if number == "theirs" else number
    messages, events = Message.objects.count(), promises.events_of(ticket.timeline_id).count()
    assert client.get(f"/tickets/{wanted}/").status_code == 404
    assert client.post(f"/tickets/{wanted}/say", {"body": "Mine now"}).status_code == 404
    assert client.post(f"/tickets/{wanted}/solved").status_code == 404
    assert client.get(f"/tickets/{wanted}/attachments/{kept.pk}").status_code == 404
    assert "Export fails" not in page(client, "/")
    assert (Message.objects.count(), promises.events_of(ticket.timeline_id).count()) == (messages, events)


def test_mallory_cannot_fetch_a_foreign_file_through_a_ticket_of_her_own(signed_in: SignIn) -> None:
    alice, mallory = make.alice(), make.mallory()
    hers = make.ticket(mallory)
    kept = writing.customer_wrote(
        ticket=make.ticket(alice),
        contact=alice,
        content=Content("See.", files=(File("a.log", "", b"x"),)),
        channel="portal",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    ).attachments.get()
    assert signed_in(mallory).get(f"/tickets/{hers.number}/attachments/{kept.pk}").status_code == 404


def test_a_form_without_its_token_changes_nothing(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(alice).cookies
    assert strict.post(f"/tickets/{ticket.number}/say", {"body": "Forged"}).status_code == 403
    assert not Message.objects.filter(text="Forged").exists()


def test_the_list_asks_the_same_questions_whatever_its_length(signed_in: SignIn) -> None:
    alice = make.alice()
    client = signed_in(alice)
    make.ticket(alice)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/")
        counts.append(len(asked))
        for _ in range(5):
            make.ticket(colleague(alice))
    assert counts == [7, 7]


def test_a_ticket_asks_the_same_questions_however_long_it_is(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - 5 * HOUR)
    client = signed_in(alice)
    counts = []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/tickets/{ticket.number}/")
        counts.append(len(asked))
        for step in range(3):
            at = now() - 4 * HOUR + (6 * round_ + 2 * step) * MINUTE
            make.wrote(ticket, alice, at)
            make.reply(ticket, carol, at + MINUTE)
    assert counts == [10, 10]
