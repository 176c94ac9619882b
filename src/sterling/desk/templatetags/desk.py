"""Words that only the desk says: `{% load desk %}`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sterling.base import drawing, live, moment
from sterling.base.errors import Invalid, SterlingError, by_field
from sterling.base.formats import short_moment, zone_name
from sterling.base.middleware import zone_of
from sterling.channels.email.mailboxes.models import Trouble
from sterling.channels.email.mailboxes.troubles import WORDS
from sterling.core.catalog import Catalog, remedy, value_words
from sterling.core.clocks import Cause
from sterling.core.clocks.spoken import length
from sterling.core.clocks.why import Because, ClockStretch
from sterling.core.text import Text
from sterling.plans.quotes import SEGMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo
    from decimal import Decimal

    from django.http import HttpRequest

    from sterling.channels.email.models import InboundMail
    from sterling.core.catalog import Plan, Priority
    from sterling.desk.catalog import CatalogPage, Line
    from sterling.desk.history import Past
    from sterling.desk.ticket import PlanCard

register = template.Library()

CHANNELS = {
    "email": ("mail", Text("Mail", "邮件")),
    "portal": ("app-window", Text("Portal", "门户")),
    "chat": ("message-square", Text("Chat", "在线聊天")),
    "phone": ("phone", Text("Phone", "电话")),
}
BECAUSE = {
    Because.OPEN: Text("working hours", "服务时间"),
    Because.ALWAYS: Text("around the clock", "全天候"),
    Because.CLOSED: Text("closed", "非服务时间"),
    Because.HOLIDAY: Text("holiday", "节假日"),
    Because.PAUSED: Text("waiting on the customer", "等待客户"),
}
WEEKEND = (5, 6)
_MARKS = {
    "met": '<svg class="mark-met" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4"/></svg>',
    "missed": '<svg class="mark-missed" viewBox="0 0 10 10" aria-hidden="true"><path d="M5 0l5 5-5 5-5-5z"/></svg>',
}
CAUSES = {
    Cause.RAISED: Text("priority raised", "优先级提高"),
    Cause.LOWERED: Text("priority lowered", "优先级降低"),
    Cause.UPGRADED: Text("plan raised", "计划升级"),
    Cause.CADENCE: Text("rhythm agreed", "约定频率"),
    Cause.CADENCE_ENDED: Text("back to the plan's rhythm", "恢复计划频率"),
    Cause.CALENDAR: Text("calendar changed", "日历变更"),
    Cause.CARRIED_OVER: Text("carried over from another ticket", "由其他工单带入"),
    Cause.PAUSED: Text("paused", "暂停"),
    Cause.RESUMED: Text("resumed", "恢复计时"),
    Cause.RULE_BEGAN: Text("timed updates begin", "开始定时通报"),
}
DELIVERIES = {
    "queued": Text("waits", "等待发送"),
    "sent": Text("sent", "已发送"),
    "failed": Text("failed", "发送失败"),
    "bounced": Text("came back", "被退回"),
}
STATES = {
    "received": Text("to be read", "待读取"),
    "quarantined": Text("in quarantine", "已隔离"),
    "done": Text("done", "已处理"),
}
OUTCOMES = {
    "opened": Text("opened a ticket", "建立了工单"),
    "came before": Text("came before, by another way", "重复邮件，先前已收到"),
    "our own mail": Text("our own mail", "本系统发出的邮件"),
    "automatic, attached": Text("automatic, attached quietly", "自动邮件，已附于工单"),
    "automatic, no ticket": Text("automatic, belongs to no ticket", "自动邮件，无对应工单"),
    "our own address": Text("from an address of ours, set aside", "来自本系统地址，已搁置"),
    "waits for approval": Text("a stranger's answer, waits for approval", "陌生人的回复，等待批准"),
    "approved": Text("a stranger's answer, approved", "陌生人的回复，已批准"),
    "declined": Text("a stranger's answer, opened a ticket of its own", "陌生人的回复，已单独建立工单"),
    "refused, not a named contact": Text(
        "refused: not a named contact, answered politely", "已婉拒：来信人不是指定联系人"
    ),
    "refused, no mail in the plan": Text(
        "refused: no mail in the plan, answered politely", "已婉拒：计划不接受邮件工单"
    ),
    "engineer's note": Text("an engineer's mail, kept as a note", "工程师来信，已存为备注"),
    "bounce, shown": Text("bounce, shown on its message", "退信，已标注于原消息"),
    "bounce, message unknown": Text("bounce of an unknown message", "退信，找不到原消息"),
}


def _language(context: template.Context) -> str:
    return getattr(context.get("request"), "language", None) or context.get("language") or "en"


MAILBOX_STATES = {
    "ok": Text("well", "正常"),
    "failing": Text("failing", "异常"),
    "paused": Text("paused", "已暂停"),
    "waiting": Text("not looked at yet", "尚未连接"),
}


@register.simple_tag(takes_context=True)
def mailbox_state(context: template.Context, state: str) -> str:
    return MAILBOX_STATES[state].to(_language(context))


@register.simple_tag(takes_context=True)
def trouble_words(context: template.Context, trouble: str) -> str:
    return WORDS[Trouble(trouble)].to(_language(context))


@register.filter
def of(counts: dict[str, int], name: str) -> int:
    """`{{ counts|of:view.id }}`."""
    return counts.get(name, 0)


@register.filter
def zone_words(zone: tzinfo, language: str) -> str:
    return zone_name(zone).to(language)


@register.simple_tag(takes_context=True)
def channel_icon(context: template.Context, channel: str) -> SafeString:
    name, words = CHANNELS.get(channel, ("circle", Text(channel, channel)))
    return drawing.icon(name, words.to(_language(context)))


@register.simple_tag(takes_context=True)
def because(context: template.Context, piece: ClockStretch, zone: tzinfo) -> str:
    """Why a stretch counted, or did not; a holiday by its name, a weekend and a night as such."""
    return (piece.name or _closed(piece, zone) or BECAUSE[piece.because]).to(_language(context))


def _closed(piece: ClockStretch, zone: tzinfo) -> Text | None:
    if piece.because is not Because.CLOSED:
        return None
    start, end = piece.start.astimezone(zone).date(), piece.end.astimezone(zone).date()
    nights = (end - start).days
    if any((start + timedelta(days=day)).weekday() in WEEKEND for day in range(1, nights + 1)):
        return Text("closed, weekend", "周末休息")
    return Text("closed overnight", "夜间休息") if nights == 1 else None


@register.simple_tag(takes_context=True)
def cause(context: template.Context, what: Cause) -> str:
    return CAUSES[what].to(_language(context))


@register.simple_tag(takes_context=True)
def counted(context: template.Context, time: timedelta) -> str:
    return length(time).to(_language(context)) if time else "0"


@register.simple_tag(takes_context=True)
def span(context: template.Context, start: datetime, end: datetime, zone: tzinfo) -> str:
    """`Fri 16:30 to 17:00`, `Fri 17:00 to Mon 09:00`: each day once, and its date only where it is not near."""
    language, now = _language(context), context.get("now") or moment.now()
    is_one_day = start.astimezone(zone).date() == end.astimezone(zone).date()
    begin, stop = (short_moment(at, now, zone).to(language) for at in (start, end))
    if start.astimezone(zone).year != now.astimezone(zone).year:
        begin, stop = f"{begin} {start.astimezone(zone):%H:%M}", f"{stop} {end.astimezone(zone):%H:%M}"
    stop = f"{end.astimezone(zone):%H:%M}" if is_one_day else stop
    return Text(f"{begin} to {stop}", f"{begin} 至 {stop}").to(language)


@register.simple_tag(takes_context=True)
def stream_url(context: template.Context) -> str:
    """Where the page's live stream answers."""
    return live.stream_url(context["request"])


