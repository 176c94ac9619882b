"""A ticket finds its engineer, when it opens and whenever that is thought over; the reason stays with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.actions.shifts import Away, Regular, set_absences, set_shifts
from sterling.accounts.models import Agent, Organization, Primary
from sterling.base.errors import Invalid
from sterling.base.foreseen import foreseeing
from sterling.sla.models import Event
from sterling.tickets.actions import changing, rerouting, routing
from sterling.tickets.models import Occasion, RoutingDecision, Ticket
from tests import make
from tests.make import SYSTEM, TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ALL_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = {"weekly": {day: [["08:00", "18:00"]] for day in ALL_WEEK}}
NIGHT = {"weekly": {day: [["18:00", "08:00"]] for day in ALL_WEEK}}


def engineer(name: str, hours: dict[str, Any] | None = DAY, **more: Any) -> Agent:
    made = make.agent(name, **more)
    return set_shifts(agent=made, regular=[Regular(hours)], at=TUESDAY, by=SYSTEM) if hours else made


def name_primaries(of: Organization, *agents: Agent, region: str = "americas") -> None:
    for place, agent in enumerate(agents):
        Primary.objects.create(organization=of, region_id=region, agent=agent, place=place, named_at=TUESDAY)


def away(agent: Agent, starts: str = "2026-03-01", ends: str = "2026-03-09") -> None:
    set_absences(agent=agent, away=[Away(starts, ends, "Leave")], at=TUESDAY, by=SYSTEM)


def decisions(of: Ticket) -> list[tuple[str, str, str]]:
    rows = RoutingDecision.objects.filter(ticket=of).order_by("pk").select_related("agent__user")
    return [(row.occasion, row.code, row.agent.name if row.agent else "") for row in rows]


def assignee(of: Ticket) -> str:
    found = Ticket.objects.select_related("assignee__user").get(pk=of.pk).assignee
    return found.name if found else ""


@pytest.fixture
def platinum() -> Organization:
    return make.organization("Nordwind", plan="platinum")


def test_where_nobody_has_shifts_a_ticket_waits_in_its_pool_as_ever() -> None:
    make.agent()
    ticket = make.ticket(make.alice())
    assert (assignee(ticket), ticket.tier, decisions(ticket)) == ("", 3, [("opened", "no_shifts", "")])
    assert not Event.objects.filter(timeline=ticket.timeline_id, type__in=["assigned", "routed"]).exists()


def test_a_ticket_goes_to_who_is_on_shift_and_has_waited_longest() -> None:
    first, second = engineer("Ana One"), engineer("Ben Two")
    engineer("Nia Night", NIGHT)
    engineer("Tim Tier", tier=1)
    alice = make.alice()
    tickets = [make.ticket(alice, at=TUESDAY + nth * MINUTE) for nth in range(3)]
    assert [assignee(one) for one in tickets] == [first.name, second.name, first.name]
    event = Event.objects.get(timeline=tickets[0].timeline_id, type="assigned")
    assert (event.actor_kind, event.data["name"], event.data["tier"]) == ("system", "Ana One", 3)
    assert event.data["why"]["zh"].startswith("Ana One 在三线")


def test_a_standard_ticket_enters_tier_1() -> None:
    engineer("Ana One")
    tim = engineer("Tim Tier", tier=1)
    bob = make.contact(make.organization(plan=None), "Bob")
    assert assignee(make.ticket(bob)) == tim.name


def test_the_primary_gets_it_and_while_away_the_backup(platinum: Organization) -> None:
    engineer("Ana One")
    dave, eve = engineer("Dave Prime"), engineer("Eve Backup")
    name_primaries(platinum, dave, eve)
    alice = make.alice(platinum)
    ticket = make.ticket(alice)
    assert (assignee(ticket), decisions(ticket)) == ("Dave Prime", [("opened", "primary", "Dave Prime")])
    away(dave)
    ticket = make.ticket(alice)
    row = RoutingDecision.objects.get(ticket=ticket)
    assert (assignee(ticket), row.code, row.primary_id) == ("Eve Backup", "backup", dave.pk)
    assert row.passed[0]["said"]["en"] == "away until Mon 9 Mar 00:00 (Chicago time)"


def test_named_engineers_count_for_the_plan_that_has_them_and_no_other() -> None:
    gold = make.organization(plan="gold")
    first, dave = engineer("Ana One"), engineer("Dave Prime")
    name_primaries(gold, dave)
    row = RoutingDecision.objects.get(ticket=make.ticket(make.alice(gold)))
    assert (row.agent, row.primary) == (first, None)


def test_urgent_at_night_goes_to_whoever_is_on_duty_and_the_primary_is_noted(platinum: Organization) -> None:
    dave, night = engineer("Dave Prime"), engineer("Nia Night", NIGHT)
    name_primaries(platinum, dave)
    ticket = make.ticket(make.alice(platinum), priority="urgent", at=TUESDAY + 12 * HOUR)
    row = RoutingDecision.objects.get(ticket=ticket)
    assert (row.agent, row.code, row.informed) == (night, "on_duty", [dave.pk])


def test_raising_to_urgent_decides_again(platinum: Organization) -> None:
    dave, night = engineer("Dave Prime"), engineer("Nia Night", NIGHT)
    name_primaries(platinum, dave)
    ticket = make.ticket(make.alice(platinum), priority="low", at=TUESDAY)
    later = TUESDAY + 12 * HOUR
    changing.set_priority(ticket=ticket, priority="urgent", reason="Down.", at=later, by=make.actor(night))
    assert decisions(ticket) == [("opened", "primary", "Dave Prime"), ("urgent", "on_duty", "Nia Night")]
    assert assignee(ticket) == "Nia Night"


def test_a_reopened_ticket_stays_with_who_had_it_unless_they_are_away() -> None:
    ana, ben = engineer("Ana One"), engineer("Ben Two")
    alice = make.alice()
    ticket = make.ticket(alice)
    make.reply(ticket, ana, TUESDAY + MINUTE, status="solved")
    make.wrote(ticket, alice, TUESDAY + 2 * MINUTE)
    assert decisions(ticket)[1:] == [("reopened", "kept", "Ana One")]
    make.reply(ticket, ana, TUESDAY + 3 * MINUTE, status="solved")
    away(ana)
    make.wrote(ticket, alice, TUESDAY + 4 * MINUTE)
    assert (decisions(ticket)[2:], assignee(ticket)) == ([("reopened", "pool", "Ben Two")], ben.name)


def test_with_nobody_on_shift_it_waits_and_finds_who_comes_on() -> None:
    night = engineer("Nia Night", NIGHT)
    ticket = make.ticket(make.alice())
    assert (decisions(ticket), assignee(ticket)) == ([("opened", "nobody_on", "")], "")
    assert ticket.route_at == TUESDAY + 8 * HOUR
    assert rerouting.look_again(at=TUESDAY + 8 * HOUR - MINUTE) == 0
    assert rerouting.look_again(at=TUESDAY + 8 * HOUR) == 1
    assert (decisions(ticket)[1:], assignee(ticket)) == ([("shift", "pool", "Nia Night")], night.name)
    assert rerouting.look_again(at=TUESDAY + 9 * HOUR) == 0


def test_a_reply_that_falls_due_while_its_engineer_is_away_finds_another_one() -> None:
    ana, ben = engineer("Ana One"), engineer("Ben Two")
    ticket = make.ticket(make.alice())
    assert assignee(ticket) == ana.name
    assert rerouting.look_again(at=TUESDAY + MINUTE) == 0
    away(ana)
    assert rerouting.look_again(at=TUESDAY + MINUTE) == 1
    assert (decisions(ticket)[1:], assignee(ticket)) == ([("absent", "pool", "Ben Two")], ben.name)


def test_an_absence_that_ends_before_the_due_moves_nothing_and_nobody_is_asked_twice() -> None:
    ana = engineer("Ana One")
    ticket = make.ticket(make.alice(), priority="low")
    away(ana, "2026-03-03T16:00:00Z", "2026-03-03T17:00:00Z")
    assert rerouting.look_again(at=TUESDAY + MINUTE) == 0
    away(ana)
    assert [rerouting.look_again(at=TUESDAY + nth * MINUTE) for nth in (2, 3)] == [1, 0]
    assert (decisions(ticket)[1:], assignee(ticket)) == ([("absent", "nobody", "")], ana.name)


def test_an_installation_may_have_it_only_suggest() -> None:
    ana = engineer("Ana One")
    routing.set_rules(assigns=False, at=TUESDAY, by=SYSTEM)
    ticket = make.ticket(make.alice())
    row = RoutingDecision.objects.get(ticket=ticket)
    assert (row.agent, row.is_assigned, assignee(ticket)) == (ana, False, "")
    assert Event.objects.filter(timeline=ticket.timeline_id, type="routed").count() == 1


def test_a_lead_has_it_thought_over_with_a_skill_or_to_somebody_else() -> None:
    ana, ben = engineer("Ana One"), engineer("Ben Two")
    people.change_agent(agent=ben, skills=["SSO"], at=TUESDAY, by=SYSTEM)
    ticket = make.ticket(make.alice())
    with pytest.raises(Invalid):
        routing.route_again(ticket=ticket, reason=" ", at=TUESDAY, by=SYSTEM)
    kept = routing.route_again(ticket=ticket, reason="Look again.", at=TUESDAY, by=SYSTEM)
    assert (kept.code, kept.agent) == ("kept", ana)
    other = routing.route_again(
        ticket=ticket, reason="It is about sign-in.", skills=["sso"], at=TUESDAY, by=SYSTEM
    )
    assert (other.code, other.agent, other.asked) == ("pool", ben, "It is about sign-in.")
    back = routing.route_again(ticket=ticket, reason="Swap.", skills=[], others=True, at=TUESDAY, by=SYSTEM)
    assert back.agent == ana


def test_a_decision_is_never_changed_nor_deleted() -> None:
    row = RoutingDecision.objects.get(ticket=make.ticket(make.alice()))
    for change in (lambda: RoutingDecision.objects.update(code="x"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_same_facts_have_the_same_digest() -> None:
    engineer("Ana One")
    alice = make.alice()
    one, two = (RoutingDecision.objects.get(ticket=make.ticket(alice)).digest for _ in range(2))
    assert len(one) == 64
    assert one != two  # Ana had got one meanwhile


def test_routing_asks_the_same_number_of_questions_however_many_work_here(platinum: Organization) -> None:
    alice = make.alice(platinum)
    name_primaries(platinum, engineer("Dave Prime"))

    def counted() -> int:
        make.ticket(alice)  # the roster is known after the first
        with CaptureQueriesContext(connection) as captured:
            make.ticket(alice)
        return len(captured)

    few = counted()
    for nth in range(8):
        engineer(f"E{nth}")
    assert counted() == few


def test_a_batch_asks_once_and_counts_what_it_gives(platinum: Organization) -> None:
    crew = [engineer(f"E{nth} Crew") for nth in range(3)]
    alice = make.alice(platinum)
    make.ticket(alice)
    with foreseeing(), CaptureQueriesContext(connection) as captured:
        tickets = [make.ticket(alice) for _ in range(6)]
    asked = [one["sql"] for one in captured if "accounts_agent" in one["sql"] or "routingrules" in one["sql"]]
    assert len(asked) == 2
    assert sorted(assignee(one) for one in tickets) == sorted([one.name for one in crew] * 2)
    assert RoutingDecision.objects.filter(occasion=Occasion.OPENED).count() == 7
