"""Laws of the ledger of hours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.contracts import prorated_time
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


@given(ledgers())
def test_nothing_is_ever_less_than_nothing(entries):
    found = balance(entries)
    assert min(found.left, found.booked, found.used, found.expired) >= NOTHING
    assert found.granted == found.booked + found.used + found.expired + found.left


@given(ledgers(), st.randoms())
def test_the_balance_is_the_sum_in_any_order(entries, chance):
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert balance(shuffled) == balance(entries)


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


@given(st.lists(st.integers(0, 365), min_size=1, max_size=6, unique=True))
def test_changing_plans_over_a_term_loses_no_more_than_the_rounding(days):
    """Up and down between Gold and Platinum: each change is rounded to 15 minutes, to the day."""
    begins, until = date(2026, 1, 1), date(2027, 1, 1)
    total, plan, exact = 8 * HOUR, 8 * HOUR, 8.0
    for place in sorted(days):
        other = 24 * HOUR if plan == 8 * HOUR else 8 * HOUR
        day = begins + timedelta(days=place)
        total += prorated_time(plan, other, day, begins, until)
        exact += (other - plan) / HOUR * (365 - place) / 365
        plan = other
    assert abs(total / HOUR - exact) <= len(days) * 0.125 + 1e-9
    assert total % STEP == NOTHING
