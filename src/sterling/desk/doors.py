"""The desk's door: staff only. Nobody signed in is led to the sign-in page and back."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from sterling.accounts import signing_in
from sterling.base.errors import NotYours

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
        if viewer is None:
            return signing_in.first(request)
        if viewer.agent is None:
            raise NotYours
        return view(request, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)
