"""Reading the rota: the engineers with their shifts and absences, as rows and as the core knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from sterling.accounts import queries
from sterling.accounts.access import row_id, staff
from sterling.accounts.models import Absence, Role, Shift
from sterling.base.errors import NotYours
from sterling.core.coverage import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent


def staff_of(a: datetime, b: datetime) -> list[Agent]:
    """The active staff by name, with all shifts and what of their absences lies in [a, b). Three queries."""
    away = Absence.objects.filter(starts__lt=b, ends__gt=a).order_by("starts", "pk")
    regular = Shift.objects.order_by("starts", "pk")
    found = queries.agents().filter(is_active=True, user__is_active=True).order_by("user__name", "pk")
    return list(found.prefetch_related(Prefetch("shifts", regular), Prefetch("absences", away)))


def engineers(a: datetime, b: datetime) -> list[Agent]:
    """Those of them who answer. Administrators look after the installation: nobody counts on them."""
    return [agent for agent in staff_of(a, b) if agent.role != Role.ADMIN]


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


def engineer_for(viewer: Viewer, ref: str) -> Agent:
    """A colleague, for staff. Two queries more for shifts and absences, when they are asked for."""
    staff(viewer)
    found = queries.agents().filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def shift_for(viewer: Viewer, ref: str) -> Shift:
    staff(viewer)
    found = Shift.objects.select_related("agent__user", "agent__region").filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def absence_for(viewer: Viewer, ref: str) -> Absence:
    staff(viewer)
    found = Absence.objects.select_related("agent__user", "agent__region").filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found
