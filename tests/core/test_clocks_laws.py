"""Laws that hold for every timeline: random tickets over random regions."""

import itertools
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.core.catalog import OnStatusChange
from sterling.core.clocks import (
    AgentMessage,
    CallAnswered,
    CustomerMessage,
    Merged,
    Metric,
    NoReplyNeeded,
    Opened,
    Side,
    State,
    Status,
    StatusChanged,
    explain,
    replay,
    replay_events,
    why,
)
from tests.core.random_tickets import CATALOG, document, tickets

ANSWERS = AgentMessage | CallAnswered
laws = settings()


def run(ticket, until=None):
    calendar, events, end = ticket
    return replay_events(CATALOG, calendar, events, until or end)


def states(ticket):
    """The result just after each event."""
    calendar, events, _ = ticket
    for count, event in enumerate(events, start=1):
        yield replay_events(CATALOG, calendar, events[:count], event.at)


def ended(result):
    """The finished clocks, with all that a customer could hold us to."""
    return Counter(
        (clock.metric, clock.started, clock.due, clock.ended, clock.state, clock.target, clock.changes)
        for clock in result.clocks
        if clock.ended is not None
    )


@laws
@given(tickets())
def test_a_later_event_never_changes_a_finished_clock(ticket):
    results = list(states(ticket))
    for before, after in itertools.pairwise([*results, run(ticket)]):
        assert ended(before) <= ended(after)


@laws
@given(tickets(), st.floats(0, 1))
def test_a_prefix_agrees_with_the_whole_up_to_that_instant(ticket, share):
    calendar, events, end = ticket
    until = events[0].at + (end - events[0].at) * share
    known = [event for event in events if event.at <= until]
    assert run(ticket, until) == replay_events(CATALOG, calendar, known, until)
    assert ended(run(ticket, until)) <= ended(run(ticket))


@laws
@given(tickets())
def test_time_alone_ends_nothing_but_updates_that_are_missed(ticket):
    calendar, events, end = ticket
    now = replay_events(CATALOG, calendar, events, events[-1].at)
    later = run(ticket)
    assert now.status == later.status
    for clock in later.clocks:
        if clock.ended is not None and clock.ended > events[-1].at:
            assert (clock.metric, clock.state, clock.due) == (Metric.UPDATE, State.MISSED, clock.ended)
    assert all(clock.ended is None or clock.ended <= end for clock in later.clocks)


@laws
@given(tickets())
def test_never_are_two_responses_owed(ticket):
    for result in states(ticket):
        open_ones = [clock for clock in result.clocks if clock.is_response and clock.ended is None]
        assert open_ones == ([] if result.owed is None else [result.owed])


@laws
@given(tickets())
def test_exactly_one_update_clock_lives_while_the_rule_is_timed_and_the_ticket_lives(ticket):
    for result in states(ticket):
        live = [clock for clock in result.clocks if not clock.is_response and clock.ended is None]
        timed = not isinstance(CATALOG.cell(result.plan, result.priority).update, OnStatusChange)
        assert len(live) == (1 if timed and result.is_live else 0)
        assert live == ([] if result.update is None else [result.update])


@laws
@given(tickets())
def test_an_update_clock_runs_exactly_while_the_ticket_is_active(ticket):
    for result in states(ticket):
        if result.update is not None:
            paused = result.update.state is State.PAUSED
            assert paused == (result.status in {Status.PENDING, Status.SOLVED})
            assert result.update.due is None or not paused


@laws
@given(tickets())
def test_a_clock_met_ended_by_its_due_and_a_missed_one_after_it(ticket):
    _, _, end = ticket
    for clock in run(ticket).clocks:
        if clock.state is State.MET and clock.due is not None:
            assert clock.ended is not None
            assert clock.started <= clock.ended <= clock.due
        if clock.state is State.MISSED and clock.is_response:
            assert clock.due is not None
            assert (clock.ended or end) > clock.due
        if clock.state is State.RUNNING:
            assert clock.ended is None
            assert clock.due is None or end <= clock.due


@laws
@given(tickets())
def test_a_response_is_owed_exactly_from_a_customers_word_to_an_answer(ticket):
    calendar, events, _ = ticket
    owed = False
    for event, result in zip(events, states((calendar, events, None)), strict=True):
        if isinstance(event, CustomerMessage) or (isinstance(event, Opened) and event.by is Side.CUSTOMER):
            owed = True
        elif isinstance(event, ANSWERS | NoReplyNeeded | Merged) or (
            isinstance(event, StatusChanged) and (event.message or event.to is Status.CLOSED)
        ):
            owed = False
        if not result.is_live:
            assert result.owed is None
            break
        assert (result.owed is not None) == owed


@laws
@given(tickets())
def test_a_higher_plan_is_never_due_later(ticket):
    calendar, events, _ = ticket
    opened = events[0]
    dues = []
    for plan in ("standard", "silver", "gold", "platinum"):
        start = Opened(opened.at, Side.CUSTOMER, plan, opened.priority)
        owed = replay_events(CATALOG, calendar, [start], opened.at).owed
        assert owed is not None
        dues.append(owed.due)
    known = [due for due in dues if due is not None]
    assert known == sorted(known, reverse=True)
    assert dues[len(dues) - len(known) :] == known  # never comes on the lower plans only


@laws
@given(tickets())
def test_what_counted_adds_up_to_the_target_of_a_clock_that_no_change_moved(ticket):
    _, _, end = ticket
    for clock in run(ticket).clocks:
        pieces = why(clock, end)
        assert all(one.end == other.start for one, other in itertools.pairwise(pieces))
        if pieces and clock.due is not None:
            assert (pieces[0].start, pieces[-1].end) == (clock.started, clock.due)
        if isinstance(clock.target, timedelta) and clock.due is not None and not clock.changes:
            assert sum((piece.counted for piece in pieces), timedelta(0)) == clock.target


@laws
@given(tickets())
def test_each_change_begins_where_the_one_before_left_the_due(ticket):
    for clock in run(ticket).clocks:
        for one, other in zip(clock.changes, clock.changes[1:], strict=False):
            assert one.at <= other.at
            assert one.after == other.before
        if clock.changes and clock.due is not None:
            assert clock.changes[-1].after == clock.due


@laws
@given(tickets())
def test_a_document_says_the_same_as_its_typed_events(ticket):
    written = document(ticket)
    seen = [
        (clock["metric"], clock["started"], clock["due"], clock["ended"], clock["state"])
        for clock in replay(written)
    ]
    assert seen == [
        (clock.metric, text(clock.started), text(clock.due), text(clock.ended), clock.state)
        for clock in run(ticket).clocks
    ]
    assert [tuple(clock.values())[:5] for clock in explain(written)["clocks"]] == seen


def text(at):
    return at and at.isoformat().replace("+00:00", "Z")
