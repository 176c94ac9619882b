"""What the parts of a page are made of: plain values in, shape and words out. No markup, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import cos, pi, sin
from typing import TYPE_CHECKING

from sterling.base.formats import due_words, ended_words, full_length, left_words, over, short_moment
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import tzinfo

    from sterling.core.catalog import Plan

_DAY = timedelta(hours=24)


class Tone(StrEnum):
    """How much of a promise is used, and how it ended: form and color follow."""

    CALM = "calm"
    WATCH = "watch"
    SOON = "soon"
    NOW = "now"
    OVER = "over"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    VOID = "void"


# The thresholds of the catalog's warnings, and half.
_STEPS = ((0.9, Tone.NOW), (0.75, Tone.SOON), (0.5, Tone.WATCH))

KINDS = {
    "first_response": Text("reply", "回复"),
    "next_response": Text("reply", "回复"),
    "update": Text("update", "通报"),
    "rca_preliminary": Text("analysis", "分析"),
    "rca_final": Text("analysis", "分析"),
}
ICONS = {
    "first_response": "reply",
    "next_response": "reply",
    "update": "refresh-cw",
    "rca_preliminary": "list-checks",
    "rca_final": "list-checks",
}
_HEADS = {
    "first_response": Text("Reply", "回复"),
    "next_response": Text("Reply", "回复"),
    "update": Text("Update", "进展通报"),
    "rca_preliminary": Text("Preliminary edition", "初稿"),
    "rca_final": Text("Final edition", "终稿"),
}
_ACTS = {
    "first_response": Text("", "回复"),
    "next_response": Text("", "回复"),
    "update": Text("", "通报进展"),
    "rca_preliminary": Text("", "发布初稿"),
    "rca_final": Text("", "发布终稿"),
}


@dataclass(frozen=True, slots=True)
class DueView:
    """One clock as a page shows it.

    `metric`: first_response, next_response, update, and the editions of an analysis. `state`: running, paused, met,
    missed, void. `share` of the target used, 0 to 1, counted on open hours. `owed`: missed, and still to be given.
    `left`: what a paused interval has left. Instants are aware.
    """

    metric: str
    due: datetime | None
    started: datetime | None = None
    ended: datetime | None = None
    state: str = "running"
    share: float | None = None
    owed: bool = False
    left: timedelta | None = None

    def tone(self, now: datetime) -> Tone:
        if self.owed or (self.state == "running" and self.due is not None and now > self.due):
            return Tone.OVER
        if self.state != "running":
            return Tone(self.state)
        share = self.share or 0.0
        return next((tone for least, tone in _STEPS if share >= least), Tone.CALM)

    def words(self, now: datetime, zone: tzinfo) -> Text:
        """The few words beside the dial: `52 min`, `12 min over`, `3 h left`, `met, 18 min early`."""
        tone = self.tone(now)
        if tone is Tone.PAUSED:
            return left_words(self.left)
        if tone is Tone.VOID:
            return Text("void", "作废")
        if tone in {Tone.MET, Tone.MISSED}:
            return ended_words(self.due, self.ended, met=tone is Tone.MET)
        if self.due is None:
            return Text("no due", "无期限")
        return due_words(self.due, now, zone)

    def sentence(self, now: datetime, zone: tzinfo) -> Text:
        """`Reply due in 52 min`, 52 分钟内须回复; `Reply 12 min over`; `Update paused, 6 h left`."""
        head, act, tone = _HEADS[self.metric], _ACTS[self.metric], self.tone(now)
        if tone is Tone.OVER and self.due is not None:
            late = over(now - self.due)
            return Text(f"{head.en} {late.en}", f"{head.zh}{late.zh}")
        if self.due is not None and tone not in {Tone.PAUSED, Tone.VOID, Tone.MET, Tone.MISSED}:
            left = self.due - now
            if left < _DAY:
                time = full_length(left)
                return Text(f"{head.en} due in {time.en}", f"{time.zh}内须{act.zh}")
            at = short_moment(self.due, now, zone)
            return Text(f"{head.en} due {at.en}", f"{at.zh} 前须{act.zh}")
        words = self.words(now, zone)
        if tone is Tone.PAUSED and self.left is None:
            return Text(f"{head.en} paused", f"{head.zh}暂停")
        if tone is Tone.PAUSED:
            return Text(f"{head.en} paused, {words.en}", f"{head.zh}暂停，{words.zh}")
        return Text(f"{head.en}: {words.en}", f"{head.zh}：{words.zh}")


def sector(share: float, *, center: float = 7.0, radius: float = 4.2) -> str:
    """The path of a dial's sector: clockwise from twelve. Empty below a hundredth, a whole disc from 0.99 on."""
    if share < 0.01:  # noqa: PLR2004 - nothing one could see
        return ""
    top = center - radius
    if share >= 0.99:  # noqa: PLR2004 - an arc that ends where it begins draws nothing
        bottom = center + radius
        arc = f"A{radius:g} {radius:g} 0 0 1"
        return f"M{center:g} {top:g}{arc} {center:g} {bottom:g}{arc} {center:g} {top:g}z"
    angle = 2 * pi * share
    x, y = center + radius * sin(angle), center - radius * cos(angle)
    large = int(share > 0.5)  # noqa: PLR2004 - more than half the way round
    return f"M{center:g} {center:g}V{top:g}A{radius:g} {radius:g} 0 {large} 1 {x:.2f} {y:.2f}z"


@dataclass(frozen=True, slots=True)
class Hallmark:
    """A plan's stamp. `shape` and `metal` by rank; `double` rim from the fifth plan on."""

    name: Text
    letters: Text
    shape: int
    metal: str
    double: bool


METALS = ("standard", "silver", "gold", "platinum")


def hallmark(plan: Plan) -> Hallmark:
    """Ranks count from 0 at the lowest plan."""
    metal = plan.id if plan.id in METALS else METALS[plan.rank % len(METALS)]
    return Hallmark(plan.name, plan.mark, plan.rank % len(METALS), metal, plan.rank >= len(METALS))


# Outer and inner outlines on a grid of 28 x 18, in the order of ranks: rectangle, oval, cut corners, house.
OUTLINES = (
    (
        "M3.5 1.5h21a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-21a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2z",
        "M4.4 3.3h19.2a1.1 1.1 0 0 1 1.1 1.1v9.2a1.1 1.1 0 0 1-1.1 1.1H4.4a1.1 1.1 0 0 1-1.1-1.1V4.4a1.1 1.1 0 0 1 1.1-1.1z",
    ),
    (
        "M9.5 1h9a8 8 0 0 1 0 16h-9a8 8 0 0 1 0-16z",
        "M9.7 2.8h8.6a6.2 6.2 0 0 1 0 12.4H9.7a6.2 6.2 0 0 1 0-12.4z",
    ),
    (
        "M6 1h16l5 4.9v6.2L22 17H6l-5-4.9V5.9z",
        "M6.7 2.8h14.6l3.9 3.8v4.8l-3.9 3.8H6.7l-3.9-3.8V6.6z",
    ),
    (
        "M1.5 6 14-.5 26.5 6v9.5a2 2 0 0 1-2 2h-21a2 2 0 0 1-2-2z",
        "M3.3 7.1 14 1.5l10.7 5.6v8a.6.6 0 0 1-.6.6H3.9a.6.6 0 0 1-.6-.6z",
    ),
)
