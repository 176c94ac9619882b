"""What goes with contracts: proof of a segment, quotes, notices before the end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction

from sterling.base import audit
from sterling.base.errors import Invalid
from sterling.core.contracts import NOTICE_DAYS, notices
from sterling.plans import queries
from sterling.plans.actions.catalogs import refused_plan
from sterling.plans.actions.contracts import first_currency, price_of
from sterling.plans.models import Contract, ContractNotice, Quote, SegmentProof

if TYPE_CHECKING:
    from sterling.accounts.models import Organization
    from sterling.base.actor import Actor

VALID = timedelta(days=30)
PROOF_LIMIT = 10_000_000


@transaction.atomic
def file_proof(
    *,
    organization: Organization,
    segment: str,
    note: str,
    name: str = "",
    data: bytes = b"",
    at: datetime,
    by: Actor,
) -> SegmentProof:
    """Proof is on file: contracts of the segment that run or will run cost what the segment costs."""
    if not note.strip():
        raise Invalid.field("note", "Say what was shown, and by whom.", "请说明出示了什么证明、由谁出示。")
    if len(data) > PROOF_LIMIT:
        raise Invalid.field("file", "At most 10 MB.", "最多 10 MB。")
    proof = SegmentProof(
        organization=organization,
        segment=segment,
        note=note.strip()[:500],
        name=name[-255:],
        at=at,
        by=by.name,
    )
    if data:
        proof.file.save(f"proof-{organization.pk}", ContentFile(data), save=False)
    proof.save()
    audit.record(
        at=at,
        actor=by,
        verb="proof_filed",
        object_kind="organization",
        object_id=organization.pk,
        organization_id=organization.pk,
        data={"segment": segment, "note": proof.note},
    )
    for contract in queries.running_or_coming(organization.pk, at).filter(segment=segment):
        catalog = queries.catalog_of(contract.catalog_version)
        price = price_of(catalog, contract.plan, segment, contract.currency)
        if price != contract.price:
            contract.price = price
            contract.version += 1
            contract.save(update_fields=["price", "version"])
    return proof


@transaction.atomic
def make_quote(
    *,
    plan: str,
    segment: str,
    currency: str = "",
    organization: Organization | None = None,
    addressee: str = "",
    valid_until: date | None = None,
    at: datetime,
    by: Actor,
) -> Quote:
    """The price of a plan for a segment, per term, before tax, as the catalog in force has it. Invalid names the field."""
    version = queries.version_in_force(at)
    catalog = queries.catalog_of(version)
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    currency = currency or first_currency(catalog, plan)
    amount = price_of(catalog, plan, segment, currency)
    if amount is None:
        known = sorted(
            {f"{one} {name}" for one, names in catalog.plans[plan].price.items() for name in names}
        )
        listed = ", ".join(known)
        raise Invalid.field(
            "segment", f"There is no such price. Known: {listed}.", f"没有这样的价格。可选：{listed}。"
        )
    return Quote.objects.create(
        organization=organization,
        addressee=addressee.strip()[:200] or (organization.name if organization else ""),
        plan=plan,
        segment=segment,
        currency=currency,
        amount=amount,
        catalog_version=version,
        valid_until=valid_until or (at + VALID).date(),
        created_at=at,
        created_by=by.name,
    )


@transaction.atomic
def raise_notices(*, at: datetime) -> int:
    """Note what ends within 90, 30 or 7 days, once each; how many notices. Found among rows, however late one looks.

    A contract that was renewed or superseded needs none; of several that have come at once, the nearest is told.
    """
    made = 0
    horizon = (at + timedelta(days=max(NOTICE_DAYS) + 2)).date()
    ending = (
        Contract.objects.filter(
            ends__isnull=False, ends__lte=horizon, ends_at__gt=at, renewed_by__isnull=True
        )
        .select_related("organization__region")
        .prefetch_related("notices")
        .order_by("pk")
    )
    for contract in ending.select_for_update(of=("self",)):
        day = at.astimezone(ZoneInfo(contract.organization.region.timezone)).date()
        known = {notice.days for notice in contract.notices.all()}
        come = notices(contract.term, day)
        if not come or come[0] in known or queries.is_superseded(contract, at):
            continue
        ContractNotice.objects.create(
            contract=contract, organization_id=contract.organization_id, days=come[0], at=at
        )
        made += 1
    return made
