"""A real mail server before us and behind us: it hands mail in, takes ours, and brings back what nobody takes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

from sterling.base.moment import now
from sterling.channels.email import delivery, processing
from sterling.channels.email.models import InboundMail
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.channels.email.mailboxes import door, mailbox
from tests.channels.email.mails import mail
from tests.channels.email.opensmtpd import needs_opensmtpd, opensmtpd
from tests.flows.product import wait_for

pytestmark = [
    needs_opensmtpd,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("installed"),
]


class Elsewhere:
    """The customers' server: nobody called gone lives there."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - the library's hook
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        self.taken.append(envelope.original_content)
        return "250 taken"


@contextlib.contextmanager
def elsewhere() -> Iterator[tuple[Elsewhere, int]]:
    handler, loop = Elsewhere(), asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(lambda: SMTP(handler, hostname="elsewhere.test"), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield handler, server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def read_all() -> None:
    for row in InboundMail.objects.filter(state="received"):
        processing.process(mail_id=row.pk, at=now())


def test_a_real_server_hands_mail_in_takes_ours_and_brings_its_bounce_back(settings: Any) -> None:
    mailbox("support@sterling.example")
    with (
        elsewhere() as (customers, theirs),
        door() as ours,
        opensmtpd("sterling.example", ours, theirs) as relay,
    ):
        settings.SMTP_URL = f"smtp://127.0.0.1:{relay.port}"
        relay.mail(mail("Ann <ann@nowhere.example>"), "ann@nowhere.example", "support@sterling.example")
        relay.mail(mail("Bob <gone@nowhere.example>"), "gone@nowhere.example", "support@sterling.example")
        wait_for(lambda: InboundMail.objects.count() == 2, "both mails")
        read_all()
        assert Ticket.objects.count() == 2
        assert {row.envelope_from for row in InboundMail.objects.all()} == {
            "ann@nowhere.example", "gone@nowhere.example",
        }  # fmt: skip
        carol = make.agent()
        replies = [make.reply(ticket, carol, now()) for ticket in Ticket.objects.order_by("number")]
        for reply in replies:
            assert delivery.send(message_id=reply.pk, at=now()) == "sent"
        wait_for(lambda: len(customers.taken) == 1, "the answer to arrive")
        assert replies[0].message_id.encode() in customers.taken[0]
        wait_for(lambda: InboundMail.objects.count() == 3, "the bounce")
        bounce = InboundMail.objects.order_by("-pk")[0]
        assert bounce.envelope_from == "<>"
        read_all()
        bounce.refresh_from_db()
        dead = Message.objects.get(message_id=replies[1].message_id)
        assert (bounce.outcome, bounce.ticket_message_id, dead.delivery) == (
            "bounce, shown",
            dead.pk,
            "bounced",
        )
