"""Signing in by link, and how the viewer likes the pages: language, theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sterling.accounts import session
from sterling.accounts.actions import people
from sterling.accounts.views_sign_in import home_of, inside
from sterling.base.moment import now

if TYPE_CHECKING:
    from django.http import HttpRequest

YEAR = 365 * 24 * 3600
THEMES = ("system", "light", "dark")
LANGUAGES = ("en", "zh")


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link opens a session: staff come to the desk, contacts to the portal.

    One that was made to be sent, or that a browser fetches ahead, first asks for a press of its button.
    """
    at = now()
    if request.method == "GET":
        link = people.usable_link(secret=secret, at=at)
        ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
        if link and (link.press or ahead):
            return render(request, "accounts/link.html", {"next": request.GET.get("next", "")})
    user = people.use_link(secret=secret, at=at)
    if user is None:
        return render(request, "accounts/link_used.html", status=410)
    session.sign_in(request, user)
    wanted = request.POST.get("next") or request.GET.get("next")
    return HttpResponseRedirect(inside(request, wanted) or home_of(user))


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keeps the choice in a cookie, and the language with the person where somebody is signed in."""
    answer = HttpResponseRedirect(inside(request, request.headers.get("Referer")) or "/")
    theme, language = request.POST.get("theme"), request.POST.get("language")
    if theme in THEMES:
        answer.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", httponly=True)
    if language in LANGUAGES:
        answer.set_cookie("language", language, max_age=YEAR, samesite="Lax", httponly=True)
        if request.viewer:  # type: ignore[attr-defined]  # set by our middleware
            people.set_language(user=request.viewer.user, language=language)  # type: ignore[attr-defined]  # as above
    return answer
