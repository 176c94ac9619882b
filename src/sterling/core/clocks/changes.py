"""How the due of a clock that lives gives way (promises, section 5).

Every function takes a clock that is neither ended nor past its due. A due gives way only to a
strictly earlier one (strictly later where it is lowered); on a tie the old one stays, with the way
it was computed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sterling.core.calendars import Calendar
from sterling.core.catalog import Hours
from sterling.core.clocks.draft import Cause, Draft, Held, Moved
from sterling.core.clocks.reckoning import (
    EACH_DAY,
    NOTHING,
    Leg,
    Reckoning,
    Target,
    again,
    is_earlier,
    kept,
    legs_with,
    on_next_close,
    on_rest,
    on_target,
)


def hold(clock: Draft, had: Reckoning, rank: int) -> None:
    """Remember the due that the clock had when its priority (of this `rank`) was changed."""
    if had.at is not None:
        clock.held += (Held(had, rank),)


def raise_to(
    clock: Draft, at: datetime, cause: Cause, target: Target, rank: int, hours: Hours, region: Calendar
) -> None:
    """Priority raised or plan upgraded: the earliest of the due, a fresh start and those held."""
    best = clock.reckoning
    if target is not None:
        fresh = on_target(target, at, hours, region, best.legs)
        best = fresh if is_earlier(fresh.at, best.at) else best
    for held in clock.held:
        due = held.reckoning.at
        if held.rank <= rank and due is not None and due > at and is_earlier(due, best.at):
            best = held.reckoning
    clock.move(best, at, cause)
    clock.target, clock.hours = target, hours


def lower_to(clock: Draft, at: datetime, target: Target, hours: Hours, region: Calendar) -> None:
    """Priority lowered: the later of the due and what the new cell gives from the clock's own start."""
    if clock.after_miss and target == EACH_DAY:
        new = on_next_close(clock.started, hours, region)
    else:
        new = on_target(target, clock.started, hours, region)
    if is_earlier(clock.reckoning.at, new.at):
        clock.move(new, at, Cause.LOWERED)
    clock.target, clock.hours = target, hours


def rerule_paused(clock: Draft, target: Target, hours: Hours, *, tighter: bool) -> None:
    """The rule of a paused update clock changes: what is left follows, the due waits for the resume."""
    old = clock.target
    if isinstance(target, timedelta):
        if not isinstance(old, timedelta):
            clock.left = target
        elif tighter:
            clock.left = target if clock.left is None else min(clock.left, target)
        elif clock.left is not None:
            clock.left += max(NOTHING, target - old)
    elif isinstance(old, timedelta):
        clock.due_stands, clock.left = False, None
    if target != old:
        clock.reckoning = clock.reckoning._replace(target=target)
    clock.target, clock.hours = target, hours


def agree(clock: Draft, at: datetime, every: timedelta, hours: Hours, region: Calendar) -> None:
    """An agreed cadence on a running update clock."""
    longer = on_target(every, clock.started, hours, region)
    if is_earlier(clock.reckoning.at, longer.at):
        clock.move(longer, at, Cause.CADENCE)
    else:
        fresh = on_target(every, at, hours, region, clock.reckoning.legs)
        if is_earlier(fresh.at, clock.reckoning.at):
            clock.move(fresh, at, Cause.CADENCE)
    clock.target, clock.hours = every, hours


def end_cadence(clock: Draft, at: datetime, target: Target, hours: Hours, region: Calendar) -> None:
    """Back to the plan's rule on a running update clock."""
    fresh = on_target(target, at, hours, region, clock.reckoning.legs)
    if is_earlier(fresh.at, clock.reckoning.at):
        clock.move(fresh, at, Cause.CADENCE_ENDED)
    clock.target, clock.hours = target, hours


def carry_over(clock: Draft, since: datetime, at: datetime, region: Calendar) -> None:
    """An older communication joins the response owed: its start moves, its due can only come nearer."""
    clock.started = since
    if clock.target is not None:
        older = on_target(clock.target, since, clock.hours, region)
        if is_earlier(older.at, clock.reckoning.at):
            clock.move(older, at, Cause.CARRIED_OVER)


def recalendar(clock: Draft, at: datetime, region: Calendar) -> None:
    """The region's calendar is another one from `at` on."""
    clock.held = ()
    old = clock.reckoning
    new = again(old, region)
    if clock.paused:
        if not isinstance(clock.target, timedelta):  # an interval keeps what is left
            clock.reckoning = new
    elif new is not old:
        if new.at is None or new.at > at:
            clock.move(new, at, Cause.CALENDAR)
        elif old.at is None:
            clock.move(on_target(clock.target, at, clock.hours, region, old.legs), at, Cause.CALENDAR)
        else:
            clock.reckoning = kept(old)


def pause(clock: Draft, at: datetime, region: Calendar) -> None:
    """Stop an update clock; what is left of an interval is counted on the clock's hours."""
    due = clock.reckoning.at
    if isinstance(clock.target, timedelta):
        calendar = clock.hours.on(region)
        clock.left = None if due is None else calendar.elapsed(at, due)
    if due is not None:
        clock.changes += (Moved(at, Cause.PAUSED, due, None),)
    clock.reckoning = clock.reckoning._replace(legs=legs_with(clock.reckoning.legs, Leg(at, None)))
    clock.paused, clock.due_stands = True, True


def resume(clock: Draft, at: datetime, region: Calendar, owed: Draft | None) -> None:
    """Go on; when a customer's message does it, never before the due of the response then `owed`."""
    before = clock.reckoning
    if isinstance(clock.target, timedelta):
        new = on_rest(clock.left, at, before.target, clock.hours, region, before.legs)
    elif clock.due_stands and is_earlier(at, before.at):
        new = before._replace(legs=legs_with(before.legs, Leg(at, region)))
    else:
        new = on_target(clock.target, at, clock.hours, region, before.legs)
    if owed is not None and owed.reckoning.at is not None and is_earlier(new.at, owed.reckoning.at):
        legs = legs_with(before.legs, Leg(at, owed.reckoning.legs[-1].calendar))
        new = owed.reckoning._replace(target=before.target, legs=legs)
    if new.at is not None:
        clock.changes += (Moved(at, Cause.RESUMED, None, new.at),)
    clock.reckoning, clock.paused = new, False


def on_rule_begun(
    target: Target, public: datetime, at: datetime, hours: Hours, region: Calendar
) -> Reckoning:
    """The due of a clock that begins at `at`, when the rule became timed.

    It counts from the last `public` message if that is still ahead, else from `at`.
    """
    counted = on_target(target, public, hours, region, starts=at)
    return counted if is_earlier(at, counted.at) else on_target(target, at, hours, region)
