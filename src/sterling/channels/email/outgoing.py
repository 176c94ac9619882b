"""The raw mail of a committed message: composed from its row alone, so the same bytes each time."""

from __future__ import annotations

import hashlib
import html
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from sterling.base.formatting import formatted, images_in
from sterling.channels.email import identity
from sterling.channels.email.international import policy_for, wired
from sterling.tickets.identity import reply_address
from sterling.tickets.models import MessageKind

if TYPE_CHECKING:
    from sterling.tickets.models import Message


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
    return reply_address(message.ticket.number, identity.of(message.ticket).address)


def sender_of(message: Message) -> str:
    """The address in From."""
    return identity.of(message.ticket).address


def recipients(message: Message) -> list[str]:
    return list(dict.fromkeys([*message.to, *message.cc]))


def compose(message: Message) -> bytes:
    """The message as it leaves: text and HTML, attachments, complete References, CRLF line ends."""
    us = identity.of(message.ticket)
    to, cc = ([wired(one) for one in people] for people in (message.to, message.cc))
    mail = EmailMessage(policy=policy_for((*to, *cc)))
    name = message.author_name if message.kind == MessageKind.REPLY and message.author_name else us.name
    local, _, domain = us.address.rpartition("@")
    mail["From"] = Address(_line(name), local, domain)
    mail["To"] = ", ".join(to)
    if cc:
        mail["Cc"] = ", ".join(cc)
    mail["Reply-To"] = reply_address(message.ticket.number, us.address)
    mail["Subject"] = _line(subject_of(message))
    mail["Date"] = format_datetime(message.created_at)
    if message.kind == MessageKind.AUTO:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Precedence"] = "auto_reply"
    _body(mail, message, us.signature)
    for depth, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(hashlib.sha256(f"{message.message_id}/{depth}".encode()).hexdigest()[:32])
    # The library would encode a long Message-ID as if it were prose, so these lines are our own.
    return _thread_lines(message) + mail.as_bytes()


def _body(mail: EmailMessage, message: Message, signature: str) -> None:
    """Text, the same formatted, the pictures that it shows, and the other files."""
    files = list(message.attachments.order_by("id"))
    shown = {file.name: file for file in files if file.content_type.startswith("image/")}
    shown = {name: shown[name] for name in dict.fromkeys(images_in(message.text)) if name in shown}
    ids = {name: f"{file.digest[:24]}.{file.pk}@sterling" for name, file in shown.items()}
    mail.set_content(f"{message.text.rstrip()}\n\n-- \n{signature}" if signature else message.text)
    written = formatted(message.text, lambda name: f"cid:{ids[name]}" if name in ids else "")
    mail.add_alternative(_html(written, signature), subtype="html")
    page = mail.get_body(("html",))
    assert isinstance(page, EmailMessage)
    for name, file in shown.items():
        with file.file.open() as stored:
            _, _, subtype = file.content_type.partition("/")
            page.add_related(
                stored.read(),
                maintype="image",
                subtype=subtype,
                cid=f"<{ids[name]}>",
                filename=name,
                disposition="inline",
            )
    for file in (file for file in files if file not in shown.values()):
        kind, _, subtype = file.content_type.partition("/")
        with file.file.open() as stored:
            mail.add_attachment(
                stored.read(),
                maintype=kind or "application",
                subtype=subtype or "octet-stream",
                filename=file.name,
            )


def _thread_lines(message: Message) -> bytes:
    lines = [f"Message-ID: <{message.message_id}>"]
    references = [ref for ref in message.references if ref.isascii() and not set(ref) & set(" \t\r\n<>")]
    if references:
        lines.append(f"In-Reply-To: <{references[-1]}>")
        lines.append("References: " + "\r\n ".join(f"<{ref}>" for ref in references))
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _line(value: str) -> str:
    return " ".join(value.split())


def _html(written: str, signature: str) -> str:
    below = html.escape(signature).replace("\n", "<br>\n")
    signed = f'<p style="color:#666">-- <br>\n{below}</p>\n' if signature else ""
    return f"<!doctype html>\n<html><body>\n{written}{signed}</body></html>\n"
