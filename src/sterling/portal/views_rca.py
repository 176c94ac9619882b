"""What was published of root-cause analyses: the organization's list, one edition on the page and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sterling.base.errors import NotYours
from sterling.base.moment import now
from sterling.portal import rca
from sterling.portal.doors import contact_of, customers_only, viewer_of, zone_of
from sterling.premium.rca import editions
from sterling.premium.rca.access import published_for
from sterling.premium.rca.words import facts
from sterling.tickets.access import ticket_for

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_GET
@customers_only
def analyses(request: HttpRequest) -> HttpResponse:
    """Every analysis of the organization, for its confirmed people."""
    contact, at = contact_of(request), now()
    if contact.confirmed_at is None:
        raise NotYours
    found = rca.every(viewer_of(request), at, zone_of(request))
    return render(request, "portal/analyses.html", {"found": found, "contact": contact, "now": at})


@require_GET
@customers_only
def edition(request: HttpRequest, number: str, edition: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = published_for(viewer, number, edition)
    ticket = ticket_for(viewer, number)
    said = facts(found.content, getattr(request, "language", "en"))
    context = {"facts": said, "found": found, "ticket": ticket, "contact": contact_of(request), "now": now()}
    return render(request, "portal/analysis.html", context)


@require_GET
@customers_only
def paper(request: HttpRequest, number: str, edition: int, language: str) -> HttpResponse:
    """The edition as a PDF, its headings in either language."""
    found = published_for(viewer_of(request), number, edition)
    answer = HttpResponse(editions.paper(found.content, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{editions.file_name(found.content, language)}"'
    return answer
