"""The customer's own right: have somebody above look at a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sterling.base.errors import Conflict, Invalid
from sterling.base.moment import now
from sterling.portal.doors import contact_of, customers_only, viewer_of
from sterling.tickets.access import ticket_for
from sterling.tickets.actions.escalating import by_customer

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
@customers_only
def escalate(request: HttpRequest, number: str) -> HttpResponse:
    """The form says who hears; what was typed stays where it is refused."""
    at, viewer = now(), viewer_of(request)
    found = ticket_for(viewer, number)
    reason = request.POST.get("reason", "")
    errors, refusal, status = {}, None, 200
    if request.method == "POST":
        try:
            by_customer(ticket=found, contact=contact_of(request), reason=reason, at=at, by=viewer.actor)
            return HttpResponseRedirect(reverse("portal:ticket", args=[found.number]) + "#escalated")
        except Invalid as invalid:
            errors, status = {one.field: one.text for one in invalid.errors}, invalid.status
        except Conflict as conflict:
            refusal, status = conflict, conflict.status
    context = {"ticket": found, "contact": contact_of(request), "now": at}
    context |= {"errors": errors, "refusal": refusal, "reason": reason}
    return render(request, "portal/escalate.html", context, status=status)
