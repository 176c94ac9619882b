"""Analyses that are to be handed over ring like clocks: shares of the time, and a miss, once each."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.live import poke
from sterling.core.alarms import heard_by
from sterling.core.rca import State
from sterling.plans.queries import catalog_of
from sterling.premium.rca import queries
from sterling.premium.rca.models import Rca
from sterling.sla.actions import alarms
from sterling.sla.models import Alarm
from sterling.tickets.hearing import house_at

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.premium.rca.queries import Ringing

BATCH = 100


def ring(*, at: datetime) -> int:
    """Raise what has come, told to whom the catalog's ladder names, the owner first; how many looked at."""
    count = 0
    for pk in queries.ringing(at, BATCH):
        with transaction.atomic():
            rows = Rca.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
            rca = rows.select_related("ticket__timeline__catalog_version").first()
            if rca is not None:
                _ring(rca, at)
                count += 1
    return count


def _ring(rca: Rca, at: datetime) -> None:
    catalog = catalog_of(rca.ticket.timeline.catalog_version)
    every = [] if rca.state == State.CLOSED else queries.rings(rca, catalog.warnings)
    come = [one for one in every if one.ring.at < at]
    if come:
        house = house_at(at, [rca.ticket])
        # The ladder's assignee is whoever owns the analysis.
        about = copy(rca.ticket)
        about.assignee_id = rca.owner_id or about.assignee_id
        found = []
        for one in come:
            roles = [role.value for role in heard_by(catalog, one.ring.share, about.priority)]
            heard = house.hearers(roles, about)
            found.append(_row(rca, one, roles, heard.agents, heard.uncovered, at))
        told = alarms.ring(found)
        if told:
            poke("alarms", *(f"alarms-{agent}" for agent in told))
    rca.alarm_at = min((one.ring.at for one in every if one.ring.at >= at), default=None)
    rca.save(update_fields=["alarm_at"])


def _row(
    rca: Rca, one: Ringing, roles: list[str], agents: list[int], uncovered: list[str], at: datetime
) -> Alarm:
    assert one.clock.due is not None
    assert rca.starts_at is not None
    return Alarm(
        timeline_id=rca.ticket.timeline_id,
        organization_id=rca.organization_id,
        metric=queries.PREFIX + one.clock.edition.value,
        nth=0,
        share=one.ring.share,
        at=one.ring.at,
        started=rca.starts_at,
        due=one.clock.due,
        roles=roles,
        raised_at=at,
        told=agents,
        told_at=at,
        to_mail=list(agents),
        uncovered=uncovered,
    )
