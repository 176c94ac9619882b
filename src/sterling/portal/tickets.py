"""What the portal's pages show, gathered in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.base.formats import seconds_too as age
from sterling.core.catalog import OnStatusChange
from sterling.core.clocks import State, Status
from sterling.core.text import Text
from sterling.core.triage import Facts, told
from sterling.plans import queries as plans
from sterling.portal import words
from sterling.portal.sentences import Line, line, listed
from sterling.sla import queries as promises
from sterling.sla.kinds import Kind
from sterling.sla.shown import ClockView, clock_view, strip_of
from sterling.tickets.access import messages_for, tickets_for
from sterling.tickets.unnamed import Unnamed, unnamed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sterling.accounts.access import Viewer
    from sterling.base.strip import Strip
    from sterling.core.catalog import Catalog, Cell, Plan, Priority
    from sterling.core.clocks import Result
    from sterling.sla.log import Log
    from sterling.tickets.models import Message, Ticket


@dataclass(frozen=True, slots=True)
class Promise:
    """One running promise: what to expect, then how it stands; `view` holds the reasons."""

    head: Text
    rest: Text
    view: ClockView
    target: Text
    is_late: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A promise that has ended. `kept` False: it was late."""

    name: Text
    at: datetime
    outcome: Text
    kept: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A message or a line of the log, in the order of time."""

    at: datetime
    message: Message | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class TakingOver:
    """`plan`: what would run the ticket then, where that is another one; `by`: who could, where the reader cannot."""

    plan: Plan | None
    aim: Text | None
    by: list[str]


@dataclass(frozen=True, slots=True)
class TicketPage:
    ticket: Ticket
    plan: Plan
    priority: Priority
    region_zone: ZoneInfo
    other_zone: bool
    conversation: list[Item]
    promises: list[Promise]
    past: list[Past]
    tally: Text | None
    rhythm: Text | None
    effect: Text
    facts: Text | None
    strip: Strip
    may_solve: bool
    is_open: bool
    may_follow: bool
    taking_over: TakingOver | None
    unnamed: Unnamed | None
    escalated: Text | None


def ticket_page(viewer: Viewer, ticket: Ticket, at: datetime, zone: tzinfo) -> TicketPage:
    """The page of a ticket that came through its door, with times in the customer's `zone`."""
    log = promises.log_of(ticket.timeline_id)
    result = log.result(at)
    region_zone = ZoneInfo(ticket.timeline.region.timezone)
    catalog = log.catalog
    cell = catalog.cell(ticket.plan, ticket.priority)
    past = _past(result, log, at)
    kept = sum(one.kept for one in past)
    return TicketPage(
        ticket=ticket,
        plan=catalog.plans[ticket.plan],
        priority=catalog.priorities[ticket.priority],
        region_zone=region_zone,
        other_zone=at.astimezone(region_zone).utcoffset() != at.astimezone(zone).utcoffset(),
        conversation=conversation(list(messages_for(viewer, ticket)), log),
        promises=running(ticket, result, log, at, zone),
        past=past,
        tally=words.tally(kept, len(past) - kept),
        rhythm=words.rhythm(cell) if isinstance(cell.update, OnStatusChange) and result.is_live else None,
        effect=effect_of_writing(ticket, result, cell, at, zone),
        facts=_facts(log),
        strip=strip_of(log, result, at, region_zone, for_customer=True),
        may_solve=result.is_live and result.owed is None and result.status is not Status.SOLVED,
        is_open=result.is_live,
        may_follow=_may_follow(viewer, ticket),
        taking_over=_taking_over(viewer, ticket, catalog, at) if result.is_live else None,
        unnamed=_unnamed(viewer, ticket, at) if result.is_live else None,
        escalated=escalated(log, at) if result.is_live else None,
    )


def _may_follow(viewer: Viewer, ticket: Ticket) -> bool:
    """Whether the reader may open the ticket that this one goes on in. One query where it was merged."""
    into = ticket.merged_into_id
    return into is not None and tickets_for(viewer).filter(pk=into).exists()


def escalated(log: Log, at: datetime) -> Text | None:
    """What became of the customer's last escalation, from the log."""
    rows = [row for row in log.rows if row.type == Kind.ESCALATED and row.data["wanted_by"] == "customer"]
    if not rows:
        return None
    last = rows[-1]
    taken = [row for row in log.rows if row.type == Kind.HEARD_OUT and row.seq > last.seq]
    ago = age(last.at, at)
    if taken:
        name = taken[0].data["name"]
        return Text(f"Escalated. {name} has taken it in hand.", f"已升级，{name} 已接手处理。")
    names = last.data["told"]
    if not names:
        return Text(f"Escalated {ago.en} ago.", f"{ago.zh}前已升级。")
    heard, have = listed(names), "has" if len(names) == 1 else "have"
    return Text(
        f"Escalated {ago.en} ago. {heard.en} {have} been told.", f"{ago.zh}前已升级，已通知 {heard.zh}。"
    )


def _unnamed(viewer: Viewer, ticket: Ticket, at: datetime) -> Unnamed | None:
    """To somebody whom nobody has confirmed: that a named contact could help. The others read who can take over."""
    reader = viewer.contact
    if reader is None or reader.confirmed_at or reader.pk != ticket.requester_id:
        return None
    return unnamed(reader, plans.service(reader, at), at)


