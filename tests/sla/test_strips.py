"""The promise strip of a real log: what happened, which clocks ran, on whose hours."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sterling.base.strip import How, Kind, Strip, draw
from sterling.core.calendars import StretchCode
from sterling.sla import queries
from sterling.sla.actions.calendars import revise_calendar
from sterling.sla.shown import strip_of
from sterling.tickets.actions import changing, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
CHICAGO = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)


def strip_at(ticket: Ticket, at, **more) -> Strip:
    log = queries.log_of(ticket.timeline_id)
    return strip_of(log, log.result(at), at, CHICAGO, **more)


@pytest.fixture
def bob():
    return make.contact(make.organization(), "Bob Reyes")


def test_marks_tell_who_wrote_and_what_changed(bob):
    carol, at = make.agent(), make.TUESDAY
    ticket = make.ticket(bob, priority="high")
    changing.set_priority(ticket=ticket, priority="urgent", at=at + HOUR, by=make.actor(carol))
    changing.set_priority(ticket=ticket, priority="low", at=at + 2 * HOUR, by=make.actor(carol))
    make.reply(ticket, carol, at + 3 * HOUR, status="pending")
    make.wrote(ticket, bob, at + 4 * HOUR)
    writing.note(ticket=ticket, agent=carol, content=Content("x"), at=at + 5 * HOUR, by=make.actor(carol))
    marks = [
        (at, Kind.CUSTOMER),
        (at + HOUR, Kind.RAISED),
        (at + 2 * HOUR, Kind.LOWERED),
        (at + 3 * HOUR, Kind.ENGINEER),
        (at + 3 * HOUR, Kind.STATUS),
        (at + 4 * HOUR, Kind.CUSTOMER),
        (at + 4 * HOUR, Kind.STATUS),  # the message reopened it
        (at + 5 * HOUR, Kind.NOTE),
    ]
    assert [tuple(mark) for mark in strip_at(ticket, at + 6 * HOUR).marks] == marks
    assert [tuple(mark) for mark in strip_at(ticket, at + 6 * HOUR, for_customer=True).marks] == marks[:-1]


def test_runs_are_the_clocks_with_their_pieces(bob):
    carol, at = make.agent(), make.TUESDAY
    ticket = make.ticket(bob, priority="urgent")  # Standard: reply in 2 h, update in 6 h of working time
    make.reply(ticket, carol, at + HOUR, status="pending")
    runs = strip_at(ticket, at + 2 * HOUR).runs
    assert [(run.metric, run.state, run.started, run.ended) for run in runs] == [
        ("first_response", "met", at, at + HOUR),
        ("update", "met", at, at + HOUR),
        ("update", "paused", at + HOUR, None),
    ]
    assert [[tuple(piece) for piece in run.pieces] for run in runs] == [
        [(at, at + 2 * HOUR, How.COUNTS)],
        [(at, at + 6 * HOUR, How.COUNTS)],
        [(at + HOUR, at + 2 * HOUR, How.PAUSED)],
    ]
    assert runs[2].left == 6 * HOUR
    assert [run.always for run in runs] == [False, False, False]


def test_a_gold_contact_s_urgent_clocks_count_around_the_clock():
    ticket = make.ticket(make.alice(), priority="urgent")
    shown = strip_at(ticket, make.TUESDAY + HOUR / 2)
    assert [run.always for run in shown.runs] == [True, True]
    assert [rect.look for rect in draw(shown, "en").grounds] == ["bright"]


def test_each_day_lies_on_the_hours_that_counted_last_on_it(bob):
    at = make.TUESDAY
    ticket = make.ticket(bob, priority="medium")
    early = {day: [["07:00", "15:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    revise_calendar(
        region=make.region(),
        calendar={"tz": "America/Chicago", "weekly": early},
        reason="summer",
        at=at + 2 * HOUR,
        by=make.actor(make.agent()),
    )
    day = timedelta(days=1)
    hours = strip_at(ticket, at + 3 * HOUR).hours
    opens = [
        (f"{one.start.astimezone(CHICAGO):%a %H:%M}", f"{one.end.astimezone(CHICAGO):%H:%M}")
        for one in hours
        if one.code is StretchCode.OPEN and at.date() - day <= one.start.date() <= at.date() + day
    ]
    assert opens == [("Mon 09:00", "17:00"), ("Tue 07:00", "15:00"), ("Wed 07:00", "15:00")]


def test_of_a_long_ticket_only_the_hours_within_reach_are_read(bob):
    ticket = make.ticket(bob, priority="medium")
    later = make.TUESDAY + timedelta(days=200)
    hours = strip_at(ticket, later).hours
    assert later - hours[0].start < timedelta(days=60)
    assert hours[-1].end - later < timedelta(days=60)
    assert all(one.end == other.start for one, other in pairwise(hours))


def test_a_closed_ticket_is_shown_as_it_ended(bob):
    carol, at = make.agent(), make.TUESDAY
    ticket = make.ticket(bob, priority="urgent")
    make.reply(ticket, carol, at + HOUR, status="closed")
    shown = strip_at(ticket, at + timedelta(days=90))
    assert not shown.live
    drawn = draw(shown, "en")
    assert drawn.now is None
    assert [label.text for label in drawn.heads] == ["Tue 3"]


def test_the_strip_asks_the_database_nothing(bob, django_assert_num_queries):
    ticket = make.ticket(bob, priority="urgent")
    log = queries.log_of(ticket.timeline_id)
    result = log.result(make.TUESDAY + HOUR)
    with django_assert_num_queries(0):
        draw(strip_of(log, result, make.TUESDAY + HOUR, CHICAGO), "en")
