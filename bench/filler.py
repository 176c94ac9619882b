"""Fills an installation with tickets by the hundred thousand: customers, conversations, logs, clocks.

Each log is made of events as the actions append them, and its clocks are what the core replays from it, so that
`sterling doctor` finds nothing; only the writing is in bulk. Random, from a seed. Not a command of the product.

    DATABASE_URL=... python bench/filler.py [TICKETS]
"""

# ruff: noqa: SIM905, SLF001 - lists of words read best as words; Django's _meta is public

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CHUNK = 2000
MANY = 10_000
OPEN_SHARE = 0.05  # several thousand live ones among a hundred thousand
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WORDS = (
    "export import report invoice sync gateway login session timeout mapping schema worker queue disk backup "
    "restore index upgrade license cluster node replica warehouse pallet carrier label scanner customs manifest "
    "tracking dashboard filter column total rounding currency holiday calendar shift roster badge printer driver"
).split()
CHINESE = (
    "导出 报表 同步 失败 登录 超时 升级 备份 索引 打印 库存 发票 集群 节点 权限 通知 附件 时区 假期 接口"
).split()
PLANS = ("standard", "silver", "gold", "platinum")
PRIORITIES = ("urgent", "high", "medium", "low")
Rows = dict[str, list[Any]]


@dataclass
class Ground:
    """What tickets need: people, regions, the catalog, and where each key goes on."""

    contacts: list[Any]
    agents: list[Any]
    version: Any
    plan_of: dict[int, str]
    revisions: dict[str, Any]
    at: datetime
    random: Random
    keys: dict[str, int] = field(default_factory=dict)

    def key(self, name: str) -> int:
        self.keys[name] = self.keys.get(name, 0) + 1
        return self.keys[name]


