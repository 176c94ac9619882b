"""Premium contacts: named, checked, for a while or for good, and no more than the plan includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.accounts.models.organizations import BY_HAND
from sterling.base import audit
from sterling.base.errors import CapReached, Conflict, Invalid, NotEntitled
from sterling.core.catalog import remedy
from sterling.core.catalog.entitlements import limit
from sterling.core.text import Text
from sterling.plans import entitled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sterling.accounts.models import Contact, Organization, Region
    from sterling.base.actor import Actor
    from sterling.plans.entitled import Held


@transaction.atomic
def verify_contact(*, contact: Contact, at: datetime, by: Actor, how: str = BY_HAND) -> Contact:
    """Make the contact premium (R35). NotEntitled: the plan names none. CapReached: every seat is taken (R33).

    Somebody whose dates have passed is named anew, without dates.
    """
    # The organization's row orders verifications, so that two at once cannot both take the last seat.
    organization = people.locked_organization(contact.organization_id)
    contact = people.locked_contact(contact.pk)
    if contact.is_premium and not _is_over(contact, at):
        return contact
    holding = entitled.held(organization.pk, at)
    _free_seat(organization, holding, at)
    if contact.region_id and not _designates(holding):
        raise _no_regions(holding)
    contact.verified_at, contact.verified_by, contact.verified_how = at, by.name, how
    contact.premium_from = contact.premium_until = None
    if contact.confirmed_at is None:
        contact.confirmed_at, contact.confirmed_by = at, by.name
    _save(contact, "contact_verified", {"how": how}, at=at, by=by)
    return contact


@transaction.atomic
def release_contact(*, contact: Contact, at: datetime, by: Actor) -> Contact:
    """The contact is premium no longer; the seat is free."""
    contact = people.locked_contact(contact.pk)
    if not contact.is_premium:
        raise _not_premium()
    contact.verified_at, contact.verified_by, contact.verified_how = None, "", ""
    contact.premium_from = contact.premium_until = None
    _save(contact, "contact_released", {}, at=at, by=by)
    return contact


@transaction.atomic
def set_valid(
    *, contact: Contact, begins: datetime | None, ends: datetime | None, at: datetime, by: Actor
) -> Contact:
    """From when and until when the contact is premium; None: without an end on that side.

    A seat is held until it ends, also before it begins. Conflict: not premium. Invalid: nothing lies between.
    CapReached: it had ended, and the seat is somebody else's now.
    """
    organization = people.locked_organization(contact.organization_id)
    contact = people.locked_contact(contact.pk)
    if not contact.is_premium:
        raise _not_premium()
    if begins is not None and ends is not None and ends <= begins:
        raise Invalid.field("premium_until", "A later day than it begins.", "须晚于开始日期。")
    if (begins, ends) == (contact.premium_from, contact.premium_until):
        return contact
    if _is_over(contact, at) and (ends is None or ends > at):
        _free_seat(organization, entitled.held(organization.pk, at), at)
    contact.premium_from, contact.premium_until = begins, ends
    told = {"from": begins.isoformat() if begins else None, "until": ends.isoformat() if ends else None}
    _save(contact, "contact_dated", told, at=at, by=by)
    return contact


@transaction.atomic
def designate_region(*, contact: Contact, region: Region | None, at: datetime, by: Actor) -> Contact:
    """The region that serves the contact (D2, R37). NotEntitled: the plan does not designate by region."""
    contact = people.locked_contact(contact.pk)
    if contact.region_id == (region.pk if region else None):
        return contact
    holding = entitled.held(contact.organization_id, at)
    if region is not None and not _designates(holding):
        raise _no_regions(holding)
    before, contact.region = contact.region_id, region
    _save(contact, "contact_region", {"from": before, "to": contact.region_id}, at=at, by=by)
    return contact


def _free_seat(organization: Organization, holding: Held, at: datetime) -> None:
    plan = holding.catalog.plans[holding.plan]
    cap = limit(plan.entitlements.get("premium_contacts", 0), holding.size)
    if cap == 0:
        raise NotEntitled(
            Text(f"{plan.name.en} has no premium contacts.", f"{plan.name.zh}计划不含指定联系人。"),
            entitlement="premium_contacts",
            plan=plan.id,
            remedy=remedy(holding.catalog, "premium_contacts", plan.id),
        )
    names = [str(holder) for holder in people.premium_contacts(organization.pk, at)]
    if len(names) >= cap:
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


def _designates(holding: Held) -> bool:
    return bool(holding.catalog.plans[holding.plan].entitlements.get("regional_contacts"))


def _no_regions(holding: Held) -> NotEntitled:
    plan = holding.catalog.plans[holding.plan]
    return NotEntitled(
        Text(
            f"{plan.name.en} does not designate contacts by region.",
            f"{plan.name.zh}计划不支持按区域指定联系人。",
        ),
        entitlement="regional_contacts",
        plan=plan.id,
        remedy=remedy(holding.catalog, "regional_contacts", plan.id),
    )


def _is_over(contact: Contact, at: datetime) -> bool:
    return contact.premium_until is not None and contact.premium_until <= at


def _not_premium() -> Conflict:
    return Conflict(Text("This contact is not premium.", "该联系人不是指定联系人。"))


def _save(contact: Contact, verb: str, data: Mapping[str, object], *, at: datetime, by: Actor) -> None:
    contact.version += 1
    contact.save()
    audit.record(
        at=at,
        actor=by,
        verb=verb,
        object_kind="contact",
        object_id=contact.pk,
        organization_id=contact.organization_id,
        data=dict(data),
    )
