"""Which catalog is in force, which contract an organization holds, which service a person gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q

from sterling.base.foreseen import in_batch, steady
from sterling.base.models import AuditEntry
from sterling.base.prepared import Prepared
from sterling.core.catalog import Catalog
from sterling.core.catalog.entitlements import BySize, Cap, Others
from sterling.core.contracts import Phase, add_months
from sterling.plans.models import (
    CatalogDraft,
    CatalogEdit,
    CatalogVersion,
    Contract,
    ContractChange,
    ContractNotice,
    SegmentProof,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from sterling.accounts.models import Contact
    from sterling.base.foreseen import Foreseen


def version_in_force(at: datetime) -> CatalogVersion:
    if in_batch():
        every = steady("versions", (), _VERSIONS.all)
        found = next((one for one in every if one.in_force_from <= at), None)
    else:
        found = _VERSION_IN_FORCE.first(at)
    if found is None:
        raise IndexError(f"no catalog was in force at {at}")
    return found


def _in_force_order() -> QuerySet[CatalogVersion]:
    kept = CatalogVersion.objects.filter(withdrawal__isnull=True).defer("document")
    return kept.order_by("-in_force_from", "-number")


_VERSIONS = Prepared(_in_force_order)
_VERSION_IN_FORCE = Prepared(lambda at: _in_force_order().filter(in_force_from__lte=at)[:1], datetime)


def version(number: int) -> CatalogVersion | None:
    return CatalogVersion.objects.filter(number=number).first()


def versions() -> QuerySet[CatalogVersion]:
    """Every version, the newest first, without its document."""
    found = CatalogVersion.objects.order_by("-number").select_related("withdrawal")
    return found.defer("document")


def newest_number() -> int:
    return CatalogVersion.objects.order_by("-number").values_list("number", flat=True)[0]


def open_draft() -> CatalogDraft | None:
    return CatalogDraft.objects.select_related("base").filter(closed_at__isnull=True).first()


def edits_of(draft: CatalogDraft, most: int) -> list[CatalogEdit]:
    """The latest changes of a draft, the newest first."""
    return list(CatalogEdit.objects.filter(draft=draft).order_by("-pk")[:most])


def pinned_contracts(version_id: int, at: datetime) -> int:
    """How many contracts that run or will run were signed under this version, and keep it."""
    pinned = Contract.objects.filter(catalog_version_id=version_id)
    return pinned.filter(Q(ends_at=None) | Q(ends_at__gt=at)).count()


def catalog_of(catalog_version: CatalogVersion) -> Catalog:
    """The compiled catalog. Versions are immutable, so one compilation serves the process."""
    if catalog_version.digest not in _known_documents:
        _known_documents[catalog_version.digest] = catalog_version.document
    return _compiled(catalog_version.digest)


_known_documents: dict[str, dict[str, object]] = {}


@lru_cache(maxsize=64)
def _compiled(digest: str) -> Catalog:
    return Catalog.from_dict(_known_documents[digest])


def contracts_of(organization_id: int) -> QuerySet[Contract]:
    return (
        Contract.objects.filter(organization_id=organization_id)
        .select_related("catalog_version")
        .defer("catalog_version__document")
    )


def contract_at(organization_id: int, at: datetime) -> Contract | None:
    """The contract that counts at `at`: the one that began last supersedes the others. None: Standard (R2)."""
    if not in_batch():
        return _CONTRACT_AT.first(organization_id, at)
    held = steady(CONTRACTS, organization_id, lambda: _CONTRACTS.all(organization_id))
    running = (one for one in held if one.starts_at <= at and (one.ends_at is None or one.ends_at > at))
    return next(running, None)


def foresee_contracts(known: Foreseen, organizations: Collection[int], new: Collection[int]) -> None:
    """Ask for all contracts of a batch's organizations at once; those made in the batch (`new`) have none."""
    wanted = [one for one in organizations if (CONTRACTS, one) not in known.steady]
    found: dict[int, list[Contract]] = {one: [] for one in (*wanted, *new)}
    for contract in _CONTRACTS_OF_ALL.all(wanted) if wanted else ():
        found[contract.organization_id].append(contract)
    known.steady |= {(CONTRACTS, one): held for one, held in found.items()}


CONTRACTS = "contracts"
_CONTRACTS_OF_ALL = Prepared(
    lambda organizations: (
        Contract.objects.filter(organization_id__among=organizations)
        .select_related("catalog_version")
        .defer("catalog_version__document")
        .order_by("-starts_at", "-pk")
    ),
    list,
)
_CONTRACTS = Prepared(
    lambda organization_id: contracts_of(organization_id).order_by("-starts_at", "-pk"), int
)


_CONTRACT_AT = Prepared(
    lambda organization_id, at: (
        contracts_of(organization_id)
        .filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)
        .order_by("-starts_at", "-pk")[:1]
    ),
    int,
    datetime,
)


def running_or_coming(organization_id: int, at: datetime) -> QuerySet[Contract]:
    """Contracts of an organization whose plan is served now or will be."""
    return contracts_of(organization_id).filter(Q(ends_at=None) | Q(ends_at__gt=at))


