"""From a ticket to the next of the view that it was opened from, and back to where one was, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from sterling.accounts.actions import people
from sterling.base.moment import now
from tests import make
from tests.base.browser import CHROMIUM, ORIGIN, answer, browser, opened, violations
from tests.desk.conftest import at_desk
from tests.desk.test_narrow import RUNS_OUT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
Pages = dict[str, tuple[str, dict[str, str]]]
HOUR = timedelta(hours=1)
FOLDER = os.environ.get("PICTURES")
SUBJECTS = ("Export fails", "Datenübernahme" * 9, "数据导出失败，影响全院" * 8)
KEPT = {"en": ("{nth} of {count}", "Next due"), "zh": ("第 {nth} 条，共 {count} 条", "即将到期")}


@contextmanager
def looking(language: str = "en") -> Iterator[tuple[Any, Pages, list[int]]]:
    """A browser, a view of three and what opens from it, their numbers as they stand there and one that does not."""
    alice, carol, at = make.alice(make.organization(plan="gold")), make.agent(), now()
    people.set_language(user=carol.user, language=language)
    tickets = [
        make.ticket(alice, priority="urgent", at=at - nth * HOUR / 9, subject=subject)
        for nth, subject in enumerate(reversed(SUBJECTS))
    ]
    numbers = [ticket.number for ticket in reversed(tickets)]
    solved = make.ticket(alice, priority="low", at=at, subject="Solved long ago")
    make.reply(solved, carol, at, status="solved")
    client = at_desk(carol)
    paths = ["/desk/", "/desk/organizations/"]
    for number in [*numbers, solved.number]:
        paths += [f"/desk/tickets/{number}/{more}" for more in ("", "why", "peek", "presence")]
    found = {path: client.get(path) for path in paths}
    assert {found[path].status_code for path in paths} == {200}
    html = {"content-type": "text/html"}
    pages: Pages = {path: (given.content.decode(), html) for path, given in found.items()}
    from_peek = client.get(f"/desk/tickets/{numbers[1]}/why?from=peek").content.decode()
    pages[f"/desk/tickets/{numbers[1]}/why"] = (from_peek, html)
    with browser() as launched:
        yield launched, pages, [*numbers, solved.number]


def at(page: Any) -> str:
    return str(page.url).removeprefix(ORIGIN)


def said(page: Any) -> str:
    return str(page.locator("#place [data-said]").inner_text())


def goes(page: Any, key: str, to: str) -> None:
    page.keyboard.press(key)
    page.wait_for_url(ORIGIN + to)
    page.locator(".top").wait_for()


def test_j_and_k_go_through_the_view_and_escape_goes_back_to_the_row() -> None:
    with looking() as (chromium, pages, (first, second, third, _)):
        page, complaints = opened(
            chromium, "/desk/?view=next", pages, viewport={"width": 1440, "height": 900}
        )
        ticket = "/desk/tickets/{}/".format
        for key in "jj":
            page.keyboard.press(key)
        goes(page, "Enter", ticket(second))
        assert said(page) == "2 of 3"
        names = "[...document.querySelectorAll('#place a')].map(one => one.textContent.replace(/\\s+/g, ' ').trim())"
        assert page.evaluate(names) == [
            "2 of 3, back to Next due", f"JThe next ticket, #{third}", f"KThe previous ticket, #{first}",
        ]  # fmt: skip
        assert violations(page) == []

        # What somebody writes is never taken for a key; with the field left, they work again.
        page.keyboard.press("r")
        page.keyboard.type("jk")
        assert page.locator("#body").input_value() == "jk"
        page.keyboard.press("Escape")
        assert at(page) == ticket(second)
        page.keyboard.press("Escape")
        page.wait_for_url(ORIGIN + "/desk/?view=next")
        assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == str(second)
        goes(page, "Enter", ticket(second))

        # The last has no next, the first no previous; nothing is pressed away.
        goes(page, "j", ticket(third))
        assert said(page) == "3 of 3"
        page.keyboard.press("j")
        assert page.locator("#place [data-key=J]").get_attribute("href") is None
        goes(page, "k", ticket(second))
        goes(page, "k", ticket(first))
        assert said(page) == "1 of 3"
        page.keyboard.press("k")
        assert page.locator("#place [data-key=K]").get_attribute("href") is None

        # An open menu or dialog takes Escape for itself.
        page.keyboard.press(".")
        page.locator(".act-menu .menu a:focus").wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.locator("#keys[open]").wait_for()
        page.keyboard.press("j")
        page.keyboard.press("Escape")
        page.locator("#keys").wait_for(state="hidden")
        assert at(page) == ticket(first)

        # A fresh drawing of the page leaves the place where it is, and a reload too.
        body, html = pages[ticket(first)]
        pages[ticket(first)] = (body.replace(SUBJECTS[0], "Export goes on"), html)
        page.evaluate("document.dispatchEvent(new CustomEvent('desk-pull'))")
        page.get_by_role("heading", name="Export goes on").wait_for()
        assert said(page) == "1 of 3"
        page.reload()
        assert said(page) == "1 of 3"
        assert [one for one in complaints if "404" not in one] == []  # nobody keeps the draft here
        page.close()


def test_a_ticket_that_was_not_opened_from_a_view_has_no_place_and_keys_do_nothing() -> None:
    with looking() as (chromium, pages, (first, _, _, other)):
        page, complaints = opened(chromium, f"/desk/tickets/{first}/", pages)
        assert page.locator("#place").is_hidden()
        page.goto(ORIGIN + "/desk/")
        page.locator(f"[data-row='{first}'] a").click()
        page.locator("#place").wait_for()
        # A ticket of another list, be it the same one, and one that the view did not hold.
        for start, number in (("/desk/organizations/", first), ("/desk/", other)):
            page.goto(ORIGIN + start)
            to = f"/desk/tickets/{number}/"
            page.evaluate(
                "(to) => { document.body.append(Object.assign(document.createElement('a'), {href: to, id: 'to'})); }",
                to,
            )
            page.evaluate("document.querySelector('#to').click()")
            page.wait_for_url(ORIGIN + to)
            assert page.locator("#place").is_hidden()
            for key in ("j", "k", "Escape"):
                page.keyboard.press(key)
            assert at(page) == to
        assert complaints == []
        page.close()
        bare = chromium.new_context(java_script_enabled=False).new_page()
        bare.route("**/*", lambda route: answer(route, pages))
        bare.goto(ORIGIN + "/desk/")
        bare.locator(f"[data-row='{first}'] a").click()
        bare.locator("#composer").wait_for()
        assert bare.locator("#place").is_hidden()
        bare.context.close()


def test_escape_from_why_goes_back_to_the_peek_that_it_was_opened_from() -> None:
    with looking() as (chromium, pages, (_, second, _, _)):
        page, complaints = opened(
            chromium, "/desk/?view=next", pages, viewport={"width": 1440, "height": 900}
        )
        for key in ("j", "j", "Space"):
            page.keyboard.press(key)
        peek = page.locator(f"#peek-of[data-number='{second}']")
        peek.wait_for()
        goes(page, "w", f"/desk/tickets/{second}/why?from=peek")
        goes(page, "Escape", f"/desk/?view=next#peek-{second}")
        peek.wait_for()
        assert page.locator("[data-row][aria-current='true']").get_attribute("data-row") == str(second)
        # So does the browser's own way back, and the peek closes as ever.
        goes(page, "w", f"/desk/tickets/{second}/why?from=peek")
        page.go_back()
        peek.wait_for()
        page.keyboard.press("Escape")
        page.locator("#peek").wait_for(state="hidden")
        assert at(page) == "/desk/?view=next"

        # Where the peek is a page of its own, that is where one was; and from there to the row.
        page.set_viewport_size({"width": 390, "height": 844})
        page.locator(f"[data-row='{second}'] a").focus()
        goes(page, "Space", f"/desk/tickets/{second}/peek")
        goes(page, "w", f"/desk/tickets/{second}/why?from=peek")
        goes(page, "Escape", f"/desk/tickets/{second}/peek")
        page.keyboard.press("Escape")
        page.wait_for_url(ORIGIN + "/desk/?view=next")
        assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == str(second)
        assert complaints == []
        page.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_place_fits_beside_a_long_subject_in_every_width(language: str) -> None:
    with looking(language) as (chromium, pages, (_, second, third, _)):
        words, view = KEPT[language]
        for number, nth, scheme in ((second, 2, "light"), (third, 3, "dark")):
            page, _ = opened(chromium, "/desk/", pages, color_scheme=scheme)
            page.locator(f"[data-row='{number}'] a").click()
            page.locator("#place").wait_for()
            assert said(page) == words.format(nth=nth, count=3)
            assert view in page.locator(".place-back").get_attribute("title")
            for width in (1440, 860, 390, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(RUNS_OUT, width) == [], width
                heights = "[...document.querySelectorAll('#place a')].map(one => one.getBoundingClientRect())"
                sizes = page.evaluate(
                    f"{heights}.map(one => Math.min(one.width, one.height) >= 24 && one.right <= {width})"
                )
                assert sizes == [True, True, True], width
                if FOLDER:
                    page.screenshot(path=f"{FOLDER}/place-{language}-{scheme}-{width}.png")
            page.set_viewport_size({"width": 390, "height": 844})
            assert violations(page) == []
            page.close()
