"""Everything the ticket page shows, gathered in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.core.clocks import State, Status
from sterling.core.triage import Facts, told
from sterling.desk.conversation import Conversation, conversation
from sterling.desk.foresight import Foresight
from sterling.desk.history import History, history
from sterling.plans import queries as plans
from sterling.sla import queries as promises
from sterling.sla.shown import ClockView, clock_view, strip_of
from sterling.tickets.access import (
    drafts_of,
    follow_ups,
    last_routing,
    messages_with_files,
    open_escalations,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact
    from sterling.base.strip import Strip
    from sterling.core.catalog import Catalog, Plan, Priority
    from sterling.core.clocks import Result
    from sterling.core.text import Text
    from sterling.plans.models import Contract
    from sterling.sla.log import Log
    from sterling.tickets.models import Draft, Escalation, RoutingDecision, Ticket


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
class Drafts:
    """The reader's own unsent words, by mode; the page opens with those saved last."""

    kept: dict[str, Draft]

    @property
    def reply(self) -> Draft | None:
        return self.kept.get("reply")

    @property
    def note(self) -> Draft | None:
        return self.kept.get("note")

    @property
    def mode(self) -> str:
        newest = max(self.kept.values(), key=lambda draft: draft.saved_at, default=None)
        return newest.mode if newest else "reply"


@dataclass(frozen=True, slots=True)
class TicketPage:
    ticket: Ticket
    catalog: Catalog
    plan: Plan
    priority: Priority
    zone: ZoneInfo
    conversation: Conversation
    foresight: Foresight
    drafts: Drafts
    past: History
    follow_ups: list[int]
    owed: ClockView | None
    update: ClockView | None
    kept: int
    missed: int
    card: PlanCard
    log: Log
    result: Result
    at: datetime
    strip: Strip
    facts: Text | None
    routing: RoutingDecision | None
    escalations: list[Escalation]

    @property
    def history(self) -> list[ClockView]:
        """Every clock with its reasons, the oldest first: only the page of reasons shows them all."""
        return [clock_view(clock, self.log, self.at, self.zone) for clock in self.result.clocks]

    @property
    def chosen_status(self) -> str:
        """What the send button says at first: what the draft had chosen, where that is still a change."""
        draft = self.drafts.reply
        return draft.status if draft and draft.status != self.ticket.status else ""

    @property
    def running(self) -> list[ClockView]:
        """The live clocks, the nearest due first."""
        live = [view for view in (self.owed, self.update) if view]
        return sorted(live, key=lambda view: (view.clock.due is None, view.clock.due or view.clock.started))


def plan_card(ticket: Ticket, log: Log, at: datetime) -> PlanCard:
    service = plans.service(ticket.requester, at)
    catalog = service.catalog
    premium = people.seats_of(ticket.organization_id, at)
    held = catalog.plans[service.held]
    return PlanCard(
        held,
        log.catalog.plans[ticket.plan],
        service.contract,
        premium,
        catalog.limit(held.id, "premium_contacts", service.size),
        [one for one in premium if one.pk != ticket.requester_id] if ticket.plan != held.id else [],
    )


def _facts(log: Log) -> Text | None:
    """What the customer said of the problem when proposing the priority (D12)."""
    kept = log.rows[0].data.get("facts")
    return told(Facts.read(kept)) if kept else None


def ticket_page(
    viewer: Viewer, ticket: Ticket, at: datetime, *, reads_in: tzinfo | None = None, whole: bool = False
) -> TicketPage:
    """The page of a ticket that came through its door."""
    log = promises.log_on(ticket.timeline)
    result = log.result(at)
    zone = ZoneInfo(ticket.timeline.region.timezone)
    states = [clock.state for clock in result.clocks]
    return TicketPage(
        ticket=ticket,
        catalog=log.catalog,
        plan=log.catalog.plans[ticket.plan],
        priority=log.catalog.priorities[ticket.priority],
        zone=zone,
        conversation=conversation(*messages_with_files(viewer, ticket, whole=whole), log),
        foresight=Foresight(log, result, at, reads_in or zone),
        drafts=Drafts(drafts_of(viewer, ticket)),
        past=history(viewer, ticket, at),
        follow_ups=follow_ups(viewer, ticket) if ticket.status == Status.CLOSED else [],
        owed=clock_view(result.owed, log, at, zone) if result.owed else None,
        update=clock_view(result.update, log, at, zone) if result.update else None,
        kept=states.count(State.MET),
        missed=states.count(State.MISSED),
        card=plan_card(ticket, log, at),
        log=log,
        result=result,
        at=at,
        facts=_facts(log),
        routing=last_routing(viewer, ticket),
        escalations=open_escalations(viewer, ticket),
        strip=strip_of(log, result, at, zone),
    )
