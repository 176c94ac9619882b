"""Telling: each raised alarm finds the people whom the ladder names. Customers are never among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.live import poke
from sterling.core.catalog import Recipient
from sterling.sla.actions import alarms
from sterling.tickets.actions import changing, escalating
from sterling.tickets.hearing import Heard, house_at
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor

NOBODY = Heard([], [])


@transaction.atomic
def tell(*, at: datetime, batch: int = alarms.BATCH) -> int:
    """Note on each alarm that nobody heard of who hears of it; how many. Seven queries, whatever the number."""
    found = alarms.untold(batch)
    if not found:
        return 0
    about = Ticket.objects.filter(timeline__in=[alarm.timeline_id for alarm in found])
    about = about.select_related("timeline__catalog_version").defer("timeline__catalog_version__document")
    tickets = {ticket.timeline_id: ticket for ticket in about}
    primary = {alarm.timeline_id for alarm in found if Recipient.PRIMARY in alarm.roles}
    house = house_at(at, [ticket for timeline, ticket in tickets.items() if timeline in primary])
    for alarm in found:
        ticket = tickets.get(alarm.timeline_id)
        heard = house.hearers(alarm.roles, ticket) if ticket else NOBODY
        alarm.told, alarm.uncovered = heard.agents, heard.uncovered
    alarms.note_told(found, at=at)
    told = sorted({agent for alarm in found for agent in alarm.told or ()})
    poke("alarms", *(f"alarms-{agent}" for agent in told))
    return len(found)


@transaction.atomic
def take(*, ticket: Ticket, agent: Agent, at: datetime, by: Actor) -> Ticket:
    """One of the staff deals with it, and all who heard of the ticket's alarms see so. Nobody's ticket becomes theirs."""
    taken = alarms.note_taken(timeline_id=ticket.timeline_id, agent_id=agent.pk, at=at)
    escalating.take(ticket=ticket, agent=agent, at=at, by=by)
    if ticket.assignee_id is None:
        ticket = changing.assign(ticket=ticket, to=agent, at=at, by=by)
    poke("alarms", *(f"alarms-{heard}" for heard in taken))
    return ticket
