"""Why this engineer: the card on the ticket, and the line in the conversation."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.models import Agent
from tests import make
from tests.tickets.test_routing import engineer

pytestmark = pytest.mark.usefixtures("installed")


def page(desk: Client, number: int, language: str = "en") -> str:
    desk.cookies["language"] = language
    return desk.get(f"/desk/tickets/{number}/").content.decode()


def test_the_card_says_why_and_who_was_passed_over(desk: Client) -> None:
    engineer("Ana One")
    engineer("Ben Two", region_id="europe")
    engineer("Tim Tier", tier=1)
    ticket = make.ticket(make.alice())
    shown = page(desk, ticket.number)
    assert "Why Ana One?" in shown
    assert "Ana One is on shift in the Tier 3 pool" in shown
    assert '<b>Ben Two</b> <span class="quiet">works in another region</span>' in shown
    assert "1 of a lower tier" in shown
    assert "Given to Ana One." in shown
    shown = page(desk, ticket.number, "zh")
    assert "为何由 Ana One 处理？" in shown
    assert "属于其他区域" in shown


def test_the_card_says_why_nobody_has_it_yet(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    shown = page(desk, ticket.number)
    assert "Why nobody yet?" in shown
    assert "nobody has said when the engineers of this tier work" in shown


def test_the_card_does_not_ask_why_nobody_has_what_somebody_took(desk: Client, carol: Agent) -> None:
    ticket = make.ticket(make.alice())
    desk.post(f"/desk/tickets/{ticket.number}/change", {"assignee": str(carol.pk)})
    shown = page(desk, ticket.number)
    assert "Why nobody yet?" not in shown
    assert "Why nobody at first?" in shown
    assert f"{carol.name} has taken it since." in shown


def test_what_is_solved_asks_no_more_why_nobody_has_it(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    make.reply(ticket, make.agent("Ben Two"), make.TUESDAY)
    desk.post(f"/desk/tickets/{ticket.number}/change", {"status": "solved"})
    assert "Why nobody" not in page(desk, ticket.number)


def test_the_card_says_when_somebody_has_taken_it_since(desk: Client) -> None:
    ana = engineer("Ana One")
    ticket = make.ticket(make.alice())
    ben = make.agent("Ben Two")
    make.reply(ticket, ana, make.TUESDAY)
    desk.post(f"/desk/tickets/{ticket.number}/change", {"assignee": str(ben.pk)})
    assert "Ben Two has taken it since." in page(desk, ticket.number)
