"""The guarded door to reports: the organization first, then its plan; customers see what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import organization_for, organizations_for, row_id
from sterling.base.errors import NotYours
from sterling.plans import entitled
from sterling.reports.models import Report, State

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Organization

ENTITLEMENT = "enhanced_reports"


def reports_for(viewer: Viewer) -> QuerySet[Report]:
    """All for staff; for a confirmed contact what was published to the organization; for anyone else none."""
    found = Report.objects.select_related("organization__region").defer("figures")
    if viewer.agent:
        return found
    if viewer.contact and viewer.contact.confirmed_at:
        own = organizations_for(viewer)
        return found.filter(organization__in=own, state=State.PUBLISHED)
    return found.none()


def reports_of(viewer: Viewer, ref: str | int, at: datetime) -> tuple[Organization, QuerySet[Report]]:
    """An organization and its reports, the newest first.

    NotEntitled: its plan includes none, and none was made when it had another.
    """
    organization = organization_for(viewer, ref)
    found = reports_for(viewer).filter(organization=organization).order_by("-last", "-pk")
    if not found.exists():
        entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    return organization, found


def reporting_for(viewer: Viewer, ref: str | int, at: datetime) -> Organization:
    """The organization that a report may be made for. NotEntitled: its plan includes none."""
    organization = organization_for(viewer, ref)
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    return organization


def report_for(viewer: Viewer, organization_ref: str | int | None, ref: str | int) -> Report:
    """One report with its figures. `organization_ref` None: whose it is follows from the report."""
    found = reports_for(viewer).defer(None).filter(pk=row_id(ref))
    if organization_ref is not None:
        found = found.filter(organization=row_id(organization_ref))
    report = found.first()
    if report is None:
        raise NotYours
    return report
