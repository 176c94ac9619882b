"""Times and people as the pages write them. Pure: `now` and the zone are arguments, both languages come out.

Remaining time is rounded down (never promise more than there is), and so is time that is over.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COUNTDOWN = 2 * MINUTE  # seconds show below
_HOURS_AND_MINUTES = 4 * HOUR
_NAMED_DAYS = 6  # a weekday alone is clear for this many days either way

_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_ZH = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CITIES = {
    "America/Argentina/Buenos_Aires": Text("Buenos Aires", "布宜诺斯艾利斯"),
    "America/Chicago": Text("Chicago", "芝加哥"),
    "America/Denver": Text("Denver", "丹佛"),
    "America/Los_Angeles": Text("Los Angeles", "洛杉矶"),
    "America/Mexico_City": Text("Mexico City", "墨西哥城"),
    "America/New_York": Text("New York", "纽约"),
    "America/Sao_Paulo": Text("São Paulo", "圣保罗"),
    "America/Toronto": Text("Toronto", "多伦多"),
    "Asia/Dubai": Text("Dubai", "迪拜"),
    "Asia/Hong_Kong": Text("Hong Kong", "香港"),
    "Asia/Kolkata": Text("Kolkata", "加尔各答"),
    "Asia/Seoul": Text("Seoul", "首尔"),
    "Asia/Shanghai": Text("Beijing", "北京"),
    "Asia/Singapore": Text("Singapore", "新加坡"),
    "Asia/Taipei": Text("Taipei", "台北"),
    "Asia/Tokyo": Text("Tokyo", "东京"),
    "Asia/Urumqi": Text("Urumqi", "乌鲁木齐"),
    "Australia/Sydney": Text("Sydney", "悉尼"),
    "Europe/Amsterdam": Text("Amsterdam", "阿姆斯特丹"),
    "Europe/Berlin": Text("Berlin", "柏林"),
    "Europe/Dublin": Text("Dublin", "都柏林"),
    "Europe/London": Text("London", "伦敦"),
    "Europe/Madrid": Text("Madrid", "马德里"),
    "Europe/Paris": Text("Paris", "巴黎"),
    "Europe/Zurich": Text("Zurich", "苏黎世"),
    "Pacific/Auckland": Text("Auckland", "奥克兰"),
}
# Surnames of two characters; every other Chinese name shows its first character.
_DOUBLE_SURNAMES = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 长孙 宇文 夏侯 端木 南宫 独孤 轩辕"
_HAN = (0x3400, 0x9FFF)


def length(time: timedelta) -> Text:
    """`45 s`, `1 min 45 s`, `52 min`, `1 h 20`, `6 h`, `2 d`: as short as it stays clear. Never negative."""
    time = max(time, timedelta(0))
    if time < COUNTDOWN:
        return _countdown(time)
    hours, minutes = divmod(time // MINUTE, 60)
    if not hours:
        return Text(f"{minutes} min", f"{minutes} 分钟")
    if time < _HOURS_AND_MINUTES and minutes:
        return Text(f"{hours} h {minutes:02}", f"{hours} 小时 {minutes} 分")
    if time < 2 * DAY:
        return Text(f"{hours} h", f"{hours} 小时")
    return Text(f"{time // DAY} d", f"{time // DAY} 天")


def _countdown(time: timedelta) -> Text:
    minutes, seconds = divmod(time // timedelta(seconds=1), 60)
    if not minutes:
        return Text(f"{seconds} s", f"{seconds} 秒")
    if not seconds:
        return Text(f"{minutes} min", f"{minutes} 分钟")
    return Text(f"{minutes} min {seconds} s", f"{minutes} 分 {seconds} 秒")


def full_length(time: timedelta) -> Text:
    """`4 h 52 min`, `2 h`, `90 min`: in sentences and ledgers, to the minute."""
    time = max(time, timedelta(0))
    if time < COUNTDOWN and time % MINUTE:
        return length(time)
    hours, minutes = divmod(time // MINUTE, 60)
    if not hours:
        return Text(f"{minutes} min", f"{minutes} 分钟")
    if not minutes:
        return Text(f"{hours} h", f"{hours} 小时")
    return Text(f"{hours} h {minutes} min", f"{hours} 小时 {minutes} 分钟")


def weekday(day: date) -> Text:
    return Text(_DAYS_EN[day.weekday()], f"周{_DAYS_ZH[day.weekday()]}")


def month_day(day: date) -> Text:
    """`16 Nov`, 11 月 16 日."""
    return Text(f"{day.day} {_MONTHS[day.month - 1]}", f"{day.month} 月 {day.day} 日")


def month_year(day: date) -> Text:
    """`Nov 2026`, 2026 年 11 月."""
    return Text(f"{_MONTHS[day.month - 1]} {day.year}", f"{day.year} 年 {day.month} 月")


def full_day(day: date) -> Text:
    """`16 Nov 2026`, 2026 年 11 月 16 日."""
    said = month_day(day)
    return Text(f"{said.en} {day.year}", f"{day.year} 年 {said.zh}")


def strip_day(day: date) -> Text:
    """A day's head over the strip: `Thu 12`, 12 日周四."""
    name = weekday(day)
    return Text(f"{name.en} {day.day}", f"{day.day} 日{name.zh}")


