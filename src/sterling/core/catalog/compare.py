"""Which of two promises may keep the customer waiting longer.

A promise counts as longer as soon as some start makes it so. Hours are compared apart (`narrower_hours`), so
that "4 h, 24x7" against "3 h, local hours" is longer: at noon on a working day it is.
"""

from __future__ import annotations

from datetime import timedelta

from sterling.core.catalog.cells import (
    BusinessDays,
    Cell,
    EachBusinessDay,
    Hours,
    Interval,
    OnStatusChange,
    ResponseTarget,
    UpdateRule,
)

# A catalog knows no region, so business days are taken as regions are shipped: 09:00 to 17:00.
_OPEN_DAY = timedelta(hours=8)
_CLOSE = timedelta(hours=17)
_WHOLE_DAY = timedelta(hours=24)


def longer_target(
    ours: ResponseTarget | None, our_hours: Hours, theirs: ResponseTarget | None, their_hours: Hours
) -> bool:
    """Whether `ours` may be due later than `theirs`. Best effort is later than any target."""
    if ours is None or theirs is None:
        return ours is None and theirs is not None
    if isinstance(ours, BusinessDays) and isinstance(theirs, BusinessDays):
        return ours.days > theirs.days
    if isinstance(theirs, BusinessDays) and isinstance(ours, timedelta):
        return ours > _shortest(theirs.days, their_hours, counted_on=our_hours)
    if isinstance(ours, BusinessDays) and isinstance(theirs, timedelta):
        # Begun just after an opening, they are N days and one more; and a weekend beats any 24x7 duration.
        if our_hours is Hours.LOCAL and their_hours is Hours.ALWAYS:
            return True
        return (ours.days + 1) * (_WHOLE_DAY if our_hours is Hours.ALWAYS else _OPEN_DAY) > theirs
    assert isinstance(ours, timedelta) and isinstance(theirs, timedelta)  # noqa: PT018 - the one pairing left
    return ours > theirs


def rarer_update(ours: Cell, theirs: Cell) -> bool:
    """Whether updates of `ours` may come later: timed rules before status changes before nothing."""
    our_rule, their_rule = ours.update, theirs.update
    if our_rule is None or their_rule is None:
        return our_rule is None and their_rule is not None
    if isinstance(our_rule, OnStatusChange) or isinstance(their_rule, OnStatusChange):
        return isinstance(our_rule, OnStatusChange) and not isinstance(their_rule, OnStatusChange)
    return longer_target(*_as_target(our_rule, ours.hours), *_as_target(their_rule, theirs.hours))


def narrower_hours(ours: Cell, theirs: Cell) -> bool:
    """Whether clocks of `ours` rest at night while those of `theirs` run (best effort has none)."""
    runs = theirs.response is not None or isinstance(theirs.update, Interval)
    return runs and theirs.hours is Hours.ALWAYS and ours.hours is Hours.LOCAL


def _shortest(days: int, hours: Hours, *, counted_on: Hours) -> timedelta:
    """How short N business days may be: begun just before midnight, counted on other hours."""
    if counted_on is Hours.LOCAL:
        return days * _OPEN_DAY
    return days * _WHOLE_DAY if hours is Hours.ALWAYS else (days - 1) * _WHOLE_DAY + _CLOSE


def _as_target(rule: UpdateRule, hours: Hours) -> tuple[ResponseTarget, Hours]:
    """Each business day is the next close of the region's calendar, whatever the cell's hours."""
    match rule:
        case Interval(every=every):
            return every, hours
        case EachBusinessDay():
            return BusinessDays(1), Hours.LOCAL
        case OnStatusChange():
            raise AssertionError("a status change has no due")
