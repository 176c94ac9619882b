"""What waits in the mail room: quarantine with its reasons, the outbox with its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.base.moment import now
from sterling.channels.email import processing
from sterling.channels.email import queries as mail
from sterling.desk import queue
from sterling.desk.doors import staff_only, viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE = 100


@require_GET
@staff_only
def mail_page(request: HttpRequest) -> HttpResponse:
    at = now()
    context = {
        "waiting": mail.quarantined(PAGE),
        "latest": mail.latest(PAGE),
        "views": queue.VIEWS,
        "counts": queue.counts(viewer_of(request), at),
        "now": at,
    }
    return render(request, "desk/mail.html", context)


@require_GET
@staff_only
def outbox(request: HttpRequest) -> HttpResponse:
    at = now()
    context = {
        "messages": mail.outbox(PAGE),
        "server": mail.has_server(),
        "views": queue.VIEWS,
        "counts": queue.counts(viewer_of(request), at),
        "now": at,
    }
    return render(request, "desk/outbox.html", context)


@require_GET
@staff_only
def raw(_request: HttpRequest, mail: int) -> HttpResponse:
    """The message as it came, as a download."""
    from sterling.channels.email.queries import raw_of

    answer = HttpResponse(raw_of(mail), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="mail-{mail}.eml"'
    return answer


@require_POST
@staff_only
def retry(_request: HttpRequest, mail: int) -> HttpResponse:
    processing.retry(mail_id=mail)
    return HttpResponseRedirect(reverse("desk:mail"))