def short_moment(at: datetime, now: datetime, zone: tzinfo) -> Text:
    """`Fri 16:30` near now, `12 Nov 16:30` in the same year, else `12 Nov 2025`."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    day = month_day(local.date())
    if abs((local.date() - today.date()).days) <= _NAMED_DAYS:
        day = weekday(local.date())
    elif local.year != today.year:
        return Text(f"{day.en} {local.year}", f"{local.year} 年 {day.zh}")
    return Text(f"{day.en} {local:%H:%M}", f"{day.zh} {local:%H:%M}")


@lru_cache(maxsize=8192)
def full_moment(at: datetime, zone: tzinfo) -> Text:
    """`Mon 16 Nov 2026, 09:12, Beijing time`: nothing left to guess."""
    local, city = at.astimezone(zone), zone_name(zone)
    name, day = weekday(local.date()), month_day(local.date())
    return Text(
        f"{name.en} {day.en} {local.year}, {local:%H:%M}, {city.en}",
        f"{local.year} 年 {day.zh}{name.zh} {local:%H:%M}（{city.zh}）",
    )


def age(at: datetime, now: datetime) -> Text:
    """How long ago, bare: `54 min`, `4 h`, `2 d`; `now` within the minute."""
    time = now - at
    if time < MINUTE:
        return Text("now", "刚刚")
    if time < HOUR:
        return Text(f"{time // MINUTE} min", f"{time // MINUTE} 分钟")
    if time < DAY:
        return Text(f"{time // HOUR} h", f"{time // HOUR} 小时")
    return Text(f"{time // DAY} d", f"{time // DAY} 天")


def seconds_too(at: datetime, now: datetime) -> Text:
    """The same, but `4 s` within the minute: for what has only just happened."""
    time = now - at
    if time >= MINUTE:
        return age(at, now)
    seconds = max(1, time // timedelta(seconds=1))
    return Text(f"{seconds} s", f"{seconds} 秒")


def ago(at: datetime, now: datetime) -> Text:
    """`54 min ago`; what lies ahead reads `in 54 min`."""
    if at - now >= MINUTE:
        time = age(now, at)
        return Text(f"in {time.en}", f"{time.zh}后")
    time = age(at, now)
    return Text("just now", "刚刚") if now - at < MINUTE else Text(f"{time.en} ago", f"{time.zh}前")


def due_words(due: datetime, now: datetime, zone: tzinfo) -> Text:
    """`52 min`, `1 h 20`, `by 17:00` today, then `Mon 10:30`, then `24 Nov`; past the due `12 min over`."""
    left = due - now
    if left < timedelta(0):
        return over(-left)
    if left < _HOURS_AND_MINUTES:
        return length(left)
    local, today = due.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return Text(f"by {local:%H:%M}", f"{local:%H:%M} 前")
    if (local.date() - today.date()).days <= _NAMED_DAYS:
        return short_moment(due, now, zone)
    return month_day(local.date())


def over(time: timedelta) -> Text:
    """How far past the due: `12 min over`."""
    if time < MINUTE:
        return Text("just over", "刚超时")
    long = length(time - time % MINUTE)
    return Text(f"{long.en} over", f"超 {long.zh}")


def left_words(left: timedelta | None) -> Text:
    """A paused clock: `3 h 30 left`, or `waits` where the next target starts afresh."""
    if left is None:
        return Text("waits", "等待")
    time = length(left)
    return Text(f"{time.en} left", f"余 {time.zh}")


def ended_words(due: datetime | None, ended: datetime | None, *, met: bool) -> Text:
    """History: `met, 18 min early`; `missed by 23 min`; just `missed` where the next promise began at the due."""
    if due is None or ended is None or (due == ended and not met):
        return Text("met", "按时") if met else Text("missed", "超时")
    time = length(abs(due - ended))
    if met:
        return Text(f"met, {time.en} early", f"按时，提前 {time.zh}")
    return Text(f"missed by {time.en}", f"超时 {time.zh}")


@lru_cache(maxsize=256)
def zone_name(zone: tzinfo) -> Text:
    """`Beijing time`, 北京时间: a zone is named by its city, never by letters."""
    key = str(zone)
    if key in {"UTC", "Etc/UTC"}:
        return Text("UTC", "协调世界时")
    name = key.rsplit("/", 1)[-1].replace("_", " ")
    city = _CITIES.get(key, Text(name, f"{name} "))
    return Text(f"{city.en} time", f"{city.zh}时间")


def initials(name: str) -> str:
    """`CM` for Carol Mensah; the surname of a Chinese name; at most two letters, `?` for nobody."""
    name = name.strip()
    if not name:
        return "?"
    if _HAN[0] <= ord(name[0]) <= _HAN[1]:
        return name[:2] if name[:2] in _DOUBLE_SURNAMES and len(name) > len("欧阳") else name[0]
    words = [
        word
        for word in name.split("@", 1)[0].replace(".", " ").replace("-", " ").split()
        if word[0].isalnum()
    ]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