@register.simple_tag(takes_context=True)
def delivery_word(context: template.Context, state: str) -> str:
    return DELIVERIES[state].to(_language(context))


@register.simple_tag(takes_context=True)
def outcome(context: template.Context, mail: InboundMail) -> str:
    """What became of a mail."""
    if mail.outcome.startswith("joined"):
        return Text("joined its ticket", "并入所属工单").to(_language(context))
    return OUTCOMES.get(mail.outcome, STATES[mail.state]).to(_language(context))


@register.simple_tag(takes_context=True)
def entitlement_facts(
    context: template.Context, catalog: Catalog, card: PlanCard, *, remedies: bool = False
) -> SafeString:
    """What the held plan includes, and "not in Gold" for what it lacks; `remedies`: with what would bring it."""
    language = _language(context)
    rows: list[tuple[Any, ...]] = []
    for name, entitlement in catalog.entitlements.items():
        value = card.held.entitlements.get(name)
        if name == "premium_contacts" and card.cap:
            said: Any = Text(
                f"{len(card.contacts)} of {card.cap:g}", f"{len(card.contacts)} / {card.cap:g}"
            ).to(language)
        elif value is not None and entitlement.includes(value):
            said = value_words(entitlement, value).to(language)
        else:
            words = Text(f"not in {card.held.name.en}", f"{card.held.name.zh}不含").to(language)
            said = format_html('<span class="absent">{}</span>', words)
            if remedies:
                brings = remedy(catalog, name, card.held.id).to(language)
                said = format_html('{} <span class="quiet remedy">{}</span>', said, brings)
        rows.append((entitlement.name.to(language), said))
    return format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows)


