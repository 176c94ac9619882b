"""When staff work: who may be called is set here, and nowhere guessed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from sterling.accounts.models import Absence, Agent, Shift
from sterling.base import audit
from sterling.base.errors import FieldError, Invalid
from sterling.core import shifts
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.base.actor import Actor

MOST_SHIFTS = 20
MOST_ABSENCES = 200


@dataclass(frozen=True, slots=True)
class Regular:
    """`hours` from the local date `starts` on, until `ends`, which is the first date not worked."""

    hours: dict[str, Any]
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """Each end a date (its first moment in the engineer's zone) or an instant; `ends` is exclusive."""

    starts: str
    ends: str
    reason: str = ""


@transaction.atomic
def set_shifts(*, agent: Agent, regular: Sequence[Regular], at: datetime, by: Actor) -> Agent:
    """These are the engineer's regular shifts from now on, instead of those before. Invalid names the one at fault."""
    held = locked(agent)
    if len(regular) > MOST_SHIFTS:
        raise Invalid.field("shifts", f"At most {MOST_SHIFTS} entries.", f"最多 {MOST_SHIFTS} 项。")
    wrong = [
        error for place, one in enumerate(regular) if (error := fault(one, f"shifts.{place}.", held.zone))
    ]
    if wrong:
        raise Invalid(*wrong)
    Shift.objects.filter(agent=held).delete()
    Shift.objects.bulk_create(
        Shift(agent=held, hours=one.hours, starts=one.starts, ends=one.ends) for one in regular
    )
    data = {"shifts": [said_of_shift(one) for one in regular]}
    return note(held, "shifts_set", data, at, by)


@transaction.atomic
def set_absences(*, agent: Agent, away: Sequence[Away], at: datetime, by: Actor) -> Agent:
    """These are the engineer's absences, instead of those before."""
    held = locked(agent)
    if len(away) > MOST_ABSENCES:
        raise Invalid.field("absences", f"At most {MOST_ABSENCES} entries.", f"最多 {MOST_ABSENCES} 项。")
    rows = [absence(one, held, f"absences.{place}.") for place, one in enumerate(away)]
    Absence.objects.filter(agent=held).delete()
    Absence.objects.bulk_create(rows)
    data = {"absences": [said_of_absence(row) for row in rows]}
    return note(held, "absences_set", data, at, by)


def locked(agent: Agent) -> Agent:
    """The engineer's row, held until the transaction ends."""
    return Agent.objects.select_for_update(of=("self",)).select_related("user", "region").get(pk=agent.pk)


def note(agent: Agent, verb: str, data: dict[str, Any], at: datetime, by: Actor) -> Agent:
    Agent.objects.filter(pk=agent.pk).update(version=F("version") + 1)
    agent.version += 1
    audit.record(at=at, actor=by, verb=verb, object_kind="agent", object_id=agent.pk, data=data)
    return agent


def said_of_shift(one: Regular | Shift) -> dict[str, Any]:
    return {"hours": one.hours, "starts": str(one.starts or ""), "ends": str(one.ends or "")}


def said_of_absence(row: Absence) -> dict[str, Any]:
    return {"starts": str(row.starts), "ends": str(row.ends), "reason": row.reason}


def fault(one: Regular, before: str, zone: str) -> FieldError | None:
    """What is wrong with a shift, its field named after `before`."""
    try:
        shifts.Shift.from_dict(one.hours, zone, one.starts, one.ends)
    except ValueError as error:
        field, _, what = str(error).partition(": ")
        return FieldError(f"{before}{field}", Text(what, what))
    return None


def absence(one: Away, agent: Agent, before: str = "") -> Absence:
    """The row of an absence, not saved yet. Invalid names the field after `before`."""
    starts, ends = (_instant(getattr(one, name), f"{before}{name}", agent) for name in ("starts", "ends"))
    if ends <= starts:
        raise Invalid.field(f"{before}ends", "Must be after starts.", "必须晚于开始时间。")
    return Absence(agent=agent, starts=starts, ends=ends, reason=" ".join(one.reason.split())[:200])


def _instant(written: str, field: str, agent: Agent) -> datetime:
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(written)
        if len(written) == len("2026-12-24"):
            found = found.replace(tzinfo=ZoneInfo(agent.zone))
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    raise Invalid.field(
        field,
        "Write a date such as 2026-12-24, or an instant such as 2026-12-24T12:00:00Z.",
        "请填写日期（例如 2026-12-24）或时刻（例如 2026-12-24T12:00:00Z）。",
    )
