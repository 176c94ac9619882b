"""The words and parts of the pages: `{% load sterling %}`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import TextNode, token_kwargs
from django.template.defaulttags import url as django_url
from django.template.library import SimpleNode
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from sterling.base import drawing, moment
from sterling.base.field_names import NAMES
from sterling.base.formats import full_day
from sterling.base.live import stream_url
from sterling.base.once import NAME as ONCE
from sterling.base.once import word
from sterling.base.parts import ICONS, KINDS, DueView, hallmark
from sterling.base.statuses import CHIPS
from sterling.base.strip import Strip, draw, markup
from sterling.core.catalog import Plan, Priority
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.template.base import FilterExpression, Parser, Token

register = template.Library()


def _language(context: Context) -> str:
    request = getattr(context, "request", None) or context.get("request")
    return getattr(request, "language", None) or context.get("language") or "en"


def _zone(context: Context, zone: tzinfo | None) -> tzinfo:
    return zone or context.get("zone") or getattr(context.get("request"), "zone", None) or UTC


def _now(context: Context, now: datetime | None) -> datetime:
    return now or context.get("now") or moment.now()


def said(context: Context, en: str, zh: str, **facts: Any) -> SafeString:
    chosen = zh if _language(context) == "zh" else en
    if not facts:
        return mark_safe(chosen)  # noqa: S308 - a literal of the template
    return format_html(chosen, **facts)


class Words(Node):
    """`{% t %}` of two literals without facts, as nearly all are: nothing is resolved when it is drawn."""

    def __init__(self, en: str, zh: str, *, target: str | None) -> None:
        self.en, self.zh, self.target = SafeString(en), SafeString(zh), target

    def render(self, context: Context) -> SafeString:
        chosen = self.zh if _language(context) == "zh" else self.en
        if self.target is None:
            return chosen
        context[self.target] = chosen
        return SafeString("")


@register.tag
def t(parser: Parser, token: Token) -> Node:
    """`{% t "Hello {name}" "{name}，您好" name=user.name %}`: the words may hold markup, the facts are escaped."""
    bits, target = token.split_contents()[1:], None
    if len(bits) > 1 and bits[-2] == "as":
        bits, target = bits[:-2], bits[-1]
    args, facts = _arguments(parser, bits)
    if not facts and _are_literals(args):
        return Words(*(str(one.var) for one in args), target=target)
    return SimpleNode(said, True, args, facts, target)


def _arguments(parser: Parser, bits: list[str]) -> tuple[list[FilterExpression], dict[str, FilterExpression]]:
    args: list[FilterExpression] = []
    named: dict[str, FilterExpression] = {}
    while bits and not named:
        named = token_kwargs(bits, parser)
        if not named:
            args.append(parser.compile_filter(bits.pop(0)))
    if bits:
        raise TemplateSyntaxError(f"{bits[0]}: stands after what is named")
    return args, named


def _are_literals(args: Iterable[FilterExpression]) -> bool:
    return all(isinstance(one.var, str) and not one.filters for one in args)


class Address(Node):
    """`{% url %}` of a literal name: the address is made once for its values, since a page names some seventy."""

    def __init__(self, name: str, args: list[FilterExpression], target: str | None) -> None:
        self.name, self.args, self.target = name, args, target

    def render(self, context: Context) -> SafeString:
        args = [one.resolve(context) for one in self.args]
        made = _address(settings.ROOT_URLCONF, get_script_prefix(), self.name, *args)
        if self.target is None:
            return made
        context[self.target] = made
        return SafeString("")


@lru_cache(maxsize=4096, typed=True)
def _address(_urls: str, _prefix: str, name: str, *args: object) -> SafeString:
    return conditional_escape(reverse(name, args=args))


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """As Django's own, which still makes what is not a literal name with plain values."""
    made = django_url(parser, token)
    name = made.view_name.var
    if made.kwargs or not isinstance(name, str) or made.view_name.filters:
        return made
    return Address(str(name), made.args, made.asvar)


