"""How support is measured: attainment, what is typical, how sure one may be, where a ticket's time went.

A promise belongs to the period in which it fell due, and one that is overdue and still waits counts as missed:
leaving it out would flatter. Every share carries the number that it is a share of.
"""

from __future__ import annotations

from sterling.core.measures.figures import FEW, Share, middle, percentile, wilson
from sterling.core.measures.lives import AGES, Life, age_band, life_of, reopened, resolved_at
from sterling.core.measures.promises import (
    Measured,
    Outcome,
    Period,
    kept_tickets,
    measured,
    outcome,
    share_of,
    used_of,
)

__all__ = [
    "AGES", "FEW", "Life", "Measured", "Outcome", "Period", "Share", "age_band", "kept_tickets", "life_of", "measured",
    "middle", "outcome", "percentile", "reopened", "resolved_at", "share_of", "used_of", "wilson",
]  # fmt: skip
