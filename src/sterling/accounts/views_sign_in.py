"""Signing in by a code that comes by mail, for customers and staff alike; and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sterling.accounts import session
from sterling.accounts.access import viewer_of
from sterling.accounts.actions import codes, people
from sterling.accounts.kept import Kept
from sterling.accounts.peers import peer_of
from sterling.base import views
from sterling.base.errors import Invalid
from sterling.base.moment import now

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.accounts.models import User

COOKIE = "sign_in"


def inside(request: HttpRequest, wanted: str | None) -> str | None:
    """`wanted` if it leads to a page of ours."""
    return wanted if url_has_allowed_host_and_scheme(wanted or "", {request.get_host()}) else None


def home_of(user: User) -> str:
    return reverse("desk:queue") if viewer_of(user).agent else "/"


def _next(request: HttpRequest) -> str:
    return inside(request, request.POST.get("next") or request.GET.get("next")) or ""


def _page(request: HttpRequest, template: str, *, status: int = 200, **content: Any) -> HttpResponse:
    context = {"next": _next(request), "kept": Kept.carried(request), "now": now(), **content}
    return render(request, f"accounts/{template}.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The address; then, whoever has it, the page that asks for the code."""
    if request.method == "GET":
        return _page(request, "sign_in")
    typed = request.POST.get("email", "")
    try:
        language = request.language  # type: ignore[attr-defined]  # set by our middleware
        secret = codes.ask(email=typed, language=language, peer=peer_of(request), at=now())
    except Invalid as refusal:
        return _page(request, "sign_in", status=422, email=typed, error=refusal.errors[0].text)
    except codes.TooMany as refusal:
        return _page(request, "sign_in", status=429, email=typed, again=refusal.again)
    if Kept.carried(request):
        answer = _ask_for_code(request, secret)
    else:
        query = f"?{urlencode({'next': _next(request)})}" if _next(request) else ""
        answer = HttpResponseRedirect(reverse("sign_in_code") + query)
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(codes.LIFE.total_seconds()),
        path=reverse("sign_in"),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return answer


def _ask_for_code(request: HttpRequest, secret: str, **content: Any) -> HttpResponse:
    asked = codes.asked(secret=secret, at=now())
    if asked is None:
        return _page(request, "sign_in", status=410 if secret else 200, ended=bool(secret))
    return _page(
        request,
        "sign_in_code",
        asked=asked,
        server=bool(settings.SMTP_URL),
        help=settings.MAIL_FROM,
        **content,
    )


@never_cache
@require_http_methods(["GET", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """The digits; where they are right the session begins."""
    secret = request.COOKIES.get(COOKIE, "")
    if request.method == "GET":
        return _ask_for_code(request, secret)
    try:
        user = codes.use(secret=secret, typed=request.POST.get("code", ""), at=now())
    except codes.WrongCode as refusal:
        return _ask_for_code(request, secret, status=422, error=refusal.text)
    except codes.CodeEnded:
        asked = codes.last_asked(secret=secret)
        return _page(request, "sign_in", status=410, ended=True, email=asked.email if asked else "")
    session.sign_in(request, user)
    kept = Kept.carried(request)
    if kept:
        answer = render(request, "accounts/kept.html", {"kept": kept, "user": user})
    else:
        answer = HttpResponseRedirect(_next(request) or home_of(user))
    answer.delete_cookie(COOKIE, path=reverse("sign_in"))
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is not this browser's any more: what was typed comes back, to be sent from a fresh page.

    Only what a page of ours sent, and nothing of the way in; anybody else's form is refused.
    """
    own = urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    viewer = getattr(request, "viewer", None)
    is_part, is_way_in = "HX-Request" in request.headers, request.path.startswith(reverse("sign_in"))
    if not own or viewer is None or is_part or is_way_in:
        return views.csrf_failure(request, reason)
    kept = {"kept": Kept.of(request), "user": viewer.user, "is_stale": True}
    return render(request, "accounts/kept.html", kept, status=403)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Here; or with `everywhere` in every browser."""
    viewer = request.viewer  # type: ignore[attr-defined]  # set by our middleware
    if viewer and request.POST.get("everywhere"):
        people.end_sessions(user=viewer.user)
    session.sign_out(request)
    return HttpResponseRedirect(reverse("sign_in"))
