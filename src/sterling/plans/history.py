"""A contract's history as sentences, for whoever may read the contract."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sterling.core.text import Text
from sterling.plans import queries

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from sterling.base.models import AuditEntry
    from sterling.plans.models import Contract, ContractChange

_OPEN = Text(", open-ended", "，不定期")


def told(contract: Contract) -> list[tuple[datetime, Text]]:
    """What happened to a contract, the latest first."""
    changes, moved = queries.changes_of(contract), queries.last_days_of(contract)
    events = [(contract.created_at, _signed(contract, changes, moved))]
    events += [(one.at, _changed(contract, one)) for one in changes]
    events += [(one.at, _another_end(one)) for one in moved]
    events += [(one.at, _another_size(one)) for one in queries.sizes_of(contract)]
    events += [
        (one.at, Text(f"It ends within {one.days} days.", f"距到期不足 {one.days} 天。"))
        for one in queries.notices_of(contract)
    ]
    events += [
        (
            one.at,
            Text(
                f"{one.by} put proof of {one.segment} on file: {one.note}",
                f"{one.by} 将资格证明（{one.segment}）存档：{one.note}",
            ),
        )
        for one in queries.proofs_of(contract.organization_id)
        if one.segment == contract.segment and one.at >= contract.created_at
    ]
    renewed = queries.renewal_of(contract)
    if renewed:
        who = renewed.created_by or "–"
        on = _day(renewed.starts)
        events.append(
            (renewed.created_at, Text(f"{who} renewed it from {on.en}.", f"{who} 续签，自 {on.zh}起。"))
        )
    return sorted(events, key=lambda item: item[0])[::-1]


def _day(day: date) -> Text:
    return Text(f"{day:%-d %b %Y}", f"{day:%Y 年 %-m 月 %-d 日}")


def _plan(contract: Contract, plan: str) -> Text:
    catalog = queries.catalog_of(contract.catalog_version)
    return catalog.plans[plan].name if plan in catalog.plans else Text(plan, plan)


def _signed(contract: Contract, changes: list[ContractChange], moved: list[AuditEntry]) -> Text:
    """As it was then: the plan before the first change, the last day before another one was set."""
    plan = _plan(contract, changes[0].plan_from if changes else contract.plan)
    first = moved[0].data["before"] if moved else None
    ends = (date.fromisoformat(first) if first else None) if moved else contract.ends
    who, starts = contract.created_by or "–", _day(contract.starts)
    last = _day(ends - timedelta(days=1)) if ends else None
    until = Text(f" to {last.en}", f"至 {last.zh}") if last else _OPEN
    return Text(
        f"{who} signed {plan.en} from {starts.en}{until.en}.",
        f"{who} 签订{plan.zh}，自 {starts.zh}{until.zh}。",
    )


def _changed(contract: Contract, change: ContractChange) -> Text:
    before, after = _plan(contract, change.plan_from), _plan(contract, change.plan_to)
    who, paid = change.by or "–", _paid(change.price_delta, contract.currency)
    return Text(
        f"{who} changed {before.en} to {after.en}{paid.en}.", f"{who} 将{before.zh}改为{after.zh}{paid.zh}。"
    )


def _paid(delta: Decimal | None, currency: str) -> Text:
    if not delta:
        return Text("", "")
    money = f"{currency} {abs(delta):,.2f}"
    if delta < 0:
        return Text(f", {money} to be credited", f"，应退 {money}")
    return Text(f", {money} for the rest of the term", f"，本期补差价 {money}")


def _another_end(entry: AuditEntry) -> Text:
    last = _day(date.fromisoformat(entry.data["ends"]) - timedelta(days=1))
    who = entry.actor_name or "–"
    return Text(f"{who} set the last day: {last.en}.", f"{who} 将最后一天设为 {last.zh}。")


def _another_size(entry: AuditEntry) -> Text:
    who, before, size = entry.actor_name or "–", entry.data["before"], entry.data["size"]
    return Text(f"{who} set the size from {before} to {size}.", f"{who} 将规模由 {before} 改为 {size}。")
