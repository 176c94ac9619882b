"""Who has a ticket open is told to staff alone."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.desk.models import Presence
from tests import make

pytestmark = pytest.mark.usefixtures("installed")


def test_customers_neither_see_who_is_at_a_ticket_nor_say_that_they_are() -> None:
    alice, carol = make.alice(), make.agent()
    path = f"/desk/tickets/{make.ticket(alice).number}/presence"
    desk = Client()
    desk.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    assert desk.post(path, {"doing": "note"}).status_code == 200
    before = list(Presence.objects.values())
    assert len(before) == 1
    for who in (alice, make.mallory()):
        client = Client()
        client.get(f"/in/{people.make_link(user=people.user_for_contact(contact=who, at=now()), at=now())}")
        answers = [client.get(path), client.post(path, {"doing": "reply"}), client.post(path, {"left": "1"})]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert not any("Carol" in answer.content.decode() for answer in answers)
    nobody = Client().post(path, {"left": "1"})
    assert nobody.status_code == 401
    assert "Carol" not in nobody.content.decode()
    assert list(Presence.objects.values()) == before
