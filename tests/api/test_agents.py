"""When engineers work, through the API."""

from __future__ import annotations

import pytest

from sterling.accounts.models import Absence, Agent, Shift
from tests import make
from tests.api.client import Holder, holder

OFFICE = {"weekly": {"tue": [["09:00", "17:00"]]}}
SHIFT = {"hours": OFFICE, "starts": "2026-03-01", "ends": None}


@pytest.fixture
def lead() -> Holder:
    return holder(make.agent("Lena Lead", role="lead"))


def test_an_engineer_comes_with_shifts_and_is_on_duty(lead: Holder) -> None:
    away = {"starts": "2026-03-04", "ends": "2026-03-06", "reason": "Leave"}
    made = lead.post(
        "/agents",
        name="Chen Wei",
        email="chen@sterling.example",
        region="americas",
        shifts=[SHIFT],
        absences=[away],
    )
    assert (made.status, made["timezone"], made["shifts"]) == (201, "America/Chicago", [SHIFT])
    assert made["absences"] == [
        {"starts": "2026-03-04T06:00:00Z", "ends": "2026-03-06T06:00:00Z", "reason": "Leave"}
    ]
    assert [one["name"] for one in lead.get("/agents?on_duty=true")["items"]] == ["Chen Wei"]


def test_a_change_replaces_what_it_names_and_nothing_else(lead: Holder) -> None:
    carol = make.agent()
    path = f"/agents/{carol.pk}"
    assert lead.patch(path, shifts=[SHIFT], tier=2).status == 200
    changed = lead.patch(
        path, absences=[{"starts": "2026-03-03", "ends": "2026-03-04"}], timezone="Asia/Shanghai"
    )
    assert (changed["tier"], changed["shifts"], changed["timezone"]) == (2, [SHIFT], "Asia/Shanghai")
    assert changed["absences"][0]["starts"] == "2026-03-02T16:00:00Z"
    assert lead.patch(path, shifts=[], region="europe")["shifts"] == []
    assert Agent.objects.get(pk=carol.pk).region_id == "europe"


def test_a_bad_shift_changes_nothing_of_the_request(lead: Holder) -> None:
    carol = make.agent()
    answer = lead.patch(f"/agents/{carol.pk}", tier=1, shifts=[SHIFT, {"hours": {"weekly": {"tu": []}}}])
    assert (answer.status, answer.fields) == (422, ["shifts.1.weekly.tu"])
    assert (Agent.objects.get(pk=carol.pk).tier, Shift.objects.count()) == (3, 0)


def test_a_stale_change_is_refused(lead: Holder) -> None:
    carol = make.agent()
    first = lead.patch(f"/agents/{carol.pk}", tier=2)
    late = lead.sending(if_match='"1"').patch(f"/agents/{carol.pk}", tier=1)
    assert (first.headers["ETag"], late.status, late.kind) == ('"2"', 412, "stale")
    assert Agent.objects.get(pk=carol.pk).tier == 2


def test_only_leads_set_shifts_and_customers_find_no_engineer(carol: Holder) -> None:
    other = make.agent("Theo Blum")
    assert carol.patch(f"/agents/{other.pk}", shifts=[SHIFT]).kind == "not-allowed"
    assert holder(make.mallory()).patch(f"/agents/{other.pk}", shifts=[SHIFT]).kind == "not-found"
    assert holder(make.mallory()).get("/agents?on_duty=true").kind == "not-found"
    assert not Shift.objects.exists()
    assert not Absence.objects.exists()
