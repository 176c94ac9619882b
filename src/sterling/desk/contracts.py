"""Contracts as the desk shows them: where each stands, its history in sentences, what a change would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.core.contracts import Phase
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.plans.access import contracts_for
from sterling.plans.actions.contracts import difference
from sterling.tickets import foreseen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact
    from sterling.core.catalog import Catalog, Plan
    from sterling.plans.actions.contracts import Difference
    from sterling.plans.models import Contract
    from sterling.tickets.foreseen import Foreseen

PHASES = {
    Phase.FUTURE: Text("begins later", "尚未开始"),
    Phase.RUNNING: Text("runs", "履行中"),
    Phase.GRACE: Text("ended, served in grace", "已到期，宽限服务中"),
    Phase.ENDED: Text("ended", "已结束"),
    Phase.SUPERSEDED: Text("superseded by a later one", "已被后续合同取代"),
}
ORDER = (Phase.GRACE, Phase.RUNNING, Phase.FUTURE, Phase.SUPERSEDED, Phase.ENDED)


@dataclass(frozen=True, slots=True)
class Row:
    contract: Contract
    plan: Plan
    phase: Phase
    days_left: int | None

    @property
    def words(self) -> Text:
        return PHASES[self.phase]

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= 90 and self.phase is Phase.RUNNING  # noqa: PLR2004 - the first notice


def rows(viewer: Viewer, at: datetime) -> list[Row]:
    """Every contract that the viewer may see, those that need a hand first. Few queries, whatever the number."""
    found = list(contracts_for(viewer).select_related("organization__region").order_by("pk"))
    latest: dict[int, int] = {}
    for one in found:
        if one.starts_at <= at and (one.ends_at is None or one.ends_at > at):
            best = latest.get(one.organization_id)
            held = next((other for other in found if other.pk == best), None)
            if held is None or (one.starts_at, one.pk) > (held.starts_at, held.pk):
                latest[one.organization_id] = one.pk
    drawn = [_row(one, at, counts=latest.get(one.organization_id)) for one in found]
    return sorted(
        drawn, key=lambda row: (ORDER.index(row.phase), row.contract.ends or row.contract.starts.max)
    )


def _row(contract: Contract, at: datetime, counts: int | None) -> Row:
    day = plans.day_of(contract, at)
    phase = contract.term.phase(day)
    if phase in {Phase.RUNNING, Phase.GRACE} and counts is not None and counts != contract.pk:
        phase = Phase.SUPERSEDED
    catalog = plans.catalog_of(contract.catalog_version)
    return Row(contract, catalog.plans[contract.plan], phase, contract.term.days_left(day))


@dataclass(frozen=True, slots=True)
class ContractPage:
    row: Row
    catalog: Catalog
    history: Sequence[tuple[datetime, Text]]
    premium: Sequence[Contact]
    cap: float
    may_renew: bool


def contract_page(contract: Contract, at: datetime) -> ContractPage:
    counting = plans.contract_at(contract.organization_id, at)
    row = _row(contract, at, counting.pk if counting else None)
    catalog = plans.catalog_of(contract.catalog_version)
    cap = catalog.limit(contract.plan, "premium_contacts") or 0
    renewed = plans.renewal_of(contract)
    return ContractPage(
        row,
        catalog,
        _history(contract, catalog),
        list(people.premium_contacts(contract.organization_id, at)),
        cap,
        may_renew=contract.ends is not None and renewed is None,
    )


def _history(contract: Contract, catalog: Catalog) -> list[tuple[datetime, Text]]:
    """What happened to a contract, as sentences, the latest first."""

    def name(plan: str) -> Text:
        return catalog.plans[plan].name if plan in catalog.plans else Text(plan, plan)

    changes = plans.changes_of(contract)
    first = name(changes[0].plan_from if changes else contract.plan)
    who = contract.created_by or "–"
    ends = f" to {contract.ends:%-d %b %Y}" if contract.ends else ", open-ended"
    ends_zh = f"至 {contract.ends:%Y 年 %-m 月 %-d 日}" if contract.ends else "，不定期"
    told = [
        (
            contract.created_at,
            Text(
                f"{who} signed {first.en} from {contract.starts:%-d %b %Y}{ends}.",
                f"{who} 签订{first.zh}，自 {contract.starts:%Y 年 %-m 月 %-d 日}{ends_zh}。",
            ),
        )
    ]
    for change in changes:
        before, after = name(change.plan_from), name(change.plan_to)
        money = f"{contract.currency} {abs(change.price_delta):,.2f}" if change.price_delta else ""
        paid = _paid(change.price_delta, money)
        told.append(
            (
                change.at,
                Text(
                    f"{change.by or '–'} changed {before.en} to {after.en}{paid.en}.",
                    f"{change.by or '–'} 将{before.zh}改为{after.zh}{paid.zh}。",
                ),
            )
        )
    told += [
        (notice.at, Text(f"It ends within {notice.days} days.", f"距到期不足 {notice.days} 天。"))
        for notice in plans.notices_of(contract)
    ]
    renewed = plans.renewal_of(contract)
    if renewed:
        told.append(
            (
                renewed.created_at,
                Text(
                    f"{renewed.created_by or '–'} renewed it from {renewed.starts:%-d %b %Y}.",
                    f"{renewed.created_by or '–'} 续签，自 {renewed.starts:%Y 年 %-m 月 %-d 日}起。",
                ),
            )
        )
    return sorted(told, key=lambda item: item[0], reverse=True)


def _paid(delta: object, money: str) -> Text:
    if not money:
        return Text("", "")
    if str(delta).startswith("-"):
        return Text(f", {money} to be credited", f"，应退 {money}")
    return Text(f", {money} for the rest of the term", f"，本期补差价 {money}")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of plan does, said before anybody confirms it (R50)."""

    plan: Plan
    is_upgrade: bool
    worth: Difference
    promises: Sequence[Foreseen]
    over: Sequence[Contact]

    @property
    def moving(self) -> list[Foreseen]:
        return [one for one in self.promises if one.moves]

    @property
    def lost(self) -> list[Foreseen]:
        return [one for one in self.promises if not one.moves]


def preview(contract: Contract, plan: str, at: datetime) -> Preview:
    catalog = plans.catalog_of(contract.catalog_version)
    worth = difference(contract, plan, at)
    premium = list(people.premium_contacts(contract.organization_id, at))
    over = premium if len(premium) > worth.cap_after else []
    return Preview(
        catalog.plans[plan],
        catalog.plans[plan].rank > catalog.plans[contract.plan].rank,
        worth,
        foreseen.on_plan(contract, plan, at),
        over,
    )


def default_end(starts: date, catalog: Catalog) -> date:
    return plans.after_a_term(starts, catalog)
