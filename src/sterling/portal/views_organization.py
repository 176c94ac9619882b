"""Who else is in the organization, what its plan holds, and how the reader likes to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts import queries as accounts
from sterling.accounts.access import contact_for, managed_by
from sterling.accounts.actions import people
from sterling.base.errors import FieldError, Invalid, NotYours, SterlingError
from sterling.base.moment import now
from sterling.portal.doors import contact_of, customers_only, viewer_of
from sterling.portal.organization import organization_page
from sterling.portal.zones import zones
from sterling.tickets.actions import people as vouching
from sterling.tickets.actions import plans

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.accounts.models import Contact


@require_GET
@customers_only
def organization(request: HttpRequest) -> HttpResponse:
    return _organization(request)


def _organization(request: HttpRequest, refusal: SterlingError | None = None) -> HttpResponse:
    at = now()
    page = organization_page(viewer_of(request), contact_of(request), at)
    context = {"page": page, "contact": contact_of(request), "now": at, "refusal": refusal}
    context["full"] = page.cap is not None and len(page.named) >= page.cap
    return render(request, "portal/organization.html", context, status=refusal.status if refusal else 200)


@require_POST
@customers_only
def change_person(request: HttpRequest, contact: str) -> HttpResponse:
    """A manager confirms, names, releases or places a colleague; a refusal is said on the page."""
    viewer = viewer_of(request)
    found = contact_for(viewer, contact)
    manager = managed_by(viewer)
    try:
        _done(request, found, manager)
    except NotYours:
        raise
    except SterlingError as refusal:
        return _organization(request, refusal)
    return HttpResponseRedirect(reverse("portal:organization"))


def _done(request: HttpRequest, contact: Contact, manager: Contact) -> None:
    viewer, at = viewer_of(request), now()
    by = viewer.actor
    match request.POST.get("do"):
        case "confirm":
            vouching.confirm_contact(contact=contact, at=at, by=by)
        case "name":
            other = request.POST.get("in_place_of", "")
            plans.name_contact(
                contact=contact,
                in_place_of=contact_for(viewer, other) if other else None,
                manager=manager,
                at=at,
                by=by,
            )
        case "release":
            plans.release_contact(contact=contact, at=at, by=by)
        case "region":
            wanted = request.POST.get("region", "")
            region = accounts.region(wanted)
            if wanted and region is None:
                raise NotYours
            plans.designate_region(contact=contact, region=region, at=at, by=by)
        case _:
            raise Invalid.field(
                "do", "confirm, name, release or region.", "可选 confirm、name、release、region。"
            )


@require_http_methods(["GET", "POST"])
@customers_only
def settings(request: HttpRequest) -> HttpResponse:
    """Language and zone; sessions."""
    user, errors = viewer_of(request).user, dict[str, FieldError]()
    language, zone = user.language, user.timezone
    if request.method == "POST":
        language, zone = request.POST.get("language", ""), request.POST.get("timezone", "")
        try:
            people.set_preferences(user=user, language=language, timezone=zone)
        except Invalid as refusal:
            errors = {error.field: error for error in refusal.errors}
        else:
            answer = HttpResponseRedirect(f"{reverse('portal:settings')}?saved=1")
            # The cookie is for pages before the sign-in; it must not contradict.
            answer.set_cookie("language", language, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
            return answer
    context = {"contact": contact_of(request), "now": now(), "zones": zones(), "errors": errors}
    context |= {"language": language, "timezone": zone, "saved": "saved" in request.GET}
    return render(request, "portal/settings.html", context, status=422 if errors else 200)
