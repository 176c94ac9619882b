"""What somebody must hear of: the alarms page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from sterling.base.moment import now
from sterling.desk import alarms, queue
from sterling.desk.doors import staff_only, viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@staff_only
def alarms_page(request: HttpRequest) -> HttpResponse:
    at, viewer = now(), viewer_of(request)
    context = {
        "page": alarms.alarms_page(viewer, everyone=request.GET.get("of") == "all"),
        "views": queue.VIEWS,
        "counts": queue.counts(viewer, at),
        "now": at,
    }
    return render(request, "desk/alarms.html", context)
