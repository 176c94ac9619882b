"""The proof of coverage through the API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sterling.accounts.actions.shifts import Away, Regular, set_absences, set_shifts
from sterling.accounts.models import Agent
from sterling.base.actor import SYSTEM
from sterling.core.calendars.definition import DAYS
from tests import make
from tests.api.client import Holder, holder

WEEKDAYS = DAYS[:5]


def works(agent: Agent, days: tuple[str, ...], start: str, end: str, **dates: date) -> Agent:
    hours = {"weekly": {day: [[start, end]] for day in days}}
    return set_shifts(agent=agent, regular=[Regular(hours, **dates)], at=make.TUESDAY, by=SYSTEM)


def of(answer: Any, plan: str, region: str | None) -> list[tuple[str, str]]:
    [item] = [item for item in answer["items"] if item["plan"] == plan]
    return [(gap["starts"], gap["ends"]) for gap in item["gaps"] if gap["region"] == region]


def test_every_gap_of_each_plan_is_listed_with_who_was_absent(carol: Holder) -> None:
    erika = works(make.agent("Erika Falk", region_id="europe"), WEEKDAYS, "09:00", "17:00")
    away = [Away("2026-03-05", "2026-03-06", "Leave")]
    set_absences(agent=erika, away=away, at=make.TUESDAY, by=SYSTEM)
    answer = carol.get("/coverage?weeks=1")
    assert (answer["starts"], answer["ends"], answer["next"]) == (
        "2026-03-03T16:00:00Z", "2026-03-10T16:00:00Z", None)  # fmt: skip
    assert [(item["plan"], item["tier"], item["name"]["zh"]) for item in answer["items"]] == [
        ("standard", 1, "标准"), ("silver", 3, "银牌"), ("gold", 3, "金牌"), ("platinum", 3, "白金")]  # fmt: skip
    assert of(answer, "silver", "europe") == [("2026-03-05T08:00:00Z", "2026-03-05T16:00:00Z")]
    [silver] = [item for item in answer["items"] if item["plan"] == "silver"]
    [gap] = [gap for gap in silver["gaps"] if gap["region"] == "europe"]
    assert gap == {
        "starts": "2026-03-05T08:00:00Z",
        "ends": "2026-03-05T16:00:00Z",
        "region": "europe",
        "tier": 3,
        "absent": [{"id": str(erika.pk), "name": "Erika Falk"}],
    }
    # Gold is promised around the clock, and Erika is there in four stretches of it.
    assert of(answer, "gold", None)[0] == ("2026-03-03T16:00:00Z", "2026-03-04T08:00:00Z")
    [gold] = [item for item in answer["items"] if item["plan"] == "gold"]
    assert gold["promised_seconds"] == timedelta(days=7).total_seconds()
    assert gold["covered_seconds"] == timedelta(hours=8 * 4).total_seconds()


def test_three_regions_follow_the_sun_and_nothing_is_left_of_a_gap(carol: Holder) -> None:
    for name, region, start, end in (
        ("Anna", "americas", "07:00", "18:00"),
        ("Wei", "china", "06:00", "17:00"),
        ("Erika", "europe", "07:30", "17:00"),
    ):
        works(make.agent(name, region_id=region), DAYS, start, end)
    answer = carol.get("/coverage")
    assert [item["gaps"] for item in answer["items"]] == [[], [], [], []]
    assert answer["ends"] == "2026-04-28T16:00:00Z"


def test_a_shift_that_begins_later_and_one_who_has_left_count_as_they_are(carol: Holder) -> None:
    works(make.agent("Wei", region_id="china"), DAYS, "00:00", "24:00", starts=date(2026, 3, 5))
    gone = works(make.agent("Gone", region_id="china"), DAYS, "00:00", "24:00")
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    assert of(carol.get("/coverage?weeks=1"), "platinum", None) == [
        ("2026-03-03T16:00:00Z", "2026-03-04T16:00:00Z")
    ]


def test_an_administrator_is_not_counted_on(carol: Holder) -> None:
    works(make.agent("Ada", role="admin"), DAYS, "00:00", "24:00")
    assert of(carol.get("/coverage?weeks=1"), "gold", None) == [
        ("2026-03-03T16:00:00Z", "2026-03-10T16:00:00Z")
    ]


@pytest.mark.parametrize("weeks", ["0", "27", "many"])
def test_weeks_are_between_one_and_half_a_year(carol: Holder, weeks: str) -> None:
    assert carol.get(f"/coverage?weeks={weeks}").status == 422


def test_customers_and_nobody_see_no_rota(carol: Holder) -> None:
    assert [holder(make.alice()).get("/coverage").status, Holder("").get("/coverage").status] == [404, 401]
    assert carol.get("/coverage").status == 200


def test_the_statements_are_as_many_for_ten_as_for_one(
    carol: Holder, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        works(make.agent(f"E{number}", region_id="europe"), WEEKDAYS, "09:00", "17:00")
    carol.get("/coverage")  # what a process reads once is read
    with django_assert_max_num_queries(14):
        assert carol.get("/coverage").status == 200
