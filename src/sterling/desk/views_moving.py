"""An organization or a contact is served from another region: what would move is said first, then it is done."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sterling.accounts import queries as accounts
from sterling.accounts.access import contact_for, organization_for, region_for
from sterling.base.errors import NotEntitled, Stale, SterlingError
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.desk import shell
from sterling.desk.doors import staff_only, viewer_of
from sterling.plans import entitled
from sterling.tickets import foreseen
from sterling.tickets.actions import plans

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from sterling.accounts.models import Contact, Organization, Region
    from sterling.tickets.foreseen import Foreseen

AS_ORGANIZATION = "-"
OVERTAKEN = Text(
    "Somebody changed this meanwhile. Look again before you move it.", "期间有人修改过，请重新查看后再确认。"
)


@dataclass(frozen=True, slots=True)
class Moving:
    """Who would be served from another region: an organization, or one contact of it."""

    organization: Organization
    contact: Contact | None = None

    @property
    def version(self) -> int:
        return self.contact.version if self.contact else self.organization.version

    @property
    def region(self) -> Region:
        return (self.contact.region if self.contact else None) or self.organization.region

    def refusal(self, at: datetime) -> SterlingError | None:
        """Why the plan has no such thing, where it has none."""
        if self.contact is None:
            return None
        try:
            entitled.require(entitled.held(self.organization.pk, at), "regional_contacts")
        except NotEntitled as absent:
            return absent
        return None

    def foreseen(self, region: Region | None, at: datetime) -> list[Foreseen]:
        """None: a contact's own region falls away."""
        if self.contact:
            return foreseen.on_contact_region(self.contact, region, at)
        return foreseen.on_region(self.organization, region or self.organization.region, at)


@require_http_methods(["GET", "POST"])
@staff_only
def organization_region(request: HttpRequest, organization: str) -> HttpResponse:
    return _answer(request, Moving(organization_for(viewer_of(request), organization)))


@require_http_methods(["GET", "POST"])
@staff_only
def contact_region(request: HttpRequest, contact: str) -> HttpResponse:
    found = contact_for(viewer_of(request), contact)
    return _answer(request, Moving(found.organization, found))


def _answer(request: HttpRequest, who: Moving) -> HttpResponse:
    """Looked at by GET, done by POST; whoever looked at what is no longer so looks again."""
    if request.method == "GET":
        return _page(request, who, request.GET.get("to", ""))
    to = request.POST.get("to", "")
    if request.POST.get("version") != str(who.version):
        return _page(request, who, to, Stale(OVERTAKEN))
    try:
        _move(request, who, to)
    except SterlingError as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            raise
        return _page(request, who, to, refused)
    return HttpResponseRedirect(reverse("desk:organization", args=[who.organization.pk]))


def _move(request: HttpRequest, who: Moving, to: str) -> None:
    at, viewer = now(), viewer_of(request)
    if who.contact:
        region = None if to == AS_ORGANIZATION else region_for(viewer, to)
        plans.designate_region(contact=who.contact, region=region, at=at, by=viewer.actor)
    else:
        plans.move_organization(
            organization=who.organization, region=region_for(viewer, to), at=at, by=viewer.actor
        )


def _page(request: HttpRequest, who: Moving, to: str, refused: SterlingError | None = None) -> HttpResponse:
    at, absent = now(), who.refusal(now())
    as_organization = who.contact is not None and to == AS_ORGANIZATION
    wanted = region_for(viewer_of(request), to) if to and not as_organization else None
    target = who.organization.region if as_organization else wanted if absent is None else None
    promises = who.foreseen(wanted, at) if target else []
    moves = [one for one in promises if one.moves]
    later = sum(one.due_after is None or (one.due_before or at) < one.due_after for one in moves)
    answer = shell.page(
        request,
        "desk/move_region.html",
        at,
        organization=who.organization,
        contact=who.contact,
        who=who.contact or who.organization,
        now_in=who.region,
        version=who.version,
        regions=[] if absent else accounts.regions(),
        to=to,
        target=target,
        promises=promises,
        moving=len(moves),
        later=later,
        earlier=len(moves) - later,
        refused=refused or absent,
        tried=refused is not None,
    )
    answer.status_code = refused.status if refused else answer.status_code
    return answer
