"""The alarms page: what still stands, and what rang lately, for one engineer or for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts.access import staff
from sterling.core.alarms import WHOLE
from sterling.sla import alarms
from sterling.tickets.access import tickets_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.core.text import Text
    from sterling.sla.models import Alarm
    from sterling.tickets.models import Ticket

MOST = 500
PAGE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One alarm: of which ticket, in words, when it came, who heard."""

    ticket: Ticket
    share: int
    said: Text
    at: datetime
    due: datetime
    heard: str

    @property
    def is_late(self) -> bool:
        return self.share >= WHOLE


@dataclass(frozen=True, slots=True)
class AlarmsPage:
    """`standing`: one row for each promise, the nearest due first. `lately`: everything, the latest first."""

    everyone: bool
    standing: list[Row]
    lately: list[Row]


def alarms_page(viewer: Viewer, *, everyone: bool) -> AlarmsPage:
    """Four queries, whatever the number."""
    found = alarms.told(None if everyone or viewer.agent is None else viewer.agent.pk)
    stand = sorted(alarms.worst(alarms.standing(found)[:MOST]), key=lambda alarm: alarm.due)
    lately = list(found[:PAGE])
    about = tickets_for(viewer).filter(timeline__in={alarm.timeline_id for alarm in [*stand, *lately]})
    tickets = {ticket.timeline_id: ticket for ticket in about}
    names = {agent.pk: agent.name for agent in people.agents()}
    return AlarmsPage(everyone, _rows(stand, tickets, names), _rows(lately, tickets, names))


def _rows(found: Sequence[Alarm], tickets: dict[int, Ticket], names: dict[int, str]) -> list[Row]:
    return [
        Row(
            tickets[alarm.timeline_id],
            alarm.share,
            alarms.said(alarm),
            alarm.at,
            alarm.due,
            ", ".join(names[agent] for agent in alarm.told or () if agent in names),
        )
        for alarm in found
        if alarm.timeline_id in tickets
    ]


def standing_counts(viewer: Viewer) -> dict[int, int]:
    """In how many tickets an alarm stands that each agent has heard of. One query."""
    staff(viewer)
    heard: dict[int, set[int]] = {}
    for timeline, told in alarms.standing(alarms.told()).order_by().values_list("timeline_id", "told"):
        for agent in told or ():
            heard.setdefault(agent, set()).add(timeline)
    return {agent: len(timelines) for agent, timelines in heard.items()}
