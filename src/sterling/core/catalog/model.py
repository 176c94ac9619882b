"""The catalog itself: priorities, plans, and the terms they share. A value: never changed, only replaced."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sterling.core.catalog.entitlements import Cap, Quantity, limit
from sterling.core.catalog.hours import hours_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sterling.core.catalog.cells import Cell
    from sterling.core.catalog.entitlements import Cadence, Entitlement, Value
    from sterling.core.catalog.fields import Number
    from sterling.core.catalog.hours import Hours
    from sterling.core.text import Text


class Channel(StrEnum):
    CHAT = "chat"
    PORTAL = "portal"
    EMAIL = "email"
    PHONE = "phone"


class Recipient(StrEnum):
    """Whom a warning reaches."""

    ASSIGNEE = "assignee"
    TEAM = "team"
    PRIMARY = "primary"
    LEAD = "lead"
    DUTY_MANAGER = "duty_manager"
    SPONSOR = "sponsor"


@dataclass(frozen=True, slots=True)
class Priority:
    """A higher rank is more pressing. `alias` is a short name from elsewhere, like P1."""

    id: str
    rank: int
    alias: str
    name: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class Credit:
    """Promised by some vendors: `percent` of the price when more than `misses` fall in one period."""

    misses: int
    per: Cadence
    percent: Number
    claim_days: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A higher rank promises more; the lowest is what a customer without a contract has.

    `price` is currency -> segment -> amount per term, 0 for included. `intended`: per entitlement, why the
    checks shall let this plan grant less than a lower one, or less than the minimum. No `credits`: targets
    are objectives, a miss is reported and nothing is owed.
    """

    id: str
    name: Text
    mark: Text
    rank: int
    targets: Mapping[str, Cell]
    entitlements: Mapping[str, Value]
    price: Mapping[str, Mapping[str, Number]]
    channels: tuple[Channel, ...]
    intended: Mapping[str, str]
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """At `share` percent of a target these hear of it; of every priority unless some are named.

    `up_a_tier`: the ticket itself goes up a tier then.
    """

    share: int
    to: tuple[Recipient, ...]
    priorities: tuple[str, ...] = ()
    up_a_tier: bool = False


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the prices mean: per so many months, with or without tax; segments that must prove themselves."""

    term_months: int
    tax_included: bool
    proof_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything a vendor promises, as one value. Plans stand in the order of their ranks, the lowest first.

    `warnings` are shares of a target in percent, ascending; `ladder` says who hears of them. `readings` are
    the decisions that cells' provenance refers to, `calendars` the hours that cells name. `starts` and `ends`
    (exclusive): the days it is in force.
    """

    version: int
    priorities: Mapping[str, Priority]
    plans: Mapping[str, Plan]
    entitlements: Mapping[str, Entitlement]
    warnings: tuple[int, ...]
    ladder: tuple[Rung, ...]
    pricing: Pricing
    readings: Mapping[str, Text]
    calendars: Mapping[str, Hours] = field(default_factory=dict)
    starts: date | None = None
    ends: date | None = None

    @staticmethod
    def from_dict(document: dict[str, Any]) -> Catalog:
        """The catalog a document says. ValueError: `plans.gold.targets.urgent.response: what is wrong`.

        Shared terms that it leaves out (entitlements, warnings, ladder, pricing) are as shipped.
        """
        from sterling.core.catalog.document import read_catalog

        return read_catalog(document)

    def to_dict(self) -> dict[str, Any]:
        """The whole catalog as JSON, spelled out in full; `from_dict` gives back an equal one."""
        from sterling.core.catalog.document import catalog_dict

        return catalog_dict(self)

    def cell(self, plan: str, priority: str) -> Cell:
        """What the plan promises at the priority. ValueError when there is no such plan, priority or cell."""
        try:
            return self.plans[plan].targets[priority]
        except KeyError:
            raise ValueError(self._absent(plan, priority)) from None

    def hours(self, value: str) -> Hours:
        """The hours that a stored clock names (`Hours.value`)."""
        return hours_named(value, self.calendars)

    def _absent(self, plan: str, priority: str) -> str:
        if plan not in self.plans:
            return f"there is no plan {plan!r} (plans: {', '.join(self.plans)})"
        if priority not in self.priorities:
            return f"there is no priority {priority!r} (priorities: {', '.join(self.priorities)})"
        return f"plan {plan!r} has no cell for priority {priority!r}"

    def plans_by_rank(self) -> list[Plan]:
        """The lowest first."""
        return list(self.plans.values())

    def priorities_by_rank(self) -> list[Priority]:
        """The most pressing first."""
        return sorted(self.priorities.values(), key=lambda priority: -priority.rank)

    def lowest_plan(self) -> Plan:
        """What a customer without a contract has."""
        return self.plans_by_rank()[0]

    def includes(self, plan: str, entitlement: str) -> bool:
        """Whether the plan grants anything of the entitlement."""
        return self.entitlements[entitlement].includes(self.plans[plan].entitlements[entitlement])

    def limit(self, plan: str, entitlement: str, size: int = 0) -> Number | None:
        """The cap or amount for a customer of that size, infinity if unlimited; None: nothing is counted."""
        if not isinstance(self.entitlements[entitlement], Cap | Quantity):
            return None
        return limit(self.plans[plan].entitlements[entitlement], size)
