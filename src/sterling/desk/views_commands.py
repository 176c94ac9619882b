"""Tickets for the palette of commands; pages and acts it knows from the page that it is opened on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, F, IntegerField, Value, When
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sterling.desk.doors import staff_only, viewer_of
from sterling.desk.narrowing import MOST_DIGITS, matching
from sterling.tickets.access import tickets_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST = 7
LONGEST = 200


@require_GET
@staff_only
def commands(request: HttpRequest) -> HttpResponse:
    """The ticket of that number first, then those that live, the nearest due before the others. One query."""
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
    number = words.lstrip("#")
    exact = int(number) if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS else 0
    named = Case(When(number=exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = tickets_for(viewer_of(request)).filter(matching(words))
    ordered = found.order_by(
        named, F("timeline__live").desc(), F("timeline__next_due").asc(nulls_last=True), "-pk"
    )
    answer = render(
        request, "desk/commands.html", {"tickets": ordered[:MOST] if words else [], "words": words}
    )
    answer["Cache-Control"] = "no-store"
    return answer
