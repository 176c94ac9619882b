"""What an open queue asks for after a change: the list, with only the changed rows in full."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Agent
from sterling.base import board
from sterling.base.moment import now
from sterling.tickets.actions import changing
from tests import make
from tests.flows.product import PATIENCE

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
QUERIES = 12


@pytest.fixture
def carol() -> Agent:
    return make.agent()


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.get(f"/in/{people.make_link(user=agent.user, at=now())}")
    return client


@pytest.fixture
def desk(carol: Agent) -> Client:
    return signed_in(carol)


def told(desk: Client, **asked: str) -> tuple[list[str], list[str]]:
    """The numbers in their order, and those whose rows are told in full."""
    page = desk.get("/desk/rows", asked).content.decode()
    order = re.findall(r'<li[^>]* data-row="(\d+)"', page)
    return order, [number for number in order if f'data-row="{number}" data-same' not in page]


def count(desk: Client, view: str) -> int:
    page = desk.get("/desk/rows").content.decode()
    found = re.search(rf'<data id="count-{view}" value="(\d+)"', page)
    assert found
    return int(found[1])


def test_only_the_named_rows_are_told_in_full_and_all_in_their_order(desk: Client) -> None:
    alice = make.alice()
    slow, fast = (make.ticket(alice, priority=priority, at=now()).number for priority in ("low", "urgent"))
    assert told(desk, tickets=str(slow)) == ([str(fast), str(slow)], [str(slow)])
    assert told(desk, tickets="all")[1] == [str(fast), str(slow)]
    assert told(desk)[1] == []


def test_a_ticket_is_found_by_its_timeline_too(desk: Client) -> None:
    ticket = make.ticket(make.alice(), at=now())
    assert told(desk, timelines=str(ticket.timeline_id))[1] == [str(ticket.number)]


@pytest.mark.parametrize("nonsense", ["x", "-1", "٣", "9" * 30, ",,", "all,1"])
def test_a_row_that_is_not_there_is_not_told(desk: Client, nonsense: str) -> None:
    number = make.ticket(make.alice(), at=now()).number
    order, full = told(desk, tickets=nonsense)
    assert (order, full) == ([str(number)], [str(number)] if number == 1 and nonsense == "all,1" else [])


def test_a_ticket_that_left_the_view_is_not_in_its_list(desk: Client, carol: Agent) -> None:
    ticket = make.ticket(make.alice(), at=now())
    assert told(desk, view="unassigned", tickets=str(ticket.number))[0] == [str(ticket.number)]
    changing.assign(ticket=ticket, to=carol, at=now(), by=make.actor(carol))
    assert told(desk, view="unassigned", tickets=str(ticket.number))[0] == []
    assert (count(desk, "unassigned"), count(desk, "mine")) == (0, 1)


def test_customers_get_no_rows_and_nobody_is_led_to_the_door() -> None:
    alice = make.alice()
    number = make.ticket(alice, subject="Between us").number
    for who in (alice, make.mallory()):
        client = Client()
        client.get(f"/in/{people.make_link(user=people.user_for_contact(contact=who, at=now()), at=now())}")
        answer = client.get("/desk/rows", {"tickets": str(number)})
        assert answer.status_code == 404
        assert "Between us" not in answer.content.decode()
    assert Client().get("/desk/rows")["Location"].startswith("/sign-in?next=")


def test_rows_cost_the_same_queries_whatever_their_number(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    alice = make.alice()
    make.ticket(alice)
    with django_assert_max_num_queries(QUERIES) as few:
        desk.get("/desk/rows", {"tickets": "all"})
    for _ in range(20):
        make.ticket(alice, priority="high")
    with django_assert_max_num_queries(QUERIES) as many:
        desk.get("/desk/rows", {"tickets": "all"})
    assert len(few.captured_queries) == len(many.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_in_every_answer_that_comes_after(carol: Agent) -> None:
    ticket = make.ticket(make.alice(), subject="Subject 0", at=now())
    desk = signed_in(carol)
    for nth in range(1, 6):
        changing.set_subject(ticket=ticket, subject=f"Subject {nth}", at=now(), by=make.actor(carol))
        for _ in range(2):
            page = desk.get("/desk/rows", {"tickets": str(ticket.number)}).content.decode()
            assert f"Subject {nth}" in page


def while_left_alone() -> Iterator[None]:
    """Goes around until nobody wrote meanwhile: a server has one state for all its databases, other tests' too."""
    until = time.monotonic() + PATIENCE
    before, after = "", "other"
    while before != after:
        assert time.monotonic() < until, "the server was never left alone"
        before = named_state()
        yield
        after = named_state()


