"""What people type for a target or a rule, in either language: `4h`, `1 h 30`, `240m`, `next business day`."""

from __future__ import annotations

import re
from datetime import timedelta

from sterling.core.durations import format_duration, parse_duration
from sterling.core.text import Text

_TIME = re.compile(
    r"(?:(?P<hours>\d{1,5}(?:\.\d{1,3})?)\s*(?:hours?|hrs?|h|小时|时))?\s*"
    r"(?:(?P<minutes>\d{1,5})\s*(?:minutes?|mins?|min|m|分钟|分)?)?",
    re.IGNORECASE,
)
_DAYS = re.compile(r"(\d{1,3})\s*(?:business\s*days?|working\s*days?|bd|个?工作日)", re.IGNORECASE)
_EVERY = re.compile(r"^(?:every|each|每隔?)\s*", re.IGNORECASE)
_WORDS = {
    "next business day": {"business_days": 1},
    "nbd": {"business_days": 1},
    "下一个工作日": {"business_days": 1},
    "下个工作日": {"business_days": 1},
    "best effort": None,
    "none": None,
    "-": None,
    "–": None,
    "—": None,
    "尽力而为": None,
    "无": None,
}
_RULES = {
    "each business day": {"rule": "business_day"},
    "every business day": {"rule": "business_day"},
    "once each business day": {"rule": "business_day"},
    "daily": {"rule": "business_day"},
    "每个工作日": {"rule": "business_day"},
    "on status change": {"rule": "status_change"},
    "status change": {"rule": "status_change"},
    "状态变更时": {"rule": "status_change"},
    "as agreed": {"rule": "as_agreed"},
    "agreed": {"rule": "as_agreed"},
    "按约定": {"rule": "as_agreed"},
    "as needed": None,
    "none": None,
    "-": None,
    "–": None,
    "—": None,
    "视情况而定": None,
    "无": None,
}
WANTED = Text(
    "Write a time such as 4 h, 1 h 30 min or 240 min, next business day, 2 business days, or best effort.",
    "请填写时间，例如 4 小时、1 小时 30 分钟、240 分钟、下一个工作日、2 个工作日，或尽力而为。",
)
WANTED_RULE = Text(
    "Write every 4 h, each business day, on status change, as agreed, or as needed.",
    "请填写每 4 小时、每个工作日、状态变更时、按约定，或视情况而定。",
)


class Unreadable(ValueError):
    """What was typed says nothing; `text` says what would."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def typed_target(text: str) -> str | dict[str, int] | None:
    """A target as a catalog file writes it. Unreadable says what can be typed."""
    said = " ".join(text.split())
    if said.lower() in _WORDS:
        return _WORDS[said.lower()]
    days = _DAYS.fullmatch(said)
    if days and int(days[1]):
        return {"business_days": int(days[1])}
    time = _time(said)
    if time is None:
        raise Unreadable(WANTED)
    return format_duration(time)


def typed_rule(text: str) -> dict[str, str] | None:
    """An update rule as a catalog file writes it. Unreadable says what can be typed."""
    said = " ".join(text.split())
    if said.lower() in _RULES:
        return _RULES[said.lower()]
    time = _time(_EVERY.sub("", said))
    if time is None:
        raise Unreadable(WANTED_RULE)
    return {"rule": "interval", "every": format_duration(time)}


def _time(said: str) -> timedelta | None:
    """More than nothing, in hours and minutes, or as ISO 8601 writes it; a bare number is no time."""
    if said.upper().startswith("PT"):
        try:
            return parse_duration(said.upper()) or None
        except ValueError:
            return None
    found = _TIME.fullmatch(said)
    if found is None or said.isdecimal():
        return None
    hours, minutes = found["hours"], found["minutes"]
    if hours is None and minutes is None:
        return None
    microseconds = round(float(hours or 0) * 3_600_000_000) + int(minutes or 0) * 60_000_000
    return timedelta(microseconds=microseconds) or None
