"""The log of one ticket, held under its row lock: append events, ask what they promise, keep the result.

Nothing else writes events or clocks. What is written besides the events is a cache of the replay.
"""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sterling.base import rows as tables
from sterling.base.actor import SYSTEM
from sterling.base.prepared import Prepared
from sterling.core import alarms
from sterling.core.clocks import CalendarChanged, replay_events
from sterling.core.clocks import Event as CoreEvent
from sterling.core.clocks.draft import Cause
from sterling.core.standing import moves_with_calendar, standing
from sterling.core.urgency import counted_on, urgency
from sterling.plans.queries import catalog_of
from sterling.sla import calendars
from sterling.sla.easing import Shift, ease
from sterling.sla.kinds import HEARD, NUDGES, SHOWN, Kind
from sterling.sla.models import Event, Nudge, Timeline
from sterling.sla.standing import packed
from sterling.sla.stored import store_clocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog
    from sterling.core.clocks import Clock as CoreClock
    from sterling.core.clocks import Result
    from sterling.plans.models import CatalogVersion


class Log:
    """One ticket's events in order, with the calendars and the catalog that give them meaning."""

    def __init__(
        self, timeline: Timeline, rows: list[Event], of_regions: dict[str, list[calendars.Revision]]
    ) -> None:
        self.timeline = timeline
        self.rows = rows
        self._of_regions = of_regions
        self._fresh: list[Event] = []

    @property
    def catalog(self) -> Catalog:
        return catalog_of(self.timeline.catalog_version)

    def instant(self, at: datetime) -> datetime:
        """`at`, or the last event's instant where that is later: a log never runs backwards."""
        return max(at, self.timeline.last_at)

    def append(self, kind: Kind, data: dict[str, Any], *, at: datetime, by: Actor) -> Event:
        """One more event; it is on disk after `write`."""
        timeline = self.timeline
        timeline.last_seq += 1
        timeline.last_at = self.instant(at)
        row = Event(
            timeline=timeline,
            organization_id=timeline.organization_id,
            seq=timeline.last_seq,
            at=timeline.last_at,
            type=kind.value,
            data=data,
            actor_kind=by.kind.value,
            actor_id=by.id,
            actor_name=by.name,
        )
        self.rows.append(row)
        self._fresh.append(row)
        return row

    def result(self, until: datetime) -> Result:
        """What the log promises as of `until`."""
        return replay_events(self.catalog, self._opening.calendar, self.heard(until), self.instant(until))

    def write(self, until: datetime) -> Result:
        """Put the new events, the clocks and the hints on disk, in the caller's transaction."""
        tables.insert(self._fresh)
        nudges = [room for room, kinds in NUDGES.items() if any(row.type in kinds for row in self._fresh)]
        self._fresh = []
        result = self.note(until)
        moved = store_clocks(self.timeline, result)
        if moved:
            ease(
                [self._shift(result.clocks[place], due) for place, due in moved.items()],
                at=self.instant(until),
            )
        if tables.is_new(self.timeline):
            tables.insert([self.timeline])
        else:
            tables.update(self.timeline)
        tables.insert(
            [
                Nudge(timeline=self.timeline, organization_id=self.timeline.organization_id, room=room)
                for room in nudges
            ]
        )
        return result

    def _shift(self, clock: CoreClock, before: datetime | None) -> Shift:
        """What moved a clock's due, in the words of whoever revised the calendar if that did."""
        if not clock.changes:
            return Shift(self.timeline.pk, clock, before, "")
        last = clock.changes[-1]
        newest = calendars.in_force(self._of_regions[self._region_at_end], last.at)
        is_revised = last.what is Cause.CALENDAR and newest.at == last.at
        return Shift(
            self.timeline.pk,
            clock,
            before,
            last.what.value,
            calendars.reason_of(newest.pk) if is_revised else "",
        )

    def note(self, until: datetime) -> Result:
        """Have the timeline say what the log promises as of `until`; nothing is written."""
        result = self.result(until)
        timeline = self.timeline
        timeline.computed_until = self.instant(until)
        timeline.live = result.is_live
        timeline.region_id = self._region_at_end
        most = urgency(result)
        clock = most.clock
        timeline.next_due = most.due
        timeline.next_metric = clock.metric.value if clock else ""
        timeline.next_started = clock.started if clock else None
        timeline.next_hours = counted_on(clock).value if clock else ""
        timeline.next_target = clock.target if clock and isinstance(clock.target, timedelta) else None
        timeline.paused_left = most.paused_left
        timeline.tick_at = most.tick_at
        timeline.alarm_at = alarms.look_at(result, self.catalog, timeline.computed_until)
        self._note_calendar(result)
        return result

    def supposing(self, at: datetime, *events: tuple[Kind, dict[str, Any]]) -> Result:
        """What the log would promise at `at` if these happened then. Nothing is written, this log stays as it is."""
        other = Log(copy(self.timeline), list(self.rows), self._of_regions)
        for kind, data in events:
            other.append(kind, data, at=at, by=SYSTEM)
        return other.result(at)

    def _note_calendar(self, result: Result) -> None:
        """Which revision the dues were counted on, and what following the next one takes."""
        timeline = self.timeline
        if not result.is_live or not moves_with_calendar(result):
            timeline.calendar_seq = timeline.standing = None
            return
        of_region = self._of_regions[timeline.region_id]
        timeline.calendar_seq = calendars.in_force(of_region, timeline.computed_until).seq
        stands = standing(result)
        timeline.standing = None if stands is None else packed(stands, self._of_regions)

    def imagining(self, revision: calendars.Imagined) -> Log:
        """This log as it would read if its region's calendar were revised so."""
        of_region = [*self._of_regions[revision.region], revision]
        return Log(self.timeline, self.rows, {**self._of_regions, revision.region: of_region})

    def document(self, until: datetime) -> dict[str, Any]:
        """The log as a timeline document, whose replay equals the stored clocks."""
        events = []
        for at, row, revision in self._merged(until):
            if revision is not None:
                events.append({"at": at.isoformat(), "type": "calendar", "calendar": revision.document})
            elif row is not None:
                shown = {
                    name: row.data[name] for name in SHOWN.get(row.type, ()) if row.data.get(name) is not None
                }
                if row.type == Kind.CADENCE:
                    shown = {"every": row.data["every"]}
                if row.type == Kind.MERGED:
                    shown = {"into": str(row.data["into"])}
                events.append({"at": at.isoformat(), "type": row.type, **shown})
        return {
            "calendar": self._opening.document,
            "events": events,
            "until": self.instant(until).isoformat(),
        }

    def heard(self, until: datetime) -> list[CoreEvent]:
        """What the clocks listen to, in order."""
        return list(self._heard(until))

    def region_at(self, at: datetime) -> str:
        """The key of the region that served the ticket at `at`."""
        region: str = self.rows[0].data["region"]
        for row in self.rows:
            if row.type == Kind.REGION and row.at <= at:
                region = row.data["to"]
        return region

    def calendar(self, at: datetime) -> Calendar:
        """The region's calendar that counts at `at`."""
        return calendars.in_force(self._of_regions[self.region_at(at)], at).calendar

    @property
    def _opening(self) -> calendars.Revision:
        opened = self.rows[0]
        return calendars.in_force(self._of_regions[opened.data["region"]], opened.at)

    @property
    def _region_at_end(self) -> str:
        moves = [row.data["to"] for row in self.rows if row.type == Kind.REGION]
        region: str = moves[-1] if moves else self.rows[0].data["region"]
        return region

    def _heard(self, until: datetime) -> Iterator[CoreEvent]:
        for at, row, revision in self._merged(until):
            if revision is not None:
                yield CalendarChanged(at, revision.calendar)
            elif row is not None:
                yield HEARD[row.type](at, row.data)

    def _merged(self, until: datetime) -> Iterator[tuple[datetime, Event | None, calendars.Revision | None]]:
        """The clocks' events in order, with a calendar's revision before what happened at the same instant."""
        until = self.instant(until)
        region = self.rows[0].data["region"]
        waiting = [item for item in self._of_regions[region] if item.at > self.rows[0].at]
        for row in self.rows:
            while waiting and waiting[0].at <= row.at:
                yield waiting[0].at, None, waiting.pop(0)
            if row.type == Kind.REGION:
                region = row.data["to"]
                yield row.at, None, calendars.in_force(self._of_regions[region], row.at)
                waiting = [item for item in self._of_regions[region] if item.at > row.at]
            elif row.type in HEARD:
                yield row.at, row, None
        for item in waiting:
            if item.at <= until:
                yield item.at, None, item


