"""A stretch of time and why it counts or does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.text import Text


class StretchCode(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Stretch:
    """[start, end) in UTC, all of one kind; `name` is the holiday's, where it has one."""

    start: datetime
    end: datetime
    code: StretchCode
    name: Text | None = None

    @property
    def open(self) -> bool:
        """Does this time count?"""
        return self.code in {StretchCode.OPEN, StretchCode.ALWAYS}
