"""A whole timeline told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.core.catalog import Catalog, shipped
from sterling.core.clocks.documents import read_timeline
from sterling.core.clocks.events import CalendarChanged
from sterling.core.clocks.outcome import replay_events
from sterling.core.clocks.words import ledger
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import tzinfo

    from sterling.core.clocks.documents import Timeline


def tell(document: dict[str, Any], catalog: Catalog | None = None) -> Text:
    """Every clock with its reasons, in the zone of the region at the end. ValueError as `replay`."""
    catalog = catalog or shipped()
    timeline = read_timeline(document, catalog)
    result = replay_events(catalog, timeline.calendar, timeline.events, timeline.until)
    told = [ledger(clock, timeline.until, zone_of(timeline), catalog) for clock in result.clocks]
    if not told:
        return Text("No clock has started.", "尚无计时。")
    return Text("\n\n".join(text.en for text in told), "\n\n".join(text.zh for text in told))


def zone_of(timeline: Timeline) -> tzinfo:
    """The zone of the region's calendar in force at `until`."""
    calendar = timeline.calendar
    for event in timeline.events:
        if isinstance(event, CalendarChanged) and event.at <= timeline.until:
            calendar = event.calendar
    return calendar.tz
