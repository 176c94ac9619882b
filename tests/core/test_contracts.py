"""What a change in mid-term is worth, and where a contract stands."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.contracts import (
    QUARTER,
    Phase,
    Term,
    add_months,
    current_term,
    granted,
    notices,
    prorated_price,
)

YEAR = Term(date(2026, 1, 1), date(2027, 1, 1), grace_days=14)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2025, 12, 31), Phase.FUTURE),
        (date(2026, 1, 1), Phase.RUNNING),
        (date(2026, 12, 31), Phase.RUNNING),
        (date(2027, 1, 1), Phase.GRACE),
        (date(2027, 1, 14), Phase.GRACE),
        (date(2027, 1, 15), Phase.ENDED),
    ],
)
def test_a_contract_stands_where_its_days_say(day, phase):
    assert YEAR.phase(day) is phase


def test_an_open_ended_contract_never_ends():
    assert Term(date(2026, 1, 1), None).phase(date(2099, 1, 1)) is Phase.RUNNING
    assert Term(date(2026, 1, 1), None).days_left(date(2026, 6, 1)) is None


def test_months_end_where_the_month_does():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 8, 31), 1) == date(2026, 9, 30)


def test_a_contract_of_three_years_has_three_price_terms():
    long = Term(date(2026, 3, 15), date(2029, 3, 15))
    assert current_term(long, date(2026, 3, 15), 12) == (date(2026, 3, 15), date(2027, 3, 15))
    assert current_term(long, date(2028, 3, 14), 12) == (date(2027, 3, 15), date(2028, 3, 15))
    assert current_term(Term(date(2026, 3, 15), date(2026, 9, 15)), date(2026, 4, 1), 12)[1] == date(
        2026, 9, 15
    )


def test_gold_to_platinum_at_half_time_costs_half_the_difference():
    half = date(2026, 7, 2)  # 183 of 365 days are left
    assert prorated_price(Decimal(28000), Decimal(60000), half, YEAR.starts, date(2027, 1, 1)) == Decimal(
        "16043.84"
    )
    assert granted(8 * HOUR, [(half, 24 * HOUR)], YEAR.starts, date(2027, 1, 1)) == 16 * HOUR


def test_a_downgrade_is_a_credit():
    last = date(2026, 12, 31)
    assert prorated_price(Decimal(60000), Decimal(28000), last, YEAR.starts, date(2027, 1, 1)) == Decimal(
        "-87.67"
    )
    assert granted(24 * HOUR, [(last, 8 * HOUR)], YEAR.starts, date(2027, 1, 1)) == 24 * HOUR


DAYS = st.integers(0, 364).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@given(DAYS, st.integers(0, 100), st.integers(0, 100))
def test_going_up_and_down_on_one_day_costs_nothing(day, one, other):
    begins, until = date(2026, 1, 1), date(2027, 1, 1)
    up = prorated_price(Decimal(one), Decimal(other), day, begins, until)
    assert up + prorated_price(Decimal(other), Decimal(one), day, begins, until) == 0
    assert granted(one * HOUR, [(day, other * HOUR), (day, one * HOUR)], begins, until) == one * HOUR
    total = granted(one * HOUR, [(day, other * HOUR)], begins, until)
    assert total % QUARTER == timedelta(0)
    assert abs(total - one * HOUR - (other - one) * HOUR * ((until - day).days / 365)) <= QUARTER / 2


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_change_on_the_first_day_is_worth_the_whole_difference(one, other):
    first, until = date(2026, 1, 1), date(2027, 1, 1)
    assert prorated_price(Decimal(one), Decimal(other), first, first, until) == Decimal(other - one)
    assert granted(one * HOUR, [(first, other * HOUR)], first, until) == other * HOUR


def test_notices_come_ninety_thirty_and_seven_days_before_the_end():
    assert notices(YEAR, date(2026, 10, 2)) == ()
    assert notices(YEAR, date(2026, 10, 3)) == (90,)
    assert notices(YEAR, date(2026, 12, 2)) == (30, 90)
    assert notices(YEAR, date(2026, 12, 25)) == (7, 30, 90)
    assert notices(YEAR, date(2027, 1, 2)) == ()
    assert notices(Term(date(2026, 1, 1), None), date(2026, 12, 25)) == ()
