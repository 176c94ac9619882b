from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from sterling.core.calendars import Calendar
from sterling.sla.actions import alarms, following, recompute
from sterling.sla.actions.calendars import revise_calendar
from sterling.sla.models import Alarm, CalendarRevision, Timeline
from sterling.tickets.actions import changing, writing
from sterling.tickets.models import Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
JUST = timedelta(microseconds=1)


def rung(ticket: Ticket) -> list[tuple[str, int, datetime]]:
    rows = Alarm.objects.filter(timeline=ticket.timeline_id).order_by("at", "share")
    return [(row.metric, row.share, row.at) for row in rows]


def shares(ticket: Ticket, metric: str = "first_response") -> list[int]:
    return [share for which, share, _ in rung(ticket) if which == metric]


def test_each_share_is_raised_once_when_it_comes() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    assert alarms.raise_due(at=TUESDAY + 30 * MINUTE) == 0
    assert alarms.raise_due(at=TUESDAY + 30 * MINUTE + JUST) == 1
    assert alarms.raise_due(at=TUESDAY + 31 * MINUTE) == 0
    assert rung(ticket) == [("first_response", 50, TUESDAY + 30 * MINUTE)]
    alarms.raise_due(at=TUESDAY + 46 * MINUTE)
    assert shares(ticket) == [50, 75]


def test_a_look_before_the_clocks_were_ticked_raises_the_same() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    alarms.raise_due(at=TUESDAY + 4 * HOUR + JUST)
    before = rung(ticket)
    recompute.tick(at=TUESDAY + 4 * HOUR + JUST)
    alarms.raise_due(at=TUESDAY + 4 * HOUR + JUST)
    assert rung(ticket) == before
    assert before[-1] == ("update", 100, TUESDAY + 4 * HOUR)


def test_after_a_day_off_all_that_came_is_raised_in_one_round() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    assert alarms.raise_due(at=TUESDAY + 24 * HOUR + JUST) == 1
    assert rung(ticket) == [
        ("first_response", 50, TUESDAY + 30 * MINUTE),
        ("first_response", 75, TUESDAY + 45 * MINUTE),
        ("first_response", 90, TUESDAY + 54 * MINUTE),
        ("first_response", 100, TUESDAY + HOUR),
        ("first_response", 150, TUESDAY + 90 * MINUTE),
        *[("update", 100, TUESDAY + hours * HOUR) for hours in (4, 8, 12, 16, 20, 24)],
    ]


def test_an_answer_silences_what_has_not_come() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    make.reply(ticket, make.agent(), TUESDAY + 20 * MINUTE)
    alarms.raise_due(at=TUESDAY + 2 * HOUR)
    assert rung(ticket) == []


def test_a_miss_that_was_answered_while_nobody_looked_is_still_told() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    make.reply(ticket, make.agent(), TUESDAY + 3 * HOUR)
    alarms.raise_due(at=TUESDAY + 3 * HOUR + MINUTE)
    assert rung(ticket) == [("first_response", 100, TUESDAY + HOUR)]


def test_a_miss_of_a_closed_ticket_is_told_once() -> None:
    ticket, carol = make.ticket(make.alice(), priority="urgent"), make.agent()
    make.reply(ticket, carol, TUESDAY + 3 * HOUR, status="closed")
    assert alarms.raise_due(at=TUESDAY + 3 * HOUR + MINUTE) == 1
    assert alarms.raise_due(at=TUESDAY + 30 * HOUR) == 0
    assert shares(ticket) == [100]
    assert Timeline.objects.get(pk=ticket.timeline_id).alarm_at is None


def test_a_due_that_moves_nearer_brings_its_warnings_nearer() -> None:
    ticket = make.ticket(make.alice(), priority="low")
    changing.set_priority(ticket=ticket, priority="urgent", reason="down", at=TUESDAY + HOUR, by=make.SYSTEM)
    alarms.raise_due(at=TUESDAY + HOUR + 50 * MINUTE)
    assert rung(ticket) == [
        ("first_response", 50, TUESDAY + HOUR + 30 * MINUTE),
        ("first_response", 75, TUESDAY + HOUR + 45 * MINUTE),
    ]


