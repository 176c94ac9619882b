"""Events to clocks: the one place that says what starts, pauses and ends a clock, and when it is due.

`replay(document)` works on JSON documents (promises, sections 2 and 6); `replay_events` on typed
events, for the product. Nothing here reads a clock: `until` is an argument.
"""

from __future__ import annotations

from typing import Any

from sterling.core.catalog import Catalog, shipped
from sterling.core.clocks.documents import Timeline, clock_dict, read_timeline
from sterling.core.clocks.draft import Cause, Metric, Moved, State
from sterling.core.clocks.engine import run
from sterling.core.clocks.events import (
    AgentMessage,
    CadenceAgreed,
    CalendarChanged,
    CallAnswered,
    CustomerMessage,
    Event,
    Merged,
    NoReplyNeeded,
    Opened,
    PlanChanged,
    PriorityChanged,
    Remark,
    Side,
    Status,
    StatusChanged,
)
from sterling.core.clocks.outcome import Clock, Result, replay_events
from sterling.core.clocks.reading import read_event
from sterling.core.clocks.reckoning import Leg, Target
from sterling.core.clocks.why import Because, ClockStretch, explain, explained, target_dict, why

__all__ = [
    "AgentMessage",
    "Because",
    "CadenceAgreed",
    "CalendarChanged",
    "CallAnswered",
    "Cause",
    "Clock",
    "ClockStretch",
    "CustomerMessage",
    "Event",
    "Leg",
    "Merged",
    "Metric",
    "Moved",
    "NoReplyNeeded",
    "Opened",
    "PlanChanged",
    "PriorityChanged",
    "Remark",
    "Result",
    "Side",
    "State",
    "Status",
    "StatusChanged",
    "Target",
    "Timeline",
    "clock_dict",
    "explain",
    "explained",
    "read_event",
    "read_timeline",
    "replay",
    "replay_events",
    "target_dict",
    "why",
]


def replay(document: dict[str, Any], catalog: Catalog | None = None) -> list[dict[str, Any]]:
    """A timeline document to its clocks, as dictionaries with instants as text.

    `catalog` is the shipped one unless given. ValueError, in one line, names the field that is wrong.
    """
    catalog = catalog or shipped()
    timeline = read_timeline(document, catalog)
    state = run(catalog, timeline.calendar, timeline.events, timeline.until)
    return [] if state is None else [clock_dict(clock) for clock in state.drafts]
