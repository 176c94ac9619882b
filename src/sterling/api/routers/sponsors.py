"""Executive sponsors: who it is, what was said with the customer, when they meet next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Router
from pydantic import AwareDatetime, Field

from sterling.accounts import access
from sterling.accounts import queries as people
from sterling.accounts.access import contact_for, row_id
from sterling.accounts.models import Role
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Line, Out, Short, at
from sterling.base.errors import FieldError, Invalid, NotYours
from sterling.core.text import Text
from sterling.premium.sponsors import actions, queries
from sterling.premium.sponsors.access import sponsored_for, touchpoints_for
from sterling.premium.sponsors.actions import Promise
from sterling.premium.sponsors.models import Meeting, Touchpoint

router = Router(tags=["Sponsors"])
MOST = 200


class MeetingOut(Out):
    starts_at: Instant
    minutes: int
    agenda: str
    uid: str
    sequence: int


class SponsorOut(Out):
    agent: str | None = Field(description="None until somebody is named.")
    agent_name: str
    counterpart: str | None
    counterpart_name: str
    cadence: str | None
    since: Instant | None
    last_contact: Instant | None
    due: date | None = Field(description="They have spoken by the end of this day, in the customer's region.")
    overdue: bool
    meeting: MeetingOut | None


def _meeting(meeting: Meeting | None) -> dict[str, Any] | None:
    if meeting is None:
        return None
    return {
        "starts_at": at(meeting.starts_at),
        "minutes": meeting.minutes,
        "agenda": meeting.agenda,
        "uid": meeting.uid,
        "sequence": meeting.sequence,
    }


def _out(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    organization = sponsored_for(request.viewer, organization_id, request.at)
    found = queries.standing(organization, request.at)
    assert found is not None  # the door asked for a plan that has it
    held = found.sponsorship
    return {
        "agent": str(held.agent_id) if held else None,
        "agent_name": held.agent.name if held else "",
        "counterpart": str(held.counterpart_id) if held else None,
        "counterpart_name": str(held.counterpart) if held else "",
        "cadence": held.cadence if held else None,
        "since": at(held.since) if held else None,
        "last_contact": at(found.last),
        "due": found.due,
        "overdue": found.overdue,
        "meeting": _meeting(found.meeting),
    }


@router.get("/organizations/{organization_id}/sponsor", response=SponsorOut)
def get_sponsor(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    """Who it is, when they spoke last, when they should again."""
    return _out(request, organization_id)


class SponsorIn(In):
    agent: Short
    counterpart: Short = Field(description="A contact of the organization.")
    cadence: Short = Field("quarter", description="month, quarter, half or year.")
    since: AwareDatetime | None = Field(
        None,
        description="Since when, where it is longer than known here; the first contact is due from then on.",
    )


@router.put("/organizations/{organization_id}/sponsor", response=SponsorOut)
def put_sponsor(request: ApiRequest, organization_id: str, body: SponsorIn) -> dict[str, Any]:
    """Name the sponsor, or another; leads and administrators."""
    access.staff(request.viewer)
    organization = sponsored_for(request.viewer, organization_id, request.at)
    access.with_role(request.viewer, Role.LEAD)
    try:
        agent = people.agents().filter(pk=row_id(body.agent)).first()
        counterpart = contact_for(request.viewer, body.counterpart)
    except NotYours:
        agent = None
    if agent is None:
        nobody = Text("Nobody by this id.", "没有此编号对应的人员。")
        raise Invalid(FieldError("agent", nobody), FieldError("counterpart", nobody))
    actions.name_sponsor(
        organization_id=organization.pk,
        agent=agent,
        counterpart=counterpart,
        cadence=body.cadence,
        since=body.since,
        at=request.at,
        by=request.viewer.actor,
    )
    return _out(request, organization_id)


class CommitmentIn(In):
    what: Line
    who: Short
    due: date


class CommitmentOut(Out):
    id: str
    what: str
    who: str
    due: date
    state: str = Field(description="open, kept or dropped.")


class TouchpointIn(In):
    type: Short = Field(description="call, meeting, review, escalation or mail.")
    at: AwareDatetime | None = Field(None, description="When it took place; now where it is left out.")
    people: Line
    notes: str = Field("", max_length=20_000)
    commitments: list[CommitmentIn] = Field(default_factory=list, max_length=20)
    shared: bool = Field(False, description="The customer reads it in the portal.")


class TouchpointOut(Out):
    id: str
    type: str
    at: Instant
    people: str
    notes: str
    shared: bool
    commitments: list[CommitmentOut]
    recorded_by: str


def touchpoint_out(one: Touchpoint) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "type": one.kind,
        "at": at(one.at),
        "people": one.people,
        "notes": one.notes,
        "shared": one.shared,
        "commitments": [
            {"id": str(it.pk), "what": it.what, "who": it.who, "due": it.due, "state": it.state}
            for it in sorted(one.commitments.all(), key=lambda it: it.pk)
        ],
        "recorded_by": one.recorded_by,
    }


class TouchpointsOut(Out):
    items: list[TouchpointOut]


@router.get("/organizations/{organization_id}/sponsor/touchpoints", response=TouchpointsOut)
def list_touchpoints(request: ApiRequest, organization_id: str) -> dict[str, Any]:
    """The latest first; for the customer's own people what is shared with them."""
    organization = sponsored_for(request.viewer, organization_id, request.at)
    return {"items": [touchpoint_out(one) for one in touchpoints_for(request.viewer, organization)[:MOST]]}


@router.post("/organizations/{organization_id}/sponsor/touchpoints", response={201: TouchpointOut})
def add_touchpoint(request: ApiRequest, organization_id: str, body: TouchpointIn) -> dict[str, Any]:
    """What was said with the customer, by whom, and what was promised."""
    access.staff(request.viewer)
    organization = sponsored_for(request.viewer, organization_id, request.at)
    made = actions.record_touchpoint(
        organization_id=organization.pk,
        kind=body.type,
        on=body.at or request.at,
        people_there=body.people,
        notes=body.notes,
        commitments=[Promise(one.what, one.who, one.due) for one in body.commitments],
        shared=body.shared,
        at=request.at,
        by=request.viewer.actor,
    )
    return touchpoint_out(made)


class MeetingIn(In):
    starts_at: AwareDatetime
    minutes: int = 30
    agenda: Line = ""


@router.put("/organizations/{organization_id}/sponsor/meeting", response=SponsorOut)
def put_meeting(request: ApiRequest, organization_id: str, body: MeetingIn) -> dict[str, Any]:
    """Plan the next contact or move it: both are mailed an invitation, with the same UID and the next sequence."""
    access.staff(request.viewer)
    organization = sponsored_for(request.viewer, organization_id, request.at)
    starts: datetime = body.starts_at
    actions.plan_meeting(
        organization_id=organization.pk,
        starts_at=starts,
        minutes=body.minutes,
        agenda=body.agenda,
        at=request.at,
        by=request.viewer.actor,
    )
    return _out(request, organization_id)
