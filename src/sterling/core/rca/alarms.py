"""When somebody must hear of an edition that is not published: shares of the region's open time until its due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sterling.core.calendars import Calendar

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Ring:
    """At `at`, `share` percent of the time are used; at 100 the due passes."""

    share: int
    at: datetime


def rings(starts: datetime, due: datetime, calendar: Calendar, shares: Iterable[int]) -> list[Ring]:
    """Each share's instant, in order. As with dues, it has come when *now* is later."""
    whole = calendar.elapsed(starts, due)
    found = []
    for share in shares:
        at = (
            due
            if share == WHOLE
            else calendar.add(starts, whole * share // WHOLE)
            if share < WHOLE
            else calendar.add(due, whole * (share - WHOLE) // WHOLE)
        )
        if at is not None:
            found.append(Ring(share, at))
    return sorted(found, key=lambda ring: (ring.at, ring.share))
