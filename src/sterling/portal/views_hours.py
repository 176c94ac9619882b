"""The organization's service hours: balance, what waits for a decision, the service plan, the statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts.access import managed_by
from sterling.base.errors import Conflict, Invalid
from sterling.base.moment import now
from sterling.core.hours import NOTHING
from sterling.plans import queries as plans
from sterling.portal.doors import CustomerRequest, contact_of, customers_only, viewer_of
from sterling.premium.hours import actions, queries, service_plans
from sterling.premium.hours.access import deciding, hours_for, may_decide, service_plan_for
from sterling.premium.hours.statement import statement, table

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.models import Organization
    from sterling.base.errors import SterlingError

SOON = 90  # days before the lapse: the first notice


def _own(request: HttpRequest, at: datetime) -> Organization:
    return hours_for(viewer_of(request), contact_of(request).organization_id, at)


@require_GET
@customers_only
def hours_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, refusal: SterlingError | None = None, about: str = "") -> HttpResponse:
    """`about`: the draw whose form was refused; the reason that was typed stays in it."""
    at, viewer = now(), viewer_of(request)
    organization = _own(request, at)
    settled = actions.settle(organization_id=organization.pk, at=at)
    assert settled is not None  # a plan with hours is held by a contract
    term, balance = settled
    days = (term.ends - plans.day_of(term.contract, at)).days
    newest, agreed = queries.service_plan(organization.pk), queries.agreed_plan(organization.pk)
    contact = contact_of(request)
    context = {
        "contact": contact,
        "now": at,
        "term": term,
        "balance": balance,
        "days_left": days,
        "lapses_soon": days <= SOON and balance.left > NOTHING,
        "waiting": queries.waiting_draws(organization.pk),
        "offered": newest if newest and newest.offered_at and not newest.agreed_at else None,
        "agreed": agreed,
        "terms": statement(organization.pk),
        "may_decide": may_decide(viewer, at),
        "may_agree": contact.is_manager,
        "refusal": refusal,
        "about": about,
        "typed": request.POST.get("reason", ""),
    }
    return render(request, "portal/hours.html", context, status=refusal.status if refusal else 200)


@require_POST
@customers_only
def decide(request: HttpRequest, draw: str) -> HttpResponse:
    """Agree to a draw, or object with a reason; a refusal is said on the page."""
    at, viewer = now(), viewer_of(request)
    found = deciding(viewer, _own(request, at), draw, at)
    agree = request.POST.get("do") == "agree"
    reason = "" if agree else request.POST.get("reason", "")
    try:
        actions.decide_draw(draw=found, agree=agree, reason=reason, at=at, by=viewer.actor)
    except (Invalid, Conflict) as refusal:
        return _page(request, refusal, str(found.pk))
    return HttpResponseRedirect(reverse("portal:hours"))


@require_POST
@customers_only
def agree(request: HttpRequest, version: str) -> HttpResponse:
    """The customer's manager agrees to the service plan that is offered."""
    at, viewer = now(), viewer_of(request)
    plan = service_plan_for(viewer, _own(request, at), version)
    managed_by(viewer)
    try:
        service_plans.agree_to(plan=plan, at=at, by=viewer.actor)
    except Conflict as refusal:
        return _page(request, refusal)
    return HttpResponseRedirect(reverse("portal:hours"))


@require_GET
@customers_only
def statement_file(request: HttpRequest) -> HttpResponse:
    at = now()
    found = _own(request, at)
    actions.settle(organization_id=found.pk, at=at)
    language = cast("CustomerRequest", request).language
    answer = HttpResponse(table(statement(found.pk), language), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hours.csv"'
    return answer
