"""Attachments: base64 in a body, bytes in an answer."""

from __future__ import annotations

import base64
import binascii
import re
from typing import IO, TYPE_CHECKING, Annotated

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header
from pydantic import Field

from sterling.api.shapes import In
from sterling.base.errors import Invalid
from sterling.tickets.content import File

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from sterling.tickets.models import Attachment

_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}")
ANYTHING = "application/octet-stream"


class FileIn(In):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    content_type: Annotated[str, Field(max_length=150)] = ANYTHING
    data: str = Field(description="Base64. All files of a message together: at most 25 MB.")


Files = Annotated[list[FileIn], Field(default_factory=list, max_length=100)]


def decoded(files: list[FileIn]) -> tuple[File, ...]:
    """The files as bytes. Invalid: not base64, or a content type that is none."""
    return tuple(decoded_file(file, f"attachments.{position}") for position, file in enumerate(files))


def decoded_file(file: FileIn, field: str) -> File:
    """One file, which `field` of the body holds."""
    if not _TYPE.fullmatch(file.content_type):
        raise Invalid.field(
            f"{field}.content_type",
            "Write a type such as application/pdf.",
            "请填写文件类型，例如 application/pdf。",
        )
    try:
        data = base64.b64decode(file.data, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid.field(f"{field}.data", "Must be base64.", "必须是 base64 编码。") from None
    return File(file.name, file.content_type, data)


def download(attachment: Attachment) -> HttpResponseBase:
    """The bytes, to be saved and never shown: what a customer sent must not run as our page."""
    kind = attachment.content_type if _TYPE.fullmatch(attachment.content_type) else ANYTHING
    return saved(attachment.file.open(), attachment.name, kind)


def saved(data: bytes | IO[bytes], name: str, kind: str) -> HttpResponseBase:
    """An answer that a browser saves and never shows. `data`: all of it, or a file that is handed out in pieces."""
    response = (
        HttpResponse(data, content_type=kind)
        if isinstance(data, bytes)
        else FileResponse(data, content_type=kind)
    )
    name = " ".join(name.split()) or "attachment"
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
