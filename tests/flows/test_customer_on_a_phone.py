"""A customer on a phone: the code from the mail, a ticket with facts and a file, the promise, the answer, solved.

In both languages, with and without JavaScript; one product for all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from email import message_from_bytes, policy
from typing import Any

import pytest

from tests.base.browser import CHROMIUM, browser, without
from tests.flows.product import MailServer, Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PATIENCE = 60_000  # milliseconds; other suites run beside this one, nothing here measures
WIDTH = 390
FACTS = {"affected": "many", "work": "held_up", "workaround": "no", "deadline": "none", "seen": "inside"}
PLACES = {"en": "en-US", "zh": "zh-CN"}
WORDS = {
    "en": {
        "send_code": "Send me a code",
        "sign_in": "Sign in",
        "new": "New ticket",
        "show": "Show what my answers suggest",
        "suggested": "Your answers suggest High",
        "open": "Open the ticket",
        "promise": "A reply by",
        "reply": "Write a reply",
        "send": "Send",
        "solved": "This is solved",
        "finished": "This is solved, so nothing is due.",
        "subject": "The export stops",
        "body": "It stops at 61 %, since this morning.",
        "engineer": "Which version is it?",
        "answer": "Version 4.2.",
        "mended": "Version 4.3 mends it.",
    },
    "zh": {
        "send_code": "发送验证码",
        "sign_in": "登录",
        "new": "新建工单",
        "show": "查看建议的优先级",
        "suggested": "根据您的回答，建议为高",
        "open": "提交工单",
        "promise": "前回复您",
        "reply": "写回复",
        "send": "发送",
        "solved": "问题已解决",
        "finished": "问题已解决，没有待兑现的承诺。",
        "subject": "导出中断",
        "body": "今天早上起，导出到 61% 就停止。",
        "engineer": "请问是哪个版本？",
        "answer": "版本 4.2。",
        "mended": "4.3 版已修复此问题。",
    },
}


@pytest.fixture(scope="module")
def letters() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def line(letters: MailServer) -> Iterator[Product]:
    """Four people of a Gold customer, so that every story has its own."""
    with product(f"smtp://127.0.0.1:{letters.port}") as running:
        gold = running.post("/organizations", name="Halden Freight", region="americas")
        running.post("/contracts", organization=gold["id"], plan="gold", starts="2020-01-01")
        for language in WORDS:
            for who in ("alice", "bob"):
                running.post(
                    "/contacts",
                    organization=gold["id"],
                    name=f"{who.title()} {language}",
                    email=address(who, language),
                    language=language,
                )
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as launched:
        yield launched


def address(who: str, language: str) -> str:
    return f"{who}.{language}@halden.example"


def code_for(letters: MailServer, to: str) -> str:
    """The six digits of the latest mail to that address."""

    def found() -> str | None:
        mine = [raw for _, recipients, raw in letters.taken if recipients == [to]]
        bodies = [message_from_bytes(raw, policy=policy.default).get_body() for raw in mine]
        digits = [re.match(r"\d{6}\b", one.get_content()) for one in bodies if one]
        return next((match[0] for match in reversed(digits) if match), None)

    return str(wait_for(found, f"the code for {to}"))


def newest_ticket(line: Product, subject: str) -> dict[str, Any]:
    return dict(next(one for one in line.get("/tickets")["items"] if one["subject"] == subject))


def fits(page: Any) -> None:
    """One column, nothing beside it: also where the page may run no script (the driver still may ask)."""
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH


def loses_the_line(page: Any) -> None:
    """It is said, and nothing moves under the finger."""
    before = page.locator("h1").bounding_box()
    page.context.set_offline(True)
    page.locator("#offline").wait_for(state="visible")
    assert page.locator("h1").bounding_box() == before
    fits(page)
    page.context.set_offline(False)
    page.locator("#offline").wait_for(state="hidden")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("who", "javascript"), [("alice", True), ("bob", False)])
def test_a_customer_asks_reads_answers_and_says_it_is_solved(
    line: Product, letters: MailServer, chromium: Any, language: str, who: str, javascript: bool
) -> None:
    words, mine = WORDS[language], address(who, language)
    subject = f"{words['subject']} ({who})"
    context = chromium.new_context(
        locale=PLACES[language],
        viewport={"width": WIDTH, "height": 844},
        has_touch=True,
        java_script_enabled=javascript,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    # The page that was asked for comes after the code.
    page.goto(f"http://127.0.0.1:{line.port}/new")
    page.locator("#email").fill(mine)
    page.get_by_role("button", name=words["send_code"]).click()
    page.locator("#code").fill(code_for(letters, mine))
    # On a slow line the answers are there before the scripts are.
    with without(page, "main") if javascript else nullcontext():
        page.get_by_role("button", name=words["sign_in"], exact=True).click()
        page.get_by_role("heading", name=words["new"]).wait_for()
        fits(page)
        for name, value in FACTS.items():
            page.locator(f".pill:has(input[name={name}][value={value}])").click()
    if not javascript:
        page.get_by_role("button", name=words["show"]).click()
    page.get_by_text(words["suggested"]).wait_for()
    page.locator("#subject").fill(subject)
    page.locator("#body").fill(words["body"])
    page.locator("#files").set_input_files({"name": "导出.log", "mimeType": "text/plain", "buffer": b"61 %"})
    page.get_by_role("button", name=words["open"]).click()

    # The promise stands on the ticket.
    page.get_by_text(words["promise"]).first.wait_for()
    fits(page)
    assert page.get_by_role("link", name="导出.log").is_visible()
    ticket = newest_ticket(line, subject)
    assert (ticket["priority"], ticket["status"]) == ("high", "open")

    if javascript:
        loses_the_line(page)

    # The engineer's answer comes by itself, or with the next look.
    line.post(f"/tickets/{ticket['number']}/messages", body=words["engineer"], public=True, status="pending")
    if not javascript:
        page.reload()
    page.get_by_text(words["engineer"]).wait_for()
    page.get_by_role("textbox", name=words["reply"]).fill(words["answer"])
    page.get_by_role("button", name=words["send"], exact=True).click()
    page.locator(".said-mine", has_text=words["answer"]).wait_for()
    assert line.get(f"/tickets/{ticket['number']}")["status"] == "open"
    assert page.get_by_role("textbox", name=words["reply"]).input_value() == ""

    line.post(f"/tickets/{ticket['number']}/messages", body=words["mended"], public=True)
    if not javascript:
        page.reload()
    page.get_by_text(words["mended"]).wait_for()
    page.get_by_role("button", name=words["solved"]).click()
    page.get_by_text(words["finished"]).wait_for()
    assert line.get(f"/tickets/{ticket['number']}")["status"] == "solved"
    context.close()
    assert complaints == []
