"""Contracts: who holds which plan from when to when, at what price, and what changes in mid-term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from sterling.base import audit
from sterling.base.errors import Conflict, Invalid
from sterling.core.catalog.entitlements import limit
from sterling.core.contracts import current_term, granted, prorated_price
from sterling.core.text import Text
from sterling.plans import queries
from sterling.plans.actions.catalogs import refused_plan
from sterling.plans.dates import midnight
from sterling.plans.models import Contract, ContractChange

if TYPE_CHECKING:
    from sterling.accounts.models import Organization
    from sterling.base.actor import Actor
    from sterling.core.catalog import Catalog

MOST_GRACE = 90
LARGEST = 1_000_000


@transaction.atomic
def sign_contract(
    *,
    organization: Organization,
    plan: str,
    starts: date,
    ends: date | None,
    segment: str = "",
    currency: str = "",
    grace_days: int = 0,
    size: int = 0,
    renewal_of: Contract | None = None,
    at: datetime,
    by: Actor,
) -> Contract:
    """A new contract under the catalog in force. Dates are the organization's region's, `ends` exclusive.

    The price is the catalog's for the segment (the organization's, unless another is named). A segment that
    must be proved costs as the first one that need not be, until proof is on file. Invalid names the field.
    """
    catalog_version = queries.version_in_force(at)
    catalog = queries.catalog_of(catalog_version)
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    if ends is not None and ends <= starts:
        raise Invalid.field("ends", "The end must lie after the start.", "结束日期必须晚于开始日期。")
    if not 0 <= grace_days <= MOST_GRACE:
        raise Invalid.field("grace_days", "From 0 to 90 days.", "0 至 90 天。")
    _sized(size)
    segment = segment or organization.segment
    currency = currency or first_currency(catalog, plan)
    timezone = organization.region.timezone
    served = ends + timedelta(days=grace_days) if ends else None
    contract = Contract.objects.create(
        organization=organization,
        plan=plan,
        catalog_version=catalog_version,
        segment=segment,
        currency=currency,
        price=price_of(catalog, plan, priced_segment(catalog, organization, segment), currency),
        starts=starts,
        ends=ends,
        grace_days=grace_days,
        size=size,
        starts_at=midnight(starts, timezone),
        ends_at=midnight(served, timezone) if served else None,
        renewal_of=renewal_of,
        created_at=at,
        created_by=by.name,
    )
    audit.record(
        at=at,
        actor=by,
        verb="contract_signed",
        object_kind="contract",
        object_id=contract.pk,
        organization_id=organization.pk,
        data={"plan": plan, "starts": starts.isoformat(), "ends": ends.isoformat() if ends else None},
    )
    return contract


def _sized(size: int) -> None:
    if not 0 <= size <= LARGEST:
        raise Invalid.field("size", "From 0 to 1,000,000.", "0 至 1,000,000。")


def first_currency(catalog: Catalog, plan: str) -> str:
    return next(iter(catalog.plans[plan].price), "USD")


def price_of(catalog: Catalog, plan: str, segment: str, currency: str) -> Decimal | None:
    """The catalog's price of a term; None where it names none."""
    segments = catalog.plans[plan].price.get(currency, {})
    amount = segments.get(segment, segments.get("any"))
    return None if amount is None else Decimal(str(amount))


def priced_segment(catalog: Catalog, organization: Organization, segment: str) -> str:
    """The segment whose price holds: one that must be proved holds from the day proof is on file."""
    if segment not in catalog.pricing.proof_for or queries.has_proof(organization.pk, segment):
        return segment
    return next((one for one in queries.segments(catalog) if one not in catalog.pricing.proof_for), segment)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change of plan adds to the running price term; less than nothing is a credit."""

    price_before: Decimal | None
    price_after: Decimal | None
    price: Decimal | None
    hours: timedelta
    term: tuple[date, date]
    cap_before: float
    cap_after: float


def difference(contract: Contract, plan: str, at: datetime) -> Difference:
    """What holding `plan` from `at` on would add, pro rata to the day in the organization's region (R50)."""
    catalog = queries.catalog_of(contract.catalog_version)
    day = at.astimezone(ZoneInfo(contract.organization.region.timezone)).date()
    begins, until = current_term(contract.term, max(day, contract.starts), catalog.pricing.term_months)
    segment = priced_segment(catalog, contract.organization, contract.segment)
    before, after = contract.price, price_of(catalog, plan, segment, contract.currency)
    price = None if before is None or after is None else prorated_price(before, after, day, begins, until)
    had, gets = (catalog.plans[name].entitlements for name in (contract.plan, plan))
    hours = _added_hours(contract, catalog, plan, day, (begins, until))
    return Difference(
        before,
        after,
        price,
        hours,
        (begins, until),
        limit(had.get("premium_contacts", 0), contract.size),
        limit(gets.get("premium_contacts", 0), contract.size),
    )


def _added_hours(
    contract: Contract, catalog: Catalog, plan: str, day: date, term: tuple[date, date]
) -> timedelta:
    """What changing to `plan` on `day` adds to what the term grants, all its earlier changes counted in."""

    def worth(name: str) -> timedelta:
        return (
            _hours(catalog.plans[name].entitlements.get("ps_hours", 0)) if name in catalog.plans else NOTHING
        )

    begins, until = term
    changes = queries.changes_of(contract)
    first, steps = changes[0].plan_from if changes else contract.plan, []
    for change in changes:
        on = queries.day_of(contract, change.at)
        if on < begins:
            first = change.plan_to
        else:
            steps.append((on, worth(change.plan_to)))
    before = granted(worth(first), steps, begins, until)
    return granted(worth(first), [*steps, (day, worth(plan))], begins, until) - before


