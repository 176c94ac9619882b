"""Escalation on the pages: the act, the notice on the ticket, the alarms page; the customer's form."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.models import Agent
from sterling.base.moment import now
from sterling.tickets.models import Escalation, RoutingDecision
from tests import make
from tests.desk.conftest import at_desk
from tests.desk.test_engineers import ALWAYS, at_portal
from tests.tickets.test_routing import engineer

pytestmark = pytest.mark.usefixtures("installed")
PART = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def ines() -> Agent:
    return make.agent("Ines Roy", role="lead")


def test_a_customer_escalates_and_reads_that_it_was_heard_and_taken(ines: Agent, desk: Client) -> None:
    alice = make.alice()
    ticket = make.ticket(alice, at=now())
    portal = at_portal(alice)
    page = f"/tickets/{ticket.number}/"
    assert "Escalate this ticket" in portal.get(page).content.decode()
    empty = portal.post(f"{page}escalate", {"reason": " "})
    assert (empty.status_code, Escalation.objects.count()) == (422, 0)
    done = portal.post(f"{page}escalate", {"reason": "We lose orders."})
    assert (done.status_code, done["Location"]) == (302, f"{page}#escalated")
    shown = portal.get(page).content.decode()
    assert "Ines Roy has been told." in shown
    assert "Alice Moreau escalated this; it was heard by Ines Roy" in shown
    again = portal.post(f"{page}escalate", {"reason": "Now."})
    assert again.status_code == 409
    assert "has been passed on" in again.content.decode()
    assert "Now.</textarea>" in again.content.decode()
    lead = at_desk(ines)
    alarms = lead.get("/desk/alarms/").content.decode()
    assert f'data-escalation="{ticket.number}"' in alarms
    assert "We lose orders." in alarms
    assert f'data-escalation="{ticket.number}"' not in desk.get("/desk/alarms/").content.decode()
    assert f'data-escalation="{ticket.number}"' in desk.get("/desk/alarms/?of=all").content.decode()
    ours = lead.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "Alice Moreau, the customer, escalates:" in ours
    taken = lead.post(f"/desk/tickets/{ticket.number}/take-alarms", {"back": "ticket"})
    assert taken["Location"] == f"/desk/tickets/{ticket.number}/"
    assert "the customer, escalates:" not in lead.get(f"/desk/tickets/{ticket.number}/").content.decode()
    portal.cookies["language"] = "zh"
    shown = portal.get(page).content.decode()
    assert "Ines Roy 已接手处理" in shown


@pytest.mark.usefixtures("installed", "ines")
def test_strangers_cannot_escalate() -> None:
    ticket = make.ticket(make.alice(), at=now())
    path = f"/tickets/{ticket.number}/escalate"
    assert at_portal(make.mallory()).get(path).status_code == 404
    assert at_portal(make.mallory()).post(path, {"reason": "Mine."}).status_code == 404
    assert Client().post(path, {"reason": "Mine."}).status_code == 401
    assert Escalation.objects.count() == 0


def test_an_engineer_escalates_with_the_act(ines: Agent, desk: Client) -> None:
    bob = make.contact(make.organization(plan=None), "Bob")
    ticket = make.ticket(bob, at=now())
    path = f"/desk/tickets/{ticket.number}/act/escalate"
    form = desk.get(path, **PART).content.decode()
    assert "To Tier 2" in form
    assert "To the lead" in form
    assert desk.post(path, {"to": "ladder", "reason": ""}, **PART).status_code == 422
    assert desk.post(path, {"to": "ladder", "reason": "They call hourly."}, **PART).status_code == 204
    assert Escalation.objects.get().told == [ines.pk]
    assert (
        "escalated to the lead (Ines Roy): They call hourly."
        in desk.get(f"/desk/tickets/{ticket.number}/").content.decode()
    )
    assert desk.post(path, {"to": "tier", "reason": "A kernel question."}, **PART).status_code == 204
    ticket.refresh_from_db()
    assert ticket.tier == 2


def test_a_lead_has_routing_think_again_and_an_engineer_reads_why_not(ines: Agent, desk: Client) -> None:
    ana = engineer("Ana One", ALWAYS)
    ticket = make.ticket(make.alice(), at=now())
    ben = engineer("Ben Two", ALWAYS)
    path = f"/desk/tickets/{ticket.number}/act/route"
    assert "A lead has routing think again." in desk.get(path, **PART).content.decode()
    assert desk.post(path, {"reason": "Not mine."}, **PART).status_code == 403
    lead = at_desk(ines)
    assert lead.post(path, {"reason": ""}, **PART).status_code == 422
    assert lead.post(path, {"others": "yes", "reason": "Swap."}, **PART).status_code == 204
    rows = RoutingDecision.objects.filter(ticket=ticket).order_by("pk")
    assert [row.agent for row in rows] == [ana, ben]
