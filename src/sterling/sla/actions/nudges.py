"""Logs that a room above must look at: claimed in the transaction that looks."""

from __future__ import annotations

from sterling.sla.models import Nudge


def claim(room: str, most: int) -> set[int]:
    """The timelines of so many nudges, which are gone if the caller's transaction commits. Two workers share none."""
    rows = Nudge.objects.filter(room=room).order_by("id").select_for_update(skip_locked=True)
    taken = list(rows[:most])
    Nudge.objects.filter(pk__in=[one.pk for one in taken]).delete()
    return {one.timeline_id for one in taken}
