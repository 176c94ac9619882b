"""The Date field: an aware instant or None, never an exception."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,6})?\s*(?:Z|[+-]\d{2}:?\d{2})?")
_LIMIT = 200
_DAY = 86_400


def parse(text: str) -> datetime | None:
    """The instant of an RFC 5322 date (or ISO 8601, or nearly); a zone that is missing or impossible is UTC."""
    text = text.strip()[:_LIMIT]
    if not text:
        return None
    try:
        if (iso := _ISO.match(text)) is not None:
            found = datetime.fromisoformat(re.sub(r"\s+(?=[+-Z])", "", iso[0], count=0).strip())
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        fields = parsedate_tz(text)
        if fields is None:
            return None
        year, month, day, hour, minute, second = fields[:6]
        offset = fields[9] or 0
        zone = timezone(timedelta(seconds=offset)) if abs(offset) < _DAY else UTC
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
