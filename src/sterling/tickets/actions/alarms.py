"""Telling: each raised alarm finds the people whom the ladder names. Customers are never among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.base.live import poke
from sterling.sla.actions import alarms
from sterling.tickets.hearing import hearers
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def tell(*, at: datetime, batch: int = alarms.BATCH) -> int:
    """Note on each alarm that nobody heard of who hears of it; how many. Four queries, whatever the number."""
    found = alarms.untold(batch)
    if not found:
        return 0
    about = Ticket.objects.filter(timeline__in=[alarm.timeline_id for alarm in found])
    tickets = {ticket.timeline_id: ticket for ticket in about.select_related("timeline")}
    staff = list(people.agents().filter(is_active=True, user__is_active=True))
    for alarm in found:
        ticket = tickets.get(alarm.timeline_id)
        alarm.told = hearers(alarm.roles, ticket, staff) if ticket else []
    alarms.note_told(found, at=at)
    heard = sorted({agent for alarm in found for agent in alarm.told or ()})
    poke("alarms", *(f"alarms-{agent}" for agent in heard))
    return len(found)