def _regions(rows: list[Event]) -> set[str]:
    return {rows[0].data["region"], *(row.data["to"] for row in rows if row.type == Kind.REGION)}


_EVENTS = Prepared(lambda pk: Event.objects.filter(timeline=pk).order_by("seq"), int)
_LOCKED = Prepared(
    lambda pk: (
        Timeline.objects.select_for_update(of=("self",))
        .select_related("catalog_version")
        .defer("catalog_version__document")
        .filter(pk=pk)
    ),
    int,
)
_ALL_EVENTS = Prepared(
    lambda keys: Event.objects.filter(timeline_id__among=keys).order_by("timeline_id", "seq"), list
)
_FREE = Prepared(
    lambda keys: (
        Timeline.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("catalog_version")
        .defer("catalog_version__document")
        .filter(pk__among=keys)
        .order_by("pk")
    ),
    list,
)


def read(timeline: Timeline, *more_regions: str) -> Log:
    """The log as it stands, to ask questions of. Two queries."""
    rows = _EVENTS.all(timeline.pk)
    return Log(timeline, rows, calendars.revisions(_regions(rows) | set(more_regions)))


def read_all(timelines: Sequence[Timeline], *more_regions: str) -> list[Log]:
    """The logs of several tickets, with regions they may be moved to. Two queries, whatever the number."""
    rows: dict[int, list[Event]] = {timeline.pk: [] for timeline in timelines}
    for row in _ALL_EVENTS.all(list(rows)):
        rows[row.timeline_id].append(row)
    of_regions = calendars.revisions(set(more_regions).union(*(_regions(found) for found in rows.values())))
    return [Log(timeline, rows[timeline.pk], of_regions) for timeline in timelines]


