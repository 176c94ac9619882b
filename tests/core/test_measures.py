"""Measures: exact examples, and laws over random tickets against a count that is written as plainly as it can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.core.calendars import Calendar
from sterling.core.clocks import (
    AgentMessage,
    CustomerMessage,
    Merged,
    Opened,
    PriorityChanged,
    Side,
    State,
    Status,
    StatusChanged,
    replay_events,
)
from sterling.core.measures import (
    Outcome,
    Period,
    Share,
    age_band,
    kept_tickets,
    life_of,
    measured,
    middle,
    outcome,
    percentile,
    reopened,
    resolved_at,
    share_of,
    wilson,
)
from tests.core.random_tickets import CATALOG, tickets
from tests.core.story import NINE_TO_FIVE

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 09:00 in Chicago
MARCH = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
CHICAGO = Calendar.from_dict({"tz": "America/Chicago", "weekly": NINE_TO_FIVE})
laws = settings()


def count(*events, until=MARCH.end, period=MARCH):
    clocks = replay_events(CATALOG, CHICAGO, list(events), until).clocks
    return measured(clocks, life_of(events).spoken, period, until)


def told(items):
    return [
        (
            item.clock.metric.value,
            item.outcome.value,
            round(item.used, 4),
            item.late_by and item.late_by / MINUTE,
        )
        for item in items
    ]


class TestWhatCounts:
    def test_a_kept_reply_and_the_share_of_its_target_that_it_used(self):
        opened = Opened(MONDAY, Side.CUSTOMER, "gold", "high")
        items = count(opened, AgentMessage(MONDAY + HOUR), until=MONDAY + 2 * HOUR)
        assert told(items) == [("first_response", "kept", 0.3333, None), ("update", "kept", 0.25, None)]
        assert items[0].took == HOUR

    def test_one_that_is_overdue_and_still_waits_is_late(self):
        opened = Opened(MONDAY, Side.CUSTOMER, "gold", "low")
        items = count(opened, until=MONDAY + 10 * HOUR)
        assert told(items) == [("first_response", "late", 1.25, 120)]
        assert items[0].answered is None

    def test_one_that_runs_towards_its_due_counts_nowhere_yet(self):
        opened = Opened(MONDAY, Side.CUSTOMER, "gold", "low")
        assert count(opened, until=MONDAY + 8 * HOUR) == []

    def test_it_belongs_to_the_period_in_which_it_fell_due(self):
        late = MARCH.end - HOUR
        events = Opened(late, Side.CUSTOMER, "gold", "low"), AgentMessage(late + MINUTE)
        april = Period(MARCH.end, MARCH.end + 30 * DAY)
        assert count(*events, until=april.end) == []
        assert [item.outcome for item in count(*events, until=april.end, period=april)] == [Outcome.KEPT]

    def test_a_missed_update_is_late_until_the_next_message(self):
        opened = Opened(MONDAY, Side.AGENT, "gold", "urgent")
        items = count(opened, AgentMessage(MONDAY + 4 * HOUR + 23 * MINUTE), until=MONDAY + 5 * HOUR)
        assert told(items) == [("update", "late", 1.0958, 23)]

    def test_every_update_of_a_long_silence_is_late_by_its_own_length(self):
        opened = Opened(MONDAY, Side.AGENT, "gold", "urgent")
        items = count(opened, AgentMessage(MONDAY + 9 * HOUR), until=MONDAY + 10 * HOUR)
        assert [item.late_by for item in items] == [5 * HOUR, HOUR]

    def test_time_that_waits_on_the_customer_is_not_used(self):
        items = count(
            Opened(MONDAY, Side.AGENT, "gold", "high"),
            StatusChanged(MONDAY + HOUR, Status.PENDING, Side.AGENT, message=False),
            StatusChanged(MONDAY + 20 * HOUR, Status.OPEN, Side.AGENT, message=False),
            AgentMessage(MONDAY + 21 * HOUR),
            until=MONDAY + 22 * HOUR,
        )
        assert told(items) == [("update", "kept", 0.5, None)]

    def test_closed_hours_are_not_used(self):
        friday = MONDAY + 4 * DAY + 7 * HOUR  # 16:00
        items = count(
            Opened(friday, Side.CUSTOMER, "standard", "urgent"),
            AgentMessage(friday + 64 * HOUR + 30 * MINUTE),  # Monday, 09:30
            until=friday + 66 * HOUR,
        )
        assert told(items)[0] == ("first_response", "kept", 0.75, None)

    def test_a_status_change_on_low_has_no_share_of_a_target(self):
        items = count(
            Opened(MONDAY, Side.AGENT, "gold", "low"),
            StatusChanged(MONDAY + HOUR, Status.PENDING, Side.AGENT, message=True),
        )
        assert [(item.outcome.value, item.used) for item in items] == [("kept", None)]

    def test_a_period_ends_after_it_starts(self):
        with pytest.raises(ValueError, match=r"end: must be after start"):
            Period(MONDAY, MONDAY)


class TestFigures:
    def test_a_ticket_is_kept_when_none_of_its_promises_was_late(self):
        good = count(
            Opened(MONDAY, Side.CUSTOMER, "gold", "low"),
            AgentMessage(MONDAY + HOUR),
            until=MONDAY + 2 * HOUR,
        )
        bad = count(
            Opened(MONDAY, Side.CUSTOMER, "gold", "urgent"),
            AgentMessage(MONDAY + MINUTE),
            until=MONDAY + 8 * HOUR + 2 * MINUTE,
        )
        assert (share_of(good), share_of(bad)) == (Share(1, 1), Share(2, 4))
        assert kept_tickets([good, bad, []]) == Share(1, 2)

    def test_a_share_says_when_it_is_of_few_and_knows_nothing_of_nothing(self):
        assert (Share(4, 4).is_few, Share(4, 5).is_few) == (True, False)
        assert (Share(4, 5).rate, Share(0, 0).rate, Share(0, 0).interval) == (0.8, None, (0.0, 1.0))
        assert Share(4, 5) + Share(1, 1) == Share(5, 6)
        assert Share(4, 5).late == 1

    @pytest.mark.parametrize(
        ("kept", "n", "low", "high"),
        [(127, 131, 0.9241, 0.9881), (4, 4, 0.5101, 1.0), (0, 4, 0.0, 0.4899), (81, 263, 0.2553, 0.3662)],
    )
    def test_the_interval_is_wilsons(self, kept, n, low, high):
        assert tuple(round(end, 4) for end in wilson(kept, n)) == (low, high)

    def test_more_than_all_cannot_be_kept(self):
        with pytest.raises(ValueError, match=r"kept: 2 of 1"):
            wilson(2, 1)

    def test_the_middle_and_the_ninetieth_percent(self):
        assert (middle([3.0, 1.0, 2.0]), middle([HOUR, 2 * HOUR]), middle([])) == (2.0, 1.5 * HOUR, None)
        assert percentile([float(n) for n in range(1, 11)], 90) == 9.0
        assert (percentile([HOUR], 90), percentile([], 90)) == (HOUR, None)
        with pytest.raises(ValueError, match=r"percent: 0"):
            percentile([1.0], 0)

    @pytest.mark.parametrize(
        ("age", "band"),
        [(0, 0), (1, 0), (1.1, 1), (3, 1), (4, 2), (7, 2), (14, 3), (15, 4), (30, 4), (31, 5)],
    )
    def test_ages_fall_into_bands(self, age, band):
        assert age_band(age * DAY) == band


class TestLives:
    def life(self, *events):
        return life_of([Opened(MONDAY, Side.CUSTOMER, "gold", "high"), *events])

    def status(self, hours, to, **more):
        return StatusChanged(MONDAY + hours * HOUR, to, Side.AGENT, **{"message": False} | more)

    def test_where_the_time_went(self):
        life = self.life(
            self.status(2, Status.PENDING, message=True),
            CustomerMessage(MONDAY + 5 * HOUR),
            self.status(6, Status.SOLVED),
        )
        spans = [(span.status.value, span.within(MARCH, MONDAY + 10 * HOUR) / HOUR) for span in life.spans]
        assert spans == [("open", 2), ("pending", 3), ("open", 1), ("solved", 4)]
        assert life.spoken == (MONDAY + 2 * HOUR,)
        assert life.status_at(MONDAY - HOUR) is None
        assert life.status_at(MONDAY + 5 * HOUR) is Status.OPEN
        assert (life.waits_at(MONDAY + 5 * HOUR), life.waits_at(MONDAY + 6 * HOUR)) == (True, False)

    def test_a_reopened_ticket_is_measured_to_its_last_resolution(self):
        life = self.life(
            self.status(1, Status.SOLVED), CustomerMessage(MONDAY + 2 * HOUR), self.status(3, Status.SOLVED)
        )
        assert resolved_at(life, MONDAY + HOUR) == MONDAY + HOUR
        assert resolved_at(life, MONDAY + 2 * HOUR) is None
        assert resolved_at(life, MARCH.end) == MONDAY + 3 * HOUR
        assert reopened(life, MARCH, MARCH.end) is True

    def test_reopened_means_within_fourteen_days(self):
        life = self.life(self.status(1, Status.SOLVED), CustomerMessage(MONDAY + 14 * DAY + 2 * HOUR))
        assert reopened(life, MARCH, MARCH.end) is False
        assert reopened(self.life(), MARCH, MARCH.end) is None

    def test_closing_what_was_solved_resolves_it_no_second_time(self):
        life = self.life(self.status(1, Status.SOLVED), self.status(30, Status.CLOSED))
        assert resolved_at(life, MARCH.end) == MONDAY + HOUR
        assert life.status_at(MARCH.end) is Status.CLOSED

    def test_a_merged_ticket_is_neither_waiting_nor_resolved(self):
        life = self.life(Merged(MONDAY + HOUR, "7"), AgentMessage(MONDAY + 2 * HOUR))
        assert (life.status_at(MONDAY + HOUR), resolved_at(life, MARCH.end), life.spoken) == (None, None, ())

    def test_the_priority_that_it_had_then(self):
        life = self.life(PriorityChanged(MONDAY + HOUR, "low"))
        assert [life.priority_at(MONDAY + n * HOUR) for n in (-1, 0, 1)] == ["high", "high", "low"]

    def test_a_life_begins_with_its_opening(self):
        with pytest.raises(TypeError, match=r"begins with opened"):
            life_of([AgentMessage(MONDAY)])


@laws
@given(tickets(), st.integers(0, 40), st.integers(1, 40))
def test_counts_equal_a_plain_one(ticket, first, days):
    calendar, events, until = ticket
    period = Period(events[0].at + first * HOUR, events[0].at + first * HOUR + days * DAY)
    clocks = replay_events(CATALOG, calendar, events, until).clocks
    kept = late = 0
    for clock in clocks:
        if clock.due is not None and period.start <= clock.due < period.end:
            kept += clock.state.value == "met"
            late += clock.state.value == "missed"
    assert share_of(measured(clocks, life_of(events).spoken, period, until)) == Share(kept, kept + late)


@laws
@given(tickets(), st.integers(1, 10))
def test_periods_side_by_side_share_the_promises_among_them(ticket, days):
    calendar, events, until = ticket
    clocks, start = replay_events(CATALOG, calendar, events, until).clocks, events[0].at
    spoken = life_of(events).spoken
    edges = [start + n * days * DAY for n in range(4)]
    apart = [share_of(measured(clocks, spoken, Period(a, b), until)) for a, b in pairwise(edges)]
    assert sum(apart, Share(0, 0)) == share_of(measured(clocks, spoken, Period(start, edges[-1]), until))


@laws
@given(tickets())
def test_kept_is_within_the_target_and_late_is_over_it(ticket):
    calendar, events, until = ticket
    whole = Period(events[0].at, events[0].at + 4000 * DAY)
    for item in measured(
        replay_events(CATALOG, calendar, events, until).clocks, life_of(events).spoken, whole, until
    ):
        if item.used is not None:
            assert (item.used <= 1) if item.outcome is Outcome.KEPT else (item.used >= 1)
        assert (item.late_by is None) == (item.outcome is Outcome.KEPT)


@laws
@given(tickets())
def test_a_life_has_the_status_that_the_clocks_say(ticket):
    calendar, events, until = ticket
    result = replay_events(CATALOG, calendar, events, until)
    status = life_of(events).status_at(until)
    assert status == (None if result.merged else result.status)
    assert result.merged or life_of(events).priority_at(until) == result.priority or not result.is_live


@given(st.lists(st.integers(-1000, 1000), min_size=1))
def test_what_is_typical_is_what_others_say_it_is(values):
    assert middle([float(value) for value in values]) == median(values)
    at_90 = percentile(values, 90)
    assert sum(value <= at_90 for value in values) >= 0.9 * len(values)
    assert all(
        sum(value <= other for value in values) < 0.9 * len(values) for other in values if other < at_90
    )


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_its_share(kept, more):
    low, high = wilson(kept, kept + more)
    assert 0 <= low <= (kept / (kept + more) if kept + more else 0.5) <= high <= 1


@pytest.mark.parametrize(
    ("state", "due", "became"),
    [
        (State.MET, MONDAY, "kept"),
        (State.MISSED, MONDAY, "late"),
        (State.RUNNING, MONDAY, "late"),
        (State.RUNNING, MONDAY + HOUR, None),
        (State.RUNNING, None, None),
        (State.PAUSED, None, None),
        (State.VOID, MONDAY, None),
        (State.MET, MARCH.end, None),
        (State.MET, MARCH.start, "kept"),
    ],
)
def test_only_what_is_met_or_past_its_due_counts(state, due, became):
    assert outcome(state, due, MARCH, until=MONDAY + HOUR) == became
