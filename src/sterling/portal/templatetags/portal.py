"""Words and shapes that only the portal needs: `{% load portal %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html

from sterling.base import drawing
from sterling.base.formats import zone_name
from sterling.core.clocks import Cause
from sterling.core.clocks.spoken import day_of, hour, length
from sterling.core.clocks.why import Because, ClockStretch
from sterling.core.text import Text
from sterling.portal.words import clear_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from django.utils.safestring import SafeString

    from sterling.base.parts import DueView

register = template.Library()

CHANNELS = {
    "email": Text("by mail", "邮件"),
    "portal": Text("here", "在此页面"),
    "chat": Text("by chat", "在线聊天"),
    "phone": Text("by phone", "电话"),
}
BECAUSE = {
    Because.OPEN: Text("working hours", "工作时间"),
    Because.ALWAYS: Text("day and night", "全天候"),
    Because.CLOSED: Text("closed", "非工作时间"),
    Because.HOLIDAY: Text("holiday", "节假日"),
    Because.PAUSED: Text("waiting for you", "等您回复"),
}
CAUSES = {
    Cause.RAISED: Text("priority raised", "优先级提高"),
    Cause.LOWERED: Text("priority lowered", "优先级降低"),
    Cause.UPGRADED: Text("better plan", "计划升级"),
    Cause.CADENCE: Text("rhythm agreed with you", "与您约定频率"),
    Cause.CADENCE_ENDED: Text("back to the usual rhythm", "恢复常规频率"),
    Cause.CALENDAR: Text("our calendar changed", "我们的日历有变"),
    Cause.CARRIED_OVER: Text("your older message from another ticket", "另一工单中更早的来信"),
    Cause.PAUSED: Text("paused", "暂停"),
    Cause.RESUMED: Text("goes on", "恢复计时"),
    Cause.RULE_BEGAN: Text("regular news begins", "开始定时通报"),
}


def _language(context: template.Context) -> str:
    return getattr(context.get("request"), "language", None) or "en"


@register.simple_tag(takes_context=True)
def dial(context: template.Context, view: DueView) -> SafeString:
    """The dial alone, colored as the promise stands; silent, for the words beside it say it all."""
    now = context["now"]
    return format_html('<span class="due due-{}">{}</span>', view.tone(now).value, drawing.dial(view, now))


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime) -> str:
    """`Monday 10:30` in the reader's zone."""
    return clear_moment(at, context["now"], context["request"].zone).to(_language(context))


@register.filter
def zone_words(zone: tzinfo, language: str) -> str:
    return zone_name(zone).to(language)


@register.filter
def of(found: Mapping[str, Any], name: str) -> Any:
    """`{{ errors|of:question.id }}`."""
    return found.get(name, "")


@register.simple_tag(takes_context=True)
def channel(context: template.Context, name: str) -> str:
    return CHANNELS.get(name, Text(name, name)).to(_language(context))


@register.simple_tag(takes_context=True)
def because(context: template.Context, piece: ClockStretch) -> str:
    """Why a stretch counted, or did not; a holiday by its name."""
    return (piece.name or BECAUSE[piece.because]).to(_language(context))


@register.simple_tag(takes_context=True)
def cause(context: template.Context, what: Cause) -> str:
    return CAUSES[what].to(_language(context))


@register.simple_tag(takes_context=True)
def counted(context: template.Context, piece: ClockStretch) -> str:
    return length(piece.counted).to(_language(context)) if piece.counted else "0"


@register.simple_tag(takes_context=True)
def span(context: template.Context, start: datetime, end: datetime, zone: tzinfo) -> str:
    """`Fri 20 Sep 16:30 to 17:00`; the second day only where it is another."""
    first, last = day_of(start.astimezone(zone).date()), day_of(end.astimezone(zone).date())
    stop = hour(end, zone)
    until = Text(stop, stop) if first == last else Text(f"{last.en} {stop}", f"{last.zh} {stop}")
    begin = hour(start, zone)
    said = Text(f"{first.en} {begin} to {until.en}", f"{first.zh} {begin} 至 {until.zh}")
    return said.to(_language(context))


@register.simple_tag(takes_context=True)
def tone(context: template.Context, view: DueView) -> str:
    """How the promise stands, for the color of its words: calm, watch, soon, now, over, paused."""
    return view.tone(context["now"]).value
