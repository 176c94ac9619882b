"""Logs follow the organization that their ticket belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.sla.models import Timeline

if TYPE_CHECKING:
    from collections.abc import Collection


def lock(timelines: Collection[int]) -> None:
    """Held until the transaction ends, always in one order."""
    list(Timeline.objects.select_for_update(of=("self",)).filter(pk__in=timelines).order_by("pk"))


def move(timelines: Collection[int], organization_id: int) -> None:
    """Events, clocks and alarms follow by their keys."""
    Timeline.objects.filter(pk__in=timelines).update(organization_id=organization_id)
