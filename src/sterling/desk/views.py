"""The engineers' pages: parse, open the door, call, render."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import FileResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import queries as people
from sterling.accounts.access import contacts_for, row_id
from sterling.accounts.actions import customers
from sterling.base.errors import Invalid, NotEntitled, NotYours
from sterling.base.moment import now
from sterling.core.catalog import Catalog
from sterling.desk import shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.narrowing import CHANNELS
from sterling.desk.uploads import files_of
from sterling.plans import queries as plans
from sterling.tickets.access import attachment_for, messages_for, ticket_for
from sterling.tickets.actions import changing, opening, quiet, writing
from sterling.tickets.content import Content

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from sterling.accounts.models import Agent


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
        return _new_form(request, at)
    form = request.POST
    try:
        with transaction.atomic():
            requester = customers.sender(
                email=form.get("email", ""), name=form.get("name", ""), language="", at=at
            )
            made = opening.open_ticket(
                requester=requester,
                subject=form.get("subject", ""),
                content=Content(form.get("body", ""), files=files_of(request)),
                channel=form.get("channel", "phone"),
                at=at,
                recorded_at=at,
                by=viewer.actor,
                agent=agent_of(request) if form.get("by") == "agent" else None,
                priority=form.get("priority") or None,
            )
    except (Invalid, NotEntitled) as refusal:
        return _new_form(request, at, refusal)
    return _to_ticket(str(made.number))


def _new_form(
    request: HttpRequest, at: datetime, refused: Invalid | NotEntitled | None = None
) -> HttpResponse:
    """The form, with all that was typed where it was refused."""
    known = list(contacts_for(viewer_of(request)).order_by("name")[:500])
    catalog: Catalog = plans.catalog_of(plans.version_in_force(at))
    page = shell.page(
        request,
        "desk/new.html",
        at,
        contacts=known,
        priorities=catalog.priorities_by_rank(),
        channels=CHANNELS,
        typed={"priority": "medium", "channel": "phone", "by": "customer"} | request.POST.dict(),
        wrong={error.field: [error.text] for error in refused.errors} if isinstance(refused, Invalid) else {},
        refused=refused,
        files=bool(request.FILES),
    )
    page.status_code = refused.status if refused else page.status_code
    return page


def _to_ticket(number: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:ticket", args=[number]))
