"""Contracts: who holds which plan until when, what a change or a renewal would do, what has happened."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import inf
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.api.etags import require_match, tag
from sterling.api.paging import Window, page, whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import (
    Day,
    In,
    Instant,
    Out,
    Page,
    PersonRef,
    Ref,
    Short,
    Words,
    at,
    contact_ref,
    words,
)
from sterling.base.errors import Invalid
from sterling.plans import history, queries
from sterling.plans.access import contract_for, contracts_for
from sterling.plans.actions.catalogs import refused_plan
from sterling.plans.actions.contracts import renewal, resize_contract
from sterling.plans.models import Contract
from sterling.tickets import foreseen
from sterling.tickets.actions import plans as service

router = Router(tags=["Contracts"])


class ContractIn(In):
    organization: Ref
    plan: Ref
    starts: Day
    ends: Day | None = Field(None, description="Exclusive; none: until another contract supersedes it.")
    segment: Short | None = Field(None, description="Without one, the organization's.")
    grace_days: int = Field(0, ge=0, le=90, description="So long after `ends` the plan is served.")
    size: int = Field(
        0,
        ge=0,
        le=1_000_000,
        description="How many of what the catalog's caps count by, such as subscriptions.",
    )


class ContractChange(In):
    """What is named changes, all of it or nothing."""

    plan: Ref | None = Field(None, description="Another plan, from now on.")
    ends: Day | None = Field(None, description="Another last day, exclusive.")
    size: int | None = Field(None, ge=0, le=1_000_000, description="Another size: caps by size follow.")


class RenewIn(In):
    plan: Ref | None = Field(None, description="Another plan from the renewal on.")


class ContractOut(Out):
    id: str
    organization: str
    plan: str
    catalog_version: int
    starts: date
    ends: date | None
    starts_at: Instant
    ends_at: Instant | None = Field(
        description="From when the plan is served no more: after the days of grace."
    )
    segment: str
    currency: str
    price: float | None = Field(description="Of a term, before tax.")
    grace_days: int
    size: int
    renewal_of: str | None


def contract_out(contract: Contract) -> dict[str, Any]:
    return {
        "id": str(contract.pk),
        "organization": str(contract.organization_id),
        "plan": contract.plan,
        "catalog_version": contract.catalog_version.number,
        "starts": contract.starts,
        "ends": contract.ends,
        "starts_at": at(contract.starts_at),
        "ends_at": at(contract.ends_at),
        "segment": contract.segment,
        "currency": contract.currency,
        "price": _money(contract.price),
        "grace_days": contract.grace_days,
        "size": contract.size,
        "renewal_of": None if contract.renewal_of_id is None else str(contract.renewal_of_id),
    }


def _money(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


@router.get("/contracts", response=Page[ContractOut])
def list_contracts(request: ApiRequest, window: Query[Window], organization: str = "") -> dict[str, Any]:
    """Contracts, of one organization where `organization` names it."""
    found = contracts_for(request.viewer)
    if organization:
        found = found.filter(organization=access.organization_for(request.viewer, organization))
    return page(found, window, contract_out)


@router.post("/contracts", response={201: ContractOut})
def sign_contract(request: ApiRequest, body: ContractIn) -> dict[str, Any]:
    """A contract under the catalog in force; a later one supersedes. Open tickets follow at once. Takes a lead."""
    access.with_role(request.viewer, Role.LEAD)
    contract = service.sign_contract(
        organization=access.organization_for(request.viewer, body.organization),
        plan=body.plan,
        starts=body.starts,
        ends=body.ends,
        segment=body.segment or "",
        grace_days=body.grace_days,
        size=body.size,
        at=request.at,
        by=request.viewer.actor,
    )
    return contract_out(contract)


@router.get("/contracts/{contract_id}", response=ContractOut)
def get_contract(request: ApiRequest, response: HttpResponse, contract_id: str) -> dict[str, Any]:
    contract = contract_for(request.viewer, contract_id)
    tag(response, contract.version)
    return contract_out(contract)


@router.patch("/contracts/{contract_id}", response=ContractOut)
def change_contract(
    request: ApiRequest, response: HttpResponse, contract_id: str, body: ContractChange
) -> dict[str, Any]:
    """Another plan from now on (running clocks keep or gain the better target), or another last day. Takes a lead."""
    access.with_role(request.viewer, Role.LEAD)
    contract = contract_for(request.viewer, contract_id, lock=True)
    require_match(request, contract.version)
    if body.plan is None and body.ends is None and body.size is None:
        raise Invalid.field("plan", "Name a plan, a last day, or a size.", "请填写计划、结束日期或规模。")
    if body.size is not None:
        contract = resize_contract(contract=contract, size=body.size, at=request.at, by=request.viewer.actor)
    if body.plan is not None:
        contract = service.change_plan(
            contract=contract, plan=body.plan, at=request.at, by=request.viewer.actor
        )
    if body.ends is not None:
        contract = service.end_contract(
            contract=contract, ends=body.ends, at=request.at, by=request.viewer.actor
        )
    tag(response, contract.version)
    return contract_out(contract)


class TermOut(Out):
    starts: date
    ends: date = Field(description="Exclusive.")


class PromiseMoves(Out):
    ticket: int
    subject: str
    metric: str
    due_before: Instant | None
    due_after: Instant | None
    moves: bool


class PreviewOut(Out):
    plan: str
    upgrade: bool
    currency: str
    price_before: float | None = Field(description="Of a term.")
    price_after: float | None = Field(description="Of a term.")
    price: float | None = Field(description="For the rest of the term, pro rata; less than 0 is a credit.")
    hours: float = Field(description="Professional-services hours for the rest of the term, to the quarter.")
    term: TermOut
    premium_contacts: int = Field(description="How many the plan would have; -1: without an end.")
    over: list[PersonRef] = Field(
        description="All who are named, where they are more: some are to be released."
    )
    promises: list[PromiseMoves] = Field(description="Every promise that runs under the contract's plan.")


@router.get("/contracts/{contract_id}/preview", response=PreviewOut)
def preview_contract(request: ApiRequest, contract_id: str, plan: str) -> dict[str, Any]:
    """What changing to `plan` now would do. Nothing changes."""
    access.staff(request.viewer)
    contract = contract_for(request.viewer, contract_id)
    catalog = queries.catalog_of(contract.catalog_version)
    if plan not in catalog.plans:
        raise refused_plan(plan, catalog)
    found = foreseen.preview(contract, plan, request.at)
    worth = found.worth
    return {
        "plan": plan,
        "upgrade": found.is_upgrade,
        "currency": contract.currency,
        "price_before": _money(worth.price_before),
        "price_after": _money(worth.price_after),
        "price": _money(worth.price),
        "hours": worth.hours / timedelta(hours=1),
        "term": {"starts": worth.term[0], "ends": worth.term[1]},
        "premium_contacts": -1 if worth.cap_after == inf else int(worth.cap_after),
        "over": [contact_ref(one) for one in found.over],
        "promises": [
            {
                "ticket": one.ticket.number,
                "subject": one.ticket.subject,
                "metric": one.metric,
                "due_before": at(one.due_before),
                "due_after": at(one.due_after),
                "moves": one.moves,
            }
            for one in found.promises
        ],
    }


class RenewalOut(Out):
    plan: str
    starts: date
    ends: date = Field(description="Exclusive.")
    currency: str
    price_before: float | None
    price: float | None = Field(description="Of a term, by the catalog in force.")
    catalog_version: int


@router.get("/contracts/{contract_id}/renewal", response=RenewalOut)
def preview_renewal(request: ApiRequest, contract_id: str, plan: str = "") -> dict[str, Any]:
    """What renewing would sign, with another `plan` where one is named. 409 where it cannot be renewed."""
    access.staff(request.viewer)
    found = renewal(contract_for(request.viewer, contract_id), plan, request.at)
    return {
        "plan": found.plan,
        "starts": found.starts,
        "ends": found.ends,
        "currency": found.currency,
        "price_before": _money(found.price_before),
        "price": _money(found.price),
        "catalog_version": found.catalog_version,
    }


class SentenceOut(Out):
    at: Instant
    sentence: str = Field(description="In the language of the request.")
    sentences: Words


@router.get("/contracts/{contract_id}/history", response=Page[SentenceOut])
def get_contract_history(request: ApiRequest, contract_id: str) -> dict[str, Any]:
    """What happened to the contract, as sentences, the latest first."""
    contract = contract_for(request.viewer, contract_id)
    return whole(
        [
            {"at": at(when), "sentence": text.to(request.language), "sentences": words(text)}
            for when, text in history.told(contract)
        ]
    )


@router.post("/contracts/{contract_id}/renew", response={201: ContractOut})
def renew_contract(request: ApiRequest, contract_id: str, body: RenewIn) -> dict[str, Any]:
    """The next contract, from the day this one ends, for a term, at the price of the catalog in force. Takes a lead."""
    access.with_role(request.viewer, Role.LEAD)
    contract = contract_for(request.viewer, contract_id, lock=True)
    renewed = service.renew_contract(
        contract=contract, plan=body.plan or "", at=request.at, by=request.viewer.actor
    )
    return contract_out(renewed)
