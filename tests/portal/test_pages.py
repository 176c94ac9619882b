"""What customers read: their tickets, the promises, and nothing that is among colleagues."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.tickets.actions import changing, relieving, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.portal.conftest import SignIn, colleague, page

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def note(ticket: Ticket, text: str) -> Message:
    carol = make.agent()
    return writing.note(ticket=ticket, agent=carol, content=Content(text), at=now(), by=make.actor(carol))


def test_nobody_is_led_to_the_sign_in_page_and_back() -> None:
    answer = Client().get("/tickets/7/?a=b")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Ftickets%2F7%2F%3Fa%3Db")
    assert Client().get("/")["Location"] == "/sign-in?next=%2F"


def test_the_sign_in_page_asks_for_an_address_in_both_languages() -> None:
    english = Client(headers={"accept-language": "en"}).get("/sign-in").content.decode()
    chinese = Client(headers={"accept-language": "zh-CN"}).get("/sign-in").content.decode()
    assert "There are no passwords here." in english
    assert "这里不使用密码。" in chinese
    assert "password" not in chinese


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
    said = page(signed_in(alice), "/?view=all")
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
    assert "可在此新建工单，也可写邮件" in page(client, "/", "zh")


@pytest.mark.parametrize("wanted", ["0", "-1", "nine", "99999", "1.5", "２"])
def test_a_page_number_that_is_none_shows_the_first(signed_in: SignIn, wanted: str) -> None:
    alice = make.alice()
    make.ticket(alice, subject="Here")
    assert "Here" in page(signed_in(alice), f"/?page={wanted}")


def test_older_tickets_are_on_the_next_page(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sterling.portal.listing.PAGE", 2)
    alice = make.alice()
    for count in range(3):
        make.ticket(alice, subject=f"Ticket {'ABC'[count]}", at=now() - (3 - count) * MINUTE)
    client = signed_in(alice)
    first, second = page(client, "/"), page(client, "/?page=2")
    assert "Ticket A" in first
    assert "Ticket C" not in first
    assert 'href="?view=open&amp;page=2"' in first
    assert "Ticket C" in second
    assert "Ticket A" not in second
    assert "page=3" not in second


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
