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


ROW = '<li {0}="r{1}"><p>words {1}</p><input id="in{1}"></li>'
CHOOSE = "node => getSelection().selectAllChildren(node)"


def rows(*parts: str, key: str = "id") -> str:
    return (
        f'<ol id="live">{"".join(ROW.format(key, part) if len(part) == 1 else part for part in parts)}</ol>'
    )


def test_what_goes_or_moves_leaves_focus_and_chosen_words_where_they_are(chromium: Any) -> None:
    told = "<li>once told</li>"
    for before, after in [
        (rows(told, told, "b"), rows(told, "b")),
        (rows("a", "b", "c"), rows("b", "c")),
        (rows(told, "b"), rows("a", "b")),
        (rows("a", told, "c", "b"), rows("b", "a", "c")),
    ]:
        page = page_with(chromium, before)
        page.locator("#inb").fill("half a w")
        page.evaluate(MORPH, ["#live", after])
        assert page.evaluate("document.activeElement.id") == "inb", after
        page.locator("#inb").blur()
        page.locator("#live").evaluate("(node, html) => { node.outerHTML = html; }", before)
        page.locator("#rb p").evaluate(CHOOSE)
        page.evaluate(MORPH, ["#live", after])
        assert page.evaluate("getSelection().toString().trim()") == "words b", after
        assert page.locator("#live").evaluate("node => node.innerHTML") == after[14:-5]
        page.context.close()


def test_what_moves_into_a_new_group_does_not_take_the_rest_along(chromium: Any) -> None:
    page = page_with(chromium, rows("a", "b"))
    grouped = rows(f"<li><ol>{rows('a')[14:-5]}</ol></li>", "<li>between</li>", "b")
    page.evaluate(MORPH, ["#live", grouped])
    assert page.locator("#live").evaluate("node => node.outerHTML") == grouped
    page.context.close()


def test_the_row_that_the_keys_chose_is_not_chosen_again_by_an_older_list(chromium: Any) -> None:
    page = page_with(chromium, rows("a", "b", key="data-row").replace('"rb"', '"rb" aria-current="true"'))
    older = rows("a", "b", key="data-row").replace('"ra"', '"ra" aria-current="true"')
    page.evaluate(MORPH, ["#live", older])
    chosen = page.locator("[aria-current]").evaluate_all("all => all.map((one) => one.dataset.row)")
    assert chosen == ["rb"]
    page.context.close()


def test_the_keys_go_on_from_where_the_chosen_row_stood(chromium: Any) -> None:
    links = "".join(f'<li data-row="{n}"><a href="#{n}">{n}</a></li>' for n in "12345")
    page = page_with(
        chromium, f'<ol>{links}</ol><script type="module" src="/static/sterling/js/main.js"></script>'
    )
    for key, gone, then in [("jjj", "3", "4"), ("", "4", "5"), ("k", "2", "1")]:
        for one in key:
            page.keyboard.press(one)
        page.evaluate("n => document.querySelector(`[data-row='${n}']`).remove()", gone)
        page.keyboard.press("k" if gone == "2" else "j")
        assert page.evaluate("document.activeElement.textContent") == then
    page.context.close()
