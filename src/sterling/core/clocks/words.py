"""A clock's reasons as sentences and a ledger, in English and Chinese."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from sterling.core.clocks.draft import Cause, Metric, State
from sterling.core.clocks.reckoning import NOTHING
from sterling.core.clocks.spoken import day_of, hour, length, local, moment, weekday, zone
from sterling.core.clocks.why import Because, ClockStretch, why
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from sterling.core.catalog import Catalog
    from sterling.core.clocks.outcome import Clock

METRICS = {
    Metric.FIRST_RESPONSE: Text("First reply", "首次回复"),
    Metric.NEXT_RESPONSE: Text("Reply", "回复"),
    Metric.UPDATE: Text("Update", "进展通报"),
}
STATES = {
    State.RUNNING: Text("running", "计时中"),
    State.PAUSED: Text("paused", "已暂停"),
    State.MET: Text("met", "按时"),
    State.MISSED: Text("missed", "超时"),
    State.VOID: Text("void", "作废"),
}
REASONS = {
    Because.OPEN: Text("working hours", "工作时间"),
    Because.CLOSED: Text("closed", "休息"),
    Because.HOLIDAY: Text("holiday", "节假日"),
    Because.PAUSED: Text("waiting on the customer", "等待客户"),
    Because.ALWAYS: Text("around the clock", "全天候"),
}
CAUSES = {
    Cause.RAISED: Text("priority raised", "优先级提高"),
    Cause.LOWERED: Text("priority lowered", "优先级降低"),
    Cause.UPGRADED: Text("plan upgraded", "计划升级"),
    Cause.CADENCE: Text("rhythm of updates agreed", "约定通报间隔"),
    Cause.CADENCE_ENDED: Text("back to the plan's rhythm", "恢复计划的通报间隔"),
    Cause.CALENDAR: Text("calendar changed", "日历变更"),
    Cause.CARRIED_OVER: Text("older message carried over by a merge", "合并带来更早的来信"),
    Cause.PAUSED: Text("paused, waiting on the customer or solved", "暂停：等待客户或已解决"),
    Cause.RESUMED: Text("resumed", "恢复计时"),
    Cause.RULE_BEGAN: Text(
        "timed updates begin, counted from the last message", "开始定时通报，自上一条消息起算"
    ),
}
_NO_DUE = Text("no due", "无期限")
_OVERNIGHT = Text("closed overnight", "夜间不计")
_WEEK = timedelta(days=6)
_MOST_DAYS = 4
_WEEKEND = (5, 6)


def sentence(clock: Clock, stretches: Sequence[ClockStretch], tz: tzinfo) -> Text:
    """`Reply due Mon 23 Sep 10:30 (Chicago time): 30 min counted Friday, closed over the weekend, …`"""
    metric = METRICS[clock.metric]
    if clock.due is None:
        return _without_due(clock)
    due, city = moment(clock.due, tz), zone(tz)
    head = Text(f"{metric.en} due {due.en} ({city.en})", f"{metric.zh}期限 {due.zh}（{city.zh}）")
    parts = (
        _parts(stretches, tz)
        if clock.is_response or isinstance(clock.target, timedelta)
        else _to_close(clock, stretches, tz)
    )
    if not parts:
        return Text(f"{head.en}.", f"{head.zh}。")
    return Text(
        f"{head.en}: {', '.join(part.en for part in parts)}.",
        f"{head.zh}：{'，'.join(part.zh for part in parts)}。",
    )


def ledger(clock: Clock, until: datetime, tz: tzinfo, catalog: Catalog) -> Text:
    """Everything about one clock, several lines: the sentence, how it stands, stretches, changes."""
    stretches = why(clock, until)
    rows = [sentence(clock, stretches, tz), _standing(clock, tz, catalog)]
    rows += [_row(piece, tz) for piece in stretches]
    for moved in clock.changes:
        at, what = moment(moved.at, tz), CAUSES[moved.what]
        before, after = (_due(due, tz) for due in (moved.before, moved.after))
        rows.append(
            Text(
                f"  {at.en}: {what.en}; due {before.en} -> {after.en}",
                f"  {at.zh}：{what.zh}；期限 {before.zh} → {after.zh}",
            )
        )
    return Text("\n".join(row.en for row in rows), "\n".join(row.zh for row in rows))


def target_text(clock: Clock) -> Text:
    """What the due was counted from: `2 h`, `by the close of each business day`, …"""
    target = clock.target
    if isinstance(target, timedelta):
        return length(target)
    if clock.is_response:
        if target is None:
            return Text("best effort", "尽力而为")
        return Text(f"{target.days} business days", f"{target.days} 个工作日")
    if target is None:
        return Text("with each status change", "随状态变更")
    return Text("by the close of each business day", "每个工作日下班前")


def _without_due(clock: Clock) -> Text:
    metric = METRICS[clock.metric]
    if clock.state is State.PAUSED:
        if clock.left is None:
            return Text(f"{metric.en} paused.", f"{metric.zh}已暂停。")
        left = length(clock.left)
        return Text(f"{metric.en} paused with {left.en} left.", f"{metric.zh}已暂停，余 {left.zh}。")
    if clock.ended is not None:
        return Text(f"{metric.en} ended while paused.", f"{metric.zh}在暂停中结束。")
    return Text(
        f"{metric.en} is never due: the calendar does not open for long enough.",
        f"{metric.zh}没有期限：日历的营业时间不足。",
    )


def _standing(clock: Clock, tz: tzinfo, catalog: Catalog) -> Text:
    target, state, started = target_text(clock), STATES[clock.state], moment(clock.started, tz, year=True)
    plan, priority = catalog.plans[clock.plan].name, catalog.priorities[clock.priority].name
    line = Text(
        f"  {state.en}; target {target.en} ({plan.en}, {priority.en}); started {started.en}",
        f"  {state.zh}；目标：{target.zh}（{plan.zh}，{priority.zh}）；开始于 {started.zh}",
    )
    if clock.ended is None:
        return line
    ended = moment(clock.ended, tz, year=True)
    return Text(f"{line.en}; ended {ended.en}", f"{line.zh}；结束于 {ended.zh}")


def _due(due: datetime | None, tz: tzinfo) -> Text:
    return _NO_DUE if due is None else moment(due, tz)


def _row(piece: ClockStretch, tz: tzinfo) -> Text:
    start, reason, counted = moment(piece.start, tz), REASONS[piece.because], length(piece.counted)
    if local(piece.start, tz).date() == local(piece.end, tz).date():
        end = Text(hour(piece.end, tz), hour(piece.end, tz))
    else:
        end = moment(piece.end, tz)
    if piece.name is not None:
        reason = Text(f"{reason.en}, {piece.name.en}", f"{reason.zh}，{piece.name.zh}")
    return Text(
        f"  {start.en} to {end.en}: {reason.en}, {counted.en}",
        f"  {start.zh} 至 {end.zh}：{reason.zh}，计 {counted.zh}",
    )


def _parts(stretches: Sequence[ClockStretch], tz: tzinfo) -> list[Text]:
    """What counted on which day, and why the time between did not."""
    if not stretches:
        return []
    counted_days = {local(piece.start, tz).date() for piece in stretches if piece.counted}
    if len(counted_days) > _MOST_DAYS:
        total = length(sum((piece.counted for piece in stretches), NOTHING))
        return [
            Text(
                f"{total.en} counted over {len(counted_days)} days",
                f"{len(counted_days)} 天内共计 {total.zh}",
            )
        ]
    far = stretches[-1].end - stretches[0].start > _WEEK
    parts: list[Text] = []
    for day, group in groupby(
        stretches, key=lambda piece: local(piece.start, tz).date() if piece.counted else None
    ):
        pieces = list(group)
        if day is None:
            parts.append(_gap(pieces, tz))
        else:
            parts.append(
                _counted(pieces, day, far=far, first=not any(True for part in parts if "counted" in part.en))
            )
    return parts


def _to_close(clock: Clock, stretches: Sequence[ClockStretch], tz: tzinfo) -> list[Text]:
    """A business-day update: what was skipped on the way to the close."""
    if not stretches or clock.due is None:
        return []
    day = weekday(local(clock.due, tz).date())
    idle = (
        list(group)
        for counts, group in groupby(stretches, key=lambda piece: bool(piece.counted))
        if not counts
    )
    skipped = [gap for gap in (_gap(pieces, tz) for pieces in idle) if gap != _OVERNIGHT]
    return [*skipped, Text(f"by the close of {day.en}", f"{day.zh}下班前")]


def _counted(pieces: Sequence[ClockStretch], day: date, *, far: bool, first: bool) -> Text:
    amount, name = (
        length(sum((piece.counted for piece in pieces), NOTHING)),
        day_of(day) if far else weekday(day),
    )
    if pieces[0].because is Because.ALWAYS:
        return Text(f"{amount.en} counted around the clock", f"全天候计 {amount.zh}")
    return Text(f"{amount.en} {'counted ' if first else ''}{name.en}", f"{name.zh}计 {amount.zh}")


def _gap(pieces: Sequence[ClockStretch], tz: tzinfo) -> Text:
    """Why time did not count between two stretches that did."""
    if any(piece.because is Because.PAUSED for piece in pieces):
        return Text("paused while waiting on the customer", "等待客户期间不计")
    names = [piece.name for piece in pieces if piece.because is Because.HOLIDAY and piece.name is not None]
    if names:
        return Text(
            f"closed for {', '.join(name.en for name in names)}",
            f"{'、'.join(name.zh for name in names)}不计",
        )
    if any(piece.because is Because.HOLIDAY for piece in pieces):
        return Text("closed for a holiday", "节假日不计")
    first, last = local(pieces[0].start, tz).date(), local(pieces[-1].end, tz).date()
    days = (first + timedelta(days=count) for count in range(1, (last - first).days))
    if any(day.weekday() in _WEEKEND for day in days):
        return Text("closed over the weekend", "周末不计")
    if first != last:
        return _OVERNIGHT
    return Text("closed in between", "其间休息不计")
