"""Addresses in other letters than ASCII: their mail becomes a ticket, and the answer reaches them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sterling.accounts import checks
from sterling.base.errors import Invalid
from sterling.channels.email import intake, outgoing, processing, smtp
from sterling.channels.email.errors import PermanentDeliveryError
from sterling.channels.email.models import InboundMail
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.channels.email.mailboxes import door
from tests.channels.email.mails import mail
from tests.flows.product import MailServer
from tests.make import TUESDAY

WANG, WIRED = "王伟@例子.中国", "王伟@xn--fsqu00a.xn--fiqs8s"
MINUTE = timedelta(minutes=1)


def answered(raw: bytes) -> Message:
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=TUESDAY)
    processing.process(mail_id=row.pk, at=TUESDAY)
    return make.reply(Ticket.objects.get(), make.agent(), TUESDAY + MINUTE)


def offered(port: int, message: Message) -> list[smtp.Refused]:
    server = smtp.Server("127.0.0.1", port, "", "", tls=False)
    recipients, raw = outgoing.recipients(message), outgoing.compose(message)
    return smtp.send(server, sender=outgoing.envelope_from(message), recipients=recipients, raw=raw)


@pytest.mark.usefixtures("installed")
@pytest.mark.django_db(transaction=True)
def test_whoever_has_such_an_address_gets_a_ticket_and_its_answer() -> None:
    message = answered(
        f"From: 王伟 <{WANG}>\r\nSubject: 报表\r\nMessage-ID: <1@x.example>\r\n\r\n停了。\r\n".encode()
    )
    assert message.to == [WANG]
    assert f"To: {WIRED}\r\n".encode() in outgoing.compose(message)
    with door() as port:
        assert offered(port, message) == []
    assert InboundMail.objects.latest("pk").envelope_to == [WIRED]


@pytest.mark.usefixtures("installed")
def test_one_who_cannot_be_written_to_keeps_the_answer_from_nobody_else() -> None:
    message = answered(mail(make.alice().email, Cc=f"dana@halden.example, pat@例子.中国, {WANG}"))
    with MailServer().running() as server:
        refused = offered(server.port, message)
        message.to, message.cc = [WANG], []
        with pytest.raises(PermanentDeliveryError, match="it has no SMTPUTF8"):
            offered(server.port, message)
    (one,) = refused
    assert (one.address, one.code, one.is_for_now) == (WANG, 553, False)
    assert str(one).startswith(f"{WIRED}: 553 5.6.7 The mail server takes no addresses in other letters")
    ((_, taken, _),) = server.taken
    assert taken == [message.ticket.requester.email, "dana@halden.example", "pat@xn--fsqu00a.xn--fiqs8s"]


@pytest.mark.parametrize(
    "address", ["王伟@例子.中国", "müller@example.com", "ana.pérez+x@example.com", "ana@example.com"]
)
def test_letters_of_any_script_make_an_address(address: str) -> None:
    assert checks.persons_address(address) == address


@pytest.mark.parametrize(
    "address",
    ["王 伟@x.example", "a\u202eb@x.example", "。@x.example", "@x.example", "王伟", "王@伟@x.example"],
)
def test_spaces_marks_and_signs_do_not(address: str) -> None:
    with pytest.raises(Invalid):
        checks.persons_address(address)
