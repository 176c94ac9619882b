from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sterling.accounts.models import Agent
from sterling.sla.actions import alarms as ringing
from sterling.sla.models import Alarm
from sterling.tickets.actions import changing
from sterling.tickets.actions.alarms import tell
from sterling.tickets.hearing import hearers
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
    assert hearers(["duty_manager"], ticket, list(Agent.objects.order_by("pk"))) == [house["omar"].pk]


def test_the_team_is_who_may_work_tickets_of_that_tier(house: dict[str, Agent]) -> None:
    ticket = given(house["carol"])
    ticket.tier = 1
    staff = list(Agent.objects.order_by("pk"))
    assert hearers(["team"], ticket, staff) == [house["carol"].pk, house["theo"].pk]


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
