"""The guarded door to sponsors: the organization first, then its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import organization_for, row_id
from sterling.base.errors import NotYours
from sterling.plans import entitled
from sterling.premium.sponsors.models import Commitment, Touchpoint

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Organization

ENTITLEMENT = "executive_sponsor"


def sponsored_for(viewer: Viewer, ref: str | int, at: datetime) -> Organization:
    """The organization whose sponsor the viewer may know. NotEntitled: its plan has none.

    Of a customer's people those who are known to belong there.
    """
    organization = organization_for(viewer, ref)
    if viewer.contact and viewer.contact.confirmed_at is None:
        raise NotYours
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    return organization


def touchpoints_for(viewer: Viewer, organization: Organization) -> QuerySet[Touchpoint]:
    """All for staff; for the customer what is shared with them. The latest first."""
    found = Touchpoint.objects.filter(organization=organization).prefetch_related("commitments")
    return (found if viewer.agent else found.filter(shared=True)).order_by("-at", "-pk")


def touchpoint_for(viewer: Viewer, organization: Organization, ref: str | int) -> Touchpoint:
    found = touchpoints_for(viewer, organization).filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def commitment_for(viewer: Viewer, organization: Organization, ref: str | int) -> Commitment:
    """For staff."""
    found = Commitment.objects.filter(organization=organization, pk=row_id(ref)).first()
    if found is None or viewer.agent is None:
        raise NotYours
    return found
