"""Organizations and contacts: find, confirm, move, name as premium."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts.access import contact_for, organization_for
from sterling.accounts.actions import customers
from sterling.base.errors import Invalid, NotYours, SterlingError
from sterling.base.moment import now
from sterling.channels.email import moving
from sterling.desk import people, shell
from sterling.desk.doors import staff_only, viewer_of
from sterling.plans.dates import midnight
from sterling.tickets import queries as tickets
from sterling.tickets.actions import people as vouching
from sterling.tickets.actions import plans

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.models import Contact

MOST_DIGITS = 4
LONGEST = 200


@require_GET
@staff_only
def organizations(request: HttpRequest) -> HttpResponse:
    at, page = now(), request.GET.get("page", "")
    usable = page.isascii() and page.isdigit() and len(page) <= MOST_DIGITS
    found = people.directory(
        viewer_of(request),
        at,
        words=request.GET.get("who", "").replace("\x00", "")[:LONGEST],
        strangers=request.GET.get("show") == "strangers",
        page=max(1, int(page)) if usable else 1,
    )
    return shell.page(request, "desk/organizations.html", at, found=found)


@require_GET
@staff_only
def organization(request: HttpRequest, organization: str) -> HttpResponse:
    return _organization(request, organization)


def _organization(request: HttpRequest, ref: str | int, refusal: SterlingError | None = None) -> HttpResponse:
    at, viewer = now(), viewer_of(request)
    page = people.organization_page(viewer, organization_for(viewer, ref), at)
    answer = shell.page(request, "desk/organization.html", at, page=page, refusal=refusal)
    answer.status_code = refusal.status if refusal else answer.status_code
    return answer


@require_POST
@staff_only
def change_contact(request: HttpRequest, contact: str) -> HttpResponse:
    """One of confirm, premium, release, move; a refusal is said on the page, and nothing has changed."""
    found = contact_for(viewer_of(request), contact)
    before = found.organization_id
    try:
        with transaction.atomic():
            after = _done(request, found)
    except SterlingError as refusal:
        if refusal.status == HttpResponse(status=404).status_code:
            raise
        return _organization(request, before, refusal)
    return HttpResponseRedirect(reverse("desk:organization", args=[after.organization_id]))


def _done(request: HttpRequest, contact: Contact) -> Contact:
    at, by = now(), viewer_of(request).actor
    match request.POST.get("do"):
        case "confirm":
            return vouching.confirm_contact(contact=contact, at=at, by=by)
        case "premium":
            return _named(request, contact)
        case "release":
            return plans.release_contact(contact=contact, at=at, by=by)
        case "manager" | "no_manager" as wanted:
            return customers.set_manager(contact=contact, is_manager=wanted == "manager", at=at, by=by)
        case "dates":
            return plans.set_valid(
                contact=contact,
                begins=_day(request, contact, "premium_from"),
                ends=_day(request, contact, "premium_until"),
                at=at,
                by=by,
            )
        case "move":
            to = organization_for(viewer_of(request), request.POST.get("to", ""))
            moved = vouching.move_contact(contact=contact, to=to, at=at, by=by)
            of_tickets, of_messages = tickets.of_requester(moved.pk)
            moving.follow(tickets=of_tickets, messages=of_messages, organization_id=to.pk)
            return moved
    raise Invalid.field("do", "Nothing of that name can be done.", "没有此项操作。")


def _named(request: HttpRequest, contact: Contact) -> Contact:
    other, viewer = request.POST.get("in_place_of", ""), viewer_of(request)
    gives_up = contact_for(viewer, other) if other else None
    if gives_up and gives_up.organization_id != contact.organization_id:
        raise NotYours
    return plans.name_contact(contact=contact, in_place_of=gives_up, manager=None, at=now(), by=viewer.actor)


def _day(request: HttpRequest, contact: Contact, field: str) -> datetime | None:
    """The begin of a day in the organization's region."""
    said = request.POST.get(field, "").strip()
    if not said:
        return None
    try:
        return midnight(date.fromisoformat(said), contact.organization.region.timezone)
    except (ValueError, OverflowError):
        raise Invalid.field(field, "A date, as 2026-10-01.", "请填写日期，如 2026-10-01。") from None
