"""The regions' pages: read by staff, edited by leads, nothing typed is lost, what moves is seen before."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Region, User
from sterling.base.moment import now
from sterling.desk.region_form import RegionForm
from sterling.sla import calendars
from sterling.sla.models import CalendarRevision
from tests import make

pytestmark = pytest.mark.usefixtures("installed")
EDIT = "/desk/regions/americas/edit"
WEEK = {f"weekly_{day}": "09:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")}
DATE = re.compile(r'name="seen" value="(\w+)"')


def signed_in(client: Client, agent: Agent) -> Client:
    client.get(f"/in/{people.make_link(user=agent.user, at=now())}")
    return client


@pytest.fixture
def lead(client: Client) -> Client:
    return signed_in(client, make.agent("Lena Sommer", role="lead"))


def typed(**changes: str) -> dict[str, str]:
    form = RegionForm.of(calendars.calendar_of("americas", now()))
    return {
        "seq": str(count()),
        "timezone": form.timezone,
        "holidays": form.holidays,
        "exceptions": form.exceptions,
        **WEEK,
        **changes,
    }


def count() -> int:
    return CalendarRevision.objects.filter(region_id="americas").count()


def body(answer: Any) -> str:
    return str(answer.content.decode())


def soon(days: int = 1) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def save(lead: Client, **changes: str) -> Any:
    """Looked at, then made."""
    wanted = typed(**changes)
    seen = DATE.search(body(lead.post(EDIT, wanted | {"do": "preview"})))
    assert seen is not None
    return lead.post(EDIT, wanted | {"do": "save", "seen": seen[1], "reason": "Flood"})


def test_the_list_tells_each_region_and_its_next_holiday(lead: Client) -> None:
    page = body(lead.get("/desk/regions/"))
    assert [
        page.count(f'href="/desk/regions/{name}/"') for name in ("americas", "china", "default", "europe")
    ] == [1] * 4
    assert "Next holiday" in page


def test_the_year_names_holidays_and_substitute_days_in_text(lead: Client) -> None:
    page = body(lead.get("/desk/regions/china/?year=2026"))
    assert "day-holiday" in page
    assert "working day, 09:00-17:00" in page
    assert "2025" in page
    assert "2027" in page


def test_a_year_that_is_none_shows_this_one(lead: Client) -> None:
    for asked in ("abc", "99999", "-1", "²"):
        assert f"<h2>{now().year}</h2>" in body(lead.get("/desk/regions/default/", {"year": asked}))


def test_a_lead_sees_which_promises_move_and_then_revises(lead: Client) -> None:
    ticket = make.ticket(make.alice(make.organization(plan="silver")), priority="medium", at=now())
    holidays = "\n".join(f"{soon(day)} Flood" for day in range(8))
    changed = typed()["holidays"] + "\n" + holidays
    page = body(lead.post(EDIT, typed(holidays=changed) | {"do": "preview"}))
    assert "2 promises would move: 2 later, 0 earlier." in page
    assert f"#{ticket.number}</a> Export fails" in page
    assert "holiday, Flood" in page
    assert count() == 1
    answer = save(lead, holidays=changed)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/regions/americas/")
    assert count() == 2
    told = body(lead.get("/desk/regions/americas/"))
    assert "<b>Flood</b>" in told
    assert "Lena Sommer" in told
    assert "holiday, Flood" in told


def test_what_was_not_looked_at_is_shown_before_it_is_saved(lead: Client) -> None:
    wanted = typed(weekly_mon="08:00-12:00") | {"do": "save", "seen": "stale", "reason": "Why"}
    assert "Monday: 09:00-17:00 → 08:00-12:00" in body(lead.post(EDIT, wanted))
    assert count() == 1


def test_a_save_without_a_reason_keeps_everything_and_says_so(lead: Client) -> None:
    wanted = typed(weekly_mon="08:00-12:00")
    seen = DATE.search(body(lead.post(EDIT, wanted | {"do": "preview"})))
    assert seen is not None
    answer = lead.post(EDIT, wanted | {"do": "save", "seen": seen[1], "reason": " "})
    assert answer.status_code == 422
    assert "Say why, for whoever reads the history." in body(answer)
    assert 'value="08:00-12:00"' in body(answer)
    assert count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("weekly_tue", "nine to five", "“nine to five” is not hours."),
        ("weekly_wed", "09:00-13:00, 12:00-18:00", "Two intervals overlap"),
        ("weekly_thu", "09:00-25:00", "Not valid"),
        ("timezone", "Mars/Olympus", "“Mars/Olympus” is not a time zone."),
        ("holidays", "2026-02-30 Never", "Line 1: “2026-02-30 Never” does not begin with a date"),
        ("exceptions", "2026-10-10", "Line 1: write the hours after the date"),
        ("exceptions", "2026-10-10 26:00-27:00", "2026-10-10: Not valid"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays_typed(
    lead: Client, field: str, value: str, said: str
) -> None:
    answer = lead.post(EDIT, typed(**{field: value}) | {"do": "preview"})
    page = body(answer)
    assert answer.status_code == 422
    assert said in page
    assert value in page
    at = page.index(f'id="{field}-error-1"')
    assert page.index(f'id="{field}"') < at < page.index(said)


def test_nights_several_intervals_ranges_and_pasted_dates_are_read() -> None:
    form = RegionForm(
        timezone="Asia/Shanghai",
        weekly={"mon": "9:00-12:00, 13:00–18:00", "sat": "22:00-06:00", "sun": "closed"},
        holidays="2026/10/1..2026/10/3 National Day | 国庆节\n20261225\n2026年1月1日 元旦",
        exceptions="2026-10-10 09:00-17:00\n2026-12-31 休息",
    )
    calendar = form.calendar()
    assert form.errors == []
    assert calendar is not None
    assert calendar.to_dict() == {
        "tz": "Asia/Shanghai",
        "weekly": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], "sat": [["22:00", "06:00"]]},
        "holidays": {
            "2026-01-01": "元旦",
            **{
                key: {"en": "National Day", "zh": "国庆节"}
                for key in ("2026-10-01", "2026-10-02", "2026-10-03")
            },
            "2026-12-25": None,
        },
        "exceptions": {"2026-10-10": [["09:00", "17:00"]], "2026-12-31": []},
    }
    assert RegionForm.of(calendar).calendar() == calendar


def test_every_shipped_calendar_is_read_back_as_it_is_shown() -> None:
    for region in Region.objects.all():
        calendar = calendars.calendar_of(region.pk, now())
        assert RegionForm.of(calendar).calendar() == calendar


def test_a_colleague_who_was_faster_is_told_and_nothing_is_lost(lead: Client) -> None:
    wanted = typed(weekly_mon="08:00-12:00")
    save(lead, weekly_fri="09:00-12:00")
    answer = lead.post(EDIT, wanted | {"do": "save", "reason": "Mine"})
    page = body(answer)
    assert answer.status_code == 409
    assert "Somebody revised this calendar meanwhile" in page
    assert "Friday: 09:00-17:00 → 09:00-12:00" in page
    assert 'value="08:00-12:00"' in page
    assert count() == 2


def test_another_time_zone_moves_the_region(lead: Client) -> None:
    assert save(lead, timezone="America/New_York").status_code == 302
    assert Region.objects.get(pk="americas").timezone == "America/New_York"
    assert "time zone: Chicago time → New York time" in body(lead.get("/desk/regions/americas/"))


def test_an_agent_reads_and_may_not_edit(client: Client) -> None:
    signed_in(client, make.agent())
    page = client.get("/desk/regions/americas/")
    assert page.status_code == 200
    assert "/edit" not in body(page)
    assert client.get(EDIT).status_code == 403
    assert client.post(EDIT, typed(weekly_mon="") | {"do": "save"}).status_code == 403
    assert client.post("/desk/regions/new", {"id": "nordics"}).status_code == 403
    assert count() == 1
    assert Region.objects.count() == 4


@pytest.mark.parametrize("path", ["/desk/regions/", "/desk/regions/americas/", EDIT, "/desk/regions/new"])
def test_mallory_and_nobody_find_no_regions(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    mallory = people.user_for_contact(contact=make.mallory(), at=now())
    client.get(f"/in/{people.make_link(user=mallory, at=now())}")
    assert client.get(path).status_code == 404
    assert client.post(path, {"do": "save"}).status_code in {404, 405}
    assert count() == 1


def test_a_region_of_our_own_begins_with_the_holidays_of_its_country(lead: Client) -> None:
    new = {"id": "nordics", "name_en": "Nordics", "name_zh": "北欧", "timezone": "Europe/Stockholm"}
    assert lead.post("/desk/regions/new", new | {"country": "se"})["Location"] == "/desk/regions/nordics/"
    calendar = calendars.calendar_of("nordics", now())
    assert calendar.tz.key == "Europe/Stockholm"
    assert f"{now().year}-12-25" in calendar.to_dict()["holidays"]


def test_a_region_that_cannot_be_names_each_field_and_keeps_what_was_typed(lead: Client) -> None:
    answer = lead.post("/desk/regions/new", {"id": "Nord ics", "timezone": "X", "country": "XX"})
    page = body(answer)
    assert answer.status_code == 422
    assert [f'id="{name}-error-1"' in page for name in ("id", "name_en", "country")] == [True] * 3
    assert 'value="Nord ics"' in page
    assert lead.post("/desk/regions/new", {"id": "x", "name_en": "X", "timezone": "X"}).status_code == 422
    assert Region.objects.count() == 4


def test_the_pages_speak_chinese(lead: Client) -> None:
    User.objects.filter(agent__role="lead").update(language="zh")
    listed = body(lead.get("/desk/regions/"))
    assert "<h1>区域</h1>" in listed
    told = re.findall(
        r"(?:工作中|休息中)，(?:周.|\d+ 月 \d+ 日) \d\d:\d\d (?:上班|下班)", re.sub(r"<[^>]+>", "", listed)
    )
    assert len(told) == 4
    page = body(lead.post(EDIT, typed(weekly_mon="") | {"do": "preview"}))
    assert "周一：09:00-17:00 → 休息" in page
    assert "不影响任何进行中的承诺。" in page


def test_the_pages_cost_the_same_queries_whatever_the_tickets(
    lead: Client, django_assert_max_num_queries: Any
) -> None:
    who = make.alice(make.organization(plan="silver"))
    wanted = typed(holidays=f"{soon(1)} Flood") | {"do": "preview"}
    lead.get("/desk/regions/")  # what a process reads once is read
    spent = []
    for _ in range(2):
        make.ticket(who, priority="medium", at=now())
        for ask in (lambda: lead.get("/desk/regions/"), lambda: lead.post(EDIT, wanted)):
            with django_assert_max_num_queries(40) as counted:
                ask()
            spent.append(len(counted.captured_queries))
    assert spent[:2] == spent[2:]
