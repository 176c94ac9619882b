"""Two tickets about one thing become one; what was owed goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.errors import Conflict, NotYours
from sterling.core.text import Text
from sterling.sla.kinds import Kind
from sterling.tickets import followers
from sterling.tickets.actions.drafting import move_drafts
from sterling.tickets.held import hold, hold_open
from sterling.tickets.models import Ticket
from sterling.tickets.waiting import unanswered

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor


@transaction.atomic
def merge(*, ticket: Ticket, into: Ticket, at: datetime, by: Actor) -> Ticket:
    """`ticket` ends in `into`, which owes what `ticket` owed, since then. Within one organization only."""
    if ticket.organization_id != into.organization_id:
        raise NotYours
    if ticket.pk == into.pk:
        raise Conflict(Text("A ticket cannot be merged into itself.", "工单不能并入自身。"))
    # Both logs are locked in one fixed order, so that two opposite merges cannot wait for each other.
    first, second = sorted((ticket, into), key=lambda one: one.timeline_id)
    locked = {one.pk: hold_open(one, at=at, by=by) for one in (first, second)}
    source, target = locked[ticket.pk], locked[into.pk]
    source.at = target.at = max(source.at, target.at)
    owed = source.result().owed
    if owed:
        target.append(
            Kind.CUSTOMER_MESSAGE,
            since=owed.started.isoformat(),
            merged_from=source.ticket.number,
            messages=list(unanswered(source).values_list("pk", flat=True)),
        )
    target.append(Kind.MERGED_FROM, number=source.ticket.number)
    followers.inherit(target, source.ticket)
    source.append(Kind.MERGED, into=target.ticket.number)
    source.ticket.merged_into, source.ticket.may_belong_to = target.ticket, None
    move_drafts(source=source.ticket, target=target.ticket)
    target.settle()
    source.settle()
    return target.ticket


@transaction.atomic
def stands_alone(*, ticket: Ticket, at: datetime, by: Actor) -> Ticket:
    """It is about something else than the ticket that was suggested."""
    held = hold(ticket, at=at, by=by)
    if held.ticket.may_belong_to_id:
        held.ticket.may_belong_to = None
        held.settle()
    return held.ticket
