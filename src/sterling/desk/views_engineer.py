"""What one engineer knows and takes, as routing and the proof of coverage read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sterling.accounts import queries as people
from sterling.accounts import rota as doors
from sterling.accounts.access import with_role
from sterling.accounts.actions.people import change_agent
from sterling.accounts.models import Role
from sterling.base.errors import Invalid
from sterling.base.moment import now
from sterling.desk import shell
from sterling.desk.doors import staff_only, viewer_of
from sterling.desk.engineer_form import ENGINEERS, EngineerForm
from sterling.sla import coverage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.accounts.models import Agent


@require_http_methods(["GET", "POST"])
@staff_only
def engineer_change(request: HttpRequest, agent: str) -> HttpResponse:
    """Tier, region, languages, skills, and how many open tickets are enough. Takes a lead."""
    viewer, at = viewer_of(request), now()
    with_role(viewer, Role.LEAD)
    found = doors.engineer_for(viewer, agent)
    if request.method == "GET":
        return _page(request, EngineerForm.of(found, request.GET.get("back", "")), found)
    form = EngineerForm.typed(request.POST)
    try:
        facts = form.facts()
        change_agent(
            agent=found,
            tier=facts.tier,
            region=facts.region,
            languages=facts.languages,
            skills=facts.skills,
            capacity=facts.capacity,
            at=at,
            by=viewer.actor,
        )
    except Invalid as refused:
        form.errors += refused.errors
        return _page(request, form, found, status=422)
    coverage.count(at=at)
    if form.back == ENGINEERS:
        return HttpResponseRedirect(reverse("desk:engineers"))
    return HttpResponseRedirect(reverse("desk:rota_person", args=[found.pk]))


def _page(request: HttpRequest, form: EngineerForm, agent: Agent, *, status: int = 200) -> HttpResponse:
    return shell.page(
        request,
        "desk/engineer.html",
        now(),
        status=status,
        form=form,
        wrong=form.wrong,
        agent=agent,
        regions=people.regions(),
        tiers=(1, 2, 3),
    )
