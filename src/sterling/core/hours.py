"""The ledger of professional-services hours: what was granted, booked, used, and what is left (D16).

A ledger is a list of entries that is only added to; every figure is a sum over it. Amounts are timedeltas in steps
of 15 minutes. Each entry belongs to one price term: hours do not roll over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

STEP = timedelta(minutes=15)
NOTHING = timedelta()


class Kind(StrEnum):
    GRANT = "grant"  # for a term, or pro rata with a change of plan (then perhaps less than nothing)
    BOOK = "book"  # asked for, and not agreed to yet
    RELEASE = "release"  # a booking that ends
    DRAW = "draw"  # used
    EXPIRE = "expire"  # what was left when the term ended
    OVERRIDE = "override"  # a manager allows more than was granted


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `amount` is more than nothing, but for a grant that a downgrade takes back."""

    kind: Kind
    amount: timedelta


@dataclass(frozen=True, slots=True)
class Balance:
    """`granted` holds overrides too. `left` is what may be booked."""

    granted: timedelta = NOTHING
    booked: timedelta = NOTHING
    used: timedelta = NOTHING
    expired: timedelta = NOTHING

    @property
    def left(self) -> timedelta:
        return self.granted - self.booked - self.used - self.expired


def balance(entries: Iterable[Entry]) -> Balance:
    """The sum of a term's entries, whatever their order."""
    sums = dict.fromkeys(Kind, NOTHING)
    for entry in entries:
        sums[entry.kind] += entry.amount
    return Balance(
        granted=sums[Kind.GRANT] + sums[Kind.OVERRIDE],
        booked=sums[Kind.BOOK] - sums[Kind.RELEASE],
        used=sums[Kind.DRAW],
        expired=sums[Kind.EXPIRE],
    )


def is_step(amount: timedelta) -> bool:
    """More than nothing, in whole steps."""
    return amount > NOTHING and amount % STEP == NOTHING


def missing(now: Balance, amount: timedelta) -> timedelta:
    """How much a manager would have to allow for `amount` to be booked; nothing where enough is left."""
    return max(NOTHING, amount - now.left)


def taken_back(now: Balance, delta: timedelta) -> timedelta:
    """What a change of plan adds: all of what is more, and of what is less no more than is left."""
    return delta if delta >= NOTHING else max(delta, -max(NOTHING, now.left))


def agreed(now: Balance, amount: timedelta) -> tuple[Entry, Entry]:
    """A booking that the customer agreed to becomes use: its entries."""
    if amount > now.booked:
        raise ValueError(f"only {now.booked} are booked, not {amount}")
    return Entry(Kind.RELEASE, amount), Entry(Kind.DRAW, amount)


def lapse(now: Balance) -> Entry | None:
    """At the end of a term what is left expires; what is booked stays booked until it is decided."""
    return Entry(Kind.EXPIRE, now.left) if now.left > NOTHING else None
