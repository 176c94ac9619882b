from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Contact
from sterling.base.formats import full_moment
from sterling.base.moment import now
from sterling.channels.email import intake, processing
from sterling.channels.email.models import InboundMail
from sterling.core.triage import QUESTIONS, Facts, told
from sterling.sla import queries as promises
from sterling.sla.models import Clock
from sterling.tickets.content import File, attach
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
QUERIES = 20
EMPTY = {
    "next": ("Nothing is owed", "没有待兑现的承诺"),
    "mine": ("Nothing of yours is open", "您名下没有未完成的工单"),
    "pool": ("The pool is empty", "待领池为空"),
    "unassigned": ("Every ticket has its engineer", "所有工单均已分配"),
    "late": ("Nothing is past due", "没有超时"),
    "pending": ("Nobody is waited for", "没有等待客户的工单"),
    "on_hold": ("Nothing waits on us", "没有等待我方的工单"),
    "solved": ("Nothing waits to be closed", "没有待关闭的工单"),
}


def signed_in(client: Client, user: object) -> Client:
    answer = client.get(f"/in/{people.make_link(user=user, at=now())}")
    assert answer.status_code == 302
    return client


@pytest.fixture
def carol() -> object:
    return make.agent()


@pytest.fixture
def desk(client: Client, carol: object) -> Client:
    return signed_in(client, carol.user)


def test_a_link_signs_in_once(client: Client, carol: object) -> None:
    secret = people.make_link(user=carol.user, at=now())
    assert client.get(f"/in/{secret}")["Location"] == "/desk/"
    assert Client().get(f"/in/{secret}").status_code == 410


def test_a_link_is_too_old_after_a_quarter_of_an_hour(client: Client, carol: object) -> None:
    secret = people.make_link(user=carol.user, at=now() - 15 * MINUTE)
    assert client.get(f"/in/{secret}").status_code == 410


def test_nobody_is_led_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/desk/?view=mine")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fdesk%2F%3Fview%3Dmine")


@pytest.mark.parametrize(
    "path",
    ["", "tickets/{n}/", "tickets/{n}/why", "tickets/{n}/peek", "new", "mail/", "outbox/", "mail/1/raw"],
)
def test_a_customer_finds_no_desk(client: Client, path: str) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    signed_in(client, people.user_for_contact(contact=alice, at=now()))
    assert client.get("/desk/" + path.format(n=ticket.number)).status_code == 404


@pytest.mark.parametrize("path", ["say", "draft", "change", "act/no-reply-needed", "act/take-over"])
def test_a_customer_changes_nothing_at_the_desk(client: Client, path: str) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    signed_in(client, people.user_for_contact(contact=alice, at=now()))
    before = promises.events_of(ticket.timeline_id).count()
    answer = client.post(
        f"/desk/tickets/{ticket.number}/{path}", {"body": "x", "status": "closed", "reason": "x"}
    )
    assert answer.status_code == 404
    assert promises.events_of(ticket.timeline_id).count() == before


def test_the_queue_shows_the_nearest_due_first(desk: Client) -> None:
    alice = make.alice()
    slow = make.ticket(alice, priority="low", at=now(), subject="Slow one")
    fast = make.ticket(alice, priority="urgent", at=now() - 90 * MINUTE, subject="Fast one")
    page = desk.get("/desk/").content.decode()
    assert page.index(f"#{fast.number} Fast one") < page.index(f"#{slow.number} Slow one")
    assert "30 min over" in page


