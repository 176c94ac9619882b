"""A ticket's log as its analysis reads it: what decides whether one is owed, and the lines of its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.clocks import Status
from sterling.core.rca import Fact, What
from sterling.core.text import Text
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sterling.core.catalog import Catalog
    from sterling.sla.log import Log
    from sterling.sla.models import Event

DONE = {Status.SOLVED.value, Status.CLOSED.value}


def facts(log: Log, beyond: Log | None = None) -> list[Fact]:
    """In order. `beyond`: the log that a merged ticket goes on in; what becomes of the problem stands there."""
    found = list(_of(log.rows))
    if beyond is not None:
        merged = next(row.at for row in reversed(log.rows) if row.type == Kind.MERGED)
        further = [one for one in _of(beyond.rows) if one.what in _AFTER]
        found += [one for one in further if one.at > merged]
        before = [one for one in further if one.at <= merged]
        if before and before[-1].what in {What.RESOLVED, What.STANDS}:
            found.append(Fact(merged, What.RESOLVED))
    return sorted(found, key=lambda one: one.at)


_AFTER = {What.WORKAROUND, What.RESOLVED, What.REOPENED, What.STANDS}


def _of(rows: list[Event]) -> Iterator[Fact]:
    for row in rows:
        match row.type:
            case Kind.OPENED:
                yield Fact(row.at, What.PLAN, row.data["plan"])
            case Kind.PLAN:
                yield Fact(row.at, What.PLAN, row.data["to"])
            case Kind.WORKAROUND:
                yield Fact(row.at, What.WORKAROUND)
            case Kind.RCA_GRANTED:
                yield Fact(row.at, What.GRANTED)
            case _:
                if (priority := _confirms(row)) is not None:
                    yield Fact(row.at, What.CONFIRMED, priority)
    yield from _turns(rows)


def _confirms(row: Event) -> str | None:
    """The priority that an engineer confirmed or set by this event."""
    if row.type == Kind.CONFIRMED:
        return str(row.data["priority"])
    return str(row.data["to"]) if row.type == Kind.PRIORITY and row.actor_kind == "agent" else None


def _turns(rows: list[Event]) -> Iterator[Fact]:
    """Where it was resolved, and where it was not after all."""
    done = asked_nothing = False
    for row in rows:
        is_status = row.type == Kind.STATUS
        to_done = row.data["to"] in DONE if is_status else done and row.type != Kind.CUSTOMER_MESSAGE
        if to_done and not done:
            stands = asked_nothing and row.data.get("by") == "system"
            yield Fact(row.at, What.STANDS if stands else What.RESOLVED)
        elif done and not to_done:
            yield Fact(row.at, What.REOPENED)
        done, asked_nothing = to_done, row.type == Kind.NO_REPLY_NEEDED


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, told by the log or written by hand."""

    at: datetime
    what: str
    text: Text
    by_hand: bool = False


def lines(log: Log, beyond: Log | None = None) -> list[Line]:
    """What the log tells of the incident, in order."""
    found = [*_lines(log.rows, log.catalog), *_turned(facts(log, beyond))]
    answer = next((row.at for row in log.rows if row.type in {Kind.AGENT_MESSAGE, Kind.CALL_ANSWERED}), None)
    if answer:
        found.append(Line(answer, "first_response", ANSWERED))
    return sorted(found, key=lambda one: one.at)


REPORTED = Text("Reported", "客户报告")
ANSWERED = Text("First response", "首次响应")
WORKAROUND = Text("Workaround provided", "提供临时方案")
RESOLVED = Text("Resolved", "解决")
REOPENED = Text("Reopened", "重新打开")
DETECTED = Text("Detected", "发现")


def _lines(rows: list[Event], catalog: Catalog) -> Iterator[Line]:
    for row in rows:
        if row.type == Kind.OPENED:
            yield Line(row.at, "reported", REPORTED)
        elif row.type == Kind.MERGED:
            into = row.data["into"]
            yield Line(row.at, "merged", Text(f"Goes on in #{into}", f"并入 #{into}"))
        elif (priority := _confirms(row)) is not None:
            yield Line(row.at, "confirmed", _confirmed(priority, catalog))


_TURNS = {
    What.WORKAROUND: ("workaround", WORKAROUND),
    What.RESOLVED: ("resolved", RESOLVED),
    What.STANDS: ("resolved", RESOLVED),
    What.REOPENED: ("reopened", REOPENED),
}


def _turned(told: list[Fact]) -> Iterator[Line]:
    for one in told:
        if one.what in _TURNS:
            what, text = _TURNS[one.what]
            yield Line(one.at, what, text)


def _confirmed(priority: str, catalog: Catalog) -> Text:
    known = catalog.priorities.get(priority)
    name = known.name if known else Text(priority, priority)
    return Text(f"Confirmed as {name.en}", f"确认为{name.zh}")
