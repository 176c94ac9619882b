"""Asking: a new ticket, and another priority for one that there is. Facts first, then what they suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from sterling.base.errors import Conflict, FieldError, Invalid, NotEntitled
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.core.triage import QUESTIONS, suggested_priority, told
from sterling.portal import tickets
from sterling.portal.doors import contact_of, customers_only, viewer_of, zone_of
from sterling.portal.forms import Asking, chosen, content_of
from sterling.portal.promised import Offer, offer, offer_on
from sterling.tickets.access import ticket_for
from sterling.tickets.actions import opening, proposing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.tickets.models import Ticket


@require_http_methods(["GET", "POST"])
@customers_only
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Facts, a suggestion, the customer's own proposal, and the ticket."""
    if request.method == "GET":
        return _form(request, "new", Asking())
    viewer, at, form = viewer_of(request), now(), Asking.of(request.POST.dict())
    if "suggest" in request.POST:
        return _form(request, "new", form)
    try:
        form.check("subject", "body")
        # A refusal leaves nothing behind, also where the caller's transaction goes on to draw the form again.
        with transaction.atomic():
            made = opening.open_ticket(
                requester=contact_of(request),
                subject=form.subject,
                content=content_of(request),
                channel="portal",
                at=at,
                recorded_at=at,
                by=viewer.actor,
                priority=form.priority or _suggested(form, _offer(request)),
                facts=form.facts,
            )
    except Invalid as refusal:
        return _form(request, "new", form, refusal.errors)
    except NotEntitled as refusal:
        answer = _form(request, "new", form)
        answer.status_code = refusal.status
        return answer
    return HttpResponseRedirect(reverse("portal:ticket", args=[made.number]))


@require_http_methods(["GET", "POST"])
@customers_only
def priority(request: HttpRequest, number: str) -> HttpResponse:
    """The same facts once more, and what has changed."""
    viewer = viewer_of(request)
    found = ticket_for(viewer, number)
    if request.method == "GET":
        return _form(request, "priority", Asking(answers=tickets.facts_of(found)), ticket=found)
    form = Asking.of(request.POST.dict())
    if "suggest" in request.POST:
        return _form(request, "priority", form, ticket=found)
    try:
        form.check("body")
        if form.facts is not None:
            proposing.propose_priority(
                ticket=found,
                contact=contact_of(request),
                priority=form.priority or _suggested(form, _offer(request, found)) or "",
                facts=form.facts,
                content=content_of(request),
                at=now(),
                by=viewer.actor,
            )
    except Invalid as refusal:
        return _form(request, "priority", form, refusal.errors, ticket=found)
    except Conflict as refusal:
        # Closed meanwhile: nothing typed is lost for it.
        closed = (FieldError("priority", refusal.text),)
        return _form(request, "priority", form, closed, ticket=found)
    return HttpResponseRedirect(reverse("portal:ticket", args=[found.number]))


@require_POST
@customers_only
def suggestion(request: HttpRequest) -> HttpResponse:
    """The part of the form that says what the answers so far suggest; `?ticket=` on one that there is."""
    number = request.GET.get("ticket")
    found = ticket_for(viewer_of(request), number) if number else None
    form = Asking.of(request.POST.dict())
    return render(request, "portal/parts/suggestion.html", _suggestion(form, _offer(request, found)))


def _offer(request: HttpRequest, ticket: Ticket | None = None) -> Offer:
    return offer_on(ticket) if ticket else offer(contact_of(request), now(), zone_of(request))


def _suggested(form: Asking, offered: Offer) -> str | None:
    return suggested_priority(form.facts, offered.catalog) if form.facts else None


def _suggestion(form: Asking, offered: Offer) -> dict[str, Any]:
    found = _suggested(form, offered)
    return {
        "form": form,
        "choices": offered.choices,
        "suggested": offered.choice(found) if found else None,
        "because": told(form.facts) if form.facts else None,
        "plan": offered.plan,
        "unnamed": offered.unnamed,
        "refused": offered.refused,
    }


def _form(
    request: HttpRequest,
    page: str,
    form: Asking,
    errors: tuple[FieldError, ...] = (),
    ticket: Ticket | None = None,
) -> HttpResponse:
    context = _suggestion(form, _offer(request, ticket))
    context |= {"questions": QUESTIONS, "contact": contact_of(request), "ticket": ticket, "now": now()}
    context |= {"errors": {error.field: error.text for error in errors}, "chosen": chosen(request)}
    context["missing"] = _missing(errors)
    context["current"] = next(
        (one.priority for one in context["choices"] if ticket and one.priority.id == ticket.priority), None
    )
    return render(request, f"portal/{page}.html", context, status=422 if errors else 200)


def _missing(errors: tuple[FieldError, ...]) -> list[tuple[str, Text]]:
    """Where to look, in the words and the order of the form."""
    names = {question.id: question.words for question in QUESTIONS} | {
        "priority": Text("Priority", "优先级"),
        "subject": Text("Subject", "主题"),
        "body": Text("What happens", "具体情况"),
        "files": Text("Files", "附件"),
        "attachments": Text("Files", "附件"),
    }
    fields, order = {"attachments": "files"}, list(names)
    found = sorted((error.field for error in errors if error.field in names), key=order.index)
    return [(fields.get(field, field), names[field]) for field in found]
