"""Reading reports without a viewer: for the worker's round and for the next report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.plans import queries as plans
from sterling.reports.models import Report

if TYPE_CHECKING:
    from sterling.accounts.models import Organization


def latest(organization_id: int) -> Report | None:
    """The one that was made last, without its figures."""
    return Report.objects.filter(organization_id=organization_id).defer("figures").order_by("-pk").first()


def is_made(key: str) -> bool:
    return Report.objects.filter(key=key).exists()


def with_contracts() -> list[Organization]:
    """Organizations that hold or held a contract, with their regions."""
    return people.organizations_among(plans.organizations_with_contracts())
