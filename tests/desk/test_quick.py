"""The short way to an open queue's rows: the view's own answer, in one query, for whoever may still read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Region
from sterling.base import board
from sterling.base.moment import now
from sterling.desk.quick import Quick
from sterling.tickets.actions import changing
from tests import make

pytestmark = [pytest.mark.usefixtures("installed"), pytest.mark.django_db(transaction=True)]


class Desk:
    """A signed-in browser before the short way."""

    def __init__(self, agent: Agent) -> None:
        self.client = Client()
        self.client.get(f"/in/{people.make_link(user=agent.user, at=now())}")
        self.viewed = 0
        self.application = Quick(self._view)
        self.headers: dict[str, str] = {}

    def _view(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.viewed += 1
        return WSGIHandler()(environ, start_response)

    def ask(self, query: str = "tickets=all", **more: str) -> tuple[str, str]:
        """Status and text."""
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.client.cookies.items())
        path = f"/desk/rows?{query}"
        environ = RequestFactory().get(path, HTTP_STERLING_LIVE="1", **more).environ | {  # type: ignore[arg-type]
            "HTTP_COOKIE": cookies
        }
        said = []
        body = self.application(environ, lambda status, headers, *_: said.append((status, dict(headers))))
        [(status, self.headers)] = said
        return status[:3], b"".join(body).decode()


@pytest.fixture
def carol() -> Agent:
    return make.agent()


@pytest.fixture
def desk(carol: Agent, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(board, "SECONDS", 10**9)
    return Desk(carol)


def test_the_second_question_is_answered_alike_in_one_query_past_the_view(
    desk: Desk, django_assert_num_queries: Any
) -> None:
    make.ticket(make.alice(), subject="Line 3 stops", at=now())
    status, first = desk.ask()
    headers = desk.headers
    assert (status, "Line 3 stops" in first, desk.viewed) == ("200", True, 1)
    with django_assert_num_queries(1):
        assert desk.ask() == ("200", first)
    assert desk.viewed == 1
    assert desk.headers == {name: value for name, value in headers.items() if name != "Set-Cookie"}
    assert desk.headers["Content-Security-Policy"]
    assert desk.headers["Cache-Control"] == "no-store"


def test_what_was_committed_is_told_past_the_view_too(desk: Desk, carol: Agent) -> None:
    ticket = make.ticket(make.alice(), subject="Before", at=now())
    desk.ask()
    for subject in ("First", "Second"):
        changing.set_subject(ticket=ticket, subject=subject, at=now(), by=make.actor(carol))
        assert subject in desk.ask(f"tickets={ticket.number}")[1]
    assert desk.viewed == 1


def test_whoever_is_signed_out_or_no_longer_staff_gets_nothing_from_then_on(desk: Desk, carol: Agent) -> None:
    make.ticket(make.alice(), subject="Between us", at=now())
    desk.ask()
    Agent.objects.filter(pk=carol.pk).update(is_active=False)
    status, page = desk.ask()
    assert (status, "Between us" in page) == ("404", False)
    Agent.objects.filter(pk=carol.pk).update(is_active=True)
    assert desk.ask()[0] == "200"
    desk.client.session.flush()
    status, page = desk.ask()
    assert (status, "Between us" in page) == ("302", False)


def test_a_session_past_its_end_gets_nothing(desk: Desk) -> None:
    desk.ask()
    session = desk.client.session
    session.set_expiry(-1)
    session.save()
    assert desk.ask()[0] == "302"


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=guessed", "sessionid=../x; theme=dark"])
def test_another_browser_is_nobody(desk: Desk, cookie: str) -> None:
    make.ticket(make.alice(), subject="Between us", at=now())
    desk.ask()
    desk.client.cookies.clear()
    if cookie:
        desk.client.cookies.load(cookie)
    status, page = desk.ask()
    assert (status, "Between us" in page) == ("302", False)


def test_customers_get_no_rows_this_way_either(desk: Desk) -> None:
    make.ticket(make.alice(), subject="Between us", at=now())
    desk.ask()
    mallory = people.user_for_contact(contact=make.mallory(), at=now())
    desk.client.get(f"/in/{people.make_link(user=mallory, at=now())}")
    for _ in range(2):
        status, page = desk.ask()
        assert (status, "Between us" in page) == ("404", False)


def test_language_and_zone_are_those_of_now(desk: Desk, carol: Agent) -> None:
    desk.ask("")
    assert "没有待兑现的承诺" in desk.ask("", HTTP_ACCEPT_LANGUAGE="zh-CN")[1]
    people.set_language(user=carol.user, language="zh")
    assert "没有待兑现的承诺" in desk.ask("")[1]
    before = desk.viewed
    desk.ask("")
    assert desk.viewed == before
    Region.objects.filter(pk=carol.region_id).update(timezone="Asia/Tokyo")
    desk.ask("")
    assert desk.viewed == before + 1
