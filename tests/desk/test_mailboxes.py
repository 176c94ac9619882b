from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.channels.email.mailboxes import incidents, state
from sterling.channels.email.mailboxes.models import Mailbox, Trouble
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations
from tests.channels.email.mailboxes import imap, mailbox
from tests.desk.test_pages import signed_in

pytestmark = pytest.mark.usefixtures("installed")
PATHS = ["mailboxes/", "mailboxes/new", "mailboxes/{n}/"]
TYPED = {
    "name": "EMEA", "addresses": "emea@vendor.example\nhelp@vendor.example", "kind": "imap", "host": "127.0.0.1",
    "port": "1", "security": "none", "user": "support", "sign_in": "password", "password": "correct horse",
    "folder": "INBOX", "afterwards": "keep", "size_limit": "2.5", "silent_after_hours": "8",
    "refused_types": "exe, js",
}  # fmt: skip


@pytest.fixture
def desk(client: Client) -> Client:
    return signed_in(client, make.agent("Ada Admin", role="admin").user)


@pytest.mark.parametrize("path", [*PATHS, "mailboxes/{n}/pause", "mailboxes/{n}/take-again"])
@pytest.mark.parametrize("who", ["mallory", "agent", "lead"])
def test_only_administrators_reach_mailboxes(client: Client, path: str, who: str) -> None:
    box = imap()
    user = (
        people.user_for_contact(contact=make.mallory(), at=now())
        if who == "mallory"
        else make.agent(role=who).user
    )
    signed_in(client, user)
    answer = client.post(f"/desk/{path.format(n=box.pk)}", TYPED | {"paused": "yes"})
    # A page that is only read refuses the method before it asks who it is.
    assert answer.status_code in ({404, 405} if who == "mallory" else {403, 405})
    assert client.get(f"/desk/{path.format(n=box.pk)}").status_code in {403, 404, 405}
    box.refresh_from_db()
    assert (Mailbox.objects.count(), box.version, box.is_enabled) == (1, 1, True)


def test_a_mailbox_is_added_changed_and_paused(desk: Client) -> None:
    assert desk.post("/desk/mailboxes/new", TYPED)["Location"] == "/desk/mailboxes/"
    box = Mailbox.objects.get()
    assert (box.size_limit, box.silent_after_hours, box.refused_types) == (2621440, 8, ["exe", "js"])
    page = desk.get(f"/desk/mailboxes/{box.pk}/").content.decode()
    assert "correct horse" not in page
    assert "emea@vendor.example\nhelp@vendor.example" in page
    desk.post(f"/desk/mailboxes/{box.pk}/", TYPED | {"name": "Europe", "password": ""})
    desk.post(f"/desk/mailboxes/{box.pk}/pause", {"paused": "yes"})
    box.refresh_from_db()
    assert (box.name, box.is_enabled, bool(box.password)) == ("Europe", False, True)


def test_bad_input_names_its_fields_and_everything_typed_is_still_there(desk: Client) -> None:
    typed = TYPED | {"addresses": "", "port": "many", "size_limit": "99", "move_to": "Done", "user": ""}
    answer = desk.post("/desk/mailboxes/new", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in ("addresses", "port", "size_limit", "user"):
        assert f'id="{field}-error"' in page
    assert 'value="many"' in page
    assert 'value="Done"' in page
    assert "correct horse" not in page
    kept = re.search(r'name="kept_password" value="([^"]+)"', page)
    assert kept
    assert (
        desk.post("/desk/mailboxes/new", TYPED | {"password": "", "kept_password": kept[1]}).status_code
        == 302
    )
    assert Mailbox.objects.exclude(password="").count() == 1


def test_a_try_says_what_is_the_matter_and_saves_nothing(desk: Client) -> None:
    answer = desk.post("/desk/mailboxes/new", TYPED | {"act": "try"})
    page = answer.content.decode()
    assert "The server cannot be reached" in page
    assert 'value="127.0.0.1"' in page
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everybody_sees_on_the_mail_page_what_is_the_matter(client: Client, language: str) -> None:
    carol = make.agent()
    people.set_language(user=carol.user, language=language)
    box = imap()
    state.failing(box, Trouble.SIGN_IN, "[AUTHENTICATIONFAILED] no", 2, at=now())
    incidents.watch(at=now())
    page = signed_in(client, carol.user).get("/desk/mail/").content.decode()
    assert ("The server refuses the sign-in" if language == "en" else "服务器拒绝登录") in page
    assert "AUTHENTICATIONFAILED" in page
    assert f"/desk/mailboxes/{box.pk}/" not in page


def test_the_list_costs_the_same_queries_whatever_its_length(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    imap()
    desk.get("/desk/mailboxes/")
    with django_assert_max_num_queries(25) as few:
        desk.get("/desk/mailboxes/")
    for nth in range(10):
        mailbox(f"box{nth}@vendor.example", name=f"Box {nth}")
    with django_assert_max_num_queries(25) as many:
        desk.get("/desk/mailboxes/")
    assert len(few.captured_queries) == len(many.captured_queries)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here")
def test_the_pages_are_clean_for_axe_and_fit_a_phone(desk: Client) -> None:
    box = imap(name="北京办公室支持邮箱与一个很长很长的名字" * 2)
    state.failing(box, Trouble.SIGN_IN, "[AUTHENTICATIONFAILED] " + "no " * 60, 2, at=now())
    mailbox("well@vendor.example", name="Well")
    incidents.watch(at=now())
    refused = desk.post("/desk/mailboxes/new", TYPED | {"addresses": ""})
    pages = {"/desk/refused": (refused.content.decode(), dict(refused.items()))}
    for path in ("/desk/mailboxes/", f"/desk/mailboxes/{box.pk}/", "/desk/mail/"):
        answer = desk.get(path)
        pages[path] = (answer.content.decode(), dict(answer.items()))
    with browser() as launched:
        for path in pages:
            for width, scheme in ((1440, "light"), (320, "dark")):
                page, _ = opened(
                    launched, path, pages, viewport={"width": width, "height": 900}, color_scheme=scheme
                )
                assert violations(page) == []
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                page.close()
