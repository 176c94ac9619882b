"""The worker's round over the clocks: what fell due since the last look is written down, what rings is raised."""

from __future__ import annotations

from sterling.base.moment import now
from sterling.sla.actions import alarms, following, recompute


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


def follow() -> int:
    """Bring the tickets of every revised region up to date; how many. Cheap where none is behind."""
    return sum(following.follow_region(region_id=region, at=now()) for region in following.behind())
