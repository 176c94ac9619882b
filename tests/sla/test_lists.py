"""A newer list of holidays is announced, merged around what was edited by hand, and applied by a person."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sterling.base.models import AuditEntry
from sterling.base.moment import now
from sterling.core.text import Text
from sterling.sla import calendars, holidays
from sterling.sla.actions import lists
from sterling.sla.actions.calendars import revise_calendar
from sterling.sla.models import CalendarRevision, HolidayList
from tests import make
from tests.desk.test_regions import DATE, body, signed_in

pytestmark = pytest.mark.usefixtures("installed")
YEAR = now().year + 1
FREE, WORK = f"{YEAR}-10-08", f"{YEAR}-10-09"


def newer(country: str, years: Any) -> dict[str, Any]:
    """China's State Council has spoken: a day more is free, and a weekend works."""
    found = holidays.listed(country, years)
    if country != "CN":
        return found
    return {
        "holidays": found["holidays"] | {FREE: {"en": "National Day", "zh": "国庆节"}},
        "exceptions": found["exceptions"] | {WORK: holidays.DAY},
    }


def look() -> int:
    return lists.look(at=now(), listed=newer, version="9.9")


def document() -> dict[str, Any]:
    return calendars.calendar_of("china", now()).to_dict()


def test_the_installed_list_is_the_one_that_was_taken_over() -> None:
    assert lists.look(at=now()) == 0
    assert set(HolidayList.objects.values_list("region_id", "country")) == {
        ("americas", "US"),
        ("china", "CN"),
        ("europe", "DE"),
    }


def test_a_newer_list_is_proposed_and_changes_nothing_by_itself() -> None:
    assert (look(), look()) == (1, 1)
    assert lists.waiting() == {"china": "9.9"}
    assert FREE not in document()["holidays"]
    assert CalendarRevision.objects.filter(region_id="china").count() == 1


def test_a_list_that_says_the_known_again_withdraws_its_proposal() -> None:
    look()
    assert lists.look(at=now()) == 0
    assert lists.waiting() == {}


def test_what_was_edited_by_hand_stays_as_it_is() -> None:
    by_hand = document()
    by_hand["holidays"] |= {FREE: "Founders' day"}
    revise_calendar(region=make.region("china"), calendar=by_hand, reason="Ours", at=now(), by=make.SYSTEM)
    look()
    news = HolidayList.objects.get(region_id="china")
    today = calendars.calendar_of("china", now()).local_date(now())
    result = lists.merged(document(), news, today)
    assert result["holidays"][FREE] == "Founders' day"
    assert result["exceptions"][WORK] == holidays.DAY


def test_a_lead_is_told_sees_the_difference_and_confirms_once(client: Client) -> None:
    look()
    lead = signed_in(client, make.agent("Lena Sommer", role="lead"))
    assert "A newer list of holidays (9.9)" in body(lead.get("/desk/regions/"))
    page = body(lead.get("/desk/regions/china/edit?list=1"))
    assert f"8 Oct {YEAR}: holiday, National Day" in page
    assert 'value="Holiday list 9.9"' in page
    form = signed_form(page)
    answer = lead.post("/desk/regions/china/edit", form | {"do": "save"})
    assert answer.status_code == 302
    assert calendars.calendar_of("china", now()).definition.holidays[-1][1] is not None
    assert document()["holidays"][FREE] == {"en": "National Day", "zh": "国庆节"}
    assert look() == 0
    assert "A newer list" not in body(lead.get("/desk/regions/"))


def test_a_lead_keeps_the_own_calendar_it_is_recorded_and_nobody_asks_again(client: Client) -> None:
    look()
    lead = signed_in(client, make.agent("Lena Sommer", role="lead"))
    before, path = document(), "/desk/regions/china/decline"
    assert "Keep ours" in body(lead.get("/desk/regions/china/"))
    lead.post(path, {"version": "9.8"})
    assert lists.waiting() == {"china": "9.9"}
    assert lead.post(path, {"version": "9.9"})["Location"] == "/desk/regions/china/"
    assert (look(), lists.waiting(), document()) == (0, {}, before)
    record = AuditEntry.objects.get(verb="holiday_list_declined")
    assert (record.object_id, record.data) == ("china", {"version": "9.9"})


def test_an_agent_declines_nothing(client: Client) -> None:
    look()
    agent = signed_in(client, make.agent())
    assert agent.post("/desk/regions/china/decline", {"version": "9.9"}).status_code == 403
    assert lists.waiting() == {"china": "9.9"}


def test_an_agent_is_not_asked(client: Client) -> None:
    look()
    agent = signed_in(client, make.agent())
    assert "A newer list" not in body(agent.get("/desk/regions/"))
    assert agent.get("/desk/regions/china/edit?list=1").status_code == 403


def test_chinas_holidays_are_named_in_both_languages() -> None:
    names = dict(calendars.calendar_of("china", now()).definition.holidays).values()
    assert Text("New Year's Day", "元旦") in names


def signed_form(page: str) -> dict[str, str]:
    """What the browser would send: every field as the page filled it."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        found: dict[str, str] = {}
        area = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = dict(attrs)
            if tag == "input" and told.get("type") != "checkbox" and told.get("name") not in {None, "q"}:
                self.found[str(told["name"])] = told.get("value") or ""
            self.area = str(told.get("name")) if tag == "textarea" else ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.found[self.area] = self.found.get(self.area, "") + data

        def handle_endtag(self, _tag: str) -> None:
            self.area = ""

    assert DATE.search(page)
    reader = Fields()
    reader.feed(page)
    return reader.found


def test_a_day_is_named_in_both_languages() -> None:
    told = {
        day: listed[day]
        for country, day in (
            ("US", "2026-07-03"),
            ("US", "2026-12-25"),
            ("DE", "2026-04-03"),
            ("CN", "2026-02-20"),
            ("CN", "2026-10-01"),
            ("FR", "2026-05-08"),
        )
        for listed in [holidays.listed(country, [2026])["holidays"]]
    }
    assert told == {
        "2026-07-03": {"en": "Independence Day (observed)", "zh": "独立日（补假）"},
        "2026-12-25": {"en": "Christmas Day", "zh": "圣诞节"},
        "2026-04-03": {"en": "Good Friday", "zh": "耶稣受难日"},
        "2026-02-20": {"en": "Day off (worked on 2026-02-14)", "zh": "休息日（由 2026-02-14 调休）"},
        "2026-10-01": {"en": "National Day", "zh": "国庆节"},
        "2026-05-08": "Victory Day",
    }


@pytest.mark.parametrize("country", ["US", "DE", "CN"])
def test_no_day_of_the_first_three_regions_lacks_its_chinese(country: str) -> None:
    names = holidays.listed(country, range(YEAR - 3, YEAR + 3))["holidays"].values()
    assert [name for name in names if isinstance(name, str)] == []
