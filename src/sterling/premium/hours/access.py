"""The guarded door to hours: the organization first, then its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import organization_for, row_id
from sterling.base.errors import NotYours
from sterling.plans import entitled
from sterling.premium.hours.models import Draw

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Organization

ENTITLEMENT = "ps_hours"


def hours_for(viewer: Viewer, ref: str | int, at: datetime) -> Organization:
    """The organization whose hours the viewer may see. NotEntitled: its plan includes none."""
    organization = organization_for(viewer, ref)
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    return organization


def draw_for(viewer: Viewer, organization: Organization, ref: str | int) -> Draw:
    found = Draw.objects.filter(organization=organization, pk=row_id(ref)).first()
    if found is None or viewer is None:
        raise NotYours
    return found
