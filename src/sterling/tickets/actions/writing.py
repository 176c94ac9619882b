"""What is said in a ticket: by the customer, by an engineer, among colleagues."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base import rows
from sterling.base.errors import Conflict, MessageRequired, NotYours, Overtaken, ResponseOwed
from sterling.base.formats import seconds_too as age
from sterling.core.catalog import OnStatusChange
from sterling.core.clocks import Status
from sterling.core.release import lateness
from sterling.core.text import Text
from sterling.sla.kinds import Kind
from sterling.tickets import followers, messages
from sterling.tickets.actions import routing
from sterling.tickets.actions.opening import open_ticket
from sterling.tickets.content import Content, written
from sterling.tickets.held import Held, goes_on, hold, hold_open
from sterling.tickets.models import Message, MessageKind, Occasion, Ticket
from sterling.tickets.statuses import status_of

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.base.actor import Actor
    from sterling.core.catalog import Catalog
    from sterling.core.clocks import Result


@rows.atomic
def customer_wrote(
    *,
    ticket: Ticket,
    contact: Contact,
    content: Content,
    channel: str,
    at: datetime,
    received_at: datetime,
    by: Actor,
    acknowledge: bool = True,
) -> Message:
    """The customer said something: a response is owed from `received_at` on.

    In a merged ticket it joins the one that goes on; in a closed one it opens a linked follow-up, which is
    acknowledged unless `acknowledge` says otherwise. NotYours: neither of the organization nor copied.
    """
    outside = contact.organization_id != ticket.organization_id
    if outside and not followers.is_copied(ticket, contact.email):
        raise NotYours
    held = hold(goes_on(ticket), at=at, by=by)
    if held.ticket.merged_into:
        return customer_wrote(
            ticket=held.ticket.merged_into,
            contact=contact,
            content=content,
            channel=channel,
            at=at,
            received_at=received_at,
            by=by,
            acknowledge=acknowledge,
        )
    if held.ticket.status == Status.CLOSED:
        follow_up = open_ticket(
            requester=contact,
            subject=held.ticket.subject,
            content=content,
            channel=channel,
            at=received_at,
            recorded_at=at,
            by=by,
            priority=None if outside else held.ticket.priority,
            acknowledge=acknowledge,
            follow_up_of=None if outside else held.ticket,
        )
        return Message.objects.filter(ticket=follow_up).earliest("id")
    content = replace(content, text=written(content.text))
    message = messages.from_customer(
        held.ticket, contact, content, channel=channel, at=held.at, received_at=received_at
    )
    followers.carry_over(held, contact, content, channel)
    since = {"since": received_at.isoformat()} if received_at < held.at else {}
    held.append(Kind.CUSTOMER_MESSAGE, message=message.pk, **since)
    if held.ticket.status == Status.SOLVED:
        routing.think_over(held, Occasion.REOPENED)
    held.settle()
    return message


@transaction.atomic
def follow_up(*, ticket: Ticket, agent: Agent, content: Content, at: datetime, by: Actor) -> Ticket:
    """We have more to say on a closed ticket: that opens a linked one, with our message first and no reply owed."""
    held = hold(goes_on(ticket), at=at, by=by)
    if held.ticket.status != Status.CLOSED:
        raise Conflict(
            Text(
                f"#{held.ticket.number} is not closed. Write there instead.",
                f"#{held.ticket.number} 尚未关闭，请直接在该工单中回复。",
            )
        )
    return open_ticket(
        requester=held.ticket.requester,
        subject=held.ticket.subject,
        content=content,
        channel=held.ticket.channel,
        at=held.at,
        recorded_at=held.at,
        by=by,
        agent=agent,
        priority=held.ticket.priority,
        follow_up_of=held.ticket,
    )


@transaction.atomic
def reply(
    *,
    ticket: Ticket,
    agent: Agent,
    content: Content,
    status: str | None = None,
    at: datetime,
    by: Actor,
    channel: str | None = None,
    seen: int | None = None,
    planned: datetime | None = None,
) -> Message:
    """A public message by an engineer: it answers what is owed, and may set the status in the same save.

    `seen`: the latest message that its writer knew. Overtaken when somebody else has spoken since.
    `planned`: when it should have gone out; a release that is late by our own fault is told as such.
    """
    to = status_of(status) if status else None
    content = replace(content, text=written(content.text))
    held = hold_open(ticket, at=at, by=by)
    if seen is not None:
        not_overtaken(held, agent, seen)
    message = messages.from_agent(
        held.ticket,
        agent,
        content,
        kind=MessageKind.REPLY,
        channel=channel or held.ticket.channel,
        at=held.at,
    )
    late = lateness(planned, held.at) if planned else None
    more = {"late": round(late.total_seconds())} if late else {}
    if to is None:
        held.append(Kind.AGENT_MESSAGE, message=message.pk, **more)
    else:
        held.append(Kind.STATUS, to=to.value, by="agent", message=True, message_id=message.pk, **more)
    held.settle()
    return message


def not_overtaken(held: Held, agent: Agent, seen: int) -> None:
    """Overtaken: refuse what was written without knowing of a public message by somebody else."""
    newer = Message.objects.filter(
        ticket=held.ticket, kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY], pk__gt=seen
    ).order_by("-pk")
    last = next((one for one in newer if (one.author_kind, one.author_id) != ("agent", agent.pk)), None)
    if last is None:
        return
    who, wrote = last.author_name or last.author_email, last.kind == MessageKind.CUSTOMER
    ago = age(last.created_at, held.at)
    raise Overtaken(
        Text(
            f"{who} {'wrote' if wrote else 'replied'} {ago.en} ago. Read it, then send again.",
            f"{who} {ago.zh}前{'来信' if wrote else '已回复'}。请先阅读，再次发送即可。",
        ),
        author=who,
        at=last.created_at,
        latest=last.pk,
    )


@transaction.atomic
def customer_solved(*, ticket: Ticket, contact: Contact, at: datetime, by: Actor) -> Ticket:
    """The customer says that it is solved. ResponseOwed while a reply is owed: that one is still theirs."""
    if contact.organization_id != ticket.organization_id:
        raise NotYours
    held = hold_open(ticket, at=at, by=by)
    result = held.result()
    if result.owed:
        raise ResponseOwed(
            Text(
                "A reply to you is still due. Write that it is solved.",
                "尚欠您一次回复。如已解决，请写信说明。",
            )
        )
    if result.status is not Status.SOLVED:
        held.append(Kind.STATUS, to=Status.SOLVED.value, by="customer", message=False)
        held.settle()
    return held.ticket


@transaction.atomic
def note(
    *,
    ticket: Ticket,
    agent: Agent,
    content: Content,
    status: str | None = None,
    at: datetime,
    by: Actor,
    channel: str | None = None,
) -> Message:
    """Something among colleagues. It answers nothing; the customer never sees it. Closed tickets take notes too."""
    content = replace(content, text=written(content.text))
    held = hold_open(ticket, at=at, by=by) if status else hold(ticket, at=at, by=by)
    message = messages.from_agent(
        held.ticket, agent, content, kind=MessageKind.NOTE, channel=channel or held.ticket.channel, at=held.at
    )
    held.append(Kind.NOTE, message=message.pk)
    if status:
        move(held, status_of(status))
    held.settle()
    return message


@transaction.atomic
def set_status(*, ticket: Ticket, status: str, at: datetime, by: Actor) -> Ticket:
    """A bare status change. ResponseOwed and MessageRequired say what is missing."""
    to = status_of(status)
    held = hold_open(ticket, at=at, by=by)
    if held.ticket.status != to:
        move(held, to)
        held.settle()
    return held.ticket


def move(held: Held, to: Status) -> None:
    """Append a status without a message, if nothing forbids it."""
    result = held.result()
    if result.status is to:
        return
    refused = refusal(held.ticket, held.log.catalog, result, to)
    if refused:
        raise refused
    held.append(Kind.STATUS, to=to.value, by="agent", message=False)


def refusal(ticket: Ticket, catalog: Catalog, result: Result, to: Status) -> Conflict | None:
    """Why this status cannot be set without a message to the customer; None where it can."""
    if to in {Status.SOLVED, Status.CLOSED} and result.owed:
        return ResponseOwed(
            Text(
                f"A reply is still owed to {ticket.requester}. Answer, or say why no reply is needed.",
                f"尚欠 {ticket.requester} 一次回复。请先回复，或说明为何无须回复。",
            )
        )
    cell = catalog.cell(result.plan or ticket.plan, result.priority or ticket.priority)
    if isinstance(cell.update, OnStatusChange):
        return MessageRequired(
            Text(
                "On this priority the customer hears of every status change. Write a message with it.",
                "该优先级的每次状态变更都要告知客户，请同时写一条消息。",
            )
        )
    return None
