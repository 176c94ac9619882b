"""The engineers' pages: parse, open the door, call, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import FileResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import queries as people
from sterling.accounts.access import contact_for, contacts_for, row_id
from sterling.accounts.actions import customers
from sterling.base.errors import NotYours
from sterling.base.moment import now
from sterling.base.statuses import CHIPS
from sterling.core.catalog import Catalog
from sterling.core.text import Text
from sterling.desk import guide, shell, ticket
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.views_scheduled import goes_later
from sterling.plans import queries as plans
from sterling.tickets.access import attachment_for, messages_for, ticket_for
from sterling.tickets.actions import changing, opening, quiet, relieving, writing
from sterling.tickets.content import Content, File

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from sterling.accounts.models import Agent

SEND_AND = (
    ("", Text("Send, keep open", "发送，保持处理中")),
    ("pending", Text("Send, wait on customer", "发送，等待客户")),
    ("on_hold", Text("Send, wait on us", "发送，等待我方")),
    ("solved", Text("Send, solved", "发送并解决")),
    ("closed", Text("Send and close", "发送并关闭")),
)


@require_GET
@staff_only
def ticket_page(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    page = ticket.ticket_page(viewer_of(request), ticket_for(viewer_of(request), number), at)
    guide.note(request, "opened", page.ticket.number)
    return shell.page(
        request,
        "desk/ticket.html",
        at,
        page=page,
        ticket=page.ticket,
        send_and=SEND_AND,
        statuses=CHIPS,
        mode=request.GET.get("mode", "reply"),
    )


@require_GET
@staff_only
def why_page(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    page = ticket.ticket_page(viewer_of(request), ticket_for(viewer_of(request), number), at)
    guide.note(request, "why", page.ticket.number)
    return shell.page(request, "desk/why.html", at, page=page, ticket=page.ticket)


def _files(request: HttpRequest) -> tuple[File, ...]:
    return tuple(
        File(file.name or "attachment", file.content_type or "", file.read())
        for file in request.FILES.getlist("files")
    )


@require_POST
@staff_only
def say(request: HttpRequest, number: str) -> HttpResponse:
    """A reply or a note, with the status that results, in one save."""
    found = ticket_for(viewer_of(request), number)
    status = request.POST.get("status") or None
    is_note = request.POST.get("mode") == "note"
    content = Content(request.POST.get("body", ""), files=_files(request))
    if not is_note and goes_later(request, found, content, seen=None, at=now()):
        return _to_ticket(number)
    say_it = writing.note if is_note else writing.reply
    say_it(
        ticket=found,
        agent=agent_of(request),
        content=content,
        status=status,
        at=now(),
        by=viewer_of(request).actor,
    )
    return _to_ticket(number)


@require_POST
@staff_only
@transaction.atomic
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Priority, status, engineer: what the form names."""
    viewer = viewer_of(request)
    found = ticket_for(viewer, number)
    at, by, form = now(), viewer.actor, request.POST
    if form.get("priority"):
        changing.set_priority(
            ticket=found, priority=form["priority"], reason=form.get("reason", ""), at=at, by=by
        )
    if "assignee" in form:
        changing.assign(ticket=found, to=_engineer(form["assignee"]), at=at, by=by)
    if form.get("status"):
        writing.set_status(ticket=found, status=form["status"], at=at, by=by)
    if form.get("triaged"):
        changing.triaged(ticket=found, at=at, by=by)
    return _to_ticket(number)


def _engineer(ref: str) -> Agent | None:
    """Nobody where nothing was chosen. NotYours: somebody who is not there, which must not unassign the ticket."""
    if not ref:
        return None
    found = people.agents().filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


@require_POST
@staff_only
def no_reply_needed(request: HttpRequest, number: str) -> HttpResponse:
    relieving.no_reply_needed(
        ticket=ticket_for(viewer_of(request), number),
        reason=request.POST.get("reason", ""),
        at=now(),
        by=viewer_of(request).actor,
    )
    return _to_ticket(number)


@require_POST
@staff_only
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    viewer = viewer_of(request)
    contact = contact_for(viewer, request.POST.get("contact", ""))
    changing.take_over(ticket=ticket_for(viewer, number), contact=contact, at=now(), by=viewer.actor)
    return _to_ticket(number)


@require_POST
@staff_only
def send_again(request: HttpRequest, number: str, message: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = messages_for(viewer, ticket_for(viewer, number)).filter(pk=message).first()
    if found is None:
        raise NotYours
    quiet.send_again(message=found, at=now())
    return _to_ticket(number)


@require_GET
@staff_only
def attachment(request: HttpRequest, number: str, attachment: int) -> HttpResponseBase:
    """Always a download, never shown by the browser as a page of ours."""
    found = attachment_for(viewer_of(request), number, attachment)
    return FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )


@require_http_methods(["GET", "POST"])
@staff_only
def new_ticket(request: HttpRequest) -> HttpResponse:
    """A ticket on a customer's behalf: they called or asked in passing (`by` customer), or we begin."""
    viewer, at = viewer_of(request), now()
    if request.method == "GET":
        known = list(contacts_for(viewer).order_by("name")[:500])
        catalog: Catalog = plans.catalog_of(plans.version_in_force(at))
        levels = catalog.priorities_by_rank()
        return shell.page(request, "desk/new.html", at, contacts=known, priorities=levels)
    form = request.POST
    requester = customers.sender(email=form.get("email", ""), name=form.get("name", ""), language="", at=at)
    made = opening.open_ticket(
        requester=requester,
        subject=form.get("subject", ""),
        content=Content(form.get("body", ""), files=_files(request)),
        channel=form.get("channel", "phone"),
        at=at,
        recorded_at=at,
        by=viewer.actor,
        agent=agent_of(request) if form.get("by") == "agent" else None,
        priority=form.get("priority") or None,
    )
    return _to_ticket(str(made.number))


def _to_ticket(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:ticket", args=[number]))
