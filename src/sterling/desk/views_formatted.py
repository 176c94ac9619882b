"""A mail as its sender formatted it: in a frame of its own, in which nothing runs and nothing is fetched unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from sterling.base.errors import NotYours
from sterling.channels.email.sanitize import remote_images, shown
from sterling.desk.doors import staff_only, viewer_of
from sterling.tickets.access import attachment_for, messages_for, ticket_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

# What a browser draws without running anything.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})


def _policy(*, remote: bool) -> str:
    pictures = "'self' https: http:" if remote else "'self'"
    return (
        f"default-src 'none'; style-src 'self'; img-src {pictures}; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )


@require_GET
@staff_only
def formatted(request: HttpRequest, number: str, message: int) -> HttpResponse:
    """`?images=1`: with the images that are fetched from elsewhere, which tells their owner that they were seen."""
    ticket = ticket_for(viewer_of(request), number)
    found = messages_for(viewer_of(request), ticket).filter(pk=message).first()
    if found is None or not found.html:
        raise NotYours
    remote = request.GET.get("images") == "1"
    files = {
        file.content_id: reverse("desk:picture", args=[number, file.pk])
        for file in found.attachments.all()
        if file.content_id and file.content_type in PICTURES
    }
    body = mark_safe(shown(found.html, files, remote=remote))  # noqa: S308 - cleaned when it came in
    blocked = 0 if remote else remote_images(found.html)
    answer = render(request, "desk/formatted.html", {"body": body, "blocked": blocked})
    answer["Content-Security-Policy"] = _policy(remote=remote)
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_GET
@staff_only
def picture(request: HttpRequest, number: str, attachment: int) -> HttpResponseBase:
    """An attached picture as one, for the frame around a formatted mail."""
    found = attachment_for(viewer_of(request), number, attachment)
    if found.content_type not in PICTURES:
        raise NotYours
    return FileResponse(found.file.open(), content_type=found.content_type)
