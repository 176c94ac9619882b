"""What the rota's pages show: a week of everyone's shifts and absences by region, and one person's whole rota."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.accounts import queries as people
from sterling.accounts import rota
from sterling.base.formats import month_day, weekday, zone_name
from sterling.core import shifts
from sterling.core.calendars.definition import MIDNIGHT
from sterling.core.text import Text
from sterling.sla import calendars, coverage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sterling.accounts.models import Absence, Agent, Region, Shift

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIRST, LAST = date(1970, 1, 5), date(2200, 1, 6)  # Mondays
AWAY = Text("away", "缺勤")


@dataclass(frozen=True, slots=True)
class Piece:
    """A shift as it begins on a date; `is_off`: an absence takes all of it."""

    shift: int
    text: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class Away:
    """An absence on a date: all day, or so far of it."""

    absence: int
    text: Text


@dataclass(frozen=True, slots=True)
class Cell:
    day: date
    name: Text
    is_today: bool
    pieces: list[Piece]
    away: list[Away]


@dataclass(frozen=True, slots=True)
class Row:
    """One person's week. `zone`: where it differs from the region's."""

    agent: Agent
    zone: Text | None
    cells: list[Cell]
    hours: str


@dataclass(frozen=True, slots=True)
class Head:
    day: date
    name: Text
    holiday: Text | None
    is_today: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The people of a region (None: of no region), the city whose time it keeps, its days with their holidays."""

    region: Region | None
    name: Text
    zone: Text
    heads: list[Head]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    title: Text
    before: date
    after: date
    groups: list[Group]
    gaps: int
    regions: list[Region]
    region: str


def monday_of(typed: str, today: date) -> date:
    """The Monday of the week that an address names, else of this one."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    day = day if FIRST <= day < LAST else today
    return day - timedelta(days=day.weekday())


def week(monday: date, region: str, at: datetime, today: date) -> Week:
    """Eleven queries, whatever the number."""
    a, b = _noon(monday - DAY), _noon(monday + WEEK + DAY)
    regions = list(people.regions())
    known = calendars.revisions(one.pk for one in regions)
    staff = rota.staff_of(a, b)
    groups = []
    for one in [*regions, None]:
        rows = [agent for agent in staff if agent.region_id == (one.pk if one else None)]
        wanted = not region or (one is not None and one.pk == region)
        if wanted and (rows or (one is not None and region)):
            calendar = calendars.in_force(known[one.pk], at).calendar if one and one.pk in known else None
            holidays = dict(calendar.definition.holidays) if calendar else {}
            groups.append(_group(one, rows, monday, today, holidays))
    begin, end = max(at, _noon(monday) - timedelta(hours=12)), _noon(monday + WEEK) - timedelta(hours=12)
    gaps = coverage.distinct(coverage.shown(begin, end).gaps) if begin < end else 0
    return Week(monday, _title(monday), monday - WEEK, monday + WEEK, groups, gaps, regions, region)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo("UTC"))


def _title(monday: date) -> Text:
    first, last = month_day(monday), month_day(monday + WEEK - DAY)
    number = monday.isocalendar().week
    return Text(
        f"{first.en} to {last.en} {(monday + WEEK - DAY).year}, week {number}",
        f"{monday.year} 年 {first.zh}至 {last.zh}，第 {number} 周",
    )


def _group(
    region: Region | None,
    staff: Iterable[Agent],
    monday: date,
    today: date,
    holidays: dict[date, Text | None],
) -> Group:
    zone = region.timezone if region else ""
    days = [monday + n * DAY for n in range(7)]
    heads = [
        Head(day, day_words(day), holidays[day] or Text("holiday", "节假日") if day in holidays else None, day == today)
        for day in days
    ]  # fmt: skip
    name = region.name if region else Text("No region", "不属于任何区域")
    city = zone_name(ZoneInfo(zone)) if zone else Text("each on their own clock", "按各自时区")
    return Group(region, name, city, heads, [_row(agent, zone, days, today) for agent in staff])


def _row(agent: Agent, zone: str, days: list[date], today: date) -> Row:
    tz = ZoneInfo(agent.zone)
    rows = [(row, _shift(row, agent)) for row in agent.shifts.all()]
    absences = list(agent.absences.all())
    away = [(one.starts, one.ends) for one in absences]
    cells = []
    for day in days:
        pieces = []
        for row, shift in rows:
            for start, end in shift.on_date(day):
                begin, stop = _instant(day, start, tz), _instant(day, end, tz)
                is_off = any(gone <= begin and stop <= back for gone, back in away)
                pieces.append(Piece(row.pk, f"{clock(start)}–{clock(end)}", is_off))
        gone = [found for one in absences if (found := _away(one, day, tz))]
        cells.append(Cell(day, day_words(day), day == today, sorted(pieces, key=lambda one: one.text), gone))
    a, b = _instant(days[0], 0, tz), _instant(days[-1] + DAY, 0, tz)
    worked = sum(
        (end - start for start, end in shifts.spans([one for _, one in rows], away, a, b)), timedelta()
    )
    own = zone_name(tz) if agent.zone != zone else None
    return Row(agent, own, cells, f"{worked / timedelta(hours=1):.4g}")


def _shift(row: Shift, agent: Agent) -> shifts.Shift:
    row.agent = agent
    return people.shift_of(row)


def _instant(day: date, minutes: int, tz: ZoneInfo) -> datetime:
    ahead, minute = divmod(minutes, MIDNIGHT)
    local = datetime.combine(day + ahead * DAY, time(minute // 60, minute % 60), tz)
    return local.astimezone(ZoneInfo("UTC"))


def _away(one: Absence, day: date, tz: ZoneInfo) -> Away | None:
    begin, end = _instant(day, 0, tz), _instant(day + DAY, 0, tz)
    if one.starts >= end or one.ends <= begin:
        return None
    said = Text(one.reason, one.reason) if one.reason else AWAY
    since = f"{one.starts.astimezone(tz):%H:%M}" if one.starts > begin else ""
    until = f"{one.ends.astimezone(tz):%H:%M}" if one.ends < end else ""
    if since and until:
        return Away(one.pk, Text(f"{said.en} {since}–{until}", f"{said.zh} {since}–{until}"))
    if since:
        return Away(one.pk, Text(f"{said.en} from {since}", f"{said.zh}，{since} 起"))
    if until:
        return Away(one.pk, Text(f"{said.en} until {until}", f"{said.zh}，至 {until}"))
    return Away(one.pk, said)


def clock(minutes: int) -> str:
    """`09:00`; the end of a day is 24:00, of a night the next morning's time."""
    within = minutes if minutes <= MIDNIGHT else minutes - MIDNIGHT
    return f"{within // 60:02}:{within % 60:02}"


