"""The header block: bytes to an ordered list of unfolded fields. Nothing here raises."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sterling.channels.email.reading.words import header_text, raw_text

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_ODD_FIELD = re.compile(rb"(X-[^:]{1,200}):[ \t]*(.*)", re.DOTALL)  # blanks in its name
_MBOX = re.compile(rb">?From ")
# Fields that real mail has: after a line that is no field, one of these shows that the header goes on.
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|received|return-path|reply-to|sender|message-id|in-reply-to|references|"
    rb"mime-version|content-[a-z-]+|x-[\w-]+|dkim-signature|delivered-to|list-[a-z-]+|arc-[a-z-]+|"
    rb"authentication-results|received-spf|auto-submitted|precedence|importance|thread-[a-z]+|user-agent)[ \t]*:",
    re.IGNORECASE,
)
_MAX_FIELDS = 2_000
_MAX_JUNK = 50
_LOOK_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in order: (lower-case name, raw unfolded value). `hint`: the codec of raw 8-bit values."""

    fields: tuple[tuple[str, bytes], ...] = ()
    hint: str = ""

    def raw(self, name: str) -> bytes:
        """The first value of `name`, or b""."""
        return next((value for key, value in self.fields if key == name), b"")

    def all(self, name: str) -> tuple[bytes, ...]:
        return tuple(value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)

    def text(self, name: str) -> str:
        """The first value that is not blank as one readable line, or ""."""
        for value in self.all(name):
            found = header_text(value, self.hint)
            if found:
                return found
        return ""

    def plain(self, name: str) -> str:
        """The first value, undecoded, as text."""
        return raw_text(self.raw(name), self.hint).strip()


def split(block: bytes) -> tuple[Headers, bytes]:
    """The fields at the start of a message or part, and its body (bytes, line ends as they came)."""
    fields: list[tuple[str, bytearray]] = []
    position, size, junk, broken = 0, len(block), 0, False
    while position < size:
        stop = block.find(b"\n", position)
        end = size if stop == -1 else stop + 1
        line = block[position:end].rstrip(b"\r\n")
        if not line.strip(b" \t\r\x00"):
            position = end
            if not line or not _continues(block, end):
                break
            broken = True
            continue
        if broken and fields and line[:1] in {b" ", b"\t"}:
            fields[-1][1].extend(line.strip(b" \t\r"))  # a fold broken in two: its blank belongs to the break
        elif not _take(line, fields):
            junk += 1
            if junk > _MAX_JUNK or not _goes_on(block, end):
                break
            if fields:  # a fold that lost its leading space
                fields[-1][1].extend(b" " + line.strip())
        broken, position = False, end
    return Headers(tuple((name, bytes(value)) for name, value in fields)), block[position:]


def _take(line: bytes, fields: list[tuple[str, bytearray]]) -> bool:
    """Add `line` to `fields` where it is a field, a fold or an mbox line; False where it is none of them."""
    if line[:1] in {b" ", b"\t"}:
        if fields:
            fields[-1][1].extend(b" " + line.strip(b" \t\r"))
        return True
    match = _FIELD.fullmatch(line) or _ODD_FIELD.fullmatch(line)
    if match is not None:
        if len(fields) < _MAX_FIELDS:
            fields.append((match[1].decode("ascii", "replace").lower(), bytearray(match[2].strip(b" \t\r"))))
        return True
    if fields and fields[-1][1].endswith(b";") and b"=" in line:
        fields[-1][1].extend(b" " + line.strip())  # a parameter that lost its leading space
        return True
    return _MBOX.match(line) is not None


def _continues(block: bytes, start: int) -> bool:
    """After a line of blanks alone: does a fold or a known field follow?"""
    line = block[start : start + 200]
    return (line[:1] in {b" ", b"\t"} and bool(line.split(b"\n", 1)[0].strip())) or bool(_KNOWN.match(line))


def _goes_on(block: bytes, start: int) -> bool:
    """After a line that is no field: does a known field follow before a blank line?"""
    seen = 0
    for line in block[start : start + 4_000].split(b"\n"):
        if not line.strip() or seen == _LOOK_AHEAD:
            return False
        if _KNOWN.match(line):
            return True
        seen += line[:1] not in {b" ", b"\t"}
    return False
