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
from sterling.base.errors import CapReached
from sterling.base.moment import now
from sterling.core.catalog import Catalog
from sterling.core.clocks import replay
from sterling.plans.actions import catalogs
from sterling.sla import log as logs
from sterling.sla import queries as promises
from sterling.sla.actions.recompute import differs_from_replay
from sterling.tickets.actions import plans
from tests import make
from tests.api.client import holder

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


def test_a_cap_by_size_follows_the_size_of_the_contract() -> None:
    """Advanced names 3 people up to 10 subscriptions, 6 up to 50, 12 beyond."""
    catalogs.load_catalog(document=document("five_severities"), at=make.TUESDAY - HOUR, by=SYSTEM)
    of = make.organization(plan=None)
    contract = plans.sign_contract(
        organization=of,
        plan="advanced",
        starts=date(2026, 1, 1),
        ends=None,
        size=10,
        at=make.TUESDAY,
        by=SYSTEM,
    )
    for name in ("Ann", "Ben", "Cora"):
        make.contact(of, name, premium=True)
    with pytest.raises(CapReached, match=r"All 3"):
        make.contact(of, "Dan", premium=True)
    boss = Client()
    boss.get(f"/in/{people.make_link(user=make.agent(role='lead').user, at=now())}")
    path = f"/desk/contracts/{contract.pk}/"
    assert "<dd>3 / 3</dd>" in boss.get(path).content.decode()
    boss.post(f"{path}change", {"what": "size", "size": "11"})
    said = boss.get(path).content.decode()
    assert "<dd>3 / 6</dd>" in said
    assert "Carol Mensah set the size from 10 to 11." in said
    make.contact(of, "Dan again", premium=True)
    api = holder(make.agent("Ada Admin", role="admin"))
    assert api.get(f"/organizations/{of.pk}/entitlements")["premium_contacts"]["limit"] == 6
    assert api.patch(f"/contracts/{contract.pk}", size=5)["size"] == 5
    assert "4 named contacts, Advanced includes 3. Release some of them:" in boss.get(path).content.decode()
    assert api.patch(f"/contracts/{contract.pk}", size=-1).fields == ["size"]
