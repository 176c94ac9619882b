"""What every page of the desk stands in: the views with their counts, and the instant it is drawn at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from sterling.base import board
from sterling.desk import coverage, listing, side
from sterling.desk.doors import viewer_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse


def page(
    request: HttpRequest,
    template: str,
    at: datetime,
    *,
    counts: dict[str, int] | None = None,
    status: int = 200,
    **content: Any,
) -> HttpResponse:
    """A page that extends the shell. `counts`: where they are known already."""
    known_state: board.Board | None = getattr(request, "board", None)
    state = known_state or board.current()
    viewer = viewer_of(request)
    known = listing.counts_of(state, viewer) if counts is None else counts
    hours = state.once("covers", lambda: coverage.covers(state.at))
    own = viewer.agent.region_id if viewer.agent else None
    open_view = content["queue"].view.id if "queue" in content else ""
    shown = {
        "now": at,
        "side": side.side(request, state, viewer.agent, open_view, known, hours),
        "cover": next((one for one in hours if one.region == own), hours[0] if hours else None),
    }
    return render(request, template, shown | content, status=status)
