"""What people type into the matrix of targets, and the document that comes of it."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.catalog import (
    BusinessDays,
    Catalog,
    Interval,
    shipped,
    target_json,
    target_words,
    update_words,
)
from sterling.core.catalog.cells import AsAgreed, EachBusinessDay, OnStatusChange, update_json
from sterling.core.catalog.editing import edited
from sterling.core.catalog.typed import Unreadable, typed_rule, typed_target
from tests.core import catalogs


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("4h", "PT4H"), ("4 h", "PT4H"), ("240m", "PT4H"), ("240 min", "PT4H"), ("1 h 30", "PT1H30M"),
        ("1h30m", "PT1H30M"), ("1.5 h", "PT1H30M"), ("2 hours", "PT2H"), ("PT45M", "PT45M"), ("4 小时", "PT4H"),
        ("1小时30分钟", "PT1H30M"), ("next business day", {"business_days": 1}), ("NBD", {"business_days": 1}),
        ("下一个工作日", {"business_days": 1}), ("2 business days", {"business_days": 2}),
        ("3 个工作日", {"business_days": 3}), ("best effort", None), ("尽力而为", None), ("–", None),
    ],
)  # fmt: skip
def test_a_target_is_read_as_people_write_it(text: str, target: object) -> None:
    assert typed_target(text) == target


@pytest.mark.parametrize(
    "text", ["", "4", "soon", "0h", "0 business days", "-2 h", "4 days", "PT", "P1D", "1h 2h"]
)
def test_what_is_no_target_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(Unreadable, match=r"Write a time such as 4 h") as refused:
        typed_target(text)
    assert refused.value.text.zh.startswith("请填写时间")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("every 4 h", {"rule": "interval", "every": "PT4H"}), ("4h", {"rule": "interval", "every": "PT4H"}),
        ("每 4 小时", {"rule": "interval", "every": "PT4H"}), ("each business day", {"rule": "business_day"}),
        ("每个工作日", {"rule": "business_day"}), ("On status change", {"rule": "status_change"}),
        ("as agreed", {"rule": "as_agreed"}), ("as needed", None), ("视情况而定", None),
    ],
)  # fmt: skip
def test_a_rule_is_read_as_people_write_it(text: str, rule: object) -> None:
    assert typed_rule(text) == rule


def test_a_rule_that_says_nothing_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"Write every 4 h"):
        typed_rule("often")


TARGETS = (
    st.none()
    | st.integers(1, 99).map(BusinessDays)
    | st.integers(1, 40_000).map(lambda minutes: timedelta(minutes=minutes))
)
RULES = st.sampled_from([None, EachBusinessDay(), OnStatusChange(), AsAgreed()]) | st.integers(1, 40_000).map(
    lambda minutes: Interval(timedelta(minutes=minutes))
)


@given(TARGETS, RULES, st.sampled_from(["en", "zh"]))
def test_the_words_for_a_cell_can_be_typed_back(target, rule, language) -> None:
    assert typed_target(target_words(target).to(language)) == target_json(target)
    assert typed_rule(update_words(rule).to(language)) == update_json(rule)


def change(**typed: str) -> tuple[Catalog, dict[str, str]]:
    before = catalogs.document()
    kept = deepcopy(before)
    document, unreadable = edited(
        before, shipped(), {path.replace("__", "."): text for path, text in typed.items()}
    )
    assert before == kept
    return Catalog.from_dict(document), {path: text.en for path, text in unreadable.items()}


def test_each_kind_of_place_takes_what_is_typed() -> None:
    catalog, unreadable = change(
        plans__gold__targets__high__response="4h",
        plans__gold__targets__high__update="every 2 h",
        plans__gold__targets__high__hours="local",
        plans__gold__targets__high__next_response="5 h",
        plans__gold__targets__high__intended="asked for by everybody",
        plans__gold__entitlements__premium_contacts="5",
        plans__gold__entitlements__ps_hours="12.5",
        plans__gold__entitlements__rca="on",
        plans__gold__entitlements__tier3="",
        plans__gold__entitlements__phone="dedicated",
        plans__gold__price__USD__commercial="29,500",
        plans__gold__name__zh="金卡",
        priorities__high__definition__en="Many are held up.",
    )
    assert unreadable == {}
    cell, gold = catalog.cell("gold", "high"), catalog.plans["gold"]
    assert (cell.response, cell.update) == (timedelta(hours=4), Interval(timedelta(hours=2)))
    assert (cell.hours.value, cell.later_response) == ("local", timedelta(hours=5))
    assert cell.intended == "asked for by everybody"
    granted = gold.entitlements
    assert (granted["premium_contacts"], granted["ps_hours"], granted["rca"]) == (5, 12.5, True)
    assert (granted["tier3"], granted["phone"]) == (False, "dedicated")
    assert gold.price["USD"]["commercial"] == 29500
    assert (gold.name.zh, catalog.priorities["high"].definition.en) == ("金卡", "Many are held up.")


def test_what_cannot_be_read_changes_nothing_and_says_what_can() -> None:
    catalog, unreadable = change(
        plans__gold__targets__high__response="soon",
        plans__gold__entitlements__premium_contacts="2.5",
        plans__gold__entitlements__phone="loud",
        plans__gold__price__USD__commercial="much",
        plans__lead__name__en="Lead",
        plans__gold__targets__odd__response="4h",
        nonsense="1",
    )
    assert catalog == shipped()
    assert unreadable["plans.gold.entitlements.premium_contacts"] == "Write a whole number."
    assert unreadable["plans.gold.entitlements.phone"].startswith("One of none, ")
    assert unreadable["plans.gold.price.USD.commercial"] == "Write a number of at least 0."
    nowhere = {"plans.lead.name.en", "plans.gold.targets.odd.response", "nonsense"}
    assert {unreadable[path] for path in nowhere} == {"There is no such place in this catalog."}
    assert len(unreadable) == 7


def test_an_optional_field_typed_empty_is_left_out() -> None:
    document, _ = edited(catalogs.document(), shipped(), {"plans.gold.targets.high.next_response": "5 h"})
    document, unreadable = edited(document, shipped(), {"plans.gold.targets.high.next_response": " "})
    assert unreadable == {}
    assert Catalog.from_dict(document) == shipped()
