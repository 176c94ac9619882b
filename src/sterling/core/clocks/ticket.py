"""The state of one ticket's promises between two events, and what can be done to them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.catalog import AsAgreed, Catalog, Cell, EachBusinessDay, Interval
from sterling.core.clocks import changes
from sterling.core.clocks.draft import Cause, Draft, Metric, Moved, State
from sterling.core.clocks.events import Status
from sterling.core.clocks.reckoning import EACH_DAY, Reckoning, Target, is_earlier, on_next_close, on_target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sterling.core.calendars import Calendar


@dataclass(slots=True)
class Promises:
    """Mutable, alive during one replay. `engine.py` turns events into these verbs."""

    catalog: Catalog
    region: Calendar
    plan: str
    priority: str
    public: datetime  # the last public agent message, else the opening
    zones: Mapping[str, str] = field(default_factory=dict)  # the customer's
    status: Status = Status.OPEN
    is_over: bool = False  # closed or merged: nothing more counts here
    merged: bool = False
    cadence: timedelta | None = None  # agreed with the customer
    drafts: list[Draft] = field(default_factory=list)  # every clock ever started, as created
    owed: Draft | None = None  # the response owed, also past its due
    update: Draft | None = None  # the live update clock, running or paused
    cell: Cell = field(init=False)
    rhythm: Target = field(init=False)  # what an update clock is given now; None: the rule is not timed

    def __post_init__(self) -> None:
        self.cell = self._cell()
        self.rhythm = self._rhythm()

    def _cell(self) -> Cell:
        cell = self.catalog.cell(self.plan, self.priority)
        return replace(cell, hours=cell.hours.of(self.zones)) if cell.hours.is_customers else cell

    def _rhythm(self) -> Target:
        """The agreed cadence in place of a timed rule, else the plan's rule."""
        rule = self.cell.update
        if isinstance(rule, Interval):
            return self.cadence or rule.every
        if isinstance(rule, EachBusinessDay):
            return self.cadence or EACH_DAY
        return self.cadence if isinstance(rule, AsAgreed) else None

    def pass_to(self, at: datetime) -> None:
        """Let time pass: an update whose due lies before `at` is missed, and the next starts there."""
        clock = self.update
        while clock is not None and not clock.paused and is_earlier(clock.reckoning.at, at):
            due = clock.reckoning.at
            assert due is not None
            clock.end(due, State.MISSED)
            hours = self.cell.hours
            if self.rhythm == EACH_DAY:
                reckoning = on_next_close(due, hours, self.region)
            else:
                reckoning = on_target(self.rhythm, due, hours, self.region)
            clock = self.update = self.start(Metric.UPDATE, due, reckoning, self.rhythm)
            clock.after_miss = True

    def start(self, metric: Metric, started: datetime, reckoning: Reckoning, target: Target) -> Draft:
        clock = Draft(metric, started, reckoning, target, self.cell.hours, self.plan, self.priority)
        self.drafts.append(clock)
        return clock

    def owe(self, metric: Metric, since: datetime) -> None:
        """Start a response clock; a cell without a target starts none."""
        target = self._reply(metric)
        if target is not None:
            reckoning = on_target(target, since, self.cell.hours, self.region)
            self.owed = self.start(metric, since, reckoning, target)

    def _reply(self, metric: Metric) -> Target:
        return self.cell.response if metric is Metric.FIRST_RESPONSE else self.cell.later_response

    def watch(self, at: datetime) -> None:
        """Start an update clock, if the rule is timed: computed first, then paused at once if not active."""
        if self.rhythm is not None:
            reckoning = on_target(self.rhythm, at, self.cell.hours, self.region)
            self.update = self.start(Metric.UPDATE, at, reckoning, self.rhythm)
            if not self.status.is_active:
                changes.pause(self.update, at, self.region)

    def speak(self, at: datetime) -> None:
        """A public agent message: it answers what is owed and begins the next update."""
        if self.owed is not None:
            self.owed.end(at, State.MISSED if self.owed.is_past(at) else State.MET)
            self.owed = None
        if self.update is not None:
            self.update.end(at, State.VOID if self.update.after_miss else State.MET)
        self.public = at
        self.watch(at)

    def release(self, at: datetime) -> None:
        """End the response owed without an answer."""
        if self.owed is not None:
            self.owed.end(at, State.MISSED if self.owed.is_past(at) else State.VOID)
            self.owed = None

    def unwatch(self, at: datetime) -> None:
        if self.update is not None:
            self.update.end(at, State.VOID)
            self.update = None

    def finish(self, at: datetime) -> None:
        """Closed or merged."""
        self.release(at)
        self.unwatch(at)
        self.is_over = True

    def agree(self, at: datetime, every: timedelta | None) -> None:
        """Another cadence, or none; where no rule is timed there is nothing to agree on, unless it waits for one."""
        was = self.rhythm
        if every is None and self.cadence is None:
            return
        if was is None and not isinstance(self.cell.update, AsAgreed):
            return
        self.cadence = every
        self.rhythm = self._rhythm()
        if was is None:
            self._begin_rule(at, self.rhythm)
            return
        if self.rhythm is None:
            self.unwatch(at)
            return
        hours, clock = self.cell.hours, self.update
        assert clock is not None  # there is exactly one while the rule is timed and the ticket lives
        if clock.paused:
            longer = every is not None and isinstance(clock.target, timedelta) and every > clock.target
            changes.rerule_paused(clock, self.rhythm, hours, tighter=not longer)
        elif every is not None:
            changes.agree(clock, at, every, hours, self.region)
        else:
            changes.end_cadence(clock, at, self.rhythm, hours, self.region)

    def recell(self, at: datetime, cause: Cause | None, held_rank: int | None = None) -> None:
        """Plan or priority have changed. `cause` None: a downgrade, which leaves the clocks that run.

        `held_rank`: after a change of priority, the rank of the old one.
        """
        was_timed = self.rhythm is not None
        self.cell = self._cell()
        if self.cadence is not None and not _still_stands(self.cadence, self.cell):
            self.cadence = None
        self.rhythm = self._rhythm()
        if self.owed is not None and cause is not None and not self.owed.is_past(at):
            self._shift(self.owed, at, cause, self._reply(self.owed.metric), held_rank)
        if self.rhythm is None:
            self.unwatch(at)
        elif not was_timed:
            self._begin_rule(at, self.rhythm)
        elif self.update is not None and cause is not None:
            self._shift(self.update, at, cause, self.rhythm, held_rank)

    def _shift(self, clock: Draft, at: datetime, cause: Cause, target: Target, held_rank: int | None) -> None:
        hours, before = self.cell.hours, clock.reckoning
        if clock.paused:
            changes.rerule_paused(clock, target, hours, tighter=cause is not Cause.LOWERED)
        elif cause is Cause.LOWERED:
            changes.lower_to(clock, at, target, hours, self.region)
        else:
            rank = self.catalog.priorities[self.priority].rank
            changes.raise_to(clock, at, cause, target, rank, hours, self.region)
        if held_rank is not None and not clock.paused:
            changes.hold(clock, before, held_rank)
        clock.plan, clock.priority = self.plan, self.priority

    def _begin_rule(self, at: datetime, rhythm: Target) -> None:
        """The rule was not timed and now is."""
        reckoning = changes.on_rule_begun(rhythm, self.public, at, self.cell.hours, self.region)
        self.update = clock = self.start(Metric.UPDATE, at, reckoning, rhythm)
        if reckoning.since != at:
            clock.changes = (Moved(at, Cause.RULE_BEGAN, None, reckoning.at),)
        if not self.status.is_active:
            changes.pause(clock, at, self.region)


def _still_stands(cadence: timedelta, cell: Cell) -> bool:
    """An agreed cadence outlives a change only if it is shorter, or stands in for each business day."""
    rule = cell.update
    return isinstance(rule, EachBusinessDay | AsAgreed) or (
        isinstance(rule, Interval) and cadence < rule.every
    )
