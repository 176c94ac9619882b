"""When a shift ends, what the next one is, and when a handover that nobody accepted has to be heard of higher up.

As with alarms, what counts is the instant at which something was so, not when somebody looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sterling.core.shifts import Span

LATER = timedelta(minutes=30)
"""So long after the lead the duty manager hears of it: the least by which shifts that follow the sun usually overlap."""
GRACE = timedelta(minutes=15)
"""A handover that is given when the shift is nearly over leaves at least so long to accept it. The giver may say more."""
USUAL = timedelta(hours=8)
LOOK = timedelta(days=2)


class Step(StrEnum):
    """Who hears: the lead when it should have been accepted, then the duty manager; on a decline at once."""

    LEAD = "lead"
    DUTY_MANAGER = "duty_manager"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Part:
    """One ticket of a handover: when it was settled (accepted, declined, taken back, taken by another, closed)."""

    settled: datetime | None


def come(accept_by: datetime, parts: Iterable[Part], now: datetime) -> list[tuple[Step, datetime]]:
    """The steps that have come by `now`: at each one's instant something had not been settled yet."""
    steps = ((Step.LEAD, accept_by), (Step.DUTY_MANAGER, accept_by + LATER))
    every = list(parts)
    return [(step, at) for step, at in steps if at < now and any(_open(one, at) for one in every)]


def next_look(accept_by: datetime, parts: Iterable[Part], now: datetime) -> datetime | None:
    """When somebody must look again; None: nothing can come any more."""
    if all(one.settled is not None for one in parts):
        return None
    return next((at for at in (accept_by, accept_by + LATER) if at >= now), None)


def _open(part: Part, at: datetime) -> bool:
    # Settled at the very instant is in time, as a reply at its due is.
    return part.settled is None or part.settled > at


@dataclass(frozen=True, slots=True)
class Change:
    """Where one shift hands over to the next: `ends` of this one, `until` of the next, and who has the next."""

    ends: datetime
    until: datetime
    region: str | None


def change(
    own: Sequence[Span], team: Sequence[Span], others: Mapping[str, Sequence[Span]], now: datetime
) -> Change:
    """The change of shifts that comes next, from the shifts themselves.

    `own`: what the engineer works, `team` their region, `others` each other region; spans in order, none touching.
    The shift ends where the engineer's ends; who is not on duty now ends with the team, else in an hour. The next
    shift is the other region's that goes on longest from there, or comes first.
    """
    ends = _end_of(own, now) or _end_of(team, now) or now + timedelta(hours=1)
    found = [
        (
            start > ends,
            -_seconds(max(start, ends), end) if start <= ends else _seconds(ends, start),
            region,
            end,
        )
        for region, spans in others.items()
        for start, end in _from(spans, ends)
    ]
    if not found:
        return Change(ends, ends + USUAL, None)
    _, _, region, until = min(found)
    return Change(ends, until, region)


def _end_of(spans: Sequence[Span], now: datetime) -> datetime | None:
    return next((end for start, end in spans if start <= now < end), None)


def _from(spans: Sequence[Span], at: datetime) -> list[Span]:
    """The first stretch that goes on after `at`."""
    return [span for span in spans if span[1] > at][:1]


def _seconds(a: datetime, b: datetime) -> float:
    return (b - a).total_seconds()
