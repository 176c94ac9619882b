from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.actions.shifts import Regular, set_shifts
from sterling.accounts.models import Agent, User
from sterling.base import board
from sterling.base.moment import now
from sterling.desk.listing import counts_of
from sterling.sla.actions import alarms as ringing
from sterling.sla.actions import recompute
from sterling.sla.models import Alarm
from sterling.tickets.actions import changing
from sterling.tickets.actions.alarms import tell
from sterling.tickets.models import Ticket
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
QUERIES = 20


@pytest.fixture
def carol() -> Agent:
    return make.agent()


@pytest.fixture
def desk(client: Client, carol: Agent) -> Client:
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    return client


def given(to: Agent, *, ago: timedelta, subject: str = "Export fails") -> Ticket:
    ticket = make.ticket(make.alice(), priority="urgent", at=now() - ago, subject=subject)
    changing.assign(ticket=ticket, to=to, at=now() - ago, by=make.SYSTEM)
    return ticket


def ring() -> None:
    recompute.tick(at=now())
    ringing.raise_due(at=now())
    tell(at=now())


def count(of: Agent) -> int:
    return counts_of(board.current(), make.viewer(of))["alarms"]


def test_an_alarm_is_shown_to_the_assignee_and_counted(desk: Client, carol: Agent) -> None:
    ticket = given(carol, ago=50 * MINUTE, subject="Fifty minutes")
    ring()
    page = desk.get("/desk/alarms/").content.decode()
    assert f"#{ticket.number} Fifty minutes" in page
    assert "First reply: 75 % of the target used" in page
    assert "Carol Mensah" in page
    assert count(carol) == 1


def test_the_page_speaks_chinese(desk: Client, carol: Agent) -> None:
    User.objects.filter(pk=carol.user_id).update(language="zh")
    given(carol, ago=70 * MINUTE)
    ring()
    page = desk.get("/desk/alarms/").content.decode()
    assert "<h1>预警</h1>" in page
    assert "首次回复已超时" in page


def test_what_was_answered_stands_no_more_and_stays_in_the_list(desk: Client, carol: Agent) -> None:
    ticket = given(carol, ago=70 * MINUTE)
    ring()
    assert count(carol) == 1
    make.reply(ticket, carol, now())
    assert count(carol) == 0
    page = desk.get("/desk/alarms/").content.decode()
    assert "No promise is in danger." in page
    assert "First reply past due" in page


def test_what_was_eased_asks_nobody_to_act_and_the_list_says_why(desk: Client, carol: Agent) -> None:
    ticket = given(carol, ago=50 * MINUTE)
    ring()
    changing.set_priority(ticket=ticket, priority="low", reason="One user", at=now(), by=make.SYSTEM)
    assert count(carol) == 0
    page = desk.get("/desk/alarms/").content.decode()
    assert "No promise is in danger." in page
    assert "First reply: 75 % of the target used" in page
    assert "Eased: priority lowered, due now " in page
    assert (
        desk.get("/desk/alarms/news", {"since": ticket.opened_at.isoformat()}).content.decode().count("#")
        == 0
    )
    User.objects.filter(pk=carol.user_id).update(language="zh")
    assert "已缓解：优先级降低，现期限" in desk.get("/desk/alarms/").content.decode()


def test_a_missed_update_stands_until_the_next_message(carol: Agent) -> None:
    ticket = given(carol, ago=300 * MINUTE)
    make.reply(ticket, carol, now() - 250 * MINUTE)
    ring()
    assert count(carol) == 1
    make.reply(ticket, carol, now())
    assert count(carol) == 0


def test_updates_missed_one_after_another_are_one_row_with_their_number(desk: Client, carol: Agent) -> None:
    given(carol, ago=timedelta(days=1))
    ring()
    page = desk.get("/desk/alarms/").content.decode()
    missed = Alarm.objects.filter(share=100, metric="update").count()
    assert missed > 1
    assert page.count("Update past due") == 1
    assert f'Update past due<span class="quiet">, {missed} times</span>' in page


def test_alarms_of_others_are_on_everyones_list(desk: Client, carol: Agent) -> None:
    other = make.agent("Theo Blum")
    given(other, ago=50 * MINUTE, subject="Of another")
    ring()
    # At 75 % the team hears, so the first share alone is another's only.
    given(other, ago=35 * MINUTE, subject="Only of another")
    ring()
    assert "Only of another" not in desk.get("/desk/alarms/").content.decode()
    assert "Only of another" in desk.get("/desk/alarms/?of=all").content.decode()
    assert count(carol) == 1


def test_the_page_costs_the_same_queries_whatever_its_length(
    desk: Client, carol: Agent, django_assert_max_num_queries: object
) -> None:
    given(carol, ago=50 * MINUTE)
    ring()
    desk.get("/desk/alarms/")  # what a process reads once is read
    with django_assert_max_num_queries(QUERIES) as few:
        desk.get("/desk/alarms/")
    for _ in range(5):
        given(carol, ago=50 * MINUTE)
    ring()
    with django_assert_max_num_queries(QUERIES) as many:
        desk.get("/desk/alarms/")
    assert len(few.captured_queries) == len(many.captured_queries)


