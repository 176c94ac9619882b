"""Engineers before an open queue, in a browser: presence, peek, what waits, the line that drops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.base.browser import CHROMIUM, browser, violations
from tests.flows.product import Product, product

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
CAROL, DAVE = "carol@sterling.example", "dave@sterling.example"
ALICE = "alice.moreau@halden.example"
PATIENCE = 60_000  # milliseconds; other suites run beside this one, nothing here measures


@pytest.fixture(scope="module")
def line() -> Iterator[Product]:
    with product() as running:
        for email in (CAROL, DAVE):
            running.sterling("user", "create", email, "--role", "agent", "--tier", "3")
        halden = running.post(
            "/organizations", name="Halden Freight", region="americas", segment="commercial"
        )
        running.post("/contracts", organization=halden["id"], plan="gold", starts="2020-01-01")
        alice = running.post("/contacts", organization=halden["id"], name="Alice Moreau", email=ALICE)
        running.post(f"/contacts/{alice['id']}/verify")
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as launched:
        yield launched


@contextmanager
def desk(
    line: Product, chromium: Any, email: str, path: str = "/desk/", language: str = "en"
) -> Iterator[Any]:
    link = re.search(r"/in/\S+", line.sterling("link", email))
    assert link
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
    origin = {"url": f"http://127.0.0.1:{line.port}"}
    context.add_cookies([{"name": "language", "value": language, **origin}])
    page.goto(f"http://127.0.0.1:{line.port}{path}")
    yield page
    context.close()
    assert complaints == []


def opened(line: Product, subject: str, **more: str) -> int:
    number: int = line.post("/tickets", email=ALICE, subject=subject, body="It stops.", **more)["number"]
    return number


def chosen_row(page: Any, number: int) -> Any:
    while page.evaluate("document.activeElement.closest('[data-row]')?.dataset.row") != str(number):
        page.keyboard.press("j")
    return page.locator(f"[data-row='{number}']")


@pytest.mark.parametrize(
    ("language", "is_writing", "here"),
    [("en", "dave is writing a note", "dave is here too"),
     ("zh", "dave 正在写备注", "dave 也在查看")],
)  # fmt: skip
def test_who_is_at_a_ticket_is_seen_in_the_queue_and_on_its_page_and_gone_when_they_leave(
    line: Product, chromium: Any, language: str, is_writing: str, here: str
) -> None:
    number = opened(line, f"Two at once, {language}")
    path = f"/desk/tickets/{number}/"
    with (
        desk(line, chromium, CAROL, language=language) as queue,
        desk(line, chromium, CAROL, path, language) as carols,
    ):
        row = queue.locator(f"[data-row='{number}'] .row-present")
        with desk(line, chromium, DAVE, path) as daves:
            carols.locator(".present", has_text=here).wait_for()
            row.wait_for()
            daves.locator("#mode-note").check()
            daves.locator("#body").fill("Part 61 is written twice.")
            carols.locator(".present", has_text=is_writing).wait_for()
            row.locator(".pencil").wait_for()
            # One's own presence is nobody's news.
            assert carols.locator(".present-one").count() == 1
            daves.goto(f"http://127.0.0.1:{line.port}/desk/")
            carols.locator(".present-one").wait_for(state="detached")
            row.wait_for(state="detached")


def test_a_row_changes_at_once_under_the_pointer_while_what_would_move_waits_and_is_counted(
    line: Product, chromium: Any
) -> None:
    number = opened(line, "Under the hand", priority="medium")
    with desk(line, chromium, CAROL) as page:
        row = page.locator(f"[data-row='{number}']")
        row.hover()
        before = row.bounding_box()
        for nth in (1, 2):
            opened(line, f"Urgent {nth}", priority="urgent")
        page.locator("[data-waits]", has_text="2 changes wait").wait_for()
        line.call("PATCH", f"/tickets/{number}", {"subject": "Under the hand, renamed"})
        page.locator(".row-subject", has_text="Under the hand, renamed").wait_for()
        assert row.bounding_box() == before
        assert page.locator(".row-subject", has_text="Urgent 1").count() == 0
        page.locator(".top-brand").hover()
        page.locator(".row-subject", has_text="Urgent 2").wait_for()
        page.locator("[data-waits]").wait_for(state="hidden")


def test_a_row_that_is_not_told_yet_brings_no_head_that_pushes_others_down(
    line: Product, chromium: Any
) -> None:
    number = opened(line, "On the phone", channel="phone", priority="low")
    with desk(line, chromium, CAROL, "/desk/?channel=phone") as page:
        row = page.locator(f"[data-row='{number}']")
        row.hover()
        before = row.bounding_box()
        asked: list[str] = []

        def behind(route: Any) -> None:
            # While the page asks for one ticket, another comes that it has not heard of, first in a group above.
            if not asked:
                opened(line, "Meanwhile", channel="phone", priority="urgent")
            asked.append(route.request.url)
            route.continue_()

        page.route(re.compile("/desk/rows"), behind)
        line.call("PATCH", f"/tickets/{number}", {"subject": "On the phone, asked for"})
        page.locator(".row-subject", has_text="On the phone, asked for").wait_for()
        assert row.bounding_box() == before
        page.locator("[data-waits]", has_text="1 change waits").wait_for()
        assert row.bounding_box() == before


def test_the_peek_opens_follows_and_closes_by_keyboard(line: Product, chromium: Any) -> None:
    opened(line, "Above it", priority="urgent")
    first = opened(line, "First to look at", priority="low")
    with desk(line, chromium, CAROL) as page:
        row = chosen_row(page, first)
        page.keyboard.press("Space")
        page.locator("#peek-title", has_text="First to look at").wait_for()
        assert page.locator("#peek .strip").count() == 1
        assert violations(page) == []
        line.post(f"/tickets/{first}/messages", body="Looked at it.", public=True)
        page.locator("#peek", has_text="Looked at it.").wait_for()
        page.keyboard.press("a")
        page.locator("#act #assignee").select_option(label="carol (me)")
        assert violations(page) == []
        page.locator("#act button[type=submit]").click()
        row.locator(".avatar-me").wait_for()
        page.locator("#peek .peek-facts", has_text="carol").wait_for()
        page.keyboard.press("k")
        other = page.locator("[data-row][aria-current='true']").get_attribute("data-row")
        page.locator(f"#peek-of[data-number='{other}']").wait_for()
        assert other != str(first)
        page.keyboard.press("Escape")
        page.locator("#peek").wait_for(state="hidden")
        assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == other
        row.click()
        page.wait_for_url(f"**/desk/tickets/{first}/")


def test_news_of_the_ticket_before_does_not_hold_the_peek_back(line: Product, chromium: Any) -> None:
    opened(line, "The one above", priority="urgent")
    before = opened(line, "Looked at before", priority="low")
    with desk(line, chromium, CAROL) as page:
        chosen_row(page, before)
        page.keyboard.press("Space")
        page.locator(f"#peek-of[data-number='{before}']").wait_for()
        page.evaluate(
            """() => {
                const real = (window.unheld = window.fetch);
                window.held = [];
                window.fetch = (to, ...more) => String(to).endsWith("/peek")
                  ? new Promise((go) => window.held.push(() => go(real(to, ...more)))) : real(to, ...more);
            }"""
        )
        page.keyboard.press("k")
        other = page.locator("[data-row][aria-current='true']").get_attribute("data-row")
        assert other != str(before)
        page.evaluate(
            """(number) => {
                const names = [`ticket-${number}`];
                document.dispatchEvent(new CustomEvent("live-rows", {detail: {isAll: false, names}}));
                window.fetch = window.unheld;
                window.held.forEach((go) => go());
            }""",
            before,
        )
        page.locator(f"#peek-of[data-number='{other}']").wait_for()


def test_the_filter_opens_by_its_key_and_narrows_the_list(line: Product, chromium: Any) -> None:
    opened(line, "Low one", priority="low")
    with desk(line, chromium, CAROL) as page:
        page.keyboard.press("f")
        page.locator("#by-priority").select_option("low")
        assert violations(page) == []
        page.locator(".filter button[type=submit]").click()
        page.locator(".row-subject", has_text="Low one").wait_for()
        assert set(page.locator(".row .tally title").all_text_contents()) == {"Low"}


@pytest.mark.parametrize(
    ("language", "said", "width"), [("en", "Live updates stopped at", 1440), ("zh", "实时更新停止于", 390)]
)
def test_a_lost_line_is_said_with_the_time_and_made_good(
    line: Product, chromium: Any, language: str, said: str, width: int
) -> None:
    opened(line, f"Before it {language}", priority="low")
    with desk(line, chromium, CAROL, language=language) as page:
        page.set_viewport_size({"width": width, "height": 844})
        page.locator(".row").first.wait_for()
        before = page.locator(".row").first.bounding_box()
        page.context.set_offline(True)
        page.locator("#offline", has_text=said).wait_for()
        assert page.locator(".row").first.bounding_box() == before
        assert re.search(r"\d\d:\d\d", page.locator("#offline").inner_text())
        assert violations(page) == []
        opened(line, f"Meanwhile {language}", priority="urgent")
        page.context.set_offline(False)
        page.locator(".row-subject", has_text=f"Meanwhile {language}").wait_for()
        page.locator("#offline").wait_for(state="hidden")
