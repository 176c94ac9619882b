"""Promises in the customer's words: kept and late, by when, how long. Pure; both languages come out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.base.formats import full_length, short_moment
from sterling.base.parts import Tone
from sterling.core.catalog import EachBusinessDay, Hours, Interval, OnStatusChange
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sterling.base.parts import DueView
    from sterling.core.catalog import Cell, ResponseTarget

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
_SOON = timedelta(hours=24)
_DAYS_FROM = timedelta(days=2)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NAMED_DAYS = 6  # a weekday alone is clear for this many days either way


def is_reply(view: DueView) -> bool:
    return view.metric != "update"


def clear_moment(at: datetime, now: datetime, zone: tzinfo) -> Text:
    """`17:00 today`, `Monday 10:30`, `16 Nov 10:30`."""
    wall, today = at.astimezone(zone), now.astimezone(zone).date()
    short = short_moment(at, now, zone)
    days = (wall.date() - today).days
    if days in {0, 1}:
        day = (Text("today", "今天"), Text("tomorrow", "明天"))[days]
        return Text(f"{wall:%H:%M} {day.en}", f"{day.zh} {wall:%H:%M}")
    if abs(days) <= _NAMED_DAYS:
        return Text(f"{_DAYS[wall.weekday()]} {wall:%H:%M}", short.zh)
    return short


def lateness(time: timedelta) -> Text:
    """How late: to the minute, in days from two on; below a minute it is `less than a minute`."""
    if time >= _DAYS_FROM:
        return Text(f"{time.days} days", f"{time.days} 天")
    return full_length(time) if time >= MINUTE else Text("less than a minute", "不到 1 分钟")


def _after(zh: str, time: str) -> str:
    """A length of time after Chinese words: apart where it begins with a figure, at once where it does not."""
    return f"{zh} {time}" if time[0].isdigit() else f"{zh}{time}"


def headline(view: DueView, now: datetime, zone: tzinfo, *, then: bool = False) -> Text:  # noqa: PLR0911 - one line a case reads best
    """What the customer may expect: `A reply by Monday 10:30`. `then`: it follows another promise."""
    tone = view.tone(now)
    if tone is Tone.PAUSED:
        return Text("News pauses", "进展通报暂停")
    if view.due is None:
        return Text("A reply, without a set time", "会回复您，未定时限")
    late, by = lateness(now - view.due), clear_moment(view.due, now, zone)
    if is_reply(view):
        if tone is Tone.OVER:
            return Text(f"Our reply is {late.en} late", _after("我们的回复已迟", late.zh))
        return Text(f"A reply by {by.en}", f"{by.zh} 前回复您")
    if tone is Tone.OVER:
        return Text(f"Our news is {late.en} late", _after("我们的进展通报已迟", late.zh))
    if then:
        return Text(f"Then news by {by.en}", f"随后{by.zh} 前通报进展")
    return Text(f"News by {by.en}", f"{by.zh} 前通报进展")


def remaining(view: DueView, now: datetime) -> Text | None:
    """`in 52 min` within a day; nothing for what is paused, late or far."""
    if view.due is None or not timedelta(0) <= view.due - now < _SOON:
        return None
    left = full_length(view.due - now)
    return Text(f"in {left.en}", f"还有 {left.zh}")


def target(given: ResponseTarget | None, hours: Hours) -> Text:
    """`2 working hours`, `1 h, day and night`, `2 business days`."""
    if given is None:
        return Text("as soon as we can", "尽快")
    if not isinstance(given, timedelta):
        plural = "" if given.days == 1 else "s"
        return Text(f"{given.days} business day{plural}", f"{given.days} 个工作日")
    if hours.is_always:
        time = full_length(given)
        return Text(f"{time.en}, day and night", f"{time.zh}（全天候）")
    if given % HOUR:
        time = full_length(given)
        return Text(f"{time.en} of working time", f"{time.zh}工作时间")
    count = given // HOUR
    return Text(f"{count} working hour{'' if count == 1 else 's'}", f"{count} 个工作小时")


def rhythm(cell: Cell, cadence: timedelta | None = None) -> Text:
    """How often news comes: the plan's rule, or the cadence agreed on the ticket."""
    rule = cell.update
    if isinstance(rule, OnStatusChange):
        return Text("You hear from us whenever the status changes.", "状态一有变化，我们就会告知您。")
    if cadence is not None or isinstance(rule, Interval):
        every = target(cadence or (rule.every if isinstance(rule, Interval) else None), cell.hours)
        return Text(
            f"You hear from us every {every.en}, even if nothing has changed.",
            f"每 {every.zh}通报一次，即使没有变化也会告知。",
        )
    if isinstance(rule, EachBusinessDay):
        return Text(
            "You hear from us each business day, even if nothing has changed.",
            "每个工作日通报一次，即使没有变化也会告知。",
        )
    return Text("News comes when there is some.", "有进展时告知您。")


def aim(cell: Cell) -> Text:
    """What a priority means under the customer's service: the reply and the rhythm."""
    again = rhythm(cell)
    if cell.response is None:
        return Text(f"We answer as soon as we can. {again.en}", f"我们会尽快回复。{again.zh}")
    within = target(cell.response, cell.hours)
    return Text(
        f"We aim to reply within {within.en}. {again.en}", f"我们力争在 {within.zh}内回复。{again.zh}"
    )


def outcome(view: DueView) -> Text:
    """How a finished promise ended: `kept, 12 min early`, `23 min late`."""
    if view.state == "met":
        if view.due is None or view.ended is None:
            return Text("kept", "已兑现")
        early = lateness(view.due - view.ended)
        return Text(f"kept, {early.en} early", _after("已兑现，提前", early.zh))
    if view.due is None or view.ended is None or view.ended <= view.due:
        return Text("late", "迟了")
    late = lateness(view.ended - view.due)
    return Text(f"{late.en} late", _after("迟了", late.zh))


def tally(kept: int, late: int) -> Text | None:
    """`4 promises kept so far, 1 late`; nothing before the first."""
    if not kept and not late:
        return None
    said_kept = Text(f"{kept} promise{'' if kept == 1 else 's'} kept so far", f"已兑现 {kept} 项承诺")
    if not late:
        return said_kept
    if not kept:
        return Text(f"{late} promise{'' if late == 1 else 's'} late so far", f"{late} 项承诺迟了")
    return Text(f"{said_kept.en}, {late} late", f"{said_kept.zh}，{late} 项迟了")
