"""The guarded door to contracts: through the organization that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import organization_for, organizations_for, row_id, staff
from sterling.base.errors import NotYours
from sterling.plans.models import Contract, Quote, SegmentProof

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer


def contracts_for(viewer: Viewer) -> QuerySet[Contract]:
    """All for staff; for a contact those of the organization."""
    return Contract.objects.filter(organization__in=organizations_for(viewer)).select_related(
        "organization", "catalog_version"
    )


def contract_for(viewer: Viewer, ref: str | int, *, lock: bool = False) -> Contract:
    """`lock`: the row is held until the transaction ends, to change it."""
    rows = contracts_for(viewer)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def quotes_for(viewer: Viewer) -> QuerySet[Quote]:
    """Quotes are the staff's: what was offered to whom is not for customers to browse."""
    staff(viewer)
    return Quote.objects.select_related("organization", "catalog_version")


def quote_for(viewer: Viewer, ref: str | int) -> Quote:
    found = quotes_for(viewer).filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def proof_for(viewer: Viewer, organization: str | int, ref: str | int) -> SegmentProof:
    """What an organization has shown, for staff."""
    staff(viewer)
    of = organization_for(viewer, organization)
    found = SegmentProof.objects.filter(organization=of, pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found
