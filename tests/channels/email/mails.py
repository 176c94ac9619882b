"""Mails as they come from outside, written out."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from email.policy import SMTP

_numbers = itertools.count(1)


def mail(
    sender: str = "Wang Chen <wang.chen@muguang.example>",
    *,
    to: str = "support@sterling.example",
    subject: str = "Export stops",
    text: str = "It stops at 61 %.",
    html: str | None = None,
    files: tuple[tuple[str, str, bytes], ...] = (),
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = message_id or f"<mail-{next(_numbers)}@outside.example>"
    message["Date"] = "Tue, 03 Mar 2026 10:00:00 -0600"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, kind, data in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
