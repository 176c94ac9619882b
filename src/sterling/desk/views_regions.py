"""The regions' pages: hours, holidays, revisions, and what a change would do before it is made."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sterling.accounts.access import region_for, with_role
from sterling.accounts.models import Role
from sterling.base.errors import Invalid, Stale, by_field
from sterling.base.moment import now
from sterling.core.calendars import Calendar
from sterling.core.text import Text
from sterling.desk import regions, shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.region_form import RegionForm
from sterling.sla.actions import calendars, lists
from sterling.sla.preview import Preview, preview

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sterling.accounts.models import Region

FIRST_YEAR, LAST_YEAR = 1970, 2200
_SEQ = re.compile(r"[0-9]{1,8}")


def _may_edit(request: HttpRequest) -> bool:
    return agent_of(request).role in {Role.LEAD, Role.ADMIN}


@require_GET
@staff_only
def regions_page(request: HttpRequest) -> HttpResponse:
    at = now()
    return shell.page(
        request,
        "desk/regions.html",
        at,
        states=regions.all_states(at),
        proposed=lists.waiting(),
        may_edit=_may_edit(request),
    )


@require_GET
@staff_only
def region_page(request: HttpRequest, region: str) -> HttpResponse:
    at = now()
    state = regions.state_of(region_for(viewer_of(request), region), at)
    today = state.calendar.local_date(at)
    asked = request.GET.get("year", "")
    year = (
        int(asked)
        if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR
        else today.year
    )
    return shell.page(
        request,
        "desk/region.html",
        at,
        state=state,
        region=state.region,
        year=regions.year_of(state.calendar.definition, year, today),
        hours=regions.hours_of_week(state.calendar),
        history=regions.history(state.region),
        zone=state.calendar.tz,
        may_edit=_may_edit(request),
        proposed=lists.proposal(state.region),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at before saving, told by the form: the calendar, and the revision that it changes."""

    digest: str
    seq: int

    @classmethod
    def of(cls, request: HttpRequest) -> Seen:
        told = request.POST.get("seq", "")
        return cls(request.POST.get("seen", ""), int(told) if _SEQ.fullmatch(told) else 0)


def _digest(calendar: Calendar) -> str:
    return hashlib.sha256(json.dumps(calendar.to_dict(), sort_keys=True).encode()).hexdigest()[:32]


@require_http_methods(["GET", "POST"])
@staff_only
def region_edit(request: HttpRequest, region: str) -> HttpResponse:
    """Typed, then looked at, then made: a save of what was not looked at shows what it would do first."""
    with_role(viewer_of(request), Role.LEAD)
    found, at = region_for(viewer_of(request), region), now()
    state = regions.state_of(found, at)
    if request.method == "GET":
        return _begun(request, state)
    form, seen = RegionForm.typed(request.POST), Seen.of(request)
    calendar = form.calendar()
    if calendar is None:
        return _edit(request, state, form, seq=seen.seq, status=422)
    if seen.seq != state.revision.seq:
        return _edit(request, state, form, calendar=calendar, overtaken=seen.seq, status=409)
    if request.POST.get("do") != "save" or seen.digest != _digest(calendar):
        return _edit(request, state, form, calendar=calendar)
    return _save(request, state, form, calendar)


@require_POST
@staff_only
def region_decline(request: HttpRequest, region: str) -> HttpResponse:
    """The proposed list of holidays is not taken over; a list that came meanwhile stays proposed."""
    with_role(viewer_of(request), Role.LEAD)
    found = region_for(viewer_of(request), region)
    lists.decline(
        region=found, version=request.POST.get("version", ""), at=now(), by=viewer_of(request).actor
    )
    return HttpResponseRedirect(reverse("desk:region", args=[found.pk]))


def _begun(request: HttpRequest, state: regions.State) -> HttpResponse:
    """The calendar in force; with `?list=1` what a newer list of holidays would make of it, to be confirmed."""
    news = lists.proposal(state.region) if request.GET.get("list") else None
    if news is None:
        return _edit(request, state, RegionForm.of(state.calendar))
    today = state.calendar.local_date(now())
    calendar = Calendar.from_dict(lists.merged(state.calendar.to_dict(), news, today))
    form = RegionForm.of(calendar)
    form.reason = Text(f"Holiday list {news.proposed_version}", f"节假日表 {news.proposed_version}").to(
        viewer_of(request).user.language or "en"
    )
    form.follows_list = news.proposed_version
    return _edit(request, state, form, calendar=calendar)


def _save(request: HttpRequest, state: regions.State, form: RegionForm, calendar: Calendar) -> HttpResponse:
    if not form.reason.strip():
        form.refuse("reason", "Say why, for whoever reads the history.", "请写明原因，供日后查看。")
        return _edit(request, state, form, calendar=calendar, status=422)
    region, seq = state.region, state.revision.seq
    try:
        with transaction.atomic():
            calendars.hold_logs()
            calendars.revise_calendar(
                region=region,
                calendar=calendar.to_dict(),
                reason=form.reason,
                at=now(),
                by=viewer_of(request).actor,
                after=seq,
            )
            if form.follows_list:
                lists.taken(region=region)
    except Stale:
        fresh = regions.state_of(region, now())
        return _edit(request, fresh, form, calendar=calendar, overtaken=seq, status=409)
    return HttpResponseRedirect(reverse("desk:region", args=[region.pk]))


def _edit(
    request: HttpRequest,
    state: regions.State,
    form: RegionForm,
    *,
    calendar: Calendar | None = None,
    seq: int = 0,
    overtaken: int = 0,
    status: int = 200,
) -> HttpResponse:
    at = now()
    found: Preview | None = None
    if calendar is not None:
        found = preview(region_id=state.region.pk, calendar=calendar, at=at)
    page = shell.page(
        request,
        "desk/region_edit.html",
        at,
        state=state,
        region=state.region,
        form=form,
        wrong=form.wrong,
        seq=seq or state.revision.seq,
        preview=found,
        rows=regions.move_rows(viewer_of(request), found) if found else [],
        digest=_digest(calendar) if calendar else "",
        theirs=[told for told in regions.history(state.region) if told.seq > overtaken] if overtaken else [],
        zone=state.calendar.tz,
        zones=sorted(available_timezones()),
    )
    page.status_code = status
    return page


@require_http_methods(["GET", "POST"])
@staff_only
def region_new(request: HttpRequest) -> HttpResponse:
    """A region of the installation's own; its calendar starts with Monday to Friday and a country's holidays."""
    with_role(viewer_of(request), Role.LEAD)
    at, typed = now(), request.POST
    wrong: dict[str, list[Text]] = {}
    if request.method == "POST":
        made, wrong = _made(request)
        if made is not None:
            return HttpResponseRedirect(reverse("desk:region", args=[made.pk]))
    page = shell.page(
        request, "desk/region_new.html", at, typed=typed, wrong=wrong, zones=sorted(available_timezones())
    )
    page.status_code = 422 if wrong else 200
    return page


def _made(request: HttpRequest) -> tuple[Region | None, dict[str, list[Text]]]:
    form = request.POST
    name = Text(
        form.get("name_en", "").strip(), form.get("name_zh", "").strip() or form.get("name_en", "").strip()
    )
    try:
        made = calendars.open_region(
            region_id=form.get("id", "").strip(),
            name=name,
            timezone=form.get("timezone", "").strip(),
            country=form.get("country", "").strip().upper() or None,
            at=now(),
            by=viewer_of(request).actor,
        )
    except Invalid as refused:
        return None, by_field(refused.errors)
    return made, {}
