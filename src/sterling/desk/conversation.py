"""The conversation as the ticket page tells it: messages, hairlines between them, what is folded away."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from sterling.desk.sentences import Line, line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.sla.log import Log
    from sterling.tickets.models import Message

FOLD_RUNS_OVER = 3
LONG = 3_500  # characters of one message before the rest folds
_CUT_AT_LEAST = 2_000


@dataclass(frozen=True, slots=True)
class Item:
    """A message, a line of the log, or a fold of several lines, in the order of time."""

    at: datetime
    message: Message | None = None
    line: Line | None = None
    folded: list[Line] = field(default_factory=list)
    head: str = ""  # of a long message: what stands before the fold
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    items: list[Item]
    earlier: int  # messages that are not shown
    latest: int  # the latest message's row, so that a reply can say what its writer knew


def conversation(shown: Sequence[Message], earlier: int, log: Log) -> Conversation:
    """Messages and log lines as they happened; what happened at one instant keeps the log's order."""
    items = [_said(message) for message in shown]
    since = shown[0].created_at if earlier else None
    for row in log.rows:
        told = line(row, log.catalog)
        if told and (since is None or row.at >= since):
            items.append(Item(row.at, line=told))
    items.sort(key=lambda item: item.at)
    return Conversation(_folded(items), earlier, shown[-1].pk if shown else 0)


def _said(message: Message) -> Item:
    """A long text is cut between two paragraphs, or lines, or words."""
    text = message.text
    if len(text) <= LONG:
        return Item(message.created_at, message=message, head=text)
    for mark in ("\n\n", "\n", " "):
        at = text.rfind(mark, _CUT_AT_LEAST, LONG)
        if at > 0:
            return Item(message.created_at, message=message, head=text[:at], rest=text[at:].lstrip("\n"))
    return Item(message.created_at, message=message, head=text[:LONG], rest=text[LONG:])


def _folded(items: list[Item]) -> list[Item]:
    """Runs of more than three lines show their first and last; the ones between fold."""
    told: list[Item] = []
    for is_line, run in groupby(items, key=lambda item: item.line is not None):
        found = list(run)
        if is_line and len(found) > FOLD_RUNS_OVER:
            between = [item.line for item in found[1:-1] if item.line]
            told += [found[0], Item(found[1].at, folded=between), found[-1]]
        else:
            told += found
    return told
