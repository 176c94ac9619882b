"""Bytes that are too many to be held: in a file without a name, handed out piece by piece.

A file without a name is gone with whoever holds it, however that ends: nothing is left behind by a crash.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = 1024 * 1024
"""Up to so many bytes stay in memory."""
PIECE = 256 * 1024


class Streamed(ABC):
    """Bytes that nobody has to hold as a whole. `bytes(it)` does."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def pieces(self) -> Iterator[bytes]:
        """All of them in order, from the start each time."""

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())


Data = bytes | Streamed


def pieces(data: Data) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
    else:
        yield from data.pieces()


def head(data: Data, most: int) -> bytes:
    """The first `most` bytes."""
    found = bytearray()
    for piece in pieces(data):
        found += piece[: most - len(found)]
        if len(found) >= most:
            break
    return bytes(found)


def sha256(data: Data) -> str:
    found = hashlib.sha256()
    for piece in pieces(data):
        found.update(piece)
    return found.hexdigest()


class Spooled(Streamed):
    """Bytes in a file without a name."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def __len__(self) -> int:
        return self._size

    def pieces(self) -> Iterator[bytes]:
        return self.between(0, self._size)

    def between(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            piece = os.pread(self._file.fileno(), min(PIECE, end - start), start)
            if not piece:
                raise OSError("a spooled file is shorter than was written")
            yield piece
            start += len(piece)

    def __del__(self) -> None:
        self._file.close()


class Spool:
    """What is written, in memory while it is small, then in a file. OSError: there is no room for it."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self.size = 0

    def write(self, data: bytes) -> None:
        self._held += data
        self.size += len(data)
        if len(self._held) >= PIECE and self.size > SMALL:
            self._write_out()

    def whole(self) -> Data:
        """Everything that was written; nothing more is."""
        if self.size <= SMALL:
            return bytes(self._held)
        self._write_out()
        assert self._file is not None
        return Spooled(self._file, self.size)

    def drop(self) -> None:
        """Forget it, to save the room."""
        self._held.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write_out(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as what is in it
        view = memoryview(self._held)
        try:
            written = 0
            while written < len(view):
                written += self._file.write(view[written:])
        finally:
            view.release()
        self._held.clear()


def spooled(parts: Iterator[bytes]) -> Data:
    """What comes, in memory where it is small."""
    spool = Spool()
    for piece in parts:
        spool.write(piece)
    return spool.whole()
