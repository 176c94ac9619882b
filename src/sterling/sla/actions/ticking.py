"""The worker's round over the clocks: what fell due since the last look is written down."""

from __future__ import annotations

from sterling.base.moment import now
from sterling.sla.actions import recompute


def tick() -> int:
    """Bring every log up to date whose next clock has fallen due; how many."""
    done = 0
    while True:
        taken = recompute.tick(at=now())
        done += taken
        if taken < recompute.BATCH:
            return done
