"""Files in PostgreSQL, behind Django's storage interface, so that the data folder holds nothing of worth."""

from __future__ import annotations

import io
import secrets
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from sterling.base.models import Blob
from sterling.base.moment import now
from sterling.base.rows import insert


@deconstructible
class PostgresStorage(Storage):
    """One row a file, written in the caller's transaction."""

    def _open(self, name: str, mode: str = "rb") -> File[Any]:  # noqa: ARG002 - Django's signature
        data = Blob.objects.values_list("data", flat=True).get(name=name)
        return File(io.BytesIO(bytes(data)), name=name)

    def _save(self, name: str, content: File[Any]) -> str:
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
