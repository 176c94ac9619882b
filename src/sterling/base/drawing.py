"""The markup of the parts, written here rather than in templates: a queue shows hundreds of them a page."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sterling.base.formats import age as age_words
from sterling.base.formats import ago, full_moment, initials, short_moment
from sterling.base.parts import OUTLINES, DueView, Hallmark, Tone, sector
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

SPRITE = "sterling/vendor/lucide/icons.svg"
_NOTHING = SafeString("")
_TONE_WORDS = {
    Tone.OVER: Text("missed, still owed", "已超时，仍须处理"),
    Tone.NOW: Text("90 percent used", "目标已用九成"),
    Tone.SOON: Text("75 percent used", "目标已用四分之三"),
    Tone.PAUSED: Text("paused", "已暂停"),
}
_RING = '<circle class="dial-ring" cx="7" cy="7" r="6.2"/>'
_STROKES = {
    Tone.OVER: (
        '<path class="dial-diamond" d="M7-.5 14.5 7 7 14.5-.5 7z"/>'
        '<path class="dial-bar" d="M7 3.8v3.6M7 10.1v.1"/>'
    ),
    Tone.MISSED: (
        '<path class="dial-diamond" d="M7-.5 14.5 7 7 14.5-.5 7z"/>'
        '<path class="dial-bar" d="m5.2 5.2 3.6 3.6m0-3.6-3.6 3.6"/>'
    ),
    Tone.MET: '<circle class="dial-disc" cx="7" cy="7" r="6.5"/><path class="dial-check" d="m4.2 7.3 2 2 3.7-4.2"/>',
    Tone.PAUSED: '<circle class="dial-ring" cx="7" cy="7" r="6.2"/><path class="dial-pause" d="M5.5 4.9v4.2M8.5 4.9v4.2"/>',
    Tone.VOID: '<circle class="dial-ring" cx="7" cy="7" r="6.2"/><path class="dial-pause" d="M4.5 7h5"/>',
}


@lru_cache(maxsize=256)
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """One icon of the sprite; silent to assistive technology unless it has a `label`."""
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    title = format_html("<title>{}</title>", label) if label else _NOTHING
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" {}>{}<use href="{}#{}"/></svg>',
        f" icon-{size}" if size else "",
        voice,
        title,
        static(SPRITE),
        name,
    )


@lru_cache(maxsize=1024)
def stamp(mark: Hallmark, language: str, size: str = "") -> SafeString:
    """A plan's hallmark with its accessible name. `size`: "" (28 x 18) or "large" (42 x 27)."""
    outer, inner = OUTLINES[mark.shape]
    rim = (
        format_html('<path class="hallmark-inner" d="{}"/>', inner) if mark.shape or mark.double else _NOTHING
    )
    return format_html(
        '<span class="hallmark metal-{}{}{}" role="img" aria-label="{}" title="{}">'
        '<svg viewBox="0 0 28 18" aria-hidden="true"><path class="hallmark-outer" d="{}"/>{}</svg>'
        '<span class="hallmark-letters{}" aria-hidden="true">{}</span></span>',
        mark.metal,
        " hallmark-large" if size == "large" else "",
        " hallmark-double" if mark.double else "",
        mark.name.to(language),
        mark.name.to(language),
        outer,
        rim,
        " hallmark-low" if mark.shape == len(OUTLINES) - 1 else "",
        mark.letters.to(language),
    )


@lru_cache(maxsize=256)
def tally(rank: int, name: str, *, named: bool = False) -> SafeString:
    """Four strokes, `rank` of them lit (4 is the most pressing). `named`: the name stands beside it."""
    lit = ['class="lit" ' if place < rank else "" for place in range(4)]
    strokes = "".join(f'<path {mark}d="M{2 + 3.7 * place:.1f} 10l1.4-8"/>' for place, mark in enumerate(lit))
    voice = mark_safe('aria-hidden="true"') if named else format_html('role="img" aria-label="{}"', name)
    svg = format_html(
        '<svg class="tally tally-{}" viewBox="0 0 15 12" {}>{}{}</svg>',
        rank,
        voice,
        _NOTHING if named else format_html("<title>{}</title>", name),
        mark_safe(strokes),  # noqa: S308 - numbers alone
    )
    return format_html('<span class="priority">{}<span>{}</span></span>', svg, name) if named else svg


def dial(view: DueView, now: datetime) -> SafeString:
    """The dial alone: a sector as large as the used share, or the form of what became of it."""
    tone = view.tone(now)
    if tone in _STROKES:
        inner = _STROKES[tone]
    else:
        path = sector(view.share or 0.0)
        inner = _RING + (f'<path class="dial-sector" d="{path}"/>' if path else "")
    svg = f'<svg class="dial" viewBox="0 0 14 14" aria-hidden="true">{inner}</svg>'
    return mark_safe(svg)  # noqa: S308 - numbers and constants


def due(view: DueView, now: datetime, zone: tzinfo, language: str, *, long: bool = False) -> SafeString:
    """Dial and words. Where the clock runs, the words tick in the browser (`data-due`, `data-form`)."""
    tone = view.tone(now)
    words = (view.sentence(now, zone) if long else view.words(now, zone)).to(language)
    hint = _TONE_WORDS.get(tone)
    silent = format_html('<span class="unseen">, {}</span>', hint.to(language)) if hint else _NOTHING
    if view.due is None or tone in {Tone.PAUSED, Tone.VOID, Tone.MET, Tone.MISSED}:
        said = format_html("<span>{}</span>", words)
    else:
        said = format_html(
            '<time datetime="{}" data-due="{}" data-metric="{}" data-form="{}" title="{}">{}</time>',
            view.due.isoformat(),
            int(view.due.timestamp()),
            "update" if view.metric == "update" else "reply",
            "long" if long else "short",
            full_moment(view.due, zone).to(language),
            words,
        )
    return format_html('<span class="due due-{}">{}{}{}</span>', tone.value, dial(view, now), said, silent)


def when(at: datetime, now: datetime, zone: tzinfo, language: str, form: str = "ago") -> SafeString:
    """An instant. `form`: ago (`54 min ago`), age (`54 min`), short (`Fri 16:30`), clock (`16:30`); in full on hover."""
    full = full_moment(at, zone)
    words = {"ago": ago, "age": age_words}.get(form)
    if form == "clock" and now - at < timedelta(hours=12):
        hour = f"{at.astimezone(zone):%H:%M}"
        return format_html(
            '<time datetime="{}" title="{}">{}</time>', at.isoformat(), full.to(language), hour
        )
    said = words(at, now) if words else full if form == "full" else short_moment(at, now, zone)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), full.to(language), said.to(language)
    )


@lru_cache(maxsize=4096)
def avatar(name: str, kind: str = "engineer", size: str = "", label: str = "") -> SafeString:
    """Initials: engineers round, customers square, `me` filled, `nobody` a dashed ring."""
    return format_html(
        '<span class="avatar avatar-{}{}" role="img" aria-label="{}" title="{}">'
        '<span aria-hidden="true">{}</span></span>',
        kind,
        f" avatar-{size}" if size else "",
        label or name,
        label or name,
        "" if kind == "nobody" else initials(name),
    )