NOTHING = timedelta()


def _hours(value: object) -> timedelta:
    """Any number of hours has no share to be reckoned with."""
    return timedelta(hours=float(value)) if isinstance(value, int | float) else timedelta()


@transaction.atomic
def change_plan(*, contract: Contract, plan: str, at: datetime, by: Actor) -> Contract:
    """The contract holds another plan from now on; its catalog version stays, the price is pro rata."""
    contract = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("catalog_version", "organization__region")
        .get(pk=contract.pk)
    )
    catalog = queries.catalog_of(contract.catalog_version)
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    if plan == contract.plan:
        return contract
    found = difference(contract, plan, at)
    ContractChange.objects.create(
        contract=contract,
        organization_id=contract.organization_id,
        at=at,
        by=by.name,
        plan_from=contract.plan,
        plan_to=plan,
        price_delta=found.price,
        hours_delta_minutes=found.hours // timedelta(minutes=1),
    )
    audit.record(
        at=at,
        actor=by,
        verb="contract_changed",
        object_kind="contract",
        object_id=contract.pk,
        organization_id=contract.organization_id,
        data={"from": contract.plan, "to": plan},
    )
    contract.plan, contract.price = plan, found.price_after
    contract.version += 1
    contract.save(update_fields=["plan", "price", "version"])
    return contract


@dataclass(frozen=True, slots=True)
class Renewal:
    """The contract that would follow: days, plan and price, by the catalog in force."""

    plan: str
    starts: date
    ends: date
    currency: str
    price_before: Decimal | None
    price: Decimal | None
    catalog_version: int


def renewal(contract: Contract, plan: str, at: datetime) -> Renewal:
    """What renewing it now would sign; `plan` empty: the same. Conflict: open-ended, or renewed. Invalid: no such plan."""
    if contract.ends is None:
        raise Conflict(
            Text("This contract has no end, so there is nothing to renew.", "该合同没有结束日期，无须续签。")
        )
    if queries.renewal_of(contract):
        raise Conflict(Text("This contract was renewed already.", "该合同已续签。"))
    version = queries.version_in_force(at)
    catalog = queries.catalog_of(version)
    plan = plan or contract.plan
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    segment = priced_segment(catalog, contract.organization, contract.segment)
    return Renewal(
        plan,
        contract.ends,
        queries.after_a_term(contract.ends, catalog),
        contract.currency,
        contract.price,
        price_of(catalog, plan, segment, contract.currency),
        version.number,
    )


@transaction.atomic
def renew_contract(
    *, contract: Contract, plan: str = "", ends: date | None = None, at: datetime, by: Actor
) -> Contract:
    """The next contract begins on the day this one ends, at the price of the catalog in force, for a term.

    Conflict: it is open-ended, or was renewed.
    """
    held = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("organization__region")
        .get(pk=contract.pk)
    )
    following = renewal(held, plan, at)
    return sign_contract(
        organization=held.organization,
        plan=following.plan,
        starts=following.starts,
        ends=ends or following.ends,
        segment=held.segment,
        currency=held.currency,
        grace_days=held.grace_days,
        size=held.size,
        renewal_of=held,
        at=at,
        by=by,
    )


@transaction.atomic
def end_contract(*, contract: Contract, ends: date, at: datetime, by: Actor) -> Contract:
    """Another last day: a notice was given, or taken back. Invalid: before the start, or in the past."""
    held = (
        Contract.objects.select_for_update(of=("self",))
        .select_related("organization__region")
        .get(pk=contract.pk)
    )
    timezone = held.organization.region.timezone
    if ends <= held.starts:
        raise Invalid.field("ends", "The end must lie after the start.", "结束日期必须晚于开始日期。")
    served = midnight(ends + timedelta(days=held.grace_days), timezone)
    if served <= at.astimezone(UTC):
        raise Invalid.field(
            "ends", "That day has passed: tickets were served since.", "该日期已过，其间的工单已按计划服务。"
        )
    before = held.ends
    held.ends, held.ends_at = ends, served
    held.version += 1
    held.save(update_fields=["ends", "ends_at", "version"])
    audit.record(
        at=at,
        actor=by,
        verb="contract_ends",
        object_kind="contract",
        object_id=held.pk,
        organization_id=held.organization_id,
        data={"before": before.isoformat() if before else None, "ends": ends.isoformat()},
    )
    return held


@transaction.atomic
def resize_contract(*, contract: Contract, size: int, at: datetime, by: Actor) -> Contract:
    """The customer has grown or shrunk: caps that count by size follow. Nobody loses a seat by it; who is over is listed."""
    _sized(size)
    held = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    before = held.size
    if before == size:
        return contract
    held.size = size
    held.version += 1
    held.save(update_fields=["size", "version"])
    audit.record(
        at=at,
        actor=by,
        verb="contract_sized",
        object_kind="contract",
        object_id=held.pk,
        organization_id=held.organization_id,
        data={"before": before, "size": size},
    )
    contract.size, contract.version = size, held.version
    return contract
