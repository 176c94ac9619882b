"""A handover that nobody accepted in time stands on the alarms page until it is answered."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.models import Agent
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.desk.alarms import standing_counts
from sterling.tickets.actions import changing
from sterling.tickets.actions import handovers as actions
from sterling.tickets.models import Handover
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)


@pytest.fixture
def erika() -> Agent:
    return make.agent("Erika Falk", region_id="europe")


@pytest.fixture
def lena() -> Agent:
    return make.agent("Lena Sommer", role="lead")


def given(erika: Agent, *, ago: timedelta = 2 * HOUR) -> Handover:
    """Two tickets to the Americas, to be accepted an hour after `ago`."""
    at = now() - ago
    tickets = [make.ticket(make.alice(), priority="low", at=at) for _ in range(2)]
    for one in tickets:
        changing.assign(ticket=one, to=erika, at=at, by=SYSTEM)
    return actions.give(
        giver=erika, to=make.region(), notes=[actions.Note(one, "It stops.", "Ask.") for one in tickets],
        shift_ends=at + HOUR, until=at + 9 * HOUR, at=at, by=make.actor(erika),
    )  # fmt: skip


def page(desk: Client, path: str = "/desk/alarms/") -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def count(agent: Agent) -> int:
    return standing_counts(make.viewer(agent), now()).get(agent.pk, 0)


def test_it_stands_for_who_heard_until_all_of_it_is_answered(erika: Agent, lena: Agent) -> None:
    carol = make.agent("Carol Mensah")
    row = given(erika)
    link = f'href="/desk/handovers/{row.pk}/"'
    assert link not in page(at_desk(lena))  # nobody has looked yet
    actions.escalate(at=now())
    for one in (lena, erika):
        shown = page(at_desk(one))
        assert link in shown
        assert "Handovers not accepted" in shown
        assert "Not accepted: told to Lena Sommer, Erika Falk" in shown
        assert "Still not accepted: told to" in shown  # an hour ago: the duty manager has heard as well
        assert count(one) == 2
    assert link not in page(at_desk(carol))
    assert link in page(at_desk(carol), "/desk/alarms/?of=all")
    assert count(carol) == 0
    first, second = row.items.order_by("pk")
    actions.accept(handover=row, agent=carol, tickets=[first.ticket.number], at=now(), by=make.actor(carol))
    assert link in page(at_desk(lena))
    assert count(lena) == 1
    actions.accept(handover=row, agent=carol, tickets=[second.ticket.number], at=now(), by=make.actor(carol))
    assert link not in page(at_desk(lena), "/desk/alarms/?of=all")
    assert count(lena) == 0


def test_what_can_be_accepted_in_time_still_and_what_was_declined_in_time_stand_not(
    erika: Agent, lena: Agent
) -> None:
    given(erika, ago=HOUR / 2)
    declined = given(erika, ago=HOUR / 2)
    actions.decline(handover=declined, agent=lena, reason="No", at=now(), by=make.actor(lena))
    actions.escalate(at=now())
    assert "Handovers not accepted" not in page(at_desk(lena), "/desk/alarms/?of=all")


def test_it_is_said_in_chinese(erika: Agent, lena: Agent) -> None:
    given(erika)
    actions.escalate(at=now())
    desk = at_desk(lena)
    desk.cookies["language"] = "zh"
    shown = page(desk)
    assert "未被接收的交接" in shown
    assert "未被接收：已通知 Lena Sommer、Erika Falk" in shown


def test_the_statements_are_as_many_for_five_as_for_one(erika: Agent, lena: Agent) -> None:
    desk = at_desk(lena)

    def asked() -> int:
        actions.escalate(at=now())
        with CaptureQueriesContext(connection) as found:
            page(desk)
        return len(found)

    given(erika)
    asked()
    one = asked()
    for _ in range(4):
        given(erika)
    assert asked() == one
