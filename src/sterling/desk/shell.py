"""What every page of the desk stands in: the views with their counts, and the instant it is drawn at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

from sterling.base import board
from sterling.desk import listing, queue
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
    known = listing.counts_of(board.current(), viewer_of(request)) if counts is None else counts
    return render(
        request, template, {"views": queue.VIEWS, "counts": known, "now": at, **content}, status=status
    )
