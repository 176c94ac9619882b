"""A due and the way it was computed, so that it can be computed again and explained.

`None` as an instant means never: later than every instant.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sterling.core.calendars import Calendar
from sterling.core.catalog import BusinessDays, Hours

Target = timedelta | BusinessDays | None
"""What a clock is given: open time, closes of business days, or nothing (best effort)."""

EACH_DAY = BusinessDays(1)


class Way(StrEnum):
    HOURS = "hours"  # so much open time after `since`
    DAYS = "days"  # the close of a business day after the local date of `since`
    NEXT_CLOSE = "next_close"  # the first close of a business day after `since`
    KEPT = "kept"  # an earlier due that a new calendar could not move: stays for good
    NEVER = "never"  # nothing to count


# Named tuples, not dataclasses: a replay makes one of each per clock, and they cost a third to make.


class Leg(NamedTuple):
    """From `start` on, time counts on `calendar` (None: the clock is paused)."""

    start: datetime
    calendar: Calendar | None


class Reckoning(NamedTuple):
    """A due (`at`), how it was reached, the target it serves, and the legs it runs through."""

    at: datetime | None
    way: Way
    since: datetime
    amount: timedelta | BusinessDays
    hours: Hours
    target: Target
    legs: tuple[Leg, ...]


NOTHING = timedelta(0)


def is_earlier(one: datetime | None, other: datetime | None) -> bool:
    """Strictly earlier; never is later than every instant."""
    return one is not None and (other is None or one < other)


def legs_with(legs: tuple[Leg, ...], leg: Leg) -> tuple[Leg, ...]:
    """`legs` and then `leg`, which replaces any that would start with it or later."""
    return (*(old for old in legs if old.start < leg.start), leg)


def on_target(
    target: Target,
    since: datetime,
    hours: Hours,
    region: Calendar,
    legs: tuple[Leg, ...] = (),
    starts: datetime | None = None,
) -> Reckoning:
    """The due of `target` counted from `since`.

    `legs` came before; `starts` is where the new leg begins, if not at `since`.
    """
    amount: timedelta | BusinessDays
    if isinstance(target, timedelta):
        calendar = hours.on(region)
        at, way, amount = calendar.add(since, target), Way.HOURS, target
    elif target is None:
        calendar, at, way, amount = region, None, Way.NEVER, NOTHING
    else:
        calendar, way, amount = region, Way.DAYS, target
        at = region.nth_close_after(region.local_date(since), target.days, since=since)
    leg = Leg(starts or since, calendar)
    return Reckoning(at, way, since, amount, hours, target, legs_with(legs, leg) if legs else (leg,))


def on_next_close(since: datetime, hours: Hours, region: Calendar) -> Reckoning:
    """The due of a business-day update begun by a miss at `since`."""
    legs = (Leg(since, region),)
    return Reckoning(region.first_close_after(since), Way.NEXT_CLOSE, since, NOTHING, hours, EACH_DAY, legs)


def on_rest(
    left: timedelta | None,
    since: datetime,
    target: Target,
    hours: Hours,
    region: Calendar,
    legs: tuple[Leg, ...],
) -> Reckoning:
    """What was `left` at a pause (None: more than any duration), counted from the resume at `since`."""
    calendar = hours.on(region)
    legs = legs_with(legs, Leg(since, calendar))
    if left is None:
        return Reckoning(None, Way.NEVER, since, NOTHING, hours, target, legs)
    return Reckoning(calendar.add(since, left), Way.HOURS, since, left, hours, target, legs)


def is_settled(old: Reckoning) -> bool:
    """Whatever calendars come, this due stays: 24x7 or nothing decides it, or it was kept for good."""
    return old.way is Way.KEPT or old.way is Way.NEVER or (old.way is Way.HOURS and old.hours.is_always)


def again(old: Reckoning, region: Calendar) -> Reckoning:
    """The same computation under a new calendar. What 24x7 or nothing decides stays as it is."""
    if is_settled(old):
        return old
    calendar = region
    if old.way is Way.NEXT_CLOSE:
        at = region.first_close_after(old.since)
    elif isinstance(old.amount, timedelta):
        calendar = old.hours.on(region)
        at = calendar.add(old.since, old.amount)
    else:
        at = region.nth_close_after(region.local_date(old.since), old.amount.days, since=old.since)
    first = max(old.legs[0].start, old.since)
    legs = tuple(Leg(leg.start, calendar) if leg.calendar and leg.start >= first else leg for leg in old.legs)
    return Reckoning(at, old.way, old.since, old.amount, old.hours, old.target, legs)


def kept(old: Reckoning) -> Reckoning:
    """The same due for good, whatever calendars come."""
    return old._replace(way=Way.KEPT)


def at_once(at: datetime, hours: Hours) -> Reckoning:
    """Due the moment it starts: a status change that carries its message, or does not."""
    return Reckoning(at, Way.KEPT, at, NOTHING, hours, None, ())
