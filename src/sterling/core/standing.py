"""What a new calendar can move of a ticket: its living clocks, told so that no log has to be read again.

`standing` and then `followed` give what a replay with the calendar's change gives (promises, section 5), as long as
no due passes meanwhile; `followed` says so where one does, and the log has to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.alarms import instant_of, instants_of, shares_of
from sterling.core.clocks import State
from sterling.core.clocks.changes import recalendar
from sterling.core.clocks.draft import Draft
from sterling.core.clocks.outcome import frozen
from sterling.core.clocks.reckoning import is_settled
from sterling.core.urgency import Urgency, late_since, most_urgent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog
    from sterling.core.clocks import Clock, Result


@dataclass(frozen=True, slots=True)
class Placed:
    """A clock that lives and has a due, with its place among all clocks of the ticket."""

    ordinal: int
    clock: Clock


@dataclass(frozen=True, slots=True)
class Standing:
    """The response owed and the update that runs; `late_since` as in `core.urgency`. A paused update is left out."""

    owed: Placed | None
    update: Placed | None
    late_since: datetime | None

    @property
    def placed(self) -> tuple[Placed, ...]:
        return tuple(one for one in (self.owed, self.update) if one is not None)

    @property
    def urgency(self) -> Urgency:
        owed, update = (one.clock if one else None for one in (self.owed, self.update))
        return most_urgent(owed, update, self.late_since)


def moves_with_calendar(result: Result) -> bool:
    """Whether a new calendar of the region could move any due of the ticket."""
    return any(_can_move(clock) for clock in (result.owed, result.update) if clock is not None)


def standing(result: Result) -> Standing | None:
    """The living clocks of a replay. None: one of them is due never, and only the log can follow it."""
    living = [clock for clock in (result.owed, result.update) if clock is not None]
    if any(clock.state is State.RUNNING and clock.due is None for clock in living):
        return None
    places = {id(clock): place for place, clock in enumerate(result.clocks)}
    owed, update = (
        Placed(places[id(clock)], clock) if clock is not None and clock.due is not None else None
        for clock in (result.owed, result.update)
    )
    return Standing(owed, update, late_since(result))


def followed(
    before: Standing, revisions: Sequence[tuple[datetime, Calendar]], until: datetime
) -> Standing | None:
    """The same clocks as of `until`, after these revisions: when, and a calendar that differs from the one before.

    None: a due passes before `until`, or becomes never; then only the log knows.
    """
    owed, update = before.owed, before.update
    for at, calendar in revisions:
        if _passes(owed, until) or _passes(update, until):
            return None
        owed, update = _moved(owed, at, calendar), _moved(update, at, calendar)
    if _passes(owed, until) or _passes(update, until):
        return None
    return Standing(owed, update, before.late_since)


def look_at(
    before: Standing, after: Standing, catalog: Catalog, known: datetime | None, until: datetime
) -> datetime | None:
    """When somebody must look whether an alarm rings, after the dues moved; `known`: when one had to before.

    A share that has come under the old due has rung, or `known` lies behind and stays.
    """
    found = list(_looks(before, after, catalog, until))
    if known is not None and known < until:
        found.append(known)
    return min(found, default=None)


def _looks(before: Standing, after: Standing, catalog: Catalog, until: datetime) -> Iterator[datetime]:
    for old, new in ((before.owed, after.owed), (before.update, after.update)):
        if old is None or new is None:
            continue
        for share, at in instants_of(new.clock, shares_of(catalog, is_response=new.clock.is_response)):
            if at is not None and at >= until:
                yield at
                break  # the others come later
            was = None if old is new else instant_of(old.clock, share)
            if at is not None and was is not None and was >= until:
                yield at


def _can_move(clock: Clock) -> bool:
    return clock.state is State.RUNNING and not is_settled(clock.reckoning)


def _passes(one: Placed | None, until: datetime) -> bool:
    if one is None or one.clock.state is not State.RUNNING:
        return False
    return one.clock.due is None or one.clock.due < until


def _moved(one: Placed | None, at: datetime, region: Calendar) -> Placed | None:
    if one is None or not _can_move(one.clock):
        return one
    clock = one.clock
    draft = Draft(
        clock.metric,
        clock.started,
        clock.reckoning,
        clock.target,
        clock.hours,
        clock.plan,
        clock.priority,
        clock.after_miss,
        state=clock.state,
        changes=clock.changes,
    )
    recalendar(draft, at, region)
    return Placed(one.ordinal, frozen(draft))
