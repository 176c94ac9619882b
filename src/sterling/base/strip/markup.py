"""A drawing as SVG. Written here rather than in a template, which takes five times as long for so many shapes."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.base.strip.shapes import Drawing, Label, NowLine, Rect, Spot

_MARKS = {
    "customer": '<circle class="strip-customer" r="4"/>',
    "engineer": '<circle class="strip-engineer" r="4.2"/>',
    "note": '<path class="strip-note" d="M-3.7-3.7h7.4V.9L.9 3.7h-4.6z"/>',
    "raised": '<path class="strip-blank" d="M-4.5-6h9V6h-9z"/><path class="strip-chevron" d="m-3 2.5 3-5 3 5"/>',
    "lowered": '<path class="strip-blank" d="M-4.5-6h9V6h-9z"/><path class="strip-chevron" d="m-3-2.5 3 5 3-5"/>',
    "met": '<circle class="strip-met" r="6"/><path class="strip-check" d="M-2.6.2-.8 2l3.3-3.8"/>',
    "missed": '<path class="strip-missed" d="M0-7 7 0 0 7-7 0z"/><path class="strip-cross" d="M-2-2 2 2M2-2-2 2"/>',
    "paused": '<rect class="strip-bar" x="-7" y="-4.5" width="14" height="9" rx="2" fill="url(#strip-hatch)"/>',
    "void": '<rect class="strip-bar-void" x="-7" y="-4.5" width="14" height="9" rx="2"/>',
}
_HATCH = (
    '<pattern id="strip-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path class="strip-hatch-ground" d="M0 0h5v5H0z"/><path class="strip-hatch-stroke" d="M0 0h2v5H0z"/></pattern>'
)
_MOON = "M2.6.9A2.9 2.9 0 0 1-1-2.6 2.9 2.9 0 1 0 2.6.9z"


def markup(drawn: Drawing) -> SafeString:
    """The figure with its legend."""
    return SafeString("".join(_figure(drawn)))


def _figure(drawn: Drawing) -> Iterator[str]:
    wide, inner = drawn.width, drawn.width - 1
    yield (
        f'<figure class="strip">\n<svg class="strip-image" viewBox="0 0 {wide} {drawn.height}" role="img" '
        f'aria-label="{escape(drawn.description)}">\n  <defs>{_HATCH}<clipPath id="strip-pane-{wide}">'
        f'<rect x=".5" y="20.5" width="{inner}" height="127" rx="6"/></clipPath></defs>\n  '
        f'<g clip-path="url(#strip-pane-{wide})"><rect class="strip-fold" y="20" width="{wide}" height="128"/>'
    )
    yield from _time(drawn)
    yield f'<path class="strip-line" d="M6 37H{wide - 6}"/></g>\n  '
    yield f'<rect class="strip-rim" x=".5" y="20.5" width="{inner}" height="127" rx="6"/>'
    for label in drawn.heads:
        yield _label("strip-head", label)
    for line in drawn.statuses:
        yield f'<path class="strip-status" d="M{line.x} {line.y}V{line.y2}"/>'
    for spot in drawn.marks:
        yield f'<g transform="translate({spot.x} {spot.y})">{_MARKS.get(spot.look, "")}</g>'
    yield from _clocks(drawn)
    if drawn.now:
        yield _now(drawn.now)
    for label in drawn.lanes:
        yield _label("strip-lane", label)
    for label in drawn.labels:
        look = f"strip-label strip-label-{label.look}" if label.look else "strip-label"
        yield _label(look, label, f' text-anchor="{label.anchor}"')
    yield "\n</svg>\n"
    if drawn.legend or drawn.since:
        yield from _legend(drawn)
    yield "</figure>"


def _time(drawn: Drawing) -> Iterator[str]:
    yield from map(_ground, drawn.grounds)
    for line in drawn.days:
        yield f'<path class="strip-day" d="M{line.x} {line.y}V{line.y2}"/>'
    for line in drawn.hours:
        yield f'<path class="strip-hour" d="M{line.x} {line.y}V{line.y2}"/>'
    for spot in drawn.moons:
        yield f'<path class="strip-moon" transform="translate({spot.x} {spot.y})" d="{_MOON}"/>'


def _ground(rect: Rect) -> str:
    title = f"<title>{escape(rect.title)}</title>" if rect.title else ""
    return (
        f'<g>{title}<rect class="strip-{rect.look}" x="{rect.x}" y="{rect.y}" '
        f'width="{rect.width}" height="{rect.height}"/></g>'
    )


def _label(look: str, label: Label, more: str = "") -> str:
    return f'<text class="{look}" x="{label.x}" y="{label.y}"{more}>{escape(label.text)}</text>'


def _clocks(drawn: Drawing) -> Iterator[str]:
    for line in drawn.tails:
        yield f'<path class="strip-tail-{line.look}" d="M{line.x} {line.y}L{line.x2} {line.y2}"/>'
    for line in drawn.threads:
        yield f'<path class="strip-thread strip-thread-{line.look}" d="M{line.x} {line.y}H{line.x2}"/>'
    for rect in drawn.bars:
        fill = ' fill="url(#strip-hatch)"' if rect.look == "paused" else ""
        yield (
            f'<rect class="strip-bar strip-bar-{rect.look}" x="{rect.x}" y="{rect.y}" '
            f'width="{rect.width}" height="{rect.height}" rx="2"{fill}/>'
        )
    for line in drawn.dues:
        yield f'<path class="strip-due" d="M{line.x} {line.y}V{line.y2}"/>'
    yield from map(_glyph, drawn.glyphs)


def _glyph(spot: Spot) -> str:
    size = spot.size
    if spot.look == "met":
        sign = '<path class="strip-check" d="M-2.6.2-.8 2l3.3-3.8"/>' if spot.signed else ""
        inner = f'<circle class="strip-met" r="{size}"/>{sign}'
    else:
        sign = '<path class="strip-cross" d="M-2-2 2 2M2-2-2 2"/>' if spot.signed else ""
        inner = f'<path class="strip-missed" d="M0-{size}L{size} 0 0 {size}-{size} 0z"/>{sign}'
    return f'<g transform="translate({spot.x} {spot.y})">{inner}</g>'


def _now(now: NowLine) -> str:
    return (
        f'<g class="strip-now" transform="translate({now.x} 0)" data-now-line="{now.axis}" '
        f'data-zone="{escape(now.zone)}" data-half="{now.half}"><path d="M0 20v131"/><circle cy="20" r="2.5"/>'
        f'<text x="{now.text_dx}" y="162" text-anchor="middle">{escape(now.text)}</text></g>'
    )


def _legend(drawn: Drawing) -> Iterator[str]:
    yield '<figcaption class="strip-legend" aria-hidden="true">'
    for look, words in drawn.legend:
        yield f'<span><svg viewBox="-7 -7 14 14">{_MARKS.get(look, "")}</svg>\n{escape(words)}</span>'
    if drawn.since:
        yield f'<span class="strip-since">{escape(drawn.since)}</span>'
    yield "</figcaption>"
