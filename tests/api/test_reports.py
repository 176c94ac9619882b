"""Reports through the API: as interfaces.md writes them, for all four plans; figures that a reader can count again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest

from tests import make
from tests.api.client import Holder, holder
from tests.api.conftest import Hands
from tests.reports.quarter import AFTER, Quarter, quarter

Q1 = {"from": "2026-01-01", "to": "2026-03-31"}


@pytest.fixture
def of(hands: Hands) -> Quarter:
    found = quarter()
    hands.at = AFTER
    return found


def where(of: Quarter, *more: object) -> str:
    return "/".join(map(str, (f"/organizations/{of.organization.pk}/reports", *more)))


def test_a_report_from_draft_to_the_customer(admin: Holder, of: Quarter) -> None:
    made = admin.post(where(of), **Q1, language="zh")
    assert (made.status, made["state"], made["language"], made["plan"]) == (201, "draft", "zh", "gold")
    assert (made["from"], made["to"], made["until"]) == ("2026-01-01", "2026-03-31", "2026-04-01T05:00:00Z")
    assert made["catalog_versions"] == [1]
    alice = holder(of.alice)
    assert alice.get(where(of, made["id"])).status == 404
    assert alice.post(where(of), **Q1).status == 404
    key = made["figures"]["misses"][0]["key"]
    edited = admin.patch(
        where(of, made["id"]), summary="平稳的一个季度。", aim=97.5, causes={key: "邮件被过滤。"}
    )
    assert (edited["summary"], edited["aim"], edited["causes"]) == (
        "平稳的一个季度。",
        97.5,
        {key: "邮件被过滤。"},
    )
    assert edited["figures"] == made["figures"]
    assert holder(of.carol).post(where(of, made["id"], "publish")).kind == "not-allowed"
    published = admin.post(where(of, made["id"], "publish"))
    assert (published.status, published["state"]) == (201, "published")
    assert admin.post(where(of, made["id"], "publish")).status == 409
    assert alice.get(where(of, made["id"])).body == published.body
    assert [one["id"] for one in alice.get(where(of)).body["items"]] == [made["id"]]
    assert "figures" not in admin.get(where(of)).body["items"][0]


def test_the_figures_equal_an_independent_count_of_the_clocks(admin: Holder, of: Quarter) -> None:
    figures = admin.post(where(of), **Q1)["figures"]
    start, end = datetime(2026, 1, 1, 6, tzinfo=UTC), datetime(2026, 4, 1, 5, tzinfo=UTC)
    counted: dict[tuple[str, str], list[int]] = {}
    clean = 0
    for ticket in of.tickets:
        ends = []
        for clock in admin.get(f"/tickets/{ticket.number}/clocks")["items"]:
            due = datetime.fromisoformat(clock["due"]) if clock["due"] else None
            if due and start <= due < end and clock["state"] in {"met", "missed"}:
                ends.append(clock["state"])
                of_cell = counted.setdefault((clock["metric"], ticket.priority), [0, 0])
                of_cell[0] += clock["state"] == "met"
                of_cell[1] += 1
        clean += bool(ends) and "missed" not in ends
    rows = {
        (row["metric"], row["priority"]): [row["kept"], row["n"]]
        for row in figures["attainment"]["rows"]
        if row["metric"] != "response"
    }
    assert rows == counted
    kept = figures["attainment"]["kept"]
    assert [kept["kept"], kept["n"]] == [sum(pair[nth] for pair in counted.values()) for nth in (0, 1)]
    assert (figures["attainment"]["tickets"]["kept"], figures["attainment"]["tickets"]["n"]) == (clean, 4)


def test_the_clocks_behind_the_figures_come_as_a_table(admin: Holder, of: Quarter) -> None:
    made = admin.post(where(of), **Q1)
    answer = admin.get(where(of, made["id"], "clocks.csv"))
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    kept = made["figures"]["attainment"]["kept"]
    assert (len(rows), sum(row["outcome"] == "kept" for row in rows)) == (kept["n"], kept["kept"])
    assert rows[1]["metric"] == "update"
    late = next(row for row in rows if row["late_by_seconds"] == "1080")
    assert (late["ticket"], late["used"]) == (str(of.tickets[1].number), "1.1")


@pytest.mark.parametrize("plan", ["standard", "silver"])
def test_the_lower_plans_are_refused_with_the_remedy(admin: Holder, plan: str) -> None:
    organization = make.organization(plan=None if plan == "standard" else plan)
    for answer in (
        admin.post(f"/organizations/{organization.pk}/reports", **Q1, language="en"),
        admin.get(f"/organizations/{organization.pk}/reports"),
    ):
        assert (answer.status, answer.kind) == (403, "entitlement")
        assert (answer["entitlement"], answer["plan"]) == ("enhanced_reports", plan)
        assert "Gold" in answer["remedy"]


@pytest.mark.parametrize("plan", ["gold", "platinum"])
def test_the_upper_plans_are_served(admin: Holder, hands: Hands, plan: str) -> None:
    hands.at = AFTER
    organization = make.organization(plan=plan)
    answer = admin.post(f"/organizations/{organization.pk}/reports", **Q1)
    assert (answer.status, answer["plan"], answer["language"]) == (201, plan, "en")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": "2026-03-31", "to": "2026-01-01"}, "to"),
        ({"from": "2024-01-01", "to": "2026-03-31"}, "to"),
        ({"from": "2026-04-03", "to": "2026-06-30"}, "from"),
        ({"from": "yesterday", "to": "2026-06-30"}, "from"),
        ({"to": "2026-06-30"}, "from"),
        ({"from": "2026-01-01"}, "to"),
        ({**Q1, "language": "fr"}, "language"),
        ({**Q1, "zone": "x"}, "zone"),
    ],
)
def test_a_bad_period_is_refused_by_its_field(
    admin: Holder, of: Quarter, body: dict[str, Any], field: str
) -> None:
    answer = admin.post(where(of), **body)
    assert (answer.status, answer.fields) == (422, [field])
    assert admin.get(where(of)).body["items"] == []


def test_mallory_and_nobody_find_nothing(admin: Holder, of: Quarter) -> None:
    made = admin.post(where(of), **Q1)
    admin.post(where(of, made["id"], "publish"))
    mallory, nobody = holder(make.mallory()), Holder("")
    for path in (where(of), where(of, made["id"]), where(of, made["id"], "clocks.csv")):
        assert mallory.get(path).status == 404
        assert nobody.get(path).status == 401
    assert mallory.post(where(of), **Q1).status == 404
    assert mallory.patch(where(of, made["id"]), summary="x").status == 404
    assert mallory.post(where(of, made["id"], "publish")).status == 404
