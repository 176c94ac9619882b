"""Every page of a customer in Chromium: accessible, quiet console, one column on a phone, without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sterling.accounts.actions import codes, people
from sterling.accounts.models import Contact, SignInCode
from sterling.base.moment import now
from sterling.tickets.actions import writing
from sterling.tickets.content import Content, File
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations
from tests.portal.conftest import SignIn

pytestmark = [
    pytest.mark.usefixtures("installed"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
HOUR = timedelta(hours=1)
Pages = dict[str, tuple[str, dict[str, str]]]


def signing_in(who: Contact, number: int, language: str) -> Pages:
    """Every page of the way in, as somebody sees it who had typed something when the session ended."""
    client = Client()
    client.post("/preferences", {"language": language})
    found = [client.get("/sign-in"), client.post("/sign-in", {"email": "nonsense"})]
    found.append(client.post(f"/tickets/{number}/say", {"body": "W" * 300}))
    kept = found[-1].context["kept"].packed
    found.append(client.post("/sign-in", {"email": who.email, "kept": kept}))
    code = codes.digits_of(SignInCode.objects.latest("pk"))
    wrong = f"{(int(code) + 1) % 10**6:06}"
    found.append(client.post("/sign-in/code", {"code": wrong, "kept": kept}))
    found.append(client.post("/sign-in/code", {"code": code, "kept": kept}))
    secret = people.make_link(user=people.user_for_contact(contact=who, at=now()), at=now(), press=True)
    found.append(Client(headers={"accept-language": language}).get(f"/in/{secret}"))
    return {
        f"/way-in/{n}": (one.content.decode(), {"content-type": "text/html"}) for n, one in enumerate(found)
    }


@pytest.fixture
def rendered(signed_in: SignIn) -> dict[str, Pages]:
    """Alice's pages by language, rendered on the server before any browser starts."""
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - 3 * HOUR, priority="urgent", subject="出口" * 60)
    make.reply(ticket, carol, now() - HOUR)
    writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("W" * 300, quoted="> before", files=(File("l" * 120 + ".log", "", b"x"),)),
        channel="email",
        at=now() - HOUR / 2,
        received_at=now() - HOUR / 2,
        by=make.actor(alice),
    )
    client = signed_in(alice)
    found = {}
    for language in ("en", "zh"):
        # What the browser prefers decides between light and dark, so that one page shows both.
        client.post("/preferences", {"language": language})
        pages = {}
        paths = ("/", "/?q=nothing", f"/tickets/{ticket.number}/", f"/tickets/{ticket.number}/priority")
        for path in (*paths, "/new", "/organization", "/settings", "/sign-in"):
            answer = client.get(path)
            headers = {name: answer[name] for name in answer.headers if name != "Vary"}
            pages[path] = (answer.content.decode(), headers)
        refused = client.post("/new", {"subject": "Half", "files": [SimpleUploadedFile("a" * 90, b"x")]})
        pages["/refused"] = (refused.content.decode(), {"content-type": "text/html"})
        found[language] = pages | signing_in(alice, ticket.number, language)
    return found


def test_every_page_is_accessible_fits_a_phone_and_works_without_javascript(
    rendered: dict[str, Pages],
) -> None:
    with browser() as launched:
        for language, pages in rendered.items():
            context = launched.new_context()
            for place, path in enumerate(pages):
                # Phone and desktop differ in layout, light and dark in colors: every page is looked at once in each,
                # the languages the other way around; the gallery has the other pairs.
                theme, width = ("light", 390) if (language == "en") is (place % 2 == 0) else ("dark", 1280)
                page, complaints = opened(context, path, pages)
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.set_viewport_size({"width": width, "height": 844})
                assert violations(page) == [], (language, theme, width, path)
                for narrow in (390, 320):
                    page.set_viewport_size({"width": narrow, "height": 844})
                    assert page.evaluate("document.documentElement.scrollWidth") == narrow, path
                assert complaints == []
                page.close()
            context.close()
        without_javascript(launched, rendered["en"])


def without_javascript(launched: Any, pages: Pages) -> None:
    """Reading, replying, asking and leaving are there."""
    ticket = next(path for path in pages if path.startswith("/tickets/"))
    context = launched.new_context(java_script_enabled=False)
    page, _ = opened(context, ticket, pages)
    assert page.get_by_text("A reply by").first.is_visible()
    assert page.get_by_role("textbox", name="Write a reply").is_visible()
    assert page.get_by_role("button", name="Send").is_visible()
    page.locator(".me > summary").click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    page, _ = opened(context, "/new", pages)
    assert page.get_by_role("button", name="Show what my answers suggest").is_visible()
