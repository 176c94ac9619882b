"""The demo's first minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from sterling.base.errors import NotYours
from sterling.base.moment import now
from sterling.desk import guide
from sterling.desk.doors import staff_only, viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@staff_only
def show(request: HttpRequest) -> HttpResponse:
    """How far the viewer is, asked for again and again by the page that is open."""
    return render(request, "desk/parts/guide.html", {"guide": guide.guide(request, viewer_of(request))})


@require_POST
@staff_only
def send(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise NotYours
    guide.send_sample(language="zh" if getattr(request, "language", "") == "zh" else "en", at=now())
    return redirect("desk:queue")


@require_POST
@staff_only
def put_away(request: HttpRequest) -> HttpResponse:
    request.session[guide.OVER] = True
    return redirect("desk:queue")
