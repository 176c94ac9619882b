from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.db import connection

from sterling.base.models import Blob
from sterling.base.spool import SMALL, Spool, Spooled, sha256, spooled
from sterling.channels.email import intake, taking
from sterling.channels.email.models import InboundMail
from sterling.channels.email.processing import process
from sterling.channels.email.reading import Reading, leaving_out, read
from sterling.tickets.models import Attachment
from tests.channels.email.mailboxes import imap
from tests.channels.email.mails import mail
from tests.make import TUESDAY

MEGABYTE = 1024 * 1024
MOST = 12
"""Megabytes of resident memory that a mail may take, however large it is. It took eleven times its size."""


def database_url() -> str:
    found = connection.settings_dict
    options = urllib.parse.urlencode({"host": found["HOST"], "port": found["PORT"]})
    who = urllib.parse.quote(found["USER"])
    word = f":{urllib.parse.quote(found['PASSWORD'])}" if found["PASSWORD"] else ""
    return f"postgresql://{who}{word}@/{found['NAME']}?{options}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("way", "size"), [("smtp", 24), ("imap", 12)])
def test_a_large_mail_is_taken_and_read_without_being_held(way: str, size: int) -> None:
    if way == "imap":
        imap()
    command = [sys.executable, "-m", "tests.channels.email.big", way, str(size)]
    environment = os.environ | {"DATABASE_URL": database_url()}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
    found = json.loads(done.stdout)
    assert found["file"] == found["expected"]
    assert found["all"] < MOST * MEGABYTE


def file_of(raw: bytes) -> Spooled:
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - the spooled bytes close it
    file.write(raw)
    return Spooled(file, len(raw))


def in_memory(reading: Reading) -> Reading:
    files = tuple(dataclasses.replace(one, data=bytes(one.data)) for one in reading.attachments)
    return dataclasses.replace(reading, attachments=files)


def long(**more: Any) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Long"
    message.set_content("See the files.\n")
    for name, kind, data in more.pop("files", ()):
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name, **more)
    return message


LOG = b"2026-03-03 10:00:00 WARN caf\xc3\xa9 = 61 %\n" * 6_000
BYTES = bytes(range(256)) * 900
FORWARDED = long(files=[("inner.bin", "application/pdf", BYTES)]).as_bytes()
LONG = {
    "base64": long(files=[("a.bin", "application/zip", BYTES), ("b.bin", "image/png", BYTES[:200_001])]).as_bytes(),
    "quoted-printable": long(files=[("a.log", "application/x-log", LOG)], cte="quoted-printable").as_bytes(),
    "eight bits": (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHi\n"
        b"--x\nContent-Type: application/x-log; name=a.log\n\n" + LOG + b"\n--x--\n"
    ),
    "without an end": (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nHi\n"
        b"--x\nContent-Type: application/x-log; name=a.log\n\n" + LOG
    ),
    "a message in it": (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHi\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\n" + FORWARDED + b"\r\n--x--\r\n"
    ),
    "a long text": b"From: a@b.example\nSubject: x\n\n" + LOG,
    "a long text with a file in it": b"From: a@b.example\n\n" + LOG + b"begin 644 x.txt\n#0V%T\n`\nend\n" + LOG,
    "dashes": b"From: a@b.example\n\n" + LOG + b"-- \nme\n--\n" + LOG + b"\n--x\n" + LOG,
    "padding inside": (
        b"From: a@b.example\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
        + (b"QUJD" * 19 + b"\n") * 800 + b"QQ==\n" + (b"REVG" * 19 + b"\n") * 800 + b"QUJDR"
    ),
    "another alphabet": (
        b"From: a@b.example\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
        + (b"_-BD" * 19 + b"\n") * 900
    ),
    "text under a wrong label": (
        b"From: a@b.example\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + LOG
    ),
    "encoded together": (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"-=\n-x\n\nHi\n" + LOG + b"\n-=\n-x--\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LONG)
def test_a_long_message_reads_the_same_from_a_file(kind: str) -> None:
    raw = LONG[kind]
    kept, left_out = leaving_out.outline(file_of(raw))
    assert len(kept) < len(raw)
    assert left_out.whole(kept) == raw
    assert in_memory(read(file_of(raw))) == read(raw)


def test_whoever_writes_a_mail_cannot_name_what_was_left_out() -> None:
    raw = b"From: a@b.example\n\n" + b"0" * 32 + b"x0x\n" + LOG
    assert in_memory(read(file_of(raw))) == read(raw)


@pytest.mark.usefixtures("installed")
def test_a_large_mail_is_kept_byte_by_byte_and_once_and_leaves_nothing_else_behind() -> None:
    raw = mail(files=[("a.bin", "application/zip", BYTES * 7)])
    assert len(raw) > SMALL
    rows = {received(file_of(raw)).pk, received(spooled(iter([raw[:77], raw[77:]]))).pk}
    assert len(rows) == 1
    row = InboundMail.objects.get()
    with row.raw.open() as file:
        assert file.read() == raw
    assert (row.size, row.digest) == (len(raw), sha256(raw))
    assert row.content_digest == intake.content_digest_of(raw)
    process(mail_id=row.pk, at=TUESDAY)
    kept = Attachment.objects.get()
    assert (kept.name, kept.size, kept.digest) == ("a.bin", len(BYTES) * 7, sha256(BYTES * 7))
    with kept.file.open() as file:
        assert file.read() == BYTES * 7
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_largeobject_metadata")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("installed")
def test_what_breaks_while_a_large_mail_is_stored_leaves_neither_row_nor_bytes() -> None:
    raw = file_of(mail(files=[("a.bin", "application/zip", BYTES * 7)]))
    raw._size += 1  # as if the disk had lost some of it
    with pytest.raises(OSError, match="shorter"):
        received(raw)
    assert not InboundMail.objects.exists()
    assert not Blob.objects.filter(name__startswith="inbound").exists()


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_what_was_said_is_told_apart_alike_from_memory_and_from_a_file(ends: bytes) -> None:
    raw = b"From: a@b.example\n\n \n\n  Said. \n\n  More.\n \n\n".replace(b"\n", ends) * 9
    whole = intake.content_digest_of(raw)
    for at in range(1, len(raw)):
        assert intake.content_digest_of(Torn([raw[:at], raw[at:]])) == whole


class Torn(Spooled):
    """Bytes that come torn."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def pieces(self) -> Any:
        return iter(self.parts)

    def __del__(self) -> None:
        pass


def test_a_full_disk_asks_the_sender_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_spool: Spool) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "_write_out", full)
    spool = Spool()
    assert taking._written(spool, b"x" * 300_000) is None
    assert taking._written(spool, b"x" * SMALL) is taking.Verdict.NO_ROOM
    assert taking.Verdict.NO_ROOM.value.startswith("452 4.3.1")


def received(raw: Any) -> InboundMail:
    return intake.store(
        raw=raw,
        mailbox="smtp",
        envelope_from="",
        envelope_to=["support@sterling.example"],
        peer="::1",
        at=TUESDAY,
    )
