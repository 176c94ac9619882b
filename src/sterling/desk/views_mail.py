"""What waits in the mail room: quarantine with its reasons, the outbox with its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.base.moment import now
from sterling.channels.email import processing
from sterling.channels.email import queries as mail
from sterling.desk import shell
from sterling.desk.doors import staff_only

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE = 100


@require_GET
@staff_only
def mail_page(request: HttpRequest) -> HttpResponse:
    waiting, latest = mail.quarantined(PAGE), mail.latest(PAGE)
    return shell.page(request, "desk/mail.html", now(), waiting=waiting, latest=latest)


@require_GET
@staff_only
def outbox(request: HttpRequest) -> HttpResponse:
    found = mail.outbox(PAGE)
    return shell.page(request, "desk/outbox.html", now(), messages=found, server=mail.has_server())


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
