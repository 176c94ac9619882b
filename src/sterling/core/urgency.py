"""What a ticket's clocks ask for next: the one promise that decides its place in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.catalog import Hours
from sterling.core.clocks import Metric, State

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.clocks import Clock, Result


@dataclass(frozen=True, slots=True)
class Urgency:
    """The most urgent promise, as of the replay.

    `due` lies behind while the promise is past due and still owed: for a response its own due, for updates
    that of the first one missed since the last public message. `tick_at`: when the next running clock falls
    due, so that somebody looks again then.
    """

    due: datetime | None
    clock: Clock | None
    paused_left: timedelta | None
    tick_at: datetime | None


def urgency(result: Result) -> Urgency:
    """The promise to be kept first. Nothing owed, or all of it paused: no due."""
    return most_urgent(result.owed, result.update, late_since(result))


def most_urgent(owed: Clock | None, update: Clock | None, since: datetime | None) -> Urgency:
    """The same of the two clocks that live. `since`: the due of the first missed update, as of `late_since`."""
    waiting: list[tuple[datetime, int, Clock]] = []
    if owed and owed.due:
        waiting.append((owed.due, 0, owed))
    if update and update.due:
        waiting.append((since or update.due, 1, update))
    first = min(waiting, key=lambda item: item[:2], default=None)
    running = [clock.due for clock in (owed, update) if clock and clock.due and clock.state is State.RUNNING]
    return Urgency(
        due=first[0] if first else None,
        clock=first[2] if first else None,
        paused_left=update.left if update and update.state is State.PAUSED else None,
        tick_at=min(running, default=None),
    )


def late_since(result: Result) -> datetime | None:
    """The due of the first of the missed updates that led to this one; None when the last message was in time."""
    since = None
    follows = result.update
    if follows is None or not follows.due:
        return None
    for clock in reversed(
        [clock for clock in result.clocks if clock.metric is Metric.UPDATE and clock is not result.update]
    ):
        if not follows.after_miss:
            break
        since, follows = clock.due, clock
    return since


def counted_on(clock: Clock) -> Hours:
    """Whose hours tell how much of a target is used: business days are the region's, whatever the plan's hours."""
    return clock.hours if isinstance(clock.target, timedelta) else Hours.LOCAL