class InLanguage(Node):
    """`{% text value %}`: a two-language text in the reader's language; nothing for None. A page has some sixty."""

    def __init__(self, value: FilterExpression, target: str | None) -> None:
        self.value, self.target = value, target

    def render(self, context: Context) -> str:
        said = in_language(self.value.resolve(context), _language(context))
        if self.target is not None:
            context[self.target] = said
            return ""
        return conditional_escape(said) if context.autoescape else said


@register.tag
def text(parser: Parser, token: Token) -> Node:
    bits, target = token.split_contents()[1:], None
    if len(bits) > 1 and bits[-2] == "as":
        bits, target = bits[:-2], bits[-1]
    [value], _ = _arguments(parser, bits)
    return InLanguage(value, target)


@register.filter(name="in")
def in_language(value: Text | dict[str, str] | str | None, language: str) -> str:
    """`{{ plan.name|in:request.language }}`; a plain string stays as it is."""
    if isinstance(value, Text):
        return value.to(language)
    if isinstance(value, dict):
        return value["zh" if language.startswith("zh") else "en"]
    return value or ""


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """`{% icon name label="" size="" %}`; one of literals is drawn when the template is read."""
    args, named = _arguments(parser, token.split_contents()[1:])
    if not _are_literals([*args, *named.values()]):
        return SimpleNode(drawing.icon, False, args, named, None)
    more = {name: str(one.var) for name, one in named.items()}
    return TextNode(drawing.icon(*(str(one.var) for one in args), **more))


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


@register.filter
def hours(amount: timedelta) -> str:
    """Service hours as a number: `2.25`."""
    return f"{amount / timedelta(hours=1):g}"


@register.filter
def signed_hours(amount: timedelta) -> str:
    """The same with its sign: `+8`, `−1.25`, `0`."""
    return f"{amount / timedelta(hours=1):+g}".replace("-", "−") if amount else "0"


@register.simple_tag(takes_context=True)
def field_name(context: Context, field: str) -> str:
    """A field as people call it; nothing where it has no name of its own, since its error says what to do."""
    return NAMES[field].to(_language(context)) if field in NAMES else ""


@register.filter
def beside(heads: Iterable[str], row: Iterable[Any]) -> list[tuple[str, Any]]:
    """`{% for head, cell in heads|beside:row %}`: each value of a row with the head of its column."""
    return list(zip(heads, row, strict=True))


@register.filter
def listed(names: Iterable[object], language: str) -> str:
    """`Ana, Ben`, in Chinese 孙悦、林浩."""
    return Text(", ", "、").to(language).join(str(name) for name in names)


@register.filter
def day(value: date | None, language: str) -> str:
    """A date in words: `31 Mar 2027`, 2027 年 3 月 31 日; nothing for None."""
    return full_day(value).to(language) if value else ""


@register.filter
def last_day(ends: date | None, language: str) -> str:
    """The last day of a term whose end is exclusive."""
    return day(ends - timedelta(days=1), language) if ends else ""


@register.simple_tag
def day_in(at: datetime | None, zone: str) -> str:
    """The date of an instant in a zone by name, as 2026-10-01; nothing for None."""
    return at.astimezone(ZoneInfo(zone)).date().isoformat() if at else ""


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


@register.simple_tag(takes_context=True)
def strip(context: Context, value: Strip) -> SafeString:
    """A ticket's promises in time, as one image with a sentence for assistive technology."""
    return markup(draw(value, _language(context)))


@register.tag
def key(parser: Parser, token: Token) -> Node:
    """Key caps: `{% key "Ctrl" "↵" %}`."""
    args, named = _arguments(parser, token.split_contents()[1:])
    if _are_literals(args):
        return TextNode(caps(*(str(one.var) for one in args)))
    return SimpleNode(caps, False, args, named, None)


def caps(*names: str) -> SafeString:
    return format_html('<kbd aria-hidden="true">{}</kbd>', conditional_escape(" ".join(names)))


@register.simple_tag(name="once")
def once_field() -> SafeString:
    """For a form that makes something: sent twice, it makes one."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, word())


@register.simple_tag(takes_context=True)
def live_stream(context: Context) -> str:
    """The address of the live stream for this page."""
    request = context.get("request")
    return stream_url(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def now_seconds(context: Context) -> int:
    """The page's `now`, for the script that moves the countdowns."""
    return int(_now(context, None).timestamp())