def test_a_due_that_moves_later_takes_back_what_has_not_come_and_repeats_nothing() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    alarms.raise_due(at=TUESDAY + 46 * MINUTE)
    assert shares(ticket) == [50, 75]
    changing.set_priority(
        ticket=ticket, priority="medium", reason="calmer", at=TUESDAY + 47 * MINUTE, by=make.SYSTEM
    )
    alarms.raise_due(at=TUESDAY + 2 * HOUR)
    assert shares(ticket) == [50, 75]
    # Medium on Gold: three hours from the opening.
    alarms.raise_due(at=TUESDAY + 3 * HOUR + JUST)
    assert rung(ticket)[2:] == [
        ("first_response", 90, TUESDAY + 162 * MINUTE),
        ("first_response", 100, TUESDAY + 3 * HOUR),
    ]


def test_a_calendar_that_changes_moves_the_warnings() -> None:
    """Half of four hours: 12:00 in Chicago on the old calendar, Wednesday 11:00 when Tuesday is closed."""
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium")
    region = make.region()
    document = CalendarRevision.objects.get(region=region).document
    closed = {**document, "holidays": {**document["holidays"], "2026-03-03": "Flood"}}
    revise_calendar(region=region, calendar=closed, reason="Flood", at=TUESDAY + HOUR, by=make.SYSTEM)
    following.follow_region(region_id=region.pk, at=TUESDAY + HOUR)
    alarms.raise_due(at=TUESDAY + 3 * HOUR)
    assert rung(ticket) == []
    alarms.raise_due(at=TUESDAY + 25 * HOUR + JUST)
    assert rung(ticket) == [("first_response", 50, TUESDAY + 25 * HOUR)]


def test_a_warning_waits_through_the_night() -> None:
    calendar = Calendar.from_dict(CalendarRevision.objects.get(region_id="americas").document)
    evening = TUESDAY + 6 * HOUR  # 16:00 in Chicago
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium", at=evening)
    morning = calendar.add(evening, 2 * HOUR)
    assert morning == TUESDAY + 24 * HOUR
    alarms.raise_due(at=TUESDAY + 24 * HOUR)
    assert rung(ticket) == []
    alarms.raise_due(at=TUESDAY + 24 * HOUR + JUST)
    assert rung(ticket) == [("first_response", 50, morning)]


def test_a_paused_update_raises_nothing_until_it_runs_again() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY + MINUTE)
    writing.set_status(ticket=ticket, status="pending", at=TUESDAY + HOUR, by=make.actor(carol))
    alarms.raise_due(at=TUESDAY + 30 * HOUR)
    assert rung(ticket) == []
    writing.set_status(ticket=ticket, status="open", at=TUESDAY + 30 * HOUR, by=make.actor(carol))
    # 59 minutes were used before the pause: half of four hours are used 61 minutes after it.
    alarms.raise_due(at=TUESDAY + 31 * HOUR + MINUTE)
    assert rung(ticket) == []
    alarms.raise_due(at=TUESDAY + 31 * HOUR + MINUTE + JUST)
    assert rung(ticket) == [("update", 50, TUESDAY + 31 * HOUR + MINUTE)]


def test_the_next_message_rings_on_its_own() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    alarms.raise_due(at=TUESDAY + 31 * MINUTE)
    make.reply(ticket, carol, TUESDAY + 40 * MINUTE)
    for start in (HOUR, 3 * HOUR):
        make.wrote(ticket, alice, TUESDAY + start)
        alarms.raise_due(at=TUESDAY + start + 31 * MINUTE)
        make.reply(ticket, carol, TUESDAY + start + 40 * MINUTE)
    rows = Alarm.objects.filter(timeline=ticket.timeline_id).order_by("pk")
    assert [(row.metric, row.nth, row.share) for row in rows] == [
        ("first_response", 0, 50), ("next_response", 1, 50), ("next_response", 2, 50)]  # fmt: skip


