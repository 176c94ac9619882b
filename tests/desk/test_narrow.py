"""The desk on a phone, in a real browser: nothing runs out of the page sideways."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.desk.queue import VIEWS
from sterling.sla.actions.ticking import tick
from sterling.tickets.actions import alarms
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


# What makes the page wider than the window; what scrolls within itself may hold more.
RUNS_OUT = """width => {
    if (document.documentElement.scrollWidth <= width) return [];
    const scrolls = node => node && node !== document.body
        && (getComputedStyle(node).overflowX !== 'visible' || scrolls(node.parentElement));
    const found = [...document.querySelectorAll('body *')].filter(
        node => node.getBoundingClientRect().right > width + 1 && !scrolls(node.parentElement));
    return ['the page', ...found.map(node => node.tagName + '.' + (node.className.baseVal ?? node.className))].slice(0, 8);
}"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_desk_page_scrolls_sideways(client: Client, language: str) -> None:
    carol, alice = make.agent("Wilhelmina Featherstonehaugh", role="admin"), make.alice()
    people.set_language(user=carol.user, language=language)
    long = "Datenübernahme" * 12
    ticket = make.ticket(alice, priority="urgent", at=now() - timedelta(hours=2), subject=long, text=long)
    tick()
    alarms.tell(at=now())
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    paths = [
        "",
        "alarms/",
        f"tickets/{ticket.number}/",
        f"tickets/{ticket.number}/why",
        "new",
        "mail/",
        "outbox/",
    ]
    pages = {
        f"/desk/{path}": (client.get(f"/desk/{path}").content.decode(), {"content-type": "text/html"})
        for path in paths
    }
    with browser() as launched:
        for path in pages:
            for width in (320, 390):
                page, _ = opened(launched, path, pages, viewport={"width": width, "height": 700})
                assert page.evaluate(RUNS_OUT, width) == [], (path, width)
                page.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_empty_view_is_accessible_and_holds_its_width(client: Client, language: str) -> None:
    carol = make.agent()
    people.set_language(user=carol.user, language=language)
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    asked = [f"/desk/?view={view.id}" for view in VIEWS]
    drawn = {path: client.get(path).content.decode() for path in asked}
    with browser() as launched:
        for path, drawing in drawn.items():
            pages = {"/desk/": (drawing, {"content-type": "text/html"})}
            page, _ = opened(launched, path, pages, viewport={"width": 320, "height": 700})
            assert page.locator("#queue h2").count() == 1, path
            assert page.locator("[data-row]").count() == 0, path
            assert violations(page) == [], path
            assert page.evaluate(RUNS_OUT, 320) == [], path
            page.close()
