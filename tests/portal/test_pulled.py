"""A customer's page that pulls itself leaves what they are doing as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.base.moment import now
from tests import make
from tests.base.browser import CHROMIUM, browser, opened
from tests.portal.conftest import SignIn

pytestmark = [
    pytest.mark.usefixtures("installed"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
HOUR = timedelta(hours=1)


def test_a_refused_reply_stays_while_the_conversation_around_it_goes_on(signed_in: SignIn) -> None:
    alice, carol, at = make.alice(), make.agent(), now()
    ticket = make.ticket(alice, at=at - 2 * HOUR)
    make.reply(ticket, carol, at - HOUR)
    client, here = signed_in(alice), f"/tickets/{ticket.number}/"
    html = {"content-type": "text/html"}
    before = client.get(here).content.decode()
    refused = client.post(f"{here}solved", {"body": "And one thing more"}).content.decode()
    make.reply(ticket, carol, at, status="solved", text="It runs again.")
    name = f"event: requester\ndata: requester-{alice.pk}\nid: 1\n\n"
    pages = {
        "/before": (before, html),
        f"{here}solved": (refused, html),
        here: (client.get(here).content.decode(), html),
        "/events": (f"retry: 600000\n{name}", {"content-type": "text/event-stream"}),
    }
    with browser() as launched:
        page, complaints = opened(launched, f"{here}solved", pages)
        page.get_by_text("It runs again.").wait_for()
        assert page.locator("#body").input_value() == "And one thing more"
        assert page.locator("#body-error").inner_text().strip() == "Send what you wrote first, or clear it."
        assert page.locator("#acts").inner_text().strip() == "Still a problem: send"
        assert complaints == []


def test_what_could_not_be_pulled_is_pulled_a_little_later(signed_in: SignIn) -> None:
    alice, carol, at = make.alice(), make.agent(), now()
    ticket = make.ticket(alice, at=at - 2 * HOUR)
    client, here = signed_in(alice), f"/tickets/{ticket.number}/"
    html = {"content-type": "text/html"}
    pages = {here: (client.get(here).content.decode(), html)}
    make.reply(ticket, carol, at, text="It runs again.")
    fresh = client.get(here).content.decode()
    name = f"retry: 600000\nevent: requester\ndata: requester-{alice.pk}\nid: 1\n\n"
    with browser() as launched:
        page, _ = opened(launched, here, pages)
        page.clock.install()
        page.route(f"**{here}", lambda route: route.fulfill(status=502, body=""), times=1)
        pages.update({here: (fresh, html), "/events": (name, {"content-type": "text/event-stream"})})
        with page.expect_response(lambda answer: answer.status == 502):
            page.evaluate("dispatchEvent(new Event('online'))")
        del pages["/events"]  # nothing more is heard
        said = page.get_by_text("It runs again.")
        for _ in range(200):
            if said.count():
                break
            page.clock.fast_forward(2_000)
        assert said.count() == 1
