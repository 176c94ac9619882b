"""An analysis opens by itself and follows its ticket's log: exactly one row, whoever looks and however often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.live import poke
from sterling.core import rca as core
from sterling.core.rca import Edition, State
from sterling.premium.rca import queries
from sterling.premium.rca.facts import facts
from sterling.premium.rca.models import Rca
from sterling.sla import calendars
from sterling.sla import queries as promises
from sterling.sla.actions import nudges
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.rca import Owing
    from sterling.sla.log import Log
    from sterling.tickets.models import Ticket

BATCH = 100
ROOM = "rca"
HINTS = (
    "because", "owed_since", "starts_at", "started_by", "preliminary_due", "final_due", "preliminary_at", "final_at",
    "revision_id", "goes_on_id", "seen_seq", "seen_on",
)  # fmt: skip


@transaction.atomic
def settle(*, ticket: Ticket, at: datetime) -> Rca | None:
    """The ticket's analysis as its log has it by now, opened if it is owed; None: none is.

    A row that is lost comes back from the log. What stands in the log alone decides, so again is harmless.
    """
    log = promises.log_of(ticket.timeline_id)
    further = tickets.going_on(ticket)
    beyond = promises.log_of(further.timeline_id) if further.pk != ticket.pk else None
    owing = core.owing(facts(log, beyond), core.terms_of(log.catalog))
    found = queries.locked(ticket)
    if owing is None:
        return found
    if found is None:
        new = Rca(
            organization_id=ticket.organization_id,
            ticket=ticket,
            owner_id=ticket.assignee_id,
            because=owing.because.value,
            owed_since=owing.since,
            opened_at=at,
        )
        Rca.objects.bulk_create([new], ignore_conflicts=True)
        found = queries.locked(ticket)
        assert found is not None  # just made, by us or by somebody beside us
        poke("queue", f"ticket-{ticket.number}")
    if found.state != State.CLOSED:
        _note(found, owing, log, beyond, at)
    return found


def _note(rca: Rca, owing: Owing, log: Log, beyond: Log | None, at: datetime) -> None:
    """The hints, as the log and the region's calendar have them now. What was published keeps its due."""
    before = [getattr(rca, name) for name in HINTS]
    of_region = calendars.revisions([log.timeline.region_id])[log.timeline.region_id]
    revision = calendars.in_force(of_region, at)
    terms = core.terms_of(log.catalog)
    rca.because, rca.owed_since = owing.because.value, owing.since
    rca.starts_at, rca.started_by = owing.starts, owing.started_by.value if owing.started_by else ""
    rca.revision_id = revision.pk
    rca.goes_on = beyond.timeline if beyond else None
    rca.seen_seq, rca.seen_on = log.timeline.last_seq, beyond.timeline.last_seq if beyond else 0
    if rca.preliminary_at is None:
        rca.preliminary_due = _due(owing, terms, Edition.PRELIMINARY, revision)
    if rca.final_at is None:
        rca.final_due = _due(owing, terms, Edition.FINAL, revision)
    if before != [getattr(rca, name) for name in HINTS]:
        rca.alarm_at = queries.first_ring(rca, log.catalog.warnings)
        rca.save()


def _due(owing: Owing, terms: core.Terms, edition: Edition, revision: calendars.Revision) -> datetime | None:
    return None if owing.starts is None else core.due(terms.due[edition], owing.starts, revision.calendar)


def look(*, at: datetime) -> int:
    """Open and follow what must be looked at; how many logs. A nudge goes with the work that it asks for."""
    done = 0
    while True:
        with transaction.atomic():
            nudged = nudges.claim(ROOM, BATCH)
            found = tickets.by_timeline(nudged)
            for ticket in found.values():
                settle(ticket=ticket, at=at)
        done += len(nudged)
        if not nudged:
            break
    for ticket in queries.behind(at, BATCH):
        settle(ticket=ticket, at=at)
        done += 1
    return done
