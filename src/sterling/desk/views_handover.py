"""The handover's pages: what waits, giving to the next shift, accepting by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from sterling.accounts import queries as people
from sterling.accounts.access import row_id
from sterling.base.errors import FieldError, Invalid, NotYours, SterlingError, by_field
from sterling.base.formats import zone_name
from sterling.base.middleware import zone_of
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.desk import handover, shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.tickets.actions import handovers as actions
from sterling.tickets.handovers import handover_for, to_whom

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.accounts.models import Agent, Region
    from sterling.tickets.models import Handover

MOST_DIGITS = 18


@require_GET
@staff_only
def handovers_page(request: HttpRequest) -> HttpResponse:
    return shell.page(request, "desk/handovers.html", now(), found=handover.listing(viewer_of(request)))


@require_http_methods(["GET", "POST"])
@staff_only
def handover_new(request: HttpRequest) -> HttpResponse:
    """What the next shift has to see, each with a summary; given when it was looked at."""
    viewer, agent, at, zone = viewer_of(request), agent_of(request), now(), zone_of(request)
    language = getattr(request, "language", "en")
    asked = request.POST if request.method == "POST" else request.GET
    form = handover.begun(viewer, agent, at, zone, language, asked)
    refusal: SterlingError | None = None
    if request.method == "POST":
        handover.typed(form, request.POST)
        try:
            made = _given(request, form)
        except SterlingError as refused:
            if isinstance(refused, NotYours):
                raise
            refusal = refused
            handover.place(form, refused.errors if isinstance(refused, Invalid) else ())
        else:
            return HttpResponseRedirect(reverse("desk:handover", args=[made]))
    return shell.page(
        request,
        "desk/handover_new.html",
        at,
        status=refusal.status if refusal else 200,
        form=form,
        wrong=form.wrong,
        refusal=refusal,
        regions=people.regions(),
        colleagues=to_whom(agent),
        city=zone_name(zone),
    )


def _given(request: HttpRequest, form: handover.Form) -> int:
    viewer, zone = viewer_of(request), zone_of(request)
    times = {name: handover.instant(getattr(form, name), zone) for name in ("ends", "until", "accept_by")}
    to = _to(form.to)
    wrong = [
        FieldError(
            name, Text("A date and a time, as 2026-12-05 17:00.", "请填写日期和时间，如 2026-12-05 17:00。")
        )
        for name, found in times.items()
        if found is None
    ]
    if to is None:
        wrong.append(FieldError("to", Text("Choose who takes over.", "请选择接班方。")))
    ends, until, accept_by = times["ends"], times["until"], times["accept_by"]
    if wrong or to is None or ends is None or until is None or accept_by is None:
        raise Invalid(*wrong)
    made = actions.give(
        giver=agent_of(request),
        to=to,
        notes=handover.notes(viewer, request.POST),
        shift_ends=ends,
        until=until,
        accept_by=accept_by,
        at=now(),
        by=viewer.actor,
    )
    return made.pk


def _to(typed: str) -> Agent | Region | None:
    """`region-europe`, `agent-12`."""
    kind, _, ref = typed.partition("-")
    if kind == "region":
        return people.region(ref)
    try:
        return people.agents().filter(pk=row_id(ref), is_active=True).first() if kind == "agent" else None
    except NotYours:
        return None


@require_http_methods(["GET", "POST"])
@staff_only
def handover_page(request: HttpRequest, handover: str) -> HttpResponse:
    """One handover. POST: accept, decline or take back, of all that is open or of the tickets that are named."""
    viewer = viewer_of(request)
    row = handover_for(viewer, handover)
    refusal: SterlingError | None = None
    if request.method == "POST":
        try:
            _answered(request, handover)
        except SterlingError as refused:
            if isinstance(refused, NotYours):
                raise
            refusal = refused
            row = handover_for(viewer, handover)
        else:
            return HttpResponseRedirect(reverse("desk:handover", args=[row.pk]))
    return _shown(request, row, refusal)


def _shown(request: HttpRequest, row: Handover, refusal: SterlingError | None) -> HttpResponse:
    return shell.page(
        request,
        "desk/handover.html",
        now(),
        status=refusal.status if refusal else 200,
        shown=handover.one(row, agent_of(request)),
        refusal=refusal,
        wrong=by_field(refusal.errors) if isinstance(refusal, Invalid) else {},
        declined=_named(request) if refusal and request.POST.get("do") == "decline" else [],
        reason=request.POST.get("reason", ""),
    )


def _answered(request: HttpRequest, ref: str) -> None:
    viewer, agent, at = viewer_of(request), agent_of(request), now()
    row = handover_for(viewer, ref)
    tickets = _named(request) or None
    match request.POST.get("do"):
        case "accept":
            actions.accept(handover=row, agent=agent, tickets=tickets, at=at, by=viewer.actor)
        case "decline":
            reason = request.POST.get("reason", "")
            actions.decline(handover=row, agent=agent, reason=reason, tickets=tickets, at=at, by=viewer.actor)
        case "withdraw":
            actions.withdraw(handover=row, agent=agent, tickets=tickets, at=at, by=viewer.actor)
        case _:
            raise Invalid.field("do", "Nothing of that name can be done.", "没有此项操作。")


def _named(request: HttpRequest) -> list[int]:
    """The tickets that the form names."""
    sent = request.POST.getlist("ticket")
    return [int(one) for one in sent if one.isascii() and one.isdigit() and len(one) <= MOST_DIGITS]