def _taking_over(viewer: Viewer, ticket: Ticket, catalog: Catalog, at: datetime) -> TakingOver | None:
    """D15: a premium contact may take over a colleague's ticket, which is then served under the contract's plan."""
    reader = viewer.contact
    if reader is None or not reader.confirmed_at:
        return None
    service = plans.service(reader, at)
    held = catalog.plans.get(service.held)
    if reader.is_premium_at(at) and reader.pk != ticket.requester_id:
        better = held if held and held.id != ticket.plan else None
        return TakingOver(
            better, words.aim(catalog.cell(held.id, ticket.priority)) if held and better else None, []
        )
    if held is None or held.id == ticket.plan:
        return None
    named = [one for one in people.premium_contacts(ticket.organization_id, at) if one.pk != reader.pk]
    return TakingOver(held, None, [str(one) for one in named]) if named else None


def conversation(messages: Sequence[Message], log: Log) -> list[Item]:
    """Messages and log lines as they happened; what happened at one instant keeps the log's order."""
    items = [Item(message.created_at, message=message) for message in messages]
    for event in log.rows:
        said = line(event, log.catalog)
        if said:
            items.append(Item(said.at, line=said))
    return sorted(items, key=lambda item: item.at)


def running(ticket: Ticket, result: Result, log: Log, at: datetime, zone: tzinfo) -> list[Promise]:
    """The live promises, the nearest first; an agreed cadence is in their words."""
    solved = ticket.status == Status.SOLVED
    live = [
        clock
        for clock in (result.owed, result.update)
        if clock and not (solved and clock.state is State.PAUSED)
    ]
    live.sort(key=lambda clock: (clock.due is None, clock.due or clock.started))
    made: list[Promise] = []
    for clock in live:
        view = clock_view(clock, log, at, ZoneInfo(ticket.timeline.region.timezone))
        cell = log.catalog.cell(clock.plan, clock.priority)
        late = clock.due is not None and at > clock.due
        head = words.headline(view.due, at, zone, then=bool(made) and not made[-1].is_late)
        rest = _rest(view, ticket, cell, result, at, zone)
        made.append(Promise(head, rest, view, words.target(clock.target, clock.hours), late))
    return made


def _rest(view: ClockView, ticket: Ticket, cell: Cell, result: Result, at: datetime, zone: tzinfo) -> Text:
    """The second line of a promise: how long, who, how often; or what was promised, and that it is owed."""
    clock, due = view.clock, view.due
    if clock.due is not None and at > clock.due:
        was = words.clear_moment(clock.due, at, zone)
        return Text(f"It was due {was.en}. We still owe it to you.", f"原定{was.zh} 前，我们仍会回复您。")
    if clock.state is State.PAUSED:
        return Text(
            "We wait for your answer. News goes on when you write.", "正在等您回复。您来信后恢复通报。"
        )
    said = [one for one in (words.remaining(due, at),) if one]
    if clock.is_response:
        if ticket.assignee:
            said.append(Text(f"{ticket.assignee.name} has your ticket", f"由 {ticket.assignee.name} 负责"))
    else:
        often = words.rhythm(cell, result.cadence)
        said.append(Text(often.en.rstrip("."), often.zh.rstrip("。")))
    if not said:
        return Text("Your ticket waits for an engineer.", "正等待工程师接手。")
    en, zh = ". ".join(one.en for one in said), "。".join(one.zh for one in said)
    return Text(f"{en[0].upper()}{en[1:]}.", f"{zh}。")


def _past(result: Result, log: Log, at: datetime) -> list[Past]:
    """Every promise that was kept or came late, the latest first."""
    ended = [clock for clock in result.clocks if clock.ended and clock.state in {State.MET, State.MISSED}]
    made = []
    for clock in ended:
        view = clock_view(clock, log, at, ZoneInfo("UTC")).due
        name = Text("Reply", "回复") if clock.is_response else Text("News", "进展通报")
        assert clock.ended is not None
        made.append(Past(name, clock.ended, words.outcome(view), clock.state is State.MET))
    return made[::-1]


def effect_of_writing(ticket: Ticket, result: Result, cell: Cell, at: datetime, zone: tzinfo) -> Text:
    """What happens to the promises when the customer sends a message now."""
    within = words.target(cell.response, cell.hours)
    if ticket.status == Status.CLOSED:
        return Text(
            "This ticket is closed. What you send opens a new one that is linked to it.",
            "此工单已关闭。您发送的内容会建立一张关联的新工单。",
        )
    if ticket.merged_into is not None:
        number = ticket.merged_into.number
        return Text(f"What you send goes to #{number}.", f"您发送的内容会转到 #{number}。")
    if result.owed is not None:
        if result.owed.due is None or at > result.owed.due:
            return Text("We owe you a reply already; add what helps.", "我们已欠您一次回复，可在此补充。")
        by = words.clear_moment(result.owed.due, at, zone)
        return Text(
            f"A reply by {by.en} stays promised; add what helps.", f"仍会在{by.zh} 前回复，可在此补充。"
        )
    reopens = Text("This opens the ticket again. ", "发送后工单将重新打开。")
    before = reopens if ticket.status == Status.SOLVED else Text("", "")
    return Text(
        f"{before.en}We aim to reply within {within.en}.", f"{before.zh}我们力争在 {within.zh}内回复。"
    )


def _facts(log: Log) -> Text | None:
    """What the customer said of the problem, last; None where nobody asked."""
    kept = said_facts(log)
    return told(Facts.read(kept)) if kept else None


def said_facts(log: Log) -> dict[str, str] | None:
    """The answers that came with the opening, or with the last proposal of another priority."""
    said = [row.data["facts"] for row in log.rows if row.data.get("facts")]
    return said[-1] if said else None


def facts_of(ticket: Ticket) -> dict[str, str]:
    """The same of a ticket; nothing where nobody asked."""
    return said_facts(promises.log_of(ticket.timeline_id)) or {}
