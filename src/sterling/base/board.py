"""What many pages ask after one change, worked out once.

Two hundred desks hear of the same commit and want the same list, counts and rows. The answers are kept for as long
as the database shows the same state (`pg_current_snapshot` names it: nothing was begun or committed in between),
and for some seconds at most, since time passes without a write. So what is kept is never older than what was asked.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db import connection

from sterling.base.moment import now

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

T = TypeVar("T")
SECONDS = 5  # a board's longest life: dials and groups follow wall time


@dataclass(slots=True)
class Board:
    """Answers about one state of the database, as of `at`."""

    at: datetime
    key: tuple[str, int] = ("", 0)
    _kept: dict[Hashable, object] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` says, the first time; the same again afterwards. Who asks meanwhile waits for it."""
        with self._lock:
            if name not in self._kept:
                self._kept[name] = make()
            return self._kept[name]  # type: ignore[return-value]  # what `make` of this name has made


_newest = Board(now())
_lock = threading.Lock()


def current() -> Board:
    """The board of what is committed now. One query; inside a transaction a board of its own, kept by nobody."""
    global _newest  # noqa: PLW0603 - the one board that this process shares
    at = now()
    if connection.in_atomic_block:
        return Board(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        key = (str(cursor.fetchone()[0]), int(at.timestamp()) // SECONDS)
    with _lock:
        if _newest.key != key:
            _newest = Board(at, key)
        return _newest
