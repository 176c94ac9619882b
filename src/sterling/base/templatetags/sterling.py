"""The words and parts of the pages: `{% load sterling %}`."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from sterling.base import drawing, moment
from sterling.base.live import stream_url
from sterling.base.parts import ICONS, KINDS, DueView, hallmark
from sterling.base.statuses import CHIPS
from sterling.base.strip import Strip, draw
from sterling.core.catalog import Plan, Priority
from sterling.core.text import Text

register = template.Library()


def _language(context: Context) -> str:
    return getattr(context.get("request"), "language", None) or context.get("language") or "en"


def _zone(context: Context, zone: tzinfo | None) -> tzinfo:
    return zone or context.get("zone") or getattr(context.get("request"), "zone", None) or UTC


def _now(context: Context, now: datetime | None) -> datetime:
    return now or context.get("now") or moment.now()


@register.simple_tag(takes_context=True)
def t(context: Context, en: str, zh: str, **facts: Any) -> SafeString:
    """`{% t "Hello {name}" "{name}，您好" name=user.name %}`: the words may hold markup, the facts are escaped."""
    chosen = zh if _language(context) == "zh" else en
    if not facts:
        return mark_safe(chosen)  # noqa: S308 - a literal of the template
    return format_html(chosen, **facts)


@register.simple_tag(takes_context=True)
def text(context: Context, value: Text | dict[str, str] | None) -> str:
    """A two-language text in the reader's language; nothing for None."""
    return in_language(value, _language(context))


@register.filter(name="in")
def in_language(value: Text | dict[str, str] | str | None, language: str) -> str:
    """`{{ plan.name|in:request.language }}`; a plain string stays as it is."""
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, dict):
        return value["zh" if language.startswith("zh") else "en"]
    return value or ""


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    return drawing.icon(name, label, size)


@register.simple_tag(takes_context=True, name="hallmark")
def hallmark_tag(context: Context, plan: Plan, size: str = "") -> SafeString:
    """A plan's stamp; `size` is nothing or "large"."""
    return drawing.stamp(hallmark(plan), _language(context), size)


@register.simple_tag(takes_context=True)
def tally(context: Context, priority: Priority, named: bool = False) -> SafeString:
    """A priority's four strokes; `named=True` writes its name beside them."""
    return drawing.tally(priority.rank, priority.name.to(_language(context)), named=named)


@register.simple_tag(takes_context=True)
def due(
    context: Context,
    view: DueView,
    now: datetime | None = None,
    zone: tzinfo | None = None,
    long: bool = False,
) -> SafeString:
    """Dial and words of one clock; `long=True` says the whole sentence."""
    return drawing.due(view, _now(context, now), _zone(context, zone), _language(context), long=long)


@register.simple_tag(takes_context=True)
def kind(context: Context, metric: str) -> SafeString:
    """What is due: the icon and the word, reply or update."""
    return format_html(
        '<span class="kind">{}<span>{}</span></span>',
        drawing.icon(ICONS[metric], size="small"),
        KINDS[metric].to(_language(context)),
    )


@register.simple_tag(takes_context=True)
def when(
    context: Context,
    at: datetime | None,
    form: str = "ago",
    now: datetime | None = None,
    zone: tzinfo | None = None,
) -> SafeString:
    """An instant as `ago`, `age`, `short` or `full`, with date and zone in full on hover; nothing for None."""
    if at is None:
        return SafeString("")
    return drawing.when(at, _now(context, now), _zone(context, zone), _language(context), form)


@register.simple_tag(name="initials", takes_context=True)
def initials_tag(context: Context, name: str = "", kind: str = "engineer", size: str = "") -> SafeString:
    """An avatar of initials. `kind`: engineer, customer, me; no name shows a dashed ring."""
    if not name:
        nobody = Text("Nobody assigned", "未分配").to(_language(context))
        return drawing.avatar("", "nobody", size, nobody)
    return drawing.avatar(name, kind, size)


@register.simple_tag(takes_context=True)
def status(context: Context, value: str, audience: str = "desk") -> SafeString:
    """A ticket's status as a chip; `audience="portal"` in the customer's words."""
    chip = CHIPS[value]
    words = chip.portal if audience == "portal" else chip.desk
    return format_html('<span class="status status-{}">{}</span>', value, words.to(_language(context)))


@register.inclusion_tag("parts/strip.html", takes_context=True)
def strip(context: Context, value: Strip) -> dict[str, Any]:
    """A ticket's promises in time, as one image with a sentence for assistive technology."""
    return {"strip": draw(value, _language(context))}


@register.simple_tag
def key(*caps: str) -> SafeString:
    """Key caps: `{% key "Ctrl" "↵" %}`."""
    return format_html('<kbd aria-hidden="true">{}</kbd>', conditional_escape(" ".join(caps)))


@register.simple_tag(takes_context=True)
def live_stream(context: Context) -> str:
    """The address of the live stream for this page."""
    request = context.get("request")
    return stream_url(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def now_seconds(context: Context) -> int:
    """The page's `now`, for the script that moves the countdowns."""
    return int(_now(context, None).timestamp())
