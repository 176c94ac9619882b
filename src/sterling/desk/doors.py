"""The desk's door: staff only. Nobody signed in is led to the sign-in page and back."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.shortcuts import render

from sterling.accounts import signing_in
from sterling.base.errors import NotYours
from sterling.base.once import once

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from django.http import HttpRequest, HttpResponseBase

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent

P = ParamSpec("P")


class StaffRequest:
    """What a desk view may rely on: a request whose viewer is staff."""

    viewer: Viewer
    language: str
    zone: tzinfo


def viewer_of(request: HttpRequest) -> Viewer:
    return cast("StaffRequest", request).viewer


def agent_of(request: HttpRequest) -> Agent:
    agent = viewer_of(request).agent
    if agent is None:
        raise NotYours
    return agent


def staff_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Anyone else: the sign-in page for nobody, nothing at all for a customer."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer = getattr(request, "viewer", None)
        if viewer is None and "HX-Request" in request.headers:
            # A part of a page: the page stays as it is, with all that is typed into it.
            gone = render(request, "desk/parts/signed_out.html", status=HTTPStatus.UNAUTHORIZED)
            gone["HX-Retarget"], gone["HX-Reswap"] = "#refusals", "innerHTML"
            return gone
        if viewer is None:
            return signing_in.first(request)
        if viewer.agent is None:
            raise NotYours
        return once(request, viewer.actor, lambda: view(request, *args, **kwargs))

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)
