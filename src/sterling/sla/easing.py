"""A warning whose due moves away stands no more: the row stays as raised, and says until when nobody need act.

Done in the transaction that moves the due, so that no page and no mail asks for what is no longer pressing. A miss
stays a miss, and a share that comes again under the new due does not ring again: its alarm stands again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.base.prepared import Prepared
from sterling.core.alarms import WHOLE, instant_of
from sterling.core.clocks.draft import Cause
from sterling.sla.models import NEVER, Alarm, Easing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.core.clocks import Clock


@dataclass(frozen=True, slots=True)
class Shift:
    """A living clock of one ticket as it stands now, the due that it had, what moved it and why."""

    timeline: int
    clock: Clock
    before: datetime | None
    what: str = Cause.CALENDAR.value
    reason: str = ""


def ease(shifts: Sequence[Shift], *, at: datetime) -> int:
    """Let the warnings of these clocks follow; how many changed. The caller holds the tickets' logs.

    One query where nothing has rung, three where something has.
    """
    rung = _RUNG.all(sorted({one.timeline for one in shifts})) if shifts else ()
    if not rung:
        return 0
    of_clock = {(one.timeline, one.clock.metric.value, one.clock.started): one for one in shifts}
    moved: list[Alarm] = []
    easings: list[Easing] = []
    for alarm in rung:
        one = of_clock.get((alarm.timeline_id, alarm.metric, alarm.started))
        if one is None:
            continue
        comes = instant_of(one.clock, alarm.share) or NEVER
        until = comes if comes > at else None
        if until == alarm.eased_until or (until is None and _stands(alarm, at)):
            continue
        alarm.eased_until = until
        moved.append(alarm)
        easings.append(
            Easing(
                alarm=alarm,
                organization_id=alarm.organization_id,
                at=at,
                before=one.before,
                due=one.clock.due,
                until=until,
                what=one.what,
                reason=one.reason,
            )
        )
    if moved:
        Easing.objects.bulk_create(easings)
        Alarm.objects.bulk_update(moved, ["eased_until"])
    return len(moved)


_RUNG = Prepared(
    lambda timelines: Alarm.objects.filter(timeline_id__among=timelines, share__lt=WHOLE).order_by("pk"), list
)


def _stands(alarm: Alarm, at: datetime) -> bool:
    return alarm.eased_until is None or alarm.eased_until <= at
