"""The MIME tree, bounded in depth and number. Nothing here raises."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sterling.base.spool import Data, head
from sterling.channels.email.reading import headers as heads
from sterling.channels.email.reading import parameters, transfer
from sterling.channels.email.reading.charsets import codec_for, decode, likely
from sterling.channels.email.reading.headers import Headers
from sterling.channels.email.reading.leaving_out import Decoded, LeftOut
from sterling.channels.email.reading.parameters import Valued

MAX_DEPTH = 24
MAX_PARTS = 1_000
MOST_WORDS = 9_000_000
"""Bytes of text: a message shows a million letters of it, and of HTML two."""
_FILES = b"\nbegin"
_SAMPLE = 20_000
_GUESSED_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,198}?|-{1,60}[^\s-][^\r\n]{0,150}?)[ \t]*\r?$", re.MULTILINE
)
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One node: `body` are its raw bytes (still encoded); `children` are set for multiparts alone."""

    headers: Headers
    kind: Valued
    disposition: Valued
    body: bytes
    children: tuple[Part, ...] = ()
    left_out: LeftOut | None = None
    """Where `body` has long pieces left out of it: what they are."""
    is_partial: bool = False
    """Of a whole message: it has more parts than are read."""

    @property
    def type(self) -> str:
        return self.kind.value

    @property
    def encoding(self) -> str:
        return self.headers.plain("content-transfer-encoding")

    @property
    def name(self) -> str:
        """The file name that the part states, or ""."""
        return (
            self.disposition.params.get("filename", "")
            or self.kind.params.get("name", "")
            or self.kind.params.get("filename", "")
        )

    @property
    def content_id(self) -> str:
        return self.headers.plain("content-id").strip("<> \"'")[:500]

    def data(self) -> bytes:
        """The content with its transfer encoding undone."""
        return transfer.body_bytes(
            self.left_out.whole(self.body) if self.left_out else self.body, self.encoding
        )

    def file(self) -> Data:
        """The same, not in memory where it is long."""
        if self.left_out is None or not transfer.is_streamed(self.encoding):
            return self.data()
        return Decoded(self.left_out, self.body, self.encoding)

    def start(self) -> bytes:
        """Its beginning, its headers at least where it is a message."""
        if self.left_out is None or transfer.is_encoded(self.encoding):
            return self.data()
        return self.body

    def words(self) -> bytes:
        """The content as text that somebody reads; what no page could show is left to the raw message."""
        if (
            self.left_out is None
            or not transfer.is_streamed(self.encoding)
            or self.left_out.has(self.body, _FILES)
        ):
            return self.data()
        return head(Decoded(self.left_out, self.body, self.encoding), MOST_WORDS)

    def text(self) -> str:
        """The content as text with "\\n" line ends."""
        return lines(decode(self.words(), self.kind.params.get("charset", "")))


class _Budget:
    __slots__ = ("is_spent", "left", "left_out")

    def __init__(self, left_out: LeftOut | None) -> None:
        self.left = MAX_PARTS
        self.is_spent = False
        self.left_out = left_out

    def of(self, body: bytes) -> LeftOut | None:
        return self.left_out if self.left_out and self.left_out.is_in(body) else None


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def message(raw: bytes, left_out: LeftOut | None = None) -> Part:
    """The tree of a whole message; `left_out` of it are long pieces that structure nothing."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    budget = _Budget(left_out)
    found = _part(raw, "text/plain", 0, budget)
    if budget.is_spent:
        found = replace(found, is_partial=True)
    if any(not value.isascii() for _, value in found.headers.fields):
        hint = codec_for(found.kind.params.get("charset", "")) or likely(raw[:_SAMPLE])
        return replace(found, headers=replace(found.headers, hint=hint))
    return found


def embedded(part: Part) -> Part:
    """The tree of the message inside a message/rfc822 part."""
    return message(part.start(), part.left_out)


def walk(part: Part) -> list[Part]:
    """Every node, parents before children."""
    out = [part]
    for child in part.children:
        out.extend(walk(child))
    return out


def _part(block: bytes, default: str, depth: int, budget: _Budget, charset: str = "") -> Part:
    headers, body = heads.split(block)
    # Several Content-Type fields happen: the first usable one counts.
    kind = next(
        (
            found
            for value in headers.all("content-type")
            if _TYPE.fullmatch((found := parameters.parse(value)).value)
        ),
        None,
    )
    if kind is None:
        stated = parameters.parse(headers.raw("content-type"))
        word = stated.value.split("/", 1)[0]
        kind = Valued(_fallback(word, default, stated), stated.params)
    if charset and "charset" not in kind.params and kind.value.startswith(("text/", "multipart/")):
        kind = Valued(kind.value, {**kind.params, "charset": charset})  # stated on the multipart alone
    disposition = parameters.parse(headers.raw("content-disposition"))
    children: tuple[Part, ...] = ()
    if kind.value.startswith("multipart/") and depth < MAX_DEPTH:
        inner = "message/rfc822" if kind.value == "multipart/digest" else "text/plain"
        boundary = kind.params.get("boundary", "")
        pieces = _pieces(body, boundary)
        if not pieces:  # forbidden, and done all the same: the parts are encoded together
            long = budget.of(body)
            opened = transfer.body_bytes(
                long.whole(body) if long else body, headers.plain("content-transfer-encoding")
            )
            pieces = _pieces(opened, boundary) if opened != body else []
        taken: list[Part] = []
        for piece in pieces:
            if budget.left <= 0:
                budget.is_spent = True
                break
            budget.left -= 1
            taken.append(_part(piece, inner, depth + 1, budget, kind.params.get("charset", "")))
        children = tuple(taken)
        if not children:  # no part anywhere: what is there is text
            body = _without_delimiters(body, boundary)
            kind = Valued("text/html" if b"<html" in body[:2000].lower() else "text/plain", kind.params)
    return Part(headers, kind, disposition, body, children, None if children else budget.of(body))


def _fallback(word: str, default: str, stated: Valued) -> str:
    if "boundary" in stated.params:
        return "multipart/mixed"
    if word == "html":
        return "text/html"
    if word in {"", "text"}:
        return default if not word else "text/plain"
    return "application/octet-stream" if word in {"application", "image", "audio", "video"} else default


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """The blocks between delimiter lines; a missing or wrong boundary is guessed from the first delimiter-like line."""
    token = boundary.strip().encode("utf-8", "replace")
    found = _split(body, token) if token else []
    if found:
        return found
    guessed = _GUESSED_BOUNDARY.search(body)
    if guessed is not None and body.count(b"--" + guessed[1]) > 1:
        return _split(body, guessed[1])
    return []


def _split(body: bytes, token: bytes) -> list[bytes]:
    pattern = re.compile(rb"^--" + re.escape(token) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    out: list[bytes] = []
    start = -1
    for match in pattern.finditer(body):
        if start >= 0:
            out.append(_trimmed(body[start : match.start()]))
        if match[1]:
            return out
        start = match.end() + 1
    if start >= 0 and body[start:].strip():
        out.append(body[start:])
    return out


def _without_delimiters(body: bytes, boundary: str) -> bytes:
    token = boundary.strip().encode("utf-8", "replace")
    if not token:
        return body
    return re.sub(rb"^--" + re.escape(token) + rb"(?:--)?[ \t]*\r?$", b"", body, flags=re.MULTILINE)


def _trimmed(piece: bytes) -> bytes:
    """The line end before a delimiter belongs to the delimiter."""
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece.removesuffix(b"\n")
