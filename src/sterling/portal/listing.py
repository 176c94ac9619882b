"""The list of tickets: views, a search, how each promise stands. A constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When

from sterling.core.catalog import OnStatusChange
from sterling.core.text import Text
from sterling.plans.queries import catalog_of
from sterling.portal import words
from sterling.sla import calendars
from sterling.sla.hints import hinted_due
from sterling.sla.queries import outcomes
from sterling.tickets.access import said_to_customers, tickets_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.base.parts import DueView
    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Priority
    from sterling.tickets.models import Ticket

PAGE = 50
DONE = ("solved", "closed")
MOST_DIGITS = 4  # of a page's number
MOST_WORDS, LONGEST = 8, 200
VIEWS = {
    "open": (Text("Open", "处理中"), ~Q(status__in=DONE)),
    "waiting": (Text("Waiting for you", "等您回复"), Q(status="pending")),
    "solved": (Text("Solved", "已解决"), Q(status__in=DONE)),
    "all": (Text("All", "全部"), Q()),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader wants to see. `words` are searched in everything said that the reader may read."""

    view: str = "open"
    mine: bool = False
    words: str = ""
    page: int = 1

    @staticmethod
    def of(asked: Mapping[str, str]) -> Wanted:
        page = asked.get("page", "")
        usable = page.isascii() and page.isdigit() and len(page) <= MOST_DIGITS
        words = asked.get("q", "").replace("\x00", "").strip()[:LONGEST]
        # Whoever searches looks everywhere, unless they say where.
        view = asked.get("view", "all" if words else "open")
        return Wanted(
            view if view in VIEWS else "open",
            asked.get("whose") == "mine",
            words,
            max(1, int(page)) if usable else 1,
        )

    def query(self, **changed: str | int) -> str:
        """The address of the same list with something else in it."""
        now = {"view": self.view, "whose": "mine" if self.mine else "", "q": self.words, **changed}
        return f"?{urlencode({name: value for name, value in now.items() if value})}"


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket of the list; no `due` where nothing runs. `kept` and `late` count the promises that have ended."""

    ticket: Ticket
    priority: Priority
    due: DueView | None
    head: Text | None
    kept: int
    late: int


@dataclass(frozen=True, slots=True)
class Tab:
    id: str
    name: Text
    count: int | None
    href: str


@dataclass(frozen=True, slots=True)
class TicketList:
    """One page of a view, with how many there are in each."""

    wanted: Wanted
    tabs: list[Tab]
    rows: list[Row]
    more: bool
    any: bool

    @property
    def back(self) -> str:
        return self.wanted.query(page=self.wanted.page - 1)

    @property
    def further(self) -> str:
        return self.wanted.query(page=self.wanted.page + 1)

    @property
    def of_everyone(self) -> str:
        return self.wanted.query(whose="")

    @property
    def of_mine(self) -> str:
        return self.wanted.query(whose="mine")


def ticket_list(viewer: Viewer, at: datetime, zone: tzinfo, wanted: Wanted) -> TicketList:
    """One page of what the viewer may see: the nearest promise first, finished ones after that, latest first."""
    seen = tickets_for(viewer).exclude(merged_into__isnull=False)
    if wanted.mine and viewer.contact:
        seen = seen.filter(requester=viewer.contact)
    counts = seen.aggregate(**{name: Count("pk", filter=which) for name, (_, which) in VIEWS.items()})
    finished = Case(When(status__in=DONE, then=Value(1)), default=Value(0))
    found = _matching(viewer, seen.filter(VIEWS[wanted.view][1]), wanted.words).order_by(
        finished,
        Case(When(status__in=DONE, then=None), default=F("timeline__next_due")).asc(nulls_last=True),
        "-updated_at",
        "-pk",
    )
    first = (wanted.page - 1) * PAGE
    # A row says no more of a ticket than this: each table more takes longer to plan than to read.
    joined = found.select_related(None).select_related("requester", "timeline__catalog_version")
    shown = list(joined[first : first + PAGE + 1])
    tabs = [
        Tab(name, title, counts[name] if name in {"open", "waiting"} else None, wanted.query(view=name))
        for name, (title, _) in VIEWS.items()
    ]
    return TicketList(wanted, tabs, _rows(shown[:PAGE], at, zone), len(shown) > PAGE, counts["all"] > 0)


def _matching(viewer: Viewer, found: QuerySet[Ticket], typed: str) -> QuerySet[Ticket]:
    """Every word must be found: in the number, the subject, the requester, or what was said."""
    for word in typed.split()[:MOST_WORDS]:
        number = word.lstrip("#")
        said = said_to_customers(viewer).filter(ticket=OuterRef("pk"), text__icontains=word)
        hit = Q(subject__icontains=word) | Q(requester__name__icontains=word) | Q(Exists(said))
        if number.isascii() and number.isdigit() and len(number) <= len(str(2**53)):
            hit |= Q(number=int(number))
        found = found.filter(hit)
    return found


def _rows(tickets: list[Ticket], at: datetime, zone: tzinfo) -> list[Row]:
    of_regions = calendars.revisions(ticket.timeline.region_id for ticket in tickets)
    in_force = {region: calendars.in_force(found, at).calendar for region, found in of_regions.items()}
    ended = outcomes([ticket.timeline_id for ticket in tickets])
    return [
        _row(ticket, in_force[ticket.timeline.region_id], at, zone, ended.get(ticket.timeline_id, (0, 0)))
        for ticket in tickets
    ]


def _row(ticket: Ticket, calendar: Calendar, at: datetime, zone: tzinfo, ended: tuple[int, int]) -> Row:
    catalog = catalog_of(ticket.timeline.catalog_version)
    priority = catalog.priorities[ticket.priority]
    due = hinted_due(ticket.timeline, calendar, at)
    untimed = isinstance(catalog.cell(ticket.plan, ticket.priority).update, OnStatusChange)
    if ticket.status in DONE or (due.due is None and untimed):
        return Row(ticket, priority, None, None, *ended)
    return Row(ticket, priority, due, words.headline(due, at, zone), *ended)
