"""Everything the ticket page shows, gathered in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.core.clocks import State
from sterling.core.triage import Facts, told
from sterling.desk.sentences import Line, line
from sterling.plans import queries as plans
from sterling.sla import queries as promises
from sterling.sla.shown import ClockView, clock_view, strip_of
from sterling.tickets.access import messages_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent, Contact
    from sterling.base.strip import Strip
    from sterling.core.catalog import Catalog, Plan, Priority
    from sterling.core.text import Text
    from sterling.plans.models import Contract
    from sterling.sla.log import Log
    from sterling.tickets.models import Message, Ticket


@dataclass(frozen=True, slots=True)
class Item:
    """A message or a line of the log, in the order of time."""

    at: datetime
    message: Message | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class PlanCard:
    """What the organization holds, what runs this ticket, and what is in it."""

    held: Plan
    serving: Plan
    contract: Contract | None
    contacts: list[Contact]
    cap: int | float | None
    can_take_over: list[Contact]


@dataclass(frozen=True, slots=True)
class TicketPage:
    ticket: Ticket
    catalog: Catalog
    plan: Plan
    priority: Priority
    zone: ZoneInfo
    conversation: list[Item]
    owed: ClockView | None
    update: ClockView | None
    history: list[ClockView]
    kept: int
    missed: int
    card: PlanCard
    engineers: list[Agent]
    log: Log
    strip: Strip
    facts: Text | None

    @property
    def running(self) -> list[ClockView]:
        """The live clocks, the nearest due first."""
        live = [view for view in (self.owed, self.update) if view]
        return sorted(live, key=lambda view: (view.clock.due is None, view.clock.due or view.clock.started))


def conversation(messages: Sequence[Message], log: Log) -> list[Item]:
    """Messages and log lines as they happened; what happened at one instant keeps the log's order."""
    items = [Item(message.created_at, message=message) for message in messages]
    for row in log.rows:
        told = line(row, log.catalog)
        if told:
            items.append(Item(row.at, line=told))
    return sorted(items, key=lambda item: item.at)


def plan_card(ticket: Ticket, log: Log, at: datetime) -> PlanCard:
    service = plans.service(ticket.requester, at)
    catalog = service.catalog
    premium = list(people.premium_contacts(ticket.organization_id))
    held = catalog.plans[service.held]
    return PlanCard(
        held,
        log.catalog.plans[ticket.plan],
        service.contract,
        premium,
        catalog.limit(held.id, "premium_contacts"),
        [one for one in premium if one.pk != ticket.requester_id] if ticket.plan != held.id else [],
    )


def _facts(log: Log) -> Text | None:
    """What the customer said of the problem when proposing the priority (D12)."""
    kept = log.rows[0].data.get("facts")
    return told(Facts.read(kept)) if kept else None


def ticket_page(viewer: Viewer, ticket: Ticket, at: datetime) -> TicketPage:
    """The page of a ticket that came through its door."""
    log = promises.log_of(ticket.timeline_id)
    result = log.result(at)
    zone = ZoneInfo(ticket.timeline.region.timezone)
    views = {id(clock): clock_view(clock, log, at, zone) for clock in result.clocks}
    states = [clock.state for clock in result.clocks]
    return TicketPage(
        ticket=ticket,
        catalog=log.catalog,
        plan=log.catalog.plans[ticket.plan],
        priority=log.catalog.priorities[ticket.priority],
        zone=zone,
        conversation=conversation(list(messages_for(viewer, ticket)), log),
        owed=views[id(result.owed)] if result.owed else None,
        update=views[id(result.update)] if result.update else None,
        history=list(views.values()),
        kept=states.count(State.MET),
        missed=states.count(State.MISSED),
        card=plan_card(ticket, log, at),
        engineers=list(people.agents().filter(is_active=True)),
        log=log,
        facts=_facts(log),
        strip=strip_of(log, result, at, zone),
    )
