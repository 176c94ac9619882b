"""Durations as ISO 8601 writes them, in hours, minutes and seconds: `PT1H`, `PT30M`, `PT1H30M`, `PT0.5S`.

Days and anything longer are refused: a day of support is not 24 hours (write `PT24H`, or business days).
"""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_SHAPE = re.compile(rf"PT(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?")
_MICROSECONDS = (3_600_000_000, 60_000_000, 1_000_000)
_MOST_CHARACTERS = 64
_EXAMPLES = "hours, minutes and seconds like PT4H or PT1H30M"


def parse_duration(text: str) -> timedelta:
    """The duration that `text` writes, exact to the microsecond and never negative.

    ValueError says what is wrong: another shape, days or longer, a fraction that is not in the last
    place or finer than a microsecond, a duration longer than timedelta holds.
    """
    shape = _SHAPE.fullmatch(text) if len(text) <= _MOST_CHARACTERS else None
    if shape is None or not any(shape.groups()):
        if re.match(r"P[^T]*[0-9][YMWD]", text):
            raise ValueError(f"{text[:_MOST_CHARACTERS]!r} counts days or longer: write {_EXAMPLES}")
        raise ValueError(f"{text[:_MOST_CHARACTERS]!r} is not a duration: write {_EXAMPLES}")
    parts = [(part, scale) for part, scale in zip(shape.groups(), _MICROSECONDS, strict=True) if part]
    if any("." in part for part, _ in parts[:-1]):
        raise ValueError(f"{text!r} has a fraction that is not in its last place")
    total = sum((Fraction(part) * scale for part, scale in parts), start=Fraction(0))
    if total.denominator != 1:
        raise ValueError(f"{text!r} is finer than a microsecond")
    try:
        return timedelta(microseconds=total.numerator)
    except OverflowError:
        raise ValueError(f"{text!r} is longer than can be counted") from None


def format_duration(duration: timedelta) -> str:
    """The one way to write `duration`: `PT24H`, `PT1H30M`, `PT0.25S`, `PT0S`. ValueError when negative."""
    if duration < timedelta(0):
        raise ValueError(f"a duration is never negative: {duration}")
    seconds, micros = divmod(duration // timedelta(microseconds=1), 1_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{micros:06d}".rstrip("0") if micros else ""
    text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or micros or not text:
        text += f"{seconds}{fraction}S"
    return f"PT{text}"
