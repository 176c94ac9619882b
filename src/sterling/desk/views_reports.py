"""Reports in the desk: made, read, put in words, published."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.base.errors import Invalid, SterlingError
from sterling.base.moment import now
from sterling.core.quarters import last_quarter
from sterling.desk import shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.views_catalog import viewer_language
from sterling.plans.queries import catalog_of, plans_held
from sterling.reports import actions
from sterling.reports.access import ENTITLEMENT, report_for, reporting_for, reports_for
from sterling.reports.shown.view import paper as paper_of
from sterling.reports.shown.view import view
from sterling.reports.table import clocks_csv

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.models import Organization
    from sterling.reports.models import Report

MOST = 200


@require_GET
@staff_only
def report_list(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, refusal: SterlingError | None = None) -> HttpResponse:
    at, viewer = now(), viewer_of(request)
    rows, wanted = reports_for(viewer), request.GET.get("organization", "")
    if wanted:
        rows = rows.filter(organization=access.organization_for(viewer, wanted))
    found = list(rows.order_by("-last", "-pk")[:MOST])
    days = last_quarter(at.date())
    return shell.page(
        request,
        "desk/reports.html",
        at,
        status=refusal.status if refusal else 200,
        reports=found,
        customers=_customers(request, at),
        refused=refusal,
        typed=request.POST
        or {
            "organization": wanted,
            "from": days.first.isoformat(),
            "to": days.last.isoformat(),
        },
    )


def _customers(request: HttpRequest, at: datetime) -> list[Organization]:
    """Those whose plan includes reports. Two queries."""
    every = list(access.organizations_for(viewer_of(request)).filter(is_provisional=False).order_by("name"))
    held = plans_held([one.pk for one in every], at)
    return [
        one
        for one in every
        if one.pk in held
        and catalog_of(held[one.pk].catalog_version).includes(held[one.pk].plan, ENTITLEMENT)
    ]


@require_POST
@staff_only
def new_report(request: HttpRequest) -> HttpResponse:
    """A draft of the days that were typed; refused fields are named, and what was typed stays."""
    at, viewer = now(), viewer_of(request)
    try:
        organization = reporting_for(viewer, request.POST.get("organization", ""), at)
        made = actions.make_report(
            organization=organization,
            first=_day(request, "from"),
            last=_day(request, "to"),
            language=request.POST.get("language") or None,
            at=at,
            by=viewer.actor,
        )
    except Invalid as refusal:
        return _list(request, refusal)
    return _to(made)


def _day(request: HttpRequest, name: str) -> date:
    try:
        return date.fromisoformat(request.POST.get(name, "").strip())
    except ValueError:
        raise Invalid.field(
            name, "Write a date such as 2026-09-30.", "请填写日期，例如 2026-09-30。"
        ) from None


def _to(report: Report) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:report", args=[report.pk]))


@require_GET
@staff_only
def report_page(request: HttpRequest, report: int) -> HttpResponse:
    """`?language=zh`: the report in that language, whatever the reader's own."""
    return _page(request, report_for(viewer_of(request), None, report))


def _page(request: HttpRequest, found: Report, refusal: Invalid | None = None) -> HttpResponse:
    language = request.GET.get("language", "") or viewer_language(request)
    drawn = view(found, language)
    for miss in drawn["misses"]["rows"]:
        miss["href"] = reverse("desk:ticket", args=[miss["ticket"]])
        if refusal:
            miss["typed"] = request.POST.get(f"cause-{miss['key']}", miss["typed"])
    return shell.page(
        request,
        "desk/report.html",
        now(),
        status=refusal.status if refusal else 200,
        report=found,
        r=drawn,
        refused=refusal,
        typed=request.POST if refusal else None,
        may_publish=agent_of(request).role != Role.AGENT,
    )


@require_POST
@staff_only
def words(request: HttpRequest, report: int) -> HttpResponse:
    """Summary, asks, aim, causes of a draft."""
    viewer = viewer_of(request)
    found = report_for(viewer, None, report)
    keys = [miss["key"] for miss in found.figures["misses"]]
    typed = actions.Words(
        summary=request.POST.get("summary", ""),
        asks=request.POST.get("asks", ""),
        aim=request.POST.get("aim", "").strip(),
        language=request.POST.get("language") or None,
        causes={key: request.POST.get(f"cause-{key}", "") for key in keys},
    )
    try:
        actions.edit_report(report=found, words=typed, at=now(), by=viewer.actor)
    except Invalid as refusal:
        return _page(request, found, refusal)
    return _to(found)


@require_POST
@staff_only
def publish(request: HttpRequest, report: int) -> HttpResponse:
    viewer = viewer_of(request)
    access.with_role(viewer, Role.LEAD)
    found = report_for(viewer, None, report)
    actions.publish_report(report=found, at=now(), by=viewer.actor)
    return _to(found)


@require_GET
@staff_only
def clocks(request: HttpRequest, report: int) -> HttpResponse:
    found = report_for(viewer_of(request), None, report)
    answer = HttpResponse(clocks_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="report-{found.pk}-clocks.csv"'
    return answer


@require_GET
@staff_only
def paper(request: HttpRequest, report: int, language: str) -> HttpResponse:
    """The report as a PDF."""
    found = report_for(viewer_of(request), None, report)
    answer = HttpResponse(paper_of(found, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="report-{found.pk}-{language}.pdf"'
    return answer
