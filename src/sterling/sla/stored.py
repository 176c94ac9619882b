"""Clocks on disk: the replay's result, kept so that lists and reports need not replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base import rows as tables
from sterling.base.foreseen import told
from sterling.base.prepared import Columns
from sterling.core.catalog import target_json
from sterling.sla.models import Clock, Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.core.clocks import Clock as CoreClock
    from sterling.core.clocks import Result

Stored = dict[int, tuple[object, ...]]
CLOCKS = "stored clocks"
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


def stored_clocks(timelines: Sequence[int]) -> dict[int, Stored]:
    """What is stored of these logs' clocks: by timeline and ordinal the values of FIELDS. One query."""
    found: dict[int, Stored] = {timeline: {} for timeline in timelines}
    for timeline, ordinal, *values in _STORED.all(list(timelines)):
        found[timeline][ordinal] = tuple(values)
    return found


_STORED = Columns(
    lambda keys: Clock.objects.filter(timeline_id__among=keys).values_list("timeline_id", "ordinal", *FIELDS),
    list,
)


def store_clocks(timeline: Timeline, result: Result) -> dict[int, datetime | None]:
    """Write the clocks that differ from what is stored. Two queries at most.

    The living ones whose due is another now, by their place, with the due before.
    """
    known: Stored = {}
    if not tables.is_new(timeline):
        known = told(CLOCKS, timeline.pk, lambda: stored_clocks([timeline.pk])[timeline.pk])
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
