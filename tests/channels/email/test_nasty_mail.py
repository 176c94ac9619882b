"""Mail that somebody made to break something, through the whole intake: each is a ticket with its words, or says why not."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.channels.email import intake, outgoing, processing
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
FROM = b"From: Pat <pat@nasty.example>\r\nTo: support@sterling.example\r\nSubject: x\r\n"


def mixed(*parts: bytes, boundary: bytes = b"b", end: bytes = b"--b--\r\n") -> bytes:
    said = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
    return FROM + said + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


def nested(depth: int) -> bytes:
    raw = FROM + b"\r\ninmost\r\n"
    for _ in range(depth):
        raw = mixed(b"\r\nouter", b"Content-Type: message/rfc822\r\n\r\n" + raw)
    return raw


def typed(kind: bytes, body: bytes) -> bytes:
    return FROM + b"Content-Type: " + kind + b"\r\n\r\n" + body


def nasty() -> Iterator[tuple[str, bytes, str]]:
    """Each with what has to be among the words of its ticket."""
    hello = b"\r\nHello\r\n"
    pdf = b"Content-Type: application/pdf; name=x.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield "a boundary with a blank", mixed(hello, boundary=b'"b "'), "Hello"
    yield (
        "a boundary without its end, a file cut off",
        mixed(hello, pdf + base64.b64encode(b"pdf" * 99)[:-3], end=b""),
        "Hello",
    )
    yield "a boundary in other letters", mixed(hello, boundary=b"B"), "Hello"
    yield "a multipart of nothing", mixed(), "(no text)"
    yield "alternatives of nothing", mixed(b"", b"").replace(b"mixed", b"alternative"), "(no text)"
    yield "messages twenty deep", nested(20), "outer"
    yield "ten thousand headers", FROM + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + hello, "Hello"
    yield "a header of five megabytes", b"X-Long: " + b"a" * 5_000_000 + b"\r\n" + FROM + hello, "Hello"
    yield "a subject of a megabyte", FROM.replace(b": x", b": " + b"word " * 200_000) + hello, "Hello"
    yield "everything twice", FROM + FROM + b"Message-ID: <a@b>\r\n" * 2 + hello, "Hello"
    yield (
        "NULs",
        mixed(b"\r\nHe\x00llo", b"Content-Type: a/b; name=a\x00.txt\r\n\r\n\x00").replace(b"Pat", b"P\x00at"),
        "Hello",
    )
    yield (
        "a thousand and five hundred files",
        mixed(*[b"Content-Disposition: attachment; filename=f\r\n\r\nx"] * 1_500),
        "(no text)",
    )
    yield "a boundary of signs", mixed(hello, boundary=b'"=_?x()"').replace(b"--b", b"--=_?x()"), "Hello"
    yield "fifty thousand open tags", typed(b"text/html", b"<div>" * 50_000 + b"Hello"), "Hello"
    yield (
        "bold that nobody ends",
        typed(
            b"text/html",
            b"<p>" + b"".join(b"<b title=%d>" % n for n in range(2_000)) + b"</p>" + b"<p>Hello" * 2_000,
        ),
        "Hello",
    )
    yield "two hundred thousand signs", typed(b"text/html", b"&<" * 100_000 + b"Hello"), "Hello"
    yield (
        "to twenty thousand people",
        FROM + b"Cc: " + b",\r\n ".join(b"p%d@list.example" % n for n in range(20_000)) + b"\r\n" + hello,
        "Hello",
    )
    yield (
        "an injected header",
        FROM.replace(b": x", b": =?utf-8?q?x=0D=0ABcc=3A_evil=40x=2Eexample?=") + hello,
        "Hello",
    )
    yield "the year 0", FROM + b"Date: Mon, 01 Jan 0000 00:00:00 +9999\r\n" + hello, "Hello"
    yield (
        "halves of characters",
        typed(b"text/plain; charset=utf-8", b"\xed\xa0\x80 Hello \xf4\x90\x80\x80 \xe6\x9c"),
        "Hello",
    )
    yield (
        "quoted-printable that ends in the middle",
        FROM + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHello =E6=9",
        "Hello",
    )
    yield "uuencode without an end", FROM + b"\r\nHello\r\nbegin 644 ../../x.sh\r\n#0V%T\r\n!!~~\r\n", "Hello"
    yield "carriage returns alone", (FROM + hello).replace(b"\r\n", b"\r"), "Hello"
    yield "headers alone", FROM, "(no text)"


NASTY = {name: (raw, words) for name, raw, words in nasty()}


@pytest.mark.parametrize("name", NASTY)
def test_it_is_a_ticket_with_its_words_that_can_be_shown_and_answered(client: Client, name: str) -> None:
    raw, words = NASTY[name]
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=TUESDAY)
    assert processing.process(mail_id=row.pk, at=TUESDAY) == "opened"
    with row.raw.open() as kept:
        assert kept.read() == raw
    ticket = Ticket.objects.get()
    message = Message.objects.filter(ticket=ticket).earliest("pk")
    assert words in message.text
    assert len(message.html) < 2_000_000
    assert Attachment.objects.count() <= 1_000
    carol = make.agent()
    client.get(f"/in/{people.make_link(user=carol.user, at=now())}")
    assert client.get(f"/desk/tickets/{ticket.number}/").status_code == 200
    answer = outgoing.compose(make.reply(ticket, carol, TUESDAY + timedelta(minutes=1)))
    assert b"\r\nBcc:" not in answer
    assert max(map(len, answer.split(b"\r\n"))) < 1_000
