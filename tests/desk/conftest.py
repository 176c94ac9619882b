"""Carol at her desk."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent
from sterling.base.moment import now
from tests import make


def at_desk(agent: Agent) -> Client:
    """A browser in which the engineer has opened their link; times are read in Chicago."""
    client = Client()
    answer = client.get(f"/in/{people.make_link(user=agent.user, at=now())}")
    assert answer.status_code == 302
    client.cookies["zone"] = "America/Chicago"
    return client


@pytest.fixture
def carol() -> Agent:
    return make.agent()


@pytest.fixture
def desk(carol: Agent) -> Client:
    return at_desk(carol)
