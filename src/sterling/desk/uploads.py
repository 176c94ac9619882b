"""Files that came with a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.tickets.content import File

if TYPE_CHECKING:
    from django.http import HttpRequest


def files_of(request: HttpRequest) -> tuple[File, ...]:
    return tuple(
        File(file.name or "attachment", file.content_type or "", file.read())
        for file in request.FILES.getlist("files")
    )