def test_the_ladder_of_the_ticket_says_who_hears() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    alarms.raise_due(at=TUESDAY + 2 * HOUR)
    rows = Alarm.objects.filter(timeline=ticket.timeline_id).order_by("at")
    assert [(row.share, row.roles) for row in rows] == [
        (50, ["assignee"]),
        (75, ["assignee", "team"]),
        (90, ["assignee", "lead"]),
        (100, ["assignee", "lead", "duty_manager"]),
        (150, ["lead", "duty_manager"]),
    ]


class Killed(BaseException):
    """The worker ends here, as by kill -9: nothing after this line runs."""


@pytest.mark.parametrize("step", ["come", "next_at"])
def test_a_worker_killed_while_it_looks_raises_all_of_it_later(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first, second = (make.ticket(make.alice(), priority="urgent") for _ in range(2))
    real = getattr(alarms.alarms, step)
    calls = []

    def dies(*facts: object) -> object:
        calls.append(facts)
        if len(calls) == 2:
            raise Killed
        return real(*facts)

    with monkeypatch.context() as patched:
        patched.setattr(alarms.alarms, step, dies)
        with pytest.raises(Killed):
            alarms.raise_due(at=TUESDAY + 31 * MINUTE)
    assert rung(first) == rung(second) == []
    assert alarms.raise_due(at=TUESDAY + 31 * MINUTE) == 2
    assert shares(first) == shares(second) == [50]


def dies_around(monkeypatch: pytest.MonkeyPatch, manager: object, name: str, *, after: bool) -> None:
    """The worker ends just before or just after it hands these rows to the database."""
    real = getattr(manager, name)

    def dying(*facts: object, **more: object) -> None:
        if after:
            real(*facts, **more)
        raise Killed

    monkeypatch.setattr(manager, name, dying)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", ["alarms", "hint"])
def test_a_worker_killed_at_each_write_of_a_raise_leaves_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch, write: str, *, after: bool
) -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    manager, name = (Alarm.objects, "bulk_create") if write == "alarms" else (Timeline.objects, "bulk_update")
    with monkeypatch.context() as patched:
        dies_around(patched, manager, name, after=after)
        with pytest.raises(Killed):
            alarms.raise_due(at=TUESDAY + 50 * MINUTE)
    assert rung(ticket) == []
    assert alarms.raise_due(at=TUESDAY + 50 * MINUTE) == 1
    assert shares(ticket) == [50, 75]
    assert alarms.raise_due(at=TUESDAY + 50 * MINUTE) == 0


def test_a_raise_that_was_committed_and_forgotten_repeats_nothing() -> None:
    """The hint is lost (or a restored backup has an old one): looking again finds the rows."""
    ticket = make.ticket(make.alice(), priority="urgent")
    alarms.raise_due(at=TUESDAY + 50 * MINUTE)
    Timeline.objects.filter(pk=ticket.timeline_id).update(alarm_at=TUESDAY)
    assert alarms.raise_due(at=TUESDAY + 51 * MINUTE) == 1
    assert shares(ticket) == [50, 75]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_raise_each_alarm_once(installed: None) -> None:  # noqa: ARG001 - the regions
    tickets = [make.ticket(make.alice(), priority="urgent") for _ in range(12)]
    ready = threading.Barrier(2)
    looked: list[int] = []

    def work() -> None:
        try:
            ready.wait()
            while True:
                taken = alarms.raise_due(at=TUESDAY + 55 * MINUTE, batch=3)
                looked.append(taken)
                if not taken:
                    return
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    alarms.raise_due(at=TUESDAY + 55 * MINUTE)
    assert sum(looked) == 12
    assert [shares(ticket) for ticket in tickets] == [[50, 75, 90]] * 12


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_look_at_the_same_log_raise_each_alarm_once(installed: None) -> None:  # noqa: ARG001 - the regions
    """The second would see the hint as it was: the rows themselves keep it from ringing twice."""
    ticket = make.ticket(make.alice(), priority="urgent")
    ready = threading.Barrier(2)

    def work() -> None:
        try:
            ready.wait()
            for _ in range(5):
                Timeline.objects.filter(pk=ticket.timeline_id).update(alarm_at=TUESDAY)
                alarms.raise_due(at=TUESDAY + 55 * MINUTE)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert shares(ticket) == [50, 75, 90]
