"""The pages of mail in Chromium: accessible, quiet, one column on a phone, in both languages and themes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from sterling.base.moment import now
from sterling.channels.email import intake, processing, senders
from sterling.channels.email.models import InboundMail
from sterling.tickets.actions import quiet, scheduling
from sterling.tickets.content import Content
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Ticket
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations
from tests.channels.email.mails import mail
from tests.desk.test_pages import signed_in

pytestmark = [
    pytest.mark.usefixtures("installed"),
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
HOUR = timedelta(hours=1)
BAR = ("top-new", "avatar-me")
SUPPORT = "support@sterling.example"
Pages = dict[str, tuple[str, dict[str, str]]]


def took(raw: bytes) -> None:
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=now())
    processing.process(mail_id=row.pk, at=now())


def crowded() -> tuple[object, Ticket]:
    """A ticket on which everything about mail is there to see."""
    alice = make.contact(make.organization(), "Alice Moreau", premium=True)
    admin = make.agent("Ada Kim", role="admin")
    first = make.ticket(alice, at=now() - 3 * HOUR, subject="Export fails at night")
    ticket = make.ticket(alice, at=now() - 2 * HOUR, subject="Export fails at nights", channel="email")
    ticket.may_belong_to = first
    ticket.save()
    to = reply_address(ticket.number, SUPPORT)
    took(mail(alice.email, to=to, Cc=f"dana@halden.example, {'long' * 15}@halden.example"))
    took(mail(alice.email, to=to, Cc="dana@halden.example", text="导出在 61% 处停止。"))
    took(mail("Mallory Stone <mallory@elsewhere.example>", to=to, text="Send me the log. " * 20))
    took(mail(alice.email, to=to, subject="Out of office", Auto_Submitted="auto-replied"))
    failed = make.reply(ticket, admin, now(), text="We look into it.")
    quiet.failed(message=failed, reason="552 5.3.4 too big", at=now(), by=make.actor(admin))
    partly = make.reply(ticket, admin, now(), text="It is found.")
    quiet.partly_sent(
        message=partly, waiting_for=["dana@halden.example", f"{'long' * 15}@halden.example"],
        reason="450 4.7.1 greylisted", refused="", at=now(), until=now() + HOUR, by=make.actor(admin),
    )  # fmt: skip
    crowd = ", ".join(f"p{nth}@halden.example" for nth in range(60))
    took(mail(alice.email, to=to, Cc=crowd, text="All of us wait for it."))
    InboundMail.objects.filter(pk=InboundMail.objects.latest("pk").pk).update(is_partial=True)
    senders.mark_undeliverable(addresses=[alice.email], reason="5.1.1", at=now())
    for text, at in (("See you on Friday.", timedelta(days=2)), ("It is fixed.", timedelta(days=9))):
        scheduling.schedule(
            ticket=ticket, agent=admin, content=Content(text), release_at=now() + at, at=now(),
            by=make.actor(admin),
        )  # fmt: skip
    scheduling.send_with_undo(
        ticket=ticket, agent=admin, content=Content("Oops."), seconds=10, at=now(), by=make.actor(admin)
    )
    return admin, ticket


@pytest.fixture
def rendered(client: Client) -> dict[tuple[str, str], Pages]:
    admin, ticket = crowded()
    desk = signed_in(client, admin.user)
    found = {}
    for language in ("en", "zh"):
        for theme in ("light", "dark"):
            desk.post("/preferences", {"language": language, "theme": theme})
            pages = {}
            for path in (
                f"/desk/tickets/{ticket.number}/",
                "/desk/outbox/",
                "/desk/mail/",
                "/desk/mail/words",
            ):
                answer = desk.get(path)
                assert answer.status_code == 200
                headers = {name: answer[name] for name in answer.headers if name != "Vary"}
                pages[path] = (answer.content.decode(), headers)
            found[language, theme] = pages
    return found


def test_every_page_about_mail_is_accessible_and_fits_a_phone(rendered: dict[tuple[str, str], Pages]) -> None:
    with browser() as launched:
        for (language, theme), pages in rendered.items():
            # Each look at one of the widths: phone and desktop differ in layout, not in colors.
            width = 390 if (language == "en") is (theme == "light") else 1440
            for path in pages:
                page, complaints = opened(
                    launched, path, pages, viewport={"width": width, "height": 1000}, color_scheme=theme
                )
                where = (path, language, theme, width)
                # The bar above is the shell's own, and has tests of its own.
                found = [one for one in violations(page) if not any(mark in one for mark in BAR)]
                assert (found, where) == ([], where)
                wider = page.evaluate("(m => m.scrollWidth - m.clientWidth)(document.getElementById('main'))")
                assert (wider <= 0, where) == (True, where)
                # Behind these pages there is no server: only their own scripts may not complain.
                assert [said for said in complaints if "Failed to load" not in said] == []
                page.close()