def locked_free(timelines: Sequence[int]) -> dict[int, Log]:
    """Those of the logs that nobody else holds, under their row locks, by timeline. Three queries.

    Nobody is waited for: who holds several logs must not.
    """
    found = _FREE.all(list(timelines))
    return {log.timeline.pk: log for log in read_all(found)} if found else {}


def locked(timeline_id: int, *more_regions: str) -> Log:
    """The log under its row lock, to append to. `more_regions`: where the ticket may move in this action."""
    timeline = _LOCKED.first(timeline_id)
    if timeline is None:
        raise Timeline.DoesNotExist(f"timeline {timeline_id}")
    return read(timeline, *more_regions)


def begin(
    *, key: int, organization_id: int, version: CatalogVersion, at: datetime, data: dict[str, Any], by: Actor
) -> Log:
    """A new log with its `opened` event, `data` of which names side, plan, priority and region.

    It is on disk after `write`; `key`: the timeline's, from its sequence.
    """
    timeline = Timeline(
        pk=key,
        organization_id=organization_id,
        region_id=data["region"],
        catalog_version=version,
        opened_at=at,
        last_at=at,
        computed_until=at,
    )
    log = Log(timeline, [], calendars.revisions([data["region"]]))
    log.append(Kind.OPENED, data, at=at, by=by)
    return log
