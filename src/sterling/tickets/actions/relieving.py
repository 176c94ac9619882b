"""What changes a promise on purpose: no reply needed, an agreed cadence, a workaround, a call."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid
from sterling.core.catalog import AsAgreed, Interval, OnStatusChange
from sterling.core.clocks import Status
from sterling.core.durations import parse_duration
from sterling.core.text import Text
from sterling.sla.kinds import Kind
from sterling.tickets import messages
from sterling.tickets.content import Content, written
from sterling.tickets.held import Held, hold_open
from sterling.tickets.models import MessageKind, Ticket
from sterling.tickets.waiting import unanswered

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor
    from sterling.core.catalog import Cell


# Every missed update is a clock of its own, so a rhythm that nobody could keep would make them without end.
SHORTEST = timedelta(minutes=5)
ANSWERED = Text("Spoke with the customer on the phone.", "已与客户通话。")
UNANSWERED = Text("Called the customer; nobody answered.", "已致电客户，无人接听。")


@transaction.atomic
def no_reply_needed(*, ticket: Ticket, reason: str, at: datetime, by: Actor) -> Ticket:
    """The customer's message asks for nothing (D8). If it had reopened a solved ticket, that is solved again."""
    because = written(reason, "reason")
    held = hold_open(ticket, at=at, by=by)
    if held.result().owed is None:
        raise Conflict(Text("No reply is owed on this ticket.", "该工单目前没有待回复的客户消息。"))
    was_solved = _reopened_from_solved(held)
    waiting = unanswered(held)
    held.append(Kind.NO_REPLY_NEEDED, reason=because)
    waiting.update(reply_needed=False)
    if was_solved:
        held.log.append(
            Kind.STATUS, {"to": Status.SOLVED.value, "by": "system", "message": False}, at=held.at, by=SYSTEM
        )
    held.settle()
    return held.ticket


def _reopened_from_solved(held: Held) -> bool:
    """Whether the ticket is open only because the customer wrote after it was solved, and nobody acted since."""
    status = Status.OPEN
    from_solved = False
    for row in held.log.rows:
        if row.type == Kind.STATUS:
            status, from_solved = Status(row.data["to"]), False
        elif row.type == Kind.CUSTOMER_MESSAGE:
            from_solved = from_solved or status is Status.SOLVED
            status = Status.OPEN if status in {Status.SOLVED, Status.PENDING} else status
        elif row.type in {Kind.AGENT_MESSAGE, Kind.CALL_ANSWERED}:
            from_solved = False
    return from_solved


@transaction.atomic
def agree_cadence(*, ticket: Ticket, every: str | None, at: datetime, by: Actor) -> Ticket:
    """Another rhythm of updates, agreed with the customer (D11); None goes back to the plan's."""
    held = hold_open(ticket, at=at, by=by)
    if every is not None:
        try:
            length = parse_duration(every)
        except ValueError as error:
            raise Invalid.field("every", str(error), "请填写时长，例如 PT4H。") from None
        if length < SHORTEST:
            raise Invalid.field("every", "At least 5 minutes (PT5M).", "至少 5 分钟（PT5M）。")
    cell = held.log.catalog.cell(held.ticket.plan, held.ticket.priority)
    refused = no_rhythm(cell)
    if refused:
        raise refused
    held.append(
        Kind.CADENCE,
        every=every,
        plan_rule="interval" if isinstance(cell.update, Interval | AsAgreed) else "business_day",
    )
    held.settle()
    return held.ticket


def no_rhythm(cell: Cell) -> Conflict | None:
    """Why no rhythm of updates can be agreed under this cell (D11); None where one can."""
    if cell.update is not None and not isinstance(cell.update, OnStatusChange):
        return None
    return Conflict(
        Text(
            "This priority has no timed updates, so no rhythm can be agreed. Raise the priority first.",
            "该优先级没有定时更新，无法约定频率。请先调整优先级。",
        )
    )


@transaction.atomic
def provide_workaround(*, ticket: Ticket, agent: Agent, text: str, at: datetime, by: Actor) -> Ticket:
    """A fact apart from resolution (D23, R18): it moves no clock and asks for triage again."""
    said = written(text, "note")
    held = hold_open(ticket, at=at, by=by)
    message = messages.from_agent(
        held.ticket, agent, Content(said), kind=MessageKind.NOTE, channel=held.ticket.channel, at=held.at
    )
    held.append(Kind.WORKAROUND, message=message.pk)
    held.ticket.workaround_at = held.ticket.workaround_at or held.at
    held.ticket.triage = held.ticket.triage or "workaround"
    held.settle()
    return held.ticket


@transaction.atomic
def call(*, ticket: Ticket, agent: Agent, answered: bool, text: str = "", at: datetime, by: Actor) -> Ticket:
    """Customer and engineer spoke: that answers what is owed. A call nobody answered is a note."""
    held = hold_open(ticket, at=at, by=by)
    said = text.strip() or (ANSWERED if answered else UNANSWERED).to(agent.user.language)
    message = messages.from_agent(
        held.ticket, agent, Content(said), kind=MessageKind.NOTE, channel="phone", at=held.at
    )
    held.append(Kind.CALL_ANSWERED if answered else Kind.NOTE, message=message.pk)
    held.settle()
    return held.ticket
