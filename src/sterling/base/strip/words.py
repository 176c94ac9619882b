"""The strip in words: its lanes, its legend, and the sentence that lists every clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base.formats import left_words, short_moment
from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.base.strip.axis import Axis
    from sterling.base.strip.values import Run, Strip

LANES = (Text("Reply", "回复"), Text("Update", "通报"))
NOW = Text("now", "现在")
LEGEND = {
    "met": Text("met", "按时"),
    "missed": Text("missed", "超时"),
    "paused": Text("paused", "暂停"),
    "void": Text("no longer due", "不再计时"),
    "customer": Text("customer", "客户"),
    "engineer": Text("engineer", "工程师"),
    "note": Text("note", "备注"),
}
FOR_CUSTOMERS = {"met": Text("kept", "按时"), "missed": Text("late", "延迟")}
_METRICS = {
    "first_response": Text("first reply", "首次回复"),
    "next_response": Text("reply", "回复"),
    "update": Text("update", "进展通报"),
}


def legend(name: str, *, for_customer: bool) -> Text:
    return FOR_CUSTOMERS[name] if for_customer and name in FOR_CUSTOMERS else LEGEND[name]


def description(strip: Strip, axis: Axis) -> Text:
    """`Promise strip: first reply met Thu 11:42; reply due Mon 10:30; now Mon 09:38.` Every clock, in order.

    Of a strip that shows the most recent part, the clocks before it are counted.
    """
    shown = [run for run in strip.runs if run.stops(strip.now) >= axis.start]
    parts = [_clock(run, strip) for run in shown]
    if axis.is_cut:
        parts.insert(0, _earlier(strip, axis, len(strip.runs) - len(shown)))
    if not strip.runs:
        parts.append(Text("no clock has run", "尚无计时"))
    if axis.holds(strip.now):
        now = short_moment(strip.now, strip.now, strip.zone)
        parts.append(Text(f"now {now.en}", f"现在 {now.zh}"))
    return Text(
        f"Promise strip: {'; '.join(part.en for part in parts)}.",
        f"承诺时间轴：{'；'.join(part.zh for part in parts)}。",
    )


def _clock(run: Run, strip: Strip) -> Text:
    name, told = _METRICS[run.metric], _became(run, strip)
    return Text(f"{name.en} {told.en}", f"{name.zh}{told.zh}")


def _became(run: Run, strip: Strip) -> Text:
    end = run.ended and short_moment(run.ended, strip.now, strip.zone)
    due = run.due and short_moment(run.due, strip.now, strip.zone)
    told = Text("without a due", "无期限")
    if run.state == "paused":
        left = left_words(run.left)
        told = Text(f"paused, {left.en}", f"暂停，{left.zh}")
    elif run.state == "met" and end:
        met = legend("met", for_customer=strip.for_customer)
        told = Text(f"{met.en} {end.en}", f"{met.zh}，{end.zh}")
    elif run.state == "void" and end:
        told = Text(f"void {end.en}", f"作废，{end.zh}")
    elif due:
        told = Text(f"due {due.en}", f"期限 {due.zh}")
    if run.state == "missed":
        missed = legend("missed", for_customer=strip.for_customer)
        told = Text(f"{told.en} {missed.en}", f"{told.zh}，{missed.zh}")
        if run.owed:
            told = Text(f"{told.en}, still owed", f"{told.zh}，仍须处理")
        elif end and run.ended != run.due:
            told = Text(f"{told.en}, ended {end.en}", f"{told.zh}，{end.zh} 结束")
    return told


def since(strip: Strip, axis: Axis) -> Text:
    """`shown from Thu 09:00`, 周四 09:00 起: of a strip that is cut."""
    at = short_moment(axis.start, strip.now, strip.zone)
    return Text(f"shown from {at.en}", f"{at.zh} 起")


def _earlier(strip: Strip, axis: Axis, count: int) -> Text:
    shown = since(strip, axis)
    clocks = "1 earlier clock" if count == 1 else f"{count} earlier clocks"
    return Text(f"{shown.en}, {clocks} before it", f"{shown.zh}，此前有 {count} 个计时")


def fold_title(names: tuple[Text, ...], start: Text, end: Text) -> Text:
    """A holiday by its name; any other closed time from when to when."""
    if names:
        return Text(", ".join(name.en for name in names), "、".join(name.zh for name in names))
    return Text(f"Closed {start.en} to {end.en}", f"{start.zh} 至 {end.zh} 休息")
