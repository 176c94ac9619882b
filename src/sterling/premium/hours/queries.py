"""Reading the ledger: the term that runs, its balance, its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.contracts import current_term
from sterling.core.hours import Balance, Entry, Kind, balance
from sterling.plans import queries as plans
from sterling.premium.hours.models import Draw, DrawState, LedgerEntry, ServicePlan

if TYPE_CHECKING:
    from datetime import date, datetime

    from sterling.plans.models import Contract


@dataclass(frozen=True, slots=True)
class Term:
    """The price term of the contract that counts: hours belong to it, and lapse with it."""

    contract: Contract
    begins: date
    ends: date


def term_at(organization_id: int, at: datetime) -> Term | None:
    """None without a contract."""
    contract = plans.contract_at(organization_id, at)
    if contract is None:
        return None
    return term_of(contract, plans.day_of(contract, at))


def term_of(contract: Contract, day: date) -> Term:
    months = plans.catalog_of(contract.catalog_version).pricing.term_months
    last = contract.term.served_until
    inside = (
        min(day, contract.ends.fromordinal(contract.ends.toordinal() - 1)) if contract.ends and last else day
    )
    begins, ends = current_term(contract.term, max(inside, contract.starts), months)
    return Term(contract, begins, ends)


def lines(term: Term) -> list[LedgerEntry]:
    """The term's entries, as they were written."""
    found = LedgerEntry.objects.filter(
        organization_id=term.contract.organization_id, contract=term.contract, term_begins=term.begins
    )
    return list(found.select_related("draw").order_by("pk"))


def balance_of(entries: list[LedgerEntry]) -> Balance:
    return balance(Entry(Kind(one.kind), one.amount) for one in entries)


def service_plan(organization_id: int) -> ServicePlan | None:
    """The newest version, agreed or not."""
    found = ServicePlan.objects.filter(organization_id=organization_id).order_by("-number")
    return found.prefetch_related("items").first()


def agreed_plan(organization_id: int) -> ServicePlan | None:
    """The newest version that both sides agreed to."""
    found = ServicePlan.objects.filter(organization_id=organization_id, agreed_at__isnull=False)
    return found.order_by("-number").prefetch_related("items").first()


def draws_of(organization_id: int) -> list[Draw]:
    return list(Draw.objects.filter(organization_id=organization_id).order_by("-pk"))


def silent(at: datetime, most: int) -> list[int]:
    """Draws that nobody decided on in time."""
    waiting = Draw.objects.filter(state=DrawState.ASKED, silence_at__lte=at).order_by("silence_at")
    return list(waiting.values_list("pk", flat=True)[:most])
