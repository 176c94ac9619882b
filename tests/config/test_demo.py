"""The demo: a lively vendor, whole or not at all, once."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Count

from sterling.accounts.access import viewer_of
from sterling.accounts.models import Agent, Contact, Organization, Shift
from sterling.accounts.queries import shift_of, user_by_email
from sterling.config.demo import cast, fill, make_demo, stories
from sterling.core import shifts
from sterling.desk.queue import counts, grouped, queue
from sterling.plans.queries import contract_at
from sterling.premium.hours import queries as hours
from sterling.premium.sponsors import queries as sponsors
from sterling.reports.models import Report
from sterling.sla.actions.recompute import differs_from_replay
from sterling.sla.models import Clock, Event
from sterling.tickets.models import Message, Ticket

# A Tuesday, 10:00 in Chicago, 17:00 in Berlin, midnight in Shanghai.
TUESDAY = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PARTS = [("past", "en"), ("past", "zh"), ("live", "en"), ("live", "zh")]


def waiting_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def the_customers_are_eight_on_four_plans_in_three_regions() -> None:
    customers = Organization.objects.filter(is_provisional=False)
    plans = Counter()
    for customer in customers:
        contract = contract_at(customer.pk, TUESDAY)
        plans[contract.plan if contract else "none"] += 1
    assert plans == {"platinum": 2, "gold": 2, "silver": 2, "standard": 1, "none": 1}
    assert Counter(customers.values_list("region", flat=True)) == {"americas": 3, "europe": 3, "china": 2}
    assert Counter(customers.values_list("language", flat=True)) == {"en": 6, "zh": 2}
    assert Counter(Agent.objects.values_list("role", flat=True)) == {"admin": 1, "lead": 3, "agent": 6}
    assert set(Agent.objects.values_list("tier", flat=True)) == {1, 2, 3}
    assert Contact.objects.filter(verified_at__isnull=False).count() == 14
    assert Counter(Ticket.objects.exclude(triage="").values_list("triage", flat=True)) == {
        "unknown_sender": 1,
        "unconfirmed_contact": 1,
    }


def two_months_of_tickets_on_every_plan_channel_priority_and_status() -> None:
    tickets = Ticket.objects.all()
    assert {row["plan"] for row in tickets.values("plan").annotate(n=Count("*")) if row["n"] >= 15} == {
        "standard",
        "silver",
        "gold",
        "platinum",
    }
    assert set(tickets.values_list("channel", flat=True)) == {"email", "portal", "phone", "chat"}
    assert set(tickets.values_list("priority", flat=True)) == {"urgent", "high", "medium", "low"}
    assert set(tickets.values_list("status", flat=True)) == {"open", "pending", "on_hold", "solved", "closed"}
    assert set(tickets.values_list("timeline__region", flat=True)) == {
        "americas",
        "europe",
        "china",
        "default",
    }
    opened = sorted(tickets.values_list("opened_at", flat=True))
    assert TUESDAY - timedelta(days=61) < opened[0] < TUESDAY - timedelta(days=50)
    assert opened[-1] < TUESDAY
    assert not Event.objects.filter(at__gt=TUESDAY).exists()
    assert tickets.filter(merged_into__isnull=False).count() == 1
    assert tickets.filter(follow_up_of__isnull=False).count() == 1
    assert len({ticket.subject for ticket in tickets}) >= 25


def some_promises_were_missed_and_most_were_kept() -> None:
    states = Counter(Clock.objects.filter(ended__isnull=False).values_list("state", flat=True))
    assert 8 <= states["missed"] <= 0.12 * states["met"]


def the_queue_shows_something_due_in_every_group() -> None:
    viewer = viewer_of(user_by_email("carol.mensah@sterling.example"))
    shown = queue(viewer, "next", TUESDAY)
    dues = {row.ticket.subject: row.ticket.timeline.next_due for row in shown.rows}
    by_subject = {
        "Writes refused after the failover to the second site": -12,
        "Nightly sync skips records with an empty region": -3,
        "All sign-ins fail since the certificate change": 6,
        "Report totals differ between two sites": 24,
        "Signal data arrives with a delay of ten minutes": 52,
        "导出的报表日期差一天，只在月末出现": 80,
    }
    assert {subject: dues[subject] for subject in by_subject} == {
        subject: TUESDAY + minutes * MINUTE for subject, minutes in by_subject.items()
    }
    groups = grouped(shown.places, TUESDAY)
    assert [group.id for group in groups] == ["late", "hour", "day", "later", "still"]
    assert len(groups[0].places) == 2
    assert counts(viewer, TUESDAY).active[viewer.agent.pk] >= 4


def premium_customers_have_what_they_bought() -> None:
    hour = timedelta(hours=1)
    meridian = Organization.objects.get(name="Meridian Clinics")
    term = hours.term_at(meridian.pk, TUESDAY)
    assert term is not None
    balance = hours.balance_of(hours.lines(term))
    assert (balance.granted, balance.booked, balance.used) == (24 * hour, 1.5 * hour, 9.75 * hour)
    found = sponsors.standings(Organization.objects.select_related("region"), TUESDAY)
    standing = {str(one.organization): one.overdue for one in found}
    assert standing == {"Meridian Clinics": False, "Bluewater Rail": True}
    assert [(str(one.organization), one.language) for one in Report.objects.all()] == [("沐光医疗", "zh")]


def nothing_waits_to_be_sent() -> None:
    assert not Message.objects.filter(delivery="queued").exists()
    assert Message.objects.filter(delivery="sent").count() > 200
    assert waiting_jobs() == 0


def stored_clocks_equal_a_replay() -> None:
    sample = Ticket.objects.order_by("pk").values_list("timeline_id", flat=True)[::6]
    assert len(sample) > 15
    assert [pk for pk in sample if differs_from_replay(pk)] == []


@pytest.mark.usefixtures("installed")
def test_the_demo_is_lively_honest_and_made_once() -> None:
    """One test, so that the demo is made once in a run."""
    steps: list[tuple[int, int]] = []
    made = make_demo(TUESDAY, lambda done, total: steps.append((done, total)))
    assert made is not None
    assert (made.staff_email, made.customer_email) == (
        "carol.mensah@sterling.example",
        "elena.vargas@meridianclinics.example",
    )
    assert steps[-1][0] == steps[-1][1] == len(steps)
    assert made.tickets == Ticket.objects.count()
    the_customers_are_eight_on_four_plans_in_three_regions()
    two_months_of_tickets_on_every_plan_channel_priority_and_status()
    some_promises_were_missed_and_most_were_kept()
    the_queue_shows_something_due_in_every_group()
    premium_customers_have_what_they_bought()
    nothing_waits_to_be_sent()
    stored_clocks_equal_a_replay()
    assert make_demo(TUESDAY + MINUTE) is None
    assert made.tickets == Ticket.objects.count()


@pytest.mark.usefixtures("installed")
def test_an_interrupted_demo_leaves_nothing_and_can_be_made_again() -> None:
    def interrupt(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(TUESDAY, interrupt)
    assert Organization.objects.count() == Ticket.objects.count() == waiting_jobs() == 0
    with pytest.raises(KeyboardInterrupt):
        make_demo(TUESDAY, interrupt)


@pytest.mark.parametrize(
    ("is_terminal", "said"),
    [(True, "\rsterling: demo tickets 1 of 2\rsterling: demo tickets 2 of 2\n"), (False, "")],
)
def test_a_terminal_sees_how_far_the_demo_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_terminal: bool, said: str
) -> None:
    def tells(_at: datetime, progress: Callable[[int, int], None] | None) -> None:
        for done in (1, 2):
            if progress:
                progress(done, 2)

    monkeypatch.setattr("sterling.config.demo.make_demo", tells)
    monkeypatch.setattr("gc.freeze", lambda: None)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    fill(at=TUESDAY)
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(("part", "language"), PARTS)
def test_every_conversation_is_complete_and_in_its_language(part: str, language: str) -> None:
    told = stories.read(part, language)
    assert len({story.subject for story in told}) == len(told) >= 6
    for story in told:
        assert story.turns[0].kind == "customer"
        assert all(turn.text for turn in story.turns if turn.kind in {"customer", "agent", "note", "call"})
        chinese = any("一" <= letter <= "鿿" for letter in story.subject + story.turns[0].text)
        assert chinese == (language == "zh")
        if part == "past":
            assert [turn.argument for turn in story.turns if turn.kind == "agent"][-1] == "solved"
        else:
            assert (story.left is None) != (story.ago is None)


def test_a_length_of_time_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="'soon' is no length of time"):
        stories._length("soon")


@pytest.mark.usefixtures("installed")
def test_the_staff_are_there_around_the_clock_but_for_three_hours_on_sunday() -> None:
    cast.assemble(TUESDAY - timedelta(days=75))
    begins, ends = datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 2, 16, tzinfo=UTC)  # two weeks of winter
    worked = shifts.spans(
        map(shift_of, Shift.objects.select_related("agent__user", "agent__region")), [], begins, ends
    )
    gaps = [(one[1], two[0]) for one, two in itertools.pairwise(worked)]
    assert gaps == [
        (datetime(2026, 2, day, 15, tzinfo=UTC), datetime(2026, 2, day, 18, tzinfo=UTC)) for day in (8, 15)
    ]
    assert (worked[0][0], worked[-1][1]) == (begins, ends)
