"""Engineers and their accounts; the engineers of one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts.access import with_role
from sterling.accounts.models import Role
from sterling.base.errors import Invalid
from sterling.base.moment import now
from sterling.desk import engineers, shell
from sterling.desk.doors import staff_only, viewer_of
from sterling.plans.actions.primaries import put_primaries
from sterling.premium.engineers.access import engineers_for
from sterling.tickets.actions import routing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.core.text import Text


@require_GET
@staff_only
def overview(request: HttpRequest) -> HttpResponse:
    at = now()
    return shell.page(request, "desk/engineers.html", at, page=engineers.overview(viewer_of(request), at))


@require_POST
@staff_only
def rules(request: HttpRequest) -> HttpResponse:
    """Whether routing assigns or suggests. Takes a lead."""
    viewer = viewer_of(request)
    with_role(viewer, Role.LEAD)
    routing.set_rules(assigns=request.POST.get("assigns") == "yes", at=now(), by=viewer.actor)
    return HttpResponseRedirect(reverse("desk:engineers"))


@require_http_methods(["GET", "POST"])
@staff_only
def of_organization(request: HttpRequest, organization: str) -> HttpResponse:
    """The customer's engineers by region; a refusal is said on the page, with what was chosen."""
    at, viewer = now(), viewer_of(request)
    found = engineers_for(viewer, organization, at)
    refusal, typed = None, None
    wrong: dict[str, list[Text]] = {}
    if request.method == "POST":
        with_role(viewer, Role.LEAD)
        typed = request.POST.dict()
        try:
            put_primaries(organization=found, named=engineers.typed_primaries(typed), at=at, by=viewer.actor)
            return HttpResponseRedirect(reverse("desk:organization_engineers", args=[found.pk]))
        except Invalid as invalid:
            refusal, wrong = invalid, engineers.refused_at(invalid.errors, typed)
    page = engineers.of_organization(viewer, found, at, typed)
    answer = shell.page(
        request, "desk/organization_engineers.html", at, page=page, refusal=refusal, wrong=wrong
    )
    answer.status_code = refusal.status if refusal else answer.status_code
    return answer
