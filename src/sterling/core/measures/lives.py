"""Where a ticket's time went: which status it had when, when it was resolved, how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.clocks import (
    AgentMessage,
    CallAnswered,
    CustomerMessage,
    Merged,
    Opened,
    PriorityChanged,
    Status,
    StatusChanged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.core.clocks import Event
    from sterling.core.measures.promises import Period

DAY = timedelta(days=1)
REOPENED_WITHIN = 14 * DAY
AGES = (1, 3, 7, 14, 30)  # the last day of each band of age; what is older follows
_WAITING = frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD})
_REOPENS = frozenset({Status.PENDING, Status.SOLVED})


@dataclass(frozen=True, slots=True)
class Span:
    """One status, [start, end); `end` None: it has it still."""

    status: Status
    start: datetime
    end: datetime | None

    def within(self, period: Period, until: datetime) -> timedelta:
        start, end = max(self.start, period.start), min(self.end or until, period.end, until)
        return max(timedelta(), end - start)


@dataclass(frozen=True, slots=True)
class Life:
    """A ticket from its events. `over`: closed or merged at that instant. `spoken`: when we spoke to the customer."""

    opened: datetime
    spans: tuple[Span, ...]
    priorities: tuple[tuple[datetime, str], ...]
    spoken: tuple[datetime, ...]
    merged: datetime | None

    def status_at(self, at: datetime) -> Status | None:
        """None before it was opened and once it was merged."""
        if at < self.opened or (self.merged and self.merged <= at):
            return None
        return next(span.status for span in reversed(self.spans) if span.start <= at)

    def priority_at(self, at: datetime) -> str:
        known = [name for since, name in self.priorities if since <= at]
        return known[-1] if known else self.priorities[0][1]

    def waits_at(self, at: datetime) -> bool:
        """Neither solved, closed nor merged: part of the backlog."""
        return self.status_at(at) in _WAITING


def life_of(events: Sequence[Event]) -> Life:
    """As the clocks hear the same events: a customer's message opens what was pending or solved."""
    opened = events[0]
    if not isinstance(opened, Opened):
        raise TypeError("events[0].type: a timeline begins with opened")
    heard = list(_heard(events[1:]))
    changes = [(opened.at, Status.OPEN)]
    for event in heard:
        if isinstance(event, StatusChanged) and event.to is not changes[-1][1]:
            changes.append((event.at, event.to))
        elif isinstance(event, CustomerMessage) and changes[-1][1] in _REOPENS:
            changes.append((event.at, Status.OPEN))
    priorities = [(event.at, event.to) for event in heard if isinstance(event, PriorityChanged)]
    merged = next((event.at for event in heard if isinstance(event, Merged)), None)
    ends = [at for at, _ in changes[1:]] + [merged]
    spans = tuple(Span(status, at, end) for (at, status), end in zip(changes, ends, strict=True))
    return Life(
        opened.at,
        spans,
        ((opened.at, opened.priority), *priorities),
        tuple(event.at for event in heard if _speaks(event)),
        merged,
    )


def _heard(events: Sequence[Event]) -> Iterator[Event]:
    """What still counts: after closed or merged nothing does."""
    for event in events:
        yield event
        if isinstance(event, Merged) or (isinstance(event, StatusChanged) and event.to is Status.CLOSED):
            return


def _speaks(event: Event) -> bool:
    return isinstance(event, AgentMessage | CallAnswered) or (
        isinstance(event, StatusChanged) and event.message
    )


def resolved_at(life: Life, until: datetime) -> datetime | None:
    """The last time that it was solved or closed, unless it was opened again by `until`."""
    since: datetime | None = None
    for span in life.spans:
        if span.start > until:
            break
        if span.status in _WAITING:
            since = None
        elif since is None:
            since = span.start
    return None if life.merged and life.merged <= until else since


def reopened(life: Life, period: Period, until: datetime) -> bool | None:
    """Was it solved in the period and then opened again within 14 days? None: it was not solved there."""
    solved = [
        (span, after)
        for span, after in zip(life.spans, (*life.spans[1:], None), strict=True)
        if span.status is Status.SOLVED and span.start in period and span.start <= until
    ]
    if not solved:
        return None
    return any(
        after is not None
        and after.status in _WAITING
        and after.start <= min(until, span.start + REOPENED_WITHIN)
        for span, after in solved
    )


def age_band(age: timedelta) -> int:
    """Which band of `AGES` an age falls into, by whole days begun."""
    return sum(age > last * DAY for last in AGES)
