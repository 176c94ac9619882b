"""The raw mail of a committed message: composed from its row alone, so the same bytes each time."""

from __future__ import annotations

import hashlib
import html
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from django.conf import settings

from sterling.tickets.identity import reply_address
from sterling.tickets.models import MessageKind

if TYPE_CHECKING:
    from sterling.tickets.models import Message

VENDOR = "Support"


def subject_of(message: Message) -> str:
    ticket = message.ticket
    subject = ticket.subject or "-"
    prefix = "" if message.kind == MessageKind.REPLY and not message.references else "Re: "
    already = subject.lower().startswith("re:")
    return f"{'' if already else prefix}{subject} [#{ticket.number}]"


def envelope_from(message: Message) -> str:
    """Automatic mail has none (RFC 3834); a bounce of the rest finds its ticket by the address."""
    if message.kind == MessageKind.AUTO:
        return ""
    return reply_address(message.ticket.number, settings.MAIL_FROM)


def recipients(message: Message) -> list[str]:
    return list(dict.fromkeys([*message.to, *message.cc]))


def compose(message: Message) -> bytes:
    """The message as it leaves: text and HTML, attachments, complete References, CRLF line ends."""
    mail = EmailMessage(policy=SMTP)
    name = message.author_name if message.kind == MessageKind.REPLY and message.author_name else VENDOR
    local, _, domain = settings.MAIL_FROM.rpartition("@")
    mail["From"] = Address(_line(name), local, domain)
    mail["To"] = ", ".join(message.to)
    if message.cc:
        mail["Cc"] = ", ".join(message.cc)
    mail["Reply-To"] = reply_address(message.ticket.number, settings.MAIL_FROM)
    mail["Subject"] = _line(subject_of(message))
    mail["Date"] = format_datetime(message.created_at)
    if message.kind == MessageKind.AUTO:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Precedence"] = "auto_reply"
    mail.set_content(message.text)
    mail.add_alternative(_html(message.text), subtype="html")
    for file in message.attachments.order_by("id"):
        kind, _, subtype = file.content_type.partition("/")
        with file.file.open() as stored:
            mail.add_attachment(
                stored.read(),
                maintype=kind or "application",
                subtype=subtype or "octet-stream",
                filename=file.name,
            )
    for depth, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(hashlib.sha256(f"{message.message_id}/{depth}".encode()).hexdigest()[:32])
    # The library would encode a long Message-ID as if it were prose, so these lines are our own.
    return _thread_lines(message) + mail.as_bytes()


def _thread_lines(message: Message) -> bytes:
    lines = [f"Message-ID: <{message.message_id}>"]
    references = [ref for ref in message.references if ref.isascii() and not set(ref) & set(" \t\r\n<>")]
    if references:
        lines.append(f"In-Reply-To: <{references[-1]}>")
        lines.append("References: " + "\r\n ".join(f"<{ref}>" for ref in references))
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _line(value: str) -> str:
    return " ".join(value.split())


def _html(text: str) -> str:
    paragraphs = [html.escape(part).replace("\n", "<br>\n") for part in text.strip().split("\n\n")]
    return (
        "<!doctype html>\n<html><body>\n"
        + "\n".join(f"<p>{part}</p>" for part in paragraphs)
        + "\n</body></html>\n"
    )
