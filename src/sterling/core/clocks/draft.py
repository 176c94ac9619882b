"""One clock while it is being decided: the only mutable thing of the core, alive during one replay."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sterling.core.catalog import Hours
    from sterling.core.clocks.reckoning import Reckoning, Target


class Metric(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    UPDATE = "update"


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


class Cause(StrEnum):
    """What moved a due."""

    RAISED = "priority_raised"
    LOWERED = "priority_lowered"
    UPGRADED = "plan_upgraded"
    CADENCE = "cadence_agreed"
    CADENCE_ENDED = "cadence_ended"
    CALENDAR = "calendar_changed"
    CARRIED_OVER = "carried_over"
    PAUSED = "paused"
    RESUMED = "resumed"
    RULE_BEGAN = "rule_began"


class Moved(NamedTuple):
    """A due that changed at `at`: what did it, the due before and after (None: paused, or never)."""

    at: datetime
    what: Cause
    before: datetime | None
    after: datetime | None


class Held(NamedTuple):
    """A due that a clock had when its priority was changed, and the rank of that priority."""

    reckoning: Reckoning
    rank: int


@dataclass(slots=True)
class Draft:
    metric: Metric
    started: datetime
    reckoning: Reckoning
    target: Target
    hours: Hours
    plan: str
    priority: str
    after_miss: bool = False
    paused: bool = False
    left: timedelta | None = None  # at the pause; None: more than any duration
    due_stands: bool = True  # while paused: a business day's due as before still counts
    ended: datetime | None = None
    state: State = State.RUNNING
    held: tuple[Held, ...] = ()
    changes: tuple[Moved, ...] = ()

    @property
    def due(self) -> datetime | None:
        return None if self.paused else self.reckoning.at

    def is_past(self, at: datetime) -> bool:
        due = self.reckoning.at
        return not self.paused and due is not None and at > due

    def end(self, at: datetime, state: State) -> None:
        self.ended, self.state = at, state

    def move(self, reckoning: Reckoning, at: datetime, what: Cause) -> None:
        """Take another reckoning; on the record if the due is another."""
        if reckoning.at != self.reckoning.at:
            self.changes += (Moved(at, what, self.reckoning.at, reckoning.at),)
        self.reckoning = reckoning
