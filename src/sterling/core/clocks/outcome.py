"""What a replay hands out: frozen clocks and the facts that the product takes its decisions from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.clocks.draft import Draft, Metric, Moved, State
from sterling.core.clocks.engine import run
from sterling.core.clocks.events import Event, Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog, Hours
    from sterling.core.clocks.reckoning import Leg, Reckoning, Target


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock. `due` None: paused, ended while paused, or never.

    `target` is what the due was counted from: open time, business days, or None (best effort, and a
    status change on Low). `legs` and `changes` say how the due came about; `why()` reads them.
    `reckoning` is how it was computed, so that a new calendar can compute it again.
    """

    metric: Metric
    started: datetime
    due: datetime | None
    ended: datetime | None
    state: State
    target: Target
    hours: Hours
    plan: str
    priority: str
    after_miss: bool
    left: timedelta | None  # while paused: what an interval has left
    legs: tuple[Leg, ...]
    changes: tuple[Moved, ...]
    reckoning: Reckoning

    @property
    def is_response(self) -> bool:
        return self.metric is not Metric.UPDATE


@dataclass(frozen=True, slots=True)
class Result:
    """Every clock ever started, in order, and where the ticket stands at `until`.

    `owed`: the response owed, running or missed and still unanswered. `update`: the live update
    clock, running or paused. `status` None: not open yet at `until`.
    """

    clocks: tuple[Clock, ...]
    status: Status | None
    merged: bool
    plan: str | None
    priority: str | None
    cadence: timedelta | None
    owed: Clock | None
    update: Clock | None

    @property
    def is_live(self) -> bool:
        """Something may still become due or be missed: neither closed nor merged."""
        return self.status is not None and self.status is not Status.CLOSED and not self.merged

    @property
    def dues(self) -> tuple[Clock, ...]:
        """What somebody must still do, nearest due first: clocks that run, a missed response still owed."""
        waiting = [clock for clock in (self.owed, self.update) if clock is not None and clock.due is not None]
        return tuple(sorted(waiting, key=_due))

    @property
    def next_due(self) -> datetime | None:
        return next((clock.due for clock in self.dues), None)


def _due(clock: Clock) -> datetime:
    assert clock.due is not None
    return clock.due


def replay_events(catalog: Catalog, calendar: Calendar, events: Sequence[Event], until: datetime) -> Result:
    """Events, in order and beginning with `Opened`, to clocks as of `until`; later events are ignored.

    `calendar` is the region's at the opening. Instants are aware, in UTC. ValueError when the first
    event is not `Opened` or the catalog lacks a cell that is asked for.
    """
    state = run(catalog, calendar, events, until)
    if state is None:
        return Result((), None, merged=False, plan=None, priority=None, cadence=None, owed=None, update=None)
    made = {id(draft): frozen(draft) for draft in state.drafts}
    return Result(
        clocks=tuple(made.values()),
        status=state.status,
        merged=state.merged,
        plan=state.plan,
        priority=state.priority,
        cadence=state.cadence,
        owed=None if state.owed is None else made[id(state.owed)],
        update=None if state.update is None else made[id(state.update)],
    )


def frozen(draft: Draft) -> Clock:
    return Clock(
        draft.metric,
        draft.started,
        draft.due,
        draft.ended,
        draft.state,
        draft.reckoning.target,
        draft.hours,
        draft.plan,
        draft.priority,
        draft.after_miss,
        draft.left if draft.paused else None,
        draft.reckoning.legs,
        draft.changes,
        draft.reckoning,
    )
