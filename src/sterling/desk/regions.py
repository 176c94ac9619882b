"""What the regions' pages show: whether a region is open, its year, its revisions as sentences."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.core.text import Text
from sterling.sla import calendars
from sterling.sla.actions.following import waiting
from sterling.sla.calendar_changes import Change, changes, day_names, day_text, hours_text
from sterling.sla.models import CalendarRevision
from sterling.tickets.access import tickets_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Region
    from sterling.core.calendars import Calendar, Definition
    from sterling.sla.preview import Move, Preview
    from sterling.tickets.models import Ticket

SOON = timedelta(days=14)
MOST_MOVES = 200
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """A region at an instant. `turns` is when it closes or opens next; None: not within two weeks, or never."""

    region: Region
    calendar: Calendar
    revision: calendars.Revision
    is_open: bool
    turns: datetime | None
    holiday: tuple[date, Text] | None
    waiting: int

    @property
    def holiday_text(self) -> Text | None:
        if self.holiday is None:
            return None
        day, name = day_text(self.holiday[0]), self.holiday[1]
        return Text(f"{day.en}, {name.en}", f"{day.zh}，{name.zh}")


def states(regions: Sequence[Region], at: datetime) -> list[State]:
    """One query, and one for each region that was revised a moment ago."""
    known = calendars.revisions(region.pk for region in regions)
    return [_state(region, known[region.pk], at) for region in regions if region.pk in known]


def all_states(at: datetime) -> list[State]:
    return states(list(people.regions()), at)


def state_of(region: Region, at: datetime) -> State:
    return states([region], at)[0]


def _state(region: Region, of_region: list[calendars.Revision], at: datetime) -> State:
    revision = calendars.in_force(of_region, at)
    known = revision.calendar
    is_open = known.is_open(at)
    pieces = known.explain(at, at + SOON)
    turns = next((piece.start for piece in pieces if piece.open != is_open), None)
    today = known.local_date(at)
    ahead = (
        (day, name or Text("holiday", "节假日")) for day, name in known.definition.holidays if day >= today
    )
    return State(
        region, known, revision, is_open, turns, next(ahead, None), waiting(region.pk, of_region[-1].seq)
    )


@dataclass(frozen=True, slots=True)
class Day:
    """A cell of the year: `kind` is open, closed, holiday, substitute or exception; `note` says why."""

    day: date
    kind: str
    note: Text | None
    is_today: bool


@dataclass(frozen=True, slots=True)
class Month:
    name: Text
    weeks: list[list[Day | None]]
    notes: list[Day]


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    months: list[Month]
    holidays: int
    substitutes: int


def year_of(definition: Definition, number: int, today: date) -> Year:
    found = [_month(definition, number, month, today) for month in range(1, 13)]
    noted = [day for month in found for day in month.notes]
    return Year(
        number,
        found,
        sum(day.kind == "holiday" for day in noted),
        sum(day.kind == "substitute" for day in noted),
    )


def _month(definition: Definition, year: int, month: int, today: date) -> Month:
    holidays, exceptions = dict(definition.holidays), dict(definition.exceptions)
    weeks = [
        [_day(definition, day, holidays, exceptions, today) if day.month == month else None for day in week]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]
    noted = [day for week in weeks for day in week if day is not None and day.note is not None]
    return Month(Text(MONTHS[month - 1], f"{month} 月"), weeks, noted)


def _day(
    definition: Definition,
    day: date,
    holidays: dict[date, Text | None],
    exceptions: dict[date, tuple[tuple[int, int], ...]],
    today: date,
) -> Day:
    weekly = definition.weekly[day.weekday()]
    if day in holidays:
        return Day(day, "holiday", holidays[day] or Text("holiday", "节假日"), day == today)
    if day in exceptions:
        hours = hours_text(exceptions[day])
        if not hours:
            return Day(day, "exception", Text("closed", "休息"), day == today)
        if weekly:
            return Day(day, "exception", Text(hours, hours), day == today)
        return Day(day, "substitute", Text(f"working day, {hours}", f"调休上班，{hours}"), day == today)
    return Day(day, "open" if weekly else "closed", None, day == today)


@dataclass(frozen=True, slots=True)
class Told:
    """One revision: who, when, why, and what changed."""

    seq: int
    at: datetime
    by: str
    reason: str
    changes: list[Change]


def history(region: Region) -> list[Told]:
    """Every revision, the newest first. Two queries."""
    rows = list(CalendarRevision.objects.filter(region=region).order_by("seq"))
    known = {one.pk: one.calendar for one in calendars.revisions([region.pk])[region.pk]}
    found, before = [], None
    for row in rows:
        now = known[row.pk]
        found.append(
            Told(
                row.seq,
                row.at,
                row.created_by,
                row.reason,
                changes(before, now) if before is not None else [],
            )
        )
        before = now
    return found[::-1]


@dataclass(frozen=True, slots=True)
class MoveRow:
    ticket: Ticket
    move: Move


def move_rows(viewer: Viewer, found: Preview) -> list[MoveRow]:
    """The nearest moves with their tickets. One query."""
    shown = found.moves[:MOST_MOVES]
    about = tickets_for(viewer).filter(timeline__in={move.timeline for move in shown})
    tickets = {ticket.timeline_id: ticket for ticket in about}
    return [MoveRow(tickets[move.timeline], move) for move in shown if move.timeline in tickets]


def hours_of_week(calendar: Calendar) -> list[tuple[Text, Text]]:
    return day_names(calendar.definition)
