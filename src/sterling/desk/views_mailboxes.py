"""Mailboxes: how they fare, and what administrators do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import access
from sterling.accounts.models import Role
from sterling.base.errors import Invalid
from sterling.base.moment import now
from sterling.channels.email.mailboxes import actions, probing, queries
from sterling.channels.email.mailboxes.troubles import WORDS
from sterling.desk import mailbox_fields, mailbox_form, shell
from sterling.desk.doors import staff_only, viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from sterling.channels.email.mailboxes.models import Mailbox
    from sterling.channels.email.mailboxes.probing import Tried
    from sterling.desk.mailbox_form import Typed

MOST = 50


@require_GET
@staff_only
def mailboxes_page(request: HttpRequest) -> HttpResponse:
    found = queries.health_of(list(queries.mailboxes_for(viewer_of(request))))
    return shell.page(request, "desk/mailboxes.html", now(), found=found, words=WORDS)


@require_http_methods(["GET", "POST"])
@staff_only
def new_mailbox(request: HttpRequest) -> HttpResponse:
    access.with_role(viewer_of(request), Role.ADMIN)
    if request.method == "GET":
        return _form(request, None, mailbox_form.blank())
    return _posted(request, None)


@require_http_methods(["GET", "POST"])
@staff_only
def mailbox_page(request: HttpRequest, mailbox: str) -> HttpResponse:
    found = queries.mailbox_for(viewer_of(request), mailbox)
    if request.method == "GET":
        return _form(request, found, mailbox_form.of(found))
    return _posted(request, found)


def _posted(request: HttpRequest, existing: Mailbox | None) -> HttpResponse:
    typed, draft = mailbox_form.read(request.POST)
    at, by = now(), viewer_of(request).actor
    try:
        mailbox_form.refuse_unread(typed, draft, existing)
        if request.POST.get("act") == "try":
            return _form(request, existing, typed, probing.probe(actions.as_drafted(draft, existing), at))
        if existing is None:
            actions.add_mailbox(draft=draft, at=at, by=by)
        else:
            actions.change_mailbox(mailbox_id=existing.pk, draft=draft, at=at, by=by)
    except Invalid as refused:
        return _form(request, existing, mailbox_form.with_errors(typed, refused), status=422)
    return HttpResponseRedirect(reverse("desk:mailboxes"))


def _form(
    request: HttpRequest, mailbox: Mailbox | None, typed: Typed, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    health = queries.health_of([mailbox])[0] if mailbox else None
    answer = shell.page(
        request,
        "desk/mailbox.html",
        now(),
        mailbox=mailbox,
        health=health,
        sections=mailbox_fields.sections(typed, mailbox),
        tried=tried,
        refused=len(typed.errors),
        not_taken=queries.not_taken(mailbox, MOST) if mailbox else [],
        words=WORDS,
    )
    answer.status_code = status
    return answer


@require_POST
@staff_only
def pause_mailbox(request: HttpRequest, mailbox: str) -> HttpResponse:
    found = queries.mailbox_for(viewer_of(request), mailbox)
    paused = request.POST.get("paused") == "yes"
    actions.pause_mailbox(mailbox_id=found.pk, paused=paused, at=now(), by=viewer_of(request).actor)
    return HttpResponseRedirect(reverse("desk:mailboxes"))


@require_POST
@staff_only
def take_again(request: HttpRequest, mailbox: str) -> HttpResponse:
    found = queries.mailbox_for(viewer_of(request), mailbox)
    actions.try_again(mailbox_id=found.pk, at=now(), by=viewer_of(request).actor)
    return HttpResponseRedirect(reverse("desk:mailbox", args=[found.pk]))
