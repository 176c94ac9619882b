"""The palette of commands: pages, tickets and acts by their names, by keyboard alone."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Agent
from sterling.base.moment import now
from sterling.tickets.models import Ticket
from tests import make
from tests.base.browser import CHROMIUM, ORIGIN, browser, opened, violations

pytestmark = pytest.mark.usefixtures("installed")
PICTURES = os.environ.get("PICTURES")


def at_the_desk(who: Agent, language: str = "en") -> Client:
    client = Client()
    people.set_language(user=who.user, language=language)
    client.get(f"/in/{people.make_link(user=who.user, at=now())}")
    return client


def found(client: Client, words: str) -> str:
    answer = client.get("/desk/commands", {"q": words})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_ticket_is_found_by_its_number_and_by_words_and_the_number_comes_first() -> None:
    alice, client = make.alice(), at_the_desk(make.agent())
    wanted = make.ticket(alice, subject="Export fails")
    other = make.ticket(alice, subject=f"As in {wanted.number}", priority="urgent")
    said = found(client, str(wanted.number))
    assert said.index(f"#{wanted.number} Export fails") < said.index(f"#{other.number} As in")
    assert f"#{wanted.number} Export fails" in found(client, f"#{wanted.number}")
    assert f'href="/desk/tickets/{wanted.number}/"' in found(client, "moreau export")
    assert "Export fails" not in found(client, "zebra")
    assert "Search every ticket for “zebra”" in found(client, "zebra")
    assert found(client, " \x00 ").strip() == ""


def test_few_are_told_in_one_query_whatever_there_is() -> None:
    alice, client = make.alice(), at_the_desk(make.agent())
    found(client, "export")  # what a process reads once is read
    counts = []
    for _ in range(2):
        for nth in range(5):
            make.ticket(alice, subject=f"Export {nth}")
        with CaptureQueriesContext(connection) as asked:
            said = found(client, "export")
        counts.append(len(asked))
    assert said.count("/desk/tickets/") == 7
    assert counts[0] == counts[1]


def test_customers_and_nobody_find_nothing_there() -> None:
    alice = make.alice()
    make.ticket(alice)
    for who in (alice, make.mallory()):
        client = Client()
        client.get(f"/in/{people.make_link(user=people.user_for_contact(contact=who, at=now()), at=now())}")
        assert client.get("/desk/commands", {"q": "export"}).status_code == 404
    assert Client().get("/desk/commands")["Location"].startswith("/sign-in")


Pages = dict[str, tuple[str, dict[str, str]]]


def pages_of(client: Client, ticket: Ticket) -> Pages:
    """As the server answers them, with its own headers: no inline script or style would run."""
    here = f"/desk/tickets/{ticket.number}/"
    paths = (here, "/desk/", "/desk/commands", "/desk/organizations/", f"{here}why")
    asked = {path: client.get(path, {"q": "export"}) for path in paths}
    asked[f"{here}act/assign"] = client.get(f"{here}act/assign", headers={"HX-Request": "true"})
    return {
        path: (answer.content.decode(), {name.lower(): value for name, value in answer.headers.items()})
        for path, answer in asked.items()
    }


def selected(page: Any) -> str:
    told: str = page.evaluate(
        "document.getElementById(document.querySelector('#palette input').getAttribute('aria-activedescendant')).innerText"
    )
    return told.split("\n", maxsplit=1)[0]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize(
    ("language", "scheme", "words"),
    [
        ("en", "light", ("assign", "organizations", "every clock", "switch single", "zebra")),
        ("zh", "dark", ("分配", "组织", "全部计时", "关闭单键", "斑马")),
    ],
)
def test_by_keyboard_alone_in_both_languages(language: str, scheme: str, words: tuple[str, ...]) -> None:
    act, place, why, off, nothing = words
    client = at_the_desk(make.agent(), language)
    ticket = make.ticket(make.alice(), subject="Export fails", at=now())
    pages, here = pages_of(client, ticket), f"/desk/tickets/{ticket.number}/"
    with browser() as launched:
        page, complaints = opened(
            launched, here, pages, viewport={"width": 1280, "height": 800}, color_scheme=scheme
        )
        palette = page.locator("#palette")

        def typed(said: str) -> None:
            page.keyboard.press("Control+k")
            palette.wait_for()
            page.keyboard.type(said)

        # Empty, it shows what can be done here, and every page. Again Ctrl K closes it, and the focus is where it was.
        page.locator("#body").focus()
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"
        assert palette.locator("[role=group]").count() == 4
        assert violations(page) == []
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/palette-{language}.png")
        first = selected(page)
        page.keyboard.press("ArrowDown")
        assert selected(page) != first
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        last = selected(page)
        page.keyboard.press("ArrowDown")
        assert (selected(page), selected(page) != last) == (first, True)
        page.keyboard.press("Control+k")
        palette.wait_for(state="hidden")
        assert page.evaluate("document.activeElement.id") == "body"

        # A ticket by its words comes from the server.
        typed("export")
        palette.locator("[role=option]", has_text=f"#{ticket.number} Export fails").wait_for()
        assert violations(page) == []
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/palette-found-{language}.png")
        page.keyboard.press("Escape")

        # An act of the open ticket opens its form.
        typed(act)
        assert act.lower() in selected(page).lower()
        page.keyboard.press("Enter")
        page.locator("#act #assignee").wait_for()
        page.keyboard.press("Control+k")
        assert palette.is_hidden()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")

        # Pages and acts are found without the server; nothing of that name says so; single keys are switched off.
        page.route("**/desk/commands*", lambda route: route.abort())
        typed(nothing)
        palette.locator("[data-none]").wait_for()
        assert page.locator("#palette input").get_attribute("aria-expanded") == "false"
        page.keyboard.press("Escape")
        typed(off)
        page.keyboard.press("Enter")
        assert page.evaluate("localStorage.getItem('keys')") == "off"
        page.keyboard.press("w")
        assert page.url == ORIGIN + here
        typed(why)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{ORIGIN}{here}why")
        typed(place)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{ORIGIN}/desk/organizations/")
        assert [said for said in complaints if "404" not in said and "ERR_FAILED" not in said] == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_pointer_chooses_as_well_and_a_phone_has_room() -> None:
    client = at_the_desk(make.agent())
    ticket = make.ticket(make.alice(), subject="Export fails", at=now())
    pages = pages_of(client, ticket)
    with browser() as launched:
        page, _ = opened(launched, "/desk/", pages, viewport={"width": 1280, "height": 800})
        page.locator("[data-palette]").click()
        page.set_viewport_size({"width": 320, "height": 640})
        box = page.locator("#palette").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert violations(page) == []
        page.locator("#palette [role=option]", has_text="Organizations").click()
        page.wait_for_url(f"{ORIGIN}/desk/organizations/")
