"""A ticket opens: by a customer on any channel, or by an engineer for one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import roster
from sterling.base import rows
from sterling.base.actor import SYSTEM
from sterling.base.asked import asking_together
from sterling.base.errors import Invalid
from sterling.base.foreseen import in_batch, told
from sterling.base.live import at_once
from sterling.core.clocks import Side
from sterling.core.triage import suggested_priority
from sterling.plans import queries as plans
from sterling.sla import calendars
from sterling.sla import log as logs
from sterling.sla.kinds import Kind
from sterling.sla.models import Timeline
from sterling.tickets import acknowledgement, followers, messages, wording
from sterling.tickets.actions import routing
from sterling.tickets.content import Content, written
from sterling.tickets.held import Held
from sterling.tickets.models import Message, MessageKind, Ticket
from sterling.tickets.unnamed import Unnamed, refusal, unnamed

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact, Region
    from sterling.base.actor import Actor
    from sterling.core.clocks import Clock, Result
    from sterling.core.triage import Facts
    from sterling.plans.queries import Service

CHANNELS = ("email", "portal", "chat", "phone")
DEFAULT_PRIORITY = "medium"
SUBJECT_LIMIT = 500
KEYS = "keys of a ticket"
# A number, and the rows' keys: the log's, the ticket's, those of its first message and of the acknowledgement.
SEQUENCES = (
    "tickets_number",
    rows.key_of(Timeline),
    rows.key_of(Ticket),
    rows.key_of(Message),
    rows.key_of(Message),
)
NEW_KEYS = rows.keys(*SEQUENCES)


def open_ticket(
    *,
    requester: Contact,
    subject: str,
    content: Content,
    channel: str,
    at: datetime,
    recorded_at: datetime,
    by: Actor,
    agent: Agent | None = None,
    priority: str | None = None,
    acknowledge: bool = True,
    follow_up_of: Ticket | None = None,
    may_belong_to: Ticket | None = None,
    facts: Facts | None = None,
) -> Ticket:
    """A new ticket with its first message, its clocks and its acknowledgement.

    `at`: when it was received, which is when the clocks start. `agent`: the engineer who opened it on the
    customer's behalf; then the first message is theirs and no response is owed.
    `facts`: what the customer said of the problem; kept with the opening, beside what they suggest.
    Invalid: unknown priority or channel. NotEntitled: the plan takes none from them, or by this channel. Nothing is written.
    """
    ticket, _ = opened(
        requester=requester,
        subject=subject,
        content=content,
        channel=channel,
        at=at,
        recorded_at=recorded_at,
        by=by,
        agent=agent,
        priority=priority,
        acknowledge=acknowledge,
        follow_up_of=follow_up_of,
        may_belong_to=may_belong_to,
        facts=facts,
    )
    return ticket


@transaction.atomic(savepoint=False)
@at_once()
def opened(
    *,
    requester: Contact,
    subject: str,
    content: Content,
    channel: str,
    at: datetime,
    recorded_at: datetime,
    by: Actor,
    agent: Agent | None = None,
    priority: str | None = None,
    acknowledge: bool = True,
    follow_up_of: Ticket | None = None,
    may_belong_to: Ticket | None = None,
    facts: Facts | None = None,
) -> tuple[Ticket, Result]:
    """The same, with what is promised from now on."""
    service = plans.service(requester, at)
    # What an engineer begins is the vendor's own affair.
    if agent is None and (refused := refusal(requester, service, channel, at)):
        raise refused
    if follow_up_of and priority not in service.catalog.priorities:
        priority = None  # what it follows was opened under an older catalog
    priority = _known_priority(priority, service)
    if channel not in CHANNELS:
        raise Invalid.field("channel", f"One of {', '.join(CHANNELS)}.", f"可选：{'、'.join(CHANNELS)}。")
    text = written(content.text)
    region = _region(requester, service)
    asks = () if in_batch() else (NEW_KEYS, calendars.question(region.pk), wording.KEPT, roster.STATE)
    with asking_together(*asks):
        number, timeline_key, ticket_key, first_key, next_key = told(KEYS, by.id, NEW_KEYS.asked)
        side = Side.AGENT if agent else Side.CUSTOMER
        log = logs.begin(
            key=timeline_key,
            organization_id=requester.organization_id,
            version=service.version,
            at=at,
            data={"by": side.value, "plan": service.plan, "priority": priority, "region": region.pk}
            | _facts(facts, service)
            | _zones(requester, service),
            by=by,
        )
        log.timeline.region = region
        ticket = Ticket(
            pk=ticket_key,
            organization=requester.organization,
            number=number,
            timeline=log.timeline,
            requester=requester,
            subject=clean_subject(subject),
            channel=channel,
            status="open",
            priority=priority,
            plan=service.plan,
            tier=_entry_tier(service),
            assignee=None,
            triage=_triage(requester),
            opened_at=at,
            updated_at=at,
            follow_up_of=follow_up_of,
            may_belong_to=may_belong_to,
        )
        said = replace(content, text=text)
        held = Held(ticket, log, log.instant(recorded_at), by, is_new=True)
        owed = held.result().owed
        if follow_up_of and agent:
            followers.inherit(held, follow_up_of)
        if agent:
            messages.from_agent(
                ticket,
                agent,
                said,
                kind=MessageKind.REPLY,
                channel=channel,
                at=recorded_at,
                before=(),
                key=first_key,
            )
        else:
            first = messages.from_customer(
                ticket, requester, said, channel=channel, at=recorded_at, received_at=at, key=first_key
            )
            followers.carry_over(held, requester, content, channel)
            if acknowledge:
                _acknowledge(held, first, next_key, unnamed(requester, service, at), owed)
        if follow_up_of:
            held.append(Kind.FOLLOW_UP, of=follow_up_of.number)
        routing.at_opening(held, owed.due if owed else None, follow_up_of.assignee if follow_up_of else None)
        ticket.first_message_key = first_key
        return ticket, held.settle()


def _facts(facts: Facts | None, service: Service) -> dict[str, object]:
    if facts is None:
        return {}
    return {"facts": facts.as_dict(), "suggested": suggested_priority(facts, service.catalog)}


def clean_subject(subject: str) -> str:
    cleaned = " ".join(subject.replace("\x00", "").split())
    return cleaned[:SUBJECT_LIMIT]


def _zones(requester: Contact, service: Service) -> dict[str, dict[str, str]]:
    """The customer's zones, where the catalog has hours that are read on the customer's wall clock."""
    if not any(hours.is_customers for hours in service.catalog.calendars.values()):
        return {}
    organization = requester.organization.timezone
    found = {"organization": organization, "contact": requester.timezone or organization}
    return {"zones": {whose: zone for whose, zone in found.items() if zone}}


def _known_priority(priority: str | None, service: Service) -> str:
    catalog = service.catalog
    if priority is None:
        if DEFAULT_PRIORITY in catalog.priorities:
            return DEFAULT_PRIORITY
        ordered = catalog.priorities_by_rank()
        return ordered[len(ordered) // 2 - (len(ordered) % 2 == 0)].id
    if priority not in catalog.priorities:
        known = ", ".join(catalog.priorities)
        raise Invalid.field("priority", f"One of {known}.", f"可选：{known}。")
    return priority


def support_region(requester: Contact, service: Service) -> str:
    """D2: the contact's designated region where the plan has such, else the organization's."""
    return _region(requester, service).pk


def _region(requester: Contact, service: Service) -> Region:
    plan = service.catalog.plans[service.plan]
    if requester.region and plan.entitlements.get("regional_contacts"):
        return requester.region
    return requester.organization.region


def _entry_tier(service: Service) -> int:
    """D13: premium tickets enter a pool of Tier-3-skilled engineers at once, the others Tier 1."""
    return 3 if service.catalog.plans[service.plan].entitlements.get("tier3") else 1


def _triage(requester: Contact) -> str:
    """Why somebody should look at who this is: nothing for people known to belong to their organization."""
    if requester.organization.is_provisional:
        return "unknown_sender"
    return "" if requester.confirmed_at else "unconfirmed_contact"


def _acknowledge(held: Held, first: Message, key: int, whose: Unnamed | None, owed: Clock | None) -> None:
    due = owed.due if owed else None
    target = owed.target if owed else None
    text = acknowledgement.text(held.ticket, due=due, target=target, unnamed=whose)
    messages.from_agent(
        held.ticket,
        None,
        Content(text),
        kind=MessageKind.AUTO,
        channel=held.ticket.channel,
        at=held.at,
        before=[first],
        key=key,
    )
    held.log.append(Kind.AUTO_MESSAGE, {}, at=held.at, by=SYSTEM)
