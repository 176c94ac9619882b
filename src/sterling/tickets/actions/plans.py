"""When an organization's plan, region or named contacts change, its open tickets follow at once (R36, R50)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

from django.db import connection, transaction

from sterling.accounts.actions import customers
from sterling.accounts.models.organizations import BY_HAND, BY_MANAGER
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.plans.actions import contacts, contracts
from sterling.sla.kinds import Kind
from sterling.tickets.actions.opening import support_region
from sterling.tickets.held import hold
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import date, datetime

    from sterling.accounts.models import Contact, Organization, Region
    from sterling.base.actor import Actor
    from sterling.plans.models import Contract


class Terms(TypedDict, total=False):
    """What a contract may say beside plan and days."""

    segment: str
    currency: str
    grace_days: int
    size: int


def _follow(organization_id: int, *, at: datetime, by: Actor) -> int:
    """Bring every live ticket to the plan and region its requester is served in now; how many changed."""
    live = Ticket.objects.filter(organization_id=organization_id, timeline__live=True).order_by("timeline_id")
    changed = 0
    for ticket in live.select_related("requester__region", "requester__organization__region"):
        region = support_region(ticket.requester, plans.service(ticket.requester, at))
        held = hold(ticket, at=at, by=by, regions=(region,))
        plan = plans.service(held.ticket.requester, held.at).plan
        if not held.result().is_live:
            continue
        if plan != held.ticket.plan and plan in held.log.catalog.plans:
            held.append(Kind.PLAN, to=plan, **{"from": held.ticket.plan})
        if region != held.log.timeline.region_id:
            held.append(Kind.REGION, to=region, **{"from": held.log.timeline.region_id})
        if held.kinds:
            held.settle()
            changed += 1
    return changed


@transaction.atomic
def sign_contract(
    *,
    organization: Organization,
    plan: str,
    starts: date,
    ends: date | None,
    at: datetime,
    by: Actor,
    **terms: Unpack[Terms],
) -> Contract:
    """`terms`: segment, currency, grace_days, size; see plans.actions.contracts."""
    contract = contracts.sign_contract(
        organization=organization, plan=plan, starts=starts, ends=ends, at=at, by=by, **terms
    )
    _follow(organization.pk, at=at, by=by)
    return contract


@transaction.atomic
def change_plan(*, contract: Contract, plan: str, at: datetime, by: Actor) -> Contract:
    changed = contracts.change_plan(contract=contract, plan=plan, at=at, by=by)
    _follow(contract.organization_id, at=at, by=by)
    return changed


@transaction.atomic
def renew_contract(*, contract: Contract, plan: str = "", at: datetime, by: Actor) -> Contract:
    renewed = contracts.renew_contract(contract=contract, plan=plan, at=at, by=by)
    _follow(contract.organization_id, at=at, by=by)
    return renewed


@transaction.atomic
def end_contract(*, contract: Contract, ends: date, at: datetime, by: Actor) -> Contract:
    ended = contracts.end_contract(contract=contract, ends=ends, at=at, by=by)
    _follow(contract.organization_id, at=at, by=by)
    return ended


@transaction.atomic
def verify_contact(*, contact: Contact, at: datetime, by: Actor, how: str = "by hand") -> Contact:
    verified = contacts.verify_contact(contact=contact, at=at, by=by, how=how)
    _follow(contact.organization_id, at=at, by=by)
    return verified


@transaction.atomic
def release_contact(*, contact: Contact, at: datetime, by: Actor) -> Contact:
    released = contacts.release_contact(contact=contact, at=at, by=by)
    _follow(contact.organization_id, at=at, by=by)
    return released


@transaction.atomic
def set_valid(
    *, contact: Contact, begins: datetime | None, ends: datetime | None, at: datetime, by: Actor
) -> Contact:
    dated = contacts.set_valid(contact=contact, begins=begins, ends=ends, at=at, by=by)
    _follow(contact.organization_id, at=at, by=by)
    return dated


@transaction.atomic
def name_contact(
    *, contact: Contact, in_place_of: Contact | None, manager: Contact | None, at: datetime, by: Actor
) -> Contact:
    """Name a contact, in place of another one where every seat is taken. Either both happen or nothing.

    `manager`: the customer's own, who names confirmed colleagues alone (Conflict); None: staff, who vouch by naming.
    """
    if manager is not None and contact.confirmed_at is None:
        raise Conflict(
            Text(
                f"Confirm first that {contact} belongs to {manager.organization.name}.",
                f"请先确认 {contact} 属于{manager.organization.name}。",
            )
        )
    if in_place_of is not None:
        contacts.release_contact(contact=in_place_of, at=at, by=by)
    how = BY_MANAGER if manager else BY_HAND
    named = contacts.verify_contact(contact=contact, at=at, by=by, how=how)
    _follow(contact.organization_id, at=at, by=by)
    return named


@transaction.atomic
def move_organization(*, organization: Organization, region: Region, at: datetime, by: Actor) -> Organization:
    """Another support region: to its open tickets the other calendar counts from now on."""
    moved = customers.move_organization(organization=organization, region=region, at=at, by=by)
    _follow(organization.pk, at=at, by=by)
    return moved


@transaction.atomic
def designate_region(*, contact: Contact, region: Region | None, at: datetime, by: Actor) -> Contact:
    """The same for one contact, where the plan designates regions by contact (D2)."""
    designated = contacts.designate_region(contact=contact, region=region, at=at, by=by)
    _follow(contact.organization_id, at=at, by=by)
    return designated


# Live tickets that run on another plan than their requester is entitled to now: a contract, or the dates of a
# premium contact, began or ended.
OVERTAKEN = """
    SELECT DISTINCT ticket.organization_id, greatest(begun.at, ended.at, named.at)
      FROM tickets_ticket AS ticket
      JOIN sla_timeline AS timeline ON timeline.id = ticket.timeline_id AND timeline.live
      JOIN accounts_contact AS contact ON contact.id = ticket.requester_id
      LEFT JOIN LATERAL (
          SELECT plan FROM plans_contract AS contract
           WHERE contract.organization_id = ticket.organization_id
             AND contract.starts_at <= %(at)s AND (contract.ends_at IS NULL OR contract.ends_at > %(at)s)
           ORDER BY contract.starts_at DESC, contract.id DESC LIMIT 1
      ) AS held ON true
      LEFT JOIN LATERAL (
          SELECT max(starts_at) AS at FROM plans_contract
           WHERE organization_id = ticket.organization_id AND starts_at <= %(at)s
      ) AS begun ON true
      LEFT JOIN LATERAL (
          SELECT max(ends_at) AS at FROM plans_contract
           WHERE organization_id = ticket.organization_id AND ends_at <= %(at)s
      ) AS ended ON true
      LEFT JOIN LATERAL (
          SELECT max(edge) AS at FROM (VALUES (contact.premium_from), (contact.premium_until)) AS edges (edge)
           WHERE edge <= %(at)s
      ) AS named ON true
     WHERE ticket.plan <> CASE WHEN contact.verified_at IS NULL
                                 OR contact.premium_from > %(at)s OR contact.premium_until <= %(at)s
                               THEN %(lowest)s ELSE coalesce(held.plan, %(lowest)s) END
       AND greatest(begun.at, ended.at, named.at) IS NOT NULL
     ORDER BY 2
"""


def follow_dates(*, at: datetime) -> int:
    """Contracts and premium contacts that began or ended by date: their tickets follow, from that very instant on.

    One query finds them, whoever looks and however late; how many tickets changed.
    """
    lowest = plans.lowest(plans.catalog_of(plans.version_in_force(at)))
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, {"at": at, "lowest": lowest})
        found = cursor.fetchall()
    changed = 0
    for organization_id, boundary in found:
        with transaction.atomic():
            changed += _follow(organization_id, at=boundary, by=SYSTEM)
    return changed
