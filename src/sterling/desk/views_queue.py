"""The queue's page, and what changed in it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sterling.base import board
from sterling.desk import guide, listing, shell
from sterling.desk.doors import StaffRequest, staff_only, viewer_of
from sterling.desk.narrowing import MOST_DIGITS, Asked

if TYPE_CHECKING:
    from django.http import HttpRequest

EVERYTHING = "all"


@require_GET
@staff_only
def queue_page(request: HttpRequest) -> HttpResponse:
    now = board.current()
    found = listing.listing(now, _reader(request), Asked.of(request.GET.dict()))
    return shell.page(
        request,
        "desk/queue.html",
        now.at,
        counts=found.counts,
        queue=found,
        guide=guide.guide(request, viewer_of(request)),
    )


@require_GET
@staff_only
def rows(request: HttpRequest) -> HttpResponse:
    """The same list with only the named tickets' rows in full: what an open page asks for after a change."""
    said = request.GET.get("tickets", "")
    answer = listing.changed(
        getattr(request, "board", None) or board.current(),
        _reader(request),
        Asked.of(request.GET.dict()),
        wanted=None if said == EVERYTHING else _numbers(said),
        timelines=_numbers(request.GET.get("timelines", "")),
    )
    return HttpResponse(answer, headers={"Cache-Control": "no-store"})


def _reader(request: HttpRequest) -> listing.Reader:
    asks = cast("StaffRequest", request)
    return listing.Reader(viewer_of(request), asks.language, asks.zone)


def _numbers(said: str) -> set[int]:
    words = said.split(",")
    return {int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS}
