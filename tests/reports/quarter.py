"""A quarter of a Gold customer: every kind of promise, kept and late, told in advance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from sterling.accounts.models import Agent, Contact, Organization
from sterling.core.clocks import Status
from sterling.tickets.actions import changing
from sterling.tickets.models import Ticket
from tests import make

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
AFTER = datetime(2026, 4, 2, 15, 0, tzinfo=UTC)
TUESDAY = make.TUESDAY


@dataclass
class Quarter:
    organization: Organization
    alice: Contact
    carol: Agent
    tickets: list[Ticket]


def quarter(plan: str = "gold") -> Quarter:
    """Four tickets: one in time; one whose first reply came 18 minutes late; one that changed hands; one that waits."""
    organization = make.organization(plan=plan)
    alice, carol = make.alice(organization), make.agent()
    kept = make.ticket(alice, priority="low", subject="A label is cut off")
    changing.assign(ticket=kept, to=carol, at=TUESDAY + MINUTE, by=make.actor(carol))
    make.reply(kept, carol, TUESDAY + 2 * HOUR, status=Status.SOLVED)
    late = make.ticket(alice, priority="high", subject="Export fails", at=TUESDAY + DAY)
    make.reply(late, carol, TUESDAY + DAY + 3 * HOUR + 18 * MINUTE, status=Status.SOLVED)
    handed = make.ticket(alice, priority="low", subject="报表打印不全", at=TUESDAY + 2 * DAY)
    changing.assign(ticket=handed, to=carol, at=TUESDAY + 2 * DAY + MINUTE, by=make.actor(carol))
    dave = make.agent("Dave Ito")
    changing.assign(ticket=handed, to=dave, at=TUESDAY + 2 * DAY + 7 * HOUR, by=make.actor(carol))
    make.reply(handed, dave, TUESDAY + 2 * DAY + 9 * HOUR, status=Status.SOLVED)
    waits = make.ticket(alice, priority="low", subject="Which ports are open", at=TUESDAY + 20 * DAY)
    return Quarter(organization, alice, carol, [kept, late, handed, waits])


TARGETS = {"urgent": 60, "high": 180, "medium": 180, "low": 480}  # minutes, for Gold
SUBJECTS = (
    "Export stops at 61 %", "报表打印不全", "Sync with the warehouse fails", "登录超时", "Which ports are open",
    "A label is cut off", "Invoice totals are rounded twice", "备份无法恢复", "Import of carriers is slow",
)  # fmt: skip


def busy(
    count: int, *, plan: str = "gold", seed: int = 7, start: datetime | None = None, **more: object
) -> Quarter:
    """So many tickets over a quarter, as a customer of that size has them; a few promises are late."""
    random = Random(seed)
    organization = make.organization(str(more.pop("name", "Halden Freight")), plan=plan, **more)
    people = [make.contact(organization, name, premium=True) for name in ("Alice Moreau", "Ben Osei", "苏敏")]
    engineers = [make.agent(name) for name in ("Carol Mensah", "Dave Ito", "Erin Walsh")]
    begin = start or datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
    made = []
    for nth in range(count):
        at = begin + timedelta(minutes=round(nth * 85 * 24 * 60 / count) + random.randrange(240))
        priority = random.choices(list(TARGETS), [1, 3, 5, 3])[0]
        carol = random.choice(engineers)
        ticket = make.ticket(
            random.choice(people),
            priority=priority,
            subject=random.choice(SUBJECTS),
            at=at,
            channel=random.choice(["portal", "portal", "email", "phone"]),
        )
        if random.random() < 0.9:
            changing.assign(ticket=ticket, to=carol, at=at + 2 * MINUTE, by=make.actor(carol))
        target = TARGETS[priority]
        at += timedelta(minutes=max(3, round(target * _used(random))))
        make.reply(ticket, carol, at)
        for _ in range(random.randrange(3)):
            at += timedelta(minutes=random.randrange(20, 200))
            make.wrote(ticket, ticket.requester, at)
            at += timedelta(minutes=max(3, round(target * _used(random))))
            make.reply(ticket, carol, at)
        if random.random() < 0.94:
            at += timedelta(minutes=random.randrange(30, 230))
            make.reply(ticket, carol, at, status=Status.SOLVED)
        else:
            make.reply(ticket, carol, at + 10 * MINUTE, status=Status.PENDING)
        made.append(ticket)
    return Quarter(organization, people[0], engineers[0], made)


def _used(random: Random) -> float:
    return 1 + random.random() / 3 if random.random() < 0.03 else random.betavariate(2, 3)
