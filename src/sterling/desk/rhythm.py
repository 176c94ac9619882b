"""A rhythm of updates as people type and read it: "4h", "90 min", 4 小时."""

from __future__ import annotations

import re
from datetime import timedelta

from sterling.base.errors import Invalid
from sterling.base.formats import full_length
from sterling.core.durations import format_duration, parse_duration
from sterling.core.text import Text

CHOICES = ("PT1H", "PT2H", "PT4H", "PT8H", "PT24H")
_HOURS = r"(?:(\d{1,4}(?:\.\d)?)\s*(?:h|hours?|小时|时))?"
_MINUTES = r"(?:(\d{1,5})\s*(?:m|min|minutes?|分钟|分))?"
_SHAPE = re.compile(rf"{_HOURS}\s*{_MINUTES}")


def typed_rhythm(text: str) -> str:
    """`4h`, `1 h 30 min`, `90 分钟` or ISO 8601, as ISO 8601. Invalid: nothing of the kind."""
    said = text.strip().lower()
    found = _SHAPE.fullmatch(said)
    if found and any(found.groups()):
        hours, minutes = found.groups()
        return format_duration(timedelta(hours=float(hours or 0), minutes=int(minutes or 0)))
    try:
        return format_duration(parse_duration(said.upper()))
    except ValueError:
        raise Invalid.field(
            "every", "Write it like 4 h or 90 min.", "请写成“4 小时”或“90 分钟”这样的时长。"
        ) from None


def spoken_rhythm(every: str) -> Text:
    return full_length(parse_duration(every))
