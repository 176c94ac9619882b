"""What a promise strip is drawn from: plain values of one ticket. Instants are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from sterling.core.calendars import Stretch


class Kind(StrEnum):
    """What happened: one mark each."""

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    NOTE = "note"
    RAISED = "raised"
    LOWERED = "lowered"
    STATUS = "status"


class Mark(NamedTuple):
    at: datetime
    kind: Kind


class How(StrEnum):
    """Does a piece of a clock count?"""

    COUNTS = "counts"
    CLOSED = "closed"
    PAUSED = "paused"


class Piece(NamedTuple):
    """[start, end) of one clock's way to its due."""

    start: datetime
    end: datetime
    how: How


@dataclass(frozen=True, slots=True)
class Run:
    """One clock. `metric`: first_response, next_response, update. `state`: running, paused, met, missed, void.

    `pieces` lead from `started` to its due, or to its end or to now where it has none. `owed`: missed, and the
    answer has still to be given. `always`: counts around the clock. `left`: what a paused interval has left.
    """

    metric: str
    started: datetime
    due: datetime | None
    ended: datetime | None
    state: str
    pieces: tuple[Piece, ...]
    owed: bool = False
    always: bool = False
    left: timedelta | None = None

    @property
    def is_update(self) -> bool:
        return self.metric == "update"

    def stops(self, now: datetime) -> datetime:
        """Where its bar ends: at a reply, a pause's end, a due."""
        if self.state in {"met", "void"} and self.ended:
            return self.ended
        return self.due or self.ended or now


@dataclass(frozen=True, slots=True)
class Strip:
    """A ticket's promises in time. `marks`, `runs` and `hours` in the order of time.

    `hours`: the region's open and closed stretches without gaps, from before the first mark to after the last
    due. `live`: neither closed nor merged. `for_customer`: in the customer's words.
    """

    marks: tuple[Mark, ...]
    runs: tuple[Run, ...]
    hours: tuple[Stretch, ...]
    now: datetime
    zone: tzinfo
    live: bool = True
    for_customer: bool = False
