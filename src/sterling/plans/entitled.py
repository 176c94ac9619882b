"""Whether a plan includes something, and the refusal that says what would bring it (R49)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.base.errors import NotEntitled
from sterling.core.catalog import BySize, Channel, remedy
from sterling.core.catalog.remedies import channel_remedy
from sterling.core.catalog.words import channel_words
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
    size: int = 0

    def value(self, entitlement: str) -> Value:
        return self.catalog.plans[self.plan].entitlements[entitlement]

    def includes(self, entitlement: str) -> bool:
        return self.catalog.entitlements[entitlement].includes(self.value(entitlement))

    def limit(self, entitlement: str) -> float | None:
        """The number of a cap or an amount; None where nothing is counted or there is no end."""
        value = self.value(entitlement)
        if isinstance(value, BySize):
            return value.at(self.size)
        return None if isinstance(value, bool | str) else value

    def remedy(self, entitlement: str) -> Text:
        return remedy(self.catalog, entitlement, self.plan)


def held(organization_id: int, at: datetime) -> Held:
    """The organization's plan, whoever of it asks; the lowest without a contract."""
    contract = queries.contract_at(organization_id, at)
    catalog = queries.catalog_of(contract.catalog_version if contract else queries.version_in_force(at))
    if contract is None:
        return Held(catalog, queries.lowest(catalog))
    return Held(catalog, contract.plan, contract.size)


NOWHERE = Text("No plan includes this.", "没有计划包含此项。")


def require(holding: Held, entitlement: str) -> None:
    """NotEntitled unless the plan includes it. A vendor's own catalog need not know it at all."""
    terms = holding.catalog.entitlements.get(entitlement)
    if terms is not None and holding.includes(entitlement):
        return
    plan = holding.catalog.plans[holding.plan]
    name = terms.name if terms else Text(entitlement, entitlement)
    raise NotEntitled(
        Text(f"{plan.name.en} does not include this: {name.en}.", f"{plan.name.zh}计划不含此项：{name.zh}。"),
        entitlement=entitlement,
        plan=plan.id,
        remedy=holding.remedy(entitlement) if terms else NOWHERE,
    )


def refused_channel(catalog: Catalog, plan_id: str, channel: str) -> NotEntitled | None:
    """Why the plan takes no ticket by this channel; None where it does."""
    plan = catalog.plans[plan_id]
    if channel in plan.channels or channel not in tuple(Channel):
        return None
    word = channel_words([channel])
    return NotEntitled(
        Text(f"{plan.name.en} takes no tickets by {word.en}.", f"{plan.name.zh}计划不接受{word.zh}工单。"),
        entitlement="channels",
        plan=plan.id,
        remedy=channel_remedy(catalog, plan.id, channel),
    )
