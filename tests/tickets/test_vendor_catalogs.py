"""Other vendors' catalogs in the product: loaded, promised by, replayed and shown in the desk."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from sterling.accounts.actions import people
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.core.catalog import Catalog
from sterling.core.clocks import replay
from sterling.plans.actions import catalogs
from sterling.sla import log as logs
from sterling.sla import queries as promises
from sterling.sla.actions.recompute import differs_from_replay
from sterling.tickets.actions import plans
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
FOLDER = Path(__file__).parents[1] / "catalogs"
HOUR = timedelta(hours=1)


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def customer(name: str, plan: str, zone: str = "") -> Any:
    """A premium contact of an organization under the vendor's plan."""
    catalogs.load_catalog(document=document(name), at=make.TUESDAY - HOUR, by=SYSTEM)
    organization = make.organization(plan=None)
    organization.timezone = zone
    organization.save()
    plans.sign_contract(
        organization=organization, plan=plan, starts=date(2026, 1, 1), ends=None, at=make.TUESDAY, by=SYSTEM
    )
    return make.contact(organization, "Yuki Mori", premium=True)


@pytest.mark.parametrize(
    ("name", "plan", "priority", "mark"),
    [
        ("around_the_clock_for_p1", "enterprise", "P2", "Enterprise"),
        ("five_severities", "advanced", "sev3", "Advanced"),
        ("four_contacts", "maintenance", "major", "Maintenance"),
    ],
)
def test_a_ticket_under_another_vendors_plan_is_promised_replayed_and_shown(
    name: str, plan: str, priority: str, mark: str
) -> None:
    ticket = make.ticket(customer(name, plan), priority=priority)
    carol = make.agent()
    make.reply(ticket, carol, make.TUESDAY + HOUR)
    assert not differs_from_replay(ticket.timeline_id)
    log = logs.read(ticket.timeline)
    told = log.document(make.TUESDAY + 2 * HOUR)
    clocks = replay(told, Catalog.from_dict(document(name)))
    live = promises.result_at(ticket.timeline_id, make.TUESDAY + 2 * HOUR).clocks
    assert [(c["metric"], c["state"]) for c in clocks] == [(c.metric.value, c.state.value) for c in live]
    client = Client()
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    for path in (f"/desk/tickets/{ticket.number}/", f"/desk/tickets/{ticket.number}/why", "/desk/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert mark in answer.content.decode()
    # The whole catalog as one page, in both languages, and what the customer reads of it.
    for language in ("en", "zh"):
        client.post("/preferences", {"language": language})
        page = client.get("/desk/catalog/")
        assert page.status_code == 200
        for one in Catalog.from_dict(document(name)).plans.values():
            assert escape(one.name.to(language)) in page.content.decode()
    customers = Client()
    customers.get(
        f"/in/{people.make_link(user=people.user_for_contact(contact=ticket.requester, at=now()), at=now())}"
    )
    for path in ("/organization", "/new", f"/tickets/{ticket.number}/"):
        answer = customers.get(path)
        assert answer.status_code == 200
        assert mark in answer.content.decode()


def test_the_contacts_zone_decides_where_the_plan_says_so() -> None:
    """10:00 on Tuesday in Chicago is 01:00 on Wednesday in Tokyo: 12x5 begins there in seven hours."""
    yuki = customer("around_the_clock_for_p1", "enterprise", zone="Asia/Tokyo")
    ticket = make.ticket(yuki, priority="P3")
    first = promises.result_at(ticket.timeline_id, make.TUESDAY).clocks[0]
    assert first.due == make.TUESDAY + 15 * HOUR
    ticket.timeline.refresh_from_db()
    assert ticket.timeline.next_hours == "12x5@Asia/Tokyo"
    assert not differs_from_replay(ticket.timeline_id)
