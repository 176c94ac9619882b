"""Poke, then pull: browsers hear the name of what changed and fetch it again through its guarded view.

A poke carries a name and nothing else, so there is no list of recipients to get wrong; a lost one costs a
reload. PostgreSQL hands it over when the transaction commits, and only then.

The names: `queue`, `outbox`, `ticket-<number>`, `timeline-<id>` (its clocks), for staff; for customers
`organization-<id>` (something that they may see changed there) and `requester-<contact id>`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sterling.base import bound, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

CHANNEL = "sterling_live"
PATH = "/events"
PORT = "STERLING_EVENTS_PORT"  # set by `sterling up`, where no proxy joins the two ports


def poke(*names: str) -> None:
    """Tell open pages that `queue`, `ticket-1042`, ... changed, if the current transaction commits."""
    waiting = rows.gathered()
    if waiting is not None:
        waiting.pokes.update(dict.fromkeys(names))
        return
    with bound.cursor() as cursor:
        cursor.execute(_POKE, [CHANNEL, list(names)])


_POKE = "SELECT pg_notify(%s, name) FROM unnest(%s::text[]) WITH ORDINALITY AS told(name, nth) ORDER BY nth"


@contextmanager
def at_once() -> Iterator[None]:
    """What is written and poked inside goes out at its end in one statement; within another, at that one's end.

    Queries inside do not see it. Nothing of it is written when something is raised.
    """
    if rows.gathered() is not None:
        yield
        return
    waiting = rows.Gathered()
    with rows.gathering(waiting):
        yield
    if waiting.pokes:
        waiting.write(_POKE, [CHANNEL, list(waiting.pokes)])
    else:
        waiting.write()


def stream_origin(request: HttpRequest) -> str:
    """Where the live stream answers: nothing for the page's own origin, else scheme, host and port."""
    port = os.environ.get(PORT)
    if not port:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname or "127.0.0.1"
    bracketed = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{bracketed}:{port}"


def stream_url(request: HttpRequest) -> str:
    """The address for an EventSource (with credentials); a Content-Security-Policy must allow its origin."""
    return stream_origin(request) + PATH
