"""Escalation up a tier, up the ladder, and by the customer: who hears, once, and what the customer reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.accounts.models import Agent
from sterling.base.errors import Conflict, Invalid, NotYours
from sterling.channels.email import escalations as mails
from sterling.channels.email.models import StaffMail
from sterling.sla.models import Event
from sterling.tickets.actions import alarms, escalating
from sterling.tickets.models import Escalation, Ticket
from tests import make
from tests.make import TUESDAY
from tests.tickets.test_routing import NIGHT, decisions, engineer, name_primaries

pytestmark = pytest.mark.usefixtures("installed")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def house() -> dict[str, Agent]:
    return {
        "carol": make.agent(tier=3),
        "ines": make.agent("Ines Roy", role="lead"),
        "omar": make.agent("Omar Diaz", role="admin"),
    }


def rungs(of: Ticket) -> list[tuple[str, str, list[int]]]:
    return [(row.kind, row.rung, row.told) for row in Escalation.objects.filter(ticket=of).order_by("pk")]


def events(of: Ticket, *kinds: str) -> list[dict[str, object]]:
    return [row.data for row in Event.objects.filter(timeline=of.timeline_id, type__in=kinds).order_by("seq")]


def test_up_a_tier_finds_somebody_of_that_tier_with_the_reason() -> None:
    engineer("Tim Tier", tier=1)
    two = engineer("Uma Two", tier=2)
    bob = make.contact(make.organization(plan=None), "Bob")
    ticket = make.ticket(bob)
    by = make.actor(two)
    escalating.up_a_tier(ticket=ticket, reason="A kernel question.", at=TUESDAY + MINUTE, by=by)
    assert decisions(ticket) == [("opened", "pool", "Tim Tier"), ("escalated", "pool", "Uma Two")]
    assert events(ticket, "tier") == [{"from": 1, "to": 2, "reason": "A kernel question."}]
    ticket.refresh_from_db()
    assert (ticket.tier, ticket.assignee) == (2, two)
    escalating.up_a_tier(ticket=ticket, reason="Higher.", at=TUESDAY + MINUTE, by=by)
    assert decisions(ticket)[2:] == [("escalated", "nobody", "")]
    ticket.refresh_from_db()
    assert (ticket.tier, ticket.assignee) == (3, two)  # one owner at all times
    with pytest.raises(Conflict):
        escalating.up_a_tier(ticket=ticket, reason="Higher still.", at=TUESDAY + MINUTE, by=by)


def test_up_the_ladder_goes_rung_by_rung_and_a_plan_with_a_sponsor_has_one_more(
    house: dict[str, Agent],
) -> None:
    ines, omar = house["ines"].pk, house["omar"].pk
    for plan, more in (("gold", []), ("platinum", [("engineer", "sponsor", [omar])])):
        ticket = make.ticket(make.alice(make.organization(plan, plan=plan)))
        wanted = [("engineer", "lead", [ines]), ("engineer", "duty_manager", [omar]), *more]
        for _ in wanted:
            escalating.up_the_ladder(
                ticket=ticket, reason="They call hourly.", at=TUESDAY, by=make.actor(house["carol"])
            )
        assert rungs(ticket) == wanted
        with pytest.raises(Conflict):
            escalating.up_the_ladder(ticket=ticket, reason="More.", at=TUESDAY, by=make.SYSTEM)


@pytest.mark.usefixtures("installed", "house")
def test_nothing_is_escalated_without_a_reason() -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    for reason in ("", "  \n", "x" * 2001):
        with pytest.raises(Invalid):
            escalating.up_the_ladder(ticket=ticket, reason=reason, at=TUESDAY, by=make.SYSTEM)
        with pytest.raises(Invalid):
            escalating.by_customer(ticket=ticket, contact=alice, reason=reason, at=TUESDAY, by=make.SYSTEM)
    assert (rungs(ticket), events(ticket, "escalated")) == ([], [])


def test_a_customers_escalation_is_heard_by_the_lead_then_once_by_the_duty_manager(
    house: dict[str, Agent],
) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    before = make.clocks(ticket, TUESDAY + HOUR)
    escalating.by_customer(
        ticket=ticket, contact=alice, reason="We lose orders.", at=TUESDAY, by=make.actor(alice)
    )
    ines, omar = house["ines"].pk, house["omar"].pk
    assert rungs(ticket) == [("customer", "lead", [ines])]
    assert escalating.climb(at=TUESDAY + 29 * MINUTE) == 0
    assert escalating.climb(at=TUESDAY + 30 * MINUTE) == 1
    assert escalating.climb(at=TUESDAY + 9 * HOUR) == 0
    assert rungs(ticket)[1:] == [("customer", "duty_manager", [omar])]
    assert [(one["rung"], one["told"], one["climbed"]) for one in events(ticket, "escalated")] == [
        ("lead", ["Ines Roy"], False),
        ("duty_manager", ["Omar Diaz"], True),
    ]
    assert make.clocks(ticket, TUESDAY + HOUR) == before


def test_who_takes_it_in_time_is_named_and_nobody_further_up_hears(house: dict[str, Agent]) -> None:
    alice, ines = make.alice(), house["ines"]
    ticket = make.ticket(alice)
    escalating.by_customer(
        ticket=ticket, contact=alice, reason="We lose orders.", at=TUESDAY, by=make.actor(alice)
    )
    alarms.take(ticket=ticket, agent=ines, at=TUESDAY + 5 * MINUTE, by=make.actor(ines))
    assert escalating.climb(at=TUESDAY + HOUR) == 0
    row = Escalation.objects.get(ticket=ticket)
    assert (row.taken_by, row.taken_at) == (ines, TUESDAY + 5 * MINUTE)
    assert events(ticket, "heard_out") == [{"name": "Ines Roy", "customer": True}]
    alarms.take(ticket=ticket, agent=house["omar"], at=TUESDAY + 6 * MINUTE, by=make.SYSTEM)
    assert len(events(ticket, "heard_out")) == 1


def test_a_customer_escalates_sensibly_often(house: dict[str, Agent]) -> None:
    alice, ines = make.alice(), house["ines"]
    ticket = make.ticket(alice, at=TUESDAY - HOUR)

    def escalate(at: object, on: Ticket = ticket) -> None:
        escalating.by_customer(ticket=on, contact=alice, reason="Now.", at=at, by=make.actor(alice))

    escalate(TUESDAY)
    with pytest.raises(Conflict, match="10 min ago"):
        escalate(TUESDAY + 10 * MINUTE)
    escalating.take(ticket=ticket, agent=ines, at=TUESDAY + 11 * MINUTE, by=make.actor(ines))
    with pytest.raises(Conflict, match="again in 3 h 48 min"):
        escalate(TUESDAY + 12 * MINUTE)
    escalate(TUESDAY + 4 * HOUR)
    for nth in range(3):
        escalate(TUESDAY + 5 * HOUR, make.ticket(alice, at=TUESDAY + nth * MINUTE))
    with pytest.raises(Conflict, match="5 tickets within a day"):
        escalate(TUESDAY + 6 * HOUR, make.ticket(alice, at=TUESDAY))
    assert Escalation.objects.count() == 5


def test_neither_strangers_nor_solved_tickets_are_escalated(house: dict[str, Agent]) -> None:
    alice, mallory = make.alice(), make.mallory()
    ticket = make.ticket(alice)
    with pytest.raises(NotYours):
        escalating.by_customer(ticket=ticket, contact=mallory, reason="Mine.", at=TUESDAY, by=make.SYSTEM)
    make.reply(ticket, house["carol"], TUESDAY, status="solved")
    with pytest.raises(Conflict):
        escalating.by_customer(ticket=ticket, contact=alice, reason="Still.", at=TUESDAY, by=make.SYSTEM)
    assert rungs(ticket) == []


def test_an_escalation_that_was_solved_meanwhile_climbs_no_further(house: dict[str, Agent]) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    escalating.by_customer(ticket=ticket, contact=alice, reason="Now.", at=TUESDAY, by=make.actor(alice))
    make.reply(ticket, house["carol"], TUESDAY + MINUTE, status="solved")
    assert escalating.climb(at=TUESDAY + HOUR) == 0
    assert len(rungs(ticket)) == 1


def test_who_hears_gets_one_mail_and_the_informed_primary_too(house: dict[str, Agent]) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    escalating.by_customer(
        ticket=ticket, contact=alice, reason="We lose orders.", at=TUESDAY, by=make.actor(alice)
    )
    assert [mails.write(at=TUESDAY + nth * MINUTE) for nth in range(2)] == [1, 0]
    mail = StaffMail.objects.get()
    assert (mail.agent, mail.subject) == (house["ines"], f"The customer escalates #{ticket.number}")
    assert "We lose orders." in mail.text
    platinum = make.organization("Nordwind", plan="platinum")
    dave = engineer("Dave Prime")
    engineer("Nia Night", NIGHT)
    name_primaries(platinum, dave)
    urgent = make.ticket(make.alice(platinum), priority="urgent", at=TUESDAY + 12 * HOUR)
    assert rungs(urgent) == [("informed", "primary", [dave.pk])]
    assert mails.write(at=TUESDAY + 12 * HOUR) == 1
    mail = StaffMail.objects.latest("pk")
    assert (mail.agent, mail.subject) == (dave, f"An Urgent ticket of your customer: #{urgent.number}")
    assert escalating.take(ticket=urgent, agent=dave, at=TUESDAY + 13 * HOUR, by=make.actor(dave)) == 0
