"""The regions' hours of today as a small bar and a line: open until when, how many are on duty."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.base.formats import short_moment, zone_name
from sterling.core.calendars.instants import instant, microseconds
from sterling.core.text import Text
from sterling.sla import calendars

if TYPE_CHECKING:
    from sterling.core.calendars import Calendar

BAR = 72  # px
AHEAD = timedelta(days=10)  # looks so far for the next opening


@dataclass(frozen=True, slots=True)
class Cover:
    """One region. `bars`: x and width of today's open hours, `tick`: x of now, on a bar of BAR px a day."""

    region: str
    name: Text
    is_open: bool
    until: Text
    on_duty: int | None
    bars: tuple[tuple[float, float], ...]
    tick: float

    @property
    def line(self) -> Text:
        """`open until 17:00 Chicago time, 4 on duty`."""
        if self.on_duty is None:
            return self.until
        return Text(f"{self.until.en}, {self.on_duty} on duty", f"{self.until.zh}，{self.on_duty} 人值班")


def covers(at: datetime) -> list[Cover]:
    """Every region, in the order of the day. Four queries."""
    regions = people.all_regions()
    revisions = calendars.revisions(region.pk for region in regions)
    duty = people.duty(at)
    of_region = Counter(duty.regions.values())
    knows_shifts = bool(duty.on or duty.off)
    found = []
    for region in regions:
        calendar = calendars.in_force(revisions[region.pk], at).calendar
        count = of_region.get(region.pk, 0) if knows_shifts else None
        found.append(_cover(region.pk, region.name, region.timezone, calendar, count, at))
    return found


def _cover(
    region: str, name: Text, timezone: str, calendar: Calendar, on_duty: int | None, at: datetime
) -> Cover:
    zone = ZoneInfo(timezone)
    local = at.astimezone(zone)
    dawn = datetime.combine(local.date(), time(), zone)
    night = datetime.combine(local.date() + timedelta(days=1), time(), zone)
    day = microseconds(night) - microseconds(dawn)

    def place(us: int) -> float:
        return round(BAR * (us - microseconds(dawn)) / day, 1)

    starts, ends = calendar.segments(microseconds(dawn), microseconds(night))
    bars = tuple(
        (place(start), round(place(end) - place(start), 1)) for start, end in zip(starts, ends, strict=True)
    )
    is_open = calendar.is_open(at)
    return Cover(
        region, name, is_open, _until(calendar, is_open, zone, at), on_duty, bars, place(microseconds(at))
    )


def _until(calendar: Calendar, is_open: bool, zone: ZoneInfo, at: datetime) -> Text:
    starts, ends = calendar.segments(microseconds(at), microseconds(at + AHEAD))
    where = zone_name(zone)
    if is_open:
        if not ends or instant(ends[0]) >= at + AHEAD:
            return Text("always open", "全天候服务")
        closes = short_moment(instant(ends[0]), at, zone)
        same = instant(ends[0]).astimezone(zone).date() == at.astimezone(zone).date()
        hour = f"{instant(ends[0]).astimezone(zone):%H:%M}"
        en, zh = (hour, hour) if same else (closes.en, closes.zh)
        return Text(f"open until {en} {where.en}", f"服务至{where.zh} {zh}")
    if not starts:
        return Text("closed", "休息")
    opens = short_moment(instant(starts[0]), at, zone)
    return Text(f"closed, opens {opens.en} {where.en}", f"已休息，{where.zh}{opens.zh} 开始服务")
