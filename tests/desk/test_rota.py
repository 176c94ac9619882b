"""The rota's pages: read by staff, changed by leads; a gap is said, drawn, and filled by the link beside it."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.actions import rota as actions
from sterling.accounts.actions.shifts import Away, Regular
from sterling.accounts.models import Absence, Agent, Shift
from sterling.base.actor import SYSTEM
from sterling.base.models import AuditEntry
from sterling.base.moment import now
from sterling.core.calendars.definition import DAYS
from sterling.core.text import Text
from sterling.desk import proof, rota, views_rota
from sterling.sla import coverage
from sterling.sla.models import RotaGaps
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
# A Monday, 00:00 in Berlin: Saturday 7 March is five days ahead.
MONDAY = datetime(2026, 3, 1, 23, tzinfo=UTC)
LINK = re.compile(r'href="(/desk/rota/shifts/new\?from=[^"]+)"')


@pytest.fixture(autouse=True)
def it_is_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_rota, "now", lambda: MONDAY)


@pytest.fixture
def lead() -> Client:
    return at_desk(make.agent("Lena Sommer", role="lead", region_id="europe"))


def body(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def works(name: str, hours: dict[str, list[list[str]]], region: str = "europe", tier: int = 3) -> Agent:
    agent = make.agent(name, region_id=region, tier=tier)
    actions.add_shift(agent=agent, regular=Regular({"weekly": hours}), at=MONDAY, by=SYSTEM)
    return agent


def around(*days: str) -> dict[str, list[list[str]]]:
    return {day: [["00:00", "24:00"]] for day in days}


def whole_but_saturday() -> Agent:
    """Somebody of Tier 3 is there at any time but on Saturday from 09:00 to 17:00, Berlin time."""
    return works(
        "Erika Falk",
        {**around(*(day for day in DAYS if day != "sat")), "sat": [["00:00", "09:00"], ["17:00", "24:00"]]},
    )


def test_a_gap_is_said_in_a_sentence_and_its_link_fills_it(lead: Client) -> None:
    erika = whole_but_saturday()
    page = body(lead.get("/desk/coverage/"))
    said = "Sat 7 Mar 02:00 to 10:00, Chicago time: nobody of Tier 3 is on shift anywhere."
    assert page.count(f"<span>{said}</span>") == 2  # Gold and Platinum
    assert "Europe" in page
    href = LINK.findall(page)[0]
    form = body(lead.get(href))
    assert "Fills the gap of Sat 7 Mar 02:00 to 10:00, Chicago time." in form
    assert 'value="2026-03-07T02:00"' in form
    assert 'value="2026-03-07T10:00"' in form
    assert f'value="{erika.pk}"' in form
    sent = {"agent": erika.pk, "kind": "once", "begins": "2026-03-07T02:00", "ends": "2026-03-07T10:00"}
    answer = lead.post(href, sent | {"back": "coverage"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/coverage/")
    filled = Shift.objects.filter(agent=erika).latest("pk")
    assert filled.hours == {"exceptions": {"2026-03-07": [["09:00", "17:00"]]}}
    assert said not in body(lead.get("/desk/coverage/"))
    # The Saturdays after it are gaps still: it was filled once.
    assert "Sat 14 Mar 03:00 to 11:00" in body(lead.get("/desk/coverage/"))


def test_every_link_prefills_a_shift_that_fills_exactly_its_gap() -> None:
    works("Erika Falk", {"mon": [["09:00", "12:00"]], "fri": [["22:00", "03:30"]]})
    away = Away("2026-03-09T08:00:00.000001Z", "2026-03-09T09:30:10Z", "Leave")
    actions.add_absence(agent=Agent.objects.get(user__name="Erika Falk"), away=away, at=MONDAY, by=SYSTEM)
    found = coverage.ahead(MONDAY, 2)
    for gap in found.gaps:
        query = {key: one[0] for key, one in parse_qs(proof.told(gap, found, UTC).fill).items()}
        wanted = proof.wanted(query["from"], query["to"], query.get("region", ""), query["tier"], UTC)
        assert wanted is not None
        assert (wanted.starts, wanted.ends, wanted.region or None, wanted.tier) == (
            gap.start, gap.end, gap.region, gap.tier)  # fmt: skip


def test_gaps_are_said_in_chinese_with_who_is_away() -> None:
    erika = works("Erika Falk", around(*DAYS))
    away = Away("2026-03-03T08:00:00Z", "2026-03-03T16:00:00Z", "Leave")
    actions.add_absence(agent=erika, away=away, at=MONDAY, by=SYSTEM)
    found = coverage.ahead(MONDAY, 1)
    said = [proof.told(gap, found, UTC).text for gap in found.gaps]
    assert [text.zh for text in said if "欧洲" in text.zh] == [
        "3 月 3 日周二 08:00 至 16:00（协调世界时）：欧洲无人值班。缺勤：Erika Falk。",
        "3 月 3 日周二 08:00 至 16:00（协调世界时）：欧洲无三线工程师值班。缺勤：Erika Falk。",
    ]
    [anywhere, _] = [text for text in said if "各区域" in text.zh]  # of Gold and of Platinum
    assert anywhere.zh == (
        "3 月 3 日周二 08:00 至 16:00（协调世界时）：各区域均无三线工程师值班。缺勤：Erika Falk。"
    )
    assert anywhere.en == (
        "Tue 3 Mar 08:00 to 16:00, UTC: nobody of Tier 3 is on shift anywhere. Away: Erika Falk."
    )


def test_a_gap_that_runs_is_told_from_the_whole_minute_and_those_of_seven_days_are_counted() -> None:
    page = proof.page(MONDAY + timedelta(seconds=41), UTC)
    first = page.plans[0].strips[0].gaps[0].text.en
    assert first.count(":") == 3  # two times to the minute, and the one before "nobody"
    assert page.soon == coverage.distinct(coverage.shown(MONDAY, MONDAY + timedelta(days=7)).gaps)
    assert 0 < page.soon < page.gaps


def test_the_side_tells_how_many_gaps_the_next_seven_days_have(lead: Client) -> None:
    whole_but_saturday()
    assert "Gaps in the next 7 days" not in body(lead.get("/desk/coverage/"))
    coverage.count(at=MONDAY)
    counted = RotaGaps.objects.get().gaps
    assert counted == coverage.distinct(coverage.shown(MONDAY, MONDAY + timedelta(days=7)).gaps)
    assert f'title="Gaps in the next 7 days">{counted}<' in body(lead.get("/desk/coverage/"))


def test_a_week_shows_each_region_on_its_own_clock(lead: Client) -> None:
    erika = works("Erika Falk", {"mon": [["09:00", "17:00"]], "sat": [["22:00", "06:00"]]})
    wei = works("Wei Chen", {"tue": [["06:00", "14:00"]]}, region="china")
    away = Away("2026-03-02T00:00:00+01:00", "2026-03-03T00:00:00+01:00", "Leave")
    actions.add_absence(agent=erika, away=away, at=MONDAY, by=SYSTEM)
    page = body(lead.get("/desk/rota/?week=2026-03-04"))
    assert "2 Mar to 8 Mar 2026, week 10" in page
    assert "Berlin time" in page
    assert "Beijing time" in page
    assert page.count("rota-shift rota-off") == 1
    assert "22:00–06:00" in page
    assert page.index(wei.name) < page.index(erika.name)
    found = rota.week(MONDAY.date() + timedelta(days=1), "europe", MONDAY, MONDAY.date())
    rows = {row.agent.pk: row for group in found.groups for row in group.rows}
    assert rows[erika.pk].hours == "8"  # the night alone: Monday is leave
    assert [group.region and group.region.pk for group in found.groups] == ["europe"]


@pytest.mark.parametrize("typed", ["", "soon", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_week_that_is_none_is_this_one(lead: Client, typed: str) -> None:
    # It is still Sunday in Chicago, where the reader's clock stands.
    assert "23 Feb to 1 Mar 2026, week 9" in body(lead.get("/desk/rota/", {"week": typed}))


def test_a_shift_of_the_week_is_added_changed_and_removed(lead: Client) -> None:
    erika = make.agent("Erika Falk", region_id="europe")
    sent = {
        "agent": erika.pk,
        "kind": "weekly",
        "weekly_mon": "09:00-12:00, 13:00-17:00",
        "first": "2026-03-02",
    }
    answer = lead.post("/desk/rota/shifts/new", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/rota/people/{erika.pk}/")
    row = Shift.objects.get()
    assert (row.hours, str(row.starts), row.ends) == (
        {"weekly": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}}, "2026-03-02", None)  # fmt: skip
    form = body(lead.get(f"/desk/rota/shifts/{row.pk}/"))
    assert 'value="09:00-12:00, 13:00-17:00"' in form
    changed = {"kind": "weekly", "weekly_sat": "22:00-06:00", "last": "2026-03-31"}
    assert lead.post(f"/desk/rota/shifts/{row.pk}/", changed).status_code == 302
    row.refresh_from_db()
    assert (row.hours, row.starts, str(row.ends)) == (
        {"weekly": {"sat": [["22:00", "06:00"]]}}, None, "2026-04-01")  # fmt: skip
    assert lead.post(f"/desk/rota/shifts/{row.pk}/", {"do": "remove"}).status_code == 302
    assert not Shift.objects.exists()
    told = AuditEntry.objects.filter(object_kind="agent", object_id=erika.pk).order_by("pk")
    assert [entry.verb for entry in told][-3:] == ["shift_added", "shift_changed", "shift_removed"]
    assert told.last().actor_name == "Lena Sommer"  # type: ignore[union-attr]  # there are three


def test_a_shift_that_was_worked_once_is_changed_as_it_was_typed(lead: Client) -> None:
    erika = make.agent("Erika Falk", region_id="europe")
    sent = {"agent": erika.pk, "kind": "once", "begins": "2026-03-06T22:00", "ends": "2026-03-08T06:00"}
    lead.post(f"/desk/rota/shifts/new?agent={erika.pk}", sent)
    row = Shift.objects.get()
    assert row.hours == {
        "exceptions": {
            "2026-03-06": [["22:00", "24:00"]],
            "2026-03-07": [["00:00", "24:00"]],
            "2026-03-08": [["00:00", "06:00"]],
        }
    }
    form = body(lead.get(f"/desk/rota/shifts/{row.pk}/"))
    assert 'value="2026-03-06T22:00"' in form
    assert 'value="2026-03-08T06:00"' in form


def test_an_absence_is_added_changed_and_removed(lead: Client) -> None:
    erika = make.agent("Erika Falk", region_id="europe")
    sent = {"agent": erika.pk, "since": "2026-03-05T00:00", "until": "2026-03-06T00:00", "reason": " Sick "}
    assert lead.post("/desk/rota/absences/new", sent).status_code == 302
    row = Absence.objects.get()
    assert (row.starts, row.ends, row.reason) == (
        datetime(2026, 3, 4, 23, tzinfo=UTC), datetime(2026, 3, 5, 23, tzinfo=UTC), "Sick")  # fmt: skip
    assert 'value="2026-03-05T00:00"' in body(lead.get(f"/desk/rota/absences/{row.pk}/"))
    lead.post(f"/desk/rota/absences/{row.pk}/", sent | {"until": "2026-03-07T12:30"})
    row.refresh_from_db()
    assert row.ends == datetime(2026, 3, 7, 11, 30, tzinfo=UTC)
    lead.post(f"/desk/rota/absences/{row.pk}/", {"do": "remove"})
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"kind": "once", "begins": "", "ends": "2026-03-06T22:00"}, "begins", "A date and a time"),
        ({"kind": "once", "begins": "2026-03-06T22:00", "ends": "2026-03-06T22:00"}, "ends", "After the beginning"),
        ({"kind": "once", "begins": "2026-03-06T22:00", "ends": "2026-05-06T22:00"}, "ends", "at most a month"),
        ({"kind": "weekly", "weekly_tue": "nine to five"}, "weekly_tue", "“nine to five” is not hours."),
        ({"kind": "weekly"}, "weekly_mon", "Hours on at least one day."),
        ({"kind": "weekly", "weekly_mon": "09:00-17:00", "first": "2026-03-06", "last": "2026-03-05"}, "last",
         "Not before the first day."),
        ({"kind": "weekly", "weekly_mon": "09:00-17:00", "first": "soon"}, "first", "A date, as 2026-12-05."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    lead: Client, sent: dict[str, str], field: str, said: str
) -> None:
    erika = make.agent("Erika Falk", region_id="europe")
    answer = lead.post("/desk/rota/shifts/new", sent | {"agent": str(erika.pk)})
    page = body(answer)
    assert answer.status_code == 422
    assert page.index(f'id="{field}"') < page.index(f'id="{field}-error-1"') < page.index(said)
    assert not Shift.objects.exists()


def test_a_shift_of_nobody_is_refused(lead: Client) -> None:
    for agent in ("", "0", "x"):
        sent = {"agent": agent, "kind": "once", "begins": "2026-03-06T22:00", "ends": "2026-03-07T06:00"}
        assert lead.post("/desk/rota/shifts/new", sent).status_code == 422
    assert not Shift.objects.exists()


def test_an_engineer_reads_the_rota_and_changes_nothing() -> None:
    erika = whole_but_saturday()
    desk, row = at_desk(make.agent("Carol Mensah")), Shift.objects.get()
    for path in ("/desk/rota/", "/desk/coverage/", f"/desk/rota/people/{erika.pk}/"):
        page = body(desk.get(path))
        assert "/desk/rota/shifts/" not in page
    sent = {"agent": erika.pk, "kind": "once", "begins": "2026-03-07T02:00", "ends": "2026-03-07T10:00"}
    assert desk.get("/desk/rota/shifts/new").status_code == 403
    assert desk.post("/desk/rota/shifts/new", sent).status_code == 403
    assert desk.post(f"/desk/rota/shifts/{row.pk}/", {"do": "remove"}).status_code == 403
    assert desk.post("/desk/rota/absences/new", {"agent": erika.pk}).status_code == 403
    assert Shift.objects.count() == 1


def test_customers_and_nobody_see_no_rota() -> None:
    erika = whole_but_saturday()
    row = Shift.objects.get()
    paths = (
        "/desk/rota/", "/desk/coverage/", f"/desk/rota/people/{erika.pk}/", "/desk/rota/shifts/new",
        f"/desk/rota/shifts/{row.pk}/", f"/desk/rota/absences/new?agent={erika.pk}", "/desk/rota/absences/1/",
    )  # fmt: skip
    mallory = Client()
    stranger = make.viewer(make.mallory()).user
    mallory.get(f"/in/{people.make_link(user=stranger, at=now())}")
    for path in paths:
        assert mallory.get(path).status_code == 404, path
        assert urlsplit(Client().get(path)["Location"]).path == "/sign-in", path


def test_what_is_not_there_is_said_so(lead: Client) -> None:
    for path in ("/desk/rota/people/0/", "/desk/rota/shifts/0/", "/desk/rota/absences/x/"):
        assert lead.get(path).status_code == 404
    assert lead.get("/desk/rota/shifts/new?from=x&to=y&region=atlantis").status_code == 200


QUERIES = 40


def test_the_statements_are_as_many_for_ten_as_for_one(
    lead: Client, django_assert_max_num_queries: Any
) -> None:
    works("Erika Falk", around("mon"))
    for path in ("/desk/rota/", "/desk/coverage/"):
        lead.get(path)  # what a process reads once is read
        with django_assert_max_num_queries(QUERIES) as few:
            lead.get(path)
        for number in range(5):
            works(f"Engineer{number}", around("tue"))
        with django_assert_max_num_queries(QUERIES) as many:
            lead.get(path)
        assert len(many) == len(few)


def test_one_gap_is_said_in_the_singular() -> None:
    hours = Text("8 h", "8 小时")
    assert proof.gaps_in_all(1, hours).en == "1 gap, 8 h in all"
    assert proof.gaps_in_all(3, hours).en == "3 gaps, 8 h in all"
    assert proof.gaps_in_all(3, hours).zh == "3 处缺口，共 8 小时"
