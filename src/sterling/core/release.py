"""When a reply that was sent may still be taken back, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MARGIN: Final = timedelta(seconds=30)
"""How far before a due the window has to end, so that our own slowness makes nobody late."""
LATE: Final = timedelta(seconds=5)
"""A release by so much after its time is told as late."""
AT_ONCE: Final = None


def undo_until(sent: datetime, window: timedelta, dues: Iterable[datetime | None]) -> datetime | None:
    """The instant at which a reply sent now goes out, or AT_ONCE: there is no time to take it back.

    `dues`: of the clocks that the reply would answer. A window must not make a kept promise a missed one, so
    near a due there is none. What is past its due already can wait.
    """
    ends = sent + window
    if window <= timedelta() or any(due is not None and sent <= due < ends + MARGIN for due in dues):
        return AT_ONCE
    return ends


def lateness(planned: datetime, released: datetime) -> timedelta | None:
    """By how much a reply went out after its time, where that is worth telling."""
    late = released - planned
    return late if late > LATE else None
