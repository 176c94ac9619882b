"""A shift or an absence as a lead types it: once, from one instant to another, or hours of the week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.accounts.actions.shifts import Away, Regular
from sterling.base.errors import FieldError, by_field
from sterling.base.formats import zone_name
from sterling.core import shifts
from sterling.core.text import Text
from sterling.desk.region_form import RegionForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.accounts.models import Absence, Agent, Shift

ONCE, WEEKLY = "once", "weekly"
LONGEST = timedelta(days=31)
DAY = timedelta(days=1)
WHEN = "%Y-%m-%dT%H:%M"


@dataclass(slots=True)
class ShiftForm:
    """What was typed, as it was typed, and what is wrong. `zone`: whose clock `begins` and `ends` are read on."""

    zone: str
    agent: str = ""
    kind: str = ONCE
    begins: str = ""
    ends: str = ""
    first: str = ""
    last: str = ""
    hours: RegionForm = field(default_factory=RegionForm)
    back: str = ""
    errors: list[FieldError] = field(default_factory=list)

    @classmethod
    def to_fill(cls, a: datetime, b: datetime, zone: str) -> ShiftForm:
        """Prefilled so that a gap is filled, to the minute around it."""
        tz = ZoneInfo(zone)
        end = b if not (b.second or b.microsecond) else b + timedelta(minutes=1)
        return cls(
            zone,
            begins=a.astimezone(tz).strftime(WHEN),
            ends=end.astimezone(tz).strftime(WHEN),
            back="coverage",
        )

    @classmethod
    def of(cls, row: Shift) -> ShiftForm:
        agent = row.agent
        shift = people.shift_of(row)
        form = cls(agent.zone, str(agent.pk), WEEKLY)
        form.first = row.starts.isoformat() if row.starts else ""
        form.last = (row.ends - DAY).isoformat() if row.ends else ""
        definition = shift.definition
        if row.starts and row.ends and not any(definition.weekly) and not definition.holidays:
            tz = ZoneInfo(agent.zone)
            a = datetime.combine(row.starts - DAY, datetime.min.time(), tz)
            worked = shift.spans(a, a + LONGEST + 3 * DAY)
            if len(worked) == 1:
                form.kind = ONCE
                form.begins, form.ends = (at.astimezone(tz).strftime(WHEN) for at in worked[0])
        form.hours = RegionForm.of_hours(row.hours, agent.zone)
        return form

    @classmethod
    def typed(cls, form: Mapping[str, str], zone: str) -> ShiftForm:
        return cls(
            zone,
            form.get("agent", ""),
            WEEKLY if form.get("kind") == WEEKLY else ONCE,
            form.get("begins", "").strip()[:40],
            form.get("ends", "").strip()[:40],
            form.get("first", "").strip()[:40],
            form.get("last", "").strip()[:40],
            RegionForm.typed(form),
            form.get("back", "")[:20],
        )

    @property
    def wrong(self) -> dict[str, list[Text]]:
        return by_field([*self.errors, *self.hours.errors])

    @property
    def days(self) -> list[tuple[str, Text, str, list[Text]]]:
        return self.hours.days

    @property
    def city(self) -> Text:
        return zone_name(ZoneInfo(self.zone))

    def refuse(self, name: str, en: str, zh: str) -> None:
        self.errors.append(FieldError(name, Text(en, zh)))

    def regular(self, agent: Agent) -> Regular | None:
        """The shift that was typed, in the engineer's zone, or None with `wrong` filled."""
        return self._weekly(agent) if self.kind == WEEKLY else self._once(agent)

    def _once(self, agent: Agent) -> Regular | None:
        # An end within the hour that comes twice is its second one: rather too long than a minute short.
        a = _instant(self.begins, self.zone)
        b = _instant(self.ends, self.zone, fold=1)
        for name, found in (("begins", a), ("ends", b)):
            if found is None:
                self.refuse(
                    name, "A date and a time, as 2026-12-05 09:00.", "请填写日期和时间，如 2026-12-05 09:00。"
                )
        if a is None or b is None:
            return None
        if not a < b <= a + LONGEST:
            self.refuse(
                "ends",
                "After the beginning, and at most a month later.",
                "必须晚于开始时间，且不超过一个月。",
            )
            return None
        return Regular(*shifts.once(a, b, agent.zone))

    def _weekly(self, agent: Agent) -> Regular | None:
        starts, ends = self._day("first"), self._day("last")
        self.hours.timezone = agent.zone
        calendar = self.hours.calendar()
        if self.wrong or calendar is None:
            return None
        if starts and ends and ends < starts:
            self.refuse("last", "Not before the first day.", "不能早于首日。")
            return None
        document = calendar.to_dict()
        hours = {key: document[key] for key in shifts.KEYS if document.get(key)}
        if not any(hours.get("weekly", {}).values()) and not any(hours.get("exceptions", {}).values()):
            self.hours.refuse("weekly_mon", "Hours on at least one day.", "请至少填写一天的时段。")
            return None
        return Regular(hours, starts, ends + DAY if ends else None)

    def _day(self, name: str) -> date | None:
        typed = getattr(self, name)
        if not typed:
            return None
        try:
            found = date.fromisoformat(typed)
        except ValueError:
            self.refuse(name, "A date, as 2026-12-05.", "请填写日期，如 2026-12-05。")
            return None
        if not date(1970, 1, 1) <= found < date(2200, 1, 1):
            self.refuse(name, "A date of this time.", "日期超出范围。")
            return None
        return found


@dataclass(slots=True)
class AbsenceForm:
    """On the engineer's own clock; `until` is when they are back."""

    zone: str
    agent: str = ""
    since: str = ""
    until: str = ""
    reason: str = ""
    errors: list[FieldError] = field(default_factory=list)

    @classmethod
    def of(cls, row: Absence) -> AbsenceForm:
        tz = ZoneInfo(row.agent.zone)
        a, b = (at.astimezone(tz).strftime(WHEN) for at in (row.starts, row.ends))
        return cls(row.agent.zone, str(row.agent_id), a, b, row.reason)

    @classmethod
    def typed(cls, form: Mapping[str, str], agent: Agent) -> AbsenceForm:
        since, until = (form.get(name, "").strip()[:40] for name in ("since", "until"))
        return cls(agent.zone, str(agent.pk), since, until, form.get("reason", "")[:200])

    @property
    def wrong(self) -> dict[str, list[Text]]:
        return by_field(self.errors)

    @property
    def city(self) -> Text:
        return zone_name(ZoneInfo(self.zone))

    def away(self) -> Away | None:
        a, b = _instant(self.since, self.zone), _instant(self.until, self.zone, fold=1)
        for name, found in (("since", a), ("until", b)):
            if found is None:
                said = Text(
                    "A date and a time, as 2026-12-24 00:00.", "请填写日期和时间，如 2026-12-24 00:00。"
                )
                self.errors.append(FieldError(name, said))
        if a is None or b is None:
            return None
        if b <= a:
            said = Text("After the beginning of the absence.", "必须晚于缺勤开始时间。")
            self.errors.append(FieldError("until", said))
            return None
        return Away(a.isoformat(), b.isoformat(), self.reason)


def _instant(typed: str, zone: str, *, fold: int = 0) -> datetime | None:
    """A time as `datetime-local` writes it, read in `zone`."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    if found.tzinfo is not None or not date(1970, 1, 2) <= found.date() < date(2200, 1, 1):
        return None
    return found.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
