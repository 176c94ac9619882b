"""The queue's page, and what changed in it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from sterling.base import board
from sterling.base.moment import now
from sterling.desk import choices, guide, listing, presence, quick, shell, ticket
from sterling.desk.doors import StaffRequest, agent_of, staff_only, viewer_of
from sterling.desk.narrowing import SORTS, Asked
from sterling.tickets.access import ticket_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.tickets.models import Ticket

LAST = 2  # messages in a peek


@require_GET
@staff_only
def queue_page(request: HttpRequest) -> HttpResponse:
    state = board.current()
    found = listing.listing(state, _reader(request), Asked.of(request.GET.dict()))
    chosen = state.once("choices", lambda: choices.choices(state.at))
    return shell.page(
        request,
        "desk/queue.html",
        state.at,
        counts=found.counts,
        queue=found,
        choices=chosen,
        sorts=SORTS,
        guide=guide.guide(request, viewer_of(request)),
    )


@require_GET
@staff_only
def rows(request: HttpRequest) -> HttpResponse:
    """The same list with only the named tickets' rows in full: what an open page asks for after a change."""
    reader = _reader(request)
    if seen := getattr(request, "seen", None):
        request.META[quick.READ_BY] = (request.COOKIES[settings.SESSION_COOKIE_NAME], seen, reader)
    state = getattr(request, "board", None) or board.current()
    answer = listing.changed(state, reader, listing.Question.of(request.META["QUERY_STRING"]))
    return HttpResponse(answer, headers={"Cache-Control": "no-store"})


@require_GET
@staff_only
def peek(request: HttpRequest, number: str) -> HttpResponse:
    """A glance at one ticket: a panel beside the list, or a page where there is no room."""
    at = now()
    viewer = viewer_of(request)
    page = ticket.ticket_page(viewer, ticket_for(viewer, number), at)
    said = [item.message for item in page.conversation.items if item.message and item.message.kind != "auto"]
    there = _others(request, page.ticket, at)
    return shell.page(
        request, "desk/peek.html", at, page=page, ticket=page.ticket, last=said[-LAST:], present=there
    )


@require_http_methods(["GET", "POST"])
@staff_only
def presence_at(request: HttpRequest, number: str) -> HttpResponse:
    """Who else has the ticket open; a POST tells that the viewer has, what they write, or that they `left`."""
    found, at = ticket_for(viewer_of(request), number), now()
    if request.method == "POST" and request.POST.get("left"):
        presence.left(ticket=found, agent=agent_of(request))
    elif request.method == "POST":
        presence.here(ticket=found, agent=agent_of(request), doing=request.POST.get("doing", ""), at=at)
    return render(
        request, "desk/parts/presence.html", {"ticket": found, "present": _others(request, found, at)}
    )


def _others(request: HttpRequest, found: Ticket, at: datetime) -> list[presence.Present]:
    there = presence.present(at, found).get(found.number, [])
    return [one for one in there if one.agent != agent_of(request).pk]


def _reader(request: HttpRequest) -> listing.Reader:
    asks = cast("StaffRequest", request)
    return listing.Reader(viewer_of(request), asks.language, asks.zone)
