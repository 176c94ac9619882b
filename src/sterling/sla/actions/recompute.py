"""Stored clocks are a cache: here it is brought up to date, in bulk and early or twice without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.live import poke
from sterling.sla import log
from sterling.sla.models import Clock, Timeline
from sterling.sla.stored import FIELDS

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.clocks import Result

BATCH = 200


@transaction.atomic
def recompute(*, timeline_id: int, at: datetime) -> Result:
    """Replay one log as of `at` and store what it promises."""
    held = log.locked(timeline_id)
    result = held.write(at)
    poke(*_names([held.timeline]))
    return result


@transaction.atomic
def tick(*, at: datetime, batch: int = BATCH) -> int:
    """Look again at logs whose next clock has fallen due; how many. Two workers never take the same one."""
    due = (
        Timeline.objects.filter(tick_at__lt=at)
        .order_by("tick_at")
        .select_for_update(skip_locked=True, of=("self",))
    )
    taken = list(due.select_related("catalog_version").defer("catalog_version__document")[:batch])
    for timeline in taken:
        log.read(timeline).write(at)
    if taken:
        poke(*_names(taken))
    return len(taken)


def _names(timelines: list[Timeline]) -> list[str]:
    """This room knows no tickets: a ticket's page listens for its timeline as well."""
    organizations = sorted({timeline.organization_id for timeline in timelines})
    return [
        "queue",
        *(f"timeline-{timeline.pk}" for timeline in timelines),
        *(f"organization-{pk}" for pk in organizations),
    ]


def differs_from_replay(timeline_id: int) -> bool:
    """Whether the stored clocks are not what the log says they were when they were stored."""
    with transaction.atomic():
        held = log.locked(timeline_id)
        before = _stored(timeline_id)
        held.write(held.timeline.computed_until)
        differs = before != _stored(timeline_id)
        transaction.set_rollback(True)
    return differs


def _stored(timeline_id: int) -> list[tuple[object, ...]]:
    return list(
        Clock.objects.filter(timeline_id=timeline_id).order_by("ordinal").values_list("ordinal", *FIELDS)
    )
