"""A region's calendar as people type it: hours of the week, lines of dates. What is wrong names its field and line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sterling.base.errors import FieldError, by_field
from sterling.core.calendars import Calendar
from sterling.core.calendars.definition import DAYS
from sterling.core.text import Text
from sterling.sla.calendar_changes import WEEKDAYS, hours_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|to|至|到)\s*(\d{1,2})[:：](\d{2})")
_DATE = re.compile(
    r"(\d{4})\s*(?:-|/|\.|年)\s*(\d{1,2})\s*(?:-|/|\.|月)\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})"
)
_RANGE = re.compile(r"\s*(?:\.\.+|…|–|—|~|to|至|到|-)\s*(?=\d{4})")
_CLOSED = {"closed", "-", "–", "休息", "不上班"}
_MOST_DAYS = 60
_LANGUAGES = " | "


@dataclass(slots=True)
class RegionForm:
    """What was typed, as it was typed, and what is wrong with it."""

    timezone: str = ""
    always: bool = False
    weekly: dict[str, str] = field(default_factory=dict)
    holidays: str = ""
    exceptions: str = ""
    reason: str = ""
    follows_list: str = ""
    errors: list[FieldError] = field(default_factory=list)

    @classmethod
    def of(cls, calendar: Calendar) -> RegionForm:
        known = calendar.definition
        return cls(
            timezone=known.tz.key,
            always=known.always,
            weekly={
                day: hours_text(() if known.always else spans)
                for day, spans in zip(DAYS, known.weekly, strict=True)
            },
            holidays="\n".join(f"{day.isoformat()} {_name(name)}".rstrip() for day, name in known.holidays),
            exceptions="\n".join(
                f"{day.isoformat()} {hours_text(spans) or 'closed'}" for day, spans in known.exceptions
            ),
        )

    @classmethod
    def of_hours(cls, hours: Mapping[str, Any], timezone: str) -> RegionForm:
        """Of a shift, which keeps its zone elsewhere."""
        return cls.of(Calendar.from_dict({"weekly": {}, **hours, "tz": timezone}))

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> RegionForm:
        return cls(
            timezone=form.get("timezone", "").strip(),
            always=bool(form.get("always")),
            weekly={day: form.get(f"weekly_{day}", "") for day in DAYS},
            holidays=form.get("holidays", "").replace("\r\n", "\n"),
            exceptions=form.get("exceptions", "").replace("\r\n", "\n"),
            reason=form.get("reason", ""),
            follows_list=form.get("list", "")[:40],
        )

    @property
    def days(self) -> list[tuple[str, Text, str, list[Text]]]:
        """The seven fields: id, name, what is typed, what is wrong."""
        return [
            (f"weekly_{day}", name, self.weekly.get(day, ""), self.wrong.get(f"weekly_{day}", []))
            for day, name in zip(DAYS, WEEKDAYS, strict=True)
        ]

    @property
    def wrong(self) -> dict[str, list[Text]]:
        return by_field(self.errors)

    def refuse(self, name: str, en: str, zh: str) -> None:
        self.errors.append(FieldError(name, Text(en, zh)))

    def calendar(self) -> Calendar | None:
        """The calendar that was typed, or None with `errors` filled."""
        document: dict[str, Any] = {"tz": self.timezone}
        if self.always:
            document["always"] = True
        else:
            document["weekly"] = {
                day: spans
                for day in DAYS
                if (spans := self._hours(f"weekly_{day}", self.weekly.get(day, "")))
            }
            document["holidays"] = dict(self._holidays())
            document["exceptions"] = dict(self._exceptions())
        if self.errors:
            return None
        try:
            return Calendar.from_dict(document)
        except ValueError as error:
            self._place(str(error))
            return None

    def _hours(self, name: str, typed: str, line: str = "") -> list[list[str]]:
        text = typed.strip()
        if not text or text.lower() in _CLOSED:
            return []
        spans = [[f"{int(a):02}:{b}", f"{int(c):02}:{d}"] for a, b, c, d in _SPAN.findall(text)]
        if not spans or re.sub(r"[\s,，、;；]", "", _SPAN.sub("", text)):
            self.refuse(
                name,
                f"{line}“{text}” is not hours. Write 09:00-12:00, 13:00-18:00; a night as 22:00-06:00.",
                f"{line}“{text}”不是时段。请写成 09:00-12:00, 13:00-18:00；跨夜写成 22:00-06:00。",
            )
        return spans

    def _holidays(self) -> Iterator[tuple[str, Any]]:
        for number, line in _lines(self.holidays):
            days, rest = self._days("holidays", number, line)
            en, _, zh = rest.partition(_LANGUAGES.strip())
            name = {"en": en.strip(), "zh": zh.strip()} if zh.strip() else en.strip()
            yield from ((day.isoformat(), name) for day in days)

    def _exceptions(self) -> Iterator[tuple[str, Any]]:
        for number, line in _lines(self.exceptions):
            days, rest = self._days("exceptions", number, line)
            if days and not rest:
                self.refuse(
                    "exceptions",
                    f"Line {number}: write the hours after the date, or closed.",
                    f"第 {number} 行：请在日期后写上时段，或写“休息”。",
                )
            hours = self._hours("exceptions", rest, f"{number}: ")
            yield from ((day.isoformat(), hours) for day in days)

    def _days(self, name: str, number: int, line: str) -> tuple[list[date], str]:
        """The dates that a line begins with, one or a range, and what follows them."""
        first = _DATE.match(line)
        day = _read(first)
        if first is None or day is None:
            self.refuse(
                name,
                f"Line {number}: “{line}” does not begin with a date like 2026-10-01.",
                f"第 {number} 行：“{line}”不是以日期（如 2026-10-01）开头。",
            )
            return [], ""
        rest = line[first.end() :]
        joined = _RANGE.match(rest)
        second = _DATE.match(rest, joined.end()) if joined else None
        if second is None:
            return [day], rest.strip(" \t,，:：")
        last = _read(second)
        if last is None or not timedelta() <= last - day <= timedelta(days=_MOST_DAYS):
            self.refuse(
                name,
                f"Line {number}: “{line}” is not a range of at most {_MOST_DAYS} days.",
                f"第 {number} 行：“{line}”不是有效的日期范围（最长 {_MOST_DAYS} 天）。",
            )
            return [], ""
        days = [day + timedelta(days=place) for place in range((last - day).days + 1)]
        return days, rest[second.end() :].strip(" \t,，:：")

    def _place(self, message: str) -> None:
        """An error of the calendar's own reader beside the field that it is about."""
        path, _, said = message.partition(": ")
        top = path.split(".")[0]
        if top == "tz":
            self.refuse(
                "timezone",
                f"“{self.timezone}” is not a time zone. Write one like Europe/Berlin.",
                f"“{self.timezone}”不是时区。请写成 Asia/Shanghai 这样的名称。",
            )
        elif top == "weekly":
            day = path.split(".")[1][:3]
            self.refuse(f"weekly_{day}", _plain(said), _plain(said, chinese=True))
        else:
            where = path.partition(".")[2].partition("[")[0]
            self.refuse(top, f"{where}: {_plain(said)}", f"{where}：{_plain(said, chinese=True)}")


def _plain(said: str, *, chinese: bool = False) -> str:
    if said.startswith("overlaps"):
        return "两个时段重叠，请合并或错开。" if chinese else "Two intervals overlap; join them or part them."
    return f"时间无效：{said}" if chinese else f"Not valid: {said}."


def _name(name: Text | None) -> str:
    if name is None:
        return ""
    return name.en if name.en == name.zh else f"{name.en}{_LANGUAGES}{name.zh}"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.strip()


def _read(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    year, month, day = (int(one) for one in found.groups() if one is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None
