"""What goes with contracts: quotes that are kept, and proof of a segment on file."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.api.files import ANYTHING, FileIn, decoded_file, saved
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import Day, In, Instant, Line, Out, Page, Ref, Short, at
from sterling.base.errors import Invalid, NotYours
from sterling.plans import queries, quotes
from sterling.plans.access import proof_for, quote_for, quotes_for
from sterling.plans.actions import paperwork
from sterling.plans.models import Quote, SegmentProof

router = Router(tags=["Contracts"])


class QuoteIn(In):
    plan: Ref
    segment: Short
    currency: Short = "USD"
    organization: Ref | None = Field(
        None, description="Whom it is offered to; then the quote is kept. For staff."
    )
    addressee: Line | None = Field(
        None, description="The same for somebody who is no customer yet. For staff."
    )
    valid_until: Day | None = Field(None, description="30 days from now unless given.")


class QuoteOut(Out):
    plan: str
    segment: str
    amount: int | float
    currency: str
    term_months: int
    proof_required: bool = Field(description="Whether the segment must be proved before this price holds.")
    id: str | None = Field(None, description="Of the kept quote; null where nobody was named.")


@router.post("/quotes", response={201: QuoteOut})
def make_quote(request: ApiRequest, body: QuoteIn) -> dict[str, Any]:
    """The price of a plan for a segment, per term, before tax. The included plan costs 0.

    With `organization` or `addressee` the quote is kept: the same price can be read, and printed, later on.
    """
    catalog = queries.catalog_of(queries.version_in_force(request.at))
    if body.plan not in catalog.plans:
        raise _unknown("plan", body.plan, catalog.plans)
    prices = catalog.plans[body.plan].price
    if body.currency not in prices:
        raise _unknown("currency", body.currency, prices)
    if body.segment not in prices[body.currency]:
        raise _unknown("segment", body.segment, prices[body.currency])
    return {
        "plan": body.plan,
        "segment": body.segment,
        "currency": body.currency,
        "amount": prices[body.currency][body.segment],
        "term_months": catalog.pricing.term_months,
        "proof_required": body.segment in catalog.pricing.proof_for,
        "id": _kept(request, body),
    }


def _kept(request: ApiRequest, body: QuoteIn) -> str | None:
    if body.organization is None and body.addressee is None:
        return None
    access.staff(request.viewer)
    made = paperwork.make_quote(
        plan=body.plan,
        segment=body.segment,
        currency=body.currency,
        organization=access.organization_for(request.viewer, body.organization)
        if body.organization
        else None,
        addressee=body.addressee or "",
        valid_until=body.valid_until,
        at=request.at,
        by=request.viewer.actor,
    )
    return str(made.pk)


def _unknown(field: str, value: str, known: Any) -> Invalid:
    names = ", ".join(known)
    return Invalid.field(field, f"{value!r} is none of {names}.", f"“{value}”无效，可选：{names}。")


class KeptQuote(Out):
    id: str
    organization: str | None
    addressee: str
    plan: str
    segment: str
    amount: float
    currency: str
    catalog_version: int
    valid_until: date
    created_at: Instant
    created_by: str


def quote_out(quote: Quote) -> dict[str, Any]:
    return {
        "id": str(quote.pk),
        "organization": None if quote.organization_id is None else str(quote.organization_id),
        "addressee": quote.addressee,
        "plan": quote.plan,
        "segment": quote.segment,
        "amount": float(quote.amount),
        "currency": quote.currency,
        "catalog_version": quote.catalog_version.number,
        "valid_until": quote.valid_until,
        "created_at": at(quote.created_at),
        "created_by": quote.created_by,
    }


@router.get("/quotes", response=Page[KeptQuote])
def list_quotes(request: ApiRequest, window: Query[Window], organization: str = "") -> dict[str, Any]:
    """What was offered to whom, of one organization where `organization` names it. For staff."""
    found = quotes_for(request.viewer)
    if organization:
        found = found.filter(organization=access.organization_for(request.viewer, organization))
    return page(found, window, quote_out)


@router.get("/quotes/{quote_id}", response=KeptQuote)
def get_quote(request: ApiRequest, quote_id: str) -> dict[str, Any]:
    return quote_out(quote_for(request.viewer, quote_id))


@router.get("/quotes/{quote_id}/paper", response=None)
def get_quote_paper(
    request: ApiRequest, quote_id: str, language: Literal["en", "zh"] = "en"
) -> HttpResponseBase:
    """The quote as a PDF, in the language of whom it is for."""
    quote = quote_for(request.viewer, quote_id)
    return saved(quotes.paper(quote, language), f"quote-{quote.pk}-{language}.pdf", "application/pdf")


class ProofIn(In):
    segment: Short
    note: Line = Field(description="What was shown, and by whom.")
    file: FileIn | None = Field(None, description="At most 10 MB.")


class ProofOut(Out):
    id: str
    segment: str
    note: str
    file: str | None = Field(description="The name of the file; null where none was kept.")
    filed_at: Instant
    filed_by: str


def proof_out(proof: SegmentProof) -> dict[str, Any]:
    return {
        "id": str(proof.pk),
        "segment": proof.segment,
        "note": proof.note,
        "file": proof.name or None if proof.file else None,
        "filed_at": at(proof.at),
        "filed_by": proof.by,
    }


@router.get("/organizations/{organization_id}/proofs", response=Page[ProofOut])
def list_proofs(request: ApiRequest, organization_id: str, window: Query[Window]) -> dict[str, Any]:
    """What shows that the organization belongs to a segment. For staff."""
    access.staff(request.viewer)
    organization = access.organization_for(request.viewer, organization_id)
    return page(queries.proofs_of(organization.pk), window, proof_out)


@router.post("/organizations/{organization_id}/proofs", response={201: ProofOut})
def file_proof(request: ApiRequest, organization_id: str, body: ProofIn) -> dict[str, Any]:
    """Put proof on file: contracts of the segment cost what the segment costs from now on. Takes a lead."""
    access.with_role(request.viewer, Role.LEAD)
    organization = access.organization_for(request.viewer, organization_id)
    catalog = queries.catalog_of(queries.version_in_force(request.at))
    if body.segment not in catalog.pricing.proof_for:
        raise _unknown("segment", body.segment, catalog.pricing.proof_for)
    file = decoded_file(body.file, "file") if body.file else None
    made = paperwork.file_proof(
        organization=organization,
        segment=body.segment,
        note=body.note,
        name=file.name if file else "",
        data=bytes(file.data) if file else b"",
        at=request.at,
        by=request.viewer.actor,
    )
    return proof_out(made)


@router.get("/organizations/{organization_id}/proofs/{proof_id}/file", response=None)
def get_proof_file(request: ApiRequest, organization_id: str, proof_id: str) -> HttpResponseBase:
    """The file that was shown. 404 where none was kept."""
    proof = proof_for(request.viewer, organization_id, proof_id)
    if not proof.file:
        raise NotYours
    return saved(proof.file.open(), proof.name, ANYTHING)
