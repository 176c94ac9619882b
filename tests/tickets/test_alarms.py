from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sterling.accounts.actions.shifts import Regular, set_shifts
from sterling.accounts.models import Agent
from sterling.sla.actions import alarms as ringing
from sterling.sla.models import Alarm
from sterling.tickets.actions import changing
from sterling.tickets.actions.alarms import take, tell
from sterling.tickets.hearing import house_at
from sterling.tickets.models import Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)


def told(ticket: Ticket) -> dict[int, list[int]]:
    return {row.share: row.told for row in Alarm.objects.filter(timeline=ticket.timeline_id)}


def ring(at: datetime) -> int:
    ringing.raise_due(at=at)
    return tell(at=at)


@pytest.fixture
def house() -> dict[str, Agent]:
    """Carol works; Ines leads, Omar manages; elsewhere others do."""
    make.agent("Wei Zhang", role="lead", region_id="china")
    make.agent("Ada Berg", role="admin", region_id="europe")
    return {
        "carol": make.agent(tier=3),
        "ines": make.agent("Ines Roy", role="lead"),
        "omar": make.agent("Omar Diaz", role="admin"),
        "theo": make.agent("Theo Blum", tier=1),
    }


def hearers(roles: list[str], ticket: Ticket) -> list[int]:
    return house_at(TUESDAY, [ticket]).hearers(roles, ticket).agents


def given(to: Agent, **more: object) -> Ticket:
    ticket = make.ticket(make.alice(), priority="urgent", **more)
    changing.assign(ticket=ticket, to=to, at=TUESDAY, by=make.SYSTEM)
    return ticket


def test_the_ladder_climbs_from_the_assignee_to_the_duty_manager(house: dict[str, Agent]) -> None:
    ticket = given(house["carol"])
    assert ring(TUESDAY + 91 * MINUTE) == 5
    carol, ines, omar = (house[name].pk for name in ("carol", "ines", "omar"))
    assert told(ticket) == {
        50: [carol],
        75: [carol],  # her team of Tier 3 is she alone
        90: [carol, ines],
        100: [carol, ines, omar],
        150: [ines, omar],
    }


def test_each_alarm_is_told_once(house: dict[str, Agent]) -> None:
    ticket = given(house["carol"])
    ring(TUESDAY + 31 * MINUTE)
    changing.assign(ticket=ticket, to=house["theo"], at=TUESDAY + 32 * MINUTE, by=make.SYSTEM)
    assert ring(TUESDAY + 33 * MINUTE) == 0
    assert told(ticket) == {50: [house["carol"].pk]}


def test_nobody_assigned_means_that_the_lead_hears(house: dict[str, Agent]) -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    ring(TUESDAY + 31 * MINUTE)
    assert told(ticket) == {50: [house["ines"].pk]}


def test_an_assignee_who_left_hears_nothing_and_the_lead_does(house: dict[str, Agent]) -> None:
    ticket = given(house["carol"])
    Agent.objects.filter(pk=house["carol"].pk).update(is_active=False)
    ring(TUESDAY + 31 * MINUTE)
    assert told(ticket) == {50: [house["ines"].pk]}


def test_a_region_without_a_lead_is_heard_by_its_manager(house: dict[str, Agent]) -> None:
    ticket = given(house["carol"])
    Agent.objects.filter(pk=house["ines"].pk).update(is_active=False)
    ring(TUESDAY + 55 * MINUTE)
    assert told(ticket)[90] == [house["carol"].pk, house["omar"].pk]


def test_a_region_without_managers_is_heard_by_one_of_no_region(house: dict[str, Agent]) -> None:
    Agent.objects.filter(pk=house["omar"].pk).update(region=None)
    ticket = given(house["carol"])
    assert hearers(["duty_manager"], ticket) == [house["omar"].pk]


def test_the_team_is_who_may_work_tickets_of_that_tier(house: dict[str, Agent]) -> None:
    ticket = given(house["carol"])
    ticket.tier = 1
    assert hearers(["team"], ticket) == [house["carol"].pk, house["theo"].pk]


def shift(agent: Agent, *hours: str, zone: str = "tue") -> None:
    regular = [Regular({"weekly": {zone: [list(hours)]}})]
    set_shifts(agent=agent, regular=regular, at=TUESDAY, by=make.SYSTEM)


DAY, NIGHT = ("08:00", "16:00"), ("22:00", "06:00")  # it is Tuesday, 10:00 in Chicago, 17:00 in Berlin


def uncovered(ticket: Ticket) -> dict[int, list[str]]:
    return {row.share: row.uncovered for row in Alarm.objects.filter(timeline=ticket.timeline_id)}


