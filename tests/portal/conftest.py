"""Everybody's way in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact
from sterling.base.moment import now
from tests import make

SignIn = Callable[[Agent | Contact], Client]


@pytest.fixture
def signed_in() -> SignIn:
    """`signed_in(alice)`: a browser in which Alice has opened her link."""

    def open_link(who: Agent | Contact) -> Client:
        client = Client()
        user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
        answer = client.get(f"/in/{people.make_link(user=user, at=now())}")
        assert answer.status_code == 302
        return client

    return open_link


def page(client: Client, path: str, language: str = "en") -> str:
    client.post("/preferences", {"language": language})
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Language"] == {"en": "en", "zh": "zh-CN"}[language]
    return answer.content.decode()


def colleague(of: Contact, *, confirmed: bool = True) -> Contact:
    return make.contact(of.organization, "Bob Reyes", confirmed=confirmed)
