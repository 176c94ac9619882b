"""Who gets a ticket and why: each rule by example, then laws over random houses."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.core.routing import Case, Code, Engineer, Why, route, why_not
from sterling.core.routing.words import CHOSEN, PASSED

NOW = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
laws = settings()

DAVE = Engineer(1, "Dave", 3, "europe")
EVE = Engineer(2, "Eve", 3, "europe")
FRED = Engineer(3, "Fred", 3, "americas")
GINA = Engineer(4, "Gina", 1, "europe")
PLATINUM = Case(NOW, 3, "europe", due=NOW + 2 * HOUR, named=(1, 2))
POOL = Case(NOW, 3, "europe", due=NOW + 2 * HOUR)


def why(decision):
    return [(one.name, one.why) for one in decision.passed]


def test_the_primary_who_is_there_gets_it():
    decision = route(PLATINUM, [DAVE, EVE, FRED])
    assert (decision.agent, decision.reason.code, why(decision)) == (1, Code.PRIMARY, [])
    assert decision.reason.text.en == "Dave is the customer's primary engineer and is there."


def test_an_absent_primary_leaves_it_to_the_first_backup_who_is_there():
    away = replace(DAVE, back=NOW + 72 * HOUR)
    decision = route(PLATINUM, [away, EVE, FRED], BERLIN)
    assert (decision.agent, decision.reason.code) == (2, Code.BACKUP)
    assert decision.reason.text.en == (
        "Eve stands in for the primary engineer (Dave: away until Fri 6 Mar 17:00 (Berlin time))."
    )
    assert (
        decision.reason.text.zh == "Eve 代替主责工程师处理（Dave：休假至 3 月 6 日周五 17:00（柏林时间））。"
    )


def test_a_primary_who_comes_on_while_half_of_the_target_is_left_is_waited_for():
    soon = replace(DAVE, on=False, next_on=NOW + HOUR)
    decision = route(PLATINUM, [soon, FRED], BERLIN)
    assert (decision.agent, decision.reason.code) == (1, Code.PRIMARY_SOON)
    assert "comes on at Tue 3 Mar 18:00 (Berlin time), in time" in decision.reason.text.en


def test_affinity_gives_way_where_the_primary_would_be_late():
    late = replace(DAVE, on=False, next_on=NOW + HOUR + timedelta(seconds=1))
    decision = route(PLATINUM, [late, replace(EVE, load=5, cap=5), FRED])
    assert (decision.agent, decision.reason.code) == (3, Code.POOL)
    assert why(decision) == [("Dave", Why.TOO_LATE), ("Eve", Why.FULL)]
    assert why_not(decision.passed[1], None).en == "has 5/5 tickets"


def test_without_a_due_the_primary_is_waited_for_however_long():
    decision = route(replace(PLATINUM, due=None), [replace(DAVE, on=False, next_on=NOW + 60 * HOUR), FRED])
    assert (decision.agent, decision.reason.code) == (1, Code.PRIMARY_SOON)


def test_a_primary_without_the_wanted_skill_is_passed_over():
    case = replace(PLATINUM, skills=frozenset({"sso"}))
    decision = route(case, [DAVE, EVE, replace(FRED, skills=frozenset({"sso"}))])
    assert (decision.agent, why(decision)) == (3, [("Dave", Why.SKILLS), ("Eve", Why.SKILLS)])


def test_a_primary_whose_shifts_nobody_has_said_counts_as_there():
    assert route(PLATINUM, [replace(DAVE, on=None)]).agent == 1


def test_urgent_goes_to_whoever_is_on_duty_and_the_primary_is_informed():
    asleep = replace(DAVE, on=False, next_on=NOW + timedelta(minutes=1))
    decision = route(replace(PLATINUM, bypasses=True), [asleep, FRED, GINA])
    assert (decision.agent, decision.reason.code, decision.informed) == (3, Code.ON_DUTY, (1,))
    assert why(decision) == [("Dave", Why.URGENT)]
    assert decision.rest == {Why.TIER: 1}


def test_urgent_goes_to_the_primary_when_they_are_on_duty():
    decision = route(replace(PLATINUM, bypasses=True), [DAVE, FRED])
    assert (decision.agent, decision.reason.code, decision.informed) == (1, Code.PRIMARY, ())


def test_urgent_with_nobody_on_duty_goes_to_a_named_one_whose_shifts_are_not_known():
    decision = route(replace(PLATINUM, bypasses=True), [replace(DAVE, on=None), replace(FRED, on=False)])
    assert (decision.agent, decision.reason.code) == (1, Code.PRIMARY)


def test_the_pool_prefers_skills_then_language_then_tier_then_region_then_who_waited_longest():
    lately, long_ago = NOW - HOUR, NOW - 9 * HOUR
    best = Engineer(10, "A", 3, "europe", frozenset({"sso"}), frozenset({"zh"}), assigned_at=lately)
    crew = [
        best,
        replace(best, id=11, skills=frozenset(), assigned_at=long_ago),
        replace(best, id=12, languages=frozenset({"en"}), assigned_at=long_ago),
        replace(best, id=13, region="china", assigned_at=long_ago),
        replace(best, id=14, assigned_at=lately + timedelta(seconds=1)),
        replace(best, id=15, load=3, cap=3),
    ]
    decision = route(replace(POOL, language="zh", skills=frozenset({"sso"})), crew)
    assert decision.agent == 10
    assert [(one.agent, one.why) for one in decision.passed] == [
        (14, Why.TURN), (13, Why.REGION), (12, Why.LANGUAGE), (11, Why.SKILLS), (15, Why.FULL)
    ]  # fmt: skip


def test_standard_enters_tier_1_and_takes_a_higher_tier_only_where_nobody_else_is_there():
    case = replace(POOL, tier=1)
    assert route(case, [DAVE, GINA]).agent == GINA.id
    assert route(case, [DAVE, replace(GINA, on=False)]).agent == DAVE.id


def test_at_cap_the_least_over_still_gets_what_has_a_running_target_and_nothing_else():
    full, fuller = replace(DAVE, load=5, cap=5), replace(EVE, load=7, cap=5)
    decision = route(POOL, [fuller, full])
    assert (decision.agent, decision.reason.code) == (1, Code.OVER_CAP)
    waits = route(replace(POOL, due=None), [fuller, full])
    assert (waits.agent, waits.reason.code) == (None, Code.ALL_FULL)


def test_with_nobody_on_shift_the_pool_names_who_comes_on_next():
    decision = route(
        POOL,
        [replace(FRED, on=False, next_on=NOW + 6 * HOUR), replace(EVE, on=False, next_on=NOW + 5 * HOUR)],
    )
    assert (decision.agent, decision.reason.code) == (None, Code.NOBODY_ON)
    assert (decision.next.name, decision.next.at) == ("Eve", NOW + 5 * HOUR)
    assert (
        decision.reason.text.en
        == "Nobody of Tier 3 is on shift. Eve comes on next, at Tue 3 Mar 21:00 (UTC)."
    )


def test_where_nobody_has_said_who_works_when_the_pool_waits():
    assert route(POOL, [replace(DAVE, on=None)]).reason.code is Code.NO_SHIFTS
    assert route(POOL, [GINA]).reason.code is Code.NOBODY


def test_who_has_it_keeps_it_unless_away_or_late_or_of_too_low_a_tier():
    held = replace(POOL, holder=FRED.id)
    assert route(held, [DAVE, replace(FRED, load=9, cap=5)]).reason.code is Code.KEPT
    gone = route(held, [DAVE, replace(FRED, back=NOW + HOUR)])
    assert (gone.agent, why(gone)) == (1, [("Fred", Why.ABSENT)])
    off = replace(FRED, on=False, next_on=NOW + 20 * HOUR)
    assert route(held, [DAVE, off]).agent == 1
    assert (
        route(replace(held, bypasses=True), [DAVE, replace(off, next_on=NOW + timedelta(minutes=5))]).agent
        == 1
    )
    assert route(replace(held, holder=GINA.id), [DAVE, GINA]).agent == 1


def test_every_reason_is_said_in_both_languages():
    assert set(CHOSEN) == set(Code)
    assert set(PASSED) == set(Why)


# ---- laws ----

instants = st.integers(1, 60 * 48).map(lambda minutes: NOW + timedelta(minutes=minutes))
past = st.integers(1, 10_000).map(lambda minutes: NOW - timedelta(minutes=minutes))
words = st.frozensets(st.sampled_from(["a", "b"]))


@st.composite
def houses(draw):
    crew = []
    for key in range(1, draw(st.integers(1, 7)) + 1):
        on = draw(st.sampled_from([True, True, False, None]))
        crew.append(
            Engineer(
                key,
                f"E{key}",
                draw(st.integers(1, 3)),
                draw(st.sampled_from(["europe", "china", None])),
                draw(words),
                draw(words),
                on,
                draw(st.none() | instants) if on is False else None,
                draw(st.none() | st.none() | instants),
                draw(st.booleans()) or draw(st.booleans()),
                draw(st.integers(0, 6)),
                draw(st.none() | st.integers(1, 5)),
                draw(st.none() | past),
            )
        )
    keys = [one.id for one in crew]
    case = Case(
        NOW,
        draw(st.sampled_from([1, 3])),
        draw(st.sampled_from(["europe", "china"])),
        draw(st.sampled_from(["", "a", "b"])),
        draw(words),
        draw(st.booleans()),
        draw(st.none() | instants),
        tuple(draw(st.permutations(keys))[: draw(st.integers(0, 3))]),
        draw(st.none() | st.sampled_from(keys)),
        frozenset(draw(st.sets(st.sampled_from(keys), max_size=1))),
    )
    return case, crew


def is_eligible(one, case):
    return one.takes and one.on and one.back is None and one.tier >= case.tier and one.id not in case.without


@laws
@given(houses())
def test_someone_eligible_on_shift_is_always_found(house):
    case, crew = house
    there = any(is_eligible(one, case) for one in crew)
    assert route(case, crew).agent is not None or case.due is None or not there


@laws
@given(houses())
def test_nobody_who_is_away_or_left_out_ever_gets_one(house):
    case, crew = house
    decision = route(case, crew)
    chosen = next((one for one in crew if one.id == decision.agent), None)
    assert chosen is None or (chosen.back is None and chosen.id not in case.without)


@laws
@given(houses())
def test_affinity_never_passes_over_a_due(house):
    """Whoever gets a ticket before their shift comes on while half of the time to the due is left."""
    case, crew = house
    chosen = next((one for one in crew if one.id == route(case, crew).agent), None)
    if chosen is None or chosen.on is not False:
        return
    assert not case.bypasses
    assert chosen.next_on is not None
    assert case.due is None or chosen.next_on - NOW <= (case.due - NOW) / 2


@laws
@given(houses(), st.randoms(use_true_random=False))
def test_same_facts_same_decision_in_whatever_order(house, dice):
    case, crew = house
    mixed = list(crew)
    dice.shuffle(mixed)
    assert route(case, crew) == route(case, mixed) == route(case, crew)


@laws
@given(st.integers(1, 12), st.lists(past, min_size=12, max_size=12), st.booleans())
def test_no_starvation_every_equal_one_gets_a_ticket_within_n_rounds(size, when, bypasses):
    crew = {
        key: Engineer(key, f"E{key}", 3, "europe", assigned_at=when[key - 1]) for key in range(1, size + 1)
    }
    got = []
    for nth in range(size):
        agent = route(replace(POOL, bypasses=bypasses), crew.values()).agent
        crew[agent] = replace(crew[agent], assigned_at=NOW + timedelta(seconds=nth))
        got.append(agent)
    assert sorted(got) == list(range(1, size + 1))


@laws
@given(houses())
def test_every_decision_says_why_and_nobody_is_both_chosen_and_passed_over(house):
    case, crew = house
    decision = route(case, crew)
    assert decision.reason.text.en
    assert "{" not in decision.reason.text.en + decision.reason.text.zh
    assert decision.agent not in [one.agent for one in decision.passed]
    assert len({one.agent for one in decision.passed}) == len(decision.passed)
    counted = len(decision.passed) + sum(decision.rest.values()) + (decision.agent is not None)
    assert counted <= len(crew)


def test_a_hundred_random_shuffles_of_a_large_house_agree():
    dice = random.Random(7)
    crew = [
        Engineer(
            key,
            f"E{key}",
            dice.choice([1, 3]),
            dice.choice(["europe", "china"]),
            load=dice.randrange(9),
            cap=9,
        )
        for key in range(1, 200)
    ]
    first = route(POOL, crew)
    for _ in range(100):
        dice.shuffle(crew)
        assert route(POOL, crew) == first
