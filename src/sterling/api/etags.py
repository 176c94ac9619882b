"""ETags from the version of a row, and If-Match against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base.errors import Stale
from sterling.core.text import Text

if TYPE_CHECKING:
    from django.http import HttpResponse

    from sterling.api.request import ApiRequest


def tag(response: HttpResponse, version: int) -> None:
    response["ETag"] = f'"{version}"'


def require_match(request: ApiRequest, version: int) -> None:
    """Stale when the request asks for another version. Ask while the row is locked."""
    wanted = request.headers.get("If-Match")
    if wanted is None:
        return
    tags = {part.strip() for part in wanted.split(",")}
    if "*" not in tags and f'"{version}"' not in tags:
        raise Stale(
            Text(
                "Somebody changed this since you read it. Read it again and repeat with its new ETag.",
                "在您读取之后，它已被他人修改。请重新读取，并使用新的 ETag 重试。",
            )
        )
