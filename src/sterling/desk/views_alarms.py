"""What somebody must hear of: the alarms page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_GET

from sterling.base.moment import now
from sterling.desk import alarms, shell
from sterling.desk.doors import staff_only, viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@staff_only
def alarms_page(request: HttpRequest) -> HttpResponse:
    found = alarms.alarms_page(viewer_of(request), everyone=request.GET.get("of") == "all")
    return shell.page(request, "desk/alarms.html", now(), page=found)
