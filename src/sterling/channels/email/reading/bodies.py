"""From the tree: what is the text, what is the HTML, what is attached."""

from __future__ import annotations

import html as escapes
import re
from dataclasses import dataclass, field

from sterling.channels.email.reading import enriched, flowed, markup, transfer
from sterling.channels.email.reading.charsets import decode, guess
from sterling.channels.email.reading.headers import split
from sterling.channels.email.reading.parts import Part, embedded, lines
from sterling.channels.email.reading.values import Attachment

_TEXT = {
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/x-amp-html",
    "text/watch-html",
    "text",
}
_ENRICHED = {"text/enriched", "text/richtext"}
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_EXTENSION = 5
_NAMES = {
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invitation.ics",
    "text/plain": "text.txt",
    "text/enriched": "text.txt",
    "image/jpeg": "image.jpg",
    "application/ms-tnef": "winmail.dat",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "encrypted.asc",
}


@dataclass(slots=True)
class Content:
    """What the walk collects: (is it HTML, text) in order, and attachments."""

    segments: list[tuple[str | None, str | None]] = field(default_factory=list)  # (plain, html)
    attachments: list[Attachment] = field(default_factory=list)
    is_partial: bool = False

    def text(self) -> str:
        out = [plain if plain is not None else markup.to_text(html or "") for plain, html in self.segments]
        return "\n\n".join(piece.strip("\n") for piece in out if piece.strip())

    def reply_source(self) -> str:
        """As `text`, but HTML loses its quote containers."""
        out = [
            plain if plain is not None else markup.to_text(html or "", quotes=False)
            for plain, html in self.segments
        ]
        return "\n\n".join(piece.strip("\n") for piece in out if piece.strip())

    def html(self) -> str | None:
        if not any(html is not None for _, html in self.segments):
            return None
        return "\n".join(
            html
            if html is not None
            else f'<div style="white-space: pre-wrap">{escapes.escape(plain or "")}</div>'
            for plain, html in self.segments
            if html is not None or (plain or "").strip()
        )


def collect(part: Part) -> Content:
    content = Content(is_partial=part.is_partial)
    _collect(part, content, top=True)
    return content


def _collect(part: Part, content: Content, *, top: bool = False) -> None:
    if part.children:
        if part.type == "multipart/alternative":
            _alternative(part, content)
        elif part.type == "multipart/related":
            _related(part, content)
        else:
            for child in part.children:
                _collect(child, content)
    elif top and part.type in {"message/rfc822", "message/global"}:
        inner = embedded(part)
        content.is_partial |= inner.is_partial
        if inner.type not in {"message/rfc822", "message/global"}:
            _collect(inner, content)
    elif _is_body(part, top=top) or (_is_enriched(part) and not content.segments):
        _body(part, content)
    else:
        content.attachments.append(_attachment(part))


def _is_body(part: Part, *, top: bool) -> bool:
    if part.type not in _TEXT or (part.type in _ENRICHED and not top):
        return False
    if part.disposition.value == "attachment":
        return top and not part.name
    return not part.name or (top and part.disposition.value != "attachment")


def _is_enriched(part: Part) -> bool:
    """The words in an old dress: the text where nothing was said before it, a file below other words."""
    return part.type in _ENRICHED and not part.name and part.disposition.value != "attachment"


def _body(part: Part, content: Content) -> None:
    if part.type == "text/html" or (part.type == "text" and b"<html" in part.body[:500].lower()):
        content.segments.append((None, part.text()))
        return
    if part.type in _ENRICHED:
        content.segments.append((enriched.to_text(part.text()), None))
        return
    data = part.words()
    if b"begin" in data:
        files, data = transfer.split_uuencoded(data)
        content.attachments.extend(
            Attachment(file_name(guess(name)), "application/octet-stream", file, "", inline=False)
            for name, file in files
        )
    text = lines(decode(data, part.kind.params.get("charset", "")))
    if part.kind.params.get("format", "").lower() == "flowed":
        text = flowed.unflow(text, delsp=part.kind.params.get("delsp", "").lower() == "yes")
    content.segments.append((text, None))


def _alternative(part: Part, content: Content) -> None:
    """One segment with the best plain and the best HTML form; whatever else is in there is attached."""
    plain: str | None = None
    html: str | None = None
    old = ""  # the same words in a form that counts where there is no other
    for child in part.children:
        inner = Content()
        _collect(child, inner)
        content.attachments.extend(inner.attachments)
        if not inner.segments:
            continue
        if child.type in _ENRICHED:
            old = old or inner.text()
            continue
        found_html = inner.html()
        if found_html is not None:
            html = found_html if html is None or found_html.strip() else html
            only_plain = [
                text for text, markup_ in inner.segments if markup_ is None and text and text.strip()
            ]
            if child.children and child.type == "multipart/alternative" and plain is None and only_plain:
                plain = "\n\n".join(only_plain)
            both = [text for text, markup_ in inner.segments if markup_ is not None and text]
            plain = plain or ("\n\n".join(both) or None)
        else:
            text = inner.text()
            plain = text if plain is None or not plain.strip() else plain
    if plain is not None and not plain.strip() and html is not None:
        plain = None
    if html is None and old.strip() and not (plain and plain.strip()):
        plain = old
    if plain is not None or html is not None:
        content.segments.append((plain, html))


def _related(part: Part, content: Content) -> None:
    """The root is the body; every other leaf is an inline attachment."""
    start = part.kind.params.get("start", "").strip("<> ")
    root = next((child for child in part.children if start and child.content_id == start), part.children[0])
    _collect(root, content)
    for child in part.children:
        if child is root:
            continue
        if child.children or _is_body(child, top=False):
            _collect(child, content)
        else:
            content.attachments.append(_attachment(child, inline=True))


def _attachment(part: Part, *, inline: bool = False) -> Attachment:
    name = file_name(part.name)
    if not name and part.type in {"message/rfc822", "message/global"}:
        subject = file_name(split(part.start().lstrip(b"\r\n"))[0].text("subject")[:100])
        name = f"{subject}.eml" if subject else ""
    inline = (
        inline
        or part.disposition.value == "inline"
        or (bool(part.content_id) and part.type.startswith("image/"))
    )
    return Attachment(
        name or _made_up(part),
        part.type or "application/octet-stream",
        part.file(),
        part.content_id,
        inline=inline,
    )


def _made_up(part: Part) -> str:
    """A name for a part that states none."""
    if part.type in _NAMES:
        return _NAMES[part.type]
    main, _, sub = part.type.partition("/")
    extension = sub.removeprefix("x-")
    stem = main if main in {"image", "audio", "video"} else "file"
    return f"{stem}.{extension if extension.isalnum() and len(extension) <= _EXTENSION else 'bin'}"


def file_name(name: str) -> str:
    """A stated name as one that can be shown: no controls and no direction marks, at most 255 characters."""
    return _BREAKS.sub("", name).strip()[:255]
