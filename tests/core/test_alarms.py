"""When alarms come: examples to the minute, and laws over random tickets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings

from sterling.core.alarms import NEWS, Alarm, alarms, come, heard_by, instant_of, look_at, next_at
from sterling.core.calendars import Calendar
from sterling.core.catalog import Catalog, Recipient, shipped
from sterling.core.clocks import (
    AgentMessage,
    CustomerMessage,
    Metric,
    NoReplyNeeded,
    Opened,
    PriorityChanged,
    Side,
    State,
    Status,
    StatusChanged,
    replay_events,
)
from tests.core.random_tickets import CATALOG, tickets
from tests.core.story import NINE_TO_FIVE

laws = settings()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
JUST = timedelta(microseconds=1)
CHICAGO = Calendar.from_dict({"tz": "America/Chicago", "weekly": NINE_TO_FIVE})
MONDAY = datetime(2024, 9, 23, 14, 0, tzinfo=UTC)  # 09:00 in Chicago
FRIDAY = datetime(2024, 9, 20, 21, 30, tzinfo=UTC)  # 16:30 in Chicago


def after(*events, until, calendar=CHICAGO):
    return replay_events(CATALOG, calendar, events, until)


def opened(plan, priority, at=MONDAY):
    return Opened(at, Side.CUSTOMER, plan, priority)


def shares(result, metric=Metric.FIRST_RESPONSE):
    return [(one.share, one.at) for one in alarms(result, CATALOG) if one.metric is metric]


def test_shares_of_a_response_that_nothing_moved():
    result = after(opened("gold", "urgent"), until=MONDAY)
    assert shares(result) == [
        (50, MONDAY + 30 * MINUTE), (75, MONDAY + 45 * MINUTE), (90, MONDAY + 54 * MINUTE),
        (100, MONDAY + HOUR), (150, MONDAY + 90 * MINUTE)]  # fmt: skip


def test_shares_count_on_the_clocks_own_hours_over_a_weekend():
    """Standard urgent, Friday 16:30: two hours, of which half an hour is Friday's."""
    result = after(opened("standard", "urgent", FRIDAY), until=FRIDAY)
    assert shares(result) == [
        (50, MONDAY + 30 * MINUTE), (75, MONDAY + HOUR), (90, MONDAY + 78 * MINUTE),
        (100, MONDAY + 90 * MINUTE), (150, MONDAY + 150 * MINUTE)]  # fmt: skip


def test_a_share_that_ends_with_the_day_comes_at_its_close():
    """Silver high, three hours from 15:30: half of them are there at 17:00, not next morning."""
    result = after(opened("silver", "high", MONDAY + 6.5 * HOUR), until=MONDAY + 7 * HOUR)
    assert shares(result)[0] == (50, MONDAY + 8 * HOUR)


def test_a_raised_priority_counts_from_the_change():
    result = after(opened("gold", "low"), PriorityChanged(MONDAY + HOUR, "urgent"), until=MONDAY + HOUR)
    assert shares(result)[0] == (50, MONDAY + 90 * MINUTE)


def test_a_share_used_up_before_the_due_moved_comes_with_the_move():
    """Gold urgent after 40 minutes with a medium's due: lowered and raised again it keeps its due of one hour."""
    result = after(
        opened("gold", "urgent"),
        PriorityChanged(MONDAY + 10 * MINUTE, "medium"),
        PriorityChanged(MONDAY + 40 * MINUTE, "urgent"),
        until=MONDAY + 40 * MINUTE,
    )
    assert result.owed.due == MONDAY + HOUR
    assert shares(result)[:3] == [
        (50, MONDAY + 30 * MINUTE), (75, MONDAY + 45 * MINUTE), (90, MONDAY + 54 * MINUTE)]  # fmt: skip


def test_a_resumed_update_goes_on_with_what_was_left():
    """Four hours, of which one was used before the pause."""
    result = after(
        opened("gold", "urgent"),
        AgentMessage(MONDAY),
        StatusChanged(MONDAY + HOUR, Status.PENDING),
        StatusChanged(MONDAY + 24 * HOUR, Status.OPEN),
        until=MONDAY + 24 * HOUR,
    )
    assert shares(result, Metric.UPDATE) == [
        (50, MONDAY + 25 * HOUR), (75, MONDAY + 26 * HOUR), (90, MONDAY + 26 * HOUR + 36 * MINUTE),
        (100, MONDAY + 27 * HOUR)]  # fmt: skip


