"""Quarters of the calendar, and the stretches of days that reports are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sterling.core.text import Text

DAY = timedelta(days=1)
MONTHS = 3
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NTH = (Text("first", "一"), Text("second", "二"), Text("third", "三"), Text("fourth", "四"))


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("last: must not be before first")

    @property
    def after(self) -> date:
        """The first day that is no longer part of it."""
        return self.last + DAY

    @property
    def quarter(self) -> int | None:
        """Which quarter of its year, where it is exactly one."""
        return nth_of(self.first) if self == quarter_of(self.first) else None

    def before(self) -> Days:
        """The stretch that led up to it: the quarter before a quarter, else as many days."""
        if self.quarter:
            return quarter_of(self.first - DAY)
        return Days(self.first - (self.after - self.first), self.first - DAY)

    @property
    def short(self) -> Text:
        """`Q3 2026`; `1 Jul – 15 Aug 2026` where it is no quarter."""
        if self.quarter:
            return Text(f"Q{self.quarter} {self.first.year}", f"{self.first.year} Q{self.quarter}")
        return self.spelled

    @property
    def name(self) -> Text:
        """`third quarter 2026`, 2026 年第三季度."""
        if self.quarter:
            nth = _NTH[self.quarter - 1]
            return Text(f"{nth.en} quarter {self.first.year}", f"{self.first.year} 年第{nth.zh}季度")
        return self.spelled

    @property
    def spelled(self) -> Text:
        """`1 Jul – 30 Sep 2026`, 2026 年 7 月 1 日至 9 月 30 日."""
        one, other = self.first, self.last
        same = one.year == other.year
        return Text(
            f"{_day(one)}{'' if same else f' {one.year}'} – {_day(other)} {other.year}",
            f"{one.year} 年 {one.month} 月 {one.day} 日至"
            f"{'' if same else f' {other.year} 年'} {other.month} 月 {other.day} 日",
        )


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def nth_of(day: date) -> int:
    return (day.month - 1) // MONTHS + 1


def quarter_of(day: date) -> Days:
    """The quarter that a day lies in."""
    first = date(day.year, (nth_of(day) - 1) * MONTHS + 1, 1)
    month = first.month + MONTHS
    after = date(day.year + month // 13, (month - 1) % 12 + 1, 1)
    return Days(first, after - DAY)


def last_quarter(day: date) -> Days:
    """The quarter that was over when `day` began."""
    return quarter_of(day).before()