def day_words(day: date) -> Text:
    name, of_month = weekday(day), month_day(day)
    return Text(f"{name.en} {of_month.en}", f"{of_month.zh}{name.zh}")


@dataclass(frozen=True, slots=True)
class Regular:
    """One shift in words, for the person's page."""

    row: Shift
    hours: list[tuple[Text, str]]
    when: Text


@dataclass(frozen=True, slots=True)
class Gone:
    row: Absence
    when: Text
    is_over: bool


@dataclass(frozen=True, slots=True)
class Person:
    agent: Agent
    zone: Text
    regular: list[Regular]
    away: list[Gone]


def person(agent: Agent, at: datetime) -> Person:
    """Two queries."""
    tz = ZoneInfo(agent.zone)
    regular = [_regular(row, agent) for row in agent.shifts.order_by("starts", "pk")]
    away = [_gone(row, tz, at) for row in agent.absences.order_by("-starts", "-pk")]
    return Person(agent, zone_name(tz), regular, away)


def _regular(row: Shift, agent: Agent) -> Regular:
    definition = _shift(row, agent).definition
    found = [
        (weekday(FIRST + number * DAY), _said(spans))
        for number, spans in enumerate(definition.weekly)
        if spans
    ]
    dated = [(day_words(day), _said(spans)) for day, spans in definition.exceptions if spans]
    return Regular(row, [*found, *dated], _valid(row))


def _said(spans: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{clock(start)}–{clock(end)}" for start, end in spans)


def _valid(row: Shift) -> Text:
    last = row.ends - DAY if row.ends else None
    if row.starts and last == row.starts:
        return Text("once", "单次")
    if row.starts and last:
        a, b = month_day(row.starts), month_day(last)
        return Text(
            f"from {a.en} {row.starts.year} to {b.en} {last.year}",
            f"{row.starts.year} 年 {a.zh}至 {last.year} 年 {b.zh}",
        )
    if row.starts:
        a = month_day(row.starts)
        return Text(f"from {a.en} {row.starts.year}", f"{row.starts.year} 年 {a.zh}起")
    if last:
        b = month_day(last)
        return Text(f"until {b.en} {last.year}", f"至 {last.year} 年 {b.zh}")
    return Text("every week", "每周")


def _gone(row: Absence, tz: ZoneInfo, at: datetime) -> Gone:
    start, end = row.starts.astimezone(tz), row.ends.astimezone(tz)
    first, back = day_words(start.date()), day_words(end.date())
    when = Text(
        f"{first.en} {start.year}, {start:%H:%M}, back {back.en} {end.year}, {end:%H:%M}",
        f"{start.year} 年 {first.zh} {start:%H:%M} 起，{end.year} 年 {back.zh} {end:%H:%M} 返回",
    )
    return Gone(row, when, row.ends <= at)
