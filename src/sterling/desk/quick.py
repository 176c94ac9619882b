"""`/desk/rows` past the framework's stack: two hundred desks ask after every commit, and most of it is known.

The first answer to a browser is the ordinary view's. It leaves here who read it, by which rows (session, user, agent,
region) that was so, and with which headers. The next question of that very browser (the same cookies, languages and
host) costs one query: whether those rows still are the same versions, and which state the database is in. If
anything differs the ordinary view answers. What is told comes from the same guarded list either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection

from sterling.accounts import session
from sterling.base import board
from sterling.desk import listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Environ = dict[str, Any]
    Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

PATH = "/desk/rows"
READ_BY = "sterling.read_by"  # where the view leaves who read
# All of a request that an answer's text or headers depend on, but for the question itself.
_SAYS = (
    "HTTP_COOKIE",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_HOST",
    "wsgi.url_scheme",
    "HTTP_X_FORWARDED_PROTO",
)
_OF_ITS_OWN = {"content-length", "set-cookie"}
MOST = 2048  # browsers


@dataclass(frozen=True, slots=True)
class Known:
    """A browser that was answered."""

    key: str
    seen: session.Seen
    reader: listing.Reader
    headers: list[tuple[str, str]]


class Quick:
    """The application, and before it the short way."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.known: dict[tuple[str, ...], Known] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if (
            environ["PATH_INFO"] != PATH
            or environ["REQUEST_METHOD"] != "GET"
            or "HTTP_STERLING_LIVE" not in environ
        ):
            return self.application(environ, start_response)
        browser = tuple(environ.get(name, "") for name in _SAYS)
        known = self.known.get(browser)
        body = known and _again(known, environ.get("QUERY_STRING", ""))
        if known and body:
            start_response("200 OK", [*known.headers, ("Content-Length", str(len(body)))])
            return [body]
        return self._learn(browser, environ, start_response)

    def _learn(
        self, browser: tuple[str, ...], environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            self.known.pop(browser, None)
            if status.startswith("200") and READ_BY in environ:
                if len(self.known) >= MOST:
                    self.known.clear()
                kept = [(name, value) for name, value in headers if name.lower() not in _OF_ITS_OWN]
                key, seen, reader = environ[READ_BY]
                self.known[browser] = Known(key, seen, reader, kept)
            return start_response(status, headers, *more)

        return self.application(environ, started)


def _again(known: Known, query: str) -> bytes | None:
    """The answer; None where the ordinary view has to say."""
    if connection.in_atomic_block:
        return None
    try:
        state, marks = session.marks_of(known.key, known.seen.user)
    except DatabaseError:
        # The view's own stack finds out whether the connection or the server is gone.
        connection.close()
        return None
    if marks != known.seen.marks or None in marks[:3]:  # a region may be missing, nothing else
        return None
    return listing.changed(board.of_state(state), known.reader, listing.Question.of(query))
