"""A loaded catalog's ladder names the primary engineer and the sponsor: each hears at their share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sterling.accounts.models import Agent, Organization
from sterling.core.catalog import shipped
from sterling.plans.actions.catalogs import load_catalog
from sterling.plans.models import Contract
from sterling.premium.sponsors import actions as sponsors
from sterling.premium.sponsors import notices
from sterling.premium.sponsors.models import SponsorNotice
from sterling.sla.models import Alarm
from sterling.tickets.actions import plans
from sterling.tickets.models import Ticket
from tests import make
from tests.make import SYSTEM, TUESDAY
from tests.tickets.test_alarms import ring
from tests.tickets.test_routing import DAY, NIGHT, away, engineer, name_primaries

pytestmark = pytest.mark.usefixtures("catalog")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def catalog(installed: None) -> None:  # noqa: ARG001 - the shipped catalog comes first
    """Half of a target reaches the primary, three quarters the sponsor as well."""
    document = shipped().to_dict()
    document["ladder"][0]["to"] = ["primary"]
    document["ladder"][1]["to"] = ["primary", "sponsor"]
    load_catalog(document=document, at=TUESDAY - 48 * HOUR, by=SYSTEM)


@pytest.fixture
def nordwind() -> Organization:
    return make.organization("Nordwind", plan="platinum")


@pytest.fixture
def house() -> dict[str, Agent]:
    """Dave is the customer's, Eve stands in; Ines leads and Omar manages."""
    return {
        "dave": engineer("Dave Prime", DAY, tier=3),
        "eve": engineer("Eve Backup", DAY, tier=3),
        "ines": make.agent("Ines Roy", role="lead"),
        "omar": make.agent("Omar Diaz", role="admin"),
    }


def opened(of: Organization) -> Ticket:
    return make.ticket(make.alice(of), priority="urgent")


def heard(of: Organization, house: dict[str, Agent], share: int = 50) -> tuple[list[str], list[str]]:
    """Who heard of half of an hour, by name, and for which roles nobody was on duty."""
    ticket = opened(of)
    ring(TUESDAY + 31 * MINUTE)
    row = Alarm.objects.get(timeline=ticket.timeline_id, share=share)
    names = {agent.pk: name for name, agent in house.items()}
    return [names[key] for key in row.told or ()], row.uncovered


def test_the_primary_of_the_region_hears(nordwind: Organization, house: dict[str, Agent]) -> None:
    name_primaries(nordwind, house["dave"], house["eve"])
    assert heard(nordwind, house) == (["dave"], [])


def test_the_first_backup_who_is_there_hears_for_an_absent_primary(
    nordwind: Organization, house: dict[str, Agent]
) -> None:
    house["finn"] = engineer("Finn Night", NIGHT, tier=3)
    name_primaries(nordwind, house["dave"], house["finn"], house["eve"])
    away(house["dave"])
    assert heard(nordwind, house) == (["eve"], [])


def test_where_none_of_them_is_there_the_lead_hears_with_the_primary(
    nordwind: Organization, house: dict[str, Agent]
) -> None:
    name_primaries(nordwind, house["dave"], house["eve"])
    away(house["dave"])
    away(house["eve"])
    assert heard(nordwind, house) == (["dave", "ines"], [])


def test_where_none_is_named_the_lead_hears(nordwind: Organization, house: dict[str, Agent]) -> None:
    assert heard(nordwind, house) == (["ines"], [])


def test_another_regions_or_another_customers_engineer_is_not_meant(
    nordwind: Organization, house: dict[str, Agent]
) -> None:
    name_primaries(nordwind, house["dave"], region="europe")
    name_primaries(make.organization("Mallory Ltd", plan="platinum"), house["eve"])
    assert heard(nordwind, house) == (["ines"], [])


def test_a_plan_that_names_nobody_any_more_is_heard_by_the_lead(
    nordwind: Organization, house: dict[str, Agent]
) -> None:
    name_primaries(nordwind, house["dave"])
    contract = Contract.objects.get(organization=nordwind)
    plans.change_plan(contract=contract, plan="gold", at=TUESDAY - HOUR, by=SYSTEM)
    assert heard(nordwind, house) == (["ines"], [])


def test_an_engineer_who_left_is_passed_over(nordwind: Organization, house: dict[str, Agent]) -> None:
    name_primaries(nordwind, house["dave"], house["eve"])
    Agent.objects.filter(pk=house["dave"].pk).update(is_active=False)
    assert heard(nordwind, house) == (["eve"], [])


def test_the_sponsor_hears_at_their_share_and_the_duty_manager_in_the_desk(
    nordwind: Organization, house: dict[str, Agent]
) -> None:
    name_primaries(nordwind, house["dave"])
    ada = make.agent("Ada Lind", role="lead", region_id="europe")
    ticket = opened(nordwind)
    sponsors.name_sponsor(
        organization_id=nordwind.pk,
        agent=ada,
        counterpart=ticket.requester,
        cadence="quarter",
        at=TUESDAY,
        by=SYSTEM,
    )
    at = TUESDAY + 46 * MINUTE
    ring(at)
    assert Alarm.objects.get(timeline=ticket.timeline_id, share=75).told == [
        house["dave"].pk,
        house["omar"].pk,
    ]
    for _ in range(2):
        notices.raise_notices(at=at)
    [told] = SponsorNotice.objects.exclude(kind="urgent")
    assert (told.agent_id, told.said["en"]) == (
        ada.pk, f"#{ticket.number} Export fails: First reply: 75 % of the target used")  # fmt: skip


def test_the_statements_are_as_many_for_five_tickets_as_for_one(
    nordwind: Organization, house: dict[str, Agent]
) -> None:
    name_primaries(nordwind, house["dave"])

    def asked() -> int:
        opened(nordwind)
        with CaptureQueriesContext(connection) as found:
            ring(TUESDAY + 31 * MINUTE)
        return len(found)

    asked()
    one = asked()
    for _ in range(4):
        opened(nordwind)
    assert asked() == one
