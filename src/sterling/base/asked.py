"""Small questions that an action asks on its way, asked together in one statement before it sets out.

Each is a query of one value, in a module of its own: `asked()` answers it, from what was asked together where that
was done, else by itself. An answer is handed out once, as what is done in between may change it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sterling.base import bound

if TYPE_CHECKING:
    from collections.abc import Iterator

_here = threading.local()


@dataclass(frozen=True, slots=True)
class Question:
    """`sql`: a query of one value; `values`: its own, a tuple for an array."""

    sql: str
    values: tuple[Any, ...] = ()

    def asked(self) -> Any:
        """The value: one query, or none where it was asked together with others."""
        answers: dict[Question, Any] = getattr(_here, "answers", None) or {}
        if self in answers:
            return answers.pop(self)
        return _ask((self,))[0]


@contextmanager
def asking_together(*questions: Question) -> Iterator[None]:
    """One query for all of them, none for none. While inside, this thread's questions find their answers; not afterwards."""
    before = getattr(_here, "answers", None)
    _here.answers = dict(zip(questions, _ask(questions), strict=True)) if questions else {}
    try:
        yield
    finally:
        _here.answers = before


def _ask(questions: tuple[Question, ...]) -> tuple[Any, ...]:
    with bound.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'({one.sql})' for one in questions)}",
            [list(value) if isinstance(value, tuple) else value for one in questions for value in one.values],
        )
        found: tuple[Any, ...] = cursor.fetchone() or ()
    return found
