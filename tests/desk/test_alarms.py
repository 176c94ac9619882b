from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, User
from sterling.base import board
from sterling.base.moment import now
from sterling.desk.listing import counts_of
from sterling.sla.actions import alarms as ringing
from sterling.sla.actions import recompute
from sterling.tickets.actions import changing
from sterling.tickets.actions.alarms import tell
from sterling.tickets.models import Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
QUERIES = 13


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


def test_a_missed_update_stands_until_the_next_message(carol: Agent) -> None:
    ticket = given(carol, ago=300 * MINUTE)
    make.reply(ticket, carol, now() - 250 * MINUTE)
    ring()
    assert count(carol) == 1
    make.reply(ticket, carol, now())
    assert count(carol) == 0


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
