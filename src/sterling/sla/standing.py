"""The living clocks of a ticket as one small piece of JSON beside its timeline: the form of `core.standing` on disk.

Instants and durations are whole microseconds, hours are named as a clock's row names them. Of the legs only the last
is kept, since warnings are counted on it and the log can tell the others: whose hours, on which revision's calendar
(0: the same in every region).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sterling.core.calendars import ALWAYS
from sterling.core.calendars.instants import MICROSECOND, instant, microseconds
from sterling.core.catalog import BusinessDays, Hours
from sterling.core.clocks import Clock, Leg, Metric, State
from sterling.core.clocks.reckoning import Reckoning, Way
from sterling.core.standing import Placed, Standing
from sterling.sla import calendars

if TYPE_CHECKING:
    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog
    from sterling.core.clocks import Target

_METRICS, _STATES = list(Metric), list(State)
_WAYS = list(Way)
_METRIC_PLACES = {one: place for place, one in enumerate(_METRICS)}
_STATE_PLACES = {one: place for place, one in enumerate(_STATES)}
_WAY_PLACES = {one: place for place, one in enumerate(_WAYS)}


Revisions = dict[str, list[calendars.Revision]]


def packed(stands: Standing, of_regions: Revisions) -> list[Any] | None:
    """`of_regions`: where the clocks' calendars are found. None: a clock was counted on hours that it left behind."""
    try:
        clocks = [None if one is None else _packed(one, of_regions) for one in (stands.owed, stands.update)]
    except LookupError:
        return None
    return [*clocks, None if stands.late_since is None else microseconds(stands.late_since)]


def unpacked(data: list[Any], catalog: Catalog) -> Standing:
    owed, update, late_since = data
    return Standing(
        None if owed is None else _unpacked(owed, catalog),
        None if update is None else _unpacked(update, catalog),
        None if late_since is None else instant(late_since),
    )


def _packed(one: Placed, of_regions: Revisions) -> list[Any]:
    clock, how = one.clock, one.clock.reckoning
    leg = clock.legs[-1] if clock.legs else Leg(clock.started, ALWAYS)
    started = microseconds(clock.started)
    return [
        one.ordinal,
        _METRIC_PLACES[clock.metric],
        _STATE_PLACES[clock.state],
        clock.hours.value,
        started,
        how.at and microseconds(how.at),
        _WAY_PLACES[how.way],
        started if how.since == clock.started else microseconds(how.since),
        _amount(how.amount),
        how.hours.value,
        _amount(how.target),
        started if leg.start == clock.started else microseconds(leg.start),
        *_place(leg.calendar, (how.hours, Hours.LOCAL, clock.hours), of_regions),
        clock.plan,
        clock.priority,
    ]


def _unpacked(data: list[Any], catalog: Catalog) -> Placed:
    (
        ordinal, metric, state, hours, started, at, way, since, amount, counted, target, start, whose, key, plan, priority,
    ) = data  # fmt: skip
    region = calendars.by_key(key) if key else ALWAYS
    # Most clocks were counted from their start on, on their own hours.
    begun, own = instant(started), catalog.hours(hours)
    legs = (
        Leg(
            begun if start == started else instant(start),
            (own if whose == hours else catalog.hours(whose)).on(region),
        ),
    )
    aim = _read_amount(target)
    due = None if at is None else instant(at)
    how = Reckoning(
        due,
        _WAYS[way],
        begun if since == started else instant(since),
        aim if amount == target and aim is not None else _read_amount(amount) or timedelta(),
        own if counted == hours else catalog.hours(counted),
        aim,
        legs,
    )
    return Placed(
        ordinal,
        Clock(
            _METRICS[metric],
            begun,
            due,
            None,
            _STATES[state],
            aim,
            own,
            plan,
            priority,
            after_miss=False,
            left=None,
            legs=legs,
            changes=(),
            reckoning=how,
        ),
    )


def _amount(amount: Target) -> int | str | None:
    if isinstance(amount, BusinessDays):
        return f"{amount.days}d"
    return None if amount is None else amount // MICROSECOND


def _read_amount(data: int | str | None) -> Target:
    if isinstance(data, str):
        return BusinessDays(int(data[:-1]))
    return None if data is None else timedelta(microseconds=data)


def _place(
    calendar: Calendar | None, candidates: tuple[Hours, ...], of_regions: Revisions
) -> tuple[str, int]:
    """Whose hours on which revision's calendar this is. Equal calendars are one object in a process."""
    if calendar is None or calendar is ALWAYS:
        return Hours.ALWAYS.value, 0
    for hours in candidates:
        for of_region in of_regions.values():
            for revision in reversed(of_region):
                if hours.on(revision.calendar) is calendar:
                    return hours.value, revision.pk
    raise LookupError
