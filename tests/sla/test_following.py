"""A revised calendar reaches every stored due, and a replay agrees."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from sterling.base.errors import Invalid, Stale
from sterling.sla.actions import calendars, following, recompute
from sterling.sla.models import CalendarRevision, Clock, Timeline
from sterling.tickets.models import Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAYS = [f"2026-03-{day:02}" for day in range(3, 20)]


def document() -> dict[str, Any]:
    found: dict[str, Any] = CalendarRevision.objects.filter(region_id="americas").latest("seq").document
    return found


def revise(at: Any, **changes: Any) -> CalendarRevision:
    return calendars.revise_calendar(
        region=make.region(), calendar=document() | changes, reason="Flood", at=at, by=make.SYSTEM
    )


def closed(*days: str) -> dict[str, Any]:
    return {"holidays": document()["holidays"] | dict.fromkeys(days, "Flood")}


def cast() -> list[Ticket]:
    """Tickets of every plan and priority, some answered, some waiting."""
    dice, carol, made = Random(11), make.agent(), []
    for plan in (None, "silver", "gold", "platinum"):
        who = make.contact(make.organization(f"Of {plan}", plan=plan), "Alice", premium=plan is not None)
        for priority in ("urgent", "high", "medium", "low"):
            ticket = make.ticket(who, priority=priority, at=TUESDAY - dice.randrange(90) * MINUTE)
            if priority != "low" and dice.random() < 0.6:
                make.reply(ticket, carol, TUESDAY, status=dice.choice([None, "pending", "on_hold"]))
            made.append(ticket)
    return made


def follow(at: Any) -> int:
    return sum(following.follow_region(region_id=region, at=at) for region in following.behind())


def test_after_any_revisions_every_ticket_equals_its_replay() -> None:
    tickets, dice, at = cast(), Random(5), TUESDAY
    for _ in range(6):
        at += dice.randrange(1, 200) * MINUTE
        revise(at, holidays=dict.fromkeys(dice.sample(DAYS, 5), "Flood"))
        if dice.random() < 0.7:
            follow(at + dice.randrange(3) * MINUTE)
            assert [t.number for t in tickets if recompute.differs_from_replay(t.timeline_id)] == []
    follow(at)
    recompute.tick(at=at)
    assert following.behind() == {}
    for ticket in tickets:
        stored = Clock.objects.filter(timeline=ticket.timeline_id).order_by("ordinal")
        told = [(clock.metric, clock.state, clock.due) for clock in stored]
        assert told == make.clocks(ticket, at)


def test_hints_follow_as_a_full_replay_writes_them() -> None:
    tickets = cast()
    revise(TUESDAY + MINUTE, **closed("2026-03-04", "2026-03-09"))
    follow(TUESDAY + 2 * MINUTE)
    hints = ("next_due", "next_metric", "next_started", "next_hours", "next_target", "paused_left", "tick_at")
    hints += ("calendar_seq", "standing")
    for ticket in tickets:
        before = Timeline.objects.filter(pk=ticket.timeline_id).values(*hints).get()
        recompute.recompute(timeline_id=ticket.timeline_id, at=TUESDAY + 2 * MINUTE)
        assert Timeline.objects.filter(pk=ticket.timeline_id).values(*hints).get() == before


def test_tickets_that_no_calendar_moves_are_left_alone() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    assert Timeline.objects.get(pk=ticket.timeline_id).calendar_seq is None
    revise(TUESDAY + MINUTE, **closed("2026-03-04"))
    assert following.behind() == {}


def test_a_reply_before_the_recompute_already_counts_on_the_new_calendar() -> None:
    alice, carol = make.alice(make.organization(plan="silver")), make.agent()
    ticket = make.ticket(alice, priority="medium")
    revise(TUESDAY + MINUTE, **closed("2026-03-03", "2026-03-04"))
    make.reply(ticket, carol, TUESDAY + 2 * MINUTE)
    update = Clock.objects.get(timeline=ticket.timeline_id, metric="update", ended=None)
    assert update.due == TUESDAY + timedelta(days=2, hours=7)  # Thursday 17:00
    assert following.behind() == {}


def test_a_due_that_passed_meanwhile_is_read_from_the_log() -> None:
    alice = make.alice(make.organization(plan="silver"))
    ticket = make.ticket(alice, priority="medium")
    revise(TUESDAY + MINUTE, **closed("2026-03-04"))
    follow(TUESDAY + 5 * HOUR)
    first = Clock.objects.get(timeline=ticket.timeline_id, ordinal=0)
    assert (first.state, first.due) == ("missed", TUESDAY + 4 * HOUR)
    assert recompute.differs_from_replay(ticket.timeline_id) is False


def test_a_chunk_at_a_time_reaches_all_and_the_second_round_finds_nothing() -> None:
    who = make.alice(make.organization(plan="silver"))
    for _ in range(5):
        make.ticket(who, priority="medium")
    revise(TUESDAY + MINUTE, **closed("2026-03-04"))
    at, place, sizes = TUESDAY + 2 * MINUTE, following.START, []
    while (step := following.follow_some(region_id="americas", at=at, after=place, chunk=2)).taken:
        sizes.append(step.taken)
        place = step.place
    assert sizes == [2, 2, 1]
    assert follow(at) == 0


def test_somebody_elses_revision_is_said_and_nothing_is_written() -> None:
    revise(TUESDAY, **closed("2026-03-04"))
    with pytest.raises(Stale):
        calendars.revise_calendar(
            region=make.region(), calendar=document(), reason="Late", at=TUESDAY, by=make.SYSTEM, after=1
        )
    assert CalendarRevision.objects.filter(region_id="americas").count() == 2


def test_a_revision_without_a_reason_is_refused() -> None:
    with pytest.raises(Invalid, match="reason"):
        calendars.revise_calendar(
            region=make.region(), calendar=document(), reason=" ", at=TUESDAY, by=make.SYSTEM
        )


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_is_held_is_skipped_and_followed_later() -> None:
    who = make.alice(make.organization(plan="silver"))
    held, free = make.ticket(who, priority="medium"), make.ticket(who, priority="medium")
    revise(TUESDAY + MINUTE, **closed("2026-03-04"))
    other = connections["default"].copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM sla_timeline WHERE id = %s FOR UPDATE", [held.timeline_id])
        assert follow(TUESDAY + 2 * MINUTE) == 1
        assert Timeline.objects.get(pk=free.timeline_id).calendar_seq == 2
        assert following.waiting("americas", 2) == 1
        other.rollback()
    finally:
        other.close()
    assert follow(TUESDAY + 2 * MINUTE) == 1
    assert following.behind() == {}


@pytest.mark.django_db(transaction=True)
def test_a_revision_waits_for_writers_so_that_none_decides_without_it() -> None:
    ticket = make.ticket(make.alice(), priority="medium")
    other = connections["default"].copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT id FROM sla_timeline WHERE id = %s FOR UPDATE", [ticket.timeline_id])
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            calendars.hold_logs(patience_ms=50)
    finally:
        other.rollback()
        other.close()
