"""R49: every entitlement under every plan, as the desk shows it, as the portal shows it, as the API serves it.

What the plan includes works; what it lacks stands there as absent with what would bring it, and the API refuses it
with a problem that names entitlement, plan and remedy, and nothing changed. `Row.later`: the feature is not there
yet, so that who holds it is told "not yet" and who does not is refused all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from sterling.accounts.actions import customers, people
from sterling.accounts.models import Agent, Contact, Organization
from sterling.base.actor import SYSTEM
from sterling.base.models import AuditEntry
from sterling.base.moment import now
from sterling.core.catalog import remedy
from sterling.core.catalog.shipped import shipped
from tests import make
from tests.api.client import Answer, Holder, holder

pytestmark = pytest.mark.usefixtures("installed")
PLANS = ("standard", "silver", "gold", "platinum")
SATURDAY = datetime(2026, 3, 7, 18, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """Dora manages the organization, Bob is a colleague, Alice wrote on a Saturday and is named where that can be."""

    organization: Organization
    alice: Contact
    bob: Contact
    dora: Contact
    carol: Agent


def world(plan: str) -> World:
    of = make.organization(plan=None if plan == "standard" else plan)
    dora = make.contact(of, "Dora Quist")
    return World(
        of,
        make.contact(of, "Alice Moreau", premium=plan != "standard"),
        make.contact(of, "Bob Reyes"),
        customers.set_manager(contact=dora, is_manager=True, at=now(), by=SYSTEM),
        make.agent(),
    )


def signed_in(who: Agent | Contact) -> Client:
    client = Client()
    user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
    assert client.get(f"/in/{people.make_link(user=user, at=now())}").status_code == 302
    return client


@dataclass(frozen=True, slots=True)
class Row:
    """How one entitlement is used: `api` and `portal` ask for it, `served` says whether a ticket has it."""

    held_by: tuple[str, ...]
    api: Callable[[Holder, World], Answer] | None = None
    desk: dict[str, str] | None = None
    portal: dict[str, str] | None = None
    served: Callable[[World], bool] | None = None
    later: bool = False


def of(path: str, method: str = "GET", **body: Any) -> Callable[[Holder, World], Answer]:
    """A call about the organization."""

    def call(by: Holder, its: World) -> Answer:
        where = f"/organizations/{its.organization.pk}/{path}"
        return by.get(where) if method == "GET" else getattr(by, method.lower())(where, **body)

    return call


def verified(by: Holder, its: World) -> Answer:
    return by.post(f"/contacts/{its.bob.pk}/verify")


def placed(by: Holder, its: World) -> Answer:
    return by.patch(f"/contacts/{its.bob.pk}", region="europe")


def analyzed(by: Holder, its: World) -> Answer:
    number = make.ticket(its.alice, priority="urgent").number
    assert by.patch(f"/tickets/{number}", priority="urgent").status == 200
    return by.get(f"/tickets/{number}/rca")


def enters_tier_3(its: World) -> bool:
    return make.ticket(its.alice).tier == 3


def counts_at_night(its: World) -> bool:
    """A reply falls due on the Saturday itself, not when business begins."""
    due = make.clocks(make.ticket(its.alice, priority="urgent", at=SATURDAY), SATURDAY)[0][2]
    return due is not None and due.date() == SATURDAY.date()


PREMIUM, UPPER, TOP = PLANS[1:], PLANS[2:], PLANS[3:]
TABLE = {
    "tier3": Row(PREMIUM, served=enters_tier_3),
    "premium_contacts": Row(PREMIUM, api=verified, desk={"do": "premium"}, portal={"do": "name"}),
    "regional_contacts": Row(UPPER, api=placed, portal={"do": "region", "region": "europe"}),
    "phone": Row(UPPER, later=True),
    "always_on": Row(UPPER, served=counts_at_night),
    "enhanced_reports": Row(UPPER, api=of("reports", "POST", **{"from": "2026-01-01", "to": "2026-03-31"})),
    "ps_hours": Row(UPPER, api=of("hours")),
    "rca": Row(TOP, api=analyzed),
    "primary_engineer": Row(TOP, api=of("primaries", "PUT"), later=True),
    "executive_sponsor": Row(TOP, api=of("sponsor")),
}


def kept(its: World) -> list[object]:
    """What a refusal must leave as it was."""
    rows = list(Contact.objects.order_by("pk").values("pk", "version", "verified_at", "region_id"))
    return [*rows, AuditEntry.objects.filter(organization_id=its.organization.pk).count()]


def test_the_table_names_every_entitlement_of_the_shipped_catalog() -> None:
    catalog = shipped()
    assert set(TABLE) == set(catalog.entitlements)
    for name, terms in catalog.entitlements.items():
        holding = {plan for plan in PLANS if terms.includes(catalog.plans[plan].entitlements[name])}
        assert holding == set(TABLE[name].held_by), name


@pytest.mark.parametrize("plan", PLANS)
def test_desk_and_portal_show_what_is_there_and_what_would_bring_the_rest(plan: str) -> None:
    its, catalog = world(plan), shipped()
    desk = signed_in(its.carol).get(f"/desk/organizations/{its.organization.pk}/").content.decode()
    portal = signed_in(its.alice).get("/organization").content.decode()
    listed = holder(its.carol).get(f"/organizations/{its.organization.pk}/entitlements")
    for name, row in TABLE.items():
        words, brings = escape(catalog.entitlements[name].name.en), remedy(catalog, name, plan).en
        absent = f'<dt class="absent">{words}</dt><dd class="quiet">{escape(brings)}</dd>'
        missing = f'<dt>{words}</dt><dd><span class="absent">not in {catalog.plans[plan].name.en}</span>'
        assert listed[name]["included"] is (plan in row.held_by), name
        if plan in row.held_by:
            assert f"<dt>{words}</dt>" in portal, name
            assert absent not in portal, name
            assert f"<dt>{words}</dt>" in desk, name
            assert missing not in desk, name
        else:
            assert listed[name]["remedy"] == brings
            assert absent in portal, name
            assert f'{missing} <span class="quiet">{escape(brings)}</span>' in desk, name


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.api])
def test_the_api_serves_what_is_held_and_refuses_the_rest(name: str, plan: str) -> None:
    its, row = world(plan), TABLE[name]
    before = kept(its)
    assert row.api
    answer = row.api(holder(its.carol), its)
    if plan not in row.held_by:
        said = (answer.status, answer.kind, answer["entitlement"], answer["plan"], answer["remedy"])
        assert said == (403, "entitlement", name, plan, remedy(shipped(), name, plan).en)
        assert kept(its)[:-1] == before[:-1]
    elif row.later:
        assert answer.status == 404
        assert "Not yet" in str(answer.body)
        assert kept(its)[:-1] == before[:-1]
    else:
        assert answer.status in {200, 201}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.portal])
def test_a_customers_manager_is_served_or_refused_on_the_page(name: str, plan: str) -> None:
    its, row = world(plan), TABLE[name]
    before = kept(its)
    answer = signed_in(its.dora).post(f"/organization/people/{its.bob.pk}", row.portal or {})
    if plan in row.held_by:
        assert answer.status_code == 302
        assert kept(its) != before
    else:
        assert answer.status_code == 403
        assert escape(remedy(shipped(), name, plan).en) in answer.content.decode()
        assert kept(its) == before


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.desk])
def test_an_engineer_is_served_or_refused_on_the_page(name: str, plan: str) -> None:
    its, row = world(plan), TABLE[name]
    before = kept(its)
    answer = signed_in(its.carol).post(f"/desk/contacts/{its.bob.pk}/change", row.desk or {})
    if plan in row.held_by:
        assert answer.status_code == 302
        assert kept(its) != before
    else:
        assert answer.status_code == 403
        assert escape(remedy(shipped(), name, plan).en) in answer.content.decode()
        assert kept(its) == before


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.served])
def test_tickets_are_served_with_what_the_plan_holds_alone(name: str, plan: str) -> None:
    row = TABLE[name]
    assert row.served
    assert row.served(world(plan)) is (plan in row.held_by)
