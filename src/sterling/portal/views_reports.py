"""Reports in the portal: what was published, for confirmed contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sterling.base.moment import now
from sterling.plans import entitled
from sterling.portal.doors import contact_of, customers_only, viewer_of
from sterling.reports.access import ENTITLEMENT, report_for, reports_for
from sterling.reports.shown.view import paper as paper_of
from sterling.reports.shown.view import view
from sterling.reports.table import clocks_csv

if TYPE_CHECKING:
    from django.http import HttpRequest

MOST = 100


@require_GET
@customers_only
def reports(request: HttpRequest) -> HttpResponse:
    """The newest first. What the plan lacks is named with what would bring it."""
    contact, at = contact_of(request), now()
    found = list(reports_for(viewer_of(request)).order_by("-last", "-pk")[:MOST])
    holding = entitled.held(contact.organization_id, at)
    context = {
        "contact": contact,
        "now": at,
        "reports": found,
        "plan": holding.catalog.plans[holding.plan],
        "remedy": None if holding.includes(ENTITLEMENT) else holding.remedy(ENTITLEMENT),
    }
    return render(request, "portal/reports.html", context)


@require_GET
@customers_only
def report(request: HttpRequest, report: str) -> HttpResponse:
    """`?language=en`: in that language; else in the reader's own."""
    found = report_for(viewer_of(request), None, report)
    language = request.GET.get("language", "") or getattr(request, "language", "en")
    drawn = view(found, language)
    for miss in drawn["misses"]["rows"]:
        miss["href"] = reverse("portal:ticket", args=[miss["ticket"]])
    context = {"contact": contact_of(request), "now": now(), "report": found, "r": drawn}
    return render(request, "portal/report.html", context)


@require_GET
@customers_only
def paper(request: HttpRequest, report: str, language: str) -> HttpResponse:
    found = report_for(viewer_of(request), None, report)
    answer = HttpResponse(paper_of(found, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="report-{found.pk}-{language}.pdf"'
    return answer


@require_GET
@customers_only
def clocks(request: HttpRequest, report: str) -> HttpResponse:
    found = report_for(viewer_of(request), None, report)
    answer = HttpResponse(clocks_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="report-{found.pk}-clocks.csv"'
    return answer
