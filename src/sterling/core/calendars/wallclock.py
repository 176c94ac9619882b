"""A calendar in local time: which pieces of a local date are open, and why the others are not.

Days are ordinals (`date.toordinal`), times of day are microseconds after 00:00. No zone is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.core.calendars.definition import MIDNIGHT, Definition, Spans
from sterling.core.calendars.instants import DAY_US, MINUTE_US
from sterling.core.calendars.stretches import StretchCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sterling.core.text import Text

Piece = tuple[int, int]
"""[start, end) in microseconds after 00:00 of a date."""

Reason = tuple[StretchCode, "Text | None"]
"""Why time counts or does not, and the name of the holiday."""

Label = tuple[int, int, Reason]
"""A piece of a date with its reason."""

_OPEN: Reason = (StretchCode.OPEN, None)
_CLOSED: Reason = (StretchCode.CLOSED, None)


class WallClock:
    """The hours of every local date. Immutable."""

    __slots__ = ("_exceptions", "_holidays", "_odd", "_plain", "_weekly", "never")

    def __init__(self, definition: Definition) -> None:
        self._weekly = definition.weekly
        self._holidays = {day.toordinal(): name for day, name in definition.holidays}
        self._exceptions = {day.toordinal(): spans for day, spans in definition.exceptions}
        changed = self._holidays.keys() | self._exceptions.keys()
        # The dates that are not like every week, with those that a changed tail runs into.
        self._odd = changed | {day + 1 for day in changed}
        self._plain = tuple(
            _joined((*_own(weekly), *_tails(self._weekly[weekday - 1])))
            for weekday, weekly in enumerate(self._weekly)
        )
        self.never = not any(self._weekly) and not any(self._exceptions.values())
        """No date has hours at all."""

    def open_pieces(self, day: int) -> tuple[Piece, ...]:
        """What is open of this date, in order, apart from each other."""
        if day not in self._odd:
            return self._plain[(day - 1) % 7]
        if day in self._holidays:
            return ()
        return _joined((*_own(self.starting(day)), *_tails(self.starting(day - 1))))

    def starting(self, day: int) -> Spans:
        """The intervals that start on this date, in minutes; none on a holiday."""
        return () if day in self._holidays else self._agreed(day)

    def pieces_starting(self, day: int) -> list[Piece]:
        """The same in microseconds after 00:00 of `day`, without the tails that a holiday takes."""
        last = MIDNIGHT if day + 1 in self._holidays else 2 * MIDNIGHT
        return [(start * MINUTE_US, min(end, last) * MINUTE_US) for start, end in self.starting(day)]

    def labels(self, day: int) -> list[Label]:
        """The whole of this date in order. A holiday takes its date, and the tail it would have had."""
        if day in self._holidays:
            return [(0, DAY_US, (StretchCode.HOLIDAY, self._holidays[day]))]
        lost, holiday = 0, _CLOSED
        if day - 1 in self._holidays:
            lost = max((end for _, end in _tails(self._agreed(day - 1))), default=0)
            holiday = (StretchCode.HOLIDAY, self._holidays[day - 1])
        found: list[Label] = []
        at = 0
        for start, end in (*self.open_pieces(day), (DAY_US, DAY_US)):
            taken = max(at, min(start, lost))
            found += ((at, taken, holiday), (taken, start, _CLOSED), (start, end, _OPEN))
            at = end
        return [label for label in found if label[0] < label[1]]

    def _agreed(self, day: int) -> Spans:
        return self._exceptions.get(day, self._weekly[(day - 1) % 7])


def _own(spans: Spans) -> list[Piece]:
    return [(start * MINUTE_US, min(end, MIDNIGHT) * MINUTE_US) for start, end in spans]


def _tails(spans: Spans) -> list[Piece]:
    return [(0, (end - MIDNIGHT) * MINUTE_US) for _, end in spans if end > MIDNIGHT]


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """In order, with those that touch or overlap made one."""
    joined: list[Piece] = []
    for start, end in sorted(pieces):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
