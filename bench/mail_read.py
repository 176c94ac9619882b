"""How fast the mail reader is, beside the standard library's parser in the same run.

    python bench/mail_read.py [FOLDER]

FOLDER holds messages, one a file (default: the real ones beside the project if they are there, else tests/mail).
Prints milliseconds a message for both, and the reader's seconds for a megabyte of each hostile pattern, where
twice the length must cost about twice the time.
"""

from __future__ import annotations

import email
import email.policy
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sterling.channels.email.reading import read

ROOT = Path(__file__).parents[1]
HEAD = b"From: a@b.example\nSubject: x\n"
HOSTILE = {
    "html: tags never closed": HEAD + b"Content-Type: text/html\n\n" + b"<a " * 333_000,
    "html: divs": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "html: open values": HEAD + b"Content-Type: text/html\n\n" + b"<a b='" * 166_000,
    "text: quoted lines": HEAD + b"\n" + b">\n" * 500_000,
    "text: half attributions": HEAD + b"\n" + b"On 2012-01-01 x <a@b.example\n" * 34_000,
    "bounce: addresses": b"From: mailer-daemon@b.example\nSubject: failure notice\n\n"
    + b"a@b.example\n" * 83_000,
    "quoted-printable: blanks": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b" " * 1_000_000,
    "header: folds": b"Subject: a\n" + b" x\n" * 333_000,
    "parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 142_000,
    "attachment": HEAD
    + b"Content-Transfer-Encoding: base64\nContent-Type: image/png\n\n"
    + b"QUJD" * 19
    + b"\n" * 13_000,
}


def library(raw: bytes) -> None:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    body = found.get_body(("plain", "html"))
    _ = (
        found["subject"],
        found["from"],
        found["to"],
        found["date"],
        body and body.get_content(),
        list(found.iter_attachments()),
    )


def each(function: Callable[[bytes], Any], messages: list[bytes]) -> tuple[list[float], int]:
    """Milliseconds for each message that was read, and how many crashed."""
    spent, crashed = [], 0
    for raw in messages:
        began = time.perf_counter()
        try:
            function(raw)
        except Exception:  # noqa: BLE001 - a crash of the library is what is counted
            crashed += 1
        else:
            spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent), crashed


def main() -> None:
    shared = ROOT.parent / "shared" / "mail"
    folder = (
        Path(sys.argv[1]) if len(sys.argv) > 1 else shared if shared.is_dir() else ROOT / "tests" / "mail"
    )
    messages = [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
    print(f"{len(messages)} messages, {sum(map(len, messages)) / 1e6:.1f} MB")
    for name, function in (("standard library, parts alone", library), ("reader", read)):
        each(function, messages[:50])
        spent, crashed = each(function, messages)
        p99 = spent[int(len(spent) * 0.99)]
        print(
            f"{name:32s} mean {statistics.mean(spent):5.2f} ms  p99 {p99:5.1f}  max {spent[-1]:5.1f}  crashed {crashed}"
        )
    print("a megabyte of              half     all   seconds")
    for name, raw in HOSTILE.items():
        times = []
        for part in (raw[: len(raw) // 2], raw):
            began = time.perf_counter()
            read(part)
            times.append(time.perf_counter() - began)
        print(f"{name:26s} {times[0]:6.2f}  {times[1]:6.2f}")


if __name__ == "__main__":
    main()
