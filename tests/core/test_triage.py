"""What the facts suggest: the definitions of the priorities, and that worse never means less."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.catalog import Catalog, shipped
from sterling.core.triage import QUESTIONS, Facts, Severity, suggest, suggested_priority, told

CATALOG = shipped()
NAMES = [question.id for question in QUESTIONS]
EVERY = [
    dict(zip(NAMES, values, strict=True)) for values in product(*(question.values for question in QUESTIONS))
]


def facts(affected: str, work: str, workaround: str, deadline: str = "none", seen: str = "few") -> Facts:
    return Facts.read(
        {
            "affected": affected,
            "work": work,
            "workaround": workaround,
            "deadline": deadline,
            "seen": seen,
        }
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (facts("whole", "stopped", "no", "now", "customers"), "urgent"),
        (facts("whole", "stopped", "no"), "urgent"),
        (facts("whole", "stopped", "yes", "now"), "high"),
        (facts("many", "stopped", "no", "now"), "high"),
        (facts("many", "held_up", "yes", "soon"), "high"),
        (facts("many", "held_up", "yes"), "medium"),
        (facts("few", "stopped", "no", "soon"), "high"),
        (facts("few", "stopped", "no"), "medium"),
        (facts("few", "held_up", "no", "now"), "medium"),
        (facts("few", "goes_on", "no", "now"), "medium"),
        (facts("whole", "goes_on", "yes", seen="customers"), "medium"),
        (facts("whole", "goes_on", "no"), "low"),
        (facts("few", "goes_on", "yes"), "low"),
    ],
)
def test_the_definitions_of_the_priorities_decide(said: Facts, expected: str) -> None:
    assert suggested_priority(said, CATALOG) == expected


def test_a_worse_answer_never_suggests_less() -> None:
    for answers in EVERY:
        before = suggest(Facts.read(answers))
        for question in QUESTIONS:
            for worse in question.values[question.values.index(answers[question.id]) :]:
                assert suggest(Facts.read(answers | {question.id: worse})) >= before


def test_every_severity_is_suggested_by_something() -> None:
    assert {suggest(Facts.read(answers)) for answers in EVERY} == set(Severity)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["", "perhaps", None])
def test_an_answer_that_is_none_of_the_choices_is_refused_by_name(name: str, value: str | None) -> None:
    answers = {**EVERY[0], name: value} if value is not None else {k: EVERY[0][k] for k in NAMES if k != name}
    with pytest.raises(ValueError, match=f"^{name}: one of "):
        Facts.read(answers)


def test_facts_come_back_from_what_is_kept_of_them() -> None:
    for answers in EVERY:
        assert Facts.read(answers).as_dict() == answers


def test_the_facts_are_told_in_both_languages() -> None:
    said = told(facts("many", "held_up", "no", "soon", "inside"))
    assert said.en == (
        "many people are affected, work is held up, there is no way around it, "
        "a deadline may be missed, everyone inside notices"
    )
    assert said.zh == "影响许多人，工作受到影响，没有变通办法，可能赶不上期限，组织内部人人可见"


def with_priorities(count: int) -> Catalog:
    document = CATALOG.to_dict()
    kept = document["priorities"][:1] * count
    document["priorities"] = [{**one, "id": f"p{rank}", "rank": rank} for rank, one in enumerate(kept, 1)]
    for plan in document["plans"].values():
        cell = plan["targets"]["urgent"]
        plan["targets"] = {f"p{rank}": cell for rank in range(1, count + 1)}
    document["ladder"] = []
    return Catalog.from_dict(document)


@given(st.integers(1, 6), st.sampled_from(EVERY), st.sampled_from(EVERY))
def test_any_number_of_priorities_keeps_the_order(
    count: int, one: dict[str, str], other: dict[str, str]
) -> None:
    catalog = with_priorities(count)
    ranks = [catalog.priorities[suggested_priority(Facts.read(said), catalog)].rank for said in (one, other)]
    severities = [suggest(Facts.read(said)) for said in (one, other)]
    assert 1 <= min(ranks) <= max(ranks) <= count
    if severities[0] <= severities[1]:
        assert ranks[0] <= ranks[1]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_the_ends_of_the_scale_are_the_ends_of_the_catalog(count: int) -> None:
    catalog = with_priorities(count)
    least, most = facts("few", "goes_on", "yes"), facts("whole", "stopped", "no", "now", "customers")
    assert suggested_priority(least, catalog) == "p1"
    assert suggested_priority(most, catalog) == f"p{count}"
