"""Puts the signed-in viewer on the request, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class SignedIn:
    """`request.viewer` is a Viewer or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = session.viewer(request)  # type: ignore[attr-defined]  # the one attribute that we add
        return self.get_response(request)
