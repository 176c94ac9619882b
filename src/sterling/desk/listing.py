"""A list of the queue as markup, row by row, from what the board knows already.

Every desk that reads in the same language and zone shows the same row, but for the mark of one's own tickets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sterling.base.middleware import TAGS
from sterling.desk import presence, queue
from sterling.desk.alarms import standing_counts
from sterling.desk.narrowing import MOST_DIGITS, Asked
from sterling.desk.queue import PAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime, tzinfo

    from sterling.accounts.access import Viewer
    from sterling.base.board import Board
    from sterling.core.text import Text
    from sterling.desk.queue import Place, Row, View

ROW, LIST, SAID = "desk/parts/row.html", "desk/queue_list.html", "desk/parts/queue_said.html"

EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a list, and how."""

    viewer: Viewer
    language: str
    zone: tzinfo

    @property
    def agent(self) -> int:
        return self.viewer.agent.pk if self.viewer.agent else 0


@dataclass(frozen=True, slots=True)
class Section:
    """One group: its rows as markup."""

    id: str
    name: Text | None
    rows: list[SafeString]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a page shows it. `total`: of the whole view where it holds more than is shown."""

    asked: Asked
    view: View
    at: datetime
    sections: list[Section]
    shown: int
    total: int
    late: int
    more: bool
    counts: dict[str, int]


def listing(board: Board, reader: Reader, asked: Asked, *, wanted: Collection[int] | None = None) -> Listing:
    """The list that was asked for. `wanted`: only these tickets' rows are told in full, the others by their number
    alone; None: all of them.
    """
    stand = _places(board, reader, asked)
    shown = stand[:PAGE]
    told = {place.number for place in shown if _is_wanted(place, wanted)}
    found = {number: row for number, row in _rows(board, reader, told).items() if number in told}
    groups = (
        queue.grouped(shown, board.at)
        if asked.is_grouped
        else [queue.Group("all", None, shown)]
        if shown
        else []
    )
    sections = [
        Section(group.id, group.name, [_line(board, reader, found, place) for place in group.places])
        for group in groups
    ]
    counts = counts_of(board, reader.viewer)
    view = queue.view_named(asked.view)
    more = len(stand) > PAGE
    total = counts[view.id] if more and not asked.words and not asked.narrowed else len(shown)
    late = sum(place.due is not None and place.due < board.at for place in shown)
    return Listing(asked, view, board.at, sections, len(shown), total, late, more, counts)


@dataclass(frozen=True, slots=True)
class Question:
    """What an open page wants told in full, of which list. `wanted`: numbers of tickets; None: all of them."""

    asked: Asked
    wanted: frozenset[int] | None = frozenset()
    timelines: frozenset[int] = frozenset()

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(query: str) -> Question:
        """As an address says it."""
        form = QueryDict(query)
        said = form.get("tickets", "")
        wanted = None if said == EVERYTHING else _numbers(said)
        return Question(Asked.of(form.dict()), wanted, _numbers(form.get("timelines", "")))


def _numbers(said: str) -> frozenset[int]:
    words = said.split(",")
    return frozenset(
        int(word) for word in words if word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS
    )


def changed(board: Board, reader: Reader, question: Question) -> bytes:
    """The counts, and the list with the wanted rows in full, as an open page takes them over.

    Everybody whom no told row concerns is told the very same.
    """
    is_personal = question.asked.is_personal()
    told, concerned = board.once(
        ("told", question, reader.agent if is_personal else 0), lambda: _told(board, reader, question)
    )
    whose = reader.agent if is_personal or reader.agent in concerned else 0
    key = ("list", question.asked, whose, reader.language, str(reader.zone), told)
    drawn = board.once(key, lambda: _drawn(board, reader, question.asked, told))
    return board.once(("said", reader.agent), lambda: _said_counts(board, reader)) + drawn


def _told(board: Board, reader: Reader, question: Question) -> tuple[tuple[int, ...], frozenset[int]]:
    """The tickets to tell in full, and the agents who see one of them in their own way."""
    wanted, timelines = question.wanted, question.timelines
    shown = _places(board, reader, question.asked)[:PAGE]
    told = tuple(place.number for place in shown if _is_wanted(place, wanted, timelines))
    rows, there = _rows(board, reader, told), _present(board)
    found = {rows[number].ticket.assignee_id or 0 for number in told if number in rows}
    found |= {one.agent for number in told for one in there.get(number, [])}
    return told, frozenset(found)


def _drawn(board: Board, reader: Reader, asked: Asked, told: tuple[int, ...]) -> bytes:
    found = listing(board, reader, asked, wanted=set(told))
    facts = {"queue": found, "language": reader.language, "zone": reader.zone, "now": board.at}
    with translation.override(TAGS[reader.language]):
        return (get_template(SAID).render(facts) + get_template(LIST).render(facts)).encode()


def _said_counts(board: Board, reader: Reader) -> bytes:
    counts = counts_of(board, reader.viewer)
    said = [f'<data id="count-{name}" value="{count}"></data>' for name, count in counts.items()]
    if board.again:
        said.append(f'<data id="again" value="{board.again:.1f}"></data>')
    return "".join(said).encode()


def counts_of(board: Board, viewer: Viewer) -> dict[str, int]:
    """How many tickets each view holds, and in how many an alarm stands that the viewer heard of. Two queries."""
    agent = viewer.agent.pk if viewer.agent else 0
    counts = board.seldom("counts", lambda: queue.counts(viewer, board.at))
    alarms = board.seldom("alarms", lambda: standing_counts(viewer, board.at))
    return counts.common | {"mine": counts.active.get(agent, 0), "alarms": alarms.get(agent, 0)}


def _places(board: Board, reader: Reader, asked: Asked) -> list[Place]:
    whose = reader.agent if asked.is_personal() else 0
    return board.once(
        ("places", asked, whose), lambda: queue.places(reader.viewer, asked, board.at, most=PAGE + 1)
    )


def _is_wanted(place: Place, wanted: Collection[int] | None, timelines: Collection[int] = ()) -> bool:
    return wanted is None or place.number in wanted or place.timeline in timelines


def _rows(board: Board, reader: Reader, numbers: Iterable[int]) -> dict[int, Row]:
    known: dict[int, Row] = board.once("rows", dict)
    missing = [number for number in numbers if number not in known]
    if missing:
        known.update(queue.rows(reader.viewer, missing, board.at))
    return known


def _present(board: Board) -> dict[int, list[presence.Present]]:
    return board.once("present", lambda: presence.present(board.at))


def _line(board: Board, reader: Reader, found: dict[int, Row], place: Place) -> SafeString:
    row = found.get(place.number)
    if row is None:
        return format_html('<li data-row="{}" data-same></li>', place.number)
    there = _present(board).get(place.number, [])
    mine = row.ticket.assignee_id == reader.agent
    whose = reader.agent if any(one.agent == reader.agent for one in there) else 0
    key = ("row", place.number, reader.language, str(reader.zone), mine, whose)
    facts = {
        "row": row,
        "mine": mine,
        "present": [one for one in there if one.agent != reader.agent],
        "language": reader.language,
        "zone": reader.zone,
        "now": board.at,
    }
    return board.once(key, lambda: SafeString(get_template(ROW).render(facts)))
