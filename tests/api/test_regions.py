"""Regions and their calendars through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sterling.accounts.models import Region
from sterling.base.moment import now
from sterling.sla.models import CalendarRevision
from tests import make
from tests.api.client import Holder, holder

pytestmark = pytest.mark.usefixtures("installed")
PATH = "/regions/americas/calendar"


@pytest.fixture
def lead() -> Holder:
    return holder(make.agent("Lena Sommer", role="lead"))


def closed(lead: Holder, days: int = 8) -> dict[str, Any]:
    calendar: dict[str, Any] = lead.get(PATH)["calendar"]
    ahead = [(now() + timedelta(days=day)).date().isoformat() for day in range(days)]
    return calendar | {"holidays": calendar["holidays"] | dict.fromkeys(ahead, "Flood")}


def test_a_dry_run_tells_what_moves_and_writes_nothing(lead: Holder) -> None:
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium", at=now())
    answer = lead.put(PATH, calendar=closed(lead), dry_run=True)
    assert (answer["later"], answer["earlier"], answer["stays"], answer["revision"]) == (2, 0, 0, None)
    assert [(move["ticket"], move["metric"]) for move in answer["moves"]] == [
        (ticket.number, "first_response"),
        (ticket.number, "update"),
    ]
    assert CalendarRevision.objects.filter(region_id="americas").count() == 1


def test_a_revision_counts_at_once_for_whoever_asks(lead: Holder) -> None:
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium", at=now())
    told = lead.put(PATH, calendar=closed(lead), dry_run=True)["moves"][0]["due_after"]
    answer = lead.put(PATH, calendar=closed(lead), reason="Flood")
    assert (answer.status, answer["revision"]["seq"], answer.headers["ETag"]) == (200, 2, '"2"')
    due = make.clocks(ticket, now())[0][2]
    assert due is not None
    assert due.isoformat().replace("+00:00", "Z") == told
    history = lead.get(f"{PATH}/revisions")["items"]
    assert next((row["seq"], row["reason"], row["by"]) for row in history) == (2, "Flood", "Lena Sommer")


def test_a_revision_of_what_somebody_else_changed_is_refused(lead: Holder) -> None:
    lead.put(PATH, calendar=closed(lead, 1), reason="Flood")
    answer = lead.sending(if_match='"1"').put(PATH, calendar=closed(lead, 2), reason="Mine")
    assert answer.status == 412
    assert CalendarRevision.objects.filter(region_id="americas").count() == 2


def test_a_calendar_that_is_none_names_its_field(lead: Holder) -> None:
    answer = lead.put(PATH, calendar={"tz": "UTC", "weekly": {"mon": [["9", "17:00"]]}}, reason="Why")
    assert (answer.status, answer.fields) == (422, ["calendar"])
    assert "weekly.mon[0]" in answer["errors"][0]["message"]
    assert lead.put(PATH, calendar=closed(lead), reason=" ").fields == ["reason"]
    assert CalendarRevision.objects.filter(region_id="americas").count() == 1


def test_an_agent_reads_and_may_not_revise() -> None:
    agent = holder(make.agent())
    assert agent.get(PATH).status == 200
    assert agent.put(PATH, calendar={"always": True}, reason="Why").kind == "not-allowed"
    assert agent.post("/regions", id="x", name={"en": "X"}, timezone="UTC").kind == "not-allowed"
    assert (CalendarRevision.objects.filter(region_id="americas").count(), Region.objects.count()) == (1, 4)


def test_a_region_of_our_own(lead: Holder) -> None:
    made = lead.post(
        "/regions",
        id="nordics",
        name={"en": "Nordics", "zh": "北欧"},
        timezone="Europe/Stockholm",
        country="SE",
    )
    assert (made.status, made["id"], made["timezone"]) == (201, "nordics", "Europe/Stockholm")
    assert f"{now().year}-12-25" in lead.get("/regions/nordics/calendar")["calendar"]["holidays"]
    assert lead.post("/regions", id="Nord ics", name={"en": ""}, timezone="X", country="XX").fields == [
        "id",
        "name",
        "country",
    ]
