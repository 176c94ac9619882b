"""A customer's own engineers: for each region a primary and backups in order, where the plan has such (D19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.accounts.actions.primaries import Named, name_primaries
from sterling.plans import entitled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Organization
    from sterling.base.actor import Actor

__all__ = ["ENTITLEMENT", "Named", "put_primaries"]
ENTITLEMENT = "primary_engineer"


@transaction.atomic
def put_primaries(*, organization: Organization, named: Sequence[Named], at: datetime, by: Actor) -> None:
    """These are the customer's engineers from now on. Tickets that are open stay with who has them.

    NotEntitled: the plan names none. Invalid: see name_primaries.
    """
    people.locked_organization(organization.pk)
    entitled.require(entitled.held(organization.pk, at), ENTITLEMENT)
    name_primaries(organization=organization, named=named, at=at, by=by)
