"""The calendars of regions: dated revisions, compiled once per process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sterling.base.asked import Question
from sterling.base.foreseen import steady
from sterling.core.calendars import Calendar
from sterling.sla.models import CalendarRevision

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Revision:
    """From `at` on the region keeps these hours."""

    pk: int
    region: str
    at: datetime
    seq: int

    @property
    def calendar(self) -> Calendar:
        return _compiled(self.pk)

    @property
    def document(self) -> dict[str, Any]:
        return _document(self.pk)


@dataclass(frozen=True, slots=True)
class Imagined(Revision):
    """A revision that nobody has made yet, to see what it would do."""

    given: Calendar

    @property
    def calendar(self) -> Calendar:
        return self.given

    @property
    def document(self) -> dict[str, Any]:
        return self.given.to_dict()


# Revisions are immutable, so what was read once stays true.
@lru_cache(maxsize=512)
def _document(pk: int) -> dict[str, Any]:
    found: dict[str, Any] = CalendarRevision.objects.values_list("document", flat=True).get(pk=pk)
    return found


@lru_cache(maxsize=512)
def _compiled(pk: int) -> Calendar:
    return Calendar.from_dict(_document(pk))


@lru_cache(maxsize=512)
def reason_of(pk: int) -> str:
    """What whoever revised a calendar wrote beside it."""
    found: str = CalendarRevision.objects.values_list("reason", flat=True).get(pk=pk)
    return found


def by_key(pk: int) -> Calendar:
    """The calendar of one revision."""
    return _compiled(pk)


# Every action asks this once, so it is written out.
_REVISIONS = """
    SELECT json_agg(json_build_array(id, region_id, at, seq) ORDER BY region_id, at, seq) FROM sla_calendarrevision
     WHERE region_id = ANY(%s)
"""


def question(*regions: str) -> Question:
    """What `revisions` asks for these, in order, each once."""
    return Question(_REVISIONS, (regions,))


def forget() -> None:
    """Drop what is compiled: for tests, where another database may reuse the keys."""
    _document.cache_clear()
    _compiled.cache_clear()
    reason_of.cache_clear()


def revisions(regions: Iterable[str]) -> dict[str, list[Revision]]:
    """All revisions of these regions, oldest first. One query."""
    wanted = tuple(sorted(set(regions)))
    return steady("revisions", wanted, lambda: _revisions(wanted))


def _revisions(regions: tuple[str, ...]) -> dict[str, list[Revision]]:
    found: dict[str, list[Revision]] = {}
    for pk, region, at, seq in question(*regions).asked() or ():
        found.setdefault(region, []).append(Revision(pk, region, datetime.fromisoformat(at), seq))
    return found


def in_force(of_region: list[Revision], at: datetime) -> Revision:
    """The revision that counts at `at`. The first one of a region counts from the beginning of time."""
    last = of_region[0]
    for revision in of_region:
        if revision.at > at:
            break
        last = revision
    return last


def calendar_of(region_id: str, at: datetime) -> Calendar:
    """The region's calendar at `at`. One query."""
    return in_force(revisions([region_id])[region_id], at).calendar
