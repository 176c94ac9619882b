"""Naming a sponsor, noting what was said with the customer, planning when they speak next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from sterling.accounts import queries as people
from sterling.base import audit
from sterling.base.errors import Conflict, FieldError, Invalid
from sterling.base.live import poke
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.premium.sponsors import queries
from sterling.premium.sponsors.access import ENTITLEMENT
from sterling.premium.sponsors.models import (
    Cadence,
    Commitment,
    CommitmentState,
    Meeting,
    Sponsorship,
    Touchpoint,
    TouchpointKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sterling.accounts.models import Agent, Contact
    from sterling.base.actor import Actor

MOST_COMMITMENTS = 20
MOST_NOTES = 20_000
LENGTHS = (15, 240)  # minutes of a meeting


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as somebody writes it."""

    what: str
    who: str
    due: date


@transaction.atomic
def name_sponsor(
    *,
    organization_id: int,
    agent: Agent,
    counterpart: Contact,
    cadence: str,
    since: datetime | None = None,
    at: datetime,
    by: Actor,
) -> Sponsorship:
    """This leader speaks for us to this customer, with this person there, so often. Another leader begins anew.

    `since`: where they have done so for longer than the product knows. Invalid names the field.
    A planned meeting goes on with whoever it is now.
    """
    people.locked_organization(organization_id)
    entitled.require(entitled.held(organization_id, at), ENTITLEMENT)
    _checked(organization_id, agent, counterpart, cadence)
    if since is not None and since > at:
        raise Invalid.field("since", "That lies ahead.", "该时间尚未到来。")
    held = queries.sponsorship_of(organization_id)
    if held is None:
        held = Sponsorship(organization_id=organization_id, since=since or at, version=0)
    elif held.agent_id != agent.pk or since is not None:
        held.since = since or at
    before = {"agent": held.agent_id, "counterpart": held.counterpart_id, "cadence": held.cadence}
    held.agent, held.counterpart, held.cadence, held.set_by = agent, counterpart, cadence, by.name
    held.version += 1
    held.save()
    meeting = queries.meeting_ahead(organization_id)
    if meeting and (meeting.agent_id, meeting.counterpart_id) != (agent.pk, counterpart.pk):
        meeting.agent, meeting.counterpart = agent, counterpart
        _changed(meeting, at, by)
    audit.record(
        at=at,
        actor=by,
        verb="sponsor_named",
        object_kind="organization",
        object_id=organization_id,
        organization_id=organization_id,
        data={"before": before, "agent": agent.pk, "counterpart": counterpart.pk, "cadence": cadence},
    )
    poke("sponsors", f"organization-{organization_id}")
    return held


def _checked(organization_id: int, agent: Agent, counterpart: Contact, cadence: str) -> None:
    wrong = []
    if not agent.is_active:
        wrong.append(FieldError("agent", Text("This person has left.", "此人已离职。")))
    if counterpart.organization_id != organization_id:
        wrong.append(FieldError("counterpart", Text("Somebody of this customer.", "请选择该客户的联系人。")))
    if cadence not in Cadence.values:
        known = ", ".join(Cadence.values)
        wrong.append(FieldError("cadence", Text(f"One of {known}.", f"可选：{known}。")))
    if wrong:
        raise Invalid(*wrong)


@transaction.atomic
def record_touchpoint(
    *,
    organization_id: int,
    kind: str,
    on: datetime,
    people_there: str,
    notes: str = "",
    commitments: Sequence[Promise] = (),
    shared: bool = False,
    at: datetime,
    by: Actor,
) -> Touchpoint:
    """What was said with the customer, when, by whom, and what was promised. A planned meeting is held by it."""
    people.locked_organization(organization_id)
    entitled.require(entitled.held(organization_id, at), ENTITLEMENT)
    if queries.sponsorship_of(organization_id) is None:
        raise Conflict(Text("Name a sponsor first.", "请先指定高管支持人。"))
    _checked_touchpoint(kind, on, people_there, notes, commitments, at)
    made = Touchpoint.objects.create(
        organization_id=organization_id,
        kind=kind,
        at=on,
        people=people_there.strip(),
        notes=notes.strip(),
        shared=shared,
        recorded_at=at,
        recorded_by=by.name,
    )
    Commitment.objects.bulk_create(
        Commitment(
            organization_id=organization_id,
            touchpoint=made,
            what=one.what.strip(),
            who=one.who.strip(),
            due=one.due,
        )
        for one in commitments
    )
    Meeting.objects.filter(
        organization_id=organization_id, cancelled_at__isnull=True, held=False, starts_at__lte=at
    ).update(held=True)
    audit.record(
        at=at,
        actor=by,
        verb="sponsor_spoke",
        object_kind="touchpoint",
        object_id=made.pk,
        organization_id=organization_id,
        data={"kind": kind, "shared": shared, "commitments": len(commitments)},
    )
    poke("sponsors", f"organization-{organization_id}")
    return made


