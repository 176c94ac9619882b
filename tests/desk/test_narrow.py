"""The desk on a phone, in a real browser: nothing runs out of the page sideways."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.desk.queue import VIEWS
from tests import make
from tests.base.browser import CHROMIUM, browser, opened

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


def test_every_empty_view_says_so_on_a_phone(client: Client) -> None:
    carol = make.agent()
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    asked = [f"/desk/?view={view.id}" for view in VIEWS]
    drawn = {path: client.get(path).content.decode() for path in asked}
    with browser() as launched:
        for path, drawing in drawn.items():
            pages = {"/desk/": (drawing, {"content-type": "text/html"})}
            page, _ = opened(launched, path, pages, viewport={"width": 320, "height": 700})
            assert page.locator("#queue h2").count() == 1, path
            assert page.locator("[data-row]").count() == 0, path
            assert page.evaluate(RUNS_OUT, 320) == [], path
            page.close()
