"""The guarded door to a customer's engineers: the organization first, then its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import organization_for
from sterling.plans import entitled
from sterling.plans.actions.primaries import ENTITLEMENT

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Organization


def engineers_for(viewer: Viewer, ref: str | int, at: datetime) -> Organization:
    """The organization whose engineers the viewer may see. NotEntitled: its plan names none."""
    organization = organization_for(viewer, ref)
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    return organization