def test_the_queue_costs_the_same_queries_whatever_its_length(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    alice = make.alice()
    make.ticket(alice)
    desk.get("/desk/")
    with django_assert_max_num_queries(QUERIES) as few:
        desk.get("/desk/")
    for _ in range(20):
        make.ticket(alice, priority="high")
    with django_assert_max_num_queries(QUERIES) as many:
        desk.get("/desk/")
    assert len(few.captured_queries) == len(many.captured_queries)


def test_the_ticket_page_costs_the_same_queries_whatever_its_length(
    desk: Client, carol: object, django_assert_max_num_queries: object
) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    desk.get(f"/desk/tickets/{ticket.number}/")
    make.wrote(ticket, alice, make.TUESDAY + MINUTE / 2)  # both are the first look after a change
    with django_assert_max_num_queries(32) as few:
        desk.get(f"/desk/tickets/{ticket.number}/")
    for minute in range(1, 15):
        make.wrote(ticket, alice, make.TUESDAY + minute * MINUTE)
        make.reply(ticket, carol, make.TUESDAY + minute * MINUTE)
    with django_assert_max_num_queries(32) as many:
        desk.get(f"/desk/tickets/{ticket.number}/")
    assert len(few.captured_queries) == len(many.captured_queries)


@pytest.mark.parametrize(
    "view", ["next", "mine", "pool", "unassigned", "late", "pending", "on_hold", "solved"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_renders_empty_and_full(desk: Client, carol: object, view: str, language: str) -> None:
    people.set_language(user=carol.user, language=language)
    empty = EMPTY[view][language == "zh"]
    assert f"<h2>{empty}</h2>" in desk.get(f"/desk/?view={view}").content.decode()
    alice = make.alice()
    for priority in ("urgent", "low"):
        make.reply(make.ticket(alice, priority=priority, at=now()), carol, now(), status="pending")
    assert desk.get(f"/desk/?view={view}").status_code == 200


def test_the_promises_of_a_ticket_are_told_on_the_wall_of_its_region(desk: Client) -> None:
    desk.cookies["zone"] = "America/Chicago"
    tom = make.contact(make.organization(plan="standard", region_id="europe"), "Tom Ray")
    ticket = make.ticket(tom, priority="low", at=now())
    due = Clock.objects.get(timeline=ticket.timeline, ordinal=0).due.astimezone(ZoneInfo("Europe/Berlin"))
    for path in (f"/desk/tickets/{ticket.number}/", f"/desk/tickets/{ticket.number}/why"):
        page = desk.get(path).content.decode()
        told = re.findall(r'<time [^>]*data-form="long" title="([^"]+)">', page)
        assert told == [full_moment(due, due.tzinfo).en]
        assert f"{due:%H:%M}, Berlin time" in told[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_ticket_page_tells_promise_plan_and_conversation(
    desk: Client, carol: object, language: str
) -> None:
    people.set_language(user=carol.user, language=language)
    halden = make.organization()
    make.alice(halden)
    ticket = make.ticket(make.contact(halden, "Bob Reyes"), priority="urgent", at=now())
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "It stops at 61 %." in page
    wanted = (
        ["Halden Freight holds Gold", "Alice Moreau takes over", "Automatic acknowledgement", "not in Gold"]
        if language == "en"
        else ["Halden Freight 持有金牌计划", "由 Alice Moreau 接手", "自动回执", "金牌不含"]
    )
    for words in wanted:
        assert words in page


def test_a_reply_from_the_page_answers_and_sets_the_status(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    answer = desk.post(
        f"/desk/tickets/{ticket.number}/say", {"mode": "reply", "body": "We look.", "status": "pending"}
    )
    assert answer["Location"] == f"/desk/tickets/{ticket.number}/"
    ticket.refresh_from_db()
    said = Message.objects.get(ticket=ticket, kind="reply")
    assert (ticket.status, said.text, said.author_name) == ("pending", "We look.", "Carol Mensah")


def test_a_note_from_the_page_stays_inside(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    desk.post(f"/desk/tickets/{ticket.number}/say", {"mode": "note", "body": "Careful.", "status": ""})
    said = Message.objects.get(ticket=ticket, kind="note")
    assert (said.delivery, said.to) == ("none", [])


def test_a_refusal_says_why_and_keeps_what_was_typed(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    answer = desk.post(
        f"/desk/tickets/{ticket.number}/say", {"mode": "note", "body": "A long note.", "status": "closed"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A reply is still owed to Alice Moreau" in page
    assert "A long note." in page
    assert not Message.objects.filter(ticket=ticket, kind="note").exists()


def test_an_attachment_is_always_a_download(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    message = Message.objects.filter(ticket=ticket).earliest("id")
    attach(message, (File("evil.html", "text/html", b"<script>"),))
    found = Attachment.objects.get()
    answer = desk.get(f"/desk/tickets/{ticket.number}/attachments/{found.pk}")
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


def test_an_attachment_of_another_ticket_is_not_there(desk: Client) -> None:
    alice = make.alice()
    one, other = make.ticket(alice), make.ticket(alice)
    attach(Message.objects.filter(ticket=one).earliest("id"), (File("a.txt", "text/plain", b"a"),))
    found = Attachment.objects.get()
    assert desk.get(f"/desk/tickets/{other.number}/attachments/{found.pk}").status_code == 404


def test_what_somebody_wrote_is_never_markup(desk: Client) -> None:
    ticket = make.ticket(
        make.alice(), at=now(), subject="<script>alert(1)</script>", text="<img src=x onerror=y>"
    )
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_policy_allows_nothing_inline(desk: Client) -> None:
    policy = desk.get("/desk/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_quarantine_is_visible_with_its_reason(desk: Client) -> None:
    row = intake.store(
        raw=b"Subject: x\r\n\r\nx", mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=now()
    )
    processing.process(mail_id=row.pk, at=now())
    page = desk.get("/desk/mail/").content.decode()
    assert "nobody is named as the sender" in page
    assert b"".join(desk.get(f"/desk/mail/{row.pk}/raw").streaming_content) == b"Subject: x\r\n\r\nx"
    desk.post(f"/desk/mail/{row.pk}/retry")
    assert InboundMail.objects.get(pk=row.pk).state == "received"


def test_a_new_ticket_by_phone_starts_the_clock(desk: Client) -> None:
    alice = make.alice()
    desk.post("/desk/new", {
        "email": alice.email, "subject": "Phone", "body": "They called.", "priority": "urgent", "channel": "phone",
        "by": "customer",
    })  # fmt: skip
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.plan, ticket.priority) == ("phone", "gold", "urgent")
    assert make.clocks(ticket, now())[0][:2] == ("first_response", "running")


def test_a_new_ticket_that_is_refused_keeps_what_was_typed_and_makes_nobody(desk: Client) -> None:
    typed = {"email": "dana@halden.example", "subject": "Phone", "body": "They called.", "by": "agent"}
    before = Contact.objects.count()
    for wrong in ({"email": "nonsense"}, {"priority": "never"}):
        answer = desk.post("/desk/new", typed | {"priority": "urgent", "channel": "chat"} | wrong)
        page = answer.content.decode()
        assert answer.status_code == 422
        for kept in ('value="Phone"', ">They called.<", 'value="chat" selected', 'value="agent" checked'):
            assert kept in page
    assert (Ticket.objects.count(), Contact.objects.count()) == (0, before)


def test_the_search_finds_by_number_subject_and_person(desk: Client) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, subject="Printer on fire")
    make.ticket(make.mallory(), subject="Other")
    for words in (str(ticket.number), f"#{ticket.number}", "printer", "alice", "halden"):
        page = desk.get("/desk/", {"q": words}).content.decode()
        assert "Printer on fire" in page, words
        assert f"#{ticket.number + 1} Other" not in page


def test_the_whole_conversation_keeps_its_order(desk: Client, carol: object) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, text="first words")
    make.reply(ticket, carol, make.TUESDAY + MINUTE, text="second words")
    make.wrote(ticket, alice, make.TUESDAY + 2 * MINUTE, "third words")
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    places = [page.index(words) for words in ("first words", "second words", "third words")]
    assert places == sorted(places)


def test_the_queue_listens_for_the_queue_and_a_ticket_for_itself_and_its_clocks(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    assert 'data-stream="/events" data-hears="queue ticket-* ' in desk.get("/desk/").content.decode()
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert (
        f'data-hears="ticket-{ticket.number} presence-{ticket.number} timeline-{ticket.timeline_id} ' in page
    )


def test_every_live_part_has_an_id_to_be_found_by(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    for path in ("", f"tickets/{ticket.number}/", "outbox/", "mail/"):
        page = desk.get(f"/desk/{path}").content.decode()
        tags = re.findall(r"<[^>]* data-live[ >][^>]*", page)
        assert tags
        assert [tag for tag in tags if ' id="' not in tag] == []


def test_the_engineer_reads_what_the_customer_said_of_the_problem(desk: Client) -> None:
    facts = Facts.read({question.id: question.answers[0].value for question in QUESTIONS})
    ticket = make.ticket(make.alice(), at=now(), facts=facts)
    page = desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "The customer says:" in page
    assert told(facts).en in page.replace("&#x27;", "'")


def test_an_engineer_who_is_not_there_does_not_unassign_the_ticket(desk: Client, carol: object) -> None:
    ticket = make.ticket(make.alice(), at=now())
    desk.post(f"/desk/tickets/{ticket.number}/change", {"assignee": str(carol.pk)})
    for nonsense in ("999999", "x", "٣"):
        assert desk.post(f"/desk/tickets/{ticket.number}/change", {"assignee": nonsense}).status_code == 404
    ticket.refresh_from_db()
    assert ticket.assignee == carol
    desk.post(f"/desk/tickets/{ticket.number}/change", {"assignee": ""})
    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.parametrize(
    "path", ["", "alarms/", "tickets/{n}/", "tickets/{n}/why", "tickets/{n}/peek", "new", "mail/", "outbox/"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_the_desk_answers_with_its_views_and_counts(
    desk: Client, carol: object, path: str, language: str
) -> None:
    people.set_language(user=carol.user, language=language)
    ticket = make.ticket(make.alice(), at=now())
    answer = desk.get("/desk/" + path.format(n=ticket.number))
    assert answer.status_code == 200
    if "peek" not in path:
        names = ["Next due", "Alarms"] if language == "en" else ["即将到期", "预警"]
        assert all(name in answer.content.decode() for name in names)


@pytest.mark.parametrize(
    ("language", "solved", "paused"), [("en", "solved", "paused"), ("zh", "已解决", "暂停")]
)
def test_a_solved_ticket_says_so_and_not_that_it_waits(
    desk: Client, carol: object, language: str, solved: str, paused: str
) -> None:
    ticket = make.ticket(make.alice(), at=now() - 5 * MINUTE)
    make.reply(ticket, carol, now(), status="solved")
    people.set_language(user=carol.user, language=language)
    html = desk.get("/desk/?view=solved").content.decode()
    row = re.sub(r"<[^>]+>", " ", html[html.index('class="row-due"') : html.index('class="row-subject')])
    assert (solved in row, paused in row) == (True, False)
