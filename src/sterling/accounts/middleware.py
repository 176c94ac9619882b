"""Puts the signed-in viewer on the request, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from sterling.accounts import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

LIVE = "Sterling-Live"  # a page that stands open asks what has changed


class SignedIn:
    """`request.viewer` is a Viewer or None.

    Pages that stand open ask often, and staff look at many: who they are costs one query, which names the state of the
    database as well (`request.board`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if key and (LIVE in request.headers or (request.method == "GET" and session.is_staffs(key))):
            seen, state = session.viewer_again(request, key)
            viewer = seen.viewer
            request.board, request.seen = state, seen  # type: ignore[attr-defined]  # for the views that know them
        else:
            viewer = session.viewer(request)
        request.viewer = viewer  # type: ignore[attr-defined]  # the one attribute that every view knows
        return self.get_response(request)
