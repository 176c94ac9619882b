"""The desk on a phone, in a real browser: nothing runs out of the page sideways."""

from __future__ import annotations

import os

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.desk.queue import VIEWS
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations
from tests.desk.conftest import at_desk

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

# Where the words of a fact lie over its name: what is too long must break.
LIES_OVER = """() => {
    const words = node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect();
    };
    return [...document.querySelectorAll('dt + dd')].filter(node => {
        const name = words(node.previousElementSibling), fact = words(node);
        return name.width && fact.width && name.left < fact.right - 1 && fact.left < name.right - 1
            && name.top < fact.bottom - 1 && fact.top < name.bottom - 1;
    }).map(node => node.previousElementSibling.textContent.trim() + ': ' + node.textContent.trim().slice(0, 40));
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


# Each entry: its name, whether that is read in full within the entry, and where the entry stands along the bar.
NAMED = """() => [...document.querySelectorAll('.side a')].map(link => {
    const [icon, name] = [link.querySelector('svg'), link.querySelector('span')];
    const [box, under, over] = [link, name, icon].map(one => one.getBoundingClientRect());
    const isWithin = under.left >= box.left && under.right <= box.right && under.bottom <= box.bottom;
    const isRead = under.height > 10 && name.scrollWidth <= name.offsetWidth && under.top >= over.bottom;
    return [name.textContent, isWithin && isRead];
})"""
HERE = """() => { const box = document.querySelector('.side a[aria-current]').getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight; }"""


def test_where_there_is_little_room_every_entry_of_the_side_has_its_name_beneath_its_icon() -> None:
    lena = make.agent("Lena Sommer", role="admin")
    drawn, folder = {}, os.environ.get("PICTURES")
    for language in ("en", "zh"):
        people.set_language(user=lena.user, language=language)
        client = at_desk(lena)
        for name, path in {"first": "/desk/", "last": "/desk/outbox/"}.items():
            drawn[f"/{name}-{language}"] = client.get(path).content.decode(), {"content-type": "text/html"}
    with browser() as launched:
        for scheme, path in zip(("light", "dark", "dark", "light"), drawn, strict=True):
            for width in (320, 390, 900):
                size = {"width": width, "height": 844}
                page, _ = opened(launched, path, drawn, viewport=size, color_scheme=scheme)
                names = page.evaluate(NAMED)
                assert len(names) == 24, path
                assert [name for name, is_read in names if not is_read] == [], (path, width)
                assert page.evaluate(HERE), (path, width)
                assert page.evaluate(RUNS_OUT, width) == [], (path, width)
                if folder:
                    page.screenshot(path=f"{folder}{path}-{scheme}-{width}.png")
                page.close()
            page, _ = opened(
                launched, path, drawn, viewport={"width": 390, "height": 844}, color_scheme=scheme
            )
            assert violations(page) == [], path
            page.close()
