"""What differs between two calendars, as sentences, and which of it lies on a promise's way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sterling.base.formats import zone_name
from sterling.core.calendars.definition import MIDNIGHT
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.core.calendars import Calendar, Definition
    from sterling.core.calendars.definition import Spans

WEEKDAYS = (
    Text("Monday", "周一"),
    Text("Tuesday", "周二"),
    Text("Wednesday", "周三"),
    Text("Thursday", "周四"),
    Text("Friday", "周五"),
    Text("Saturday", "周六"),
    Text("Sunday", "周日"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEK = 7
CLOSED = Text("closed", "休息")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. It touches a day when that is its date or its weekday; one of the zone touches all."""

    text: Text
    day: date | None = None
    weekday: int | None = None
    short: Text = field(default=Text("", ""))

    def touches(self, first: date, last: date) -> bool:
        if self.day is not None:
            return first <= self.day <= last
        if self.weekday is None or (last - first).days >= _WEEK:
            return True
        return (self.weekday - first.weekday()) % _WEEK <= (last - first).days


def hours_text(spans: Spans) -> str:
    """`09:00-12:00, 13:00-18:00`; nothing for a closed day. The form reads it back."""
    return ", ".join(f"{_time(start)}-{_time(end)}" for start, end in spans)


def day_text(day: date) -> Text:
    name = WEEKDAYS[day.weekday()]
    return Text(
        f"{name.en[:3]} {day.day} {_MONTHS[day.month - 1]} {day.year}",
        f"{day.year} 年 {day.month} 月 {day.day} 日{name.zh}",
    )


def _time(minutes: int) -> str:
    within = minutes if minutes <= MIDNIGHT else minutes - MIDNIGHT
    return f"{within // 60:02}:{within % 60:02}"


def _said(spans: Spans) -> Text:
    found = hours_text(spans)
    return Text(found, found.replace(", ", "、")) if found else CLOSED


def changes(old: Calendar, new: Calendar) -> list[Change]:
    """Everything that differs: the zone, hours of the week, then single dates in order."""
    was, now = old.definition, new.definition
    found = []
    if was.tz.key != now.tz.key:
        before, after = zone_name(was.tz), zone_name(now.tz)
        found.append(
            Change(
                Text(f"time zone: {before.en} → {after.en}", f"时区：{before.zh} → {after.zh}"),
                short=Text("another time zone", "时区变更"),
            )
        )
    if was.always != now.always:
        told = (
            Text("open around the clock", "全天候开放") if now.always else Text("open by hours", "按时段开放")
        )
        return [*found, Change(told, short=told)]
    for place, (before_spans, after_spans) in enumerate(zip(was.weekly, now.weekly, strict=True)):
        if before_spans != after_spans:
            found.append(_weekday_changed(place, before_spans, after_spans))
    return found + sorted(_dates_changed(was, now), key=lambda one: one.day or date.min)


def _weekday_changed(place: int, before: Spans, after: Spans) -> Change:
    name, was, now = WEEKDAYS[place], _said(before), _said(after)
    return Change(
        Text(f"{name.en}: {was.en} → {now.en}", f"{name.zh}：{was.zh} → {now.zh}"),
        weekday=place,
        short=Text(f"other hours on {name.en}", f"{name.zh}时段变更"),
    )


def _dates_changed(was: Definition, now: Definition) -> list[Change]:
    found = []
    old_days, new_days = dict(was.holidays), dict(now.holidays)
    for day in old_days.keys() | new_days.keys():
        when = day_text(day)
        if day not in old_days:
            name = new_days[day] or Text("holiday", "节假日")
            text = Text(f"{when.en}: holiday, {name.en}", f"{when.zh}：节假日，{name.zh}")
            found.append(Change(text, day, short=Text(f"holiday, {name.en}", f"节假日：{name.zh}")))
        elif day not in new_days:
            gone = old_days[day] or Text("holiday", "节假日")
            text = Text(
                f"{when.en}: no longer a holiday ({gone.en})", f"{when.zh}：不再是节假日（{gone.zh}）"
            )
            found.append(Change(text, day, short=Text(f"no holiday on {when.en}", f"{when.zh}不再放假")))
        elif old_days[day] != new_days[day]:
            before, after = (one[day] or Text("–", "–") for one in (old_days, new_days))
            text = Text(f"{when.en}: {before.en} → {after.en}", f"{when.zh}：{before.zh} → {after.zh}")
            found.append(Change(text, day, short=text))
    old_hours, new_hours = dict(was.exceptions), dict(now.exceptions)
    for day in old_hours.keys() | new_hours.keys():
        when = day_text(day)
        if day not in new_hours:
            text = Text(f"{when.en}: hours as every week", f"{when.zh}：恢复每周时段")
        elif old_hours.get(day) != new_hours[day]:
            hours = _said(new_hours[day])
            text = Text(f"{when.en}: {hours.en}", f"{when.zh}：{hours.zh}")
        else:
            continue
        found.append(Change(text, day, short=text))
    return found


def reasons(found: list[Change], calendar: Calendar, started: datetime, until: datetime) -> list[Change]:
    """Which of the changes lie on the way of a promise that runs between two instants, alike ones once."""
    first, last = calendar.local_date(started), calendar.local_date(until - timedelta(microseconds=1))
    return list({one.short: one for one in reversed(found) if one.touches(first, last)}.values())[::-1]


def day_names(definition: Definition) -> list[tuple[Text, Text]]:
    """The hours of a week, Monday first."""
    return [(name, _said(spans)) for name, spans in zip(WEEKDAYS, definition.weekly, strict=True)]
