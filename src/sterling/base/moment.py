"""The only place that reads a clock. Everything else is told what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)
