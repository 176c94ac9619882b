"""A ticket's most urgent promise as its timeline remembers it, for lists that read no log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce

from sterling.base.parts import DueView
from sterling.plans.queries import catalog_of
from sterling.sla.models import NEVER
from sterling.sla.shown import share_used

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.calendars import Calendar
    from sterling.sla.models import Timeline


def hinted_due(timeline: Timeline, calendar: Calendar, at: datetime) -> DueView:
    """The most urgent promise from the hints that a timeline keeps, for lists; nothing is read.

    `calendar`: the region's in force at `at`. Paused, with what is left, where nothing is due.
    """
    due, started = timeline.next_due, timeline.next_started
    metric = timeline.next_metric or "update"
    if due is None or started is None:
        return DueView(metric, None, state="paused", left=timeline.paused_left)
    hours = catalog_of(timeline.catalog_version).hours(timeline.next_hours).on(calendar)
    share = share_used(hours, started, due, timeline.next_target, at)
    return DueView(metric, due, started, share=share, owed=at > due)


def due_or_never(timeline: str) -> Coalesce:
    """The due by its relation's name, for one order of all tickets, kept by an index: what has none comes last."""
    return Coalesce(f"{timeline}__next_due", Value(NEVER, output_field=DateTimeField()))
