"""Statements whose values travel beside them: the database plans each once a connection, and from then on is handed values.

Django writes the values into the text, so that PostgreSQL reads and plans the same question anew each time, which for a
join of ten tables takes longer than to answer it. What is asked on every page, mail and action goes this way; a
statement that was asked some times on its connection is kept planned there (PREPARED).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import CursorMixin
from psycopg import ClientCursor, RawCursor
from psycopg.adapt import Transformer
from psycopg.types.numeric import Int4, Int8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

LARGEST = 2**31 - 1
AFTER = 2
"""So often a statement is asked on a connection before it is kept planned."""
PREPARED = 200
"""So many statements a connection keeps."""
MOST = 300
"""Values of a statement that is written for rows: with more, its plan is larger than what planning takes."""


class _Bound(CursorMixin, RawCursor[Any]):
    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        return super().execute(query if params is None else _numbered(query), params, **more)


class _Composed(CursorMixin, ClientCursor[Any]):
    """The values in the text, as Django has them, but the text is not taken apart for them: it has hundreds."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        if params is None:
            return super().execute(query, params, **more)
        literal = Transformer.from_context(self).as_literal
        given = tuple(b"NULL" if value is None else literal(value) for value in params)
        return super().execute(query.encode() % given, None, **more)


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """The statement with the server's own placeholders: psycopg would look for `%s` each time anew in a long one."""
    number = count(1)
    return re.sub("%[s%]", lambda found: f"${next(number)}" if found[0] == "%s" else "%", sql)


def cursor() -> CursorWrapper:
    """As `connection.cursor()`, but the server binds the values: what stands for one must be a value wherever it stands."""
    return _opened(_Bound)


def _opened(kind: type[Any]) -> CursorWrapper:
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.queries_logged:
        found: CursorWrapper = connection.cursor()  # a log of statements shows them with their values
        return found
    connection.ensure_connection()
    session = connection.connection
    if session.prepare_threshold != AFTER:
        session.prepare_threshold, session.prepared_max = AFTER, PREPARED
    with connection.wrap_database_errors:
        return connection._prepare_cursor(kind(session))  # type: ignore[no-any-return]  # noqa: SLF001 - as its `cursor` does


def fitting(values: Sequence[Any]) -> tuple[CursorWrapper, Sequence[Any]]:
    """The cursor for rows with these values, and the values as it takes them."""
    if len(values) > MOST:
        return _opened(_Composed), values
    return cursor(), [whole(value) if type(value) is int else value for value in values]


def whole(value: int | None) -> int | None:
    """A number as `integer` or `bigint`, never smaller: a statement is planned for the types of its values."""
    if value is None:
        return None
    return Int4(value) if -LARGEST <= value <= LARGEST else Int8(value)
