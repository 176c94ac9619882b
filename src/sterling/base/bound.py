"""Statements whose values travel beside them: the database plans each once a connection, and from then on is handed values.

Django writes the values into the text, so that PostgreSQL reads and plans the same question anew each time, which for a
join of ten tables takes longer than to answer it. What is asked on every page, mail and action goes this way; a
statement that was asked some times on its connection is kept planned there (PREPARED).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
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


def cursor() -> CursorWrapper:
    """As `connection.cursor()`, but the server binds the values: what stands for one must be a value wherever it stands."""
    if connection.queries_logged:
        return connection.cursor()  # a log of statements shows them with their values
    connection.ensure_connection()
    session: Any = connection.connection
    if session.prepare_threshold != AFTER:
        session.prepare_threshold, session.prepared_max = AFTER, PREPARED
    with connection.wrap_database_errors:
        return connection._prepare_cursor(ServerBindingCursor(session))  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001 - as its `cursor`


def fitting(values: Sequence[Any]) -> tuple[CursorWrapper, Sequence[Any]]:
    """The cursor for rows with these values, and the values as it takes them."""
    if len(values) > MOST:
        return connection.cursor(), values
    return cursor(), [whole(value) if type(value) is int else value for value in values]


def whole(value: int | None) -> int | None:
    """A number as `integer` or `bigint`, never smaller: a statement is planned for the types of its values."""
    if value is None:
        return None
    return Int4(value) if -LARGEST <= value <= LARGEST else Int8(value)
