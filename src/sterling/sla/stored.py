"""Clocks on disk: the replay's result, kept so that lists and reports need not replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base import rows as tables
from sterling.core.catalog import target_json
from sterling.sla.models import Clock, Timeline

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.clocks import Clock as CoreClock
    from sterling.core.clocks import Result

FIELDS = ("metric", "plan", "priority", "started", "due", "ended", "state", "hours", "target")
_DUE = FIELDS.index("due")


def _row(timeline: Timeline, ordinal: int, clock: CoreClock) -> Clock:
    return Clock(
        timeline=timeline,
        organization_id=timeline.organization_id,
        ordinal=ordinal,
        metric=clock.metric.value,
        plan=clock.plan,
        priority=clock.priority,
        started=clock.started,
        due=clock.due,
        ended=clock.ended,
        state=clock.state.value,
        hours=clock.hours.value,
        target=target_json(clock.target),
    )


def _values(row: Clock) -> tuple[object, ...]:
    return tuple(getattr(row, field) for field in FIELDS)


def clock_rows(timeline: Timeline, result: Result) -> list[Clock]:
    """The result's clocks as rows; nothing is written."""
    return [_row(timeline, ordinal, clock) for ordinal, clock in enumerate(result.clocks)]


def store_clocks(timeline: Timeline, result: Result) -> dict[int, datetime | None]:
    """Write the clocks that differ from what is stored. Two queries at most.

    The living ones whose due is another now, by their place, with the due before.
    """
    known: dict[int, tuple[object, ...]] = {}
    if not tables.is_new(timeline):
        stored = Clock.objects.filter(timeline=timeline).values_list("ordinal", *FIELDS)
        known = {ordinal: tuple(values) for ordinal, *values in stored}
    rows = clock_rows(timeline, result)
    changed = [row for row in rows if known.get(row.ordinal) != _values(row)]
    if changed:
        tables.insert(changed, replace=FIELDS, where=("timeline", "ordinal"))
    return {row.ordinal: due for row in changed if (due := _moved_from(row, known)) != row.due}


def _moved_from(row: Clock, known: dict[int, tuple[object, ...]]) -> datetime | None:
    """The due that a living clock had; its own where it is new, has ended or has none."""
    was = known.get(row.ordinal)
    if was is None or row.ended is not None or row.due is None:
        return row.due
    due: datetime | None = was[_DUE]  # type: ignore[assignment]  # as the column has it
    return due
