"""Organizations and the people in them, as staff find, confirm, move and name them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import customers, people
from sterling.accounts.models import Contact
from sterling.base.moment import now
from sterling.channels.email.models import InboundMail
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations

pytestmark = pytest.mark.usefixtures("installed")


def at_the_desk() -> Client:
    client = Client()
    client.get(f"/in/{people.make_link(user=make.agent().user, at=now())}")
    return client


def stranger() -> Contact:
    return customers.sender(email="lin@nowhere.example", name="Lin Ke", language="", at=now())


def said(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_organizations_are_found_by_name_person_address_and_domain() -> None:
    of = make.organization(domains=["halden.example"])
    make.contact(of, "Alice Moreau", email="alice@elsewhere.example")
    make.mallory()
    client = at_the_desk()
    assert "Elsewhere Ltd" in said(client, "/desk/organizations/")
    for words in ("freight", "moreau", "alice@elsewhere", "halden.example"):
        page = said(client, f"/desk/organizations/?who={words}")
        assert "Halden Freight" in page
        assert "Elsewhere Ltd" not in page
    assert "Nobody and nothing by that name" in said(client, "/desk/organizations/?who=zebra")


def test_unknown_senders_stand_apart_until_they_are_placed() -> None:
    alice, lin = make.alice(), stranger()
    ticket = make.ticket(lin, at=now() - timedelta(minutes=5))
    InboundMail.objects.create(
        mailbox="in",
        digest="x",
        size=1,
        received_at=now(),
        ticket_id=ticket.pk,
        organization_id=lin.organization_id,
    )
    client = at_the_desk()
    assert "lin@nowhere.example" not in said(client, "/desk/organizations/")
    assert "lin@nowhere.example" in said(client, "/desk/organizations/?show=strangers")
    answer = client.post(f"/desk/contacts/{lin.pk}/change", {"do": "move", "to": alice.organization_id})
    assert answer["Location"] == f"/desk/organizations/{alice.organization_id}/"
    ticket.refresh_from_db()
    assert ticket.organization_id == alice.organization_id
    assert InboundMail.objects.get().organization_id == alice.organization_id
    assert "Everybody who wrote has been placed." in said(client, "/desk/organizations/?show=strangers")
    assert "moved the requester to Halden Freight" in said(client, f"/desk/tickets/{ticket.number}/")


def test_the_page_of_one_tells_people_plan_what_is_absent_and_tickets() -> None:
    alice = make.alice()
    make.contact(alice.organization, "Bob Reyes", confirmed=False)
    make.ticket(alice, subject="Export fails")
    page = said(at_the_desk(), f"/desk/organizations/{alice.organization_id}/")
    assert "1 of 3 premium" in page
    assert "Not confirmed" in page
    assert (
        '<dd><span class="absent">not in Gold</span>'
        ' <span class="quiet remedy">Platinum includes this.</span></dd>'
    ) in page
    assert "Export fails" in page


def test_an_engineer_confirms_names_and_takes_back() -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Reyes", confirmed=False)
    client = at_the_desk()
    for do, seen in (("confirm", (True, False)), ("premium", (True, True)), ("release", (True, False))):
        assert client.post(f"/desk/contacts/{bob.pk}/change", {"do": do}).status_code == 302
        bob.refresh_from_db()
        assert (bob.confirmed_at is not None, bob.is_premium) == seen


def test_one_too_many_is_refused_with_who_holds_the_seats() -> None:
    of = make.organization(plan="silver")
    make.contact(of, "Alice Moreau", premium=True)
    make.contact(of, "Dora Quist", premium=True)
    bob = make.contact(of, "Bob Reyes")
    answer = at_the_desk().post(f"/desk/contacts/{bob.pk}/change", {"do": "premium"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "are named: Alice Moreau, Dora Quist." in page
    assert "Remove one of them first, or raise the plan." in page
    bob.refresh_from_db()
    assert not bob.is_premium


def test_a_plan_without_premium_contacts_says_which_plans_have_them() -> None:
    bob = make.contact(make.organization(plan=None), "Bob Reyes")
    answer = at_the_desk().post(f"/desk/contacts/{bob.pk}/change", {"do": "premium"})
    assert answer.status_code == 403
    assert "Silver includes 2" in answer.content.decode()


def test_nothing_is_there_for_customers_nor_for_nobody() -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Reyes", confirmed=False)
    client = Client()
    link = people.make_link(user=people.user_for_contact(contact=alice, at=now()), at=now())
    assert client.get(f"/in/{link}").status_code == 302
    for path in ("/desk/organizations/", f"/desk/organizations/{alice.organization_id}/"):
        assert client.get(path).status_code == 404
        assert Client().get(path)["Location"].startswith("/sign-in")
    assert client.post(f"/desk/contacts/{bob.pk}/change", {"do": "confirm"}).status_code == 404
    bob.refresh_from_db()
    assert bob.confirmed_at is None


@pytest.mark.parametrize("wanted", ["0", "abc", "99999999999999999999"])
def test_what_is_not_there_is_not_found(wanted: str) -> None:
    client, lin = at_the_desk(), stranger()
    assert client.get(f"/desk/organizations/{wanted}/").status_code == 404
    assert client.post(f"/desk/contacts/{wanted}/change", {"do": "confirm"}).status_code == 404
    assert client.post(f"/desk/contacts/{lin.pk}/change", {"do": "move", "to": wanted}).status_code == 404
    assert client.post(f"/desk/contacts/{lin.pk}/change", {"do": "nonsense"}).status_code == 422


def test_both_pages_ask_the_same_questions_whatever_their_length() -> None:
    alice, client = make.alice(), at_the_desk()
    where = ("/desk/organizations/", f"/desk/organizations/{alice.organization_id}/")
    make.ticket(alice)
    client.get(where[0])  # what a process reads once is read
    counts = []
    for step in range(2):
        for path in where:
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))
        for more in range(3):
            make.ticket(make.contact(alice.organization, f"Bob {step}{more}"))
            make.organization(f"Another {step}{more}")
    assert counts[:2] == counts[2:]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
def test_both_pages_are_accessible_and_fit_a_phone() -> None:
    alice = make.alice(make.organization("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk " * 3))
    make.contact(alice.organization, "W" * 90, confirmed=False)
    make.ticket(alice, subject="出口" * 60)
    client, pages = at_the_desk(), {}
    for theme, language in (("light", "en"), ("dark", "zh")):
        client.post("/preferences", {"theme": theme, "language": language})
        for path in ("/desk/organizations/", f"/desk/organizations/{alice.organization_id}/"):
            headers = {"content-type": "text/html"}
            pages[f"/{theme}{path}"] = (client.get(path).content.decode(), headers)
    with browser() as launched:
        for path in pages:
            page, _ = opened(launched, path, pages, viewport={"width": 1280, "height": 844})
            assert violations(page) == []
            for narrow in (390, 320):
                page.set_viewport_size({"width": narrow, "height": 844})
                assert page.evaluate("document.documentElement.scrollWidth") == narrow
            page.close()
