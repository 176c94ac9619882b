"""Every part in every state in a real browser: accessible, quiet console, ticking, one column on a phone."""

from __future__ import annotations

import pytest
from django.test import Client

from sterling.base.views_parts import NOW
from tests.base.browser import CHROMIUM, browser, opened, violations

pytestmark = [
    pytest.mark.urls("tests.base.urls"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


def rendered(language: str, theme: str) -> dict[str, tuple[str, dict[str, str]]]:
    client = Client(headers={"accept-language": language})
    client.cookies["theme"] = theme
    pages = {}
    for path in ("/parts", "/nothing-here"):
        answer = client.get(path)
        pages[path] = (
            answer.content.decode(),
            {name: answer[name] for name in answer.headers if name != "Vary"},
        )
    return pages


def test_parts_have_no_violation_in_either_theme_or_language():
    pages = {
        (language, theme): rendered(language, theme)
        for language in ("en", "zh")
        for theme in ("light", "dark")
    }
    with browser() as launched:
        for found in pages.values():
            for path in ("/parts", "/nothing-here"):
                page, complaints = opened(launched, path, found)
                assert violations(page) == []
                assert complaints == []
                page.close()


def test_countdowns_tick_by_the_servers_clock_and_turn_into_a_diamond():
    pages = rendered("en", "light")
    with browser() as launched:
        context = launched.new_context()
        slow = NOW.timestamp() - 3600  # a device whose clock is an hour behind
        context.clock.install(time=slow - 10)
        context.clock.pause_at(slow)
        page, _ = opened(context, "/parts", pages)
        words = page.locator(".parts-list time").all_inner_texts
        assert words() == ["by 21:38", "52 min", "24 min", "6 min", "12 min over"]
        context.clock.run_for(3 * 60 * 1000 + 100)
        assert words() == ["by 21:38", "48 min", "20 min", "2 min", "15 min over"]
        context.clock.run_for(90 * 1000)
        assert words()[3] == "1 min 29 s"
        context.clock.run_for(5 * 60 * 1000)
        assert words()[3] == "3 min over"
        assert page.locator(".due-over").count() == 2


def test_a_phone_shows_the_parts_without_scrolling_sideways():
    pages = rendered("zh", "light")
    with browser() as launched:
        page, _ = opened(launched, "/parts", pages, viewport={"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
