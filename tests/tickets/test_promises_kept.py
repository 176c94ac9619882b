"""D7 to D12: what an engineer does to a ticket, and what its clocks make of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sterling.base.errors import Conflict, Invalid, MessageRequired, ResponseOwed
from sterling.core.clocks import clock_dict, replay
from sterling.sla import queries as promises
from sterling.sla.models import Clock
from sterling.tickets.actions import changing, merging, relieving, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def stored(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Clock.objects.filter(timeline_id=ticket.timeline_id).order_by("ordinal")
    return [(row.metric, row.state) for row in rows]


def equals_a_replay(ticket: Ticket) -> None:
    log = promises.log_of(ticket.timeline_id)
    until = log.timeline.computed_until
    assert replay(log.document(until)) == [clock_dict(clock) for clock in log.result(until).clocks]
    rows = Clock.objects.filter(timeline_id=ticket.timeline_id).order_by("ordinal")
    assert [(row.metric, row.started, row.due, row.ended, row.state) for row in rows] == [
        (clock.metric.value, clock.started, clock.due, clock.ended, clock.state.value)
        for clock in log.result(until).clocks
    ]


def test_a_premium_contacts_ticket_runs_on_the_contract() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    assert ticket.plan == "gold"
    assert ticket.tier == 3
    assert make.clocks(ticket, TUESDAY)[0] == ("first_response", "running", TUESDAY + HOUR)
    equals_a_replay(ticket)


def test_a_colleague_who_is_not_named_gets_standard_service() -> None:
    halden = make.organization()
    make.alice(halden)
    ticket = make.ticket(make.contact(halden, "Bob Reyes"), priority="urgent")
    assert ticket.plan == "standard"
    assert ticket.tier == 1
    assert make.clocks(ticket, TUESDAY)[0] == ("first_response", "running", TUESDAY + 2 * HOUR)


def test_a_reply_stops_the_response_clock() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY + 30 * MINUTE)
    assert stored(ticket) == [("first_response", "met"), ("update", "met"), ("update", "running")]
    equals_a_replay(ticket)


def test_reply_and_pending_in_one_save_count_as_the_first_response() -> None:
    """zammad#3551."""
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY + 30 * MINUTE, status="pending")
    ticket.refresh_from_db()
    assert ticket.status == "pending"
    assert stored(ticket) == [("first_response", "met"), ("update", "met"), ("update", "paused")]


def test_an_acknowledgement_is_no_response() -> None:
    ticket = make.ticket(make.alice())
    assert Message.objects.filter(ticket=ticket, kind="auto").count() == 1
    assert stored(ticket)[0] == ("first_response", "running")


def test_a_note_answers_nothing() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    writing.note(
        ticket=ticket, agent=carol, content=Content("Seen before."), at=TUESDAY + MINUTE, by=make.actor(carol)
    )
    assert stored(ticket)[0] == ("first_response", "running")


def test_a_later_message_does_not_restart_the_clock_of_the_first() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="high")
    make.reply(ticket, carol, TUESDAY + HOUR)
    make.wrote(ticket, alice, TUESDAY + 2 * HOUR)
    make.wrote(ticket, alice, TUESDAY + 3 * HOUR)
    owed = [clock for clock in make.clocks(ticket, TUESDAY + 3 * HOUR) if clock[0] == "next_response"]
    assert owed == [("next_response", "running", TUESDAY + 5 * HOUR)]


def test_solving_while_a_reply_is_owed_is_refused_and_changes_nothing() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    with pytest.raises(ResponseOwed):
        writing.set_status(ticket=ticket, status="solved", at=TUESDAY + MINUTE, by=make.actor(carol))
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert promises.events_of(ticket.timeline_id).count() == 2


def test_a_note_cannot_close_what_is_owed() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    with pytest.raises(ResponseOwed):
        writing.note(
            ticket=ticket,
            agent=carol,
            content=Content("Done."),
            status="closed",
            at=TUESDAY,
            by=make.actor(carol),
        )
    assert not Message.objects.filter(ticket=ticket, kind="note").exists()


def test_a_reply_may_solve_in_the_same_save() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    make.reply(ticket, carol, TUESDAY + HOUR, status="solved")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("solved", TUESDAY + HOUR)


