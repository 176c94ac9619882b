"""Somebody looked at who a person is: confirmed where they are, or moved to where they belong, with their tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from sterling.accounts import queries as accounts
from sterling.accounts.actions import customers
from sterling.base.errors import Conflict
from sterling.base.live import poke
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.sla.actions import moving
from sterling.sla.kinds import Kind
from sterling.tickets.actions.opening import support_region
from sterling.tickets.held import hold
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact, Organization
    from sterling.base.actor import Actor
    from sterling.tickets.held import Held

WHO = ("unknown_sender", "unconfirmed_contact")  # flags that ask who somebody is


@transaction.atomic
def confirm_contact(*, contact: Contact, at: datetime, by: Actor) -> Contact:
    """The person belongs where they are: colleagues' tickets become visible, and no ticket asks who this is."""
    confirmed = customers.confirm_contact(contact=contact, at=at, by=by)
    asking = Ticket.objects.filter(requester=contact, triage__in=WHO).order_by("timeline_id")
    for ticket in asking:
        held = hold(ticket, at=at, by=by)
        _known(held)
        held.settle()
    return confirmed


@transaction.atomic
def move_contact(*, contact: Contact, to: Organization, at: datetime, by: Actor) -> Contact:
    """The person and all their tickets belong to another organization; region and plan follow from this moment.

    Conflict: a premium contact holds a seat there, or a ticket is tied to one of somebody who stays.
    """
    if contact.organization_id == to.pk:
        return contact
    timelines = list(Ticket.objects.filter(requester=contact).values_list("timeline_id", flat=True))
    moving.lock(timelines)
    contact = accounts.locked_contact(contact.pk)
    if contact.is_premium:
        raise Conflict(
            Text(
                f"{contact} is a premium contact of the organization. Take that back first.",
                f"{contact} 是该组织的指定联系人，请先取消指定。",
            )
        )
    _check_ties(contact)
    before = contact.organization_id
    customers.move_contact(contact=contact, to=to, at=at, by=by)
    # Tickets went along by their key; their logs follow, and the database checks both when this is committed.
    moving.move(timelines, to.pk)
    for ticket in Ticket.objects.filter(requester=contact, timeline__live=True).order_by("timeline_id"):
        _follow(ticket, before, at=at, by=by)
    poke(f"organization-{before}", f"organization-{to.pk}", f"requester-{contact.pk}", "queue")
    return contact


def _check_ties(contact: Contact) -> None:
    """A ticket that was merged into a colleague's, or follows it, cannot lie in another organization."""
    Ticket.objects.filter(requester=contact).exclude(may_belong_to__requester=contact).update(
        may_belong_to=None
    )
    Ticket.objects.filter(may_belong_to__requester=contact).exclude(requester=contact).update(
        may_belong_to=None
    )
    tied = Ticket.objects.filter(
        Q(merged_into__requester=contact) & ~Q(requester=contact)
        | Q(follow_up_of__requester=contact) & ~Q(requester=contact)
        | Q(requester=contact) & Q(merged_into__isnull=False) & ~Q(merged_into__requester=F("requester"))
        | Q(requester=contact) & Q(follow_up_of__isnull=False) & ~Q(follow_up_of__requester=F("requester"))
    ).first()
    if tied:
        raise Conflict(
            Text(
                f"#{tied.number} is tied to a colleague's ticket, so that {contact} cannot be moved alone.",
                f"工单 #{tied.number} 与同事的工单相关联，无法单独移动 {contact}。",
            )
        )


def _follow(ticket: Ticket, before: int, *, at: datetime, by: Actor) -> None:
    requester = accounts.contact_with_organization(ticket.requester_id)
    service = plans.service(requester, at)
    region = support_region(requester, service)
    held = hold(ticket, at=at, by=by, regions=(region,))
    held.append(
        Kind.ORGANIZATION,
        **{"from": before},
        to=requester.organization_id,
        name=requester.organization.name,
    )
    if service.plan != held.ticket.plan and service.plan in held.log.catalog.plans:
        held.append(Kind.PLAN, to=service.plan, **{"from": held.ticket.plan})
    if region != held.log.timeline.region_id:
        held.append(Kind.REGION, to=region, **{"from": held.log.timeline.region_id})
    _known(held)
    held.settle()


def _known(held: Held) -> None:
    if held.ticket.triage in WHO:
        held.append(Kind.TRIAGED, was=held.ticket.triage)
        held.ticket.triage = ""