def test_a_paused_clock_has_no_alarm():
    result = after(
        opened("gold", "urgent"),
        AgentMessage(MONDAY),
        StatusChanged(MONDAY + HOUR, Status.PENDING),
        until=MONDAY + 100 * HOUR,
    )
    assert alarms(result, CATALOG) == []


def test_each_business_day_counts_the_regions_open_time():
    """Gold medium opened Monday 09:00: due Tuesday 17:00, 16 open hours, half of them Monday's."""
    result = after(opened("gold", "medium"), AgentMessage(MONDAY), until=MONDAY)
    assert shares(result, Metric.UPDATE)[0] == (50, MONDAY + 8 * HOUR)
    assert shares(result, Metric.UPDATE)[-1] == (100, MONDAY + 32 * HOUR)


def test_a_missed_update_is_one_miss_and_the_next_has_its_own_shares():
    result = after(opened("gold", "urgent"), AgentMessage(MONDAY), until=MONDAY + 4 * HOUR + JUST)
    assert [(one.nth, one.share, one.at) for one in alarms(result, CATALOG)] == [
        (1, 100, MONDAY + 4 * HOUR),
        (2, 50, MONDAY + 6 * HOUR),
        (2, 75, MONDAY + 7 * HOUR),
        (2, 90, MONDAY + 7.6 * HOUR),
        (2, 100, MONDAY + 8 * HOUR),
    ]


def test_a_clock_that_ended_in_time_or_void_is_silent():
    for end in (AgentMessage(MONDAY + HOUR), NoReplyNeeded(MONDAY + HOUR, "thanks")):
        result = after(opened("gold", "low"), end, until=MONDAY + 2 * HOUR)
        assert alarms(result, CATALOG) == []


def test_a_late_answer_leaves_the_miss_and_takes_the_rest():
    result = after(opened("gold", "low"), AgentMessage(MONDAY + 20 * HOUR), until=MONDAY + 20 * HOUR)
    assert shares(result) == [(100, MONDAY + 8 * HOUR)]


def test_an_alarm_has_come_only_after_its_instant():
    result = after(opened("gold", "urgent"), until=MONDAY)
    half = MONDAY + 30 * MINUTE
    assert come(result, CATALOG, half) == []
    assert [one.share for one in come(result, CATALOG, half + JUST)] == [50]
    assert next_at(result, CATALOG, half) == half
    assert next_at(result, CATALOG, half + JUST) == MONDAY + 45 * MINUTE
    assert look_at(result, CATALOG, half + JUST) == half


def test_an_answer_at_the_very_due_misses_nothing():
    result = after(opened("gold", "urgent"), AgentMessage(MONDAY + HOUR), until=MONDAY + 2 * HOUR)
    assert [one for one in alarms(result, CATALOG) if one.metric is Metric.FIRST_RESPONSE] == []


def test_old_misses_are_no_news_but_what_is_owed_is():
    late = AgentMessage(MONDAY + 10 * HOUR)
    settled = after(opened("gold", "low"), late, until=MONDAY + NEWS + 8 * HOUR)
    assert look_at(settled, CATALOG, MONDAY + NEWS + 8 * HOUR) is None
    assert come(settled, CATALOG, MONDAY + NEWS + 8 * HOUR) == []
    owed = after(opened("gold", "low"), until=MONDAY + 30 * NEWS)
    assert [one.share for one in come(owed, CATALOG, MONDAY + 30 * NEWS)] == [50, 75, 90, 100, 150]


def test_a_response_keeps_its_number_when_a_merge_moves_its_start():
    events = [
        opened("gold", "low"),
        AgentMessage(MONDAY + HOUR),
        CustomerMessage(MONDAY + 3 * HOUR),
    ]
    before = after(*events, until=MONDAY + 3 * HOUR)
    moved = after(*events, CustomerMessage(MONDAY + 4 * HOUR, MONDAY - HOUR), until=MONDAY + 4 * HOUR)
    assert moved.owed.started == MONDAY - HOUR
    assert moved.clocks[0] is moved.owed
    numbers = [{one.nth for one in alarms(result, CATALOG)} for result in (before, moved)]
    assert numbers == [{1}, {1}]


def catalog_with(ladder):
    return Catalog.from_dict(shipped().to_dict() | {"ladder": ladder})


