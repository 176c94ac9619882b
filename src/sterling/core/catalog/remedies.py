"""Which plan brings what a customer's own plan lacks: the second half of every refusal by plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.core.catalog.entitlements import UNLIMITED, BySize, Cap, Quantity
from sterling.core.catalog.words import channel_words, listing
from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.core.catalog.entitlements import Value
    from sterling.core.catalog.model import Catalog, Plan


def remedy(catalog: Catalog, entitlement: str, plan: str) -> Text:
    """The plans that grant more of the entitlement than `plan` does, with amounts where it is counted."""
    terms, mine = catalog.entitlements[entitlement], catalog.plans[plan].entitlements[entitlement]
    better = [
        other for other in catalog.plans_by_rank() if not terms.covers(mine, other.entitlements[entitlement])
    ]
    if not better:
        return Text("No plan includes more.", "没有计划包含更多。") if terms.includes(mine) else _nowhere()
    if isinstance(terms, Cap | Quantity):
        amounts = [_amount(other, other.entitlements[entitlement], terms.unit) for other in better]
        return Text(
            "; ".join(amount.en for amount in amounts) + ".",
            "；".join(amount.zh for amount in amounts) + "。",
        )
    names = listing([other.name for other in better])
    verb = "includes" if len(better) == 1 else "include"
    return Text(f"{names.en} {verb} this.", f"{names.zh}计划包含此项。")


def _nowhere() -> Text:
    return Text("No plan includes this.", "没有计划包含此项。")


def _amount(plan: Plan, value: Value, unit: Text) -> Text:
    if value == UNLIMITED:
        return Text(f"{plan.name.en} includes any number of {unit.en}", f"{plan.name.zh}计划含此项，数量不限")
    if isinstance(value, BySize):
        return Text(f"{plan.name.en} includes more by size", f"{plan.name.zh}计划按规模包含更多")
    return Text(f"{plan.name.en} includes {value} {unit.en}", f"{plan.name.zh}计划含 {value} {unit.zh}")


def channel_remedy(catalog: Catalog, plan: str, channel: str) -> Text:
    """By which channels the plan takes tickets, and which plans take them by this one too."""
    own = channel_words(catalog.plans[plan].channels)
    others = [one.name for one in catalog.plans_by_rank() if channel in one.channels]
    if not others:
        return Text(f"It takes them by {own.en}.", f"可用渠道：{own.zh}。")
    names, word = listing(others), channel_words([channel])
    verb = "takes" if len(others) == 1 else "take"
    return Text(
        f"It takes them by {own.en}; {names.en} {verb} them by {word.en} too.",
        f"可用渠道：{own.zh}。{names.zh}计划也接受{word.zh}。",
    )
