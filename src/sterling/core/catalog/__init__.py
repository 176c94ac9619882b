"""The catalog: plans x priorities, what each cell promises, and what each plan lets a customer use.

Times are `timedelta`; nothing here reads a clock or a database.
"""

from sterling.core.catalog.cells import (
    BusinessDays,
    Cell,
    EachBusinessDay,
    Hours,
    Interval,
    OnStatusChange,
    Provenance,
    ResponseTarget,
    UpdateRule,
    target_json,
    update_json,
)
from sterling.core.catalog.entitlements import UNLIMITED, BySize, Entitlement, Value
from sterling.core.catalog.model import Catalog, Channel, Plan, Pricing, Priority, Recipient, Rung
from sterling.core.catalog.shipped import ENTITLEMENTS, Profile, shipped

__all__ = [
    "ENTITLEMENTS",
    "UNLIMITED",
    "BusinessDays",
    "BySize",
    "Catalog",
    "Cell",
    "Channel",
    "EachBusinessDay",
    "Entitlement",
    "Hours",
    "Interval",
    "OnStatusChange",
    "Plan",
    "Pricing",
    "Priority",
    "Profile",
    "Provenance",
    "Recipient",
    "ResponseTarget",
    "Rung",
    "UpdateRule",
    "Value",
    "shipped",
    "target_json",
    "update_json",
]
