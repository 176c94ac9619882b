"""The worker's round over the clocks: what fell due since the last look is written down, what rings is raised."""

from __future__ import annotations

from sterling.base.moment import now
from sterling.sla.actions import alarms, recompute


def tick() -> int:
    """Bring every log up to date whose next clock has fallen due, and raise what has come; how many logs."""
    done = 0
    while True:
        taken = recompute.tick(at=now())
        done += taken
        if taken < recompute.BATCH:
            break
    while True:
        taken = alarms.raise_due(at=now())
        done += taken
        if taken < alarms.BATCH:
            return done
