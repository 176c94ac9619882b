"""Before a calendar is revised: which promises would move, and how. Nothing is written and nothing is locked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.calendars import Calendar
from sterling.core.clocks.reckoning import Way
from sterling.core.standing import followed
from sterling.sla import calendars, log
from sterling.sla.actions.following import behind_of, catalogs_of, steps_of
from sterling.sla.calendar_changes import Change, changes, reasons
from sterling.sla.models import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sterling.core.clocks import Clock, Result
    from sterling.core.standing import Standing

BATCH = 500


@dataclass(frozen=True, slots=True)
class Move:
    """One promise that would move. A due of None is never."""

    timeline: int
    metric: str
    started: datetime
    before: datetime | None
    after: datetime | None
    why: list[Change]

    @property
    def is_later(self) -> bool:
        return self.after is None or (self.before is not None and self.after > self.before)


@dataclass(frozen=True, slots=True)
class Preview:
    """`stays`: how many would be due in the past already, and so keep the due that they have."""

    at: datetime
    changes: list[Change]
    moves: list[Move]
    stays: int

    @property
    def later(self) -> int:
        return sum(move.is_later for move in self.moves)

    @property
    def earlier(self) -> int:
        return len(self.moves) - self.later


def preview(*, region_id: str, calendar: Calendar, at: datetime) -> Preview:
    """What a revision to `calendar` at `at` would do to every open ticket of the region, the nearest due first."""
    of_region = calendars.revisions([region_id])[region_id]
    now = calendars.in_force(of_region, at)
    found = changes(now.calendar, calendar)
    if not found:
        return Preview(at, [], [], 0)
    moves, stays = [], 0
    for timeline, old, new in _pairs(region_id, of_region, calendar, at):
        stays += new.reckoning.way is Way.KEPT and old.reckoning.way is not Way.KEPT
        if old.due != new.due:
            ends = [due for due in (old.due, new.due) if due is not None]
            why = reasons(found, calendar, min(at, old.started), max(ends, default=at))
            moves.append(Move(timeline, new.metric.value, new.started, old.due, new.due, why))
    far = max((move.before for move in moves if move.before), default=at)
    return Preview(at, found, sorted(moves, key=lambda move: (move.before or far, move.timeline)), stays)


def _pairs(
    region_id: str, of_region: list[calendars.Revision], calendar: Calendar, at: datetime
) -> Iterator[tuple[int, Clock, Clock]]:
    """Every living clock that a calendar could move, as it is and as it would be."""
    steps, imagined = steps_of(of_region), [(at, calendar)]
    by_log = []
    tickets = behind_of(region_id)
    catalogs = catalogs_of({one.version for one in tickets})
    for one in tickets:
        stored, due_changes = one.read(catalogs[one.version]), steps(one.seq)
        was = followed(stored, due_changes, at) if stored else None
        now = followed(was, imagined, at) if was else None
        if was is None or now is None:
            by_log.append(one.timeline)
        else:
            yield from _placed(one.timeline, was, now)
    for start in range(0, len(by_log), BATCH):
        yield from _by_log(by_log[start : start + BATCH], of_region, calendar, at)


def _placed(timeline: int, was: Standing, now: Standing) -> Iterator[tuple[int, Clock, Clock]]:
    for old, new in zip(was.placed, now.placed, strict=True):
        yield timeline, old.clock, new.clock


def _by_log(
    pks: list[int], of_region: list[calendars.Revision], calendar: Calendar, at: datetime
) -> Iterator[tuple[int, Clock, Clock]]:
    last = of_region[-1]
    extra = calendars.Imagined(0, last.region, max(at, last.at), last.seq + 1, calendar)
    rows = Timeline.objects.filter(pk__in=pks).select_related("catalog_version")
    for held in log.read_all(list(rows.defer("catalog_version__document"))):
        old, new = held.result(at), held.imagining(extra).result(at)
        yield from ((held.timeline.pk, *pair) for pair in _alike(old, new))


def _alike(old: Result, new: Result) -> Iterable[tuple[Clock, Clock]]:
    for before, after in ((old.owed, new.owed), (old.update, new.update)):
        if before is not None and after is not None and before.started == after.started:
            yield before, after
