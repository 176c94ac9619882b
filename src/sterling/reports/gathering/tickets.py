"""The tickets of a period with their clocks, replayed from their logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.measures import life_of, measured, resolved_at
from sterling.sla import queries as promises
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.core.clocks import Result
    from sterling.core.measures import Life, Measured, Period
    from sterling.sla.log import Log
    from sterling.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Told:
    """One ticket: its log, what it promised as of the report, what of that fell due in the period."""

    ticket: Ticket
    log: Log
    result: Result
    life: Life
    items: Sequence[Measured]

    @property
    def number(self) -> int:
        return self.ticket.number

    def resolved(self, until: datetime) -> datetime | None:
        return resolved_at(self.life, until)


def gather(organization_id: int, period: Period, until: datetime) -> list[Told]:
    """Every ticket that was open in the period or had a promise fall due in it, by number."""
    logs = promises.logs_between(organization_id, period.start, period.end)
    known = tickets.with_people([log.timeline.pk for log in logs])
    found = []
    for log in logs:
        ticket = known.get(log.timeline.pk)
        if ticket is not None:
            result = log.result(until)
            life = life_of(log.heard(until))
            items = measured(result.clocks, life.spoken, period, until)
            found.append(Told(ticket, log, result, life, items))
    return sorted(found, key=lambda one: one.number)
