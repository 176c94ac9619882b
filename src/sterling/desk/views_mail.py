"""What waits in the mail room: quarantine with its reasons, the outbox with its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts.actions import codes
from sterling.accounts.models import Role
from sterling.base.moment import now
from sterling.channels.email import holding, processing
from sterling.channels.email import queries as mail
from sterling.channels.email.mailboxes.queries import open_incidents
from sterling.desk import shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.tickets.access import all_scheduled
from sterling.tickets.models import Delivery

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PAGE = 100


@require_GET
@staff_only
def mail_page(request: HttpRequest) -> HttpResponse:
    waiting, latest = mail.quarantined(PAGE), mail.latest(PAGE)
    return shell.page(
        request,
        "desk/mail.html",
        now(),
        waiting=waiting,
        latest=latest,
        held=holding.waiting(PAGE),
        refused=mail.refused(PAGE),
        incidents=list(open_incidents()),
    )


@require_GET
@staff_only
def outbox(request: HttpRequest) -> HttpResponse:
    at, viewer = now(), viewer_of(request)
    # Whoever reads a code can sign in with it, so only those who may do everything see them.
    shown = codes.waiting(at=at) if agent_of(request).role == Role.ADMIN else []
    return shell.page(
        request,
        "desk/outbox.html",
        at,
        astray=mail.in_state(Delivery.FAILED, Delivery.BOUNCED, most=PAGE),
        scheduled=list(all_scheduled(viewer)[:PAGE]),
        queued=mail.in_state(Delivery.QUEUED, most=PAGE),
        left=mail.in_state(Delivery.SENT, most=PAGE),
        server=mail.has_server(),
        codes=shown,
    )


@require_GET
@staff_only
def raw(_request: HttpRequest, mail: int) -> HttpResponseBase:
    """The message as it came, as a download."""
    from sterling.channels.email.queries import raw_of

    answer = FileResponse(raw_of(mail), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="mail-{mail}.eml"'
    return answer


@require_POST
@staff_only
def retry(_request: HttpRequest, mail: int) -> HttpResponse:
    processing.retry(mail_id=mail)
    return HttpResponseRedirect(reverse("desk:mail"))
