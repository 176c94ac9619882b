"""Puts the signed-in viewer on the request, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from sterling.accounts import session
from sterling.base import board

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

LIVE = "Sterling-Live"  # a page that stands open asks what has changed


class SignedIn:
    """`request.viewer` is a Viewer or None.

    Open pages ask many times between two changes of the database. Who they are is read once for each state of it;
    `request.board` then is that state's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if key and LIVE in request.headers:
            state = board.current()
            request.board = state  # type: ignore[attr-defined]  # for the views that know it
            viewer = state.once(("viewer", key), lambda: session.viewer(request))
        else:
            viewer = session.viewer(request)
        request.viewer = viewer  # type: ignore[attr-defined]  # the one attribute that every view knows
        return self.get_response(request)
