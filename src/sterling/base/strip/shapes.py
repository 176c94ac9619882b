"""The drawing of a strip: shapes with their px, ready for a template. Numbers are rounded to a tenth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Rect(NamedTuple):
    """`look`: bright, shade, fold; or run, left, met, void, paused. `title` on hover."""

    x: float
    y: float
    width: float
    height: float
    look: str
    title: str = ""

    @property
    def middle(self) -> float:
        return px(self.x + self.width / 2)


class Line(NamedTuple):
    """From (x, y) to (x2, y2)."""

    x: float
    y: float
    x2: float
    y2: float
    look: str = ""


class Spot(NamedTuple):
    """A mark or a glyph around its middle; `size` is its radius; small ones carry no sign inside."""

    x: float
    y: float
    look: str
    size: float = 0.0
    signed: bool = True


class Label(NamedTuple):
    """`y` is the base line; `anchor`: start, middle, end."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    look: str = ""


@dataclass(frozen=True, slots=True)
class NowLine:
    """Where now is. `text_dx` keeps its label inside; `axis`: `seconds:px` pairs, between which it moves evenly."""

    x: float
    text: str
    text_dx: float
    half: float
    axis: str
    zone: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    description: str
    grounds: tuple[Rect, ...]
    hours: tuple[Line, ...]
    days: tuple[Line, ...]
    heads: tuple[Label, ...]
    moons: tuple[Spot, ...]
    marks: tuple[Spot, ...]
    statuses: tuple[Line, ...]
    lanes: tuple[Label, ...]
    bars: tuple[Rect, ...]
    threads: tuple[Line, ...]
    tails: tuple[Line, ...]
    glyphs: tuple[Spot, ...]
    dues: tuple[Line, ...]
    labels: tuple[Label, ...]
    now: NowLine | None
    since: str
    legend: tuple[tuple[str, str], ...]


def px(value: float) -> float:
    return round(value, 1)
