"""Instants, lengths of time and zones as people read them, in English and Chinese."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ZH = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CITIES_ZH = {
    "America/Chicago": "芝加哥",
    "America/Los_Angeles": "洛杉矶",
    "America/New_York": "纽约",
    "Asia/Hong_Kong": "香港",
    "Asia/Kolkata": "加尔各答",
    "Asia/Shanghai": "北京",
    "Asia/Singapore": "新加坡",
    "Asia/Tokyo": "东京",
    "Australia/Sydney": "悉尼",
    "Europe/Berlin": "柏林",
    "Europe/London": "伦敦",
    "Europe/Paris": "巴黎",
}
_CITIES_EN = {"Asia/Shanghai": "Beijing"}  # China names its time by the capital
_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def local(at: datetime, tz: tzinfo) -> datetime:
    """The instant on the wall of `tz`; in UTC on the last day that there is, where the wall has none."""
    try:
        return at.astimezone(tz)
    except OverflowError:
        return at


def weekday(day: date) -> Text:
    return Text(_DAYS_EN[day.weekday()], f"周{_DAYS_ZH[day.weekday()]}")


def day_of(day: date) -> Text:
    """`Fri 20 Sep`, 9 月 20 日周五."""
    name = weekday(day)
    return Text(f"{name.en[:3]} {day.day} {_MONTHS[day.month - 1]}", f"{day.month} 月 {day.day} 日{name.zh}")


def moment(at: datetime, tz: tzinfo, *, year: bool = False) -> Text:
    """`Fri 20 Sep 16:30`; seconds only where there are any."""
    wall = local(at, tz)
    day = day_of(wall.date())
    if year:
        day = Text(f"{day.en} {wall.year}", f"{wall.year} 年 {day.zh}")
    return Text(f"{day.en} {hour(at, tz)}", f"{day.zh} {hour(at, tz)}")


def hour(at: datetime, tz: tzinfo) -> str:
    wall = local(at, tz)
    fraction = f".{wall.microsecond:06d}".rstrip("0") if wall.microsecond else ""
    return f"{wall:%H:%M:%S}{fraction}" if wall.second or fraction else f"{wall:%H:%M}"


def length(duration: timedelta) -> Text:
    """`90 min`, `5 h 30 min`, `2 h`, `45 s`: hours from two hours on."""
    hours, rest = divmod(duration, _HOUR)
    if 0 < hours < 2:  # noqa: PLR2004 - an hour and a half reads best in minutes
        hours, rest = 0, duration
    minutes, rest = divmod(rest, _MINUTE)
    seconds = f"{rest.total_seconds():f}".rstrip("0").rstrip(".") if rest else ""
    parts = ((hours, "h", "小时"), (minutes, "min", "分钟"), (seconds, "s", "秒"))
    said = [Text(f"{count} {en}", f"{count} {zh}") for count, en, zh in parts if count]
    if not said:
        return Text("0 min", "0 分钟")
    return Text(" ".join(part.en for part in said), " ".join(part.zh for part in said))


def zone(tz: tzinfo) -> Text:
    """`Chicago time`, 芝加哥时间: a zone is named by its city."""
    key = str(tz)
    if key in {"UTC", "Etc/UTC"}:
        return Text("UTC", "协调世界时")
    city = _CITIES_EN.get(key) or key.rsplit("/", 1)[-1].replace("_", " ")
    return Text(f"{city} time", f"{_CITIES_ZH.get(key, city)}时间")
