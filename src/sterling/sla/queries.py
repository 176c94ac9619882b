"""Reading promises: clocks as of now, their reasons, and which logs need a look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from sterling.base import bound
from sterling.base.prepared import Prepared
from sterling.core.clocks import State
from sterling.sla import log
from sterling.sla.models import Clock, Event, Timeline

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.core.clocks import Result


def log_of(timeline_id: int, *more_regions: str) -> log.Log:
    """The log to ask questions of; nothing is locked. Three queries, whatever its length.

    `more_regions`: where one supposes the ticket to move.
    """
    timeline = _TIMELINE.first(timeline_id)
    if timeline is None:
        raise Timeline.DoesNotExist(f"timeline {timeline_id}")
    return log.read(timeline, *more_regions)


def log_on(timeline: Timeline, *more_regions: str) -> log.Log:
    """The same of a timeline that was read with its catalog version just now. Two queries.

    Five where something was committed in between: a log and its timeline are of one state.
    """
    found = log.read(timeline, *more_regions)
    return found if found.rows[-1].seq == timeline.last_seq else log_of(timeline.pk, *more_regions)


_TIMELINE = Prepared(
    lambda pk: (
        Timeline.objects.select_related("catalog_version").defer("catalog_version__document").filter(pk=pk)
    ),
    int,
)


def result_at(timeline_id: int, at: datetime) -> Result:
    """Every clock of the timeline as of `at`, computed from the log."""
    return log_of(timeline_id).result(at)


def events_of(timeline_id: int) -> QuerySet[Event]:
    return Event.objects.filter(timeline_id=timeline_id).order_by("seq")


def live_count() -> int:
    """How many logs promise something still."""
    return Timeline.objects.filter(live=True).count()


def live_in_region(region_id: str) -> QuerySet[Timeline]:
    return Timeline.objects.filter(region_id=region_id, live=True).order_by("pk")


def outcomes(timelines: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many promises of each of these were met and how many missed, where any was. One query."""
    ended = endings_of(timelines).items()
    return {timeline: (states.count("met"), states.count("missed")) for timeline, states in ended}


Running = Clock
"""A clock that lives: `metric` and `due`."""


def running(timelines: Collection[int]) -> dict[int, list[Running]]:
    """The clocks that live and have a due, the nearest first, by timeline. One query."""
    living = Clock.objects.filter(timeline__in=timelines, ended__isnull=True, due__isnull=False)
    found: dict[int, list[Running]] = {}
    for clock in living.exclude(state=State.PAUSED).order_by("timeline_id", "due"):
        found.setdefault(clock.timeline_id, []).append(clock)
    return found


def newest_first(most: int) -> list[int]:
    """Timelines to look over, those that still run before those that ended."""
    return list(Timeline.objects.order_by("-live", "-pk").values_list("pk", flat=True)[:most])


def endings_of(timelines: Collection[int]) -> dict[int, list[str]]:
    """How the promises of these timelines ended, "met" or "missed", in the order in which they began."""
    found: dict[int, list[str]] = {}
    with bound.cursor() as cursor:
        cursor.execute(_ENDINGS, [list(timelines)])
        for timeline, state in cursor.fetchall():
            found.setdefault(timeline, []).append(state)
    return found


def kept_since(organization_id: int, since: datetime) -> tuple[int, int]:
    """How many of an organization's promises fell due since then and were met, and how many were missed."""
    with bound.cursor() as cursor:
        cursor.execute(_KEPT, [organization_id, since])
        met, missed = cursor.fetchone()
    return met, missed


# Every ticket page asks these, so they are written out.
_ENDINGS = """
    SELECT timeline_id, state FROM sla_clock
     WHERE timeline_id = ANY(%s) AND state IN ('met', 'missed') ORDER BY timeline_id, ordinal
"""
_KEPT = """
    SELECT count(*) FILTER (WHERE state = 'met'), count(*) FILTER (WHERE state = 'missed') FROM sla_clock
     WHERE state IN ('met', 'missed') AND organization_id = %s AND due >= %s
"""


def logs_between(organization_id: int, start: datetime, end: datetime) -> list[log.Log]:
    """The logs of an organization that say something about [start, end): a ticket lived then, or a clock fell due.

    Three queries, whatever the number.
    """
    due = Clock.objects.filter(timeline=OuterRef("pk"), due__gte=start, due__lt=end)
    lived = Q(live=True) | Q(last_at__gte=start) | Exists(due)
    found = Timeline.objects.filter(lived, organization_id=organization_id, opened_at__lt=end)
    return log.read_all(list(found.select_related("catalog_version").order_by("pk")))


def kept_within(
    organization_id: int, periods: Sequence[tuple[datetime, datetime]], until: datetime
) -> list[tuple[int, int]]:
    """(kept, all) of the promises that fell due in each of these; overdue and still running ones were not kept.

    One query.
    """
    done = Q(state__in=[State.MET.value, State.MISSED.value]) | Q(state=State.RUNNING.value, due__lt=until)
    wanted = {}
    for nth, (start, end) in enumerate(periods):
        inside = Q(due__gte=start, due__lt=end)
        wanted[f"kept{nth}"] = Count("pk", filter=inside & Q(state=State.MET.value))
        wanted[f"all{nth}"] = Count("pk", filter=inside & done)
    found = Clock.objects.filter(organization_id=organization_id).aggregate(**wanted)
    return [(found[f"kept{nth}"], found[f"all{nth}"]) for nth in range(len(periods))]
