"""The customers' pages: parse, open the door, call, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.base.errors import FieldError, Invalid
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.core.triage import QUESTIONS, suggested_priority, told
from sterling.plans import queries as plans
from sterling.portal import tickets
from sterling.portal.doors import contact_of, customers_only, viewer_of, zone_of
from sterling.portal.forms import NewTicket, content_of
from sterling.tickets.access import attachment_for, ticket_for, tickets_for
from sterling.tickets.actions import opening, writing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

MOST_DIGITS = 4  # of a page's number


@require_GET
@customers_only
def home(request: HttpRequest) -> HttpResponse:
    at, wanted = now(), request.GET.get("page", "1")
    usable = wanted.isascii() and wanted.isdigit() and len(wanted) <= MOST_DIGITS
    found = tickets.ticket_list(
        viewer_of(request), at, zone_of(request), max(1, int(wanted)) if usable else 1
    )
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


@require_http_methods(["GET", "POST"])
@customers_only
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Facts, a suggestion, the customer's own proposal, and the ticket."""
    if request.method == "GET":
        return _form(request, NewTicket())
    viewer, at, form = viewer_of(request), now(), NewTicket.of(request.POST.dict())
    if "suggest" in request.POST:
        return _form(request, form)
    try:
        form.check()
        made = opening.open_ticket(
            requester=contact_of(request),
            subject=form.subject,
            content=content_of(request),
            channel="portal",
            at=at,
            recorded_at=at,
            by=viewer.actor,
            priority=form.priority or _suggested(request, form),
            facts=form.facts,
        )
    except Invalid as refusal:
        return _form(request, form, refusal.errors)
    return HttpResponseRedirect(reverse("portal:ticket", args=[made.number]))


@require_POST
@customers_only
def suggestion(request: HttpRequest) -> HttpResponse:
    """The part of the form that says what the answers so far suggest."""
    form = NewTicket.of(request.POST.dict())
    return render(request, "portal/parts/suggestion.html", _suggestion(request, form))


def _suggested(request: HttpRequest, form: NewTicket) -> str | None:
    service = plans.service(contact_of(request), now())
    return suggested_priority(form.facts, service.catalog) if form.facts else None


def _suggestion(request: HttpRequest, form: NewTicket) -> dict[str, object]:
    service = plans.service(contact_of(request), now())
    found = suggested_priority(form.facts, service.catalog) if form.facts else None
    return {
        "form": form,
        "choices": tickets.choices(service.catalog, service.plan),
        "suggested": service.catalog.priorities[found] if found else None,
        "because": told(form.facts) if form.facts else None,
        "plan": service.catalog.plans[service.plan],
    }


def _form(request: HttpRequest, form: NewTicket, errors: tuple[FieldError, ...] = ()) -> HttpResponse:
    context = _suggestion(request, form) | {"questions": QUESTIONS, "contact": contact_of(request)}
    context["errors"] = {error.field: error.text for error in errors}
    return render(request, "portal/new.html", context, status=422 if errors else 200)
