"""Two desks in a browser, and what happens on them without a reload."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.base.browser import CHROMIUM, browser
from tests.channels.email.mails import mail
from tests.flows.product import Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
SUPPORT = "support@sterling.example"
ALICE = "alice.moreau@halden.example"
PATIENCE = 30_000  # milliseconds; other suites run beside this one, nothing here measures


@pytest.fixture(scope="module")
def line() -> Iterator[Product]:
    with product() as running:
        running.sterling("user", "create", "carol@sterling.example", "--role", "agent", "--tier", "3")
        running.sterling("user", "create", "dave@sterling.example", "--role", "agent", "--tier", "3")
        organization = running.post(
            "/organizations", name="Halden Freight", region="americas", segment="commercial"
        )
        running.post("/contracts", organization=organization["id"], plan="gold", starts="2020-01-01")
        contact = running.post("/contacts", organization=organization["id"], name="Alice Moreau", email=ALICE)
        running.post(f"/contacts/{contact['id']}/verify")
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as launched:
        yield launched


@contextmanager
def desk(line: Product, chromium: Any, email: str, path: str = "/desk/") -> Iterator[Any]:
    """A browser of its own, signed in; it must not complain."""
    link = re.search(r"/in/\S+", line.sterling("link", email))
    assert link
    context = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
    page.goto(f"http://127.0.0.1:{line.port}{path}")
    page.evaluate("window.neverReloaded = true")
    yield page
    assert page.evaluate("window.neverReloaded") is True
    context.close()
    assert complaints == []


def writes(line: Product, subject: str, text: str = "It stops at 61 %.", number: int | None = None) -> None:
    tagged = f"{subject} [#{number}]" if number else subject
    line.mail(mail(f"Alice Moreau <{ALICE}>", subject=tagged, text=text), ALICE, SUPPORT)


def opened(line: Product, subject: str, **more: str) -> int:
    number: int = line.post("/tickets", email=ALICE, subject=subject, body="It stops.", **more)["number"]
    return number


def rows(page: Any) -> list[str]:
    found: list[str] = page.locator(".row-subject").all_inner_texts()
    return found


def test_a_customers_mail_appears_on_every_open_desk(line: Product, chromium: Any) -> None:
    with (
        desk(line, chromium, "carol@sterling.example") as carols,
        desk(line, chromium, "dave@sterling.example") as daves,
    ):
        before = int(carols.locator(".side a").first.locator(".side-count").inner_text())
        writes(line, "Export fails at night")
        for page in (carols, daves):
            page.get_by_text("Export fails at night", exact=True).wait_for()
            assert int(page.locator(".side a").first.locator(".side-count").inner_text()) == before + 1


def test_the_chosen_row_keeps_focus_when_a_more_urgent_one_comes_above_it(
    line: Product, chromium: Any
) -> None:
    number = opened(line, "Slow and calm", priority="low")
    with desk(line, chromium, "carol@sterling.example") as page:
        while page.evaluate("document.activeElement.closest('[data-row]')?.dataset.row") != str(number):
            page.keyboard.press("j")
        opened(line, "Fast and hot", priority="urgent")
        page.get_by_text("Fast and hot", exact=True).wait_for()
        names = rows(page)
        assert names.index("Fast and hot") < names.index("Slow and calm")
        assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == str(number)
        assert page.locator(f"[data-row='{number}']").get_attribute("aria-current") == "true"


def test_no_row_moves_under_the_pointer(line: Product, chromium: Any) -> None:
    number = opened(line, "Under the pointer", priority="medium")
    with desk(line, chromium, "carol@sterling.example") as page:
        row = page.locator(f"[data-row='{number}']")
        row.hover()
        before, names = row.bounding_box(), rows(page)
        opened(line, "Wants to stand above", priority="urgent")
        page.locator("[data-waits]").wait_for(state="visible")
        assert (row.bounding_box(), rows(page)) == (before, names)
        page.locator(".top-brand").hover()
        page.get_by_text("Wants to stand above", exact=True).wait_for()
        page.locator("[data-waits]").wait_for(state="hidden")


def test_a_new_message_slides_in_while_the_draft_stays(line: Product, chromium: Any) -> None:
    number = opened(line, "A long story")
    with desk(line, chromium, "carol@sterling.example", f"/desk/tickets/{number}/") as page:
        page.locator("#mode-note").check()
        page.locator("#body").fill("We have found the cause: 第 61 片")
        page.evaluate("document.querySelector('#body').setSelectionRange(3, 7)")
        writes(line, "A long story", "It happened again.", number)
        page.get_by_text("It happened again.").wait_for()
        box = "document.querySelector('#body')"
        assert page.locator("#body").input_value() == "We have found the cause: 第 61 片"
        assert page.evaluate(f"[{box}.selectionStart, {box}.selectionEnd, document.activeElement === {box}]") == [
            3, 7, True,
        ]  # fmt: skip
        assert page.locator("#mode-note").is_checked()
        assert page.locator("#live").inner_text() == "New message from Alice Moreau"


def test_what_a_colleague_says_and_what_it_does_to_the_promise_appears(line: Product, chromium: Any) -> None:
    number = opened(line, "Two of us", priority="urgent")
    with desk(line, chromium, "carol@sterling.example", f"/desk/tickets/{number}/") as page:
        assert "Sent now, this meets the reply with" in page.locator("#effects").inner_text()
        line.post(f"/tickets/{number}/messages", body="We are on it.", public=True)
        page.get_by_text("We are on it.").wait_for()
        assert "Sent now, this meets the update with" in page.locator("#effects").inner_text()
        assert page.locator(".promises").get_by_text("2 met, 0 missed").count() == 1


def test_a_draft_outlives_the_page_and_ends_when_it_is_sent(line: Product, chromium: Any) -> None:
    number = opened(line, "Interrupted")
    path = f"/desk/tickets/{number}/"
    with desk(line, chromium, "carol@sterling.example", path) as page:
        page.locator("#body").fill("Half a sentence")
        page.reload()
        page.evaluate("window.neverReloaded = true")
        assert page.locator("#body").input_value() == "Half a sentence"
        page.locator("#body").fill("A whole sentence.")
        page.locator(".send-reply button").click()
        page.locator("#talk").get_by_text("A whole sentence.").wait_for()
        # The message may be shown before the answer to sending it has come.
        wait_for(lambda: page.locator("#body").input_value() == "", "an empty composer")
        page.reload()
        page.evaluate("window.neverReloaded = true")
        assert page.locator("#body").input_value() == ""


def test_a_desk_without_its_stream_says_so_and_catches_up(line: Product, chromium: Any) -> None:
    opened(line, "Before the break")
    with desk(line, chromium, "carol@sterling.example") as page:
        page.get_by_text("Before the break", exact=True).wait_for()
        page.context.set_offline(True)
        page.locator("#offline").wait_for(state="visible")
        assert re.fullmatch(r"\d\d:\d\d", page.locator("[data-offline-since]").inner_text())
        opened(line, "During the break")
        page.context.set_offline(False)
        page.get_by_text("During the break", exact=True).wait_for()
        page.locator("#offline").wait_for(state="hidden")


def test_the_stream_comes_back_after_its_process_dies(line: Product, chromium: Any) -> None:
    with desk(line, chromium, "carol@sterling.example") as page:
        for pid in line.pids("sterling events"):
            import os
            import signal

            os.kill(pid, signal.SIGKILL)
        wait_for(line.is_ready, "/readyz")
        opened(line, "After the restart")
        page.get_by_text("After the restart", exact=True).wait_for()