def ground(tickets: int, at: datetime, seed: int = 1815) -> Ground:
    """One organization for two hundred tickets, ten contacts each; three in four hold a contract."""
    from tests import make

    from sterling.accounts import queries as people
    from sterling.accounts.models import Contact, Organization
    from sterling.base import rows
    from sterling.plans import queries as plans
    from sterling.plans.models import Contract
    from sterling.sla import calendars

    random = Random(seed)
    regions = list(people.regions())
    agents = [
        make.agent(f"Engineer{nth} Filler", region_id=regions[nth % len(regions)].pk) for nth in range(20)
    ]
    version = plans.version_in_force(at)
    began = at - 800 * DAY
    organizations = [
        Organization(
            name=f"{random.choice(WORDS).title()} {random.choice(CHINESE)} {nth}",
            region=regions[nth % len(regions)],
            created_at=began,
        )
        for nth in range(max(5, tickets // 200))
    ]
    rows.insert(organizations)
    plan_of = {one.pk: random.choice(PLANS) for one in organizations if random.random() < 0.75}
    rows.insert(
        [
            Contract(
                organization_id=pk,
                plan=plan,
                catalog_version=version,
                starts=date(2020, 1, 1),
                starts_at=began,
                created_at=began,
            )
            for pk, plan in plan_of.items()
        ]
    )
    contacts = [
        Contact(
            organization=one,
            name=f"Person {nth} of {one.name}",
            email=f"p{nth}@fill{one.pk}.example",
            confirmed_at=began,
            verified_at=began if nth < 2 else None,
            created_at=began,
        )
        for one in organizations
        for nth in range(10)
    ]
    for start in range(0, len(contacts), CHUNK):
        rows.insert(contacts[start : start + CHUNK])
    found = Ground(
        contacts, agents, version, plan_of, calendars.revisions(one.pk for one in regions), at, random
    )
    found.keys = last_keys()
    return found


MODELS = ("Timeline", "Ticket", "Message", "Event", "Clock")


def models() -> dict[str, Any]:
    from sterling.sla.models import Clock, Event, Timeline
    from sterling.tickets.models import Message, Ticket

    return dict(zip(MODELS, (Timeline, Ticket, Message, Event, Clock), strict=True))


def last_keys() -> dict[str, int]:
    from django.db.models import Max

    found = {name: model.objects.aggregate(most=Max("pk"))["most"] or 0 for name, model in models().items()}
    found["number"] = models()["Ticket"].objects.aggregate(most=Max("number"))["most"] or 1000
    return found


def words(random: Random, most: int) -> str:
    source = CHINESE if random.random() < 0.2 else WORDS
    join = "" if source is CHINESE else " "
    return join.join(random.choices(source, k=random.randint(most // 2, most)))


def ticket(on: Ground, live: bool, into: Rows) -> None:  # noqa: C901, PLR0915 - one story
    """One ticket with its whole story, put into `into`."""
    from sterling.base.actor import SYSTEM, Actor, ActorKind
    from sterling.sla.kinds import Kind
    from sterling.sla.log import Log
    from sterling.sla.stored import clock_rows
    from sterling.tickets.models import Delivery, Message, MessageKind, Ticket

    random, made = on.random, models()
    contact, agent = random.choice(on.contacts), random.choice(on.agents)
    opened = on.at - (random.uniform(0.001, 6) if live else random.uniform(8, 720)) * DAY
    plan = on.plan_of.get(contact.organization_id, "standard") if contact.verified_at else "standard"
    priority = random.choices(PRIORITIES, (1, 3, 5, 2))[0]
    region = contact.organization.region
    timeline = made["Timeline"](
        pk=on.key("Timeline"),
        organization_id=contact.organization_id,
        region=region,
        catalog_version=on.version,
        opened_at=opened,
        last_at=opened,
        computed_until=opened,
    )
    log = Log(timeline, [], on.revisions)
    them = Actor(ActorKind.CONTACT, contact.pk, contact.name)
    us = Actor(ActorKind.AGENT, agent.pk, agent.name)
    row = Ticket(
        pk=on.key("Ticket"),
        organization_id=contact.organization_id,
        number=on.key("number"),
        timeline=timeline,
        requester=contact,
        subject=words(random, 8),
        channel="email",
        status="open",
        priority=priority,
        plan=plan,
        assignee=agent if random.random() < 0.8 else None,
        opened_at=opened,
        updated_at=opened,
    )
    said: list[Any] = []

    def say(kind: str, at: datetime) -> int:
        ours = kind != MessageKind.CUSTOMER
        one = Message(
            pk=on.key("Message"),
            organization_id=row.organization_id,
            ticket=row,
            kind=kind,
            channel="email",
            author_kind="system" if kind == MessageKind.AUTO else "agent" if ours else "contact",
            author_id=None if kind == MessageKind.AUTO else agent.pk if ours else contact.pk,
            author_name="" if kind == MessageKind.AUTO else agent.name if ours else contact.name,
            author_email="" if ours else contact.email,
            text=words(random, 80),
            created_at=at,
            received_at=at,
            message_id=f"fill-{on.keys['Message']}@fill.example",
            to=[contact.email] if ours else [],
            delivery=Delivery.SENT if ours and kind != MessageKind.NOTE else Delivery.NONE,
        )
        said.append(one)
        return one.pk

    log.append(
        Kind.OPENED,
        {"by": "customer", "plan": plan, "priority": priority, "region": region.pk},
        at=opened,
        by=them,
    )
    say(MessageKind.CUSTOMER, opened)
    say(MessageKind.AUTO, opened)
    log.append(Kind.AUTO_MESSAGE, {}, at=opened, by=SYSTEM)
    at = opened
    turns = random.randint(0 if live else 1, 4)
    for turn in range(turns):
        at += random.uniform(0.1, 20) * HOUR
        if at >= on.at:
            break
        last = turn == turns - 1
        status = (
            ("pending", "on_hold", "solved", None)[random.randrange(4)]
            if live and last
            else None
            if live or not last
            else "solved"
        )
        pk = say(MessageKind.REPLY, at)
        if status:
            log.append(
                Kind.STATUS, {"to": status, "by": "agent", "message": True, "message_id": pk}, at=at, by=us
            )
        else:
            log.append(Kind.AGENT_MESSAGE, {"message": pk}, at=at, by=us)
        if not last and random.random() < 0.7 and at + HOUR < on.at:
            at += random.uniform(1, 60) * MINUTE
            log.append(Kind.CUSTOMER_MESSAGE, {"message": say(MessageKind.CUSTOMER, at)}, at=at, by=them)
        if random.random() < 0.2:
            log.append(Kind.NOTE, {"message": say(MessageKind.NOTE, at)}, at=at, by=us)
    if not live:
        at = min(at + 3 * DAY, on.at)
        log.append(Kind.STATUS, {"to": "closed", "by": "system", "message": False}, at=at, by=SYSTEM)
    result = log.note(on.at if live else at)
    row.status = (result.status or "open").value if result.status else "open"
    row.updated_at, row.closed_at = timeline.last_at, None if live else at
    row.solved_at = timeline.last_at if row.status in {"solved", "closed"} else None
    row.tier = 3 if plan in {"gold", "platinum"} else 1
    clocks = clock_rows(timeline, result)
    for clock in clocks:
        clock.pk = on.key("Clock")
    for event in log.rows:
        event.pk = on.key("Event")
    for name, found in zip(MODELS, ([timeline], [row], said, log.rows, clocks), strict=True):
        into[name] += found


def chunks(on: Ground, tickets: int) -> Iterator[Rows]:
    for start in range(0, tickets, CHUNK):
        into: Rows = {name: [] for name in MODELS}
        for _ in range(min(CHUNK, tickets - start)):
            ticket(on, on.random.random() < OPEN_SHARE, into)
        yield into


def copy(cursor: Any, rows: Sequence[Any]) -> None:
    from django.db import connection

    meta = type(rows[0])._meta
    fields = meta.concrete_fields
    names = ", ".join(f'"{one.column}"' for one in fields)
    with cursor.copy(f'COPY "{meta.db_table}" ({names}) FROM STDIN') as into:
        for row in rows:
            into.write_row([one.get_db_prep_save(one.pre_save(row, True), connection) for one in fields])


def fill(tickets: int, at: datetime) -> Ground:
    """Put so many tickets into Django's database, which holds an installation. Tells how far it is.

    From ten thousand on each story is told ten times, with the same events at the same instants.
    """
    from django.db import connection, transaction

    tellings = 10 if tickets >= MANY else 1
    on, began = ground(tickets, at), time.monotonic()
    before = dict(on.keys)
    for nth, into in enumerate(chunks(on, tickets // tellings), start=1):
        with transaction.atomic(), connection.cursor() as cursor:
            # Keys are right by construction; checking each of a million would take longer than writing them.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for rows in into.values():
                if rows:
                    copy(cursor.cursor, rows)
        print(
            f"\r{nth * CHUNK:,} stories, {time.monotonic() - began:.0f} s",
            end="",
            file=sys.stderr,
            flush=True,
        )
    if tellings > 1:
        again(on, before, tellings)
    print(f"; {tickets:,} tickets, {time.monotonic() - began:.0f} s", file=sys.stderr)
    with connection.cursor() as cursor:
        for name, model in models().items():
            cursor.execute("SELECT setval(%s, %s)", [f"{model._meta.db_table}_id_seq", on.keys[name]])
        cursor.execute("SELECT setval('tickets_number', %s)", [on.keys["number"]])
        cursor.execute("ANALYZE")
    return on


def again(on: Ground, before: dict[str, int], tellings: int) -> None:
    """Tell every story that was written since `before` so often in all, under new keys."""
    from django.db import connection, transaction

    counts = {name: on.keys[name] - before[name] for name in on.keys}
    own = {
        "Timeline": {"id": "Timeline"},
        "Ticket": {"id": "Ticket", "number": "number", "timeline_id": "Timeline"},
        "Message": {"id": "Message", "ticket_id": "Ticket"},
        "Event": {"id": "Event", "timeline_id": "Timeline"},
        "Clock": {"id": "Clock", "timeline_id": "Timeline"},
    }
    for telling in range(1, tellings):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name, model in models().items():
                columns = [one.column for one in model._meta.concrete_fields]
                moved = {column: counts[of] * telling for column, of in own[name].items()}
                chosen = [f'"{one}" + {moved[one]}' if one in moved else f'"{one}"' for one in columns]
                named = ", ".join(f'"{one}"' for one in columns)
                cursor.execute(
                    f'INSERT INTO "{model._meta.db_table}" ({named}) SELECT {", ".join(chosen)} '
                    f'FROM "{model._meta.db_table}" WHERE id > %s AND id <= %s',
                    [before[name], before[name] + counts[name]],
                )
    for name, count in counts.items():
        on.keys[name] += count * (tellings - 1)


def differing(timelines: Sequence[int]) -> int:
    """How many of these logs are stored otherwise than a replay says."""
    from sterling.sla.actions.recompute import differs_from_replay

    return sum(differs_from_replay(pk) for pk in timelines)


if __name__ == "__main__":
    from sterling.config.joined import database

    with database(None):
        from sterling.base.moment import now

        made = fill(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, now())
        sample = made.random.sample(range(1, made.keys["Timeline"] + 1), 200)
        print(f"of 200 logs, {differing(sample)} differ from their replay")
