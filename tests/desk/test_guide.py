"""The demo's first minute on the queue."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.channels.email import processing
from sterling.channels.email.models import InboundMail
from sterling.tickets.models import Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def desk(client: Client, settings: Any) -> Client:
    settings.DEMO = True
    client.get(f"/in/{people.make_link(user=make.agent().user, at=now())}")
    return client


def done(desk: Client) -> list[bool]:
    page = desk.get("/desk/guide").content.decode()
    return [bool(found) for found in re.findall(r"<li( class=\"done\")?>", page)]


def test_the_steps_check_themselves_off_by_what_happened(desk: Client) -> None:
    assert done(desk) == [False] * 4
    assert desk.post("/desk/guide/send").status_code == 302
    processing.process(mail_id=InboundMail.objects.get().pk, at=now())
    ticket = Ticket.objects.get()
    assert (ticket.subject, done(desk)) == ("All sign-ins fail", [True, False, False, False])
    desk.get(f"/desk/tickets/{ticket.number}/")
    desk.get(f"/desk/tickets/{ticket.number}/why")
    assert done(desk) == [True, True, True, False]
    make.reply(ticket, make.agent("Dave Okafor"), now())
    assert done(desk) == [True] * 4
    assert "A promise kept" in desk.get("/desk/").content.decode()


def test_it_can_be_put_away_and_speaks_chinese(desk: Client) -> None:
    desk.post("/preferences", {"language": "zh"})
    assert "发送示例邮件" in desk.get("/desk/").content.decode()
    desk.post("/desk/guide/put-away")
    assert 'id="guide"' not in desk.get("/desk/").content.decode()


def test_without_the_demo_there_is_no_guide_and_no_sample(desk: Client, settings: Any) -> None:
    settings.DEMO = False
    assert 'id="guide"' not in desk.get("/desk/").content.decode()
    assert desk.post("/desk/guide/send").status_code == 404
    assert not InboundMail.objects.exists()
