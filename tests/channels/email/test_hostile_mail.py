"""Nothing that arrives may stop or stall the reader. STERLING_FUZZ_SECONDS lengthens the search."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sterling.channels.email.reading import Reading, read

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "mail").glob("*.eml"))]
SECONDS = float(os.environ.get("STERLING_FUZZ_SECONDS", "3"))
HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\n"
TOKENS = [
    b"\n", b"\r\n", b"\r", b"\x00", b"\n\n", b"--b\n", b"--outer--\n", b"Content-Type: multipart/mixed; boundary=\n",
    b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: base64\n", b"charset=utf-7", b"charset=x\x00y",
    b"=?utf-8?B?", b"?=", b"=?iso-2022-jp?Q?=1B$B?=", b"\xff\xfe", b"\xd6\xd0", b"filename*0*=utf-8''%ff; filename*99=x",
    b"To: a:b:c;<@:>,;(((\n", b"Date: Mon, 99 Zzz 99999999999 99:99:99 +99999999\n", b"<" * 50, b"(" * 50, b'"', b"\\",
    b"begin 644 x\n#", b"Final-Recipient: rfc822;\n", b'{"notificationType":"Bounce"', b"<blockquote>" * 20, b"> ",
]  # fmt: skip


def mutated(chance: random.Random) -> bytes:
    raw = bytearray(chance.choice(SAMPLES))
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(raw) + 1)
        match chance.randrange(5):
            case 0:
                raw[place:place] = chance.choice(TOKENS)
            case 1:
                del raw[place : place + chance.randint(1, 80)]
            case 2:
                raw[place : place + 1] = bytes([chance.randrange(256)])
            case 3:
                start = chance.randrange(len(raw) + 1)
                raw[place:place] = raw[start : start + chance.randint(1, 300)]
            case _:
                other = chance.choice(SAMPLES)
                raw[place:] = other[chance.randrange(len(other)) :]
    return bytes(raw)


def whole(found: Reading) -> bool:
    """Every text of a reading can be stored: no surrogates, and no NUL where a database refuses it."""
    texts = [found.subject, found.from_name, found.from_email, found.text, found.reply_text, found.message_id]
    texts += [text for pair in (*found.to, *found.cc, *found.reply_to) for text in pair]
    texts += [attachment.name for attachment in found.attachments]
    texts += [
        *found.in_reply_to,
        *found.references,
        *found.bounced_recipients,
        found.html or "",
        found.bounced_message_id,
    ]
    return all("\x00" not in text and text.encode() is not None for text in texts)


def test_no_mutation_of_a_message_stops_the_reader():
    chance = random.Random(SECONDS)
    until = time.monotonic() + SECONDS
    tried = 0
    while tried < 200 or time.monotonic() < until:
        raw = mutated(chance)
        assert whole(read(raw)), raw
        tried += 1


@given(st.binary(max_size=2_000))
@settings(max_examples=150, deadline=None)
def test_no_bytes_stop_the_reader(raw):
    assert whole(read(raw))
    assert whole(read(HEAD + raw))


@given(st.lists(st.sampled_from(TOKENS), max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_sequence_of_awkward_pieces_stops_the_reader(pieces):
    assert whole(read(HEAD + b"".join(pieces)))
    assert whole(read(HEAD + b"\n" + b"".join(pieces)))


def repeated() -> Iterator[tuple[str, bytes]]:
    html = HEAD + b"Content-Type: text/html\n\n"
    for unit in (
        b"<a ",
        b"<",
        b"<!--",
        b"</",
        b"<a href='",
        b"<p",
        b"<a b=",
        b"<?",
        b"<div>",
        b"&#",
        b"<blockquote>",
    ):
        yield f"html {unit.decode()}", html + unit * 40_000
    for unit in (
        b"> ",
        b">\n",
        b"On 1\n",
        b"On 2012-01-01 x <a@b.example\n",
        b"--\n",
        b"From: x\n",
        b"a@b.example\n",
        b"_" * 30 + b"\n",
    ):
        yield f"text {unit.decode()!r}", HEAD + b"\n" + unit * 10_000
        yield (
            f"bounce {unit.decode()!r}",
            b"From: mailer-daemon@b.example\nSubject: failure notice\n\n" + unit * 10_000,
        )
    for name in (b"To", b"Subject", b"Content-Type", b"References", b"X-Failed-Recipients"):
        for unit in (b"=?utf-8?q?a", b"(", b'"', b"<", b"a,", b"\\", b"=?", b" "):
            yield f"{name.decode()} {unit.decode()!r}", name + b": " + unit * 100_000 + b"\n\nhi"
    yield (
        "blanks in quoted-printable",
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b" " * 200_000,
    )
    yield "folds", b"Subject: a\n" + b" x\n" * 100_000
    yield "parameters that lost their fold", b"Content-Type: text/plain;\n" + b"b=1;\n" * 50_000
    yield "lines that are no field", b"Xa\n" * 100_000
    yield (
        "nested",
        HEAD
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
    )
    yield "parts", HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000
    yield "messages in messages", HEAD + b"Content-Type: message/rfc822\n\n" * 5_000


HOSTILE = dict(repeated())


@pytest.mark.parametrize("name", HOSTILE)
def test_repetition_does_not_stop_the_reader(name):
    """What is not linear takes minutes on these; bench/mail_read.py has the figures."""
    assert whole(read(HOSTILE[name]))


def test_nesting_and_parts_are_bounded():
    parts = b"--b\nContent-Disposition: attachment; filename=a\n\nx\n" * 3_000
    found = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts)
    assert (len(found.attachments), found.is_partial) == (1_000, True)
