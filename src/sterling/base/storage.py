"""Files in PostgreSQL, behind Django's storage interface, so that the data folder holds nothing of worth.

What is stored is read as one value by whoever wants all of it, else piece by piece: a download never holds a file.
"""

from __future__ import annotations

import io
import secrets
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import connection, transaction
from django.db.models import BinaryField, Func
from django.utils.deconstruct import deconstructible
from psycopg import Cursor

from sterling.base.models import Blob
from sterling.base.moment import now
from sterling.base.prepared import Columns
from sterling.base.rows import insert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

    from sterling.base.spool import Data, Streamed

PIECE = 256 * 1024  # bytes that one question asks for


class Pieces(io.RawIOBase):
    """The bytes of one row. Nothing is asked before it is read; Blob.DoesNotExist then, where there is none."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._at = 0
        self._size: int | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = max(0, offset + (self._length() if start is None else start))
        return self._at

    def readinto(self, into: WriteableBuffer) -> int:
        target = memoryview(into).cast("B")
        found = self._asked(_PIECE.all(self._name, self._at + 1, min(len(target), PIECE)))
        target[: len(found)] = found
        return len(found)

    def readall(self) -> bytes:
        return self._asked(_REST.all(self._name, self._at + 1))

    def _asked(self, rows: list[tuple[Any, ...]]) -> bytes:
        if not rows:
            raise Blob.DoesNotExist(self._name)
        found = bytes(rows[0][0])
        self._at += len(found)
        return found

    def _length(self) -> int:
        if self._size is None:
            self._size = Blob.objects.values_list("size", flat=True).get(name=self._name)
        return self._size


class _Part(Func):
    function = "substring"
    output_field = BinaryField()


# Bytes count from 1.
_PIECE = Columns(
    lambda name, start, most: Blob.objects.filter(name=name).values_list(_Part("data", start, most)),
    str,
    int,
    int,
)
_REST = Columns(
    lambda name, start: Blob.objects.filter(name=name).values_list(_Part("data", start)), str, int
)


if TYPE_CHECKING:
    _File = File[bytes]
else:
    _File = File


class StreamedFile(_File):
    """What is stored piece by piece."""

    def __init__(self, data: Streamed) -> None:
        super().__init__(None, name="")
        self.streamed = data
        self.size = len(data)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002 - Django's signature
        return self.streamed.pieces()


def as_file(data: Data) -> File[bytes]:
    """As Django's fields take it."""
    return ContentFile(data) if isinstance(data, bytes) else StreamedFile(data)


@transaction.atomic
def insert_streamed(name: str, data: Streamed) -> None:
    """A row of bytes that are never held here as a whole: the server puts the pieces together.

    They wait in a large object, which is gone again with the same commit.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute("SELECT lo_from_bytea(0, '')")
        found = cursor.fetchone()
        assert found is not None
        place = 0
        for piece in data.pieces():
            cursor.execute("SELECT lo_put(%s::oid, %s::bigint, %b)", [found[0], place, piece])
            place += len(piece)
        cursor.execute(
            f"INSERT INTO {Blob._meta.db_table} (name, size, data, created_at)"  # noqa: SLF001 - our own table
            " SELECT %s, %s, lo_get(%s::oid), %s",
            [name, place, found[0], now()],
        )
        cursor.execute("SELECT lo_unlink(%s::oid)", [found[0]])


@deconstructible
class PostgresStorage(Storage):
    """One row a file, written in the caller's transaction."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:  # noqa: ARG002 - Django's signature
        return File(io.BufferedReader(Pieces(name), PIECE), name=name)

    def _save(self, name: str, content: File[Any]) -> str:
        if isinstance(content, StreamedFile):
            insert_streamed(name, content.streamed)
            return name
        data = content.read()
        insert([Blob(name=name, size=len(data), data=data, created_at=now())])
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002 - Django's signature
        return f"{name[:120]}-{secrets.token_hex(12)}"

    def delete(self, name: str) -> None:
        Blob.objects.filter(name=name).delete()

    def exists(self, name: str) -> bool:
        return Blob.objects.filter(name=name).exists()

    def size(self, name: str) -> int:
        return Blob.objects.values_list("size", flat=True).get(name=name)

    def url(self, name: str | None) -> str:
        raise NotImplementedError("stored files are reached through a guarded view only")
