"""What a contract is worth when it changes in mid-term, and where it stands on a day. Days are local dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CENT = Decimal("0.01")
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
MINUTE_SHARE = Fraction(1, 15)  # of a quarter
NOTICE_DAYS = (90, 30, 7)


class Phase(StrEnum):
    """Where a contract stands on a day."""

    FUTURE = "future"
    RUNNING = "running"
    GRACE = "grace"  # past its end, and still served
    ENDED = "ended"
    SUPERSEDED = "superseded"  # a later one counts in its place


@dataclass(frozen=True, slots=True)
class Term:
    """[starts, ends) and the days after the end in which the plan is still served. `ends` None: open-ended."""

    starts: date
    ends: date | None
    grace_days: int = 0

    @property
    def served_until(self) -> date | None:
        """The first day that is served no more."""
        return None if self.ends is None else self.ends + timedelta(days=self.grace_days)

    def phase(self, day: date) -> Phase:
        if day < self.starts:
            return Phase.FUTURE
        if self.ends is None or day < self.ends:
            return Phase.RUNNING
        until = self.served_until
        return Phase.GRACE if until is not None and day < until else Phase.ENDED

    def days_left(self, day: date) -> int | None:
        """Days from `day` to the end; None when open-ended, 0 once it has ended."""
        return None if self.ends is None else max(0, (self.ends - max(day, self.starts)).days)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def current_term(term: Term, day: date, months: int) -> tuple[date, date]:
    """The price term of so many months that `day` lies in: [from, until). A contract may run for several."""
    count = 0
    while add_months(term.starts, (count + 1) * months) <= day:
        count += 1
    begins = add_months(term.starts, count * months)
    until = add_months(term.starts, (count + 1) * months)
    return begins, min(until, term.ends) if term.ends and term.ends > begins else until


def prorated_price(before: Decimal, after: Decimal, day: date, begins: date, until: date) -> Decimal:
    """What a change on `day` adds to the price of the term [begins, until), to the cent; less than 0 is a credit."""
    share = Decimal((until - max(day, begins)).days) / Decimal((until - begins).days)
    return ((after - before) * share).quantize(CENT, rounding=ROUND_HALF_UP)


def granted(
    first: timedelta, changes: Iterable[tuple[date, timedelta]], begins: date, until: date
) -> timedelta:
    """What a term [begins, until) grants in all: `first` at its begin, from each change's day on another amount.

    The exact share of every day is summed and rounded once, to 15 minutes; so changes lose nothing on the way.
    """
    whole, total, amount = (until - begins).days, Fraction(first // MINUTE), first
    for day, other in changes:
        left = (until - min(max(day, begins), until)).days
        total += Fraction((other - amount) // MINUTE * left, whole)
        amount = other
    quarters = total * MINUTE_SHARE
    return QUARTER * ((2 * quarters.numerator + quarters.denominator) // (2 * quarters.denominator))


def notices(term: Term, day: date) -> tuple[int, ...]:
    """Which of the notices (days before the end) have come on `day`, the latest first: 7, 30, 90."""
    if term.ends is None or day < term.starts:
        return ()
    left = (term.ends - day).days
    return tuple(sorted(days for days in NOTICE_DAYS if left <= days)) if left >= 0 else ()
