"""Executive sponsors in the desk: whose contact is due, what was said and promised, the invitation, the brief."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.sponsors import actions, notices, queries
from sterling.premium.sponsors.models import Commitment, Meeting, Sponsorship, Touchpoint
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
DAY = timedelta(days=1)


@pytest.fixture
def ada() -> Agent:
    return make.agent("Ada Lind", role="lead")


@pytest.fixture
def alice() -> Contact:
    return make.alice(make.organization(plan="platinum"))


def named(alice: Contact, ada: Agent, days_ago: int = 10) -> Sponsorship:
    at = now() - days_ago * DAY
    return actions.name_sponsor(
        organization_id=alice.organization_id,
        agent=ada,
        counterpart=alice,
        cadence="quarter",
        at=at,
        by=SYSTEM,
    )


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def local(days: int) -> str:
    return (now() + days * DAY).strftime("%Y-%m-%dT10:00")


def test_who_has_no_sponsor_stands_first_then_what_is_overdue(ada: Agent, alice: Contact) -> None:
    named(alice, ada, days_ago=200)
    make.organization("Northwind", plan="platinum")
    make.organization("Gold Only", plan="gold")
    notices.raise_notices(at=now())
    html = words(at_desk(ada).get("/desk/sponsors/").content.decode())
    assert html.index("Northwind Nobody is named") < html.index("Halden Freight Ada Lind Alice Moreau never")
    assert ", overdue" in html
    assert "Gold Only" not in html
    assert "What you were told" in html
    assert "Speak with Halden Freight: the contact was due by" in html


def test_a_lead_names_the_sponsor_and_an_engineer_does_not(ada: Agent, alice: Contact, desk: Client) -> None:
    sent = {"do": "name", "agent": ada.pk, "counterpart": alice.pk, "cadence": "half"}
    where = f"/desk/sponsors/{alice.organization_id}/change"
    assert desk.post(where, sent).status_code == 403
    lena = at_desk(ada)
    wrong = lena.post(where, sent | {"counterpart": make.mallory().pk})
    assert (wrong.status_code, "Somebody of this customer." in wrong.content.decode()) == (422, True)
    assert Sponsorship.objects.count() == 0
    assert lena.post(where, sent).status_code == 302
    held = Sponsorship.objects.get()
    assert (held.agent, held.counterpart, held.cadence, held.set_by) == (ada, alice, "half", "Ada Lind")


def test_a_contact_is_noted_with_what_was_promised_and_what_was_typed_stays_when_refused(
    ada: Agent, alice: Contact
) -> None:
    named(alice, ada)
    desk, here = at_desk(ada), f"/desk/sponsors/{alice.organization_id}/"
    sent = {
        "type": "call", "on": local(-1), "people": "Ada, Alice", "notes": "They move to 9.2 in May.",
        "what-0": "Send the roadmap", "who-0": "Ada", "due-0": "soon",
    }  # fmt: skip
    refused = desk.post(f"{here}touchpoints", sent)
    html = refused.content.decode()
    assert (refused.status_code, "Write a date such as 2027-01-31." in html) == (422, True)
    assert "They move to 9.2 in May.</textarea>" in html
    # The other form of the page still says who it is.
    assert f'<option value="{ada.pk}" selected>' in html
    assert f'<option value="{alice.pk}" selected>' in html
    undated = desk.post(f"{here}touchpoints", sent | {"on": ""}).content.decode()
    assert 'name="on" value="" required aria-invalid="true" aria-describedby="error-on"' in undated
    assert "Write a date and a time." in undated.split('id="error-on"')[1].split("</span></span>")[0]
    assert 'value="Send the roadmap"' in html
    assert desk.post(f"{here}touchpoints", sent | {"due-0": "2027-01-31"}).status_code == 302
    touchpoint, promise = Touchpoint.objects.get(), Commitment.objects.get()
    assert (promise.what, promise.due, touchpoint.shared) == ("Send the roadmap", date(2027, 1, 31), False)
    desk.post(f"{here}change", {"do": "promise", "commitment": promise.pk, "state": "kept"})
    desk.post(f"{here}change", {"do": "share", "touchpoint": touchpoint.pk})
    html = words(desk.get(here).content.decode())
    assert "Send the roadmap, by 31 Jan 2027: kept" in html
    assert "The customer reads it." in html


def test_a_meeting_is_planned_moved_and_taken_into_a_calendar(ada: Agent, alice: Contact) -> None:
    named(alice, ada)
    desk, here = at_desk(ada), f"/desk/sponsors/{alice.organization_id}/"
    assert desk.get(f"{here}meeting.ics").status_code == 404
    past = desk.post(f"{here}change", {"do": "meet", "starts_at": local(-1), "minutes": "30"})
    assert (past.status_code, "choose a time ahead" in past.content.decode()) == (422, True)
    for days in (7, 8):
        sent = {"do": "meet", "starts_at": local(days), "minutes": "45", "agenda": "Renewal"}
        assert desk.post(f"{here}change", sent).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.sequence, meeting.minutes) == (1, 45)
    answer = desk.get(f"{here}meeting.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"UID:{meeting.uid}\r\nSEQUENCE:1\r\n" in answer.content.decode()
    desk.post(f"{here}change", {"do": "cancel"})
    assert queries.meeting_ahead(alice.organization_id) is None


def test_the_brief_is_a_page_and_a_paper_in_both_languages(ada: Agent, alice: Contact) -> None:
    named(alice, ada)
    ticket = make.ticket(alice, priority="urgent", at=now())
    desk, here = at_desk(ada), f"/desk/sponsors/{alice.organization_id}/"
    html = words(desk.get(f"{here}brief").content.decode())
    assert "Before you speak with Halden Freight" in html
    assert f"#{ticket.number} Export fails Urgent, open" in html
    for language in ("en", "zh"):
        paper = desk.get(f"{here}brief.{language}.pdf")
        assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
        assert paper.content.count(b"/Type /Page\n") + paper.content.count(b"/Type/Page/") <= 1


def test_the_list_costs_the_same_for_one_customer_and_for_many(ada: Agent, alice: Contact) -> None:
    named(alice, ada)
    desk, counts = at_desk(ada), []
    for place in range(2):
        desk.get("/desk/sponsors/")
        with CaptureQueriesContext(connection) as asked:
            desk.get("/desk/sponsors/")
        counts.append(len(asked))
        for one in range(4):
            named(make.alice(make.organization(f"Customer {place} {one}", plan="platinum")), ada)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("plan", [None, "silver", "gold"])
def test_a_plan_without_a_sponsor_says_what_would_bring_one(plan: str | None, desk: Client) -> None:
    organization = make.organization(plan=plan)
    answer = desk.get(f"/desk/sponsors/{organization.pk}/")
    assert (answer.status_code, "Platinum includes this." in answer.content.decode()) == (403, True)
    assert desk.post(f"/desk/sponsors/{organization.pk}/touchpoints", {"type": "call"}).status_code == 403


def test_no_customer_comes_in_here(ada: Agent, alice: Contact) -> None:
    named(alice, ada)
    mallory = Client()
    user = people.user_for_contact(contact=make.mallory(), at=now())
    mallory.get(f"/in/{people.make_link(user=user, at=now())}")
    here = f"/desk/sponsors/{alice.organization_id}/"
    for path in ("/desk/sponsors/", here, f"{here}brief", f"{here}brief.en.pdf", f"{here}meeting.ics"):
        assert mallory.get(path).status_code == 404
    for path in (f"{here}change", f"{here}touchpoints"):
        assert mallory.post(path, {"do": "cancel"}).status_code == 404
    other = make.alice(make.organization("Elsewhere", plan="platinum"))
    named(other, ada)
    touchpoint = actions.record_touchpoint(
        organization_id=other.organization_id, kind="call", on=now(), people_there="A", at=now(), by=SYSTEM
    )
    wrong = at_desk(ada).post(f"{here}change", {"do": "share", "touchpoint": touchpoint.pk})
    touchpoint.refresh_from_db()
    assert (wrong.status_code, touchpoint.shared) == (404, False)
