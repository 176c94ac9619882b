"""What many pages ask after one change, worked out once.

Two hundred desks hear of the same commit and want the same list, counts and rows. The answers are kept for as long
as the database shows the same state (`pg_current_snapshot` names it: nothing was begun or committed in between),
and for some seconds at most, since time passes without a write. So what is kept is never older than what was asked.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django.db import connection

from sterling.base import bound
from sterling.base.moment import now

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

T = TypeVar("T")
STATE = "pg_current_snapshot()::text"
DEAR = 0.02  # seconds; what takes longer is not asked for every state
SECONDS = 5  # a board's longest life: dials and groups follow wall time


@dataclass(slots=True)
class Board:
    """Answers about one state of the database, as of `at`. `again`: seconds until what was kept longer is asked anew."""

    at: datetime
    key: tuple[str, int] = ("", 0)
    again: float = 0.0
    _kept: dict[Hashable, object] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` says, the first time; the same again afterwards. Who asks meanwhile waits for it."""
        with self._lock:
            if name not in self._kept:
                self._kept[name] = make()
            return self._kept[name]  # type: ignore[return-value]  # what `make` of this name has made

    def seldom(self, name: Hashable, make: Callable[[], T]) -> T:
        """The same, but an answer that is dear outlives its state: it takes a tenth of the time at most."""
        return self.once(name, lambda: self._seldom(name, make))

    def _seldom(self, name: Hashable, make: Callable[[], T]) -> T:
        begun = time.monotonic()
        until, known = _dear.get(name, (0.0, None))
        if self.key[0] and begun < until:
            self.again = max(self.again, until - begun)
            return known  # type: ignore[return-value]  # as above
        made = make()
        took = time.monotonic() - begun
        _dear[name] = (begun + 10 * took if took > DEAR else 0.0, made)
        return made


_dear: dict[Hashable, tuple[float, object]] = {}
_newest = Board(now())
_lock = threading.Lock()


def current() -> Board:
    """The board of what is committed now. One query; inside a transaction a board of its own, kept by nobody."""
    if connection.in_atomic_block:
        return Board(now())
    with bound.cursor() as cursor:
        cursor.execute(f"SELECT {STATE}")
        return of_state(str(cursor.fetchone()[0]))


def of_state(state: str) -> Board:
    """The board of the state that a query outside any transaction has just named (STATE)."""
    global _newest  # noqa: PLW0603 - the one board that this process shares
    at = now()
    key = (state, int(at.timestamp()) // SECONDS)
    with _lock:
        if _newest.key != key:
            _newest = Board(at, key)
        return _newest
