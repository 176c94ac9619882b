"""Where a door leads whoever is not signed in: to the sign-in page and back, with what they had typed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sterling.accounts.kept import Kept
from sterling.base.errors import SterlingError
from sterling.core.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SignedOut(SterlingError):
    """A part of a page was asked for by a session that has ended."""

    kind = "signed-out"
    status = 401

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Your session has ended. Sign in again in another tab, then repeat this here.",
                "登录已过期。请在新标签页中重新登录，然后在此重试。",
            )
        )


def first(request: HttpRequest) -> HttpResponse:
    """The answer of every door to nobody. A form keeps what was typed."""
    if "HX-Request" in request.headers:
        raise SignedOut
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}")
    return render(request, "accounts/sign_in.html", {"kept": Kept.of(request)}, status=401)
