"""What routing knows when it decides: the ticket, the engineers, and what it says afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.core.text import Text


@dataclass(frozen=True, slots=True)
class Engineer:
    """One of the staff at one instant.

    `on`: on shift now; None: nobody has said when they work. `next_on`: when they come on (again); None: unknown or
    never. `back`: absent until then. `takes`: gets tickets of the pool, not only those that name them.
    `load` counts open tickets; `cap` None: no limit. `assigned_at`: when they last got one.
    """

    id: int
    name: str
    tier: int
    region: str | None = None
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    on: bool | None = True
    next_on: datetime | None = None
    back: datetime | None = None
    takes: bool = True
    load: int = 0
    cap: int | None = None
    assigned_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        return self.cap is not None and self.load >= self.cap

    @property
    def over(self) -> int:
        return 0 if self.cap is None else max(0, self.load - self.cap + 1)

    @property
    def waited_since(self) -> datetime:
        return self.assigned_at or datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """The ticket at the instant `at`.

    `tier`: the least that may work on it. `bypasses`: its priority goes to whoever is on duty. `due`: of the reply
    that is owed; None: none is. `named`: the customer's primary engineer for the region, then the backups in order.
    `holder`: who has it already. `without`: who must not get it.
    """

    at: datetime
    tier: int
    region: str
    language: str = ""
    skills: frozenset[str] = frozenset()
    bypasses: bool = False
    due: datetime | None = None
    named: tuple[int, ...] = ()
    holder: int | None = None
    without: frozenset[int] = frozenset()


class Code(StrEnum):
    """Why somebody, or nobody, gets a ticket."""

    KEPT = "kept"
    PRIMARY = "primary"
    PRIMARY_SOON = "primary_soon"
    BACKUP = "backup"
    BACKUP_SOON = "backup_soon"
    ON_DUTY = "on_duty"
    POOL = "pool"
    OVER_CAP = "over_cap"
    NOBODY_ON = "nobody_on"
    NO_SHIFTS = "no_shifts"
    ALL_FULL = "all_full"
    NOBODY = "nobody"


class Why(StrEnum):
    """Why somebody was passed over."""

    URGENT = "urgent"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"
    ABSENT = "absent"
    OFF = "off"
    TOO_LATE = "too_late"
    FULL = "full"
    TIER = "tier"
    SKILLS = "skills"
    LANGUAGE = "language"
    REGION = "region"
    LOWER_TIER_FIRST = "lower_tier_first"
    TURN = "turn"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who could have been meant, and why not. `until`: when they come on or back, where that is known."""

    agent: int
    name: str
    why: Why
    until: datetime | None = None
    what: str = ""
    named: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A value to compare by its code, and a sentence to read."""

    code: Code
    text: Text


@dataclass(frozen=True, slots=True)
class Next:
    """Nobody is there; this one comes on next."""

    agent: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """Who gets the ticket (None: it waits in the pool of `tier`), why, who hears of it, and who was passed over.

    `passed`: the named engineers, then those of the pool who stood next; `rest` counts the others by reason.
    """

    agent: int | None
    tier: int
    reason: Reason
    informed: tuple[int, ...] = ()
    passed: tuple[Passed, ...] = ()
    next: Next | None = None
    rest: Mapping[Why, int] = field(default_factory=dict)
