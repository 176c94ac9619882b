"""The language of an answer: what the request asks for, else the user's, else English."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.core.text import Language


def asked(request: HttpRequest) -> Language | None:
    """The better of the two languages in Accept-Language; None when it names neither."""
    wanted: list[tuple[float, Language]] = []
    for part in request.headers.get("Accept-Language", "").split(","):
        tag, _, weight = part.strip().lower().partition(";q=")
        name = tag.partition("-")[0]
        quality = _quality(weight)
        if quality > 0 and name in {"en", "zh"}:
            wanted.append((quality, "zh" if name == "zh" else "en"))
    return max(wanted, key=lambda item: item[0])[1] if wanted else None


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


def chosen(request: HttpRequest, users: str = "") -> Language:
    return asked(request) or ("zh" if users.startswith("zh") else "en")
