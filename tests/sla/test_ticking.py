from __future__ import annotations

from datetime import date, timedelta

import pytest

from sterling.core.calendars import Calendar
from sterling.sla.actions.calendars import revise_calendar
from sterling.sla.actions.following import follow_region
from sterling.sla.actions.recompute import differs_from_replay, tick
from sterling.sla.models import CalendarRevision, Clock, Timeline
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)


def test_a_tick_writes_the_misses_that_happened_meanwhile() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    assert tick(at=TUESDAY + 9 * HOUR) == 1
    rows = Clock.objects.filter(timeline=ticket.timeline).order_by("ordinal")
    assert [(row.metric, row.state, row.due, row.ended) for row in rows] == [
        ("first_response", "missed", TUESDAY + HOUR, None),
        ("update", "missed", TUESDAY + 4 * HOUR, TUESDAY + 4 * HOUR),
        ("update", "missed", TUESDAY + 8 * HOUR, TUESDAY + 8 * HOUR),
        ("update", "running", TUESDAY + 12 * HOUR, None),
    ]


def test_a_tick_at_the_very_due_finds_nothing_missed() -> None:
    make.ticket(make.alice(), priority="urgent")
    assert tick(at=TUESDAY + HOUR) == 0


def test_a_second_tick_has_nothing_to_do() -> None:
    make.ticket(make.alice(), priority="urgent")
    assert tick(at=TUESDAY + 2 * HOUR) == 1
    assert tick(at=TUESDAY + 2 * HOUR) == 0


def test_the_queue_hint_points_to_the_first_missed_update() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY)
    tick(at=TUESDAY + 9 * HOUR)
    timeline = Timeline.objects.get(pk=ticket.timeline_id)
    assert (timeline.next_metric, timeline.next_due) == ("update", TUESDAY + 4 * HOUR)


def test_a_paused_update_leaves_no_due_but_what_is_left() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY, status="pending")
    timeline = Timeline.objects.get(pk=ticket.timeline_id)
    assert (timeline.next_due, timeline.paused_left) == (None, 4 * HOUR)


def test_a_calendar_change_moves_open_promises_and_equals_a_replay() -> None:
    """zammad#534: changing a calendar recomputes."""
    halden = make.organization(plan="silver")
    alice = make.alice(halden)
    ticket = make.ticket(alice, priority="medium")
    assert make.clocks(ticket, TUESDAY)[0][2] == TUESDAY + 4 * HOUR
    region = make.region()
    document = CalendarRevision.objects.get(region=region).document
    closed = {**document, "holidays": {**document["holidays"], "2026-03-03": "Flood"}}
    revise_calendar(region=region, calendar=closed, reason="Flood", at=TUESDAY + HOUR, by=make.SYSTEM)
    assert follow_region(region_id=region.pk, at=TUESDAY + HOUR) == 1
    # The whole Tuesday no longer counts: four hours from Wednesday 09:00 in Chicago.
    stored = Clock.objects.get(timeline=ticket.timeline, ordinal=0)
    assert stored.due == TUESDAY + timedelta(hours=27)
    assert differs_from_replay(ticket.timeline_id) is False


def test_a_stored_clock_that_was_tampered_with_is_found_and_mended() -> None:
    ticket = make.ticket(make.alice())
    Clock.objects.filter(timeline=ticket.timeline, ordinal=0).update(due=TUESDAY)
    assert differs_from_replay(ticket.timeline_id) is True
    assert Clock.objects.get(timeline=ticket.timeline, ordinal=0).due == TUESDAY
    tick(at=TUESDAY + 100 * HOUR)
    assert differs_from_replay(ticket.timeline_id) is False


def test_the_shipped_china_calendar_works_on_substitute_weekends() -> None:
    document = CalendarRevision.objects.get(region_id="china").document
    calendar = Calendar.from_dict(document)
    assert "2026-10-01" in document["holidays"]
    assert document["exceptions"]
    assert all(calendar.is_business_day(date.fromisoformat(day)) for day in document["exceptions"])