def test_on_low_a_bare_status_change_is_refused() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="low")
    make.reply(ticket, carol, TUESDAY + HOUR)
    with pytest.raises(MessageRequired):
        writing.set_status(ticket=ticket, status="on_hold", at=TUESDAY + 2 * HOUR, by=make.actor(carol))
    make.reply(ticket, carol, TUESDAY + 2 * HOUR, status="on_hold")
    assert stored(ticket) == [("first_response", "met"), ("update", "met")]


def test_a_customers_message_reopens_a_solved_ticket() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    make.reply(ticket, carol, TUESDAY + HOUR, status="solved")
    make.wrote(ticket, alice, TUESDAY + 2 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)
    assert ("next_response", "running") in stored(ticket)


def test_no_reply_needed_puts_a_reopened_ticket_back_to_solved() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    make.reply(ticket, carol, TUESDAY + HOUR, status="solved")
    thanks = make.wrote(ticket, alice, TUESDAY + 2 * HOUR, "Thank you!")
    relieving.no_reply_needed(
        ticket=ticket, reason="Only thanks.", at=TUESDAY + 3 * HOUR, by=make.actor(carol)
    )
    ticket.refresh_from_db()
    thanks.refresh_from_db()
    assert ticket.status == "solved"
    assert thanks.reply_needed is False
    assert ("next_response", "void") in stored(ticket)
    equals_a_replay(ticket)


def test_no_reply_needed_leaves_a_ticket_open_that_was_open_before() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    make.reply(ticket, carol, TUESDAY + HOUR)
    make.wrote(ticket, alice, TUESDAY + 2 * HOUR, "Thanks.")
    relieving.no_reply_needed(ticket=ticket, reason="Thanks.", at=TUESDAY + 3 * HOUR, by=make.actor(carol))
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_no_reply_needed_is_refused_when_nothing_is_owed() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    make.reply(ticket, carol, TUESDAY + HOUR)
    with pytest.raises(Conflict):
        relieving.no_reply_needed(ticket=ticket, reason="?", at=TUESDAY + 2 * HOUR, by=make.actor(carol))


def test_a_message_on_a_closed_ticket_opens_a_linked_follow_up() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="high")
    make.reply(ticket, carol, TUESDAY + HOUR, status="closed")
    message = make.wrote(ticket, alice, TUESDAY + 2 * HOUR)
    assert message.ticket_id != ticket.pk
    assert message.ticket.follow_up_of == ticket
    assert message.ticket.priority == "high"
    assert stored(message.ticket)[0] == ("first_response", "running")


def test_raising_the_priority_keeps_who_when_and_why() -> None:
    ticket, carol = make.ticket(make.alice(), priority="low"), make.agent()
    changing.set_priority(
        ticket=ticket,
        priority="urgent",
        reason="The whole site is down.",
        at=TUESDAY + HOUR,
        by=make.actor(carol),
    )
    ticket.refresh_from_db()
    change = promises.events_of(ticket.timeline_id).get(type="priority")
    assert (ticket.priority, ticket.priority_confirmed_at) == ("urgent", TUESDAY + HOUR)
    assert change.data == {"from": "low", "to": "urgent", "reason": "The whole site is down."}
    assert (change.actor_kind, change.actor_id, change.actor_name) == ("agent", carol.pk, "Carol Mensah")
    assert make.clocks(ticket, TUESDAY + HOUR)[0] == ("first_response", "running", TUESDAY + 2 * HOUR)


def test_confirming_the_proposed_priority_is_a_fact_of_its_own() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    assert ticket.priority_confirmed_at is None
    changing.set_priority(ticket=ticket, priority="medium", at=TUESDAY + HOUR, by=make.actor(carol))
    ticket.refresh_from_db()
    assert ticket.priority_confirmed_at == TUESDAY + HOUR
    assert promises.events_of(ticket.timeline_id).filter(type="confirmed").count() == 1


def test_an_agreed_cadence_moves_the_update() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="urgent")
    make.reply(ticket, carol, TUESDAY)
    relieving.agree_cadence(ticket=ticket, every="PT1H", at=TUESDAY + 30 * MINUTE, by=make.actor(carol))
    assert make.clocks(ticket, TUESDAY + 30 * MINUTE)[-1] == ("update", "running", TUESDAY + 90 * MINUTE)
    equals_a_replay(ticket)


