"""How the organization fared lately: its last tickets, each promise a mark. Three queries, whatever the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.sla import queries as promises
from sterling.tickets.access import moved_beside

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.tickets.models import Ticket

SPAN = timedelta(days=90)
MARKS = 12  # of one ticket; the earlier ones are told by number


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket with how its promises ended: "met" and "missed", in the order of time."""

    ticket: Ticket
    marks: list[str]
    more: int
    met: int
    missed: int


@dataclass(frozen=True, slots=True)
class History:
    days: int
    tickets: list[Past]
    met: int
    ended: int


def history(viewer: Viewer, ticket: Ticket, at: datetime) -> History:
    """The other tickets of its organization that moved in the last 90 days, newest first."""
    since = at - SPAN
    recent = moved_beside(viewer, ticket, since)
    marks = promises.endings_of([one.timeline_id for one in recent])
    met, missed = promises.kept_since(ticket.organization_id, since)
    return History(
        SPAN.days,
        [_past(one, marks.get(one.timeline_id, [])) for one in recent],
        met,
        met + missed,
    )


def _past(ticket: Ticket, marks: list[str]) -> Past:
    return Past(ticket, marks[-MARKS:], max(0, len(marks) - MARKS), marks.count("met"), marks.count("missed"))
