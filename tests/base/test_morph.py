"""One tree into another: what a reader has typed, and why it was refused, outlive a page that knows of neither."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.base.browser import CHROMIUM, browser, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
MORPH = """async ([old, fresh]) => {
    const { morph } = await import('/static/sterling/js/morph.js');
    morph(document.querySelector(old), new DOMParser().parseFromString(fresh, 'text/html').querySelector(old));
}"""
FORM = (
    '<div id="live"><p>{said}</p><form><p class="field"><input name="reason"{more}>{why}</p>'
    '<input name="other" value="{other}"></form></div>'
)
WHY = '<span class="field-error" id="why">Say why.</span>'


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as launched:
        yield launched


def page_with(chromium: Any, html: str) -> Any:
    page, _ = opened(chromium, "/", {"/": (f"<!doctype html>{html}", {"Content-Type": "text/html"})})
    return page


def test_a_refused_form_stays_while_the_page_around_it_goes_on(chromium: Any) -> None:
    refused = FORM.format(said="1 ticket", more=' aria-invalid="true"', why=WHY, other="typed")
    page = page_with(chromium, refused)
    page.evaluate(MORPH, ["#live", FORM.format(said="2 tickets", more="", why="", other="")])
    assert page.locator("#live > p").inner_text() == "2 tickets"
    assert page.locator(".field-error").inner_text() == "Say why."
    assert page.locator("[name=reason]").get_attribute("aria-invalid") == "true"
    assert page.locator("[name=other]").input_value() == "typed"
    # An answer with a refusal of its own takes its place.
    again = FORM.format(
        said="2 tickets", more=' aria-invalid="true"', why=WHY.replace("why.", "more."), other="x"
    )
    page.evaluate(MORPH, ["#live", again])
    assert page.locator(".field-error").inner_text() == "Say more."
    page.context.close()


def test_each_refused_field_of_a_grid_stays_alone(chromium: Any) -> None:
    cell = '<td><span data-field><input name="{name}" value="{value}"{more}>{why}</span></td>'

    def grid(first: str, second: str) -> str:
        return f'<form id="grid"><table><tr>{first}{second}</tr></table></form>'

    wrong = cell.format(name="a", value="soonish", more=' aria-invalid="true"', why=WHY)
    page = page_with(chromium, grid(wrong, cell.format(name="b", value="4 h", more="", why="")))
    fresh = grid(*(cell.format(name=name, value="5 h", more="", why="") for name in "ab"))
    page.evaluate(MORPH, ["#grid", fresh])
    assert page.locator(".field-error").inner_text() == "Say why."
    assert [page.locator(f"[name={name}]").input_value() for name in "ab"] == ["soonish", "5 h"]
    page.context.close()


def test_a_field_that_is_being_typed_in_keeps_its_words_and_is_told_to_be_wrong(chromium: Any) -> None:
    page = page_with(chromium, FORM.format(said="", more="", why="", other=""))
    page.locator("[name=reason]").fill("because")
    described = ' value="because" aria-invalid="true" aria-describedby="why"'
    page.evaluate(MORPH, ["#live", FORM.format(said="", more=described, why=WHY, other="")])
    field = page.locator("[name=reason]")
    assert (field.input_value(), field.get_attribute("aria-invalid")) == ("because", "true")
    assert field.get_attribute("aria-describedby") == "why"
    page.context.close()
