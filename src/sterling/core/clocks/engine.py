"""The one pure function that decides every deadline: events in, clocks out (promises, sections 3 to 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sterling.core.calendars import Calendar
from sterling.core.catalog import Catalog, Cell, EachBusinessDay, Hours, Interval, OnStatusChange
from sterling.core.clocks import changes
from sterling.core.clocks.draft import Cause, Draft, Metric, Moved, State
from sterling.core.clocks.events import (
    AgentMessage,
    CadenceAgreed,
    CalendarChanged,
    CallAnswered,
    CustomerMessage,
    Event,
    Merged,
    NoReplyNeeded,
    Opened,
    PlanChanged,
    PriorityChanged,
    Remark,
    Side,
    Status,
    StatusChanged,
)
from sterling.core.clocks.reckoning import (
    EACH_DAY,
    NOTHING,
    Leg,
    Reckoning,
    Target,
    Way,
    is_earlier,
    on_next_close,
    on_target,
)


class Run:
    """The state of one ticket's promises between two events."""

    __slots__ = (
        "cadence",
        "catalog",
        "cell",
        "drafts",
        "merged",
        "opened",
        "owed",
        "plan",
        "priority",
        "public",
        "region",
        "status",
        "timed",
        "update",
    )

    catalog: Catalog
    region: Calendar
    drafts: list[Draft]  # every clock ever started, as created
    owed: Draft | None  # the response owed, also past its due
    update: Draft | None  # the live update clock, running or paused
    status: Status
    merged: bool
    plan: str
    priority: str
    cell: Cell
    cadence: timedelta | None  # agreed with the customer
    timed: Target  # what an update clock is given now; None: the rule is not timed
    public: datetime  # the last public agent message, else the opening

    def __init__(self, catalog: Catalog, calendar: Calendar, opened: Opened) -> None:
        self.catalog, self.region = catalog, calendar
        self.drafts, self.owed, self.update = [], None, None
        self.status, self.merged = Status.OPEN, False
        self.plan, self.priority = opened.plan, opened.priority
        self.cell, self.cadence, self.public = catalog.cell(opened.plan, opened.priority), None, opened.at
        self.timed = self._rule()
        if opened.by is Side.CUSTOMER:
            self._owe(Metric.FIRST_RESPONSE, opened.at)
        if self.timed is not None:
            self._start_update(on_target(self.timed, opened.at, self.cell.hours, calendar), opened.at)

    @property
    def lives(self) -> bool:
        return self.status is not Status.CLOSED and not self.merged

    def take(self, event: Event) -> None:
        """One event; events come in order."""
        if self.lives:
            self.pass_to(event.at)
            _HANDLERS[type(event)](self, event)

    def pass_to(self, at: datetime) -> None:
        """Let time pass: an update whose due lies before `at` is missed, and the next starts there."""
        clock = self.update
        while clock is not None and not clock.paused and is_earlier(clock.reckoning.at, at):
            due = clock.reckoning.at
            assert due is not None
            clock.end(due, State.MISSED)
            hours = self.cell.hours
            if self.timed == EACH_DAY:
                reckoning = on_next_close(due, hours, self.region)
            else:
                reckoning = on_target(self.timed, due, hours, self.region)
            clock = self._start_update(reckoning, due)
            clock.after_miss = True

    # Starting and ending

    def _start(self, metric: Metric, started: datetime, reckoning: Reckoning, target: Target) -> Draft:
        clock = Draft(metric, started, reckoning, target, self.cell.hours, self.plan, self.priority)
        self.drafts.append(clock)
        return clock

    def _owe(self, metric: Metric, since: datetime) -> None:
        target = self.cell.response
        if target is not None:
            reckoning = on_target(target, since, self.cell.hours, self.region)
            self.owed = self._start(metric, since, reckoning, target)

    def _start_update(self, reckoning: Reckoning, at: datetime) -> Draft:
        """The update clock that begins at `at`; computed first, then paused at once if the ticket is not active."""
        self.update = clock = self._start(Metric.UPDATE, at, reckoning, self.timed)
        if not self.status.is_active:
            changes.pause(clock, at, self.region)
        return clock

    def _release(self, at: datetime) -> None:
        """End the response owed without an answer."""
        if self.owed is not None:
            self.owed.end(at, State.MISSED if self.owed.is_past(at) else State.VOID)
            self.owed = None

    def _stop_update(self, at: datetime) -> None:
        if self.update is not None:
            self.update.end(at, State.VOID)
            self.update = None

    def _speak(self, at: datetime) -> None:
        """A public agent message: it answers what is owed and begins the next update."""
        if self.owed is not None:
            self.owed.end(at, State.MISSED if self.owed.is_past(at) else State.MET)
            self.owed = None
        self.public = at
        if self.update is not None:
            self.update.end(at, State.VOID if self.update.after_miss else State.MET)
        if self.timed is not None:
            self._start_update(on_target(self.timed, at, self.cell.hours, self.region), at)

    # Events

    def _customer_message(self, event: CustomerMessage) -> None:
        since, owed = event.since, self.owed
        if owed is None:
            self._owe(Metric.NEXT_RESPONSE, event.at if since is None else since)
        elif since is not None and since < owed.started and not owed.is_past(event.at):
            changes.carry_over(owed, since, event.at, self.region)
        if self.status is Status.PENDING or self.status is Status.SOLVED:
            self.status = Status.OPEN
            if self.update is not None:
                changes.resume(self.update, event.at, self.region, self.owed)

    def _agent_message(self, event: AgentMessage | CallAnswered) -> None:
        self._speak(event.at)

    def _remark(self, event: Remark) -> None:
        """Touches no clock."""

    def _no_reply_needed(self, event: NoReplyNeeded) -> None:
        self._release(event.at)

    def _merged(self, event: Merged) -> None:
        self._release(event.at)
        self._stop_update(event.at)
        self.merged = True

    def _status(self, event: StatusChanged) -> None:
        at, to = event.at, event.to
        if event.message:
            self._speak(at)
        if to is self.status:
            return
        if event.by is Side.AGENT and isinstance(self.cell.update, OnStatusChange):
            done = Reckoning(at, Way.KEPT, at, NOTHING, self.cell.hours, None, (Leg(at, self.region),))
            self._start(Metric.UPDATE, at, done, None).end(at, State.MET if event.message else State.MISSED)
        was_active, self.status = self.status.is_active, to
        if to is Status.CLOSED:
            self._release(at)
            self._stop_update(at)
        elif self.update is not None and was_active != to.is_active:
            if was_active:
                changes.pause(self.update, at, self.region)
            else:
                changes.resume(self.update, at, self.region, None)

    def _calendar(self, event: CalendarChanged) -> None:
        if event.calendar == self.region:
            return
        self.region = event.calendar
        for clock in (self.owed, self.update):
            if clock is not None and not clock.is_past(event.at):
                changes.recalendar(clock, event.at, self.region)

    def _cadence(self, event: CadenceAgreed) -> None:
        if self.timed is None or (event.every is None and self.cadence is None):
            return
        self.cadence, at, hours = event.every, event.at, self.cell.hours
        self.timed = self._rule()
        clock = self.update
        assert clock is not None  # there is exactly one while the rule is timed and the ticket lives
        if clock.paused:
            longer = (
                event.every is not None and isinstance(clock.target, timedelta) and event.every > clock.target
            )
            changes.rerule_paused(clock, self.timed, hours, tighter=not longer)
        elif event.every is not None:
            changes.agree(clock, at, event.every, hours, self.region)
        else:
            changes.end_cadence(clock, at, self.timed, hours, self.region)

    def _priority(self, event: PriorityChanged) -> None:
        if event.to == self.priority:
            return
        ranks = self.catalog.priorities
        old, new = ranks[self.priority].rank, ranks[event.to].rank
        self.priority = event.to
        self._recell(event.at, Cause.RAISED if new > old else Cause.LOWERED, held_rank=old)

    def _plan(self, event: PlanChanged) -> None:
        if event.to == self.plan:
            return
        plans = self.catalog.plans
        upgraded = plans[event.to].rank > plans[self.plan].rank
        self.plan = event.to
        self._recell(event.at, Cause.UPGRADED if upgraded else None)

    # The cell

    def _rule(self) -> Target:
        """What an update clock is given: the agreed cadence in place of a timed rule, else the plan's."""
        rule = self.cell.update
        if isinstance(rule, Interval):
            return self.cadence or rule.every
        if isinstance(rule, EachBusinessDay):
            return self.cadence or EACH_DAY
        return None

    def _recell(self, at: datetime, cause: Cause | None, held_rank: int | None = None) -> None:
        """Another cell holds from `at` on. `cause` None: a downgrade, which leaves the clocks that run."""
        was_timed = self.timed is not None
        self.cell = self.catalog.cell(self.plan, self.priority)
        rule = self.cell.update
        stands = isinstance(rule, EachBusinessDay) or (
            isinstance(rule, Interval) and self.cadence is not None and self.cadence < rule.every
        )
        self.cadence = self.cadence if stands else None
        self.timed = self._rule()
        hours, rank = self.cell.hours, self.catalog.priorities[self.priority].rank
        if self.owed is not None and cause is not None and not self.owed.is_past(at):
            self._shift(self.owed, at, cause, self.cell.response, hours, rank, held_rank)
        if self.timed is None:
            self._stop_update(at)
        elif not was_timed:
            self._begin_rule(at, hours)
        elif self.update is not None and cause is not None:
            if self.update.paused:
                changes.rerule_paused(self.update, self.timed, hours, tighter=cause is not Cause.LOWERED)
                self.update.plan, self.update.priority = self.plan, self.priority
            else:
                self._shift(self.update, at, cause, self.timed, hours, rank, held_rank)

    def _shift(
        self,
        clock: Draft,
        at: datetime,
        cause: Cause,
        target: Target,
        hours: Hours,
        rank: int,
        held_rank: int | None,
    ) -> None:
        before = clock.reckoning
        if cause is Cause.LOWERED:
            changes.lower_to(clock, at, target, hours, self.region)
        else:
            changes.raise_to(clock, at, cause, target, rank, hours, self.region)
        if held_rank is not None:
            changes.hold(clock, before, held_rank)
        clock.plan, clock.priority = self.plan, self.priority

    def _begin_rule(self, at: datetime, hours: Hours) -> None:
        """The rule was not timed and now is."""
        reckoning = changes.on_rule_begun(self.timed, self.public, at, hours, self.region)
        clock = self._start(Metric.UPDATE, at, reckoning, self.timed)
        self.update = clock
        if reckoning.since != at:
            clock.changes = (Moved(at, Cause.RULE_BEGAN, None, reckoning.at),)
        if not self.status.is_active:
            changes.pause(clock, at, self.region)


