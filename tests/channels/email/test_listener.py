from __future__ import annotations

import smtplib
from typing import Any

import pytest

from sterling.channels.email import listener
from sterling.channels.email.listener import STORED, _store
from sterling.channels.email.mailboxes import actions, recipients
from sterling.channels.email.mailboxes.recipients import Answer
from sterling.channels.email.models import InboundMail
from sterling.tickets.identity import reply_address
from tests import make
from tests.channels.email.mailboxes import door, mailbox
from tests.channels.email.mails import mail
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")


def answer(address: str, *, known_only: bool = False) -> str:
    return recipients.look_up(address, known_only=known_only).answer.value


def test_with_no_mailbox_anybodys_mail_is_taken() -> None:
    assert answer("whoever@wherever.example") == "taken"


def test_a_door_that_others_can_reach_takes_no_strangers_even_without_mailboxes() -> None:
    assert answer("whoever@wherever.example", known_only=True) == "unknown"
    assert answer("Support+t1-x@sterling.example", known_only=True) == "taken"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("emea@vendor.example", "taken"),
        ("EMEA+more@Vendor.Example", "taken"),
        ("help@vendor.example", "taken"),
        ("nobody@vendor.example", "unknown"),
        ("emea@other.example", "unknown"),
        (reply_address(1042, "support@sterling.example"), "taken"),
    ],
)
def test_with_mailboxes_only_their_addresses_are_taken(address: str, expected: str) -> None:
    mailbox("emea@vendor.example", "help@vendor.example")
    assert answer(address) == expected


def test_a_paused_mailbox_asks_senders_to_come_again() -> None:
    made = mailbox("emea@vendor.example")
    actions.pause_mailbox(mailbox_id=made.pk, paused=True, at=TUESDAY, by=make.actor(make.agent()))
    assert answer("emea@vendor.example") == Answer.PAUSED


def test_a_mail_to_two_mailboxes_is_kept_once_for_those_whose_limit_it_keeps() -> None:
    mailbox("small@vendor.example", size_limit=200, name="Small")
    large = mailbox("large@vendor.example", name="Large")
    raw = mail(text="x" * 400)
    said = _store(raw, "a@b.example", ["small@vendor.example", "large+x@vendor.example"], "::1")
    assert said == ["552 5.3.4 This mail is too large; at most 1 kB (200 bytes) can be taken", STORED]
    row = InboundMail.objects.get()
    assert (row.through, row.envelope_to) == (large, ["large+x@vendor.example"])


def test_a_mail_that_no_mailbox_takes_leaves_nothing() -> None:
    mailbox("small@vendor.example", size_limit=200)
    assert _store(mail(text="x" * 400), "a@b.example", ["small@vendor.example"], "")[0].startswith("552")
    assert not InboundMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_door_announces_its_limit_and_refuses_strangers_and_the_too_large() -> None:
    mailbox("small@vendor.example", size_limit=300)
    with door() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(25 * 1024 * 1024)
        assert client.mail("a@b.example", [f"SIZE={26 * 1024 * 1024}"]) == (
            552,
            b"5.3.4 This mail is too large; at most 25 MB (26214400 bytes) can be taken",
        )
        client.mail("a@b.example")
        assert client.rcpt("who@vendor.example") == (550, b"5.1.1 Nobody here has this address")
        assert client.rcpt("small+7@vendor.example")[0] == 250
        assert client.data(mail(text="x" * 400))[0] == 552
        assert not InboundMail.objects.exists()
        client.sendmail("a@b.example", ["small@vendor.example"], b"From: a@b.example\n\nshort")
    assert InboundMail.objects.get().envelope_from == "a@b.example"


@pytest.mark.django_db(transaction=True)
def test_a_line_longer_than_the_standard_allows_is_taken_whole() -> None:
    raw = mail(text="长" * 20_000).replace(b"\r\n", b"\n")
    with door() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.sendmail("a@b.example", ["support@sterling.example"], raw + b"x" * 300_000)
    assert InboundMail.objects.get().size > 300_000


@pytest.mark.django_db(transaction=True)
def test_a_line_without_end_is_cut_off_before_it_fills_the_memory(settings: Any) -> None:
    settings.MESSAGE_LIMIT = 50_000
    with door() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        client.mail("a@b.example")
        client.rcpt("support@sterling.example")
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(b"x" * 90_000)  # too long, and goes on to be listened to
        client.send(b"\r\n.\r\n")
        assert client.getreply()[0] in {500, 552}
        client.putcmd("noop")
        assert client.getreply()[0] == 250
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            client.docmd("x" * 300_000)
    with door() as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.sendmail("a@b.example", ["support@sterling.example"], b"From: a@b.example\r\n\r\nshort")
    assert InboundMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_lmtp_says_of_each_recipient_what_became_of_the_mail() -> None:
    mailbox("small@vendor.example", size_limit=200, name="Small")
    mailbox("large@vendor.example", name="Large")
    with door(listener.LmtpDoor) as port, smtplib.LMTP("127.0.0.1", port) as client:
        client.ehlo()
        client.mail("a@b.example")
        assert client.rcpt("small@vendor.example")[0] == 250
        assert client.rcpt("who@vendor.example")[0] == 550
        assert client.rcpt("large@vendor.example")[0] == 250
        client.putcmd("data")
        assert client.getreply()[0] == 354
        client.send(mail(text="x" * 400) + b"\r\n.\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [552, 250]
        assert client.noop()[0] == 250
        client.mail("a@b.example")
        client.rcpt("small@vendor.example")
        client.rcpt("large@vendor.example")
        client.putcmd("data")
        client.getreply()
        client.send(b"x" * (26 * 1024 * 1024) + b"\r\n.\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [500, 500]
        assert client.noop()[0] == 250
    assert InboundMail.objects.get().envelope_to == ["large@vendor.example"]
