"""A calendar's change followed without the log gives what a replay gives."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.core import alarms
from sterling.core.calendars import Calendar
from sterling.core.clocks import CalendarChanged, State, replay_events
from sterling.core.standing import followed, look_at, moves_with_calendar, standing
from sterling.core.urgency import urgency
from tests.core.random_tickets import CALENDARS, CATALOG, tickets

laws = settings()
# Near ones, so that dues move and still lie ahead, beside quite other ones.
NEAR = [
    Calendar.from_dict(calendar.to_dict() | {"holidays": [f"2026-03-{day:02}" for day in days]})
    for calendar in CALENDARS
    for days in ((10, 27), (4, 12, 19), (6, 13, 20, 30))
]
calendars = st.sampled_from(CALENDARS + NEAR)
waits = st.timedeltas(timedelta(0), timedelta(hours=2))


def stored(result):
    return [(clock.metric, clock.started, clock.due, clock.ended, clock.state) for clock in result.clocks]


@laws
@given(tickets(), st.lists(st.tuples(waits, calendars), min_size=1, max_size=3), waits)
def test_following_a_calendar_gives_what_a_replay_gives(ticket, changes, wait):
    calendar, events, at = ticket
    before = replay_events(CATALOG, calendar, events, at)
    revisions, told = [], []
    held = next((e.calendar for e in reversed(events) if isinstance(e, CalendarChanged)), calendar)
    for gap, new in changes:
        at += gap
        told.append(CalendarChanged(at, new))
        if new != held:
            revisions.append((at, new))
        held = new
    until = at + wait
    after = replay_events(CATALOG, calendar, [*events, *told], until)
    if not before.is_live:
        return
    if not moves_with_calendar(before) and until <= min([c.due for c in before.dues], default=until):
        assert stored(after) == stored(before)
    was = standing(before)
    now = was and followed(was, revisions, until)
    if was is None or now is None:
        return
    expected = stored(before)
    for one in now.placed:
        clock = one.clock
        expected[one.ordinal] = (clock.metric, clock.started, clock.due, None, clock.state)
    assert expected == stored(after)
    told_now, truth = now.urgency, urgency(after)
    assert (told_now.due, told_now.tick_at) == (truth.due, truth.tick_at)
    assert (told_now.clock and told_now.clock.target) == (truth.clock and truth.clock.target)
    again = standing(after)
    assert again is not None
    assert [(p.ordinal, p.clock.reckoning[:6]) for p in now.placed] == [
        (p.ordinal, p.clock.reckoning[:6]) for p in again.placed
    ]


@laws
@given(tickets(), waits, calendars)
def test_no_alarm_is_overslept(ticket, wait, new):
    """What rings under the new calendar and did not under the old one is looked at when it comes, at the latest."""
    calendar, events, at = ticket
    before = replay_events(CATALOG, calendar, events, at)
    until = at + wait
    held = next((e.calendar for e in reversed(events) if isinstance(e, CalendarChanged)), calendar)
    was = standing(before)
    now = was and followed(was, [(at, new)] if new != held else [], until)
    if was is None or now is None or not before.is_live:
        return
    after = replay_events(CATALOG, calendar, [*events, CalendarChanged(at, new)], until)
    rung = {(one.metric, one.nth, one.share) for one in alarms.come(before, CATALOG, until)}
    silent = [
        one.at
        for one in alarms.alarms(after, CATALOG)
        if (one.metric, one.nth, one.share) not in rung and (one.at >= until or not _settled(one, after))
    ]
    look = look_at(was, now, CATALOG, None, until)
    assert silent == [] or (look is not None and look <= min(silent))


def _settled(alarm, result):
    return any(
        clock.state is State.MISSED and clock.ended is not None and clock.started == alarm.started
        for clock in result.clocks
    )
