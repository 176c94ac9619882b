"""The living clocks of a ticket as one small piece of JSON beside its timeline: the form of `core.standing` on disk.

Instants and durations are whole microseconds, a calendar is its revision's key (0: around the clock). Of the legs
only the last is kept, since warnings are counted on it and the log can tell the others.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
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
    from sterling.core.clocks import Target

_METRICS, _STATES = list(Metric), list(State)
_WAYS, _HOURS = list(Way), list(Hours)


def packed(stands: Standing, of_regions: dict[str, list[calendars.Revision]]) -> list[Any]:
    """`of_regions`: the revisions among which the clocks' calendars are found."""
    return [
        *(None if one is None else _packed(one, of_regions) for one in (stands.owed, stands.update)),
        None if stands.late_since is None else microseconds(stands.late_since),
    ]


def unpacked(data: list[Any]) -> Standing:
    owed, update, late_since = data
    return Standing(
        None if owed is None else _unpacked(owed),
        None if update is None else _unpacked(update),
        None if late_since is None else instant(late_since),
    )


def _packed(one: Placed, of_regions: dict[str, list[calendars.Revision]]) -> list[Any]:
    clock, how = one.clock, one.clock.reckoning
    leg = clock.legs[-1] if clock.legs else Leg(clock.started, ALWAYS)
    return [
        one.ordinal,
        _METRICS.index(clock.metric),
        _STATES.index(clock.state),
        _HOURS.index(clock.hours),
        microseconds(clock.started),
        how.at and microseconds(how.at),
        _WAYS.index(how.way),
        microseconds(how.since),
        _amount(how.amount),
        _HOURS.index(how.hours),
        _amount(how.target),
        microseconds(leg.start),
        _key(leg.calendar, of_regions),
        clock.plan,
        clock.priority,
    ]


def _unpacked(data: list[Any]) -> Placed:
    (
        ordinal, metric, state, hours, started, at, way, since, amount, counted, target, start, key, plan, priority,
    ) = data  # fmt: skip
    legs = (Leg(instant(start), ALWAYS if key == 0 else calendars.by_key(key)),)
    aim = _read_amount(target)
    how = Reckoning(
        None if at is None else instant(at),
        _WAYS[way],
        instant(since),
        _read_amount(amount) or timedelta(),
        _HOURS[counted],
        aim,
        legs,
    )
    return Placed(
        ordinal,
        Clock(
            _METRICS[metric],
            instant(started),
            how.at,
            None,
            _STATES[state],
            aim,
            _HOURS[hours],
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


def _key(calendar: Calendar | None, of_regions: dict[str, list[calendars.Revision]]) -> int:
    """Equal calendars are one object in a process, so identity finds the revision."""
    if calendar is None or calendar is ALWAYS:
        return 0
    for revision in chain.from_iterable(reversed(found) for found in of_regions.values()):
        if revision.calendar is calendar:
            return revision.pk
    for revision in chain.from_iterable(of_regions.values()):
        if revision.calendar == calendar:
            return revision.pk
    raise LookupError("a clock is counted on a calendar of no region")
