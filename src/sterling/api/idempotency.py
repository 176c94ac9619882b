"""A POST that is repeated with its key does nothing twice and hears the same answer again.

The key, the effect and the answer commit together, so a crash leaves all of them or none. Only what
succeeded is kept: a refusal changed nothing, and may be repeated once its reason is gone.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.http import HttpResponse

from sterling.api.models import IdempotencyKey
from sterling.api.problems import KeyInUse, KeyReused
from sterling.base.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sterling.api.request import ApiRequest

HEADER = "Idempotency-Key"
LONGEST = 200
REFUSED = 400
KEPT = timedelta(days=7)


def once(request: ApiRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Call `work` in the caller's transaction, unless the request's key has its answer already.

    KeyInUse: the same key is being worked on now. KeyReused: it stood for another request.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return work()
    if not 0 < len(key) <= LONGEST:
        raise Invalid.field(
            HEADER, f"Between 1 and {LONGEST} characters.", f"长度应为 1 到 {LONGEST} 个字符。"
        )
    _take(request, key)
    digest = _digest(request)
    known = IdempotencyKey.objects.filter(token=request.token, key=key).first()
    if known and known.request_digest != digest:
        raise KeyReused
    if known and known.body is not None:
        again = HttpResponse(bytes(known.body), status=known.status, content_type="application/json")
        again["Idempotency-Replayed"] = "true"
        return again
    response = work()
    if response.status_code < REFUSED:
        IdempotencyKey.objects.create(
            token=request.token,
            key=key,
            request_digest=digest,
            status=response.status_code,
            body=response.content,
            created_at=request.at,
        )
    return response


def _take(request: ApiRequest, key: str) -> None:
    """Hold the key until the transaction ends; whoever comes meanwhile is told so and waits for nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [mark(request.token.pk, key)])
        taken: bool = cursor.fetchone()[0]
    if not taken:
        raise KeyInUse


def forget(*, at: datetime) -> int:
    """Drop answers that nobody will ask for again; how many. For the worker."""
    dropped, _ = IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()
    return dropped


def mark(token_id: int, key: str) -> int:
    """The number under which PostgreSQL locks this key of this token."""
    digest = hashlib.sha256(f"{token_id}/{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _digest(request: ApiRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()
