"""Of a long message only what structures it is read into memory: long runs of lines inside of parts are left out.

A line that says where they were stands in their place. It looks like a line of base64, so nothing is decided by it;
whoever wants the bytes of a part gets the run back, piece by piece.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from sterling.base.spool import Spooled, Streamed
from sterling.channels.email.reading import transfer

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = 24 * 1024
"""Of each part's body so much stays at least: by its beginning it is judged what it is."""
SHORTEST = 8 * 1024
_DELIMITER = b"\n--"
_BLANK = re.compile(rb"\n\r?\n")


class LeftOut:
    """The runs that were left out of a message."""

    def __init__(self, raw: Spooled) -> None:
        self._raw = raw
        self._mark = secrets.token_hex(16).encode()
        self._runs: list[tuple[int, int]] = []
        self._pattern = re.compile(self._mark + rb"x(\d+)x")

    def add(self, start: int, end: int) -> bytes:
        """Leave a run out; what stands in its place."""
        self._runs.append((start, end))
        return b"%sx%dx" % (self._mark, len(self._runs) - 1)

    def is_in(self, body: bytes) -> bool:
        return self._mark in body

    def pieces(self, body: bytes) -> Iterator[bytes]:
        """The body with everything back in its place."""
        position = 0
        for found in self._pattern.finditer(body):
            yield body[position : found.start()]
            yield from self._raw.between(*self._runs[int(found[1])])
            position = found.end()
        yield body[position:]

    def whole(self, body: bytes) -> bytes:
        return b"".join(self.pieces(body))

    def has(self, body: bytes, words: bytes) -> bool:
        """Whether the whole body holds these."""
        before = b""
        for piece in self.pieces(body):
            if words in before + piece:
                return True
            before = (before + piece)[-len(words) :]
        return False


class Decoded(Streamed):
    """A part's content with its transfer encoding undone, each time anew: it is never held."""

    def __init__(self, left_out: LeftOut, body: bytes, encoding: str) -> None:
        self._left_out, self._body, self._encoding = left_out, body, encoding
        self._size: int | None = None

    def pieces(self) -> Iterator[bytes]:
        return transfer.streamed(lambda: self._left_out.pieces(self._body), self._encoding)

    def __len__(self) -> int:
        if self._size is None:
            self._size = sum(map(len, self.pieces()))
        return self._size


def outline(raw: Spooled) -> tuple[bytes, LeftOut]:
    """The message without its long runs, and these.

    A run is within a block from one line that begins like a delimiter to the next, behind the block's header and the
    beginning of its body, and whole lines: wherever the block belongs to, its structure is as it was.
    """
    left_out = LeftOut(raw)
    kept: list[bytes] = []
    for start, end in _blocks(raw):
        run = _run(raw, start, end)
        if run is None:
            kept += raw.between(start, end)
            continue
        kept += raw.between(start, run[0])
        kept.append(left_out.add(*run))
        kept += raw.between(run[1], end)
    return b"".join(kept), left_out


def _blocks(raw: Spooled) -> Iterator[tuple[int, int]]:
    """Each from a line that begins with two dashes up to the line end before the next one."""
    start, place, before = 0, 0, b""
    for piece in raw.pieces():
        window = before + piece
        at = place - len(before)
        found = window.find(_DELIMITER)
        while found >= 0:
            yield start, at + found
            start = at + found
            found = window.find(_DELIMITER, found + 1)
        place += len(piece)
        before = window[-(len(_DELIMITER) - 1) :]
    yield start, len(raw)


def _run(raw: Spooled, start: int, end: int) -> tuple[int, int] | None:
    """What of a block can be left out: from one line's beginning to another one's end."""
    if end - start < KEPT + SHORTEST:
        return None
    begin = b"".join(raw.between(start, min(end, start + 4 * KEPT)))
    bare = len(begin) - len(begin.lstrip(b"\r\n"))
    header = _BLANK.search(begin, max(0, bare - 1) if start == 0 else 1)
    after = -1 if header is None else begin.find(b"\n", header.end() + KEPT)
    if after < 0:
        return None
    last = b"".join(raw.between(max(start, end - 4 * KEPT), end))
    stop = len(last) if end < len(raw) else last.rfind(b"\n")
    if stop < 0:
        return None
    stop -= last[:stop].endswith(b"\r")
    run = start + after + 1, end - len(last) + stop
    return run if run[1] - run[0] >= SHORTEST else None
