"""Reading the rota: the engineers with their shifts and absences, as rows and as the core knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from sterling.accounts import queries
from sterling.accounts.models import Absence, Role, Shift
from sterling.core.coverage import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sterling.accounts.models import Agent


def engineers(a: datetime, b: datetime) -> list[Agent]:
    """The active engineers and leads, with all shifts and what of their absences lies in [a, b). Three queries.

    Administrators look after the installation: nobody counts on them to answer.
    """
    found = queries.agents().filter(is_active=True, user__is_active=True).exclude(role=Role.ADMIN)
    away = Absence.objects.filter(starts__lt=b, ends__gt=a).order_by("starts", "pk")
    regular = Shift.objects.order_by("starts", "pk")
    return list(
        found.prefetch_related(Prefetch("shifts", regular), Prefetch("absences", away)).order_by(
            "user__name", "pk"
        )
    )


def workers(staff: Iterable[Agent]) -> list[Worker]:
    """What the proof of coverage asks of `engineers`."""
    found = []
    for agent in staff:
        rows = list(agent.shifts.all())
        for row in rows:
            row.agent = agent  # whose zone it is read in
        away = tuple((one.starts, one.ends) for one in agent.absences.all())
        regular = tuple(queries.shift_of(row) for row in rows)
        found.append(Worker(agent.pk, agent.tier, agent.region_id, regular, away))
    return found