def test_the_lead_and_the_duty_manager_are_those_on_duty(house: dict[str, Agent]) -> None:
    second = make.agent("Lia Lead", role="lead")
    shift(house["ines"], *NIGHT)
    shift(second, *DAY)
    shift(house["omar"], *NIGHT)
    ticket = given(house["carol"])
    ring(TUESDAY + 61 * MINUTE)
    carol = house["carol"].pk
    assert told(ticket) == {50: [carol], 75: [carol], 90: [carol, second.pk], 100: [carol, second.pk]}
    assert set(map(tuple, uncovered(ticket).values())) == {()}


def test_an_assignee_off_shift_hears_and_so_does_the_lead_on_duty(house: dict[str, Agent]) -> None:
    shift(house["carol"], *NIGHT)
    ticket = given(house["carol"])
    ring(TUESDAY + 31 * MINUTE)
    assert (told(ticket), uncovered(ticket)) == ({50: [house["carol"].pk, house["ines"].pk]}, {50: []})


def test_where_only_an_engineer_is_on_duty_the_engineer_covers_for_the_assignee(
    house: dict[str, Agent],
) -> None:
    theo = make.agent("Tara Blum", tier=3)
    shift(theo, *DAY)
    for agent in Agent.objects.exclude(pk__in=[theo.pk, house["theo"].pk]):
        shift(agent, *NIGHT, zone="sat")
    ticket = given(house["carol"])
    ring(TUESDAY + 31 * MINUTE)
    assert (told(ticket), uncovered(ticket)) == ({50: [house["carol"].pk, theo.pk]}, {50: []})


def test_the_sun_is_followed_when_nobody_of_the_region_is_on_duty(house: dict[str, Agent]) -> None:
    for name in ("carol", "ines", "omar", "theo"):
        shift(house[name], *NIGHT)
    wei = Agent.objects.get(region="china", role="lead")
    shift(wei, "20:00", "04:00", zone="tue")
    ticket = given(house["carol"])
    ring(TUESDAY + 61 * MINUTE)
    assert told(ticket)[90] == [house["carol"].pk, wei.pk]
    assert told(ticket)[100] == [house["carol"].pk, wei.pk]


def test_when_nobody_is_on_duty_the_whole_role_hears_and_that_is_noted(house: dict[str, Agent]) -> None:
    for agent in Agent.objects.all():
        shift(agent, *NIGHT, zone="sat")
    ticket = given(house["carol"])
    ring(TUESDAY + 61 * MINUTE)
    carol, ines, omar = (house[name].pk for name in ("carol", "ines", "omar"))
    assert told(ticket) == {50: [carol, ines], 75: [carol, ines], 90: [carol, ines], 100: [carol, ines, omar]}
    assert uncovered(ticket) == {
        50: ["assignee"],
        75: ["assignee", "team"],
        90: ["assignee", "lead"],
        100: ["assignee", "lead", "duty_manager"],
    }


def test_i_take_it_is_seen_by_all_who_heard_and_a_ticket_of_nobody_becomes_theirs(
    house: dict[str, Agent],
) -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    ring(TUESDAY + 31 * MINUTE)
    theo = house["theo"]
    for agent, minute in ((theo, 32), (house["ines"], 33)):
        ticket = take(ticket=ticket, agent=agent, at=TUESDAY + minute * MINUTE, by=make.actor(agent))
    row = Alarm.objects.get(timeline=ticket.timeline_id)
    assert (row.taken_by, row.taken_at, ticket.assignee_id) == (theo.pk, TUESDAY + 32 * MINUTE, theo.pk)
    ring(TUESDAY + 46 * MINUTE)
    later = Alarm.objects.get(timeline=ticket.timeline_id, share=75)
    assert (later.taken_by, house["ines"].pk in row.told) == (None, True)


class Killed(BaseException):
    """The worker ends here, as by kill -9."""


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_killed_while_it_tells_tells_later(
    monkeypatch: pytest.MonkeyPatch, house: dict[str, Agent], *, after: bool
) -> None:
    ticket = given(house["carol"])
    ringing.raise_due(at=TUESDAY + 31 * MINUTE)
    real = Alarm.objects.bulk_update

    def dying(*facts: object, **more: object) -> None:
        if after:
            real(*facts, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Alarm.objects, "bulk_update", dying)
        with pytest.raises(Killed):
            tell(at=TUESDAY + 31 * MINUTE)
    assert told(ticket) == {50: None}
    assert tell(at=TUESDAY + 32 * MINUTE) == 1
    assert told(ticket) == {50: [house["carol"].pk]}
