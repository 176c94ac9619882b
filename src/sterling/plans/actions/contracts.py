"""Contracts: who holds which plan from when to when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base import audit
from sterling.base.errors import Invalid
from sterling.plans import queries
from sterling.plans.actions.catalogs import refused_plan
from sterling.plans.dates import midnight
from sterling.plans.models import Contract, ContractChange

if TYPE_CHECKING:
    from sterling.accounts.models import Organization
    from sterling.base.actor import Actor


@transaction.atomic
def sign_contract(
    *, organization: Organization, plan: str, starts: date, ends: date | None, at: datetime, by: Actor
) -> Contract:
    """A new contract under the catalog in force. Dates are the organization's region's, `ends` exclusive."""
    catalog_version = queries.version_in_force(at)
    catalog = queries.catalog_of(catalog_version)
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    if ends is not None and ends <= starts:
        raise Invalid.field("ends", "The end must lie after the start.", "结束日期必须晚于开始日期。")
    timezone = organization.region.timezone
    contract = Contract.objects.create(
        organization=organization,
        plan=plan,
        catalog_version=catalog_version,
        starts=starts,
        ends=ends,
        starts_at=midnight(starts, timezone),
        ends_at=midnight(ends, timezone) if ends else None,
        created_at=at,
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


@transaction.atomic
def change_plan(*, contract: Contract, plan: str, at: datetime, by: Actor) -> Contract:
    """The contract holds another plan from now on; its catalog version stays."""
    contract = Contract.objects.select_for_update().select_related("catalog_version").get(pk=contract.pk)
    catalog = queries.catalog_of(contract.catalog_version)
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    if plan == contract.plan:
        return contract
    ContractChange.objects.create(
        contract=contract,
        organization_id=contract.organization_id,
        at=at,
        plan_from=contract.plan,
        plan_to=plan,
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
    contract.plan = plan
    contract.version += 1
    contract.save(update_fields=["plan", "version"])
    return contract
