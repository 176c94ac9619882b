"""One shift or one absence at a time, as the rota's pages change them. Each change is a line in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts.actions.shifts import (
    MOST_ABSENCES,
    MOST_SHIFTS,
    absence,
    fault,
    locked,
    note,
    said_of_absence,
    said_of_shift,
)
from sterling.accounts.models import Absence, Shift
from sterling.base.errors import Conflict, Invalid
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.actions.shifts import Away, Regular
    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor

GONE = Text("Somebody has removed this meanwhile.", "期间已有人将其删除。")


@transaction.atomic
def add_shift(*, agent: Agent, regular: Regular, at: datetime, by: Actor) -> Shift:
    held = locked(agent)
    if Shift.objects.filter(agent=held).count() >= MOST_SHIFTS:
        raise Invalid.field(
            "shift", f"At most {MOST_SHIFTS} shifts each.", f"每人最多 {MOST_SHIFTS} 个班次。"
        )
    _check(regular, held)
    row = Shift.objects.create(agent=held, hours=regular.hours, starts=regular.starts, ends=regular.ends)
    note(held, "shift_added", said_of_shift(regular), at, by)
    return row


@transaction.atomic
def change_shift(*, shift: Shift, regular: Regular, at: datetime, by: Actor) -> Shift:
    held = locked(shift.agent)
    row = _shift(shift)
    _check(regular, held)
    before = said_of_shift(row)
    row.hours, row.starts, row.ends = regular.hours, regular.starts, regular.ends
    row.save(update_fields=["hours", "starts", "ends"])
    note(held, "shift_changed", {"from": before, "to": said_of_shift(regular)}, at, by)
    return row


@transaction.atomic
def remove_shift(*, shift: Shift, at: datetime, by: Actor) -> None:
    held = locked(shift.agent)
    row = _shift(shift)
    note(held, "shift_removed", said_of_shift(row), at, by)
    row.delete()


@transaction.atomic
def add_absence(*, agent: Agent, away: Away, at: datetime, by: Actor) -> Absence:
    held = locked(agent)
    if Absence.objects.filter(agent=held).count() >= MOST_ABSENCES:
        raise Invalid.field(
            "absence", f"At most {MOST_ABSENCES} absences each.", f"每人最多 {MOST_ABSENCES} 条缺勤。"
        )
    row = absence(away, held)
    row.save()
    note(held, "absence_added", said_of_absence(row), at, by)
    return row


@transaction.atomic
def change_absence(*, absence_row: Absence, away: Away, at: datetime, by: Actor) -> Absence:
    held = locked(absence_row.agent)
    row = _absence(absence_row)
    before, wanted = said_of_absence(row), absence(away, held)
    row.starts, row.ends, row.reason = wanted.starts, wanted.ends, wanted.reason
    row.save(update_fields=["starts", "ends", "reason"])
    note(held, "absence_changed", {"from": before, "to": said_of_absence(row)}, at, by)
    return row


@transaction.atomic
def remove_absence(*, absence_row: Absence, at: datetime, by: Actor) -> None:
    held = locked(absence_row.agent)
    row = _absence(absence_row)
    note(held, "absence_removed", said_of_absence(row), at, by)
    row.delete()


def _check(regular: Regular, agent: Agent) -> None:
    wrong = fault(regular, "", agent.zone)
    if wrong:
        raise Invalid(wrong)


def _shift(shift: Shift) -> Shift:
    found = Shift.objects.filter(pk=shift.pk).first()
    if found is None:
        raise Conflict(GONE)
    return found


def _absence(absence_row: Absence) -> Absence:
    found = Absence.objects.filter(pk=absence_row.pk).first()
    if found is None:
        raise Conflict(GONE)
    return found
