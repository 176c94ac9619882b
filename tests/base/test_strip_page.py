"""The strip in Chromium: nothing that axe objects to, words inside the image, a now line that moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.template import Context, Template

from tests.base.browser import CHROMIUM, ORIGIN, answer, browser, opened, violations
from tests.base.test_strip import NOW, day_from, nov, weekend

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'"
SHEETS = "".join(
    f'<link rel="stylesheet" href="/static/sterling/{name}.css">'
    for name in ("tokens", "base", "parts", "strip")
)
# What overlaps though it should not, and what leaves the image.
LABELS = """() => {
  const image = document.querySelector('.strip-image').getBoundingClientRect();
  const texts = [...document.querySelectorAll('.strip-image text')];
  const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
  const out = boxes.filter(([, box]) => box.left < image.left - 2 || box.right > image.right + 2);
  const over = boxes.flatMap(([one, a], place) => boxes.slice(place + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3
  ).map(([other]) => one + ' / ' + other));
  return [...out.map(([text]) => text), ...over];
}"""


def page_of(value, language: str, theme: str = "light") -> tuple[str, dict[str, str]]:
    markup = Template("{% load sterling %}{% strip value %}").render(
        Context({"value": value, "language": language})
    )
    tag = "zh-CN" if language == "zh" else "en"
    body = (
        f'<!doctype html><html lang="{tag}" data-theme="{theme}"><head><meta charset="utf-8"><title>Strip</title>{SHEETS}'
        f'<script src="/static/sterling/js/main.js" type="module"></script></head>'
        f'<body data-now="{int(NOW.timestamp())}"><main class="card"><h1>Strip</h1>{markup}</main></body></html>'
    )
    return body, {"content-type": "text/html", "content-security-policy": POLICY}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stay_inside_and_apart_and_axe_finds_nothing(language, theme):
    strips = {"/weekend": weekend(), "/day": day_from(nov(14, 20), 18, timedelta(hours=2))}
    pages = {path: page_of(value, language, theme) for path, value in strips.items()}
    with browser() as launched:
        for path in pages:
            page, complaints = opened(launched, path, pages, viewport={"width": 395, "height": 500})
            assert page.evaluate(LABELS) == []
            assert violations(page) == []
            assert complaints == []


def test_the_browser_moves_only_the_now_line():
    pages = {"/": page_of(weekend(), "en")}
    with browser() as launched:
        page = launched.new_page()
        page.clock.install(time=NOW)
        page.route("**/*", lambda route: answer(route, pages))
        page.goto(ORIGIN + "/")
        line = page.locator(".strip-now")
        before = page.locator(".strip-bar").evaluate_all("bars => bars.map((bar) => bar.outerHTML)")
        page.clock.run_for(60 * 60 * 1000)
        assert line.locator("text").text_content() == "now 10:38"
        assert line.get_attribute("transform") == "translate(271.4 0)"
        assert page.locator(".strip-bar").evaluate_all("bars => bars.map((bar) => bar.outerHTML)") == before
        page.clock.run_for(8 * 60 * 60 * 1000)
        assert not line.is_visible()
