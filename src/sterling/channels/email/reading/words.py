"""Header text: encoded words (RFC 2047) and the ways in which they arrive broken."""

from __future__ import annotations

import re

from sterling.channels.email.reading.charsets import codec_for, decode, guess
from sterling.channels.email.reading.transfer import base64_bytes, quoted_bytes

_START = re.compile(r"=\?([\w.:+*-]{1,60})\?([bBqQ])\?")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_SPACE = re.compile(r"\s+")
# A header longer than this is cut: nobody reads it, and hostile ones cost time.
LIMIT = 32_768


def raw_text(value: bytes, hint: str = "") -> str:
    """An unfolded header value as text; raw 8-bit bytes are guessed, with the codec `hint` before others."""
    return guess(value[:LIMIT].replace(b"\x00", b""), hint)


def decode_words(text: str) -> str:
    """`text` with its encoded words decoded, neighbours joined before decoding so that a split character survives."""
    out: list[str] = []
    run: list[tuple[str, bytes]] = []
    position = 0
    while (start := _START.search(text, position)) is not None:
        end = text.find("?=", start.end())
        if end == -1:
            break
        between = text[position : start.start()]
        if between.strip() or not run:
            _flush(run, out)
            out.append(between)
        payload = text[start.end() : end]
        run.append((start[1].lower().split("*", 1)[0], _word_bytes(payload, start[2], start[1])))
        position = end + 2
    rest = text[position:]
    _flush(run, out)
    out.append(rest)
    return "".join(out)


def _word_bytes(payload: str, encoding: str, charset: str) -> bytes:
    if encoding in "bB":
        return base64_bytes(payload.encode("ascii", "ignore"))
    spaced = payload.replace("_", " ")
    # Raw 8-bit characters inside a word are in the word's own charset.
    return quoted_bytes(
        spaced.encode("ascii" if spaced.isascii() else codec_for(charset) or "utf-8", "replace")
    )


def _flush(run: list[tuple[str, bytes]], out: list[str]) -> None:
    index = 0
    while index < len(run):
        charset, data = run[index]
        index += 1
        pieces = [data]
        while index < len(run) and run[index][0] == charset:
            pieces.append(run[index][1])
            index += 1
        if charset.startswith("iso-2022"):
            out.append("".join(decode(piece, charset) for piece in _states(pieces)))
        else:
            out.append(decode(b"".join(pieces), charset))
    run.clear()


def _states(pieces: list[bytes]) -> list[bytes]:
    """Pieces of a stateful charset: each starts anew, unless the one before it was cut in mid state."""
    out: list[bytes] = []
    for piece in pieces:
        escape = out[-1].rfind(b"\x1b") if out else -1
        if (
            escape >= 0
            and out[-1][escape + 1 : escape + 3] not in {b"(B", b"(J"}
            and not piece.startswith(b"\x1b")
        ):
            out[-1] += piece
        else:
            out.append(piece)
    return out


def clean(text: str) -> str:
    """One line: controls and line ends become a space, the ends are trimmed."""
    return _SPACE.sub(" ", _CONTROLS.sub(" ", text)).strip()


def header_text(value: bytes, hint: str = "") -> str:
    """A header value as one line of readable text."""
    return clean(decode_words(raw_text(value, hint)))
