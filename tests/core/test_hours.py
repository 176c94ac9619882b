"""Laws of the ledger of hours."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sterling.core.contracts import granted
from sterling.core.hours import (
    NOTHING,
    STEP,
    Balance,
    Entry,
    Kind,
    agreed,
    balance,
    is_step,
    lapse,
    missing,
    taken_back,
)

HOUR = timedelta(hours=1)
AMOUNTS = st.integers(1, 120).map(lambda count: count * STEP)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """What the product may write: bookings within what is left or allowed, decisions, changes of plan, the lapse."""
    entries = [Entry(Kind.GRANT, draw(AMOUNTS))]
    for _ in range(draw(st.integers(0, 30))):
        now = balance(entries)
        match draw(st.sampled_from(["book", "agree", "decline", "change", "override", "lapse"])):
            case "book":
                amount = draw(AMOUNTS)
                if not missing(now, amount):
                    entries.append(Entry(Kind.BOOK, amount))
            case "agree" if now.booked:
                entries += agreed(now, now.booked)
            case "decline" if now.booked:
                entries.append(Entry(Kind.RELEASE, now.booked))
            case "change":
                delta = taken_back(now, draw(st.integers(-60, 60).map(lambda count: count * STEP)))
                entries += [Entry(Kind.GRANT, delta)] if delta else []
            case "override":
                amount = draw(AMOUNTS)
                entries += [Entry(Kind.OVERRIDE, missing(now, amount))] if missing(now, amount) else []
            case "lapse":
                entries += [entry] if (entry := lapse(now)) else []
    return entries


SLOWLY = settings(suppress_health_check=[HealthCheck.too_slow])


@SLOWLY
@given(ledgers())
def test_nothing_is_ever_less_than_nothing(entries):
    found = balance(entries)
    assert min(found.left, found.booked, found.used, found.expired) >= NOTHING
    assert found.granted == found.booked + found.used + found.expired + found.left


@SLOWLY
@given(ledgers(), st.randoms())
def test_the_balance_is_the_sum_in_any_order(entries, chance):
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert balance(shuffled) == balance(entries)


@SLOWLY
@given(ledgers())
def test_after_the_lapse_nothing_is_left(entries):
    last = lapse(balance(entries))
    assert balance([*entries, last] if last else entries).left == NOTHING


@given(AMOUNTS, AMOUNTS)
def test_what_is_missing_makes_it_just_enough(granted, wanted):
    now = Balance(granted=granted)
    assert Balance(granted=granted + missing(now, wanted)).left >= wanted
    assert missing(now, wanted) in {NOTHING, wanted - granted}


@pytest.mark.parametrize(
    ("amount", "fits"),
    [(STEP, True), (HOUR, True), (timedelta(minutes=20), False), (NOTHING, False), (-HOUR, False)],
)
def test_hours_come_in_steps_of_fifteen_minutes(amount, fits):
    assert is_step(amount) is fits


def test_more_cannot_be_agreed_to_than_is_booked():
    with pytest.raises(ValueError, match=r"only 1:00:00 are booked"):
        agreed(Balance(granted=8 * HOUR, booked=HOUR), 2 * HOUR)


TERM = (date(2026, 1, 1), date(2027, 1, 1))
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 365).map(lambda days: TERM[0] + timedelta(days=days)),
        st.integers(0, 40).map(lambda hours: hours * HOUR),
    ),
    max_size=12,
).map(lambda changes: sorted(changes, key=lambda change: change[0]))


@given(st.integers(0, 40).map(lambda hours: hours * HOUR), CHANGES)
def test_a_term_grants_the_share_of_every_day_rounded_once(first, changes):
    """Whatever the number of changes: half a quarter at the most lies between it and the exact sum."""
    exact, amount = Fraction(0), first
    days = dict[date, timedelta](changes)  # the last change of a day holds
    for place in range(365):
        amount = days.get(TERM[0] + timedelta(days=place), amount)
        exact += Fraction(amount // HOUR, 365)
    total = granted(first, changes, *TERM)
    assert total % STEP == NOTHING
    assert abs(Fraction(total // STEP, 4) - exact) <= Fraction(1, 8)


@given(st.integers(0, 40).map(lambda hours: hours * HOUR), CHANGES)
def test_what_each_change_adds_sums_to_what_the_term_grants(first, changes):
    """The ledger gets differences; together they are the whole, so nothing is lost over a term."""
    sums = [granted(first, changes[:count], *TERM) for count in range(len(changes) + 1)]
    deltas = [after - before for before, after in pairwise(sums)]
    assert sum(deltas, first) == granted(first, changes, *TERM)


def test_gold_to_platinum_and_back_each_month_keeps_to_the_quarter():
    """Ten changes in a year: their exact sum, to the quarter."""
    days = [date(2026, month, 11) for month in range(2, 12)]
    changes = [(day, (24 if place % 2 == 0 else 8) * HOUR) for place, day in enumerate(days)]
    assert granted(8 * HOUR, changes, *TERM) == timedelta(hours=14, minutes=30)
