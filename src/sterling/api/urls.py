from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, path, re_path

from sterling.api import pages
from sterling.api.document import make_api
from sterling.api.gate import gated
from sterling.api.problems import nothing_here
from sterling.api.routers import (
    agents,
    catalog,
    contacts,
    contracts,
    coverage,
    escalations,
    handovers,
    hours,
    mail,
    mailboxes,
    messages,
    organizations,
    outbox,
    paperwork,
    primaries,
    promises,
    rca,
    regions,
    relief,
    reports,
    routing,
    settings,
    sponsors,
    tickets,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponse

api = make_api()
for _room in (
    settings,
    catalog,
    regions,
    agents,
    coverage,
    handovers,
    organizations,
    contracts,
    paperwork,
    contacts,
    hours,
    sponsors,
    reports,
    primaries,
    tickets,
    messages,
    relief,
    routing,
    escalations,
    promises,
    rca,
    outbox,
    mailboxes,
    mail,
):
    api.add_router("", _room.router)


def _behind_the_gate(pattern: URLPattern) -> URLPattern:
    return URLPattern(pattern.pattern, gated(pattern.callback), pattern.default_args, pattern.name)


def _views() -> Iterator[URLPattern]:
    """Every view of the API; its root, which only says where the documentation is, is left to ours.

    What is asked most stands first: patterns are tried in turn.
    """
    for pattern in sorted(api.urls[0], key=lambda one: not str(one.pattern).startswith("tickets")):
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            yield pattern


def _nothing(request: HttpRequest, **_path: Any) -> HttpResponse:
    return nothing_here(request)


urlpatterns = [
    path("openapi.json", pages.openapi, {"api": api}, name="openapi"),
    path("docs", pages.docs, {"api": api}, name="docs"),
    path("problems/<slug:kind>", pages.problem_kind, name="problem"),
    *(_behind_the_gate(pattern) for pattern in _views()),
    re_path(r"^.*$", gated(_nothing)),
]
