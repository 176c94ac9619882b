"""The queue: which tickets stand where, what is due on each, how many each view holds. A handful of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from sterling.accounts.access import staff
from sterling.base.prepared import Columns
from sterling.core.text import Text
from sterling.desk.narrowing import Asked, matching
from sterling.plans import queries as plans
from sterling.plans.queries import catalog_of
from sterling.sla import calendars
from sterling.sla.hints import hinted_due
from sterling.tickets.access import every_ticket, tickets_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent
    from sterling.base.parts import DueView
    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Plan, Priority
    from sterling.tickets.models import Ticket

PAGE = 100
# What a row says of others; more would be made a hundred times for nothing.
_SHOWN = ("organization", "requester", "assignee__user", "timeline__catalog_version")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue."""

    id: str
    name: Text
    icon: str


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
_ACTIVE = Q(status__in=["open", "on_hold", "pending"])


def _filter(view: str, agent: Agent | None, at: datetime) -> Q:
    return {
        "mine": _ACTIVE & Q(assignee=agent),
        "pool": _ACTIVE & Q(assignee=None, tier=3),
        "unassigned": _ACTIVE & Q(assignee=None),
        "late": _ACTIVE & Q(timeline__next_due__lt=at),
        "pending": Q(status="pending"),
        "on_hold": Q(status="on_hold"),
        "solved": Q(status="solved"),
    }.get(view, _ACTIVE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket stands in a list."""

    number: int
    timeline: int
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    ticket: Ticket
    plan: Plan
    priority: Priority
    due: DueView


@dataclass(frozen=True, slots=True)
class Group:
    """`id` stays while its name is said in another language; one without a name holds an ungrouped list."""

    id: str
    name: Text | None
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Queue:
    """`rows` in the order of `places`."""

    asked: Asked
    places: list[Place]
    rows: list[Row]


def live(viewer: Viewer) -> QuerySet[Ticket]:
    return tickets_for(viewer).filter(timeline__live=True)


@dataclass(frozen=True, slots=True)
class Counts:
    """`common`: by view, the same for all staff. `active`: how many active tickets each engineer has, by key."""

    common: dict[str, int]
    active: dict[int | None, int]


def counts(viewer: Viewer, at: datetime) -> Counts:
    """How many tickets stand in each view, whoever looks. One query."""
    staff(viewer)
    found = _COUNTS.all(at)
    common = {name: sum(row[nth] for row in found) for nth, name in enumerate(_COMMON, 1)}
    active = 1 + _COMMON.index("next")
    return Counts(common, {row[0]: row[active] for row in found if row[active]})


_COMMON = [view.id for view in VIEWS if view.id != "mine"]


def _counting(at: datetime) -> QuerySet[Ticket, Any]:
    of_view = {name: Count("pk", filter=_filter(name, None, at)) for name in _COMMON}
    return (
        every_ticket()
        .filter(timeline__live=True)
        .order_by()
        .values_list("assignee")
        .annotate(**of_view)
        .values_list("assignee", *_COMMON)
    )


_COUNTS = Columns(_counting, datetime)


def view_named(name: str) -> View:
    return next((view for view in VIEWS if view.id == name), VIEWS[0])


def places(viewer: Viewer, asked: Asked, at: datetime, *, most: int = PAGE) -> list[Place]:
    """The tickets of a list in their order; a search looks everywhere. One query, two in the order of priority."""
    if asked.words:
        found = tickets_for(viewer).filter(matching(asked.words))
    else:
        found = live(viewer).filter(_filter(asked.view, viewer.agent, at))
    pressing: list[str] = []
    if asked.sort == "priority":
        levels = catalog_of(plans.version_in_force(at)).priorities_by_rank()
        pressing = [level.id for level in sorted(levels, key=lambda level: -level.rank)]
    ordered = found.filter(asked.condition(viewer)).order_by(*asked.order(pressing))
    columns = ordered.values_list("number", "timeline_id", "timeline__next_due")
    return [Place(number, timeline, due) for number, timeline, due in columns[:most]]


def rows(viewer: Viewer, numbers: Iterable[int], at: datetime) -> dict[int, Row]:
    """What stands in these tickets' rows. Two queries, whatever the number."""
    wanted = list(numbers)
    if not wanted:
        return {}
    tickets = tickets_for(viewer).select_related(None).select_related(*_SHOWN)
    found = rows_of(list(tickets.filter(number__in=wanted)), at)
    return {row.ticket.number: row for row in found}


def queue(viewer: Viewer, asked: Asked | str, at: datetime, *, most: int = PAGE) -> Queue:
    """What one view shows at `at`, the nearest due first, the paused ones last."""
    wanted = asked if isinstance(asked, Asked) else Asked(asked)
    stand = places(viewer, wanted, at, most=most)
    found = rows(viewer, [place.number for place in stand], at)
    return Queue(wanted, stand, [found[place.number] for place in stand if place.number in found])


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
    )


_GROUPS = {
    "late": Text("Past due, still owed", "已超时，仍需处理"),
    "hour": Text("Within the hour", "一小时内"),
    "day": Text("Within a day", "24 小时内"),
    "later": Text("Later", "更晚"),
    "still": Text("No clock running", "未在计时"),
}


def _group(due: datetime | None, at: datetime) -> str:
    if due is None:
        return "still"
    if due < at:
        return "late"
    left = due - at
    return "hour" if left < HOUR else "day" if left < 24 * HOUR else "later"


def grouped(stand: Sequence[Place], at: datetime) -> list[Group]:
    """By how soon they are due, in the order given; groups that hold nothing are not there."""
    found: dict[str, list[Place]] = {name: [] for name in _GROUPS}
    for place in stand:
        found[_group(place.due, at)].append(place)
    return [Group(name, _GROUPS[name], held) for name, held in found.items() if held]
