"""Another region for an organization or a contact: what would move is said first, then it is done."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Contact, Organization
from sterling.base.moment import now
from sterling.sla.actions.recompute import differs_from_replay
from sterling.sla.models import Clock, Event
from sterling.tickets import foreseen
from sterling.tickets.actions import plans
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations
from tests.desk.test_narrow import RUNS_OUT
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
PICTURES = os.environ.get("PICTURES")


def at_the_desk(language: str = "en") -> Client:
    client, carol = Client(), make.agent()
    people.set_language(user=carol.user, language=language)
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    return client


def moves(of: Organization) -> int:
    return Event.objects.filter(organization=of, type="region").count()


def test_an_organizations_promises_are_foreseen_as_they_then_come() -> None:
    halden = make.organization(plan="silver")
    ticket = make.ticket(make.alice(halden), priority="medium")
    make.ticket(make.mallory(), priority="medium")
    said = foreseen.on_region(halden, make.region("europe"), TUESDAY + HOUR / 2)
    assert [(one.ticket, one.metric, one.due_after) for one in said] == [
        (ticket, "first_response", TUESDAY + 20 * HOUR),
        (ticket, "update", TUESDAY + 24 * HOUR),
    ]
    assert moves(halden) == 0
    plans.move_organization(
        organization=halden, region=make.region("europe"), at=TUESDAY + HOUR / 2, by=make.SYSTEM
    )
    stored = (
        Clock.objects.filter(timeline=ticket.timeline_id).order_by("ordinal").values_list("due", flat=True)
    )
    assert list(stored) == [one.due_after for one in said]
    assert foreseen.on_region(halden, make.region("europe"), TUESDAY + HOUR) == []


def test_a_contact_with_a_region_of_their_own_stays_and_moves_alone() -> None:
    halden = make.organization(plan="platinum")
    alice, bob = make.alice(halden), make.contact(halden, "Bob Reyes", premium=True)
    hers, his = make.ticket(alice, priority="medium"), make.ticket(bob, priority="medium")
    china = make.region("china")
    plans.designate_region(contact=alice, region=china, at=TUESDAY, by=make.SYSTEM)
    alice.refresh_from_db()
    europe = make.region("europe")
    assert {one.ticket for one in foreseen.on_region(halden, europe, TUESDAY + HOUR)} == {his}
    assert {one.ticket for one in foreseen.on_contact_region(alice, None, TUESDAY + HOUR)} == {hers}
    assert {one.ticket for one in foreseen.on_contact_region(alice, europe, TUESDAY + HOUR)} == {hers}
    assert foreseen.on_contact_region(alice, china, TUESDAY + HOUR) == []


def test_a_colleague_who_is_not_named_is_served_by_the_organizations_region_whatever_is_asked() -> None:
    bob = make.contact(make.organization(), "Bob Reyes")
    make.ticket(bob, priority="medium")
    assert foreseen.on_contact_region(bob, make.region("china"), TUESDAY + HOUR) == []


def test_the_page_says_what_would_move_and_then_moves_it() -> None:
    halden = make.organization(plan="silver")
    ticket = make.ticket(make.alice(halden), priority="medium", at=now())
    client, path = at_the_desk(), f"/desk/organizations/{halden.pk}/region"
    assert f'href="{path}"' in client.get(f"/desk/organizations/{halden.pk}/").content.decode()
    assert "Move to Europe" not in client.get(path).content.decode()
    page = client.get(path, {"to": "europe"}).content.decode()
    assert "Moving to Europe now" in page
    assert f"#{ticket.number}" in page
    assert moves(halden) == 0
    overtaken = client.post(path, {"to": "europe", "version": "7"})
    assert (overtaken.status_code, moves(halden)) == (412, 0)
    assert "Somebody changed this meanwhile." in overtaken.content.decode()
    answer = client.post(path, {"to": "europe", "version": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/organizations/{halden.pk}/")
    assert Organization.objects.get(pk=halden.pk).region_id == "europe"
    assert (moves(halden), differs_from_replay(ticket.timeline_id)) == (1, False)
    assert client.get(path, {"to": "mars"}).status_code == 404
    assert client.post(path, {"to": "mars", "version": "2"}).status_code == 404


def test_a_contact_moves_and_comes_back() -> None:
    alice = make.alice(make.organization(plan="platinum"))
    client, path = at_the_desk(), f"/desk/contacts/{alice.pk}/region"
    version = alice.version
    assert client.post(path, {"to": "china", "version": str(version)}).status_code == 302
    assert Contact.objects.get(pk=alice.pk).region_id == "china"
    assert "As the organization (Americas)" in client.get(path).content.decode()
    assert client.post(path, {"to": "-", "version": str(version + 1)}).status_code == 302
    assert Contact.objects.get(pk=alice.pk).region_id is None


def test_a_plan_without_regions_for_contacts_says_what_would_bring_them() -> None:
    alice = make.alice(make.organization(plan="silver"))
    client, path = at_the_desk(), f"/desk/contacts/{alice.pk}/region"
    page = client.get(path, {"to": "china"}).content.decode()
    assert "Silver does not include this: " in page
    assert "Move to China" not in page
    refused = client.post(path, {"to": "china", "version": str(alice.version)})
    assert (refused.status_code, Contact.objects.get(pk=alice.pk).region_id) == (403, None)
    assert "Gold" in refused.content.decode()


def test_nobody_of_a_customer_finds_the_pages() -> None:
    alice, mallory = make.alice(), make.mallory()
    paths = (f"/desk/organizations/{alice.organization_id}/region", f"/desk/contacts/{alice.pk}/region")
    for who in (alice, mallory):
        client = Client()
        link = people.make_link(user=people.user_for_contact(contact=who, at=now()), at=now())
        client.get(f"/in/{link}")
        for path in paths:
            assert client.get(path, {"to": "china"}).status_code == 404
            assert client.post(path, {"to": "china", "version": "1"}).status_code == 404
            assert Client().get(path)["Location"].startswith("/sign-in")
    assert Organization.objects.get(pk=alice.organization_id).region_id == "americas"
    at_desk = at_the_desk()
    for wanted in ("0", "abc", "99999999999999999999"):
        assert at_desk.get(f"/desk/organizations/{wanted}/region").status_code == 404
        assert at_desk.get(f"/desk/contacts/{wanted}/region").status_code == 404


def test_the_page_asks_the_same_questions_whatever_the_number() -> None:
    halden = make.organization(plan="silver")
    client, path = at_the_desk(), f"/desk/organizations/{halden.pk}/region?to=europe"
    counts = []
    for nth in range(3):
        who = make.contact(halden, f"Alice {nth}", premium=nth < 2)
        make.ticket(who, priority="medium", at=now())
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[1] == counts[2]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_every_state_is_accessible_and_fits_a_phone(language: str, scheme: str) -> None:
    halden = make.organization("Datenübernahme und Söhne " * 3, plan="silver")
    alice = make.alice(halden)
    make.ticket(alice, priority="medium", at=now(), subject="出口失败 Export fails " * 6)
    client, html = at_the_desk(language), {"content-type": "text/html"}
    path = f"/desk/organizations/{halden.pk}/region"
    drawn: dict[str, Any] = {
        "/ask": client.get(path),
        "/moves": client.get(path, {"to": "china"}),
        "/overtaken": client.post(path, {"to": "china", "version": "9"}),
        "/absent": client.get(f"/desk/contacts/{alice.pk}/region"),
        "/person": client.get(f"/desk/organizations/{halden.pk}/"),
    }
    pages = {name: (answer.content.decode(), html) for name, answer in drawn.items()}
    with browser() as launched:
        for name in pages:
            page, _ = opened(
                launched, name, pages, viewport={"width": 1440, "height": 900}, color_scheme=scheme
            )
            assert violations(page) == [], name
            for width in (1440, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(RUNS_OUT, width) == [], (name, width)
                if PICTURES:
                    page.screenshot(path=f"{PICTURES}{name}-{language}-{width}.png", full_page=True)
            page.close()
