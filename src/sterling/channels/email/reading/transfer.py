"""Content transfer encodings, tolerant: base64, quoted-printable, uuencode. Nothing here raises."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_= \t\r\n"
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
# A list server's footer under the encoded text begins with such a line.
_FOOTER = re.compile(rb"\r?\n[-_]{8,}[ \t]*\r?\n")
_MAX_FILES = 100
_QUOTED = {"quoted-printable", "quoted_printable", "quotedprintable", "qp"}
_UUENCODED = {"x-uuencode", "uuencode", "x-uue", "uue"}
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)


def base64_bytes(data: bytes) -> bytes:
    """The bytes of base64 text; stray characters and missing padding are forgiven, as is padding inside."""
    if b"-" in data or b"_" in data:
        data = _FOOTER.split(data, maxsplit=1)[0]
        data = data.translate(_URL_SAFE)
    out: list[bytes] = []
    # Text after padding is another encoded piece (two concatenated streams), else the end.
    for piece in re.split(rb"=+", data):
        core = _NOT_BASE64.sub(b"", piece)
        if len(core) % 4 == 1:
            core = core[:-1]
        try:
            out.append(binascii.a2b_base64(core + b"=" * (-len(core) % 4)))
        except binascii.Error:
            break
    return b"".join(out)


def _is_base64(body: bytes) -> bool:
    """Text under a wrong label has blanks and punctuation in it; a few stray characters are forgiven."""
    sample = body[:20_000].strip()
    strange = len(sample.translate(None, _ALPHABET)) + sample.count(b" ")
    return strange * 20 <= len(sample)


def quoted_bytes(data: bytes) -> bytes:
    """The bytes of quoted-printable text; a stray "=" stays what it is."""
    return binascii.a2b_qp(data)


def body_bytes(body: bytes, encoding: str) -> bytes:
    """`body` with its Content-Transfer-Encoding undone; unknown encodings leave it as it is."""
    encoding = _named(encoding)
    if encoding == "base64":
        return base64_bytes(body) if _is_base64(body) else body
    if encoding in _QUOTED:
        if body.endswith(b"="):
            body = body[:-1]
        return quoted_bytes(b"\n".join(_bare(line) for line in body.split(b"\n")))
    if encoding in _UUENCODED:
        files, _ = split_uuencoded(body)
        return files[0][1] if files else body
    return body


def _named(encoding: str) -> str:
    return encoding.strip().strip("\"'").split(";", 1)[0].split(" ", 1)[0].lower()


def is_encoded(encoding: str) -> bool:
    """Whether the bytes on the wire are others than those meant."""
    return _named(encoding) in {"base64"} | _QUOTED | _UUENCODED


def is_streamed(encoding: str) -> bool:
    """Whether `streamed` undoes it; uuencode is undone in memory."""
    return _named(encoding) not in _UUENCODED


def streamed(body: Callable[[], Iterator[bytes]], encoding: str) -> Iterator[bytes]:
    """As `body_bytes`, of a long body that is never held. `body` may be asked for its pieces more than once."""
    encoding = _named(encoding)
    if encoding == "base64":
        return _streamed_base64(body)
    if encoding in _QUOTED:
        return _streamed_quoted(body())
    return body()


def _streamed_base64(body: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    start = bytearray()
    odd = False
    for piece in body():
        start += piece[: max(0, 20_000 - len(start))]
        odd = odd or b"-" in piece or b"_" in piece
    if not _is_base64(bytes(start)):
        yield from body()
    elif odd:  # another alphabet, or a footer: rare, and told by all of it
        yield base64_bytes(b"".join(body()))
    else:
        core = b""
        for piece in body():
            first, *others = re.split(rb"=+", piece)
            core += _NOT_BASE64.sub(b"", first)
            for other in others:
                yield _unpadded(core)
                core = _NOT_BASE64.sub(b"", other)
            whole = len(core) // 4 * 4
            yield binascii.a2b_base64(core[:whole])
            core = core[whole:]
        yield _unpadded(core)


def _unpadded(core: bytes) -> bytes:
    if len(core) % 4 == 1:
        core = core[:-1]
    return binascii.a2b_base64(core + b"=" * (-len(core) % 4))


def _streamed_quoted(pieces: Iterator[bytes]) -> Iterator[bytes]:
    kept = b""
    for piece in pieces:
        lines, end, rest = (kept + piece).rpartition(b"\n")
        if end:
            yield quoted_bytes(b"\n".join(_bare(line) for line in (lines + end).split(b"\n")))
        kept = rest
    yield quoted_bytes(b"\n".join(_bare(line) for line in kept.removesuffix(b"=").split(b"\n")))


def _bare(line: bytes) -> bytes:
    """A line without the blanks that transport may have added, its carriage return kept."""
    bare = line.rstrip(b" \t\r")
    return bare + b"\r" if line.endswith(b"\r") else bare


def split_uuencoded(body: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Files uuencoded in a text body as (name, bytes), and the body without them."""
    files: list[tuple[bytes, bytes]] = []
    kept: list[bytes] = []
    position = 0
    for match in _UU_BEGIN.finditer(body):
        if match.start() < position or len(files) >= _MAX_FILES:
            continue
        decoded, end = _uu_lines(body, match.end())
        if end is None:
            continue
        kept.append(body[position : match.start()])
        files.append((match[1].strip(), decoded))
        position = end
    kept.append(body[position:])
    return files, b"".join(kept)


def _uu_lines(body: bytes, start: int) -> tuple[bytes, int | None]:
    """The decoded lines from `start` and where the text goes on after "end"; None when it is not uuencode."""
    out: list[bytes] = []
    position = start
    while position < len(body):
        stop = body.find(b"\n", position)
        stop = len(body) if stop == -1 else stop
        line = body[position:stop].rstrip(b"\r")
        position = stop + 1
        if line.strip() == b"end":
            return b"".join(out), position
        if not line or line in {b"`", b" "}:
            continue
        if not ord(" ") <= line[0] <= ord("`"):
            return b"", None
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            out.append(binascii.a2b_uu(line[: wanted + 1]))
        except binascii.Error:
            return b"", None
    return b"", None
