"""When an organization's plan or named contacts change, its open tickets follow at once (R36, R50)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.plans import queries as plans
from sterling.plans.actions import contacts, contracts
from sterling.sla.kinds import Kind
from sterling.tickets.held import hold
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import date, datetime

    from sterling.accounts.models import Contact, Organization
    from sterling.base.actor import Actor
    from sterling.plans.models import Contract


def _follow(organization_id: int, *, at: datetime, by: Actor) -> int:
    """Bring every live ticket to the plan its requester is served under now; how many changed."""
    live = Ticket.objects.filter(organization_id=organization_id, timeline__live=True).order_by("timeline_id")
    changed = 0
    for ticket in live.select_related("requester"):
        held = hold(ticket, at=at, by=by)
        plan = plans.service(held.ticket.requester, held.at).plan
        if plan != held.ticket.plan and plan in held.log.catalog.plans and held.result().is_live:
            held.append(Kind.PLAN, to=plan, **{"from": held.ticket.plan})
            held.settle()
            changed += 1
    return changed


@transaction.atomic
def sign_contract(
    *, organization: Organization, plan: str, starts: date, ends: date | None, at: datetime, by: Actor
) -> Contract:
    contract = contracts.sign_contract(
        organization=organization, plan=plan, starts=starts, ends=ends, at=at, by=by
    )
    _follow(organization.pk, at=at, by=by)
    return contract


@transaction.atomic
def change_plan(*, contract: Contract, plan: str, at: datetime, by: Actor) -> Contract:
    changed = contracts.change_plan(contract=contract, plan=plan, at=at, by=by)
    _follow(contract.organization_id, at=at, by=by)
    return changed


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
def follow_contracts(*, organization_id: int, at: datetime, by: Actor) -> int:
    """A contract has begun or ended by date: tickets follow."""
    return _follow(organization_id, at=at, by=by)
