"""The one pure function that decides every deadline: events in, clocks out (promises, sections 3 to 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.core.catalog import OnStatusChange
from sterling.core.clocks import changes
from sterling.core.clocks.draft import Cause, Draft, Metric, State
from sterling.core.clocks.events import (
    AgentMessage,
    CadenceAgreed,
    CalendarChanged,
    CallAnswered,
    CustomerMessage,
    Event,
    Merged,
    NoReplyNeeded,
    Opened,
    PlanChanged,
    PriorityChanged,
    Remark,
    Side,
    Status,
    StatusChanged,
)
from sterling.core.clocks.reckoning import at_once
from sterling.core.clocks.ticket import Promises

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog


def run(catalog: Catalog, calendar: Calendar, events: Sequence[Event], until: datetime) -> Promises | None:
    """The state at `until` after `events`, which are in order and begin with `Opened`. None: not open yet.

    ValueError when the first event is not `Opened`, or the catalog lacks a cell that is asked for.
    """
    if not events or not isinstance(events[0], Opened):
        raise ValueError("events[0].type: a timeline begins with opened")
    opened = events[0]
    if opened.at > until:
        return None
    ticket = Promises(catalog, calendar, opened.plan, opened.priority, opened.at, opened.zones)
    if opened.by is Side.CUSTOMER:
        ticket.owe(Metric.FIRST_RESPONSE, opened.at)
    ticket.watch(opened.at)
    for event in events[1:]:
        if event.at > until or ticket.is_over:
            break
        ticket.pass_to(event.at)
        _HANDLERS[type(event)](ticket, event)
    ticket.pass_to(until)
    _settle(ticket, until)
    return ticket


def _settle(ticket: Promises, until: datetime) -> None:
    """What the clocks that have not ended are called, and the order of all."""
    if ticket.update is not None and ticket.update.paused:
        ticket.update.state = State.PAUSED
    if ticket.owed is not None and ticket.owed.is_past(until):
        ticket.owed.state = State.MISSED
    ticket.drafts.sort(key=_order)


_METRICS = {metric: place for place, metric in enumerate(Metric)}


def _order(clock: Draft) -> tuple[datetime, int]:
    return clock.started, _METRICS[clock.metric]


def _customer_message(ticket: Promises, event: CustomerMessage) -> None:
    at, since, owed = event.at, event.since, ticket.owed
    if owed is None:
        ticket.owe(Metric.NEXT_RESPONSE, at if since is None else since)
    elif since is not None and since < owed.started and not owed.is_past(at):
        changes.carry_over(owed, since, at, ticket.region)
    if ticket.status is Status.PENDING or ticket.status is Status.SOLVED:
        ticket.status = Status.OPEN
        if ticket.update is not None:
            changes.resume(ticket.update, at, ticket.region, ticket.owed)


def _agent_message(ticket: Promises, event: AgentMessage | CallAnswered) -> None:
    ticket.speak(event.at)


def _remark(_ticket: Promises, _event: Remark) -> None:
    """Touches no clock."""


def _no_reply_needed(ticket: Promises, event: NoReplyNeeded) -> None:
    ticket.release(event.at)


def _merged(ticket: Promises, event: Merged) -> None:
    ticket.finish(event.at)
    ticket.merged = True


def _status(ticket: Promises, event: StatusChanged) -> None:
    at, to = event.at, event.to
    if event.message:
        ticket.speak(at)
    if to is ticket.status:
        return
    if event.by is Side.AGENT and isinstance(ticket.cell.update, OnStatusChange):
        done = ticket.start(Metric.UPDATE, at, at_once(at, ticket.cell.hours), None)
        done.end(at, State.MET if event.message else State.MISSED)
    was_active, ticket.status = ticket.status.is_active, to
    if to is Status.CLOSED:
        ticket.finish(at)
    elif ticket.update is not None and was_active != to.is_active:
        if was_active:
            changes.pause(ticket.update, at, ticket.region)
        else:
            changes.resume(ticket.update, at, ticket.region, None)


def _calendar(ticket: Promises, event: CalendarChanged) -> None:
    if event.calendar == ticket.region:
        return
    ticket.region = event.calendar
    for clock in (ticket.owed, ticket.update):
        if clock is not None and not clock.is_past(event.at):
            changes.recalendar(clock, event.at, ticket.region)


def _cadence(ticket: Promises, event: CadenceAgreed) -> None:
    ticket.agree(event.at, event.every)


def _priority(ticket: Promises, event: PriorityChanged) -> None:
    if event.to == ticket.priority:
        return
    ranks = ticket.catalog.priorities
    old, new = ranks[ticket.priority].rank, ranks[event.to].rank
    ticket.priority = event.to
    ticket.recell(event.at, Cause.RAISED if new > old else Cause.LOWERED, held_rank=old)


def _plan(ticket: Promises, event: PlanChanged) -> None:
    if event.to == ticket.plan:
        return
    plans = ticket.catalog.plans
    upgraded = plans[event.to].rank > plans[ticket.plan].rank
    ticket.plan = event.to
    ticket.recell(event.at, Cause.UPGRADED if upgraded else None)


_HANDLERS: dict[type[Event], Callable[[Promises, Any], None]] = {
    CustomerMessage: _customer_message,
    AgentMessage: _agent_message,
    CallAnswered: _agent_message,
    Remark: _remark,
    PriorityChanged: _priority,
    PlanChanged: _plan,
    StatusChanged: _status,
    CadenceAgreed: _cadence,
    CalendarChanged: _calendar,
    NoReplyNeeded: _no_reply_needed,
    Merged: _merged,
}
