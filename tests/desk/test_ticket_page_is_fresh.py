"""What the ticket page keeps from one look to the next never shows an old fact, or somebody else's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, User
from sterling.accounts.session import KEY
from sterling.base.moment import now
from sterling.tickets.actions import changing
from sterling.tickets.actions.writing import note
from sterling.tickets.content import Content
from sterling.tickets.models import Ticket
from tests import make
from tests.desk.conftest import at_desk

pytestmark = [pytest.mark.usefixtures("installed"), pytest.mark.django_db(transaction=True)]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ticket() -> Ticket:
    return make.ticket(make.alice(), subject="Line 3 stops", at=now() - 2 * MINUTE)


def looked_at(desk: Client, ticket: Ticket) -> str:
    answer = desk.get(f"/desk/tickets/{ticket.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def promises(page: str) -> str:
    found = re.search(r'<section class="card promises".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def test_each_event_shows_at_the_very_next_look(desk: Client, carol: Agent, ticket: Ticket) -> None:
    for _ in range(3):
        page = looked_at(desk, ticket)
    assert "0 met, 0 missed" in promises(page)
    make.reply(ticket, carol, now(), text="We look at it.")
    page = looked_at(desk, ticket)
    assert ("2 met, 0 missed" in promises(page), "We look at it." in page) == (True, True)
    make.wrote(ticket, ticket.requester, now(), "And now?")
    assert "Reply due in" in promises(looked_at(desk, ticket))
    note(ticket=ticket, agent=carol, content=Content("Only for us."), at=now(), by=make.actor(carol))
    assert "Only for us." in looked_at(desk, ticket)
    changing.set_priority(ticket=ticket, priority="urgent", reason="Grew", at=now(), by=make.actor(carol))
    page = looked_at(desk, ticket)
    assert "changed the priority from Medium to Urgent" in page


def test_the_language_and_the_zone_change_with_the_next_look(
    desk: Client, carol: Agent, ticket: Ticket
) -> None:
    for _ in range(2):
        assert ">Promises" in promises(looked_at(desk, ticket))
    people.set_preferences(user=carol.user, language="zh", timezone="Asia/Shanghai")
    page = looked_at(desk, ticket)
    assert (">承诺" in promises(page), ">Promises" in page) == (True, False)
    people.set_preferences(user=carol.user, language="en", timezone="America/Chicago")
    assert ">Promises" in promises(looked_at(desk, ticket))


def test_two_engineers_see_their_own_page_each_in_their_zone(
    desk: Client, carol: Agent, ticket: Ticket
) -> None:
    dave = make.agent("Dave Okafor")
    other = at_desk(dave)
    people.set_preferences(user=carol.user, language="en", timezone="Asia/Shanghai")
    people.set_preferences(user=dave.user, language="zh", timezone="America/Chicago")
    for _ in range(2):
        carols, daves = looked_at(desk, ticket), looked_at(other, ticket)
        assert (carol.user.email in carols, dave.user.email in carols) == (True, False)
        assert (carol.user.email in daves, dave.user.email in daves) == (False, True)
        assert (">Promises" in carols, ">承诺" in daves) == (True, True)
        assert "Goes out at (Beijing time)" in carols
        assert "发出时间（芝加哥时间）" in daves


def test_whoever_may_no_longer_sign_in_is_out_at_the_very_next_look(
    desk: Client, carol: Agent, ticket: Ticket
) -> None:
    path = f"/desk/tickets/{ticket.number}/"
    for _ in range(2):
        looked_at(desk, ticket)
    User.objects.filter(pk=carol.user_id).update(session_epoch=7)
    assert desk.get(path).status_code == 302
    User.objects.filter(pk=carol.user_id).update(session_epoch=1)
    looked_at(desk, ticket)
    Agent.objects.filter(pk=carol.pk).update(is_active=False)
    assert desk.get(path).status_code == 404
    Agent.objects.filter(pk=carol.pk).update(is_active=True)
    looked_at(desk, ticket)
    User.objects.filter(pk=carol.user_id).update(is_active=False)
    assert desk.get(path).status_code == 302


def test_a_session_that_becomes_another_persons_shows_nothing_of_the_first(
    desk: Client, ticket: Ticket
) -> None:
    path = f"/desk/tickets/{ticket.number}/"
    for _ in range(2):
        looked_at(desk, ticket)
    session = desk.session
    session[KEY] = people.user_for_contact(contact=make.mallory(), at=now()).pk
    session.save()
    assert desk.get(path).status_code == 404
    session.flush()
    assert desk.get(path).status_code == 302


def test_a_page_takes_eighteen_queries_at_most_once_its_reader_is_known(
    desk: Client, ticket: Ticket, django_assert_max_num_queries: object
) -> None:
    for _ in range(2):
        looked_at(desk, ticket)
    with django_assert_max_num_queries(24):  # type: ignore[operator]  # six of them for counts and hours, shared by all
        looked_at(desk, ticket)
