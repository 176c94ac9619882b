"""What a ticket is worth and whose it is: priority, assignee, requester, subject, tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.errors import Conflict, Invalid, NotAllowed, NotYours
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.sla.kinds import Kind
from sterling.tickets.actions import routing
from sterling.tickets.actions.opening import clean_subject, support_region
from sterling.tickets.handing import taken_otherwise
from sterling.tickets.held import hold, hold_open
from sterling.tickets.models import Occasion, Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.base.actor import Actor


@transaction.atomic
def set_priority(*, ticket: Ticket, priority: str, reason: str = "", at: datetime, by: Actor) -> Ticket:
    """An engineer confirms or changes the priority (D12, R16): from, to, who, when and why are kept."""
    held = hold_open(ticket, at=at, by=by)
    known = held.log.catalog.priorities
    if priority not in known:
        raise Invalid.field("priority", f"One of {', '.join(known)}.", f"可选：{'、'.join(known)}。")
    before = held.ticket.priority
    if priority != before:
        held.append(Kind.PRIORITY, to=priority, **{"from": before}, reason=reason.strip())
    elif held.ticket.priority_confirmed_at is None:
        held.append(Kind.CONFIRMED, priority=priority, reason=reason.strip())
    held.ticket.priority_confirmed_at = held.ticket.priority_confirmed_at or held.at
    if routing.is_bypassing(held.log.catalog, priority) and not routing.is_bypassing(
        held.log.catalog, before
    ):
        held.ticket.priority = priority
        routing.think_over(held, Occasion.URGENT)
    held.settle()
    return held.ticket


@transaction.atomic
def assign(*, ticket: Ticket, to: Agent | None, reason: str = "", at: datetime, by: Actor) -> Ticket:
    """Hand the ticket to an engineer, or to nobody. The reason is kept with it."""
    if to is not None and not to.is_active:
        raise Conflict(Text("This engineer is no longer active.", "该工程师已停用。"))
    held = hold(ticket, at=at, by=by)
    if held.ticket.assignee_id != (to.pk if to else None):
        tier = {"tier": to.tier} if to else {}
        held.append(
            Kind.ASSIGNED, to=to.pk if to else None, name=to.name if to else "", reason=reason, **tier
        )
        held.ticket.assignee = to
        held.ticket.route_at = None
        if to is not None:
            taken_otherwise(held.ticket, to, at=held.at)
        held.settle()
    return held.ticket


@transaction.atomic
def set_subject(*, ticket: Ticket, subject: str, at: datetime, by: Actor) -> Ticket:
    cleaned = clean_subject(subject)
    if not cleaned:
        raise Invalid.field("subject", "A subject must not be empty.", "主题不能为空。")
    held = hold(ticket, at=at, by=by)
    if cleaned != held.ticket.subject:
        held.append(Kind.SUBJECT, **{"from": held.ticket.subject}, to=cleaned)
        held.ticket.subject = cleaned
        held.settle()
    return held.ticket


@transaction.atomic
def take_over(*, ticket: Ticket, contact: Contact, at: datetime, by: Actor) -> Ticket:
    """A colleague becomes the requester (D15); a premium one brings the contract's plan from this moment."""
    if contact.organization_id != ticket.organization_id:
        raise NotYours
    service = plans.service(contact, at)
    region = support_region(contact, service)
    held = hold_open(ticket, at=at, by=by, regions=(region,))
    if held.ticket.requester_id != contact.pk:
        held.append(Kind.REQUESTER, **{"from": held.ticket.requester_id}, to=contact.pk, name=str(contact))
        held.ticket.requester = contact
        if service.plan != held.ticket.plan and service.plan in held.log.catalog.plans:
            held.append(Kind.PLAN, to=service.plan, **{"from": held.ticket.plan})
        if region != held.log.timeline.region_id:
            held.append(Kind.REGION, to=region, **{"from": held.log.timeline.region_id})
        held.settle()
    return held.ticket


def take_over_own(*, ticket: Ticket, contact: Contact, at: datetime, by: Actor) -> Ticket:
    """The same, done by the contact: NotAllowed unless they are premium now."""
    if not contact.is_premium_at(at):
        raise NotAllowed(
            Text(
                "Only a named contact of your organization can take over a ticket.",
                "只有贵组织的指定联系人可以接手工单。",
            )
        )
    return take_over(ticket=ticket, contact=contact, at=at, by=by)


@transaction.atomic
def triaged(*, ticket: Ticket, at: datetime, by: Actor) -> Ticket:
    """Somebody has looked at who this is."""
    held = hold(ticket, at=at, by=by)
    if held.ticket.triage:
        held.append(Kind.TRIAGED, was=held.ticket.triage)
        held.ticket.triage = ""
        held.settle()
    return held.ticket
