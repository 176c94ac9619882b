"""Entitlements: what a plan lets a customer use. Each kind says how its values are written and compared.

A catalog states the terms of each entitlement once (`Catalog.entitlements`) and a value per plan
(`Plan.entitlements`): true or false, a cap, an amount, or one of several choices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from sterling.core.catalog.cells import ResponseTarget
    from sterling.core.catalog.fields import Number
    from sterling.core.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """Up to and with `up_to` units the limit is `limit`; `None` means any number."""

    up_to: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class BySize:
    """A cap that grows with the customer: `per` names what is counted (subscriptions, employees, …)."""

    per: str
    steps: tuple[Step, ...]

    def at(self, size: int) -> int:
        """The cap of a customer of that size. The last step has no end."""
        return next(step.limit for step in self.steps if step.up_to is None or size <= step.up_to)


# The value of one entitlement in one plan. "unlimited" is a str; so is a choice.
Value = bool | int | float | str | BySize

UNLIMITED = "unlimited"


class Cadence(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


class Others(StrEnum):
    """What happens to the customer's people beyond a cap."""

    LOWEST_PLAN = "lowest_plan"
    REFUSE = "refuse"


class Overdraft(StrEnum):
    """Who may let a customer use more than was granted."""

    NEVER = "never"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""

    kind: ClassVar[str] = "flag"
    nothing: ClassVar[Value] = False
    name: Text

    def includes(self, value: Value) -> bool:
        return value is True

    def covers(self, more: Value, less: Value) -> bool:
        return more is True or less is not True


@dataclass(frozen=True, slots=True)
class Deliverable(Flag):
    """Something handed to the customer: on a rhythm, on demand, or by a due after an event.

    `priorities`: only for tickets of these. `due`: named stages, each so long after the event.
    """

    kind: ClassVar[str] = "deliverable"
    cadence: Cadence | None = None
    on_demand: bool = False
    priorities: tuple[str, ...] = ()
    due: Mapping[str, ResponseTarget] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role(Flag):
    """A named person for the customer. `bypassed_by`: tickets of these priorities do not wait for one."""

    kind: ClassVar[str] = "role"
    per_region: bool = False
    backups: bool = False
    cadence: Cadence | None = None
    bypassed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many at a time. `minimum`: what every plan above the lowest grants at least."""

    kind: ClassVar[str] = "cap"
    nothing: ClassVar[Value] = 0
    name: Text
    unit: Text
    others: Others = Others.LOWEST_PLAN
    minimum: int = 0

    def includes(self, value: Value) -> bool:
        return self.covers(value, 1)

    def covers(self, more: Value, less: Value) -> bool:
        """Also by size: `more` is nowhere below `less`. Caps counted per different things do not compare."""
        if isinstance(more, BySize) and isinstance(less, BySize) and more.per != less.per:
            return False
        return all(limit(more, size) >= limit(less, size) for size in _edges(more) | _edges(less))


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount to use up within a term."""

    kind: ClassVar[str] = "quantity"
    nothing: ClassVar[Value] = 0
    name: Text
    unit: Text
    term_months: int
    rollover: bool = False
    rounding: timedelta | None = None
    overdraft: Overdraft = Overdraft.NEVER
    notice_days: tuple[int, ...] = ()
    agreement_first: bool = False

    def includes(self, value: Value) -> bool:
        return limit(value) > 0

    def covers(self, more: Value, less: Value) -> bool:
        return limit(more) >= limit(less)


@dataclass(frozen=True, slots=True)
class Mode:
    """One of the choices of a Choice."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several modes, weakest first; from `included_from` on the entitlement counts as included."""

    kind: ClassVar[str] = "choice"
    name: Text
    choices: tuple[Mode, ...]
    included_from: str

    @property
    def nothing(self) -> Value:
        return self.choices[0].id

    def includes(self, value: Value) -> bool:
        return self.covers(value, self.included_from)

    def covers(self, more: Value, less: Value) -> bool:
        ids = [mode.id for mode in self.choices]
        return ids.index(str(more)) >= ids.index(str(less))

    def mode(self, value: Value) -> Mode:
        return next(mode for mode in self.choices if mode.id == value)


Entitlement = Flag | Deliverable | Role | Cap | Quantity | Choice


def limit(value: Value, size: int = 0) -> Number:
    """The number behind a cap or an amount, for a customer of that size; unlimited is infinity."""
    if isinstance(value, BySize):
        return value.at(size)
    if value == UNLIMITED:
        return float("inf")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a limit")
    return value


def _edges(value: Value) -> set[int]:
    """Sizes at which a cap may change, and one beyond the last."""
    if not isinstance(value, BySize):
        return {0}
    ends = {step.up_to for step in value.steps if step.up_to is not None}
    return {0} | ends | {end + 1 for end in ends}
