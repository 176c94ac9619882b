"""Days of contracts and catalogs as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def midnight(day: date, timezone: str) -> datetime:
    """The instant at which `day` begins in `timezone`; the next existing one where midnight is skipped."""
    return datetime.combine(day, time.min, ZoneInfo(timezone)).astimezone(UTC)


def day_at(at: datetime | None, timezone: str) -> date | None:
    """The date it is in `timezone`: the inverse of `midnight`."""
    return at.astimezone(ZoneInfo(timezone)).date() if at else None
