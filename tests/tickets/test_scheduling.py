"""Replies that go out later, and Send taken back: they count from the commit of their release, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.base.errors import Conflict, Invalid, NotYours, Overtaken
from sterling.core.release import AT_ONCE, LATE, MARGIN, lateness, undo_until
from sterling.desk.sentences import line
from sterling.sla import queries as promises
from sterling.tickets.access import messages_for, scheduled_for, scheduled_on
from sterling.tickets.actions import scheduling
from sterling.tickets.actions.scheduling import release_due
from sterling.tickets.content import Content, File
from sterling.tickets.models import Message, Scheduled, Ticket
from tests import make
from tests.make import TUESDAY

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
WINDOW = timedelta(seconds=10)
installed = pytest.mark.usefixtures("installed")


def test_a_reply_far_from_its_due_can_be_taken_back_for_ten_seconds() -> None:
    assert undo_until(TUESDAY, WINDOW, [TUESDAY + 60 * MINUTE, None]) == TUESDAY + WINDOW


def test_near_a_due_there_is_no_time_to_take_it_back() -> None:
    assert undo_until(TUESDAY, WINDOW, [TUESDAY + 39 * SECOND]) is AT_ONCE
    assert undo_until(TUESDAY, WINDOW, [TUESDAY]) is AT_ONCE
    assert undo_until(TUESDAY, WINDOW, [TUESDAY + 40 * SECOND]) == TUESDAY + WINDOW


def test_a_due_that_is_past_holds_nothing_up_and_a_window_of_none_is_at_once() -> None:
    assert undo_until(TUESDAY, WINDOW, [TUESDAY - SECOND]) == TUESDAY + WINDOW
    assert undo_until(TUESDAY, timedelta(), []) is AT_ONCE


@given(
    st.timedeltas(timedelta(), timedelta(minutes=2)),
    st.lists(st.timedeltas(timedelta(minutes=-5), timedelta(minutes=5)), max_size=4),
)
def test_no_window_ever_reaches_a_due(window: timedelta, dues: list[timedelta]) -> None:
    ends = undo_until(TUESDAY, window, [TUESDAY + due for due in dues])
    if ends is not AT_ONCE:
        assert all(due < timedelta() or TUESDAY + due >= ends + MARGIN for due in dues)


def test_a_release_is_late_when_it_is_worth_telling() -> None:
    assert lateness(TUESDAY, TUESDAY + LATE) is None
    assert lateness(TUESDAY, TUESDAY + 2 * LATE) == 2 * LATE


def wait(ticket: Ticket, at: timedelta, text: str = "We look.", **more: object) -> Scheduled:
    carol = make.agent()
    return scheduling.schedule(
        ticket=ticket, agent=carol, content=Content(text, files=more.pop("files", ())),
        release_at=TUESDAY + at, at=TUESDAY, by=make.actor(carol), **more,
    )  # fmt: skip


def asked(priority: str = "high") -> Ticket:
    return make.ticket(make.alice(), priority=priority)


def state(ticket: Ticket, at: timedelta) -> tuple[str, str]:
    return make.clocks(ticket, TUESDAY + at)[0][:2]


@installed
def test_a_scheduled_reply_stops_the_clock_when_it_goes_out_and_not_before() -> None:
    ticket = asked()
    row = wait(ticket, 60 * MINUTE)
    assert release_due(at=TUESDAY + 59 * MINUTE) == 0
    assert state(ticket, 59 * MINUTE) == ("first_response", "running")
    assert release_due(at=TUESDAY + 60 * MINUTE) == 1
    row.refresh_from_db()
    assert (row.state, row.message.created_at) == ("released", TUESDAY + 60 * MINUTE)
    assert state(ticket, 60 * MINUTE) == ("first_response", "met")
    assert [one.at for one in promises.events_of(ticket.timeline_id) if one.type == "agent_message"] == [
        TUESDAY + 60 * MINUTE
    ]


@installed
def test_a_reply_scheduled_after_the_due_is_late_like_any_other() -> None:
    ticket = asked()
    wait(ticket, 181 * MINUTE)
    release_due(at=TUESDAY + 181 * MINUTE)
    assert state(ticket, 181 * MINUTE) == ("first_response", "missed")


@installed
def test_a_release_goes_out_once_however_often_it_is_looked_for() -> None:
    ticket = asked()
    wait(ticket, MINUTE)
    assert [release_due(at=TUESDAY + minutes * MINUTE) for minutes in (1, 2)] == [1, 0]
    assert Message.objects.filter(ticket=ticket, kind="reply").count() == 1


@installed
def test_a_reply_taken_back_never_stopped_a_clock_and_nobody_saw_it() -> None:
    alice = make.alice()
    ticket, carol = make.ticket(alice, priority="high"), make.agent()
    before = [event.type for event in promises.events_of(ticket.timeline_id)]
    row = scheduling.send_with_undo(
        ticket=ticket, agent=carol, content=Content("Oops."), seconds=10, at=TUESDAY, by=make.actor(carol)
    )
    assert isinstance(row, Scheduled)
    assert row.release_at == TUESDAY + WINDOW
    assert [one.text for one in messages_for(make.viewer(alice), ticket)][-1] != "Oops."
    scheduling.cancel(scheduled=row)
    assert release_due(at=TUESDAY + MINUTE) == 0
    assert [event.type for event in promises.events_of(ticket.timeline_id)] == before
    assert state(ticket, MINUTE) == ("first_response", "running")


@installed
def test_send_with_undo_near_the_due_is_a_reply_at_once_and_is_met() -> None:
    ticket, carol = asked(), make.agent()
    at = TUESDAY + 180 * MINUTE - 20 * SECOND
    said = scheduling.send_with_undo(
        ticket=ticket, agent=carol, content=Content("In time."), seconds=10, at=at, by=make.actor(carol)
    )
    assert isinstance(said, Message)
    assert state(ticket, 181 * MINUTE) == ("first_response", "met")


@installed
def test_a_release_that_is_late_by_our_own_fault_says_so() -> None:
    ticket = asked()
    wait(ticket, 60 * MINUTE)
    release_due(at=TUESDAY + 62 * MINUTE)
    event = promises.events_of(ticket.timeline_id).get(type="agent_message")
    assert event.data["late"] == 120
    told = line(event, promises.log_of(ticket.timeline_id).catalog)
    assert told is not None
    assert "went out 120 s after the time it was planned for" in told.text.en


@installed
def test_files_and_status_go_out_with_it() -> None:
    ticket = asked()
    wait(ticket, MINUTE, status="pending", files=(File("a.txt", "text/plain", b"ours"),))
    release_due(at=TUESDAY + MINUTE)
    ticket.refresh_from_db()
    message = Message.objects.get(ticket=ticket, kind="reply")
    with message.attachments.get().file.open() as file:
        assert (ticket.status, file.read()) == ("pending", b"ours")


@installed
def test_words_and_time_can_be_changed_until_it_has_gone_out() -> None:
    ticket = asked()
    row = wait(ticket, MINUTE)
    scheduling.change(scheduled=row, text="Better.", release_at=TUESDAY + 5 * MINUTE, at=TUESDAY)
    assert release_due(at=TUESDAY + 4 * MINUTE) == 0
    release_due(at=TUESDAY + 5 * MINUTE)
    assert Message.objects.get(ticket=ticket, kind="reply").text == "Better."
    with pytest.raises(Conflict):
        scheduling.change(scheduled=row, text="Too late.", at=TUESDAY + 6 * MINUTE)
    with pytest.raises(Conflict):
        scheduling.cancel(scheduled=row)


@installed
def test_on_a_ticket_that_was_closed_meanwhile_the_words_are_kept_with_the_reason() -> None:
    ticket, carol = asked(), make.agent()
    row = wait(ticket, 5 * MINUTE)
    make.reply(ticket, carol, TUESDAY + MINUTE, status="closed")
    release_due(at=TUESDAY + 5 * MINUTE)
    row.refresh_from_db()
    assert (row.state, row.text) == ("refused", "We look.")
    assert "closed" in row.reason.en
    assert list(scheduled_on(make.viewer(carol), ticket)) == [row]
    assert Message.objects.filter(ticket=ticket, kind="reply").count() == 1


@installed
@pytest.mark.parametrize("at", [timedelta(), -MINUTE, timedelta(days=400)])
def test_a_time_that_is_past_or_more_than_a_year_away_is_refused(at: timedelta) -> None:
    with pytest.raises(Invalid, match="send_at"):
        wait(asked(), at)
    assert Scheduled.objects.count() == 0


@installed
def test_who_was_overtaken_is_told_before_the_window_begins() -> None:
    ticket, carol, dave = asked(), make.agent(), make.agent("Dave Okafor")
    seen = Message.objects.filter(ticket=ticket).latest("pk").pk
    make.reply(ticket, dave, TUESDAY)
    with pytest.raises(Overtaken):
        scheduling.send_with_undo(
            ticket=ticket, agent=carol, content=Content("Me too."), seconds=10, seen=seen, at=TUESDAY,
            by=make.actor(carol),
        )  # fmt: skip
    assert Scheduled.objects.count() == 0


@installed
def test_a_customer_knows_nothing_of_a_scheduled_reply_and_staff_come_through_its_own_ticket() -> None:
    alice = make.alice()
    ticket, other = make.ticket(alice), make.ticket(make.mallory())
    row = wait(ticket, MINUTE)
    for viewer, number in (
        (make.viewer(alice), ticket.number),
        (make.viewer(make.mallory()), ticket.number),
        (make.viewer(make.agent("Dave Okafor")), other.number),
    ):
        with pytest.raises(NotYours):
            scheduled_for(viewer, number, row.pk)
    with pytest.raises(NotYours):
        scheduled_on(make.viewer(alice), ticket)
