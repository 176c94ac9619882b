"""`read`: one message, read."""

from __future__ import annotations

import re

from sterling.base.spool import Data, Spooled
from sterling.channels.email.reading import addresses, automatic, bodies, bounces, dates, parts
from sterling.channels.email.reading.charsets import script
from sterling.channels.email.reading.leaving_out import LeftOut, outline
from sterling.channels.email.reading.parts import Part
from sterling.channels.email.reading.replies import forwards, reply_text
from sterling.channels.email.reading.values import Mailbox, Reading
from sterling.channels.email.reading.words import clean, header_text, raw_text

# Larger messages are refused by the intake long before; this bounds the reader on its own.
MAX_BYTES = 100_000_000
_ID = re.compile(r"<([^<>\s]{1,900})>")
_MAX_IDS = 200
_ENVELOPE = (
    "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-forwarded-to", "x-rcpt-to",
    "apparently-to",
)  # fmt: skip


def read(raw: Data) -> Reading:
    """Everything that the intake needs to know of the message `raw`.

    Never raises but OSError for a spooled file; `error` says when it is no message.
    """
    if len(raw) > MAX_BYTES:
        return Reading(error=f"larger than {MAX_BYTES} bytes")
    return _said(*outline(raw)) if isinstance(raw, Spooled) else _said(bytes(raw), None)


def _said(raw: bytes, left_out: LeftOut | None) -> Reading:
    if not raw.strip():
        return Reading(error="empty")
    if b"\x00" in raw[:4_000] and b":" not in raw[:4_000]:
        return Reading(error="not a mail message")
    return _read(parts.message(raw, left_out))


def _read(part: Part) -> Reading:
    headers = part.headers
    content = bodies.collect(part)
    sender = _sender(part)
    subject = headers.text("subject")
    return_path = _return_path(part)
    text = content.text()
    bounce = bounces.find(part, subject=subject, sender=sender, return_path=return_path, text=text)
    reply_to = _mailboxes(part, "reply-to")
    reason = automatic.reason(
        part, subject, sender=sender[1], reply_to=reply_to[0][1] if reply_to else "", return_path=return_path
    )
    if bounce is not None and not reason:
        reason = "Bounce"
    # Gmail wraps what it forwards as it wraps what it quotes.
    source = text if forwards(text, subject) else content.reply_source() or text
    return Reading(
        message_id=_first_id(headers.raw("message-id")),
        in_reply_to=_ids(headers.raw("in-reply-to")),
        references=_ids(headers.raw("references")),
        subject=subject,
        from_email=sender[1],
        from_name=sender[0],
        reply_to=reply_to,
        to=_mailboxes(part, "to"),
        cc=_mailboxes(part, "cc"),
        delivered_to=_delivered_to(part),
        date=dates.parse(headers.plain("date")),
        text=text,
        html=content.html(),
        reply_text=reply_text(source, subject=subject),
        language=script(source or subject),
        is_auto=bool(reason),
        auto_reason=reason,
        is_bounce=bounce is not None,
        bounced_recipients=bounce.recipients if bounce else (),
        bounce_status=bounce.status if bounce else "",
        bounce_hard=bounce.hard if bounce else None,
        bounced_message_id=bounce.message_id if bounce else "",
        attachments=tuple(content.attachments),
        list_id=_list_id(headers.text("list-id")),
        return_path=return_path,
        is_partial=content.is_partial,
    )


def _sender(part: Part) -> Mailbox:
    for name in ("from", "sender", "reply-to", "return-path"):
        for value in part.headers.all(name):
            found = addresses.parse(value, part.headers.hint)
            if found:
                return found[0]
            # "MAILER-DAEMON <>": a name that stands for nobody.
            if name == "from" and (
                alone := header_text(value, part.headers.hint).replace("<>", "").strip(' "')
            ):
                return (alone[:200], "")
    return ("", "")


def _mailboxes(part: Part, name: str) -> tuple[Mailbox, ...]:
    return tuple(
        mailbox for value in part.headers.all(name) for mailbox in addresses.parse(value, part.headers.hint)
    )


def _delivered_to(part: Part) -> tuple[str, ...]:
    seen = {email: None for name in _ENVELOPE for _, email in _mailboxes(part, name)}
    return tuple(seen)


def _return_path(part: Part) -> str | None:
    if not part.headers.has("return-path"):
        return None
    value = part.headers.raw("return-path")
    if value.strip().replace(b" ", b"") in {b"<>", b""}:
        return ""
    found = addresses.parse(value, part.headers.hint)
    return found[0][1] if found else ""


def _ids(value: bytes) -> tuple[str, ...]:
    text = raw_text(value)
    found = list(dict.fromkeys(match[1] for match in _ID.finditer(text)))[-_MAX_IDS:]
    if not found and "<" not in text:  # ids without their brackets
        found = [word for word in text.split() if "@" in word][-_MAX_IDS:]
    return tuple(found)


def _first_id(value: bytes) -> str:
    found = _ids(value)
    return found[0] if found else clean(raw_text(value)).strip("<> ")[:900]


def _list_id(text: str) -> str:
    match = re.search(r"<([^<>]{1,500})>", text)
    return match[1].strip() if match else text.strip()[:500]