def _checked_touchpoint(
    kind: str, on: datetime, there: str, notes: str, commitments: Sequence[Promise], at: datetime
) -> None:
    wrong = []
    if kind not in TouchpointKind.values:
        known = ", ".join(TouchpointKind.values)
        wrong.append(FieldError("type", Text(f"One of {known}.", f"可选：{known}。")))
    if on > at:
        wrong.append(
            FieldError(
                "at", Text("That lies ahead: plan a meeting instead.", "该时间尚未到来，请改为安排会面。")
            )
        )
    if not there.strip() or len(there) > 500:  # noqa: PLR2004 - as the column
        wrong.append(FieldError("people", Text("Say who was there.", "请填写参加人员。")))
    if len(notes) > MOST_NOTES:
        wrong.append(FieldError("notes", Text("At most 20,000 characters.", "最多 20,000 字。")))
    if len(commitments) > MOST_COMMITMENTS:
        wrong.append(FieldError("commitments", Text("At most 20.", "最多 20 项。")))
    for place, one in enumerate(commitments):
        if not one.what.strip() or len(one.what) > 500:  # noqa: PLR2004 - as the column
            wrong.append(
                FieldError(f"commitments[{place}].what", Text("Say what was promised.", "请填写承诺内容。"))
            )
        if not one.who.strip() or len(one.who) > 200:  # noqa: PLR2004 - as the column
            wrong.append(FieldError(f"commitments[{place}].who", Text("Say who keeps it.", "请填写负责人。")))
    if wrong:
        raise Invalid(*wrong)


@transaction.atomic
def share_touchpoint(*, touchpoint: Touchpoint, shared: bool, at: datetime, by: Actor) -> Touchpoint:
    """The customer reads it in the portal, or no longer does."""
    touchpoint.shared = shared
    touchpoint.save(update_fields=["shared"])
    audit.record(
        at=at,
        actor=by,
        verb="touchpoint_shared",
        object_kind="touchpoint",
        object_id=touchpoint.pk,
        organization_id=touchpoint.organization_id,
        data={"shared": shared},
    )
    poke("sponsors", f"organization-{touchpoint.organization_id}")
    return touchpoint


@transaction.atomic
def set_commitment(*, commitment: Commitment, state: str, at: datetime, by: Actor) -> Commitment:
    """It was kept, or is not wanted any more, or is open again."""
    if state not in CommitmentState.values:
        known = ", ".join(CommitmentState.values)
        raise Invalid.field("state", f"One of {known}.", f"可选：{known}。")
    before = commitment.state
    commitment.state, commitment.state_at, commitment.state_by = state, at, by.name
    commitment.save(update_fields=["state", "state_at", "state_by"])
    audit.record(
        at=at,
        actor=by,
        verb="commitment_set",
        object_kind="commitment",
        object_id=commitment.pk,
        organization_id=commitment.organization_id,
        data={"from": before, "to": state},
    )
    poke("sponsors", f"organization-{commitment.organization_id}")
    return commitment


@transaction.atomic
def plan_meeting(
    *, organization_id: int, starts_at: datetime, minutes: int = 30, agenda: str = "", at: datetime, by: Actor
) -> Meeting:
    """Put the next contact in both calendars, or move the one that is there: same event, next sequence."""
    people.locked_organization(organization_id)
    entitled.require(entitled.held(organization_id, at), ENTITLEMENT)
    sponsorship = queries.sponsorship_of(organization_id)
    if sponsorship is None:
        raise Conflict(Text("Name a sponsor first.", "请先指定高管支持人。"))
    if starts_at <= at:
        raise Invalid.field(
            "starts_at", "That has passed: choose a time ahead.", "该时间已过，请选择之后的时间。"
        )
    if not LENGTHS[0] <= minutes <= LENGTHS[1]:
        raise Invalid.field("minutes", "From 15 to 240 minutes.", "15 至 240 分钟。")
    meeting = queries.meeting_ahead(organization_id)
    if meeting is None:
        count = Meeting.objects.filter(organization_id=organization_id).count()
        meeting = Meeting(
            organization_id=organization_id,
            uid=f"sponsor-{organization_id}-{count + 1}@{settings.MAIL_FROM.rpartition('@')[2]}",
            sequence=-1,
        )
    meeting.starts_at, meeting.minutes, meeting.agenda = starts_at, minutes, agenda.strip()[:1000]
    meeting.agent, meeting.counterpart = sponsorship.agent, sponsorship.counterpart
    _changed(meeting, at, by)
    audit.record(
        at=at,
        actor=by,
        verb="sponsor_meeting_planned",
        object_kind="organization",
        object_id=organization_id,
        organization_id=organization_id,
        data={"starts_at": starts_at.isoformat(), "sequence": meeting.sequence},
    )
    return meeting


@transaction.atomic
def cancel_meeting(*, organization_id: int, at: datetime, by: Actor) -> Meeting:
    """It does not take place: both calendars are told. Conflict: none is planned."""
    people.locked_organization(organization_id)
    meeting = queries.meeting_ahead(organization_id)
    if meeting is None:
        raise Conflict(Text("No meeting is planned.", "没有已安排的会面。"))
    meeting.cancelled_at = at
    _changed(meeting, at, by)
    return meeting


def _changed(meeting: Meeting, at: datetime, by: Actor) -> None:
    meeting.sequence += 1
    meeting.changed_at, meeting.changed_by = at, by.name
    meeting.save()
    poke("sponsors", f"organization-{meeting.organization_id}")


def ends_at(meeting: Meeting) -> datetime:
    return meeting.starts_at + timedelta(minutes=meeting.minutes)
