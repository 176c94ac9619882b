"""Which of two promises may keep the customer waiting longer.

A promise counts as longer as soon as some start makes it so. Hours are compared apart (`narrower_hours`), so
that "4 h, 24x7" against "3 h, local hours" is longer: at noon on a working day it is.
"""

from __future__ import annotations

from datetime import timedelta

from sterling.core.catalog.cells import (
    AsAgreed,
    BusinessDays,
    Cell,
    EachBusinessDay,
    Interval,
    OnStatusChange,
    ResponseTarget,
    UpdateRule,
)
from sterling.core.catalog.hours import Hours

# A catalog knows no region, so business days are taken as regions are shipped: 09:00 to 17:00.
_CLOSE = timedelta(hours=17)
_WHOLE_DAY = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 24 * 60
# Rules without a rhythm, the strongest first.
_UNTIMED = (OnStatusChange, AsAgreed)


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
        if their_hours.is_always and not our_hours.is_always:
            return True
        return (ours.days + 1) * max(_days(our_hours)) > theirs
    assert isinstance(ours, timedelta) and isinstance(theirs, timedelta)  # noqa: PT018 - the one pairing left
    return ours > theirs


def rarer_update(ours: Cell, theirs: Cell) -> bool:
    """Whether updates of `ours` may come later: timed rules, then status changes, then what is agreed, then none."""
    our_rule, their_rule = ours.update, theirs.update
    if our_rule is None or their_rule is None:
        return our_rule is None and their_rule is not None
    if isinstance(our_rule, _UNTIMED) or isinstance(their_rule, _UNTIMED):
        return _weakness(our_rule) > _weakness(their_rule)
    return longer_target(*_as_target(our_rule, ours.hours), *_as_target(their_rule, theirs.hours))


def _weakness(rule: UpdateRule) -> int:
    return _UNTIMED.index(type(rule)) + 1 if isinstance(rule, _UNTIMED) else 0


def narrower_hours(ours: Cell, theirs: Cell) -> bool:
    """Whether clocks of `ours` rest at some hour of the week at which those of `theirs` run (best effort has none)."""
    runs = theirs.response is not None or isinstance(theirs.update, Interval)
    return runs and not ours.hours.week >= theirs.hours.week


def _days(hours: Hours) -> list[timedelta]:
    """How long each day of a week is open that opens at all."""
    counts = [sum(1 for minute in hours.week if minute // _DAY_MINUTES == day) for day in range(7)]
    return [count * _MINUTE for count in counts if count]


def _shortest(days: int, hours: Hours, *, counted_on: Hours) -> timedelta:
    """How short N business days may be: begun just before midnight, counted on other hours."""
    if not counted_on.is_always:
        return days * min(_days(counted_on))
    return days * _WHOLE_DAY if hours.is_always else (days - 1) * _WHOLE_DAY + _CLOSE


def _as_target(rule: UpdateRule, hours: Hours) -> tuple[ResponseTarget, Hours]:
    """Each business day is the next close of the region's calendar, whatever the cell's hours."""
    match rule:
        case Interval(every=every):
            return every, hours
        case EachBusinessDay():
            return BusinessDays(1), Hours.LOCAL
        case OnStatusChange() | AsAgreed():
            raise AssertionError("neither has a due")
