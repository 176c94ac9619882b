"""Who else is in the organization, what its plan holds, and how the reader likes to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sterling.accounts.actions import people
from sterling.base.errors import FieldError, Invalid
from sterling.base.moment import now
from sterling.portal.doors import contact_of, customers_only, viewer_of
from sterling.portal.organization import organization_page
from sterling.portal.zones import zones

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@customers_only
def organization(request: HttpRequest) -> HttpResponse:
    at = now()
    page = organization_page(viewer_of(request), contact_of(request), at)
    context = {"page": page, "contact": contact_of(request), "now": at}
    return render(request, "portal/organization.html", context)


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
