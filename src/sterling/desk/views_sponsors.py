"""Executive sponsors: whose contact is due, one customer's touchpoints and promises, the brief, the invitation."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sterling.accounts import access
from sterling.accounts import queries as people
from sterling.accounts.access import contact_for, contacts_for, organizations_for
from sterling.accounts.models import Role
from sterling.base.errors import Conflict, Invalid, NotYours
from sterling.base.moment import now
from sterling.core.sponsors import CADENCES
from sterling.desk import shell
from sterling.desk.doors import agent_of, staff_only, viewer_of
from sterling.desk.views_catalog import viewer_language
from sterling.premium.sponsors import actions, brief, queries
from sterling.premium.sponsors.access import (
    commitment_for,
    sponsored_for,
    touchpoint_for,
    touchpoints_for,
)
from sterling.premium.sponsors.actions import Promise
from sterling.premium.sponsors.calendars import invitation
from sterling.premium.sponsors.models import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

    from sterling.accounts.models import Organization
    from sterling.base.errors import SterlingError
    from sterling.premium.sponsors.queries import Standing

MOST = 100
PROMISES = 3  # rows for commitments in the form


@require_GET
@staff_only
def sponsor_list(request: HttpRequest) -> HttpResponse:
    """What needs a hand first: no sponsor, overdue, then by the day it is due."""
    at, viewer = now(), viewer_of(request)
    rows = queries.standings(organizations_for(viewer).filter(is_provisional=False), at)
    rows.sort(key=lambda one: (one.due is not None, one.due or at.date(), one.organization.name))
    return shell.page(
        request,
        "desk/sponsors.html",
        at,
        rows=rows,
        cadences=CADENCES,
        told=queries.told(agent_of(request).pk),
    )


@require_GET
@staff_only
def sponsor_page(request: HttpRequest, organization: str) -> HttpResponse:
    return _page(request, sponsored_for(viewer_of(request), organization, now()))


def _page(
    request: HttpRequest, organization: Organization, refused: SterlingError | None = None
) -> HttpResponse:
    at, viewer = now(), viewer_of(request)
    page = _standing(organization, at)
    sponsorship, meeting = page.sponsorship, page.meeting
    zone = ZoneInfo(organization.region.timezone)
    named = (
        {}
        if sponsorship is None
        else {
            "agent": str(sponsorship.agent_id),
            "counterpart": str(sponsorship.counterpart_id),
            "cadence": sponsorship.cadence,
        }
    )
    typed: Mapping[str, str] = named | request.POST.dict()
    return shell.page(
        request,
        "desk/sponsor.html",
        at,
        status=refused.status if refused else 200,
        page=page,
        organization=organization,
        sponsorship=sponsorship,
        meeting=meeting,
        zone=zone,
        meeting_at=meeting.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if meeting else "",
        touchpoints=touchpoints_for(viewer, organization)[:MOST],
        commitments=queries.open_commitments(organization.pk),
        notices=queries.notices_of(organization.pk),
        agents=people.agents().filter(is_active=True).order_by("user__name"),
        contacts=contacts_for(viewer).filter(organization=organization).order_by("name")[:500],
        cadences=CADENCES,
        kinds={kind.value: name for kind, name in KINDS.items()},
        promises=[
            (n, typed.get(f"what-{n}", ""), typed.get(f"who-{n}", ""), typed.get(f"due-{n}", ""))
            for n in range(PROMISES)
        ],
        refused=refused,
        typed=typed,
        today=at.astimezone(zone).date(),
        may_name=agent_of(request).role != Role.AGENT,
    )


def _standing(organization: Organization, at: datetime) -> Standing:
    found = queries.standing(organization, at)
    assert found is not None  # the door asked for a plan that has it
    return found


@require_POST
@staff_only
def change(request: HttpRequest, organization: str) -> HttpResponse:
    """Who it is, the next meeting, a promise, what is shared: what the button says."""
    at, viewer = now(), viewer_of(request)
    found = sponsored_for(viewer, organization, at)
    try:
        _changed(request, found, at)
    except (Invalid, Conflict) as refused:
        return _page(request, found, refused)
    return HttpResponseRedirect(reverse("desk:sponsor", args=[found.pk]))


def _changed(request: HttpRequest, found: Organization, at: datetime) -> None:
    viewer, sent = viewer_of(request), request.POST
    by = viewer.actor
    match sent.get("do"):
        case "name":
            access.with_role(viewer, Role.LEAD)
            agent = people.agents().filter(pk=access.row_id(sent.get("agent", "") or "0")).first()
            if agent is None:
                raise Invalid.field("agent", "Choose the sponsor.", "请选择高管支持人。")
            try:
                counterpart = contact_for(viewer, sent.get("counterpart", ""))
            except NotYours:
                raise Invalid.field("counterpart", "Choose the counterpart.", "请选择对接人。") from None
            actions.name_sponsor(
                organization_id=found.pk,
                agent=agent,
                counterpart=counterpart,
                cadence=sent.get("cadence", ""),
                at=at,
                by=by,
            )
        case "meet":
            minutes = sent.get("minutes", "30")
            actions.plan_meeting(
                organization_id=found.pk,
                starts_at=_moment(sent.get("starts_at", ""), found, "starts_at"),
                minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 4 else 0,  # noqa: PLR2004 - hours
                agenda=sent.get("agenda", ""),
                at=at,
                by=by,
            )
        case "cancel":
            actions.cancel_meeting(organization_id=found.pk, at=at, by=by)
        case "promise":
            commitment = commitment_for(viewer, found, sent.get("commitment", ""))
            actions.set_commitment(commitment=commitment, state=sent.get("state", ""), at=at, by=by)
        case "share" | "unshare" as do:
            touchpoint = touchpoint_for(viewer, found, sent.get("touchpoint", ""))
            actions.share_touchpoint(touchpoint=touchpoint, shared=do == "share", at=at, by=by)
        case _:
            raise Invalid.field("do", "Nothing of that name can be done.", "没有此项操作。")


def _moment(written: str, of: Organization, field: str) -> datetime:
    """A local date and time of the organization's region."""
    try:
        local = datetime.fromisoformat(written.strip())
    except ValueError:
        raise Invalid.field(field, "Write a date and a time.", "请填写日期和时间。") from None
    return local if local.tzinfo else local.replace(tzinfo=ZoneInfo(of.region.timezone))


