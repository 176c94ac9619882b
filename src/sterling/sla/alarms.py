"""Reading alarms: whom they were told to, which of them still stand, how they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from sterling.core.alarms import WHOLE
from sterling.core.catalog import Recipient
from sterling.core.clocks import Metric
from sterling.core.clocks.draft import Cause
from sterling.core.clocks.words import CAUSES, METRICS
from sterling.core.text import Text
from sterling.sla.models import Alarm, Clock, Easing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet


# What is handed over by a due and is no clock of the log: whoever hands it over raises and settles its alarms.
HANDED_OVER: Mapping[str, Text] = {
    "rca_preliminary": Text("Preliminary root-cause analysis", "根本原因分析初稿"),
    "rca_final": Text("Final root-cause analysis", "根本原因分析终稿"),
}


def told(agent_id: int | None = None) -> QuerySet[Alarm]:
    """Alarms that somebody heard of, or that agent, the latest first."""
    found = Alarm.objects.filter(told__isnull=False).order_by("-at", "-pk")
    return found if agent_id is None else found.filter(told__contains=[agent_id])


def standing(found: QuerySet[Alarm], at: datetime) -> QuerySet[Alarm]:
    """Those whose clock runs or is owed still, missed updates that no message has made good, what is not handed over.

    Left out: whose due moved away, so that nobody need act yet.
    """
    clock = Clock.objects.filter(
        timeline=OuterRef("timeline"),
        metric=OuterRef("metric"),
        started=OuterRef("started"),
        ended__isnull=True,
        due__isnull=False,
    )
    late = Q(metric=Metric.UPDATE.value, share=WHOLE, timeline__next_due__lte=F("due"))
    waits = Q(metric__in=list(HANDED_OVER), settled_at__isnull=True)
    eased = Q(eased_until__gt=at)
    runs = Q(timeline__live=True) & (Exists(clock) | late) & (~eased | Q(eased_until=None))
    return found.filter(waits | runs)


def easings(alarms: Iterable[Alarm]) -> dict[int, Easing]:
    """The newest easing of each alarm that has one. One query."""
    found = Easing.objects.filter(alarm__in=[alarm.pk for alarm in alarms if alarm.eased_until])
    return {one.alarm_id: one for one in found.order_by("pk")}


def standing_among(alarms: Iterable[Alarm], at: datetime) -> set[int]:
    """The keys of those that still stand. One query."""
    found = Alarm.objects.filter(pk__in=[alarm.pk for alarm in alarms])
    return set(standing(found, at).values_list("pk", flat=True))


def worst(alarms: Iterable[Alarm]) -> list[Alarm]:
    """One for each ticket and kind of promise: the highest share, of those the latest; in the order given."""
    found: dict[tuple[int, str], Alarm] = {}
    for alarm in alarms:
        apart = alarm.metric == Metric.UPDATE or alarm.metric in HANDED_OVER
        key = (alarm.timeline_id, alarm.metric if apart else "")
        if key not in found or (alarm.share, alarm.at) > (found[key].share, found[key].at):
            found[key] = alarm
    return list(found.values())


def misses(organizations: Iterable[int], since: datetime) -> list[Alarm]:
    """Promises of these organizations whose due passed since then, one alarm each, the latest first."""
    found = Alarm.objects.filter(organization__in=list(organizations), share=WHOLE, at__gte=since)
    return list(found.order_by("-at", "-pk"))


def for_sponsors(organizations: Iterable[int], since: datetime) -> list[Alarm]:
    """Misses, and whatever the catalog's ladder has sent to the sponsor, the latest first."""
    meant = Q(share=WHOLE) | Q(roles__contains=[Recipient.SPONSOR.value])
    found = Alarm.objects.filter(meant, organization__in=list(organizations), at__gte=since)
    return list(found.order_by("-at", "-pk"))


def said(alarm: Alarm) -> Text:
    """`First reply: 75 % of the target used`, `Update past due`."""
    what = HANDED_OVER.get(alarm.metric) or METRICS[Metric(alarm.metric)]
    if alarm.share < WHOLE:
        return Text(
            f"{what.en}: {alarm.share} % of the target used", f"{what.zh}：目标时间已用 {alarm.share}%"
        )
    late = Text(f"{what.en} past due", f"{what.zh}已超时")
    if alarm.share == WHOLE:
        return late
    return Text(f"{late.en}, at {alarm.share} % of the target", f"{late.zh}，已达目标时间的 {alarm.share}%")


def eased(easing: Easing) -> Text:
    """`Eased: calendar changed (Flood day)`."""
    cause = CAUSES.get(Cause(easing.what)) if easing.what else None
    en, zh = (cause.en, cause.zh) if cause else ("the due moved", "期限已变更")
    why = f" ({easing.reason})" if easing.reason else ""
    return Text(f"Eased: {en}{why}", f"已缓解：{zh}{f'（{easing.reason}）' if easing.reason else ''}")
