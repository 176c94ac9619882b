"""R36, R50: when a contract or a named contact changes, open tickets follow at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sterling.base.actor import SYSTEM
from sterling.base.errors import CapReached, NotEntitled
from sterling.plans.queries import contract_at
from sterling.sla import queries as promises
from sterling.sla.log import read
from sterling.tickets.actions import plans
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)


def test_a_contact_that_is_verified_brings_open_tickets_to_the_contract() -> None:
    halden = make.organization()
    bob = make.contact(halden, "Bob Reyes")
    ticket = make.ticket(bob, priority="urgent")
    plans.verify_contact(contact=bob, at=TUESDAY + timedelta(minutes=30), by=SYSTEM)
    ticket.refresh_from_db()
    assert ticket.plan == "gold"
    assert make.clocks(ticket, TUESDAY + HOUR)[0][2] == TUESDAY + timedelta(minutes=90)


def test_a_contact_that_is_released_keeps_the_running_clock() -> None:
    alice = make.alice()
    ticket = make.ticket(alice, priority="urgent")
    plans.release_contact(contact=alice, at=TUESDAY + timedelta(minutes=10), by=SYSTEM)
    ticket.refresh_from_db()
    assert ticket.plan == "standard"
    assert make.clocks(ticket, TUESDAY + timedelta(minutes=10))[0] == (
        "first_response",
        "running",
        TUESDAY + HOUR,
    )


def test_an_upgrade_at_noon_brings_the_better_target_to_running_clocks() -> None:
    halden = make.organization(plan="silver")
    ticket = make.ticket(make.alice(halden), priority="medium")
    assert make.clocks(ticket, TUESDAY)[0][2] == TUESDAY + 4 * HOUR
    contract = contract_at(halden.pk, TUESDAY)
    assert contract is not None
    plans.change_plan(contract=contract, plan="platinum", at=TUESDAY + HOUR, by=SYSTEM)
    assert make.clocks(ticket, TUESDAY + HOUR)[0][2] == TUESDAY + 3 * HOUR


def test_the_fourth_gold_contact_is_refused_with_who_holds_the_seats() -> None:
    halden = make.organization()
    for name in ("Alice Moreau", "Bob Reyes", "Dana Ito"):
        make.contact(halden, name, premium=True)
    with pytest.raises(CapReached, match="Alice Moreau, Bob Reyes, Dana Ito") as refused:
        make.contact(halden, "Erik Lund", premium=True)
    assert (refused.value.limit, refused.value.entitlement, refused.value.plan) == (
        3,
        "premium_contacts",
        "gold",
    )


def test_standard_has_no_premium_contacts() -> None:
    with pytest.raises(NotEntitled) as refused:
        make.contact(make.organization(plan=None), "Bob Reyes", premium=True)
    assert (refused.value.entitlement, refused.value.plan) == ("premium_contacts", "standard")
    assert "Silver" in refused.value.remedy.en


def test_a_contract_that_ends_by_date_ends_for_open_tickets_at_that_very_midnight() -> None:
    halden = make.organization(plan=None)
    plans.sign_contract(
        organization=halden,
        plan="gold",
        starts=date(2026, 1, 1),
        ends=date(2026, 3, 4),
        at=TUESDAY,
        by=SYSTEM,
    )
    ticket = make.ticket(make.alice(halden), priority="low")
    midnight = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)  # in Chicago
    assert plans.follow_dates(at=midnight - HOUR) == 0
    assert plans.follow_dates(at=midnight + 9 * HOUR) == 1
    ticket.refresh_from_db()
    change = promises.events_of(ticket.timeline_id).get(type="plan")
    assert (ticket.plan, change.at, change.data) == ("standard", midnight, {"from": "gold", "to": "standard"})
    assert plans.follow_dates(at=midnight + 10 * HOUR) == 0


def test_a_contract_that_begins_by_date_begins_for_open_tickets() -> None:
    halden = make.organization(plan="gold")
    ticket = make.ticket(make.alice(halden), priority="low")
    plans.sign_contract(
        organization=halden, plan="platinum", starts=date(2026, 3, 4), ends=None, at=TUESDAY, by=SYSTEM
    )
    ticket.refresh_from_db()
    assert ticket.plan == "gold"
    assert plans.follow_dates(at=TUESDAY + 24 * HOUR) == 1
    ticket.refresh_from_db()
    assert ticket.plan == "platinum"


def test_a_premium_contact_is_served_so_within_their_dates() -> None:
    alice = make.alice()
    first, last = TUESDAY + HOUR, TUESDAY + 3 * HOUR
    ticket = make.ticket(alice, priority="urgent")
    plans.set_valid(contact=alice, begins=first, ends=last, at=TUESDAY + HOUR / 2, by=SYSTEM)
    served = []
    for at in (TUESDAY + HOUR / 2, first, last):
        plans.follow_dates(at=at + timedelta(minutes=10))
        ticket.refresh_from_db()
        served.append(ticket.plan)
    assert served == ["standard", "gold", "standard"]
    log = [(event.at, event.data["to"]) for event in read(ticket.timeline).rows if event.type == "plan"]
    assert log == [(TUESDAY + HOUR / 2, "standard"), (first, "gold"), (last, "standard")]
    assert plans.follow_dates(at=last + HOUR) == 0


def test_a_seat_is_held_until_its_last_day_and_is_free_then() -> None:
    halden = make.organization(plan="silver")
    alice, dana = (make.contact(halden, name, premium=True) for name in ("Alice Moreau", "Dana Ito"))
    bob = make.contact(halden, "Bob Reyes")
    last = TUESDAY + HOUR
    plans.set_valid(contact=alice, begins=None, ends=last, at=TUESDAY, by=SYSTEM)
    with pytest.raises(CapReached, match="Alice Moreau, Dana Ito"):
        plans.verify_contact(contact=bob, at=last - timedelta(seconds=1), by=SYSTEM)
    plans.verify_contact(contact=bob, at=last, by=SYSTEM)
    with pytest.raises(CapReached, match="Dana Ito, Bob Reyes"):
        plans.set_valid(contact=alice, begins=None, ends=None, at=last, by=SYSTEM)
    plans.release_contact(contact=dana, at=last, by=SYSTEM)
    assert plans.set_valid(contact=alice, begins=None, ends=None, at=last, by=SYSTEM).is_premium_at(last)
