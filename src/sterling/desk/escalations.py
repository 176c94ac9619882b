"""What was escalated and nobody has taken yet, ticket by ticket, for one engineer or for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.desk.sentences import RUNGS
from sterling.tickets import queries as tickets
from sterling.tickets.access import escalations_for

if TYPE_CHECKING:
    from sterling.accounts.access import Viewer
    from sterling.core.text import Text
    from sterling.tickets.models import Escalation, Ticket

MOST = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One rung: its name, and who of it heard."""

    row: Escalation
    name: Text
    heard: list[str]


@dataclass(frozen=True, slots=True)
class Escalated:
    ticket: Ticket
    rungs: list[Told]


def escalated(viewer: Viewer, *, everyone: bool) -> list[Escalated]:
    """Two queries, whatever the number. The one that waits longest comes first."""
    rows = list(escalations_for(viewer)[:MOST])
    names = tickets.names_told(rows)
    found: dict[int, Escalated] = {}
    for row in rows:
        heard = [names[agent] for agent in row.told if agent in names]
        one = found.setdefault(row.ticket_id, Escalated(row.ticket, []))
        one.rungs.append(Told(row, RUNGS[row.rung], heard))
    me = viewer.agent.pk if viewer.agent else 0
    return [one for one in found.values() if everyone or any(me in told.row.told for told in one.rungs)]
