"""What the catalog says of service hours: how many a plan grants, for how long, and who may go beyond."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.catalog.entitlements import Overdraft, Quantity

if TYPE_CHECKING:
    from sterling.core.catalog import Catalog

ENTITLEMENT = "ps_hours"


def of(catalog: Catalog) -> Quantity | None:
    """None where a vendor's catalog knows no service hours."""
    found = catalog.entitlements.get(ENTITLEMENT)
    return found if isinstance(found, Quantity) else None


def amount(catalog: Catalog, plan: str) -> float:
    """Hours of a term; 0 where the plan includes none, infinity where it counts none."""
    return float(catalog.limit(plan, ENTITLEMENT) or 0) if of(catalog) and plan in catalog.plans else 0.0


def granted(catalog: Catalog, plan: str) -> timedelta:
    """What a term's begin writes into the ledger. What has no end is granted as it is asked for."""
    hours = amount(catalog, plan)
    return timedelta() if hours == float("inf") else timedelta(hours=hours)


def is_unlimited(catalog: Catalog, plan: str) -> bool:
    return amount(catalog, plan) == float("inf")


def may_be_overdrawn(catalog: Catalog) -> bool:
    """By a manager, on record."""
    quantity = of(catalog)
    return quantity is not None and quantity.overdraft is not Overdraft.NEVER
