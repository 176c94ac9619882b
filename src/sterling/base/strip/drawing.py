"""A strip to shapes. Pure: the same values give the same drawing."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from sterling.base.formats import short_moment, strip_day
from sterling.base.strip import words
from sterling.base.strip.axis import Axis, axis
from sterling.base.strip.grounds import HOUR, Ground, midnights
from sterling.base.strip.lanes import BAR, NAME_UP, NAME_X, REPLY_TOP, UPDATE_TOP, lanes
from sterling.base.strip.shapes import Drawing, Label, Line, NowLine, Rect, Spot, px
from sterling.base.strip.values import Kind
from sterling.base.strip.widths import wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sterling.base.strip.values import Mark, Strip

WIDTH, HEIGHT = 361, 166
TOP, BOTTOM = 20.0, 148.0
MARKS_Y, MARKS_APART, MARKS_EDGE = 37.0, 9.0, 8.0
_HEAD_Y, _HEAD_IN, _HEAD_APART, _HEAD_OUT = 12.0, 4.0, 8.0, 4.0
_TICK, _TICKS_APART = 4.0, 7.0
_TICK_STEPS = (1, 2, 3, 4, 6, 12)
_MOON_UP, _MOON_ROOM = 9.0, 6.0


def draw(strip: Strip, language: str, width: int = WIDTH) -> Drawing:
    """The drawing at `width` px. ValueError for a strip without hours."""
    on = axis(strip, width)
    names = (words.LANES[0].to(language), words.LANES[1].to(language))
    drawn = lanes(strip, on, language, names)
    marks = [mark for mark in strip.marks if on.holds(mark.at)]
    spots = _marks([mark for mark in marks if mark.kind is not Kind.STATUS], on)
    looks = [*(rect.look for rect in drawn.bars), *(spot.look for spot in (*drawn.glyphs, *spots))]
    return Drawing(
        width=width,
        height=HEIGHT,
        description=words.description(strip, on).to(language),
        grounds=tuple(_grounds(strip, on, language)),
        hours=tuple(_hours(strip, on)),
        days=tuple(Line(px(on.x(at)), TOP, px(on.x(at)), BOTTOM) for at in _midnights(strip, on)),
        heads=_heads(strip, on, language),
        moons=tuple(_moons(on, drawn.labels, language)),
        marks=spots,
        statuses=tuple(_statuses(marks, on)),
        lanes=tuple(
            Label(NAME_X, top - NAME_UP, name)
            for top, name in zip((REPLY_TOP, UPDATE_TOP), names, strict=True)
        ),
        bars=tuple(drawn.bars),
        threads=tuple(drawn.threads),
        tails=tuple(drawn.tails),
        glyphs=tuple(drawn.glyphs),
        dues=tuple(drawn.dues),
        labels=tuple(drawn.labels),
        now=_now(strip, on, language) if on.holds(strip.now) else None,
        since=words.since(strip, on).to(language) if on.is_cut else "",
        legend=tuple(
            (name, words.legend(name, for_customer=strip.for_customer).to(language))
            for name in words.LEGEND
            if name in looks
        ),
    )


def _grounds(strip: Strip, on: Axis, language: str) -> Iterator[Rect]:
    """Folds with what they hide; where nothing is drawn lies closed time too."""
    for part, x, width in on.spans:
        title = ""
        if part.ground is not Ground.BRIGHT:
            start, end = (short_moment(at, strip.now, strip.zone) for at in (part.start, part.end))
            title = words.fold_title(part.names, start, end).to(language)
        yield Rect(px(x), TOP, px(width), BOTTOM - TOP, part.ground.value, title)


def _hours(strip: Strip, on: Axis) -> Iterator[Line]:
    """A tick for each hour, or as many as stand apart."""
    step = next((one for one in _TICK_STEPS if one * on.scale >= _TICKS_APART), _TICK_STEPS[-1])
    for part, _, _ in on.spans:
        if part.folded:
            continue
        local = part.start.astimezone(strip.zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        at = part.start - past + HOUR
        while at < part.end:
            if at.astimezone(strip.zone).hour % step == 0:
                yield Line(px(on.x(at)), BOTTOM - _TICK, px(on.x(at)), BOTTOM)
            at += HOUR


def _midnights(strip: Strip, on: Axis) -> list[datetime]:
    """Where days are parted although nothing closes."""
    return [
        at
        for part, _, _ in on.spans
        if part.ground is Ground.BRIGHT
        for at in midnights(part.start, part.end, strip.zone)
        if at > part.start
    ]


def _heads(strip: Strip, on: Axis, language: str) -> tuple[Label, ...]:
    """The days' names. Where they crowd, today's stands first, then from the left as many as fit."""
    begins = {part.start for part, _, _ in on.spans if not part.folded}
    days: dict[date, datetime] = {}
    for at in sorted({*begins, *_midnights(strip, on)}):
        days.setdefault(at.astimezone(strip.zone).date(), at)
    today = strip.now.astimezone(strip.zone).date()
    placed: list[tuple[float, float, str]] = []
    for day in sorted(days, key=lambda one: (one != today, one)):
        text = strip_day(day).to(language)
        width = wide(text, language)
        x = on.x(days[day])
        x = x + _HEAD_IN if x else 1.0
        if day == today:
            x = min(x, on.width - width)
        if x + width <= on.width + _HEAD_OUT and all(
            x + width + _HEAD_APART <= left or x >= right + _HEAD_APART for left, right, _ in placed
        ):
            placed.append((x, x + width, text))
    return tuple(Label(px(x), _HEAD_Y, text) for x, _, text in sorted(placed))


def _moons(on: Axis, labels: Sequence[Label], language: str) -> Iterator[Spot]:
    """One in each fold, unless a label lies there."""
    y = BOTTOM - _MOON_UP
    low = [label for label in labels if label.y > UPDATE_TOP + BAR]
    boxes = []
    for label in low:
        width = wide(label.text, language)
        left = label.x if label.anchor == "start" else label.x - width
        boxes.append((left, left + width))
    for part, x, width in on.spans:
        middle = x + width / 2
        if part.folded and not any(a - _MOON_ROOM < middle < b + _MOON_ROOM for a, b in boxes):
            yield Spot(px(middle), y, "moon")


def _marks(marks: Sequence[Mark], on: Axis) -> tuple[Spot, ...]:
    """Where they happened; nearer than 9 px they shift right, and back where the strip ends."""
    if not marks:
        return ()
    last = on.width - MARKS_EDGE
    apart = min(MARKS_APART, (last - MARKS_EDGE) / max(len(marks) - 1, 1))
    places: list[float] = []
    for mark in marks:
        places.append(max(on.x(mark.at), places[-1] + apart) if places else max(on.x(mark.at), MARKS_EDGE))
    for place in range(len(places) - 1, -1, -1):
        places[place] = min(places[place], last)
        last = places[place] - apart
    return tuple(Spot(px(x), MARKS_Y, mark.kind.value) for x, mark in zip(places, marks, strict=True))


def _statuses(marks: Sequence[Mark], on: Axis) -> Iterator[Line]:
    for mark in marks:
        if mark.kind is Kind.STATUS:
            yield Line(px(on.x(mark.at)), MARKS_Y + 7, px(on.x(mark.at)), MARKS_Y + 12)


def _now(strip: Strip, on: Axis, language: str) -> NowLine:
    text = f"{words.NOW.to(language)} {strip.now.astimezone(strip.zone):%H:%M}"
    x, half = on.x(strip.now), wide(text, language) / 2
    dx = min(max(x, half), on.width - half) - x
    ends = [(span.part.start, span.x) for span in on.spans]
    ends.append((on.end, on.spans[-1].x + on.spans[-1].width))
    steps = " ".join(f"{at.astimezone(UTC).timestamp():.0f}:{px(place)}" for at, place in ends)
    return NowLine(px(x), text, px(dx), px(half), steps, str(strip.zone))
