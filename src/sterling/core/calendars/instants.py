"""Instants as aware datetimes in UTC, and as whole microseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)

MICROSECOND = timedelta(microseconds=1)
ZERO = timedelta(0)
LIMIT = timedelta(days=3653)
"""What lies further ahead than this is *never*."""

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
DAY_US = 24 * 60 * MINUTE_US


def utc(at: datetime, field: str) -> datetime:
    """`at` in UTC, its fold honored. ValueError names `field` when `at` is naive.

    An instant outside the years 1 to 9999 of UTC becomes the nearest one inside.
    """
    if at.utcoffset() is None:
        raise ValueError(f"{field}: {at.isoformat()} has no time zone; an instant needs one")
    try:
        return EPOCH + (at - EPOCH)
    except OverflowError:
        return FIRST if at.year == 1 else LAST


def microseconds(at: datetime) -> int:
    """Microseconds from 1970 to `at`, which is aware."""
    return (at - EPOCH) // MICROSECOND


def instant(us: int) -> datetime:
    """The inverse of `microseconds`, in UTC. OverflowError outside the years 1 to 9999."""
    return EPOCH + timedelta(microseconds=us)


def limit_after(at: datetime) -> datetime:
    """The last instant that is not *never*, seen from `at`."""
    try:
        return at + LIMIT
    except OverflowError:
        return LAST
