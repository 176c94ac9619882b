"""Facts that a batch of work asks for together, handed to the questions that would ask for each alone.

What was told is handed out once, since the work that uses it may change it; what is steady is asked once and holds
for the whole batch. Outside of a batch every question asks for itself.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

Answer = TypeVar("Answer")
_here = threading.local()


class Foreseen:
    """Answers by question and what it is about."""

    def __init__(self) -> None:
        self.once: dict[tuple[str, Hashable], Any] = {}
        self.steady: dict[tuple[str, Hashable], Any] = {}

    def tell(self, question: str, about: Hashable, answer: object) -> None:
        """The answer for whoever asks next, and for nobody after."""
        self.once[question, about] = answer


@contextmanager
def foreseeing() -> Iterator[Foreseen]:
    """While inside, this thread's questions find what was asked together."""
    _here.known = Foreseen()
    try:
        yield _here.known
    finally:
        _here.known = None


def told(question: str, about: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What was told of it, else what `ask` says."""
    known: Foreseen | None = getattr(_here, "known", None)
    if known is None or (question, about) not in known.once:
        return ask()
    answer: Answer = known.once.pop((question, about))
    return answer


def steady(question: str, about: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What `ask` says, once a batch: for what nothing in the batch changes."""
    known: Foreseen | None = getattr(_here, "known", None)
    if known is None:
        return ask()
    if (question, about) not in known.steady:
        known.steady[question, about] = ask()
    answer: Answer = known.steady[question, about]
    return answer


def in_batch() -> bool:
    """Whether questions of this thread are asked by a batch."""
    return getattr(_here, "known", None) is not None