def is_superseded(contract: Contract, at: datetime) -> bool:
    """Another contract of the organization counts in its place at `at`."""
    counting = contract_at(contract.organization_id, at)
    return counting is not None and counting.pk != contract.pk and contract.starts_at <= at


def day_of(contract: Contract, at: datetime) -> date:
    """The day it is at the organization's."""
    return at.astimezone(ZoneInfo(contract.organization.region.timezone)).date()


def phase_of(contract: Contract, at: datetime) -> Phase:
    """Where a contract stands, by the days of the organization's region."""
    phase = contract.term.phase(day_of(contract, at))
    served = phase in {Phase.RUNNING, Phase.GRACE}
    return Phase.SUPERSEDED if served and is_superseded(contract, at) else phase


def has_proof(organization_id: int, segment: str) -> bool:
    return SegmentProof.objects.filter(organization_id=organization_id, segment=segment).exists()


def proofs_of(organization_id: int) -> QuerySet[SegmentProof]:
    return SegmentProof.objects.filter(organization_id=organization_id).order_by("-pk")


def changes_of(contract: Contract) -> list[ContractChange]:
    return list(ContractChange.objects.filter(contract=contract).order_by("at", "pk"))


def notices_of(contract: Contract) -> list[ContractNotice]:
    return list(ContractNotice.objects.filter(contract=contract).order_by("pk"))


def last_days_of(contract: Contract) -> list[AuditEntry]:
    """Each time another last day was set, the earliest first."""
    told = AuditEntry.objects.filter(object_kind="contract", object_id=str(contract.pk), verb="contract_ends")
    return list(told.order_by("pk"))


def sizes_of(contract: Contract) -> list[AuditEntry]:
    """Each time another size was set, the earliest first."""
    told = AuditEntry.objects.filter(
        object_kind="contract", object_id=str(contract.pk), verb="contract_sized"
    )
    return list(told.order_by("pk"))


def counted_by(catalog: Catalog) -> list[str]:
    """What caps of the catalog count by, such as subscriptions."""
    values = (value for plan in catalog.plans.values() for value in plan.entitlements.values())
    return sorted({value.per for value in values if isinstance(value, BySize)})


def renewal_of(contract: Contract) -> Contract | None:
    return Contract.objects.filter(renewal_of=contract).first()


def segments(catalog: Catalog) -> list[str]:
    """Every segment that some plan has a price for."""
    return list(
        dict.fromkeys(
            one for plan in catalog.plans.values() for prices in plan.price.values() for one in prices
        )
    )


def after_a_term(day: date, catalog: Catalog) -> date:
    """A price term later."""
    return add_months(day, catalog.pricing.term_months)


def plans_held(organizations: Collection[int], at: datetime) -> dict[int, Contract]:
    """The contract that counts for each of these, where there is one. One query."""
    running = Contract.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=at), organization__in=organizations, starts_at__lte=at
    ).select_related("catalog_version")
    found = running.defer("catalog_version__document").order_by("organization_id", "-starts_at", "-pk")
    return {contract.organization_id: contract for contract in found.distinct("organization_id")}


@dataclass(frozen=True, slots=True)
class Service:
    """What a person is served with: the plan, the catalog that says what it means, and the contract behind it."""

    plan: str
    version: CatalogVersion
    catalog: Catalog
    contract: Contract | None
    named: bool = True

    @property
    def refuses_others(self) -> bool:
        """Whether people of the organization who are not named may open no tickets: as the held plan's catalog says."""
        cap = self.catalog.entitlements.get("premium_contacts")
        if self.contract is None or not isinstance(cap, Cap) or cap.others is not Others.REFUSE:
            return False
        return cap.includes(self.catalog.plans[self.held].entitlements.get("premium_contacts", cap.nothing))

    @property
    def refuses(self) -> bool:
        """The same for this person."""
        return self.refuses_others and not self.named

    @property
    def size(self) -> int:
        """How large the organization is, where its caps count by that."""
        return self.contract.size if self.contract else 0

    @property
    def held(self) -> str:
        """The plan that the organization holds, whoever asks."""
        return self.contract.plan if self.contract else lowest(self.catalog)


def lowest(catalog: Catalog) -> str:
    """The plan everyone has without a contract."""
    return min(catalog.plans.values(), key=lambda plan: plan.rank).id


def service(contact: Contact, at: datetime) -> Service:
    """D15, R36: premium contacts are served under the contract's plan, everyone else under the lowest."""
    contract = contract_at(contact.organization_id, at)
    catalog_version = contract.catalog_version if contract else version_in_force(at)
    catalog = catalog_of(catalog_version)
    named = contact.is_premium_at(at)
    plan = contract.plan if contract and named else lowest(catalog)
    return Service(plan, catalog_version, catalog, contract, named)


def organizations_with_contracts() -> list[int]:
    """Organizations that hold a contract or held one. One query."""
    found = Contract.objects.order_by("organization_id").values_list("organization_id", flat=True)
    return list(found.distinct())
