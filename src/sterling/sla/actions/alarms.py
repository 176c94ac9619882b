"""Alarms on disk: raised once for a clock and a share, handed upwards to be told and mailed.

Each step is one transaction that finds its work among committed rows, so it may stop anywhere and be done again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from sterling.core import alarms
from sterling.sla import log
from sterling.sla.models import Alarm, Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BATCH = 200


@transaction.atomic
def raise_due(*, at: datetime, batch: int = BATCH) -> int:
    """Raise what has come in logs that must be looked at; how many logs. Two workers never take the same one.

    Five queries, whatever the number. A row that is there already stays as it is, so nothing rings twice.
    """
    due = Timeline.objects.filter(alarm_at__lt=at).order_by("alarm_at")
    due = due.select_for_update(skip_locked=True, of=("self",)).select_related("catalog_version")
    taken = list(due.defer("catalog_version__document")[:batch])
    found = []
    for held in log.read_all(taken) if taken else ():
        result = held.result(at)
        ringing = alarms.come(result, held.catalog, at)
        found += [_row(held.timeline, alarm, at) for alarm in ringing]
        held.timeline.alarm_at = alarms.next_at(result, held.catalog, at)
    Alarm.objects.bulk_create(found, ignore_conflicts=True)
    Timeline.objects.bulk_update(taken, ["alarm_at"])
    return len(taken)


def _row(timeline: Timeline, alarm: alarms.Alarm, at: datetime) -> Alarm:
    return Alarm(
        timeline=timeline,
        organization_id=timeline.organization_id,
        metric=alarm.metric.value,
        nth=alarm.nth,
        share=alarm.share,
        at=alarm.at,
        started=alarm.started,
        due=alarm.due,
        roles=[role.value for role in alarm.heard_by],
        raised_at=at,
        to_raise=alarm.up_a_tier,
    )


def to_raise(most: int) -> list[Alarm]:
    """At whose share a ticket goes up a tier, and nobody has looked yet."""
    return list(Alarm.objects.filter(to_raise=True).order_by("pk")[:most])


def note_raised(alarm: Alarm) -> bool:
    """Somebody looks at it now; False: somebody else did. Within the caller's transaction, under the ticket's lock."""
    return Alarm.objects.filter(pk=alarm.pk, to_raise=True).update(to_raise=False) == 1


def ring(found: Sequence[Alarm]) -> list[int]:
    """Raise alarms of what is handed over, each told already; who hears of one that was not there. Nothing rings twice."""
    if not found:
        return []
    there = set(
        Alarm.objects.filter(timeline__in=[one.timeline_id for one in found]).values_list(
            "timeline_id", "metric", "nth", "share"
        )
    )
    fresh = [one for one in found if (one.timeline_id, one.metric, one.nth, one.share) not in there]
    Alarm.objects.bulk_create(fresh, ignore_conflicts=True)
    return sorted({agent for one in fresh for agent in one.told or ()})


def settle(*, timeline_id: int, metrics: Sequence[str], at: datetime) -> list[int]:
    """What rang for these was handed over; who had heard of it."""
    rang = Alarm.objects.filter(timeline=timeline_id, metric__in=metrics, settled_at__isnull=True)
    heard = sorted({agent for told in rang.values_list("told", flat=True) for agent in told or ()})
    rang.update(settled_at=at)
    return heard


def untold(batch: int) -> list[Alarm]:
    """Raised, and nobody heard of it yet; held until the transaction ends, so that one worker tells it."""
    rows = Alarm.objects.filter(told__isnull=True).order_by("pk").select_for_update(skip_locked=True)
    return list(rows[:batch])


def note_told(told: Sequence[Alarm], *, at: datetime) -> None:
    """`told` and `uncovered` of each were set: these agents see it, and a mail will be written to them."""
    for alarm in told:
        alarm.told_at = at
        alarm.to_mail = list(alarm.told or ())
    Alarm.objects.bulk_update(told, ["told", "told_at", "to_mail", "uncovered"])


def note_taken(*, timeline_id: int, agent_id: int, at: datetime) -> list[int]:
    """The agent deals with what has rung for this log so far; who had heard of it. What was taken stays so."""
    rung = Alarm.objects.filter(timeline=timeline_id, told__isnull=False)
    rung.filter(taken_by=None).update(taken_by=agent_id, taken_at=at)
    return sorted({agent for told in rung.values_list("told", flat=True) for agent in told or ()})


def to_mail(most: int) -> list[Alarm]:
    """Told, and the mail to somebody has still to be written; held until the transaction ends."""
    rows = Alarm.objects.filter(~Q(to_mail=[])).order_by("pk").select_for_update(of=("self",))
    return list(rows[:most])


def note_mailed(mailed: Sequence[Alarm], agents: set[int]) -> None:
    """The mail to these agents is written."""
    for alarm in mailed:
        alarm.to_mail = [agent for agent in alarm.to_mail if agent not in agents]
    Alarm.objects.bulk_update(mailed, ["to_mail"])
