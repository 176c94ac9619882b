"""The rota's pages: a week of everyone, one person's shifts and absences, and the proof that all is covered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sterling.accounts import rota as doors
from sterling.accounts.access import with_role
from sterling.accounts.actions import rota as actions
from sterling.accounts.models import Role
from sterling.base.errors import Invalid, NotYours
from sterling.base.middleware import zone_of
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.desk import proof, rota, shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.rota_form import AbsenceForm, ShiftForm
from sterling.sla import coverage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.accounts.models import Agent

REMOVE = "remove"


def _may_edit(request: HttpRequest) -> bool:
    return agent_of(request).role in {Role.LEAD, Role.ADMIN}


@require_GET
@staff_only
def rota_page(request: HttpRequest) -> HttpResponse:
    at = now()
    today = at.astimezone(zone_of(request)).date()
    monday = rota.monday_of(request.GET.get("week", ""), today)
    found = rota.week(monday, request.GET.get("region", "")[:40], at, today)
    return shell.page(request, "desk/rota.html", at, week=found, may_edit=_may_edit(request))


@require_GET
@staff_only
def coverage_page(request: HttpRequest) -> HttpResponse:
    at = now()
    found = proof.page(at, zone_of(request))
    return shell.page(request, "desk/coverage.html", at, proof=found, may_edit=_may_edit(request))


@require_GET
@staff_only
def person_page(request: HttpRequest, agent: str) -> HttpResponse:
    at = now()
    found = rota.person(doors.engineer_for(viewer_of(request), agent), at)
    return shell.page(request, "desk/rota_person.html", at, person=found, may_edit=_may_edit(request))


@require_http_methods(["GET", "POST"])
@staff_only
def shift_new(request: HttpRequest) -> HttpResponse:
    """A shift; `?from=&to=&tier=&region=` is a gap that it shall fill."""
    viewer, at = viewer_of(request), now()
    with_role(viewer, Role.LEAD)
    gap = _gap(request)
    zone = _zone(request, gap.region if gap else "")
    if request.method == "GET":
        form = ShiftForm.to_fill(gap.starts, gap.ends, zone) if gap else ShiftForm(zone)
        form.agent = request.GET.get("agent", "")
        return _shift_page(request, form, gap)
    form = ShiftForm.typed(request.POST, zone)
    try:
        agent = doors.engineer_for(viewer, form.agent)
    except NotYours:
        form.refuse("agent", "Choose who works it.", "请选择值班人员。")
        return _shift_page(request, form, gap, status=422)
    regular = form.regular(agent)
    try:
        if regular is None:
            return _shift_page(request, form, gap, status=422)
        actions.add_shift(agent=agent, regular=regular, at=at, by=viewer.actor)
    except Invalid as refused:
        form.errors += refused.errors
        return _shift_page(request, form, gap, status=422)
    coverage.count(at=at)
    if form.back == "coverage":
        return HttpResponseRedirect(reverse("desk:coverage"))
    return _to_person(agent)


@require_http_methods(["GET", "POST"])
@staff_only
def shift_edit(request: HttpRequest, shift: str) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    with_role(viewer, Role.LEAD)
    row = doors.shift_for(viewer, shift)
    if request.method == "GET":
        return _shift_page(request, ShiftForm.of(row), None, agent=row.agent)
    if request.POST.get("do") == REMOVE:
        actions.remove_shift(shift=row, at=at, by=viewer.actor)
    else:
        form = ShiftForm.typed(request.POST, row.agent.zone)
        regular = form.regular(row.agent)
        try:
            if regular is None:
                return _shift_page(request, form, None, agent=row.agent, status=422)
            actions.change_shift(shift=row, regular=regular, at=at, by=viewer.actor)
        except Invalid as refused:
            form.errors += refused.errors
            return _shift_page(request, form, None, agent=row.agent, status=422)
    coverage.count(at=at)
    return _to_person(row.agent)


@require_http_methods(["GET", "POST"])
@staff_only
def absence_new(request: HttpRequest) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    with_role(viewer, Role.LEAD)
    agent = doors.engineer_for(viewer, (request.POST or request.GET).get("agent", ""))
    if request.method == "GET":
        tomorrow = at.astimezone(ZoneInfo(agent.zone)).date() + timedelta(days=1)
        form = AbsenceForm(
            agent.zone, str(agent.pk), f"{tomorrow}T00:00", f"{tomorrow + timedelta(days=1)}T00:00"
        )
        return _absence_page(request, form, agent)
    form = AbsenceForm.typed(request.POST, agent)
    away = form.away()
    try:
        if away is None:
            return _absence_page(request, form, agent, status=422)
        actions.add_absence(agent=agent, away=away, at=at, by=viewer.actor)
    except Invalid as refused:
        form.errors += refused.errors
        return _absence_page(request, form, agent, status=422)
    coverage.count(at=at)
    return _to_person(agent)


@require_http_methods(["GET", "POST"])
@staff_only
def absence_edit(request: HttpRequest, absence: str) -> HttpResponse:
    viewer, at = viewer_of(request), now()
    with_role(viewer, Role.LEAD)
    row = doors.absence_for(viewer, absence)
    if request.method == "GET":
        return _absence_page(request, AbsenceForm.of(row), row.agent, editing=True)
    if request.POST.get("do") == REMOVE:
        actions.remove_absence(absence_row=row, at=at, by=viewer.actor)
    else:
        form = AbsenceForm.typed(request.POST, row.agent)
        away = form.away()
        if away is None:
            return _absence_page(request, form, row.agent, editing=True, status=422)
        actions.change_absence(absence_row=row, away=away, at=at, by=viewer.actor)
    coverage.count(at=at)
    return _to_person(row.agent)


def _to_person(agent: Agent) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:rota_person", args=[agent.pk]))


def _gap(request: HttpRequest) -> proof.Wanted | None:
    starts, ends, region, tier = (request.GET.get(name, "") for name in ("from", "to", "region", "tier"))
    return proof.wanted(starts, ends, region, tier, zone_of(request))


def _zone(request: HttpRequest, region: str) -> str:
    """The clock that a form is read on: the region's of a gap, the engineer's where one is chosen, else the viewer's."""
    if region:
        return proof.zone_of_region(region)
    ref = request.GET.get("agent", "")
    if ref:
        return doors.engineer_for(viewer_of(request), ref).zone
    return zone_of(request).key


def _shift_page(
    request: HttpRequest,
    form: ShiftForm,
    gap: proof.Wanted | None,
    *,
    agent: Agent | None = None,
    status: int = 200,
) -> HttpResponse:
    at = now()
    return shell.page(
        request,
        "desk/shift.html",
        at,
        status=status,
        form=form,
        wrong=form.wrong,
        gap=gap,
        agent=agent,
        people=[] if agent else proof.candidates(gap, at),
    )


def _absence_page(
    request: HttpRequest, form: AbsenceForm, agent: Agent, *, editing: bool = False, status: int = 200
) -> HttpResponse:
    reasons = [Text("Leave", "休假"), Text("Sick", "病假"), Text("Training", "培训")]
    return shell.page(
        request, "desk/absence.html", now(), status=status, form=form, wrong=form.wrong, agent=agent,
        editing=editing, reasons=reasons,
    )  # fmt: skip
