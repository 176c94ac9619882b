"""A region's calendar was revised: the stored dues of its open tickets follow, in bulk and off every request.

The committed revision is the work order, and each timeline remembers the revision that its dues were counted on: so
whatever is behind is found by an index, by any worker, after any crash, and followed once. Replies do not wait: a
ticket that somebody works on is skipped and looked at again, chunks are short, and the log of a ticket knows the
revision whether or not this has come by.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from sterling.base import bound
from sterling.base.live import poke
from sterling.core.calendars.instants import MICROSECOND, instant, microseconds
from sterling.core.standing import Standing, followed, look_at
from sterling.core.urgency import counted_on
from sterling.plans.models import CatalogVersion
from sterling.plans.queries import catalog_of
from sterling.sla import calendars, log
from sterling.sla.easing import Shift, ease
from sterling.sla.models import Timeline
from sterling.sla.standing import packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sterling.core.catalog import Catalog

CHUNK = 250
"""Tickets that one transaction holds: a reply to one of them waits for that long at most."""

FEW = 50
"""As many at most of those whose log has to be read."""

# Instants as whole microseconds: there are many, and a number is read in a tenth of the time of a date.
_FIELDS = """
    SELECT id, organization_id, catalog_version_id, calendar_seq, standing::text,
           (extract(epoch FROM alarm_at) * 1000000)::bigint, (extract(epoch FROM computed_until) * 1000000)::bigint
      FROM sla_timeline
"""

_COMPACT = json.JSONEncoder(separators=(",", ":"))
Place = tuple[int, int]
START: Place = (-1, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """How many tickets a chunk took, and where the next one begins."""

    taken: int
    place: Place


@dataclass(frozen=True, slots=True)
class _Behind:
    timeline: int
    organization: int
    version: int
    seq: int
    standing: str | None
    alarm_us: int | None
    computed_us: int

    def read(self, catalog: Catalog) -> Standing | None:
        """What stands beside the timeline; nothing where only its log can tell."""
        return unpacked(json.loads(self.standing), catalog) if self.standing and self.seq else None


def behind() -> dict[str, int]:
    """Regions with tickets whose dues are not yet those of the newest revision, and its number. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT newest.region_id, newest.seq
              FROM (SELECT region_id, max(seq) AS seq FROM sla_calendarrevision GROUP BY region_id) AS newest
             WHERE EXISTS (SELECT FROM sla_timeline AS one
                            WHERE one.region_id = newest.region_id AND one.calendar_seq < newest.seq)
             ORDER BY newest.region_id
            """
        )
        return dict(cursor.fetchall())


def waiting(region_id: str, seq: int) -> int:
    """How many tickets of the region still have to follow to revision `seq`."""
    return Timeline.objects.filter(region_id=region_id, calendar_seq__lt=seq).count()


def follow_region(*, region_id: str, at: datetime) -> int:
    """Everything of the region that is behind and that nobody holds; how many tickets."""
    done, place = 0, START
    while True:
        step = follow_some(region_id=region_id, at=at, after=place)
        if not step.taken:
            return done
        done, place = done + step.taken, step.place


@transaction.atomic
def follow_some(*, region_id: str, at: datetime, after: Place = START, chunk: int = CHUNK) -> Step:
    """One chunk after `after`, in one short transaction. Seven queries where no log has to be read and nothing has rung."""
    with connection.cursor() as cursor:
        # What a power cut loses of this is behind again: no need to wait for the disk.
        cursor.execute("SET LOCAL synchronous_commit = off")
    of_region = [one for one in calendars.revisions([region_id])[region_id] if one.at <= at]
    taken = _claimed(region_id, of_region[-1].seq, after, chunk)
    if not taken:
        return Step(0, after)
    catalogs = catalogs_of({one.version for one in taken})
    steps = steps_of(of_region)
    followers: list[tuple[_Behind, Standing, Standing]] = []
    by_log: list[int] = []
    for one in taken:
        was, changes = one.read(catalogs[one.version]), steps(one.seq)
        # Stored for an instant after the revision (clocks of two machines differ): only the log can tell.
        known = was is not None and (not changes or one.computed_us <= microseconds(changes[0][0]))
        now = followed(was, changes, at) if was is not None and known else None
        if was is None or now is None:
            by_log.append(one.timeline)
        else:
            followers.append((one, was, now))
    moved = _store(followers, catalogs, of_region, at)
    for held in log.read_all(_held(by_log)) if by_log else ():
        held.write(at)
    changed = {
        one.timeline: one.organization for one in taken if one.timeline in moved or one.timeline in by_log
    }
    if changed:
        names = [f"timeline-{pk}" for pk in changed]
        poke("queue", *names, *(f"organization-{pk}" for pk in sorted(set(changed.values()))))
    last = taken[-1]
    return Step(len(taken), (last.seq, last.timeline))


def _claimed(region_id: str, seq: int, after: Place, chunk: int) -> list[_Behind]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {_FIELDS}
             WHERE region_id = %s AND calendar_seq < %s AND (calendar_seq, id) > (%s, %s)
             ORDER BY calendar_seq, id
             LIMIT %s
               FOR UPDATE SKIP LOCKED
            """,
            [region_id, seq, *after, chunk],
        )
        found = [_Behind(*row) for row in cursor.fetchall()]
    readable = 0
    for place, one in enumerate(found):
        readable += not one.standing or not one.seq
        if readable > FEW:
            return found[:place]
    return found


