"""An engineer's whole line by keyboard alone, in both languages; and what is typed outlives whatever happens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.base.browser import CHROMIUM, browser, without
from tests.channels.email.mails import mail
from tests.flows.product import MailServer, Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
SUPPORT = "support@sterling.example"
ALICE = "alice.moreau@halden.example"
# Whether the composer is written on the paper of notes, and within its edge.
YELLOW = """() => {
    const probe = document.body.appendChild(document.createElement('i'));
    const color = name => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
    const {backgroundColor, borderTopColor} = getComputedStyle(document.querySelector('.composer'));
    const said = [backgroundColor === color('--note'), borderTopColor === color('--note-edge')];
    probe.remove();
    return said;
}"""
PATIENCE = 30_000  # milliseconds; other suites run beside this one, nothing here measures


@pytest.fixture(scope="module")
def letters() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


@pytest.fixture(scope="module")
def line(letters: MailServer) -> Iterator[Product]:
    with product(f"smtp://127.0.0.1:{letters.port}") as running:
        for name in ("carol", "dave"):
            running.sterling("user", "create", f"{name}@sterling.example", "--role", "agent", "--tier", "3")
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


@pytest.fixture(scope="module")
def session(line: Product, chromium: Any) -> Any:
    """Carol, signed in once for all her browsers."""
    link = re.search(r"/in/\S+", line.sterling("link", "carol@sterling.example"))
    assert link
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
    page.goto(f"http://127.0.0.1:{line.port}/desk/")
    page.locator(".top").wait_for()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def desk(line: Product, chromium: Any, session: Any) -> Any:
    """Opens a browser of Carol's; it must not complain."""

    @contextmanager
    def browse(path: str = "/desk/", locale: str = "en-US") -> Iterator[Any]:
        context = chromium.new_context(
            locale=locale, viewport={"width": 1280, "height": 800}, storage_state=session
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{line.port}{path}")
        yield page
        context.close()
        assert complaints == []

    return browse


def writes(line: Product, subject: str, text: str = "It stops at 61 %.", number: int | None = None) -> None:
    tagged = f"{subject} [#{number}]" if number else subject
    line.mail(mail(f"Alice Moreau <{ALICE}>", subject=tagged, text=text), ALICE, SUPPORT)


def opened(line: Product, subject: str, **more: str) -> int:
    number: int = line.post("/tickets", email=ALICE, subject=subject, body="It stops.", **more)["number"]
    return number


def path_of(number: int) -> str:
    return f"/desk/tickets/{number}/"


def in_dialog(page: Any) -> Any:
    """The act's form, once it stands there."""
    page.locator("#act[open] #act-title").wait_for()
    return page.locator("#act")


def closed(page: Any) -> None:
    page.locator("#act").wait_for(state="hidden")


def unsaved(page: Any) -> bool:
    """Whether something is kept on this device alone."""
    found: bool = page.evaluate("Object.keys(localStorage).some((name) => name.startsWith('draft '))")
    return found


def status(line: Product, number: int) -> str:
    found: str = line.get(f"/tickets/{number}")["status"]
    return found


ENGLISH = {
    "meets": "Sent now, this meets the reply with",
    "next": "Update due",
    "note": "Save note",
    "keys": "Keys",
}
CHINESE = {
    "meets": "现在发送即可按时兑现回复，富余",
    "next": "内须通报进展",
    "note": "保存备注",
    "keys": "快捷键",
}


@pytest.mark.parametrize(("locale", "words"), [("en-US", ENGLISH), ("zh-CN", CHINESE)], ids=["en", "zh"])
def test_the_whole_line_by_keyboard_alone(
    line: Product, letters: MailServer, desk: Any, locale: str, words: dict[str, str]
) -> None:
    twin = opened(line, f"Twin {locale}", priority="low")
    subject = f"Export fails {locale}"
    with desk(locale=locale) as page:
        keys = page.keyboard
        writes(line, subject)
        page.get_by_text(subject, exact=True).first.wait_for()
        # J until the new ticket is chosen, Enter opens it.
        while subject not in page.evaluate("document.activeElement.closest('[data-row]')?.innerText ?? ''"):
            keys.press("j")
        keys.press("Enter")
        page.locator("#composer").wait_for()
        number = int(page.url.rstrip("/").rsplit("/", 1)[-1])

        # ? shows the keys; W tells why, Escape comes back.
        keys.press("?")
        page.get_by_role("heading", name=words["keys"]).wait_for()
        keys.press("Escape")
        page.locator("#keys").wait_for(state="hidden")
        keys.press("w")
        page.wait_for_url("**/why")
        keys.press("Escape")
        page.wait_for_url(f"**{path_of(number)}")

        # P with its reason: what it will do is said beforehand.
        keys.press("p")
        dialog = in_dialog(page)
        keys.press("ArrowUp")
        assert dialog.locator("input:checked").get_attribute("value") == "high"
        keys.press("Tab")
        keys.type("They cannot ship.")
        keys.press("Control+Enter")
        closed(page)
        page.locator("#talk").get_by_text("They cannot ship.").wait_for()
        assert line.get(f"/tickets/{number}")["priority"] == "high"

        # S chooses the status that goes with the reply; R writes it, Ctrl Enter sends.
        keys.press("s")
        dialog = in_dialog(page)
        while dialog.locator("input:checked").get_attribute("value") != "on_hold":
            keys.press("ArrowDown")
        keys.press("Control+Enter")
        closed(page)
        page.locator("#body:focus").wait_for()
        keys.press("Escape")
        keys.press("r")
        keys.type("We found it: one part is counted twice.")
        assert words["meets"] in page.locator(".effect.for-on_hold").inner_text()
        keys.press("Control+Enter")
        page.locator("#talk").get_by_text("one part is counted twice").wait_for()
        page.locator(".promise-first .due").get_by_text(words["next"]).wait_for()
        wait_for(lambda: page.locator("#body").input_value() == "", "an empty composer")
        wait_for(lambda: status(line, number) == "on_hold", "the reply, once it can no more be taken back")
        wait_for(lambda: any(b"one part is counted twice" in raw for _, _, raw in letters.taken), "the mail")

        # N is a note: the paper and its edge turn yellow, the button says so.
        keys.press("Escape")
        assert page.evaluate(YELLOW) == [False, False]
        keys.press("n")
        keys.type("Same defect as in March.")
        assert page.locator(".send-note").inner_text().startswith(words["note"])
        assert page.evaluate(YELLOW) == [True, True]
        keys.press("Control+Enter")
        page.locator("#talk .note").get_by_text("Same defect as in March.").wait_for()
        assert not any(b"Same defect" in raw for _, _, raw in letters.taken)

        # M merges, with a preview; the page goes to the one that goes on.
        keys.press("Escape")
        keys.press("m")
        in_dialog(page)
        keys.type(str(twin))
        page.locator(".merge-into").get_by_text(f"#{twin}").wait_for()
        keys.press("Control+Enter")
        page.wait_for_url(f"**{path_of(twin)}")
        assert line.get(f"/tickets/{number}")["merged_into"] == twin


def test_every_act_opens_by_its_key_and_the_menu_holds_them_all(line: Product, desk: Any) -> None:
    number = opened(line, "Every act")
    with desk(path_of(number)) as page:
        for key, name in {
            "a": "Assign", "p": "Priority", "s": "Status", "b": "Workaround provided", "u": "Rhythm of updates",
            "x": "No reply needed", "l": "Log a call", "m": "Merge", "t": "Take over",
        }.items():  # fmt: skip
            page.keyboard.press(key)
            assert in_dialog(page).locator("#act-title").inner_text() == name
            page.keyboard.press("Escape")
            closed(page)
        page.keyboard.press(".")
        page.locator(".act-menu .menu a:focus").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        assert in_dialog(page).locator("#act-title").inner_text() == "Priority"
        page.keyboard.press("Escape")
        closed(page)
        page.keyboard.press("g")
        page.wait_for_url("**/desk/?view=next")


def test_a_refused_act_keeps_what_was_filled_in_and_names_the_field(line: Product, desk: Any) -> None:
    number = opened(line, "Refused acts", priority="medium")
    with desk(path_of(number)) as page:
        page.keyboard.press("p")
        dialog = in_dialog(page)
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Control+Enter")
        dialog.get_by_text("Say why: the reason stays with the change.").wait_for()
        page.locator("#reason[aria-invalid=true]:focus").wait_for()
        assert dialog.locator("input:checked").get_attribute("value") == "high"
        assert line.get(f"/tickets/{number}")["priority"] == "medium"


def test_a_draft_is_there_on_another_device_with_its_status_and_ends_when_sent(
    line: Product, desk: Any
) -> None:
    number = opened(line, "Two devices")
    with desk(path_of(number)) as office:
        office.keyboard.press("r")
        office.keyboard.type("Half a sentence")
        office.get_by_text(re.compile(r"Draft saved \d\d:\d\d")).wait_for()
        office.locator(".send-menu summary").press("Enter")
        office.locator(".menu-pick input:focus").wait_for()
        office.keyboard.press("ArrowDown")
        office.keyboard.press("Escape")
        chosen = office.locator(".menu-pick input:checked").get_attribute("value")
        office.keyboard.press("n")
        office.keyboard.type("A note for Dave")
        office.get_by_text(re.compile(r"Draft saved \d\d:\d\d")).wait_for()
        wait_for(lambda: not unsaved(office), "the draft on the server")
        with desk(path_of(number)) as home:
            assert home.locator("#body").input_value() == "A note for Dave"
            home.keyboard.press("r")
            assert home.locator("#body").input_value() == "Half a sentence"
            assert chosen == "pending"
            assert home.locator(".menu-pick input:checked").get_attribute("value") == "pending"
            home.keyboard.press("End")
            home.keyboard.type(", whole now.")
            home.keyboard.press("Control+Enter")
            home.locator("#talk").get_by_text("Half a sentence, whole now.").wait_for()
        office.reload()
        assert office.locator("#body").input_value() == "A note for Dave"
        office.keyboard.press("r")
        assert office.locator("#body").input_value() == ""
        wait_for(lambda: status(line, number) == "pending", "the reply, once it can no more be taken back")


def test_a_colleagues_reply_slides_in_and_sending_asks_once(line: Product, desk: Any) -> None:
    number = opened(line, "Both of us")
    with desk(path_of(number)) as page:
        page.keyboard.press("r")
        page.keyboard.type("My answer")
        line.post(f"/tickets/{number}/messages", body="Dave's answer", public=True)
        page.locator("#talk").get_by_text("Dave's answer").wait_for()
        page.keyboard.press("Control+Enter")
        page.locator(".composer-refusal").get_by_text(re.compile(r"replied \d+ s ago\.")).wait_for()
        assert page.locator("#body").input_value() == "My answer"
        page.keyboard.press("Control+Enter")
        page.locator("#talk").get_by_text("My answer").wait_for()
        page.locator(".composer-refusal").wait_for(state="hidden")


def test_what_is_typed_outlives_a_closed_ticket_a_lost_session_and_a_lost_server(
    line: Product, desk: Any
) -> None:
    number = opened(line, "Hard times")
    with desk(path_of(number)) as page:
        refusal = page.locator(".composer-refusal")
        page.keyboard.press("r")
        page.keyboard.type("Every word of it")
        page.locator("input[name=files]").set_input_files(
            [{"name": "trace.log", "mimeType": "text/plain", "buffer": b"x"}]
        )
        page.context.set_offline(True)
        page.locator("#body").press("Control+Enter")
        refusal.get_by_text("The server cannot be reached.").wait_for()
        page.get_by_text("Kept on this device").wait_for()
        page.context.set_offline(False)

        cookies = page.context.cookies()
        page.context.clear_cookies(name="sessionid")
        page.locator("#body").press("Control+Enter")
        refusal.get_by_text("You have been signed out.").wait_for()
        page.context.add_cookies(cookies)

        line.post(f"/tickets/{number}/messages", body="Closed meanwhile.", status="closed")
        page.locator("#talk").get_by_text("Closed meanwhile.").wait_for()
        page.locator("#body").press("Control+Enter")
        refusal.get_by_text("This ticket is closed.").wait_for()
        assert page.locator("#body").input_value() == "Every word of it"
        wait_for(lambda: not unsaved(page), "the draft on the server")

        # After a reload the text is there, the file is named, and it goes out as a linked follow-up.
        page.reload()
        assert page.locator("#body").input_value() == "Every word of it"
        page.get_by_text("trace.log").wait_for()
        page.locator("#body").press("Control+Enter")
        page.wait_for_url(lambda url: f"/{number}/" not in url)
        page.locator("#talk").get_by_text("Every word of it").wait_for()
        made = line.get(f"/tickets/{number}")["follow_ups"]
        assert line.get(f"/tickets/{made[0]}")["follow_up_of"] == number


def test_what_is_typed_before_the_scripts_are_there_is_kept(line: Product, desk: Any) -> None:
    number = opened(line, "Early words")
    with desk(path_of(number)) as page:
        here = page.url
        with without(page, "composer"):
            page.goto(here, wait_until="commit")
            page.locator("#body").fill("Before the script")
        page.get_by_text(re.compile(r"Draft saved \d\d:\d\d")).wait_for()
        wait_for(lambda: not unsaved(page), "the draft on the server")

        # What this device alone had goes before it, neither is lost.
        page.context.set_offline(True)
        page.locator("#body").fill("Without a line")
        page.get_by_text("Kept on this device").wait_for()
        page.context.set_offline(False)
        page.evaluate("""() => {
            const [name] = Object.keys(localStorage).filter((one) => one.startsWith('draft '));
            const kept = localStorage.getItem(name);
            addEventListener('unload', () => localStorage.setItem(name, kept));
        }""")
        with without(page, "composer"):
            page.goto(here, wait_until="commit")
            page.locator("#body").fill("Typed at once")
        assert page.locator("#body").input_value() == "Without a line\n\nTyped at once"
        wait_for(lambda: not unsaved(page), "the draft on the server")

    with desk() as page:
        new = re.sub(r"/desk/.*", "/desk/new", page.url)
        with without(page, "drafts"):
            page.goto(new, wait_until="commit")
            page.locator("[name=subject]").fill("Typed at once")
        page.reload()
        assert page.locator("[name=subject]").input_value() == "Typed at once"


def test_an_answer_that_is_lost_does_nothing_twice_and_a_dialog_says_that_the_session_ended(
    line: Product, desk: Any
) -> None:
    number = opened(line, "A line that loses answers")
    posts: list[int] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST":
            posts.append(route.fetch(max_redirects=0).status)
            route.abort("connectionreset")
        else:
            route.continue_()

    with desk(path_of(number)) as page:
        page.keyboard.press("n")
        page.locator("#body").fill("Seen it.")
        page.route("**/say", lose)
        page.keyboard.press("Control+Enter")
        page.locator(".composer-refusal", has_text="cannot be reached").wait_for()
        page.locator("[data-saved]", has_text="Draft saved").wait_for()
        page.unroute("**/say")
        page.reload()
        page.keyboard.press("n")
        assert page.locator("#body").input_value() == "Seen it."
        with page.expect_response("**/draft"):  # what was kept after it was sent
            page.keyboard.press("Control+Enter")
        assert page.locator("#body").input_value() == ""
        page.locator("#body").blur()
        page.keyboard.press("l")
        page.locator("#act[open] #note").fill("She will look.")
        page.route("**/act/call", lose)
        page.keyboard.press("Control+Enter")
        page.locator(".act-failed", has_text="not done twice").wait_for()
        page.unroute("**/act/call")
        page.keyboard.press("Control+Enter")
        page.locator("#act:not([open])").wait_for(state="attached")
        page.reload()
        assert page.locator("#body").input_value() == ""
        assert posts == [204, 204]
        written = [one["body"] for one in line.get(f"/tickets/{number}/messages")["items"]]
        assert [written.count("Seen it."), written.count("She will look.")] == [1, 1]
        page.keyboard.press("l")
        page.locator("#act[open] #note").fill("Called again.")
        page.context.clear_cookies(name="sessionid")
        page.keyboard.press("Control+Enter")
        page.locator("#act[open] .act-failed").get_by_role("link", name="Sign in again").click(trial=True)
        assert page.locator("#note").input_value() == "Called again."
