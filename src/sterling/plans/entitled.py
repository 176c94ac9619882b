"""Whether a plan includes something, and the refusal that says what would bring it (R49)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.base.errors import NotEntitled
from sterling.core.catalog import BySize, remedy
from sterling.core.text import Text
from sterling.plans import queries

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.catalog import Catalog, Value


@dataclass(frozen=True, slots=True)
class Held:
    """What an organization holds at an instant."""

    catalog: Catalog
    plan: str

    def value(self, entitlement: str) -> Value:
        return self.catalog.plans[self.plan].entitlements[entitlement]

    def includes(self, entitlement: str) -> bool:
        return self.catalog.entitlements[entitlement].includes(self.value(entitlement))

    def limit(self, entitlement: str) -> float | None:
        """The number of a cap or an amount; None where nothing is counted or there is no end."""
        value = self.value(entitlement)
        if isinstance(value, BySize):
            return value.at(0)
        return None if isinstance(value, bool | str) else value

    def remedy(self, entitlement: str) -> Text:
        return remedy(self.catalog, entitlement, self.plan)


def held(organization_id: int, at: datetime) -> Held:
    """The organization's plan, whoever of it asks; the lowest without a contract."""
    contract = queries.contract_at(organization_id, at)
    catalog = queries.catalog_of(contract.catalog_version if contract else queries.version_in_force(at))
    return Held(catalog, contract.plan if contract else queries.lowest(catalog))


def require(holding: Held, entitlement: str) -> None:
    """NotEntitled unless the plan includes it."""
    if holding.includes(entitlement):
        return
    plan = holding.catalog.plans[holding.plan]
    name = holding.catalog.entitlements[entitlement].name
    raise NotEntitled(
        Text(f"{plan.name.en} does not include this: {name.en}.", f"{plan.name.zh}计划不含此项：{name.zh}。"),
        entitlement=entitlement,
        plan=plan.id,
        remedy=holding.remedy(entitlement),
    )
