from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sterling.core import handovers
from sterling.core.handovers import LATER, Part, Step, change, come, next_look

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_what_nobody_accepted_reaches_the_lead_and_then_the_duty_manager() -> None:
    parts = [Part(NOON - HOUR), Part(None)]
    assert come(NOON, parts, NOON) == []
    assert come(NOON, parts, NOON + MINUTE) == [(Step.LEAD, NOON)]
    assert come(NOON, parts, NOON + HOUR) == [(Step.LEAD, NOON), (Step.DUTY_MANAGER, NOON + LATER)]
    assert [next_look(NOON, parts, NOON + MINUTE * n) for n in (-5, 0, 1, 30, 31)] == [
        NOON, NOON, NOON + LATER, NOON + LATER, None]  # fmt: skip


def test_accepted_at_the_very_instant_is_in_time_and_a_microsecond_later_is_not() -> None:
    assert come(NOON, [Part(NOON)], NOON + HOUR) == []
    late = [Part(NOON + timedelta(microseconds=1))]
    assert come(NOON, late, NOON + HOUR) == [(Step.LEAD, NOON)]
    assert next_look(NOON, late, NOON + MINUTE) is None


settled = st.none() | st.integers(-90, 90).map(lambda n: Part(NOON + n * MINUTE).settled)


@given(st.lists(settled.map(Part), max_size=4), st.lists(st.integers(0, 120), max_size=6))
def test_it_does_not_matter_when_somebody_looks(parts: list[Part], looks: list[int]) -> None:
    """Whoever looks often and whoever looks once, at the end, find the same; what was found stays found."""
    end = NOON + 2 * HOUR
    found: set[tuple[Step, datetime]] = set()
    for at in sorted(NOON + n * MINUTE for n in looks):
        found |= set(come(NOON, parts, at))
    assert found <= set(come(NOON, parts, end))
    assert set(come(NOON, parts, end)) == {
        (step, at)
        for step, at in ((Step.LEAD, NOON), (Step.DUTY_MANAGER, NOON + LATER))
        if any(part.settled is None or part.settled > at for part in parts)
    }


def test_the_shift_ends_where_the_engineers_ends_and_the_next_is_whoever_goes_on_longest() -> None:
    own = [(NOON - 6 * HOUR, NOON + 2 * HOUR)]
    others = {
        "americas": [(NOON + HOUR, NOON + 9 * HOUR)],
        "china": [(NOON - 8 * HOUR, NOON + 3 * HOUR)],
        "pacific": [(NOON + 4 * HOUR, NOON + 20 * HOUR)],
    }
    assert change(own, [], others, NOON) == handovers.Change(NOON + 2 * HOUR, NOON + 9 * HOUR, "americas")
    # Nobody overlaps: whoever comes first.
    late = {"pacific": others["pacific"], "asia": [(NOON + 3 * HOUR, NOON + 5 * HOUR)]}
    assert change(own, [], late, NOON) == handovers.Change(NOON + 2 * HOUR, NOON + 5 * HOUR, "asia")


def test_off_duty_the_teams_shift_counts_and_without_a_rota_an_hour_and_a_usual_shift() -> None:
    team = [(NOON - HOUR, NOON + 5 * HOUR)]
    assert change([], team, {}, NOON) == handovers.Change(NOON + 5 * HOUR, NOON + 13 * HOUR, None)
    assert change([], [], {}, NOON) == handovers.Change(NOON + HOUR, NOON + 9 * HOUR, None)
