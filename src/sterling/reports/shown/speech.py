"""Figures as a reader sees them, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sterling.base.formats import month_day, month_year, zone_name
from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.reports.models import Report

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Speech:
    """Words in one language, times in one zone. `figures` is the report's snapshot."""

    language: str
    zone: ZoneInfo
    figures: dict[str, Any]

    @classmethod
    def of(cls, report: Report, language: str) -> Speech:
        known = "zh" if language.startswith("zh") else "en"
        return cls(known, ZoneInfo(report.figures["region"]["timezone"]), report.figures)

    def say(self, en: str, zh: str) -> str:
        return Text(en, zh).to(self.language)

    def to(self, words: Text | dict[str, str]) -> str:
        if isinstance(words, Text):
            return words.to(self.language)
        return words["zh" if self.language == "zh" else "en"]

    def plan(self, name: str) -> str:
        plans = self.figures["plans"] | {self.figures["plan"]["id"]: self.figures["plan"]}
        return self.to(plans[name]["name"]) if name in plans else name

    def priority(self, name: str) -> str:
        known = self.figures["priorities"].get(name)
        return self.to(known["name"]) if known else name

    def rank(self, name: str) -> int:
        known = self.figures["priorities"].get(name)
        return int(known["rank"]) if known else 0

    def of_all(self, kept: int, n: int) -> str:
        """`13 of 14`, 13 / 14."""
        return self.say(f"{kept} of {n}", f"{kept} / {n}")

    def percent(self, rate: float | None) -> str:
        """`96.9 %`: rounded down, so that what is not all never reads 100."""
        if rate is None:
            return "–"
        # A tenth of a percent, counted in whole numbers: 0.29 times a thousand is not 290.
        tenths = int(round(rate * 10_000) // 10)
        whole = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"
        return self.say(f"{whole}\u00a0%", f"{whole}%")

    def time(self, seconds: int | None) -> str:
        """`45 s`, `22 min`, `1 h 04`, `2 d 3 h`; rounded down."""
        return "–" if seconds is None else self.to(_time(seconds))

    def late(self, seconds: int | None) -> str:
        """By how much: a miss of less than a second is one as well."""
        return self.say("under 1 s", "不到 1 秒") if seconds == 0 else self.time(seconds)

    def hours(self, hours: float) -> str:
        return self.say(f"{hours:g} h", f"{hours:g} 小时")

    def day(self, at: str) -> str:
        """`14 Jul`, 7 月 14 日."""
        return self.to(month_day(datetime.fromisoformat(at).astimezone(self.zone).date()))

    def month(self, month: str) -> str:
        """`2026-11` as `Nov 2026`, 2026 年 11 月."""
        return self.to(month_year(date.fromisoformat(f"{month}-01")))

    def dated(self, day: date) -> str:
        """`31 Mar 2027`, 2027 年 3 月 31 日."""
        words = month_day(day)
        return self.say(f"{words.en} {day.year}", f"{day.year} 年 {words.zh}")

    def moment(self, at: datetime) -> str:
        """`30 Sep 2026, 24:00 Chicago time`: the end of a day is its 24:00."""
        local, city = at.astimezone(self.zone), zone_name(self.zone)
        hour = f"{local:%H:%M}"
        if hour == "00:00":
            local, hour = local - timedelta(days=1), "24:00"
        return self.say(
            f"{self.dated(local.date())}, {hour} {city.en}", f"{self.dated(local.date())} {hour}（{city.zh}）"
        )


def _time(seconds: int) -> Text:
    if seconds < MINUTE:
        return Text(f"{seconds} s", f"{seconds} 秒")
    if seconds < HOUR:
        return Text(f"{seconds // MINUTE} min", f"{seconds // MINUTE} 分钟")
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if not days:
        en, zh = (f" {minutes:02}", f" {minutes} 分") if minutes else ("", "")
        return Text(f"{hours} h{en}", f"{hours} 小时{zh}")
    en, zh = (f" {hours} h", f" {hours} 小时") if hours else ("", "")
    return Text(f"{days} d{en}", f"{days} 天{zh}")
