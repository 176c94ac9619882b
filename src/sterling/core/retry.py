"""Trying again is a value: how long to wait, or that it is enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# Minutes after each failed try; the sum is four days, which outlives a weekend without a mail server.
WAITS = (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440, 1200)
GIVE_UP: Final = None


def retry_after(attempts: int) -> timedelta | None:
    """The wait after so many failed tries (1 is the first), or GIVE_UP."""
    return timedelta(minutes=WAITS[attempts - 1]) if 1 <= attempts <= len(WAITS) else GIVE_UP
