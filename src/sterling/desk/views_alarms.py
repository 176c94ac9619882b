"""What somebody must hear of: the alarms page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.base.moment import now
from sterling.desk import alarms, escalations, handover, shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.tickets.access import ticket_for
from sterling.tickets.actions.alarms import take

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@staff_only
def alarms_page(request: HttpRequest) -> HttpResponse:
    at, everyone = now(), request.GET.get("of") == "all"
    found = alarms.alarms_page(viewer_of(request), at, everyone=everyone)
    escalated = escalations.escalated(viewer_of(request), everyone=everyone)
    unaccepted = handover.unaccepted(viewer_of(request), everyone=everyone)
    return shell.page(request, "desk/alarms.html", at, page=found, escalated=escalated, unaccepted=unaccepted)


@require_POST
@staff_only
def take_it(request: HttpRequest, number: str) -> HttpResponse:
    ticket = ticket_for(viewer_of(request), number)
    take(ticket=ticket, agent=agent_of(request), at=now(), by=viewer_of(request).actor)
    if request.POST.get("back") == "ticket":
        return redirect("desk:ticket", number)
    back = request.POST.get("of") == "all"
    return redirect(f"{reverse('desk:alarms')}{'?of=all' if back else ''}")


@require_GET
@staff_only
def news(request: HttpRequest) -> HttpResponse:
    """What rang for the viewer since an instant, to be said aloud on an open page."""
    at = now()
    try:
        since = datetime.fromisoformat(request.GET.get("since", "").replace(" ", "+"))
        rows = alarms.news(viewer_of(request), since if since.tzinfo else at, at)
    except ValueError:
        rows = []
    return render(request, "desk/parts/alarm_news.html", {"rows": rows, "now": at})
