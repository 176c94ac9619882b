"""What a page that pulls itself leaves to whoever is working on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sterling.base.moment import now
from sterling.plans import queries
from sterling.plans.models import CatalogDraft
from sterling.tickets.actions import merging, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Message
from tests import make
from tests.base.browser import CHROMIUM, ORIGIN, browser, opened
from tests.desk.conftest import at_desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
HOUR = timedelta(hours=1)
MANY = "A line of what the machine said.\n\n" * 30
WIDE = {"viewport": {"width": 1440, "height": 700}}
PULL = "document.dispatchEvent(new CustomEvent('desk-pull'))"
HEARD = """() => {
    window.heard = [];
    const live = document.querySelector('#live');
    new MutationObserver(() => heard.push(live.textContent)).observe(live, {childList: true});
}"""
CHOOSE = "node => getSelection().selectAllChildren(node)"


def answers(client: Client, path: str) -> tuple[str, dict[str, str]]:
    found = client.get(path, headers={"HX-Request": "true"} if "/act/" in path else {})
    assert found.status_code == 200, path
    return found.content.decode(), {name.lower(): value for name, value in found.headers.items()}


def pulls(page: Any, pages: dict[str, Any], here: str, fresh: tuple[str, dict[str, str]]) -> None:
    """The page as it is now is asked for and taken in."""
    pages[here] = fresh
    with page.expect_response(ORIGIN + here):
        page.evaluate(PULL)


def test_a_ticket_that_goes_on_leaves_what_is_in_hand() -> None:
    carol, alice, at = make.agent(), make.alice(), now()
    ticket, other = make.ticket(alice, at=at - HOUR), make.ticket(alice, at=at - HOUR)
    said = make.wrote(ticket, alice, at - HOUR / 2, MANY)
    client, here = at_desk(carol), f"/desk/tickets/{ticket.number}/"
    pages = {path: answers(client, path) for path in (here, f"{here}act/priority", "/desk/outbox/")}
    writing.note(ticket=ticket, agent=carol, content=Content("Mine."), at=at, by=make.actor(carol))
    own = answers(client, here)
    make.wrote(ticket, alice, at, f"Hers. {MANY}")
    hers = answers(client, here)
    merging.merge(ticket=ticket, into=other, at=at, by=make.actor(carol))
    merged = answers(client, here)
    with browser() as launched:
        page, complaints = opened(launched, here, pages, **WIDE)
        page.wait_for_load_state("networkidle")
        page.evaluate(HEARD)

        # Nobody hears of their own words as news, and words that are being chosen stay in sight.
        pulls(page, pages, here, own)
        page.get_by_text("Mine.").wait_for()
        talk = page.locator("#talk")
        page.locator(f"#message-{said.pk} p").last.evaluate(CHOOSE)
        before = talk.evaluate("node => node.scrollTop = node.scrollHeight, node => node.scrollTop")
        pulls(page, pages, here, hers)
        page.get_by_text("Hers.").wait_for()
        assert page.evaluate("heard") == ["New message from Alice Moreau"]
        assert talk.evaluate("node => node.scrollTop") == before
        assert page.evaluate("getSelection().toString().trim()") == "A line of what the machine said."

        # A link asks for what it says, wherever it stood before; the focus comes back to the head of a closed menu.
        pulls(page, pages, here, merged)
        page.locator("#standing .notice").wait_for()
        page.locator(".act-menu summary").click()
        page.locator(".act-menu .menu").get_by_text("Priority").click()
        page.locator("#act form").wait_for()
        page.keyboard.press("Escape")
        page.locator(".act-menu summary:focus").wait_for()
        with page.expect_request("**/act/*") as asked:
            page.locator("#ticket-head .fact[data-key=P]").click()
        assert asked.value.url == f"{ORIGIN}{here}act/priority"
        page.locator("#act form").wait_for()
        page.keyboard.press("Escape")

        # What the palette found is still there to be chosen after the page has gone on.
        page.keyboard.press("Control+k")
        page.keyboard.type("outbox")
        for fresh in (hers, merged):
            pulls(page, pages, here, fresh)
            page.locator("#standing .notice").wait_for(state="attached" if fresh is merged else "detached")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{ORIGIN}/desk/outbox/")
        page.locator("#outgoing").wait_for()
        assert [one for one in complaints if "404" not in one] == []


def test_a_button_is_what_it_was_when_somebody_aimed_at_it() -> None:
    carol, alice, at = make.agent(), make.alice(), now()
    ticket = make.ticket(alice, at=at - HOUR)
    first, second = (make.reply(ticket, carol, at - HOUR / nth, text=f"Try {nth}.") for nth in (2, 4))
    client, here = at_desk(carol), "/desk/outbox/"

    def astray(*these: Message) -> tuple[str, dict[str, str]]:
        Message.objects.filter(pk__in=[one.pk for one in these]).update(delivery="failed")
        return answers(client, here)

    pages = {here: astray(first)}
    both = astray(first, second)
    with browser() as launched:
        page, complaints = opened(launched, here, pages, **WIDE)
        page.wait_for_load_state("networkidle")
        buttons = page.get_by_role("button", name="Send again")
        actions = "all => all.map((one) => one.form.getAttribute('action').split('/').at(-2))"
        buttons.focus()
        buttons.hover()
        page.mouse.down()
        pulls(page, pages, here, both)
        page.evaluate("new Promise((done) => requestAnimationFrame(done))")
        assert buttons.evaluate_all(actions) == [str(first.pk)]
        page.locator("h1").hover()
        page.mouse.up()
        page.locator(f"#mail-{second.pk}").get_by_role("button").wait_for()
        assert sorted(buttons.evaluate_all(actions)) == sorted([str(first.pk), str(second.pk)])
        # By keys as well: what has the focus sends the message that it stood beside.
        focused = page.evaluate("document.activeElement.form.getAttribute('action')")
        assert (focused.split("/")[-2], complaints) == (str(first.pk), [])


def test_words_chosen_in_the_peek_do_not_become_those_of_the_next_message() -> None:
    carol, alice, at = make.agent(), make.alice(), now()
    ticket = make.ticket(alice, at=at - HOUR)
    said = make.wrote(ticket, alice, at - HOUR / 2, "Error 0x61 in part seven.")
    client, here = at_desk(carol), f"/desk/tickets/{ticket.number}/peek"
    pages = {here: answers(client, here)}
    pages["/desk/"] = answers(client, "/desk/")
    make.wrote(ticket, alice, at, "It has gone away.")
    fresh = answers(client, here)
    with browser() as launched:
        page, complaints = opened(launched, here, pages, **WIDE)
        page.wait_for_load_state("networkidle")
        page.get_by_text(said.text).evaluate(CHOOSE)
        pulls(page, pages, here, fresh)
        page.get_by_text("It has gone away.").wait_for()
        assert page.evaluate("getSelection().toString()") == said.text
        assert complaints == []

        # One that could not be fetched is not open: the next Space opens it.
        page, complaints = opened(launched, "/desk/", pages, **WIDE)
        page.wait_for_load_state("networkidle")
        page.keyboard.press("j")
        page.route(f"**{here}", lambda route: route.abort(), times=1)
        with page.expect_event("requestfailed"):
            page.keyboard.press("Space")
        page.evaluate("new Promise((done) => requestAnimationFrame(done))")
        page.keyboard.press("Space")
        page.locator("#peek-of").wait_for()


def test_a_choice_that_was_kept_shows_what_another_window_makes_of_it() -> None:
    client, here = at_desk(make.agent("Lena Sommer", role="admin")), "/desk/catalog/draft"
    client.post("/desk/catalog/begin")
    field = "plans.gold.targets.high.hours"

    def drafted(hours: str) -> tuple[str, dict[str, str]]:
        draft = queries.open_draft()
        assert draft
        client.post(here, {"revision": draft.revision, f"f:{field}": hours})
        return answers(client, here)

    pages = {here: drafted("local")}
    before = CatalogDraft.objects.get().revision
    mine, theirs = drafted("always"), drafted("local")
    with browser() as launched:
        page, complaints = opened(launched, here, pages, **WIDE)
        hours = page.locator(f"[name='f:{field}']")
        box = page.locator("[type=checkbox][data-cell-field]").first
        pages[here] = mine
        with page.expect_response(ORIGIN + here):
            hours.select_option("always")
        page.locator(f"#draft-revision[value='{before + 1}']").wait_for(state="attached")
        pages[here] = theirs
        with page.expect_response(ORIGIN + here):
            box.click()
        page.locator(f"#draft-revision[value='{before + 2}']").wait_for(state="attached")
        assert hours.input_value() == "local"
        assert complaints == []