@register.simple_tag(takes_context=True)
def label(context: template.Context, plan: Plan, priority: Priority, en: str, zh: str) -> str:
    """What a field of the matrix is, for those who hear it: `Gold, High, reply`."""
    return Text(f"{plan.name.en}, {priority.name.en}, {en}", f"{plan.name.zh}，{priority.name.zh}，{zh}").to(
        _language(context)
    )


@register.simple_tag(takes_context=True)
def granted_label(context: template.Context, page: CatalogPage, line: Line, place: int) -> str:
    """What a field of the table under the matrix is: `Gold, premium contacts`."""
    plan = page.plans[place]
    return Text(f"{plan.name.en}, {line.name.en}", f"{plan.name.zh}，{line.name.zh}").to(_language(context))


@register.simple_tag(takes_context=True)
def hours_of(context: template.Context, known: Sequence[tuple[str, Text]], value: str) -> str:
    """Hours by their name in the catalog."""
    return dict(known).get(value, Text(value, value)).to(_language(context))


@register.simple_tag(takes_context=True)
def segment_word(context: template.Context, segment: str) -> str:
    return SEGMENTS.get(segment, Text(segment, segment)).to(_language(context))


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """`USD 16,043.84`, without a sign: the sentence says which way it goes."""
    return f"{currency} {abs(amount):,.2f}"


@register.filter
def quarters(time: timedelta) -> str:
    """Service hours with their sign: `+8`, `−1.25`, `0`."""
    hours = time.total_seconds() / 3600
    return f"{hours:+g}".replace("-", "−") if hours else "0"


@register.filter
def item(of: dict[str, Any], name: str) -> Any:
    """`{{ drafts|item:mode }}`: the value, or None."""
    return of.get(name)


@register.filter
def moment_words(at: datetime, request: HttpRequest) -> str:
    """An instant inside a sentence, in the reader's zone and language."""
    language = getattr(request, "language", "en")
    return short_moment(at, moment.now(), zone_of(request)).to(language)


@register.simple_tag
def place_of(field: str, row: int) -> str:
    """The name of a field in the rows of a service plan, as its errors call it: `items[0].hours`."""
    return f"items[{row}].{field}"


@register.simple_tag
def faults(refused: SterlingError | None) -> dict[str, Text]:
    """`{% faults refused as errors %}`: what is wrong by field, the first thing said of each."""
    errors = refused.errors if isinstance(refused, Invalid) else ()
    return {field: said[0] for field, said in by_field(errors).items()}


@register.simple_tag(takes_context=True)
def field_error(context: template.Context, errors: dict[str, Text], name: str) -> SafeString:
    """What is wrong with a field, below it; nothing where it is right."""
    if name not in errors:
        return SafeString("")
    return format_html(
        '<span class="field-error" id="error-{}">{}<span>{}</span></span>',
        name,
        drawing.icon("circle-alert", size="small"),
        errors[name].to(_language(context)),
    )


@register.simple_tag
def invalid(errors: dict[str, Text], name: str) -> SafeString:
    """The attributes of a field that is not right: it takes the focus and names its error."""
    if name not in errors:
        return SafeString("")
    return format_html(' aria-invalid="true" aria-describedby="error-{}" autofocus', name)


@register.simple_tag(takes_context=True)
def marks(context: template.Context, past: Past) -> SafeString:
    """How one ticket's promises ended: a disc for each that was met, a diamond for each that was missed."""
    said = Text(f"{past.met} met, {past.missed} missed", f"按时 {past.met}，超时 {past.missed}")
    drawn = "".join(_MARKS[mark] for mark in past.marks)
    more = f'<span class="quiet" aria-hidden="true">+{past.more}</span>' if past.more else ""
    return format_html(
        '<span role="img" aria-label="{0}" title="{0}">{1}</span>',
        said.to(_language(context)),
        SafeString(more + drawn),
    )
