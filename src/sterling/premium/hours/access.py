"""The guarded door to hours: the organization first, then its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import organization_for, row_id
from sterling.base.errors import NotAllowed, NotYours
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.premium.hours.models import Draw, ServicePlan
from sterling.premium.hours.terms import ENTITLEMENT

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Organization


def hours_for(viewer: Viewer, ref: str | int, at: datetime) -> Organization:
    """The organization whose hours the viewer may see. NotEntitled: its plan includes none.

    Of a customer's people those who are known to belong there: the others are told nothing.
    """
    organization = organization_for(viewer, ref)
    if viewer.contact and viewer.contact.confirmed_at is None:
        raise NotYours
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    return organization


def draw_for(viewer: Viewer, organization: Organization, ref: str | int) -> Draw:
    found = Draw.objects.filter(organization=organization, pk=row_id(ref)).first()
    if found is None or viewer is None:
        raise NotYours
    return found


def may_decide(viewer: Viewer, at: datetime) -> bool:
    """Managers and named contacts speak for the customer about a draw; staff note what the customer said."""
    contact = viewer.contact
    if contact is None:
        return viewer.agent is not None
    return contact.confirmed_at is not None and (contact.is_manager or contact.is_premium_at(at))


def deciding(viewer: Viewer, organization: Organization, ref: str | int, at: datetime) -> Draw:
    """The draw, for who may decide on it. NotAllowed: a colleague who is neither manager nor named."""
    found = draw_for(viewer, organization, ref)
    if not may_decide(viewer, at):
        raise NotAllowed(
            Text(
                "Managers and named contacts of your organization decide on hours.",
                "工时由贵组织的管理员或指定联系人确认。",
            )
        )
    return found


def service_plan_for(viewer: Viewer, organization: Organization, ref: str | int) -> ServicePlan:
    found = ServicePlan.objects.filter(organization=organization, number=row_id(ref)).first()
    if found is None or viewer is None:
        raise NotYours
    return found
