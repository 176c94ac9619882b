"""What every page has in common: strict headers, the viewer's language and zone, refusals as pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from sterling.base.errors import SterlingError
from sterling.base.live import stream_origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]

THEMES = frozenset({"light", "dark"})
TAGS = {"en": "en", "zh": "zh-hans"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# What a person typed may stand in any of these; a refusal gives it back.
_TYPED = ("body", "text", "description", "subject", "reason")


def content_policy(stream: str) -> str:
    """Nothing but our own files runs, styles or loads. `stream`: the live stream's origin, where another."""
    connect = f"'self' {stream}".rstrip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src {connect}; frame-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


class SecurityHeaders:
    """Strict headers on every answer. A view that needs a stricter policy (a download) sets its own."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", content_policy(stream_origin(request)))
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


class Viewer:
    """`request.language` ("en" or "zh"), `request.zone` (ZoneInfo) and `request.theme` ("", "light", "dark").

    The signed-in person's own settings win, then cookies, then what the browser asks for.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        theme = request.COOKIES.get("theme", "")
        request.language = language  # type: ignore[attr-defined]  # three attributes of ours on the request
        request.zone = zone_of(request)  # type: ignore[attr-defined]  # as above
        request.theme = theme if theme in THEMES else ""  # type: ignore[attr-defined]  # as above
        with translation.override(TAGS[language]):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", "zh-CN" if language == "zh" else "en")
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def language_of(request: HttpRequest) -> str:
    """Either "zh" or "en": the person's, the cookie's, the browser's."""
    viewer = getattr(request, "viewer", None)
    wanted = (viewer and viewer.user.language) or request.COOKIES.get("language", "")
    if not wanted:
        wanted = get_language_from_request(request)
    return "zh" if wanted.lower().startswith("zh") else "en"


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The person's zone, the browser's (a cookie set by our script), the region's, else UTC."""
    viewer = getattr(request, "viewer", None)
    wanted = [request.COOKIES.get("zone", "")]
    if viewer:
        person = viewer.agent or viewer.contact
        region = getattr(person, "region", None)
        own = (viewer.user.timezone, getattr(person, "timezone", ""))
        wanted = [*own, *wanted, region.timezone if region else ""]
    return next((ZoneInfo(key) for key in wanted if key in _zones()), ZoneInfo("UTC"))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class Refusals:
    """A typed refusal becomes a page, or for htmx a part that leaves what was typed where it is."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SterlingError):
            return None
        is_part = "HX-Request" in request.headers
        typed = [request.POST[name] for name in _TYPED if request.POST.get(name)]
        response = render(
            request,
            "parts/refusal.html" if is_part else "errors/refusal.html",
            {"refusal": exception, "typed": typed},
            status=exception.status,
        )
        if is_part:
            response["HX-Retarget"], response["HX-Reswap"] = "#refusals", "innerHTML"
        return response
