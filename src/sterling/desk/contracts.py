"""Contracts as the desk shows them: where each stands, its history in sentences, what a change would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.core.contracts import Phase
from sterling.core.text import Text
from sterling.plans import history
from sterling.plans import queries as plans
from sterling.plans.access import contracts_for
from sterling.plans.actions.contracts import renewal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact
    from sterling.core.catalog import Catalog, Plan
    from sterling.plans.actions.contracts import Renewal
    from sterling.plans.models import Contract

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
    renewal: Renewal | None
    premium: Sequence[Contact]
    cap: float

    @property
    def is_over(self) -> bool:
        """More are named than the plan includes, since it changed: some are to be released (R50)."""
        return self.row.phase in {Phase.RUNNING, Phase.GRACE} and len(self.premium) > self.cap


def contract_page(contract: Contract, at: datetime) -> ContractPage:
    counting = plans.contract_at(contract.organization_id, at)
    row = _row(contract, at, counting.pk if counting else None)
    catalog = plans.catalog_of(contract.catalog_version)
    cap = catalog.limit(contract.plan, "premium_contacts", contract.size) or 0
    may_renew = contract.ends is not None and plans.renewal_of(contract) is None
    return ContractPage(
        row,
        catalog,
        history.told(contract),
        renewal(contract, "", at) if may_renew else None,
        list(people.premium_contacts(contract.organization_id, at)),
        cap,
    )


def default_end(starts: date, catalog: Catalog) -> date:
    return plans.after_a_term(starts, catalog)
