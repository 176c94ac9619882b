"""What goes up without anybody's hand: a ticket at the ladder's share, an escalation that nobody takes."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest

from sterling.accounts.models import Agent
from sterling.core.catalog import shipped
from sterling.plans.actions.catalogs import load_catalog
from sterling.sla.models import Alarm
from sterling.tickets.actions import escalating, routing
from sterling.tickets.models import Ticket
from tests import make
from tests.desk.conftest import at_desk
from tests.make import SYSTEM, TUESDAY
from tests.tickets.test_alarms import Killed, ring
from tests.tickets.test_escalating import events, rungs
from tests.tickets.test_routing import decisions, engineer

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = TUESDAY + 109 * MINUTE  # over 90 % of the two hours of Standard, Urgent
SAID = {"en": "First reply: 90 % of the target used", "zh": "首次回复：目标时间已用 90%"}


def load(**more: Any) -> None:
    """At 90 % of a target the ticket goes up a tier."""
    document = shipped().to_dict()
    document["ladder"][2] |= {"up_a_tier": True} | more
    load_catalog(document=document, at=TUESDAY - 48 * HOUR, by=SYSTEM)


def opened() -> Ticket:
    return make.ticket(make.contact(make.organization(plan=None), "Bob"), priority="urgent")


def tier(of: Ticket) -> int:
    return Ticket.objects.get(pk=of.pk).tier


def test_at_its_share_a_ticket_goes_up_a_tier_once_and_finds_somebody_there() -> None:
    load()
    engineer("Tim Tier", tier=1)
    uma = engineer("Uma Two", tier=2)
    ticket = opened()
    ring(TUESDAY + 107 * MINUTE)
    assert escalating.by_share(at=TUESDAY + 107 * MINUTE) == 0
    ring(LATER)
    assert [escalating.by_share(at=LATER) for _ in range(2)] == [1, 0]
    assert decisions(ticket) == [("opened", "on_duty", "Tim Tier"), ("escalated", "on_duty", "Uma Two")]
    assert events(ticket, "tier") == [{"from": 1, "to": 2, "reason": "", "why": SAID}]
    ticket.refresh_from_db()
    assert (ticket.tier, ticket.assignee) == (2, uma)
    desk = at_desk(uma)
    for language, sentence in (
        ("en", f"The ladder moved the ticket from Tier 1 to Tier 2: {SAID['en']}"),
        ("zh", f"按升级阶梯，工单从一线升级到二线：{SAID['zh']}"),
    ):
        desk.cookies["language"] = language
        assert sentence in html.unescape(desk.get(f"/desk/tickets/{ticket.number}/").content.decode())


def test_the_shipped_ladder_leaves_tiers_to_engineers() -> None:
    ticket = opened()
    ring(TUESDAY + 5 * HOUR)
    assert Alarm.objects.filter(timeline=ticket.timeline_id, metric="first_response").count() == 5
    assert (escalating.by_share(at=TUESDAY + 5 * HOUR), tier(ticket)) == (0, 1)


def test_a_ladder_may_mean_some_priorities_only() -> None:
    load(priorities=["high"])
    ticket = opened()
    ring(LATER)
    assert (escalating.by_share(at=LATER), tier(ticket)) == (0, 1)


def test_what_was_answered_meanwhile_stays_and_so_does_what_is_at_the_top() -> None:
    load()
    answered, top = opened(), opened()
    Ticket.objects.filter(pk=top.pk).update(tier=3)
    ring(LATER)
    make.reply(answered, make.agent(), LATER)
    assert escalating.by_share(at=LATER) == 0
    assert (tier(answered), tier(top)) == (1, 3)
    assert not Alarm.objects.filter(to_raise=True).exists()


def test_a_worker_that_dies_on_the_way_leaves_it_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    load()
    ticket = opened()
    ring(LATER)

    def dying(*_facts: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(routing, "think_over", dying)
        with pytest.raises(Killed):
            escalating.by_share(at=LATER)
    assert (tier(ticket), events(ticket, "tier")) == (1, [])
    assert (escalating.by_share(at=LATER), tier(ticket)) == (1, 2)


@pytest.fixture
def house() -> dict[str, Agent]:
    return {"ines": make.agent("Ines Roy", role="lead"), "omar": make.agent("Omar Diaz", role="admin")}


def escalate(ticket: Ticket, at: Any = TUESDAY) -> None:
    escalating.up_the_ladder(ticket=ticket, reason="They call hourly.", at=at, by=SYSTEM)


def test_an_engineers_escalation_that_nobody_takes_climbs_to_the_duty_manager_once(
    house: dict[str, Agent],
) -> None:
    ticket = make.ticket(make.alice())
    escalate(ticket)
    assert escalating.climb(at=TUESDAY + 29 * MINUTE) == 0
    assert [escalating.climb(at=TUESDAY + minutes * MINUTE) for minutes in (30, 31, 600)] == [1, 0, 0]
    ines, omar = house["ines"].pk, house["omar"].pk
    assert rungs(ticket) == [("engineer", "lead", [ines]), ("engineer", "duty_manager", [omar])]


def test_who_takes_it_or_sends_it_higher_by_hand_spares_the_climb(house: dict[str, Agent]) -> None:
    taken, sent = make.ticket(make.alice()), make.ticket(make.alice())
    for one in (taken, sent):
        escalate(one)
    ines = house["ines"]
    escalating.take(ticket=taken, agent=ines, at=TUESDAY + MINUTE, by=make.actor(ines))
    escalate(sent, TUESDAY + 10 * MINUTE)
    assert escalating.climb(at=TUESDAY + HOUR) == 0
    assert (len(rungs(taken)), len(rungs(sent))) == (1, 2)