def named_state() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {board.STATE}")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_one_state_of_the_database_is_worked_out_once_for_all(
    carol: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make.ticket(make.alice(), at=now())
    changing.assign(ticket=ticket, to=carol, at=now(), by=make.actor(carol))
    desks = [signed_in(carol), signed_in(make.agent("Dave Okafor"))]
    monkeypatch.setattr(board, "SECONDS", 10**9)
    ask = {"tickets": "all"}
    for _ in while_left_alone():
        first = [desk.get("/desk/rows", ask).content.decode() for desk in desks]
        with CaptureQueriesContext(connection) as asked:
            again = desks[0].get("/desk/rows", ask).content.decode()
    assert len(asked) <= 5  # the person's three or four, and the state's name
    assert again == first[0]
    # Each sees the same row, but one's own ticket is marked.
    assert ["avatar-me" in page for page in first] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_what_is_not_committed(carol: Agent) -> None:
    ticket = make.ticket(make.alice(), subject="Before", at=now())
    desk = signed_in(carol)
    desk.get("/desk/rows", {"tickets": "all"})
    with transaction.atomic():
        changing.set_subject(ticket=ticket, subject="During", at=now(), by=make.actor(carol))
        assert "During" in desk.get("/desk/rows", {"tickets": "all"}).content.decode()
        transaction.set_rollback(True)
    page = desk.get("/desk/rows", {"tickets": "all"}).content.decode()
    assert "Before" in page
    assert "During" not in page


@pytest.mark.django_db(transaction=True)
def test_an_open_page_is_asked_for_by_the_one_who_is_signed_in_now(carol: Agent) -> None:
    desk, live = signed_in(carol), {"sterling-live": "1"}
    page = desk.get("/desk/rows", headers=live)
    assert (page.status_code, page.content.decode().count('id="count-')) == (200, 9)
    people.set_language(user=carol.user, language="zh")
    assert "没有待兑现的承诺" in desk.get("/desk/rows", headers=live).content.decode()
    Agent.objects.filter(pk=carol.pk).update(is_active=False)
    assert desk.get("/desk/rows", headers=live).status_code == 404
    Agent.objects.filter(pk=carol.pk).update(is_active=True)
    assert desk.get("/desk/rows", headers=live).status_code == 200
    desk.post("/sign-out")
    assert desk.get("/desk/rows", headers=live).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_an_open_page_costs_one_query_while_nothing_changes(
    carol: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.ticket(make.alice(), at=now())
    desk, live = signed_in(carol), {"sterling-live": "1"}
    monkeypatch.setattr(board, "SECONDS", 10**9)
    ask = {"tickets": "all"}
    for _ in while_left_alone():
        first = [desk.get("/desk/rows", ask, headers=live).content for _ in range(2)][-1]
        with CaptureQueriesContext(connection) as asked:
            again = desk.get("/desk/rows", ask, headers=live).content
    assert (len(asked), again) == (1, first)


def test_a_dear_answer_outlives_its_state_and_says_for_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "time", clock := SimpleNamespace(at=0.0))
    clock.monotonic = lambda: clock.at
    first, second, third = (board.Board(now(), (state, 1)) for state in ("one", "two", "three"))
    assert first.seldom("a test's", lambda: (setattr(clock, "at", 1.0), 7)[1]) == 7
    assert (second.seldom("a test's", lambda: 8), second.again) == (7, 9.0)
    clock.at = 11.0
    assert (third.seldom("a test's", lambda: 8), third.again) == (8, 0.0)