def test_the_shipped_ladder():
    roles = Recipient
    assert heard_by(CATALOG, 50, "urgent") == (roles.ASSIGNEE,)
    assert heard_by(CATALOG, 90, "low") == (roles.ASSIGNEE, roles.LEAD)
    assert heard_by(CATALOG, 150, "urgent") == (roles.LEAD, roles.DUTY_MANAGER)


def test_a_rung_for_some_priorities_joins_the_rung_for_all():
    catalog = catalog_with([
        {"share": 75, "to": ["assignee"]},
        {"share": 75, "to": ["lead", "assignee"], "priorities": ["urgent"]},
    ])  # fmt: skip
    assert heard_by(catalog, 75, "urgent") == (Recipient.ASSIGNEE, Recipient.LEAD)
    assert heard_by(catalog, 75, "low") == (Recipient.ASSIGNEE,)


def test_a_warning_without_a_rung_reaches_the_assignee():
    assert heard_by(catalog_with([]), 90, "urgent") == (Recipient.ASSIGNEE,)


@pytest.mark.parametrize("share", [50, 100, 150])
def test_a_due_of_never_never_rings(share):
    closed = Calendar.from_dict({"tz": "America/Chicago", "weekly": {}})
    result = after(opened("silver", "urgent"), until=MONDAY, calendar=closed)
    assert result.owed.due is None
    assert instant_of(result.owed, share) is None


# Laws.


def run(ticket, until=None):
    calendar, events, end = ticket
    return replay_events(CATALOG, calendar, events, until or end)


@laws
@given(tickets())
def test_shares_come_in_order_and_the_whole_is_the_due(ticket):
    result = run(ticket)
    for clock in (result.owed, result.update):
        if clock is None or clock.due is None:
            continue
        instants = [instant_of(clock, share) for share in (1, 50, 75, 90, 99)]
        assert all(one <= other for one, other in pairwise(instants))
        assert clock.legs[-1].start <= instants[0] or instants[0] == clock.due
        assert instants[-1] <= clock.due
        assert instant_of(clock, 100) == clock.due
        beyond = instant_of(clock, 150)
        assert beyond is None or beyond >= clock.due


@laws
@given(tickets())
def test_what_is_left_at_a_share_is_the_rest_of_the_target(ticket):
    result = run(ticket)
    for clock in (result.owed, result.update):
        if clock is None or clock.due is None or not isinstance(clock.target, timedelta):
            continue
        calendar, since = clock.legs[-1].calendar, clock.legs[-1].start
        for share in (50, 75, 90):
            at = instant_of(clock, share)
            left = calendar.elapsed(at, clock.due)
            rest = clock.target - clock.target * share // 100
            assert left == rest or (left < rest and at == min(since, clock.due))


@laws
@given(tickets())
def test_nobody_names_two_clocks_the_same(ticket):
    found = alarms(run(ticket), CATALOG)
    assert len({(one.metric, one.nth, one.share) for one in found}) == len(found)


@laws
@given(tickets())
def test_a_miss_keeps_its_name_and_instant_whatever_follows(ticket):
    _, events, until = ticket
    ends = [clock.ended for clock in run(ticket).clocks if clock.is_response]
    assume(len(set(ends)) == len(ends))  # two answers in one microsecond have no order
    misses = set()
    for event in [*events, None]:
        at = event.at if event else until
        found = {named(one) for one in alarms(run(ticket, at), CATALOG) if one.is_miss and one.at < at}
        assert misses <= found
        misses = found


def named(one: Alarm):
    return one.metric, one.nth, one.at


@laws
@given(tickets())
def test_every_missed_clock_is_told_and_no_other(ticket):
    result = run(ticket)
    _, _, until = ticket
    missed = [clock for clock in result.clocks if clock.state is State.MISSED and clock.target is not None]
    told = [one for one in alarms(result, CATALOG) if one.is_miss and one.at < until]
    assert sorted((one.metric, one.due) for one in told) == sorted(
        (clock.metric, clock.due) for clock in missed
    )


@laws
@given(tickets())
def test_looking_finds_what_has_come_first_and_then_what_comes_next(ticket):
    result = run(ticket)
    _, _, until = ticket
    ringing, ahead = come(result, CATALOG, until), next_at(result, CATALOG, until)
    first = ringing[0].at if ringing else ahead
    assert look_at(result, CATALOG, until) == first
    assert all(one.at < until for one in ringing)
    assert ahead is None or ahead >= until
