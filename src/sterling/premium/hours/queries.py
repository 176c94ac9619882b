"""Reading the ledger: the term that runs, its balance, its lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Sum

from sterling.core.contracts import current_term
from sterling.core.hours import Balance, Entry, Kind, balance
from sterling.plans import queries as plans
from sterling.premium.hours import terms
from sterling.premium.hours.models import (
    Draw,
    DrawState,
    HoursNotice,
    LedgerEntry,
    ServicePlan,
    ServicePlanItem,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from sterling.accounts.models import Organization
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
    catalog = plans.catalog_of(contract.catalog_version)
    quantity = terms.of(catalog)
    months = quantity.term_months if quantity else catalog.pricing.term_months
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


def items_of(plan: ServicePlan) -> list[ServicePlanItem]:
    return sorted(plan.items.all(), key=lambda item: item.place)


def versions_of(organization_id: int, most: int = 20) -> list[ServicePlan]:
    """The versions of the service plan, the newest first."""
    found = ServicePlan.objects.filter(organization_id=organization_id).order_by("-number")
    return list(found.prefetch_related("items")[:most])


def draws_of(organization_id: int) -> list[Draw]:
    return list(Draw.objects.filter(organization_id=organization_id).order_by("-pk"))


def waiting_draws(organization_id: int) -> list[Draw]:
    """What the customer has to decide on, the most urgent first."""
    asked = Draw.objects.filter(organization_id=organization_id, state=DrawState.ASKED)
    return list(asked.order_by("silence_at", "pk"))


def silent(at: datetime, most: int) -> list[tuple[int, int]]:
    """(draw, organization) of draws that nobody decided on in time."""
    waiting = Draw.objects.filter(state=DrawState.ASKED, silence_at__lte=at).order_by("silence_at")
    return list(waiting.values_list("pk", "organization_id")[:most])


def ledger_of(organization_id: int) -> list[LedgerEntry]:
    """Every entry of every term, as they were written."""
    found = LedgerEntry.objects.filter(organization_id=organization_id)
    related = found.select_related("draw", "contract__catalog_version").defer(
        "contract__catalog_version__document"
    )
    return list(related.order_by("pk"))


def notices_of(organization_id: int) -> list[HoursNotice]:
    return list(HoursNotice.objects.filter(organization_id=organization_id).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How one customer's hours stand in the running term."""

    organization: Organization
    term: Term
    balance: Balance
    waiting: int


def standings(organizations: Iterable[Organization], at: datetime) -> list[Standing]:
    """Those of these customers whose plan includes hours. Four queries, whatever the number."""
    by_id = {one.pk: one for one in organizations}
    running = terms_of(by_id, at)
    entries: dict[tuple[int, date], list[Entry]] = {}
    sums = LedgerEntry.objects.filter(contract__in=[term.contract.pk for term in running])
    for contract, begins, kind, amount in sums.values_list("contract_id", "term_begins", "kind", "amount"):
        entries.setdefault((contract, begins), []).append(Entry(Kind(kind), amount))
    asked = Draw.objects.filter(state=DrawState.ASKED, organization__in=by_id)
    waiting = Counter(asked.values_list("organization_id", flat=True))
    return [
        Standing(
            by_id[term.contract.organization_id],
            term,
            balance(entries.get((term.contract.pk, term.begins), ())),
            waiting[term.contract.organization_id],
        )
        for term in running
    ]


def terms_of(by_id: dict[int, Organization], at: datetime) -> list[Term]:
    """The running terms of those whose plan includes hours, one each."""
    found = []
    for contract in plans.plans_held(by_id, at).values():
        contract.organization = by_id[contract.organization_id]
        if terms.amount(plans.catalog_of(contract.catalog_version), contract.plan):
            found.append(term_of(contract, plans.day_of(contract, at)))
    return found


def unsettled(running: Collection[Term]) -> list[Term]:
    """Those whose grant nobody has written yet."""
    keys = {f"grant:{term.contract.pk}:{term.begins}": term for term in running}
    known = set(LedgerEntry.objects.filter(key__in=keys).values_list("key", flat=True))
    return [term for key, term in keys.items() if key not in known]


def unspent() -> list[tuple[int, int, date]]:
    """(organization, contract, begin) of every term in which something is left. One query."""
    sums: dict[tuple[int, int, date], list[Entry]] = {}
    grouped = LedgerEntry.objects.values_list("organization_id", "contract_id", "term_begins", "kind")
    for organization_id, contract, begins, kind, amount in grouped.annotate(sum=Sum("amount")).order_by():
        sums.setdefault((organization_id, contract, begins), []).append(Entry(Kind(kind), amount))
    return [term for term, entries in sums.items() if balance(entries).left]
