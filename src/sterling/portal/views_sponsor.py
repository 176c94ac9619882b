"""Who speaks for us to the customer, when next, and what was said as far as it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sterling.base.errors import NotYours
from sterling.base.moment import now
from sterling.portal.doors import CustomerRequest, contact_of, customers_only, viewer_of
from sterling.premium.sponsors import queries
from sterling.premium.sponsors.access import sponsored_for, touchpoints_for
from sterling.premium.sponsors.calendars import invitation

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.models import Organization

MOST = 100


def _own(request: HttpRequest, at: datetime) -> Organization:
    return sponsored_for(viewer_of(request), contact_of(request).organization_id, at)


@require_GET
@customers_only
def sponsor_page(request: HttpRequest) -> HttpResponse:
    at = now()
    organization = _own(request, at)
    context = {
        "contact": contact_of(request),
        "now": at,
        "page": queries.standing(organization, at),
        "touchpoints": touchpoints_for(viewer_of(request), organization)[:MOST],
    }
    return render(request, "portal/sponsor.html", context)


@require_GET
@customers_only
def meeting_file(request: HttpRequest) -> HttpResponse:
    meeting = queries.meeting_ahead(_own(request, now()).pk)
    if meeting is None:
        raise NotYours
    text = invitation(meeting, cast("CustomerRequest", request).language)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8; method=REQUEST")
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer
