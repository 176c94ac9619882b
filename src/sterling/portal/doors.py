"""The portal's door: customers only. Nobody signed in is led to the sign-in page and back, staff to the desk."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.http import HttpResponseRedirect
from django.urls import reverse

from sterling.accounts import signing_in
from sterling.base.errors import NotYours
from sterling.base.once import once

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from django.http import HttpRequest, HttpResponseBase

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact

P = ParamSpec("P")


class CustomerRequest:
    """What a portal view may rely on: a request whose viewer is a contact."""

    viewer: Viewer
    language: str
    zone: tzinfo


def viewer_of(request: HttpRequest) -> Viewer:
    return cast("CustomerRequest", request).viewer


def zone_of(request: HttpRequest) -> tzinfo:
    return cast("CustomerRequest", request).zone


def contact_of(request: HttpRequest) -> Contact:
    contact = viewer_of(request).contact
    if contact is None:
        raise NotYours
    return contact


def customers_only(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Staff find the same ticket, or the queue, in the desk; what they post here is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer = getattr(request, "viewer", None)
        if viewer is None:
            return signing_in.first(request)
        if viewer.contact is not None:
            return once(request, viewer.actor, lambda: view(request, *args, **kwargs))
        if viewer.agent is None or request.method != "GET":
            raise NotYours
        number = kwargs.get("number")
        return HttpResponseRedirect(
            reverse("desk:ticket", args=[number]) if number else reverse("desk:queue")
        )

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", guarded)
