"""Reports in the desk and the portal: made, put in words, published, read. The gallery looks at them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.reports import actions
from sterling.reports.models import Report
from tests import make
from tests.reports.quarter import AFTER, FIRST, LAST, Quarter, quarter

pytestmark = pytest.mark.usefixtures("installed")


def signed_in(who: Agent | Contact, language: str = "en") -> Client:
    user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
    client = Client()
    client.get(f"/in/{people.make_link(user=user, at=now())}")
    client.post("/preferences", {"language": language})
    return client


def made(of: Quarter, *, publish: bool = False) -> Report:
    report = actions.make_report(organization=of.organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)
    return actions.publish_report(report=report, at=AFTER, by=SYSTEM) if publish else report


@pytest.fixture
def lena() -> Agent:
    return make.agent("Lena Sommer", role="lead")


def test_a_report_is_made_put_in_words_and_published(lena: Agent) -> None:
    of, desk = quarter(), signed_in(lena)
    assert "Halden Freight" in desk.get("/desk/reports/").content.decode()
    sent = {"organization": of.organization.pk, "from": "2026-01-01", "to": "2026-03-31", "language": "zh"}
    answer = desk.post("/desk/reports/new", sent)
    report = Report.objects.get()
    assert (answer["Location"], report.language) == (f"/desk/reports/{report.pk}/", "zh")
    page = desk.get(answer["Location"]).content.decode()
    assert "It had no name on it until it was due." in page
    key = report.figures["misses"][0]["key"]
    words = {
        "summary": "Calm.",
        "asks": "",
        "aim": "97",
        "language": "zh",
        f"cause-{key}": "Our mail filter held it.",
    }
    desk.post(f"/desk/reports/{report.pk}/words", words)
    page = desk.get(answer["Location"]).content.decode()
    assert "Our mail filter held it." in page
    assert "below the 97 % that we aim for" in page
    alice = signed_in(of.alice)
    assert alice.get(f"/reports/{report.pk}/").status_code == 404
    assert desk.post(f"/desk/reports/{report.pk}/publish").status_code == 302
    assert "Your words" not in desk.get(answer["Location"]).content.decode()
    assert desk.post(f"/desk/reports/{report.pk}/words", words).status_code == 409
    read = alice.get(f"/reports/{report.pk}/").content.decode()
    assert "Our mail filter held it." in read
    assert "first quarter 2026" in alice.get("/reports/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("from", "soon", "Write a date such as"),
        ("to", "2025-01-01", "The last day must not be before the first"),
    ],
)
def test_refused_days_are_named_and_stay_typed(lena: Agent, field: str, typed: str, said: str) -> None:
    of = quarter()
    sent = {"organization": of.organization.pk, "from": "2026-01-01", "to": "2026-03-31"} | {field: typed}
    answer = signed_in(lena).post("/desk/reports/new", sent)
    page = answer.content.decode()
    assert (answer.status_code, said in page, f'value="{typed}"' in page) == (422, True, True)
    assert f'aria-describedby="error-{field}"' in page
    assert f'id="error-{field}"' in page
    assert Report.objects.count() == 0


def test_a_refused_aim_keeps_every_word(lena: Agent) -> None:
    report = made(quarter())
    key = report.figures["misses"][0]["key"]
    answer = signed_in(lena).post(
        f"/desk/reports/{report.pk}/words",
        {"summary": "Long words", "aim": "much", f"cause-{key}": "A cause"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a percentage between 0 and 100, or nothing." in page
    assert 'aria-describedby="error-aim"' in page
    assert "Long words</textarea>" in page
    assert "A cause</textarea>" in page
    assert Report.objects.get().summary == ""


def test_agents_write_and_leads_publish() -> None:
    of = quarter()
    report, desk = made(of), signed_in(of.carol)
    page = desk.get(f"/desk/reports/{report.pk}/").content.decode()
    assert "A lead or an administrator publishes it." in page
    assert desk.post(f"/desk/reports/{report.pk}/publish").status_code == 403
    assert Report.objects.get().state == "draft"


def test_a_plan_without_reports_is_refused_with_the_remedy(lena: Agent) -> None:
    silver = make.organization("Silver Ltd", plan="silver")
    answer = signed_in(lena).post(
        "/desk/reports/new", {"organization": silver.pk, "from": "2026-01-01", "to": "2026-03-31"}
    )
    assert answer.status_code == 403
    assert "Gold" in answer.content.decode()
    alice = signed_in(make.contact(silver, "Ann Lee"))
    page = alice.get("/reports/").content.decode()
    assert "Not in Silver" in page
    assert "Gold" in page


def test_mallory_and_nobody_find_no_report() -> None:
    report = made(quarter(), publish=True)
    mallory = signed_in(make.mallory())
    own = (f"/reports/{report.pk}/", f"/reports/{report.pk}/en.pdf", f"/reports/{report.pk}/clocks.csv")
    desks = [f"/desk{path}" for path in own]
    for path in (*own, *desks, "/desk/reports/"):
        assert mallory.get(path).status_code == 404, path
        assert Client().get(path).status_code == 302, path
    for path in (
        f"/desk/reports/{report.pk}/words",
        f"/desk/reports/{report.pk}/publish",
        "/desk/reports/new",
    ):
        assert mallory.post(path).status_code == 404, path
    assert "first quarter" not in mallory.get("/reports/").content.decode()


def test_an_unconfirmed_colleague_sees_none() -> None:
    of = quarter()
    report = made(of, publish=True)
    bob = signed_in(make.contact(of.organization, "Bob Reyes", confirmed=False))
    assert bob.get(f"/reports/{report.pk}/").status_code == 404
    assert "Once somebody has confirmed" in bob.get("/reports/").content.decode()


def test_clocks_and_paper_come_to_both_sides(lena: Agent) -> None:
    of = quarter()
    report = made(of, publish=True)
    for client, root in ((signed_in(lena), "/desk"), (signed_in(of.alice), "")):
        table = client.get(f"{root}/reports/{report.pk}/clocks.csv")
        assert len(table.content.decode().splitlines()) == 1 + 7
        assert client.get(f"{root}/reports/{report.pk}/zh.pdf").content.startswith(b"%PDF")


def test_the_list_asks_a_constant_number_of_queries(lena: Agent) -> None:
    of, desk = quarter(), signed_in(lena)
    made(of)

    def asked() -> int:
        desk.get("/desk/reports/")
        with CaptureQueriesContext(connection) as taken:
            desk.get("/desk/reports/")
        return len(taken)

    few = asked()
    for nth in range(3):
        made(Quarter(make.organization(f"Customer {nth}"), of.alice, of.carol, []))
    assert asked() == few


def test_a_quarter_that_runs_is_reported_as_far_as_it_has_come() -> None:
    of = quarter()
    today = now().date()
    report = actions.make_report(
        organization=of.organization,
        first=today - timedelta(days=9),
        last=today + timedelta(days=9),
        at=now(),
        by=SYSTEM,
    )
    assert (report.is_quarter, report.until <= now()) == (False, True)
    assert date(2026, 1, 1) < report.first