@pytest.mark.parametrize("every", ["PT0S", "PT0.000001S", "PT4M59S"])
def test_a_cadence_that_nobody_could_keep_is_refused_and_changes_nothing(every: str) -> None:
    ticket, carol = make.ticket(make.alice(), priority="urgent"), make.agent()
    before = promises.events_of(ticket.timeline_id).count()
    with pytest.raises(Invalid) as refused:
        relieving.agree_cadence(ticket=ticket, every=every, at=TUESDAY, by=make.actor(carol))
    assert refused.value.errors[0].field == "every"
    assert promises.events_of(ticket.timeline_id).count() == before


def test_a_cadence_on_low_is_refused_with_the_reason() -> None:
    ticket, carol = make.ticket(make.alice(), priority="low"), make.agent()
    with pytest.raises(Conflict, match="no timed updates"):
        relieving.agree_cadence(ticket=ticket, every="PT1H", at=TUESDAY, by=make.actor(carol))


def test_a_workaround_is_not_a_solution_and_moves_no_clock() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    before = make.clocks(ticket, TUESDAY + HOUR)
    relieving.provide_workaround(
        ticket=ticket, agent=carol, text="Set single_writer.", at=TUESDAY + HOUR, by=make.actor(carol)
    )
    ticket.refresh_from_db()
    assert (ticket.workaround_at, ticket.status) == (TUESDAY + HOUR, "open")
    assert make.clocks(ticket, TUESDAY + HOUR) == before


def test_an_answered_call_answers_what_is_owed() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    relieving.call(ticket=ticket, agent=carol, answered=True, at=TUESDAY + HOUR, by=make.actor(carol))
    assert stored(ticket)[0] == ("first_response", "met")


def test_a_call_that_nobody_answers_is_a_note() -> None:
    ticket, carol = make.ticket(make.alice()), make.agent()
    relieving.call(ticket=ticket, agent=carol, answered=False, at=TUESDAY + HOUR, by=make.actor(carol))
    assert stored(ticket)[0] == ("first_response", "running")


def test_a_merged_ticket_ends_and_its_owed_response_goes_along() -> None:
    """zammad#904."""
    alice, carol = make.alice(), make.agent()
    first = make.ticket(alice, priority="high")
    second = make.ticket(alice, priority="high", at=TUESDAY + HOUR)
    make.reply(second, carol, TUESDAY + HOUR + MINUTE)
    merging.merge(ticket=first, into=second, at=TUESDAY + 2 * HOUR, by=make.actor(carol))
    first.refresh_from_db()
    assert first.merged_into == second
    assert stored(first) == [("first_response", "void"), ("update", "void")]
    assert ("next_response", "running", TUESDAY + 3 * HOUR) in make.clocks(second, TUESDAY + 2 * HOUR)
    first.timeline.refresh_from_db()
    assert first.timeline.live is False
    assert first.timeline.next_due is None
    equals_a_replay(second)


def test_a_colleague_who_is_premium_takes_over_and_brings_the_plan() -> None:
    halden = make.organization()
    alice = make.alice(halden)
    ticket, carol = make.ticket(make.contact(halden, "Bob Reyes"), priority="urgent"), make.agent()
    changing.take_over(ticket=ticket, contact=alice, at=TUESDAY + 30 * MINUTE, by=make.actor(carol))
    ticket.refresh_from_db()
    assert (ticket.plan, ticket.requester) == ("gold", alice)
    assert make.clocks(ticket, TUESDAY + 30 * MINUTE)[0][2] == TUESDAY + 90 * MINUTE


def test_the_log_never_runs_backwards() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    make.reply(ticket, carol, TUESDAY + HOUR)
    make.wrote(ticket, alice, TUESDAY + 30 * MINUTE)
    instants = list(promises.events_of(ticket.timeline_id).values_list("at", flat=True))
    assert instants == sorted(instants)


def test_a_message_to_a_merged_ticket_takes_the_lock_of_the_one_that_goes_on_alone() -> None:
    alice, carol = make.alice(), make.agent()
    first, second, third = (make.ticket(alice) for _ in range(3))
    merging.merge(ticket=first, into=second, at=TUESDAY + MINUTE, by=make.actor(carol))
    merging.merge(ticket=second, into=third, at=TUESDAY + 2 * MINUTE, by=make.actor(carol))
    with CaptureQueriesContext(connection) as queries:
        said = make.wrote(first, alice, TUESDAY + 3 * MINUTE)
    locks = [one["sql"] for one in queries if "FOR UPDATE" in one["sql"]]
    assert (said.ticket_id, len(locks)) == (third.pk, 1)
