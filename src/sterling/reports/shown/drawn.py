"""The small drawings of a report as SVG: with classes on a page, with colors on paper."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from sterling.base.parts import OUTLINES
from sterling.reports.shown.dots import EDGE, MARKS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a class means on paper, which is always light.
_PAPER = {
    "report-axis": 'stroke="#e0e3e7" fill="none"',
    "report-half": 'stroke="#c3c8cf" fill="none"',
    "report-target": 'stroke="#1b1f27" stroke-width="1.25" fill="none"',
    "report-kept": 'fill="#4b9474"',
    "report-late": 'fill="#c43d2b"',
    "report-line": 'stroke="#5a6270" stroke-width="1.25" fill="none"',
    "report-aim": 'stroke="#8a919c" stroke-dasharray="2 2.5" fill="none"',
    "report-open": 'fill="#ffffff" stroke="#c43d2b" stroke-width="1.5"',
    "report-few": 'fill="#ffffff" stroke="#4b9474" stroke-width="1.5"',
    "report-small": 'fill="#5a6270" font-size="10" font-weight="500" font-family="Noto Sans CJK SC"',
    "report-value": 'fill="#1b1f27" font-size="10" font-weight="600" font-family="Noto Sans CJK SC"',
    "report-used": 'fill="#35748b"',
    "report-free": 'fill="#dcdfe3"',
}
_METALS = {
    "standard": ("none", "#9aa1ab", "#5a6270"),
    "silver": ("#e3e5e9", "#8f97a3", "#3f4652"),
    "gold": ("#f4e7bd", "#b5942f", "#6b4d0f"),
    "platinum": ("#3a4150", "#3a4150", "#f3f5f8"),
}


def _look(name: str, *, paper: bool) -> str:
    return _PAPER[name] if paper else f'class="{name}"'


def row(drawn: dict[str, Any], *, paper: bool = False) -> SafeString:
    """One line of promises along the axis of their target; its figures stand beside it as text."""
    tall = drawn["height"]
    middle = tall / 2

    def look(name: str) -> str:
        return _look(name, paper=paper)

    base = tall - 4 if drawn["bars"] else middle
    parts = [
        f'<path {look("report-axis")} d="M{EDGE:g} {base:g}H{WIDTH - EDGE:g}"/>',
        f'<path {look("report-half")} d="M{MARKS["half"]} {base - 3:g}v6"/>',
        f'<path {look("report-target")} d="M{MARKS["target"]} 0V{tall:g}"/>',
    ]
    parts += [f'<circle {look("report-kept")} cx="{x}" cy="{y}" r="2.3"/>' for x, y in drawn["dots"]]
    parts += [
        f'<path {look("report-late")} d="M{x} {y - 5.5:g}l5.5 5.5-5.5 5.5-5.5-5.5z"/>'
        for x, y in drawn["late"]
    ]
    parts += [
        f'<rect {look("report-late" if bar["late"] else "report-kept")} x="{bar["x"]}" '
        f'y="{base - bar["height"]:g}" width="{bar["width"]}" height="{bar["height"]}"/>'
        for bar in drawn["bars"]
    ]
    return _svg(WIDTH, tall, parts, "report-row")


def scale(words: Sequence[str]) -> SafeString:
    """What stands over the axis of a page: none, half, the target, its one and a half."""
    places = (EDGE, MARKS["half"], MARKS["target"], WIDTH - EDGE)
    anchors = ("start", "middle", "middle", "end")
    looks = ("report-small", "report-small", "report-value", "report-small")
    parts = [
        f'<text class="{look}" x="{x:g}" y="12" text-anchor="{anchor}">{escape(word)}</text>'
        for word, x, anchor, look in zip(words, places, anchors, looks, strict=True)
    ]
    return _svg(WIDTH, 16, parts, "report-axis-words")


def bar(share: float) -> SafeString:
    """A share of the largest, from zero on."""
    parts = [
        '<path class="report-axis" d="M0 5H120"/>',
        f'<rect class="report-used" x="0" y="1" width="{120 * share:.1f}" height="8"/>',
    ]
    return _svg(120, 10, parts, "report-bar")


def trend(drawn: dict[str, Any], *, paper: bool = False) -> SafeString:
    """Kept rates from the oldest on; what is below the aim, or a rate of few, stands open."""

    def look(name: str) -> str:
        return _look(name, paper=paper)

    points: Sequence[dict[str, Any]] = drawn["points"]
    parts = [f'<text {look("report-small")} x="0" y="10">{escape(drawn["title"])}</text>']
    if drawn["aim"]:
        y = drawn["aim"]["y"]
        parts += [
            f'<path {look("report-aim")} d="M0 {y}H{drawn["width"]}"/>',
            (
                f'<text {look("report-small")} x="{drawn["width"]}" y="{y + 11:g}" text-anchor="end">'
                f"{escape(drawn['aim']['words'])}</text>"
            ),
        ]
    way = "L".join(f"{one['x']} {one['y']}" for one in points)
    parts.append(f'<path {look("report-line")} d="M{way}"/>')
    for one in points:
        dot = "report-open" if one["below"] else "report-few" if one["few"] else "report-kept"
        above = -8 if not one["below"] else 15
        parts += [
            f'<circle {look(dot)} cx="{one["x"]}" cy="{one["y"]}" r="{3.2 if dot != "report-kept" else 4}"/>',
            (
                f'<text {look("report-value" if one["last"] else "report-small")} x="{one["x"]}" '
                f'y="{one["y"] + above:g}" text-anchor="middle">{escape(one["value"])}</text>'
            ),
            (
                f'<text {look("report-small")} x="{one["x"]}" y="{drawn["height"] - 4}" text-anchor="middle">'
                f"{escape(one['name'])}</text>"
            ),
        ]
    return _svg(drawn["width"], drawn["height"], parts, "report-trend", drawn["description"])


def boxes(granted: float, used: float, booked: float, *, paper: bool = False) -> SafeString:
    """Service hours, a box for each quarter of an hour (each hour where there are many)."""
    step = 0.25 if granted <= 8 else 1.0  # noqa: PLR2004 - a working day
    many = max(1, min(96, round(max(granted, used + booked) / step)))
    wide = 380 / many
    parts = []
    for nth in range(many):
        gap = 3 if step < 1 and nth % 4 == 3 else 1.5  # noqa: PLR2004 - the last quarter of an hour
        name = "report-used" if (nth + 1) * step <= used + 1e-9 else "report-free"
        x = round(nth * wide, 1)
        parts.append(f'<rect {_look(name, paper=paper)} x="{x}" y="0" width="{wide - gap:.1f}" height="12"/>')
        part = (used - nth * step) / step
        if 0 < part < 1:
            parts.append(
                f'<rect {_look("report-used", paper=paper)} x="{x}" y="0" '
                f'width="{(wide - gap) * part:.1f}" height="12"/>'
            )
    return _svg(380, 12, parts, "report-boxes")


def stamp(plan: dict[str, Any], letters: str) -> str:
    """The plan's hallmark for paper."""
    metals = tuple(_METALS)
    metal = plan["id"] if plan["id"] in _METALS else metals[plan["rank"] % len(metals)]
    fill, line, ink = _METALS[metal]
    shape = plan["rank"] % len(OUTLINES)
    outer, inner = OUTLINES[shape]
    low = 13.6 if shape == len(OUTLINES) - 1 else 12.6
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1.5 30 20.5" width="30" height="20.5">'
        f'<path d="{outer}" fill="{fill}" stroke="{line}"/>'
        f'<path d="{inner}" fill="none" stroke="{ink}" stroke-width=".6" stroke-opacity=".32"/>'
        f'<text x="14" y="{low}" text-anchor="middle" font-size="10" font-weight="600" fill="{ink}" '
        f'font-family="Noto Sans CJK SC">{escape(letters)}</text></svg>'
    )


def tally(rank: int) -> str:
    """A priority's four strokes for paper."""
    strokes = "".join(
        f'<path d="M{2 + 3.7 * place:.1f} 10l1.4-8" stroke="{"#1b1f27" if place < rank else "#d0d4da"}" '
        'stroke-width="1.8" stroke-linecap="round"/>'
        for place in range(4)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 15 12" width="15" height="12">{strokes}</svg>'
    )


def _svg(wide: float, tall: float, parts: list[str], name: str, description: str = "") -> SafeString:
    voice = f'role="img" aria-label="{escape(description)}"' if description else 'aria-hidden="true"'
    return SafeString(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" viewBox="0 0 {wide:g} {tall:g}" '
        f'width="{wide:g}" height="{tall:g}" {voice}>{"".join(parts)}</svg>'
    )
