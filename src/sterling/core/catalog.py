"""The catalog: plans x priorities, and what each cell promises.

Times are `timedelta`; nothing here reads a clock or a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Hours(StrEnum):
    """On whose hours a cell's clocks count."""

    ALWAYS = "always"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Interval:
    """Never more than `every` between public agent messages, on the cell's hours."""

    every: timedelta


@dataclass(frozen=True, slots=True)
class EachBusinessDay:
    """One public agent message by the close of each business day of the region."""


@dataclass(frozen=True, slots=True)
class OnStatusChange:
    """A status change by our side carries a public message."""


UpdateRule = Interval | EachBusinessDay | OnStatusChange


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The close of the Nth business day after the local date of the start."""

    days: int


ResponseTarget = timedelta | BusinessDays


@dataclass(frozen=True, slots=True)
class Cell:
    """What one plan promises at one priority. `None` means best effort: no clock."""

    response: ResponseTarget | None
    update: UpdateRule | None
    hours: Hours
