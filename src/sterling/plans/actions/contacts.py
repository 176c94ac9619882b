"""Premium contacts: named, checked, and no more than the plan includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.errors import CapReached, Conflict, NotEntitled
from sterling.core.catalog import remedy
from sterling.core.catalog.entitlements import limit
from sterling.core.text import Text
from sterling.plans import queries

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.base.actor import Actor


@transaction.atomic
def verify_contact(*, contact: Contact, at: datetime, by: Actor, how: str = "by hand") -> Contact:
    """Make the contact premium (R35). NotEntitled: the plan names none. CapReached: every seat is taken (R33)."""
    # The organization's row orders verifications, so that two at once cannot both take the last seat.
    organization = people.locked_organization(contact.organization_id)
    contact = people.locked_contact(contact.pk)
    if contact.is_premium:
        return contact
    contract = queries.contract_at(organization.pk, at)
    catalog = queries.catalog_of(contract.catalog_version if contract else queries.version_in_force(at))
    plan = catalog.plans[contract.plan if contract else queries.lowest(catalog)]
    cap = limit(plan.entitlements.get("premium_contacts", 0))
    taken = list(people.premium_contacts(organization.pk))
    if cap == 0:
        raise NotEntitled(
            Text(f"{plan.name.en} has no premium contacts.", f"{plan.name.zh}计划不含指定联系人。"),
            entitlement="premium_contacts",
            plan=plan.id,
            remedy=remedy(catalog, "premium_contacts", plan.id),
        )
    if len(taken) >= cap:
        names = [str(holder) for holder in taken]
        raise CapReached(
            Text(
                f"All {int(cap)} premium contacts of {organization.name} are named: {', '.join(names)}.",
                f"{organization.name} 的 {int(cap)} 个指定联系人名额已满：{'、'.join(names)}。",
            ),
            entitlement="premium_contacts",
            plan=plan.id,
            limit=int(cap),
            remedy=Text("Remove one of them first, or raise the plan.", "请先移除其中一位，或升级计划。"),
        )
    if contact.region_id and not plan.entitlements.get("regional_contacts"):
        raise NotEntitled(
            Text(
                f"{plan.name.en} does not designate contacts by region.",
                f"{plan.name.zh}计划不支持按区域指定联系人。",
            ),
            entitlement="regional_contacts",
            plan=plan.id,
            remedy=remedy(catalog, "regional_contacts", plan.id),
        )
    contact.verified_at, contact.verified_by, contact.verified_how = at, by.name, how
    if contact.confirmed_at is None:
        contact.confirmed_at, contact.confirmed_by = at, by.name
    contact.version += 1
    contact.save()
    audit.record(
        at=at,
        actor=by,
        verb="contact_verified",
        object_kind="contact",
        object_id=contact.pk,
        organization_id=organization.pk,
        data={"how": how},
    )
    return contact


@transaction.atomic
def release_contact(*, contact: Contact, at: datetime, by: Actor) -> Contact:
    """The contact is premium no longer; the seat is free."""
    contact = people.locked_contact(contact.pk)
    if not contact.is_premium:
        raise Conflict(Text("This contact is not premium.", "该联系人不是指定联系人。"))
    contact.verified_at, contact.verified_by, contact.verified_how = None, "", ""
    contact.version += 1
    contact.save()
    audit.record(
        at=at,
        actor=by,
        verb="contact_released",
        object_kind="contact",
        object_id=contact.pk,
        organization_id=contact.organization_id,
    )
    return contact
