"""One large mail taken in and read by a process of its own, which says what memory that took.

    DATABASE_URL=… python -m tests.channels.email.big smtp|lmtp|imap MEGABYTES

Prints JSON: bytes of resident memory at most, beyond what a mail of 100 kB takes, and what became of the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import socket
import sys
from binascii import b2a_base64
from collections.abc import Iterator
from pathlib import Path

LINES = 4_000
HEAD = (
    "From: Wang Chen <wang.chen@muguang.example>\r\nTo: support@sterling.example\r\nSubject: Large {0}\r\n"
    "Message-ID: <big-{0}@outside.example>\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="here"\r\n\r\n--here\r\n\r\nThe dump is attached.\r\n'
    '--here\r\nContent-Type: application/octet-stream; name="dump.bin"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\n"
)
TAIL = b"--here--\r\n"


def lines(size: int) -> Iterator[bytes]:
    """The same random bytes each time, as lines of base64, some thousand at once."""
    made = random.Random(4)
    left = size // 78
    while left > 0:
        some = min(LINES, left)
        data = made.randbytes(57 * some)
        yield b"".join(
            b2a_base64(data[at : at + 57], newline=False) + b"\r\n" for at in range(0, len(data), 57)
        )
        left -= some


def whole(size: int) -> Iterator[bytes]:
    yield HEAD.format(size).encode()
    yield from lines(size)
    yield TAIL


def file_of(size: int) -> tuple[int, str]:
    """Length and digest of the file that is in it."""
    made, left, length, digest = random.Random(4), size // 78, 0, hashlib.sha256()
    while left > 0:
        some = min(LINES, left)
        data = made.randbytes(57 * some)
        digest.update(data)
        length += len(data)
        left -= some
    return length, digest.hexdigest()


def through_a_door(way: str, size: int) -> None:
    from sterling.channels.email import listener
    from tests.channels.email.mailboxes import door

    kind = {"smtp": listener.SmtpDoor, "lmtp": listener.LmtpDoor}[way]
    with door(kind) as port, socket.create_connection(("127.0.0.1", port), timeout=120) as plain:
        answers = plain.makefile("rb")

        def said(code: bytes) -> None:
            line = answers.readline()
            while line[3:4] == b"-":
                line = answers.readline()
            assert line.startswith(code), line

        said(b"220")
        for command, code in (
            (b"LHLO me" if way == "lmtp" else b"EHLO me", b"250"),
            (b"MAIL FROM:<wang.chen@muguang.example>", b"250"),
            (b"RCPT TO:<support@sterling.example>", b"250"),
            (b"DATA", b"354"),
        ):
            plain.sendall(command + b"\r\n")
            said(code)
        for piece in whole(size):
            plain.sendall(piece)
        plain.sendall(b".\r\n")
        said(b"250")
        answers.close()


class Server:
    """As much of an IMAP server as hands out one message in pieces."""

    def __init__(self, size: int) -> None:
        from sterling.base.spool import spooled

        self.message = spooled(whole(size))

    def fetch(self, uids: list[int], wanted: list[str]) -> dict[int, dict[bytes, bytes]]:
        start, length = (int(one) for one in wanted[0].partition("<")[2].rstrip(">").split("."))
        if isinstance(self.message, bytes):
            found = self.message[start : start + length]
        else:
            found = b"".join(self.message.between(start, min(start + length, len(self.message))))
        return {uids[0]: {b"BODY[]<0>": found}}


def through_imap(size: int) -> None:
    from sterling.base.moment import now
    from sterling.channels.email.mailboxes import imap, taking
    from sterling.channels.email.mailboxes.models import Mailbox

    cursor = taking.cursor_for(Mailbox.objects.get(kind="imap"), 1, 1, now())
    raw = imap.body_of(Server(size), size, size)  # type: ignore[arg-type]  # as much of a client as is used
    assert taking.take(cursor, uid=size, raw=raw, dated=None, at=now())


def peak() -> int:
    """Of this program alone: what `getrusage` says begins with the most that its parent ever had."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def run(way: str, size: int) -> dict[str, object]:
    from sterling.channels.email.batches import read_waiting
    from sterling.tickets.models import Attachment

    def took(size: int) -> None:
        through_imap(size) if way == "imap" else through_a_door(way, size)

    took(100_000)
    assert read_waiting()
    before = peak()
    took(size)
    taken = peak()
    assert read_waiting()
    found = Attachment.objects.latest("pk")
    return {
        "taking": taken - before,
        "all": peak() - before,
        "file": [found.size, found.digest],
        "expected": list(file_of(size)),
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sterling.config.settings")
    import django

    django.setup()
    json.dump(run(sys.argv[1], int(float(sys.argv[2]) * 1024 * 1024)), sys.stdout)


if __name__ == "__main__":
    main()