def behind_of(region_id: str) -> list[_Behind]:
    """Every ticket of the region with a due that a calendar could move, up to date or not. Nothing is held."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_FIELDS} WHERE region_id = %s AND calendar_seq IS NOT NULL ORDER BY id", [region_id]
        )
        return [_Behind(*row) for row in cursor.fetchall()]


def catalogs_of(versions: set[int]) -> dict[int, Catalog]:
    return {one: _catalog(one) for one in versions}


# Versions are immutable.
@lru_cache(maxsize=64)
def _catalog(version: int) -> Catalog:
    return catalog_of(CatalogVersion.objects.defer("document").get(pk=version))


def steps_of(of_region: Sequence[calendars.Revision]) -> Any:
    """From a revision's number to the changes since: those that changed nothing left out."""

    @cache
    def since(seq: int) -> list[tuple[datetime, Any]]:
        later = [one for one in of_region if one.seq >= seq]
        return [(new.at, new.calendar) for old, new in pairwise(later) if new.calendar != old.calendar]

    return since


def _held(pks: list[int]) -> list[Timeline]:
    rows = Timeline.objects.filter(pk__in=pks).select_related("catalog_version")
    return list(rows.defer("catalog_version__document"))


# One text a column, a line a ticket: as arrays each value would be escaped by itself, at the price of all the rest.
# Instants are microseconds since 1970; as a factor of an interval they are exact for the next 200 years.
_TIMELINES = """
    UPDATE sla_timeline AS one
       SET next_due = timestamptz 'epoch' + v.next_due::bigint * interval '1 us',
           next_metric = coalesce(v.next_metric, ''),
           next_started = timestamptz 'epoch' + v.next_started::bigint * interval '1 us',
           next_hours = coalesce(v.next_hours, ''),
           next_target = v.next_target::bigint * interval '1 us',
           tick_at = timestamptz 'epoch' + v.tick_at::bigint * interval '1 us',
           alarm_at = timestamptz 'epoch' + v.alarm_at::bigint * interval '1 us',
           standing = v.standing::jsonb, calendar_seq = %s, computed_until = %s
      FROM unnest(%s::bigint[], string_to_array(%s, E'\\n', ''), string_to_array(%s, E'\\n', ''),
                  string_to_array(%s, E'\\n', ''), string_to_array(%s, E'\\n', ''), string_to_array(%s, E'\\n', ''),
                  string_to_array(%s, E'\\n', ''), string_to_array(%s, E'\\n', ''), string_to_array(%s, E'\\n', ''))
           AS v(id, next_due, next_metric, next_started, next_hours, next_target, tick_at, alarm_at, standing)
     WHERE one.id = v.id
"""
_UNMOVED = "UPDATE sla_timeline SET calendar_seq = %s, computed_until = %s WHERE id = ANY(%s::bigint[])"
_CLOCKS = """
    UPDATE sla_clock AS one SET due = timestamptz 'epoch' + v.due * interval '1 us'
      FROM unnest(%s::bigint[], %s::int[], %s::bigint[]) AS v(timeline_id, ordinal, due)
     WHERE one.timeline_id = v.timeline_id AND one.ordinal = v.ordinal
"""


def _store(
    followers: Sequence[tuple[_Behind, Standing, Standing]],
    catalogs: dict[int, Catalog],
    of_region: list[calendars.Revision],
    at: datetime,
) -> set[int]:
    """Write what followed; the timelines whose dues moved. Six statements at most."""
    seq, of_regions = of_region[-1].seq, {of_region[-1].region: of_region}
    reason = calendars.reason_of(of_region[-1].pk)
    rows: list[tuple[str, ...]] = []
    dues: list[tuple[int, int, int]] = []
    unmoved: list[int] = []
    shifts: list[Shift] = []
    for one, was, now in followers:
        if now.owed is was.owed and now.update is was.update:
            unmoved.append(one.timeline)
            continue
        rows.append(_row(one, was, now, catalogs[one.version], of_regions, at))
        for old, new in ((was.owed, now.owed), (was.update, now.update)):
            if old is None or new is None or new.clock.due == old.clock.due:
                continue
            assert new.clock.due is not None
            dues.append((one.timeline, new.ordinal, microseconds(new.clock.due)))
            shifts.append(Shift(one.timeline, new.clock, old.clock.due, reason=reason))
    with bound.cursor() as cursor:
        if unmoved:
            cursor.execute(_UNMOVED, [seq, at, _array(unmoved)])
        if rows:
            pks, *columns = zip(*rows, strict=True)
            cursor.execute(_TIMELINES, [seq, at, _array(pks), *("\n".join(column) for column in columns)])
        if dues:
            cursor.execute(_CLOCKS, [_array(column) for column in zip(*dues, strict=True)])
    ease(shifts, at=at)
    return {timeline for timeline, _, _ in dues}


def _row(
    one: _Behind,
    was: Standing,
    now: Standing,
    catalog: Catalog,
    of_regions: dict[str, list[calendars.Revision]],
    at: datetime,
) -> tuple[str, ...]:
    most = now.urgency
    clock = most.clock
    target = clock.target if clock and isinstance(clock.target, timedelta) else None
    known = None if one.alarm_us is None else instant(one.alarm_us)
    return (
        str(one.timeline),
        _text(most.due),
        clock.metric.value if clock else "",
        _text(clock.started if clock else None),
        counted_on(clock).value if clock else "",
        "" if target is None else str(target // MICROSECOND),
        _text(most.tick_at),
        _text(look_at(was, now, catalog, known, at)),
        _COMPACT.encode(packed(now, of_regions)),
    )


def _text(at: datetime | None) -> str:
    return str(microseconds(at)) if at else ""


def _array(numbers: Iterable[object]) -> str:
    """As the database writes an array of numbers: psycopg would ask each for its type."""
    return f"{{{','.join(map(str, numbers))}}}"
