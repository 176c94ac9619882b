"""What a ticket's log keeps of its root-cause analysis: that a manager granted one, that an edition was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.sla.kinds import Kind
from sterling.tickets.content import written
from sterling.tickets.held import hold

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.tickets.models import Ticket


@transaction.atomic
def grant_analysis(*, ticket: Ticket, reason: str, at: datetime, by: Actor) -> Ticket:
    """A manager owes the customer an analysis that the plan does not: an exception, on record with its reason (D14)."""
    because = written(reason, "reason")
    held = hold(ticket, at=at, by=by)
    held.append(Kind.RCA_GRANTED, reason=because)
    held.settle()
    return held.ticket


@transaction.atomic
def note_published(*, ticket: Ticket, edition: str, number: int, at: datetime, by: Actor) -> Ticket:
    """The customer may read an edition from now on; their open pages hear of it."""
    held = hold(ticket, at=at, by=by)
    held.append(Kind.RCA_PUBLISHED, edition=edition, number=number)
    held.settle()
    return held.ticket
