"""Contracts and quotes: who holds which plan until when, what a change would do, what it costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.base.errors import Invalid, NotAllowed, NotYours
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.desk import contracts, shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.views_catalog import viewer_language
from sterling.plans import queries as plans
from sterling.plans import quotes
from sterling.plans.access import contract_for, proof_for, quote_for
from sterling.plans.actions import paperwork
from sterling.plans.actions.contracts import resize_contract
from sterling.tickets.actions import plans as service
from sterling.tickets.foreseen import preview as foreseen_change

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.plans.models import Contract

GRACE = 14  # days that the form proposes
FIELDS = frozenset({"organization", "plan", "segment", "starts", "ends", "grace_days", "size"})


def _lead(request: HttpRequest) -> None:
    if agent_of(request).role not in {Role.ADMIN, Role.LEAD}:
        raise NotAllowed(
            Text(
                "Leads and administrators change contracts. You can read them.",
                "合同由主管或管理员修改，您可以查看。",
            )
        )


def _day(request: HttpRequest, name: str) -> date | None:
    written = request.POST.get(name, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid.field(
            name, "Write a date such as 2027-01-31.", "请填写日期，例如 2027-01-31。"
        ) from None


def _whole(request: HttpRequest, name: str, most: int = 3) -> int:
    """A number of at most so many digits."""
    written = request.POST.get(name, "").strip() or "0"
    if not written.isascii() or not written.isdecimal() or len(written) > most:
        raise Invalid.field(name, "Write a whole number.", "请填写整数。")
    return int(written)


def _to(contract: Contract) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:contract", args=[contract.pk]))


@require_GET
@staff_only
def contract_list(request: HttpRequest) -> HttpResponse:
    at = now()
    may_sign = agent_of(request).role != Role.AGENT
    return shell.page(
        request, "desk/contracts.html", at, rows=contracts.rows(viewer_of(request), at), may_sign=may_sign
    )


@require_http_methods(["GET", "POST"])
@staff_only
def new_contract(request: HttpRequest) -> HttpResponse:
    """A contract for a customer; refused fields are named, and what was typed stays."""
    _lead(request)
    at, viewer, refused = now(), viewer_of(request), None
    if request.method == "POST":
        try:
            organization = access.organization_for(viewer, request.POST.get("organization", ""))
            starts = _day(request, "starts")
            if starts is None:
                raise Invalid.field("starts", "Write the first day.", "请填写开始日期。")
            signed = service.sign_contract(
                organization=organization,
                plan=request.POST.get("plan", ""),
                starts=starts,
                ends=_day(request, "ends"),
                segment=request.POST.get("segment", ""),
                grace_days=_whole(request, "grace_days"),
                size=_whole(request, "size", most=7),
                at=at,
                by=viewer.actor,
            )
        except Invalid as error:
            refused = error
        else:
            return _to(signed)
    catalog = plans.catalog_of(plans.version_in_force(at))
    today, wrong = at.date(), refused.errors if refused else ()
    answer = shell.page(
        request,
        "desk/contract_new.html",
        at,
        organizations=access.organizations_for(viewer).filter(is_provisional=False).order_by("name")[:500],
        plans=catalog.plans_by_rank(),
        segments=plans.segments(catalog),
        counted_by=plans.counted_by(catalog),
        refused=refused,
        wrong={error.field: error.text for error in wrong if error.field in FIELDS},
        elsewhere=[error.text for error in wrong if error.field not in FIELDS],
        typed=request.POST
        or {
            "starts": today.isoformat(),
            "ends": contracts.default_end(today, catalog).isoformat(),
            "grace_days": GRACE,
            "organization": request.GET.get("organization", ""),
        },
    )
    if refused:
        answer.status_code = refused.status
    return answer


@require_GET
@staff_only
def contract_page(request: HttpRequest, contract: int) -> HttpResponse:
    """`?plan=platinum`: beside the contract, what changing to that plan would do."""
    at = now()
    found = contract_for(viewer_of(request), contract)
    drawn = contracts.contract_page(found, at)
    wanted = request.GET.get("plan", "")
    foreseen = (
        foreseen_change(found, wanted, at) if wanted in drawn.catalog.plans and wanted != found.plan else None
    )
    return shell.page(
        request,
        "desk/contract.html",
        at,
        page=drawn,
        contract=found,
        preview=foreseen,
        plans=drawn.catalog.plans_by_rank(),
        counted_by=plans.counted_by(drawn.catalog),
        proofs=plans.proofs_of(found.organization_id),
        needs_proof=found.segment in drawn.catalog.pricing.proof_for,
        may_change=agent_of(request).role != Role.AGENT,
    )


@require_POST
@staff_only
def change(request: HttpRequest, contract: int) -> HttpResponse:
    """Another plan, another last day, another size, or a renewal: what the button says."""
    _lead(request)
    at, viewer = now(), viewer_of(request)
    found = contract_for(viewer, contract)
    match request.POST.get("what", ""):
        case "plan":
            service.change_plan(contract=found, plan=request.POST.get("plan", ""), at=at, by=viewer.actor)
        case "renew":
            return _to(
                service.renew_contract(
                    contract=found, plan=request.POST.get("plan", ""), at=at, by=viewer.actor
                )
            )
        case "ends":
            ends = _day(request, "ends")
            if ends is None:
                raise Invalid.field("ends", "Write the day it ends.", "请填写结束日期。")
            service.end_contract(contract=found, ends=ends, at=at, by=viewer.actor)
        case "size":
            resize_contract(contract=found, size=_whole(request, "size", most=7), at=at, by=viewer.actor)
        case _:
            raise Invalid.field("what", "One of plan, renew, ends, size.", "可选：plan、renew、ends、size。")
    return _to(found)


@require_POST
@staff_only
def proof(request: HttpRequest, contract: int) -> HttpResponse:
    _lead(request)
    found = contract_for(viewer_of(request), contract)
    upload = request.FILES.get("file")
    paperwork.file_proof(
        organization=found.organization,
        segment=found.segment,
        note=request.POST.get("note", ""),
        name=upload.name or "" if upload else "",
        data=upload.read() if upload else b"",
        at=now(),
        by=viewer_of(request).actor,
    )
    return _to(found)


@require_GET
@staff_only
def proof_file(request: HttpRequest, contract: int, proof: int) -> FileResponse:
    """What was shown, always as a download."""
    viewer = viewer_of(request)
    found = proof_for(viewer, contract_for(viewer, contract).organization_id, proof)
    if not found.file:
        raise NotYours
    answer = FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_http_methods(["GET", "POST"])
@staff_only
def new_quote(request: HttpRequest) -> HttpResponse:
    at, viewer, refused = now(), viewer_of(request), None
    if request.method == "POST":
        wanted = request.POST.get("organization", "")
        try:
            made = paperwork.make_quote(
                plan=request.POST.get("plan", ""),
                segment=request.POST.get("segment", ""),
                organization=access.organization_for(viewer, wanted) if wanted else None,
                addressee=request.POST.get("addressee", ""),
                at=at,
                by=viewer.actor,
            )
        except Invalid as error:
            refused = error
        else:
            return HttpResponseRedirect(reverse("desk:quote", args=[made.pk]))
    catalog = plans.catalog_of(plans.version_in_force(at))
    answer = shell.page(
        request,
        "desk/quote_new.html",
        at,
        organizations=access.organizations_for(viewer).filter(is_provisional=False).order_by("name")[:500],
        plans=[plan for plan in catalog.plans_by_rank() if plan.price],
        segments=plans.segments(catalog),
        refused=refused,
        typed=request.POST or {"organization": request.GET.get("organization", "")},
    )
    if refused:
        answer.status_code = refused.status
    return answer


@require_GET
@staff_only
def quote_page(request: HttpRequest, quote: int) -> HttpResponse:
    found = quote_for(viewer_of(request), quote)
    facts = quotes.facts(found, viewer_language(request))
    plan = plans.catalog_of(found.catalog_version).plans[found.plan]
    return shell.page(request, "desk/quote.html", now(), quote=found, facts=facts, plan=plan)


@require_GET
@staff_only
def quote_paper(request: HttpRequest, quote: int, language: str) -> HttpResponse:
    """The quote as a PDF, in the language of whom it is for."""
    found = quote_for(viewer_of(request), quote)
    answer = HttpResponse(quotes.paper(found, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="quote-{found.pk}-{language}.pdf"'
    return answer
