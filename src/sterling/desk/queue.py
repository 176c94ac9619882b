"""The queue: live tickets by what is due next, with how much of each target is used. A handful of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from sterling.core.text import Text
from sterling.desk.alarms import standing_count
from sterling.plans.queries import catalog_of
from sterling.sla import calendars
from sterling.sla.hints import hinted_due
from sterling.tickets.access import tickets_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.base.parts import DueView
    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Plan, Priority
    from sterling.tickets.models import Ticket

PAGE = 100
MOST_DIGITS = 18
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue."""

    id: str
    name: Text
    icon: str
    key: str = ""


VIEWS = (
    View("next", Text("Next due", "即将到期"), "inbox"),
    View("mine", Text("Mine", "我的工单"), "user"),
    View("pool", Text("Tier 3 pool", "三线待领"), "users"),
    View("unassigned", Text("Unassigned", "未分配"), "plus"),
    View("late", Text("Past due", "已超时"), "triangle-alert"),
    View("pending", Text("Waiting on customer", "等待客户"), "pause"),
    View("on_hold", Text("Waiting on us", "等待我方"), "hourglass"),
    View("solved", Text("Solved", "已解决"), "check"),
)


def _filters(viewer: Viewer, at: datetime) -> dict[str, Q]:
    active = Q(status__in=["open", "on_hold", "pending"])
    return {
        "next": active,
        "mine": active & Q(assignee=viewer.agent),
        "pool": active & Q(assignee=None, tier=3),
        "unassigned": active & Q(assignee=None),
        "late": active & Q(timeline__next_due__lt=at),
        "pending": Q(status="pending"),
        "on_hold": Q(status="on_hold"),
        "solved": Q(status="solved"),
    }


@dataclass(frozen=True, slots=True)
class Row:
    ticket: Ticket
    plan: Plan
    priority: Priority
    due: DueView
    zone: str


@dataclass(frozen=True, slots=True)
class Group:
    name: Text
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Queue:
    view: View
    groups: list[Group]
    total: int
    late: int
    counts: dict[str, int]
    more: bool

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]


def live(viewer: Viewer) -> QuerySet[Ticket]:
    return tickets_for(viewer).filter(timeline__live=True)


def counts(viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many tickets stand in each view, and in how many an alarm for the viewer stands. Two queries."""
    found: dict[str, int] = live(viewer).aggregate(
        **{name: Count("pk", filter=found) for name, found in _filters(viewer, at).items()}
    )
    return found | {"alarms": standing_count(viewer)}


def view_named(name: str) -> View:
    return next((view for view in VIEWS if view.id == name), VIEWS[0])


def matching(words: str) -> Q:
    """Tickets by number, subject, requester or organization: every word must be found somewhere."""
    found = Q()
    for word in words.split()[:8]:
        number = word.lstrip("#")
        one = Q(subject__icontains=word) | Q(requester__name__icontains=word)
        one |= Q(requester__email__icontains=word) | Q(organization__name__icontains=word)
        if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
            one |= Q(number=int(number))
        found &= one
    return found


def queue(viewer: Viewer, name: str, at: datetime, *, words: str = "", most: int = PAGE) -> Queue:
    """What one view shows at `at`, the nearest due first, the paused ones last; a search looks everywhere."""
    view = view_named(name)
    found = live(viewer).filter(_filters(viewer, at)[view.id])
    if words.strip():
        found = tickets_for(viewer).filter(matching(words.replace("\x00", "")))
    tickets = list(found.order_by(F("timeline__next_due").asc(nulls_last=True), "pk")[: most + 1])
    rows = rows_of(tickets[:most], at)
    numbers = counts(viewer, at)
    return Queue(
        view,
        _grouped(rows, at),
        len(rows) if words.strip() else numbers[view.id],
        numbers["late"],
        numbers,
        len(tickets) > most,
    )


def rows_of(tickets: Sequence[Ticket], at: datetime) -> list[Row]:
    """The rows with their calendars. One query, whatever the number."""
    of_regions = calendars.revisions(ticket.timeline.region_id for ticket in tickets)
    in_force = {region: calendars.in_force(found, at).calendar for region, found in of_regions.items()}
    return [_row(ticket, in_force[ticket.timeline.region_id], at) for ticket in tickets]


def _row(ticket: Ticket, calendar: Calendar, at: datetime) -> Row:
    catalog = catalog_of(ticket.timeline.catalog_version)
    return Row(
        ticket,
        catalog.plans[ticket.plan],
        catalog.priorities[ticket.priority],
        hinted_due(ticket.timeline, calendar, at),
        ticket.timeline.region.timezone,
    )


def _grouped(rows: list[Row], at: datetime) -> list[Group]:
    late: list[Row] = []
    hour: list[Row] = []
    today: list[Row] = []
    later: list[Row] = []
    waiting: list[Row] = []
    for row in rows:
        due = row.due.due
        if due is None:
            waiting.append(row)
        elif due < at:
            late.append(row)
        elif due - at < HOUR:
            hour.append(row)
        elif due - at < 24 * HOUR:
            today.append(row)
        else:
            later.append(row)
    named = (
        (Text("Past due, still owed", "已超时，仍需处理"), late),
        (Text("Within the hour", "一小时内"), hour),
        (Text("Within a day", "24 小时内"), today),
        (Text("Later", "更晚"), later),
        (Text("No clock running", "计时暂停"), waiting),
    )
    return [Group(name, group) for name, group in named if group]
