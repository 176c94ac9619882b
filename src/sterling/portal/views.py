"""The customers' pages: parse, open the door, call, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.base.errors import FieldError, Invalid
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.portal import listing, rca, tickets
from sterling.portal.doors import contact_of, customers_only, viewer_of, zone_of
from sterling.portal.forms import chosen, content_of
from sterling.tickets.access import attachment_for, ticket_for, tickets_for
from sterling.tickets.actions import changing, writing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase


@require_GET
@customers_only
def home(request: HttpRequest) -> HttpResponse:
    at, wanted = now(), listing.Wanted.of(request.GET.dict())
    found = listing.ticket_list(viewer_of(request), at, zone_of(request), wanted)
    contact = contact_of(request)
    return render(request, "portal/tickets.html", {"found": found, "contact": contact, "now": at})


@require_GET
@customers_only
def ticket_page(request: HttpRequest, number: str) -> HttpResponse:
    return _ticket(request, number)


def _ticket(
    request: HttpRequest, number: str, errors: tuple[FieldError, ...] = (), body: str = ""
) -> HttpResponse:
    at, viewer = now(), viewer_of(request)
    page = tickets.ticket_page(viewer, ticket_for(viewer, number), at, zone_of(request))
    context = {"page": page, "ticket": page.ticket, "contact": contact_of(request), "now": at}
    context |= {"errors": {error.field: error.text for error in errors}, "body": body}
    context["analysis"] = rca.of_ticket(viewer, page.ticket, at, zone_of(request))
    context["chosen"] = chosen(request) if errors else []
    return render(request, "portal/ticket.html", context, status=422 if errors else 200)


@require_POST
@customers_only
def say(request: HttpRequest, number: str) -> HttpResponse:
    """The customer writes; what they typed comes back with the reason where it cannot be taken."""
    viewer, at = viewer_of(request), now()
    found = ticket_for(viewer, number)
    try:
        message = writing.customer_wrote(
            ticket=found,
            contact=contact_of(request),
            content=content_of(request),
            channel="portal",
            at=at,
            received_at=at,
            by=viewer.actor,
        )
    except Invalid as refusal:
        return _ticket(request, number, refusal.errors, request.POST.get("body", ""))
    # A merged ticket's message joins another one, which this person may not be allowed to read.
    readable = tickets_for(viewer).filter(pk=message.ticket_id).first()
    where = reverse("portal:ticket", args=[readable.number]) if readable else reverse("portal:home")
    return HttpResponseRedirect(f"{where}#message-{message.pk}")


@require_POST
@customers_only
def solved(request: HttpRequest, number: str) -> HttpResponse:
    """The customer says that it is solved; what stands in the composer is not thrown away for it."""
    viewer, body = viewer_of(request), request.POST.get("body", "")
    found = ticket_for(viewer, number)
    if body.strip():
        unsent = Text("Send what you wrote first, or clear it.", "请先发送或清空您写的内容。")
        return _ticket(request, number, (FieldError("body", unsent),), body)
    writing.customer_solved(ticket=found, contact=contact_of(request), at=now(), by=viewer.actor)
    return HttpResponseRedirect(reverse("portal:ticket", args=[found.number]))


@require_GET
@customers_only
def attachment(request: HttpRequest, number: str, attachment: int) -> HttpResponseBase:
    """Always a download, never shown by the browser as a page of ours."""
    found = attachment_for(viewer_of(request), number, attachment)
    answer = FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
@customers_only
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """A named contact makes a colleague's ticket their own (D15)."""
    viewer = viewer_of(request)
    found, contact = ticket_for(viewer, number), contact_of(request)
    changing.take_over_own(ticket=found, contact=contact, at=now(), by=viewer.actor)
    return HttpResponseRedirect(reverse("portal:ticket", args=[found.number]))