@require_POST
@staff_only
def add_touchpoint(request: HttpRequest, organization: str) -> HttpResponse:
    at, viewer, sent = now(), viewer_of(request), request.POST
    found = sponsored_for(viewer, organization, at)
    try:
        actions.record_touchpoint(
            organization_id=found.pk,
            kind=sent.get("type", ""),
            on=_moment(sent.get("on", ""), found, "on"),
            people_there=sent.get("people", ""),
            notes=sent.get("notes", ""),
            commitments=_promises(request),
            shared=sent.get("shared") == "on",
            at=at,
            by=viewer.actor,
        )
    except (Invalid, Conflict) as refused:
        return _page(request, found, refused)
    return HttpResponseRedirect(reverse("desk:sponsor", args=[found.pk]))


def _promises(request: HttpRequest) -> list[Promise]:
    found = []
    for n in range(PROMISES):
        what, who, due = (request.POST.get(f"{name}-{n}", "").strip() for name in ("what", "who", "due"))
        if not (what or who or due):
            continue
        try:
            day = date.fromisoformat(due)
        except ValueError:
            raise Invalid.field(
                f"commitments[{n}].due", "Write a date such as 2027-01-31.", "请填写日期，例如 2027-01-31。"
            ) from None
        found.append(Promise(what, who, day))
    return found


@require_GET
@staff_only
def meeting_file(request: HttpRequest, organization: str) -> HttpResponse:
    """The next contact for a calendar."""
    found = sponsored_for(viewer_of(request), organization, now())
    meeting = queries.meeting_ahead(found.pk)
    if meeting is None:
        raise NotYours
    return ics(invitation(meeting, viewer_language(request)))


def ics(text: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8; method=REQUEST")
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


def _briefed(request: HttpRequest, organization: str, at: datetime) -> Standing:
    page = _standing(sponsored_for(viewer_of(request), organization, at), at)
    if page.sponsorship is None:
        raise NotYours
    return page


@require_GET
@staff_only
def brief_page(request: HttpRequest, organization: str) -> HttpResponse:
    at = now()
    page = _briefed(request, organization, at)
    facts = brief.facts(page, at, viewer_language(request))
    return shell.page(request, "desk/sponsor_brief.html", at, page=page, facts=facts)


@require_GET
@staff_only
def brief_paper(request: HttpRequest, organization: str, language: str) -> HttpResponse:
    at = now()
    page = _briefed(request, organization, at)
    answer = HttpResponse(brief.paper(page, at, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="brief-{page.organization.pk}-{language}.pdf"'
    return answer
