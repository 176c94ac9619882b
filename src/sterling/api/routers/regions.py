"""Regions of one's own, their calendars, and what another calendar would move before it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from sterling.accounts.access import region_for, with_role
from sterling.accounts.models import Role
from sterling.api.etags import require_match, tag
from sterling.api.paging import whole
from sterling.api.request import ApiRequest
from sterling.api.shapes import In, Instant, Out, Page, Reason, Words, at, words
from sterling.base.errors import Invalid
from sterling.base.moment import now
from sterling.core.calendars import Calendar
from sterling.sla.actions import calendars as actions
from sterling.sla.models import CalendarRevision
from sterling.sla.preview import Preview, preview
from sterling.tickets.access import tickets_for

if TYPE_CHECKING:
    from sterling.accounts.models import Region

router = Router(tags=["Settings"])
MOST_MOVES = 200


class CalendarOut(Out):
    region: str
    seq: int
    at: Instant = Field(description="From when it counts.")
    reason: str
    by: str
    calendar: dict[str, Any] = Field(description="As in a timeline document.")


def _calendar_out(row: CalendarRevision) -> dict[str, Any]:
    return {
        "region": row.region_id,
        "seq": row.seq,
        "at": at(row.at),
        "reason": row.reason,
        "by": row.created_by,
        "calendar": row.document,
    }


def _latest(region: Region) -> CalendarRevision:
    return CalendarRevision.objects.filter(region=region).latest("seq")


@router.get("/regions/{region_id}/calendar", response=CalendarOut)
def show_calendar(request: ApiRequest, response: HttpResponse, region_id: str) -> dict[str, Any]:
    """The region's calendar in force, with its revision as ETag. For staff."""
    found = _latest(region_for(request.viewer, region_id))
    tag(response, found.seq)
    return _calendar_out(found)


@router.get("/regions/{region_id}/calendar/revisions", response=Page[CalendarOut])
def list_revisions(request: ApiRequest, region_id: str) -> dict[str, Any]:
    """Every calendar that the region had, the newest first. For staff."""
    rows = CalendarRevision.objects.filter(region=region_for(request.viewer, region_id)).order_by("-seq")
    return whole([_calendar_out(row) for row in rows])


class RevisionIn(In):
    calendar: dict[str, Any]
    reason: Reason = ""
    dry_run: bool = Field(False, description="Only tell what would move; nothing is written.")


class MoveOut(Out):
    ticket: int
    metric: str
    due_before: Instant | None
    due_after: Instant | None
    why: list[Words]


class RevisedOut(Out):
    revision: CalendarOut | None = Field(description="None on a dry run.")
    changes: list[Words]
    later: int
    earlier: int
    stays: int = Field(description="Would be late already, and so keep the due that they have.")
    moves: list[MoveOut] = Field(description=f"The nearest {MOST_MOVES}.")


def _preview_out(request: ApiRequest, found: Preview) -> dict[str, Any]:
    shown = found.moves[:MOST_MOVES]
    about = tickets_for(request.viewer).filter(timeline__in={move.timeline for move in shown})
    numbers = dict(about.values_list("timeline_id", "number"))
    return {
        "revision": None,
        "changes": [words(change.text) for change in found.changes],
        "later": found.later,
        "earlier": found.earlier,
        "stays": found.stays,
        "moves": [
            {
                "ticket": numbers[move.timeline],
                "metric": move.metric,
                "due_before": at(move.before),
                "due_after": at(move.after),
                "why": [words(change.short) for change in move.why],
            }
            for move in shown
            if move.timeline in numbers
        ],
    }


@router.put("/regions/{region_id}/calendar", response=RevisedOut)
def revise(request: ApiRequest, response: HttpResponse, region_id: str, body: RevisionIn) -> dict[str, Any]:
    """Another calendar from now on, and which promises move; `dry_run` tells without doing. Takes a lead.

    Stored dues follow within seconds; a ticket's clocks are right at once.
    """
    region = region_for(request.viewer, region_id)
    with_role(request.viewer, Role.LEAD)
    try:
        wanted = Calendar.from_dict(body.calendar)
    except ValueError as error:
        raise Invalid.field("calendar", str(error), str(error)) from None
    if not body.dry_run:
        actions.hold_logs()
    moment, latest = now(), _latest(region)
    require_match(request, latest.seq)
    told = _preview_out(request, preview(region_id=region.pk, calendar=wanted, at=moment))
    tag(response, latest.seq)
    if not body.dry_run:
        made = actions.revise_calendar(
            region=region,
            calendar=body.calendar,
            reason=body.reason,
            at=moment,
            by=request.viewer.actor,
            after=latest.seq,
        )
        told["revision"] = _calendar_out(made)
        tag(response, made.seq)
    return told
