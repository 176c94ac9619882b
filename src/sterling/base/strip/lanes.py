"""The two lanes: bars where time counts, threads where it does not, met and missed, dues with their times."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from sterling.base.formats import short_moment
from sterling.base.strip.shapes import Label, Line, Rect, Spot, px
from sterling.base.strip.values import How
from sterling.base.strip.widths import wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sterling.base.strip.axis import Axis
    from sterling.base.strip.values import Piece, Run, Strip

REPLY_TOP, UPDATE_TOP, BAR = 72.0, 115.0, 9.0
NAME_X, NAME_UP = 5.0, 7.0
DISC, DIAMOND, LEAST_GLYPH, SIGNED = 6.0, 7.5, 3.0, 5.0  # radii; the last: room for a sign inside
LABEL_APART = 34.0
_LABEL_DOWN = 22.0
_OVERSHOOT = 3.0


@dataclass(slots=True)
class Lanes:
    """What both lanes hold, while they are drawn."""

    bars: list[Rect] = field(default_factory=list)
    threads: list[Line] = field(default_factory=list)
    tails: list[Line] = field(default_factory=list)
    glyphs: list[Spot] = field(default_factory=list)
    dues: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def lanes(strip: Strip, axis: Axis, language: str, names: tuple[str, str]) -> Lanes:
    """Both lanes of what the axis shows. `names`: of the reply lane and the update lane."""
    drawn = Lanes()
    labelled: list[float] = []
    for is_update, top, name in ((False, REPLY_TOP, names[0]), (True, UPDATE_TOP, names[1])):
        lane = [run for run in strip.runs if run.is_update is is_update and _is_shown(run, strip.now, axis)]
        for run, after in zip_longest(lane, lane[1:]):
            _bar(drawn, run, top, strip.now, axis)
            _tail(drawn, run, after, top, axis)
        drawn.glyphs += _glyphs(lane, top, axis)
        for run in lane:
            if run.due and (run.owed or run.state == "running"):
                x = axis.x(run.due)
                if axis.holds(run.due) and not run.owed:
                    drawn.dues.append(Line(px(x), top - _OVERSHOOT, px(x), top + BAR + _OVERSHOOT))
                below = any(abs(x - other) < LABEL_APART for other in labelled)
                labelled.append(x)
                drawn.labels.append(_label(run, x, top, strip, axis, language, name, below=below))
    return drawn


def _is_shown(run: Run, now: datetime, axis: Axis) -> bool:
    return run.started <= axis.end and max(run.stops(now), run.due or run.started) >= axis.start


def _bar(drawn: Lanes, run: Run, top: float, now: datetime, axis: Axis) -> None:
    look = {"met": "met", "void": "void"}.get(run.state, "run")
    middle = top + BAR / 2
    for piece in _pieces(run, now, axis):
        x, x2 = axis.x(piece.start), axis.x(piece.end)
        if x2 <= x:
            continue
        reached = min(max(axis.x(now), x), x2) if run.state == "running" else x2
        if piece.how is How.PAUSED:
            drawn.bars.append(_rect(x, x2, top, "paused"))
        elif piece.how is How.COUNTS:
            if reached < x2:
                drawn.bars.append(_rect(x, x2, top, "left"))
            if reached > x:
                drawn.bars.append(_rect(x, reached, top, look))
        else:
            if reached < x2:
                drawn.threads.append(Line(px(reached), middle, px(x2), middle, "left"))
            if reached > x:
                drawn.threads.append(Line(px(x), middle, px(reached), middle, look))


def _pieces(run: Run, now: datetime, axis: Axis) -> Iterator[Piece]:
    """What is shown of a run's pieces, neighbours of one kind joined."""
    stop = min(run.stops(now), axis.end)
    last: Piece | None = None
    for piece in run.pieces:
        start, end = max(piece.start, axis.start), min(piece.end, stop)
        if start >= end:
            continue
        if last and last.how is piece.how and last.end == start:
            last = last._replace(end=end)
            continue
        if last:
            yield last
        last = piece._replace(start=start, end=end)
    if last:
        yield last


def _rect(x: float, x2: float, top: float, look: str) -> Rect:
    return Rect(px(x), top, max(px(x2 - x), 1.0), BAR, look)


def _tail(drawn: Lanes, run: Run, after: Run | None, top: float, axis: Axis) -> None:
    """A met clock's old due: dots from its disc on, up to the next clock of the lane."""
    if run.state != "met" or run.due is None or run.ended is None or not axis.holds(run.ended):
        return
    start, due = axis.x(run.ended) + DISC, axis.x(run.due)
    free = axis.x(after.started) if after else due
    end = min(due, free)
    if end <= start:
        return
    middle = top + BAR / 2
    drawn.tails.append(Line(px(start), middle, px(end), middle, "dots"))
    if end == due and axis.holds(run.due):
        drawn.tails.append(Line(px(due), top, px(due), top + BAR, "end"))


def _glyphs(lane: Sequence[Run], top: float, axis: Axis) -> list[Spot]:
    """A disc where a clock was met, a diamond at the due that was missed; smaller where they crowd."""
    found = []
    for run in lane:
        at = run.ended if run.state == "met" else run.due if run.state == "missed" else None
        if at is not None and axis.holds(at):
            found.append((axis.x(at), run.state))
    found.sort()
    gaps = [float("inf"), *(b[0] - a[0] for a, b in pairwise(found)), float("inf")]
    spots = []
    for place, (x, state) in enumerate(found):
        full = DISC if state == "met" else DIAMOND
        size = max(min(full, min(gaps[place : place + 2]) / 2), LEAST_GLYPH)
        spots.append(Spot(px(x), top + BAR / 2, state, px(size), signed=size >= SIGNED))
    return spots


def _label(
    run: Run, x: float, top: float, strip: Strip, axis: Axis, language: str, name: str, *, below: bool
) -> Label:
    """A due's time above its upright; below its bar where another label or the lane's name is too near."""
    assert run.due is not None
    text = f"{run.due.astimezone(strip.zone):%H:%M}"
    if run.due > axis.end:
        text = f"{short_moment(run.due, strip.now, strip.zone).to(language)} →"
    elif run.due < axis.start:
        text = f"← {short_moment(run.due, strip.now, strip.zone).to(language)}"
    width = wide(text, language)
    fits = x - 1 + width <= axis.width - 2
    left = x - 1 if fits else x + 1 - width
    below = below or left < NAME_X + wide(name, language) + 4
    y = top + _LABEL_DOWN if below else top - NAME_UP
    look = "owed" if run.owed else ""
    if fits:
        return Label(px(x - 1), y, text, "start", look)
    return Label(px(x + 1), y, text, "end", look)
