"""The catalog: plans x priorities, what each cell promises, and what each plan lets a customer use.

Times are `timedelta`; nothing here reads a clock or a database.
"""

from sterling.core.catalog.cells import (
    AsAgreed,
    BusinessDays,
    Cell,
    EachBusinessDay,
    Interval,
    OnStatusChange,
    Provenance,
    ResponseTarget,
    UpdateRule,
    target_json,
    update_json,
)
from sterling.core.catalog.changes import Change, Kind, diff
from sterling.core.catalog.checks import check
from sterling.core.catalog.entitlements import UNLIMITED, BySize, Cadence, Entitlement, Value
from sterling.core.catalog.findings import Finding, Level
from sterling.core.catalog.hours import Hours
from sterling.core.catalog.model import Catalog, Channel, Credit, Plan, Pricing, Priority, Recipient, Rung
from sterling.core.catalog.remedies import remedy
from sterling.core.catalog.shipped import ENTITLEMENTS, Profile, shipped
from sterling.core.catalog.words import (
    duration_words,
    hours_words,
    listing,
    target_words,
    update_words,
    value_words,
)

__all__ = [
    "ENTITLEMENTS",
    "UNLIMITED",
    "AsAgreed",
    "BusinessDays",
    "BySize",
    "Cadence",
    "Catalog",
    "Cell",
    "Change",
    "Channel",
    "Credit",
    "EachBusinessDay",
    "Entitlement",
    "Finding",
    "Hours",
    "Interval",
    "Kind",
    "Level",
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
    "check",
    "diff",
    "duration_words",
    "hours_words",
    "listing",
    "remedy",
    "shipped",
    "target_json",
    "target_words",
    "update_json",
    "update_words",
    "value_words",
]