_HANDLERS: dict[type[Event], Callable[[Run, Any], None]] = {
    CustomerMessage: Run._customer_message,
    AgentMessage: Run._agent_message,
    CallAnswered: Run._agent_message,
    Remark: Run._remark,
    PriorityChanged: Run._priority,
    PlanChanged: Run._plan,
    StatusChanged: Run._status,
    CadenceAgreed: Run._cadence,
    CalendarChanged: Run._calendar,
    NoReplyNeeded: Run._no_reply_needed,
    Merged: Run._merged,
}


def run(catalog: Catalog, calendar: Calendar, events: Sequence[Event], until: datetime) -> Run | None:
    """The state at `until` after `events`, which are in order and begin with `Opened`. None: not open yet.

    ValueError when the first event is not `Opened`; KeyError when the catalog lacks a plan or priority.
    """
    if not events or not isinstance(events[0], Opened):
        raise ValueError("events[0].type: a timeline begins with opened")
    if events[0].at > until:
        return None
    state = Run(catalog, calendar, events[0])
    for event in events[1:]:
        if event.at > until:
            break
        state.take(event)
    state.pass_to(until)
    for clock in state.drafts:
        if clock.paused and clock.ended is None:
            clock.state = State.PAUSED
    if state.owed is not None and state.owed.is_past(until):
        state.owed.state = State.MISSED
    state.drafts.sort(key=_order)
    return state


_METRICS = {metric: place for place, metric in enumerate(Metric)}


def _order(clock: Draft) -> tuple[datetime, int]:
    return clock.started, _METRICS[clock.metric]
