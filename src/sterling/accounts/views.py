"""Signing in by link, signing out, and how the viewer likes the pages: language, theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts import session
from sterling.accounts.access import viewer_of
from sterling.accounts.actions import people
from sterling.base.moment import now

if TYPE_CHECKING:
    from django.http import HttpRequest

YEAR = 365 * 24 * 3600
THEMES = ("system", "light", "dark")
LANGUAGES = ("en", "zh")


def _inside(request: HttpRequest, wanted: str | None) -> str | None:
    """`wanted` if it leads to a page of ours."""
    return wanted if url_has_allowed_host_and_scheme(wanted or "", {request.get_host()}) else None


@require_GET
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link opens a session: staff come to the desk, contacts to the portal."""
    user = people.use_link(secret=secret, at=now())
    if user is None:
        return render(request, "accounts/link_used.html", status=410)
    session.sign_in(request, user)
    home = reverse("desk:queue") if viewer_of(user).agent else "/"
    return HttpResponseRedirect(_inside(request, request.GET.get("next")) or home)


@require_GET
def sign_in_page(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/sign_in.html")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    session.sign_out(request)
    return HttpResponseRedirect(reverse("sign_in"))


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keeps the choice in a cookie, and the language with the person where somebody is signed in."""
    answer = HttpResponseRedirect(_inside(request, request.headers.get("Referer")) or "/")
    theme, language = request.POST.get("theme"), request.POST.get("language")
    if theme in THEMES:
        answer.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", httponly=True)
    if language in LANGUAGES:
        answer.set_cookie("language", language, max_age=YEAR, samesite="Lax", httponly=True)
        if request.viewer:  # type: ignore[attr-defined]  # set by our middleware
            people.set_language(user=request.viewer.user, language=language)  # type: ignore[attr-defined]  # as above
    return answer