def test_a_customer_finds_no_alarms(client: Client) -> None:
    alice = make.alice()
    client.get(f"/in/{people.make_link(user=people.user_for_contact(contact=alice, at=now()), at=now())}")
    assert client.get("/desk/alarms/").status_code == 404


def test_nobody_is_led_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/desk/alarms/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=%2Fdesk%2Falarms%2F")


def shifts(agent: Agent, day: str, hours: list[str]) -> None:
    set_shifts(agent=agent, regular=[Regular({"weekly": {day: [hours]}})], at=now(), by=make.SYSTEM)


def test_alarms_stand_grouped_by_ticket_with_who_heard_and_where_nobody_was_on_duty(
    desk: Client, carol: Agent
) -> None:
    ines = make.agent("Ines Roy", role="lead")
    away = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[(now().weekday() + 3) % 7]
    for agent in (carol, ines):
        shifts(agent, away, ["09:00", "10:00"])
    ticket = given(carol, ago=55 * MINUTE, subject="Nearly late")
    ring()
    page = desk.get("/desk/alarms/").content.decode()
    assert page.count(f'data-alarm="{ticket.number}"') == 1
    assert [page.index(f"First reply: {share} % of the target used") for share in (90, 75, 50)] == sorted(
        page.index(f"First reply: {share} % of the target used") for share in (90, 75, 50)
    )
    assert "Carol Mensah, Ines Roy" in page
    assert "nobody on duty as assignee, lead" in page


def test_i_take_it_says_who_deals_with_it(desk: Client, carol: Agent) -> None:
    ticket = make.ticket(make.alice(), priority="urgent", at=now() - 50 * MINUTE)
    make.agent("Ines Roy", role="lead")
    ring()
    answer = desk.post(f"/desk/tickets/{ticket.number}/take-alarms", {"of": "all"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/alarms/?of=all")
    page = desk.get("/desk/alarms/?of=all").content.decode()
    assert "Taken by Carol Mensah" in page
    assert Ticket.objects.get(pk=ticket.pk).assignee == carol


@pytest.mark.usefixtures("installed", "carol")
def test_a_customer_takes_no_alarm(client: Client) -> None:
    ticket = make.ticket(make.alice(), priority="urgent", at=now() - 50 * MINUTE)
    ring()
    mallory = people.user_for_contact(contact=make.mallory(), at=now())
    client.get(f"/in/{people.make_link(user=mallory, at=now())}")
    assert client.post(f"/desk/tickets/{ticket.number}/take-alarms").status_code == 404
    assert client.get("/desk/alarms/news").status_code == 404
    assert not Alarm.objects.exclude(taken_by=None).exists()
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


def test_news_are_what_was_told_since_from_three_quarters_on(desk: Client, carol: Agent) -> None:
    since = now().isoformat()
    given(carol, ago=40 * MINUTE, subject="Only half")
    nearly = given(carol, ago=55 * MINUTE, subject="Nearly late")
    ring()
    said = desk.get("/desk/alarms/news", {"since": since}).content.decode()
    assert f"#{nearly.number} Nearly late" in said
    assert "First reply: 90 % of the target used" in said
    assert "Only half" not in said
    assert "Nearly late" not in desk.get("/desk/alarms/news", {"since": now().isoformat()}).content.decode()
    assert "Nearly late" not in desk.get("/desk/alarms/news", {"since": "soon"}).content.decode()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_page_is_read_by_everyone_full_and_empty_in_both_languages(desk: Client, carol: Agent) -> None:
    pages: dict[str, tuple[str, dict[str, str]]] = {}

    def drawn(name: str, path: str = "/desk/alarms/") -> None:
        for language in ("en", "zh"):
            User.objects.filter(pk=carol.user_id).update(language=language)
            found = desk.get(path)
            pages[f"/{name}-{language}"] = (found.content.decode(), {"content-type": found["Content-Type"]})

    drawn("empty")
    given(
        carol,
        ago=70 * MINUTE,
        subject="The nightly export of the whole warehouse stops at sixty-one percent " * 2,
    )
    given(carol, ago=50 * MINUTE, subject="导出的报表日期差一天，只在月末出现")
    ring()
    drawn("full")
    with browser() as launched:
        for path in pages:
            for width, scheme in ((1440, "light"), (390, "dark")):
                page, complaints = opened(
                    launched, path, pages, viewport={"width": width, "height": 800}, color_scheme=scheme
                )
                assert violations(page) == []
                # No live stream stands behind these pages.
                assert [said for said in complaints if "404" not in said] == []
                if "PICTURES" in os.environ:
                    page.screenshot(path=f"{os.environ['PICTURES']}{path}-{width}.png")
                page.close()
