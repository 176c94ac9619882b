"""The automatic first answer: the number, the target, when it falls due. It answers no clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.core.catalog import BusinessDays
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.tickets.models import Ticket

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def text(ticket: Ticket, *, due: datetime | None, target: timedelta | BusinessDays | None) -> str:
    """In the requester's language; times in the region's zone, which is named."""
    contact = ticket.requester
    language = contact.language or ticket.organization.language or "en"
    return _said(ticket, due, target).to(language)


def _said(ticket: Ticket, due: datetime | None, target: timedelta | BusinessDays | None) -> Text:
    opening = Text(
        "Thank you for writing. Your message is ticket #{number}: {subject}",
        "您好，来信已收到，工单编号 #{number}：{subject}",
    ).filled(number=ticket.number, subject=ticket.subject or "-")
    promise = Text("An engineer will answer as soon as possible.", "工程师会尽快回复您。")
    if due is not None and target is not None:
        zone = ticket.timeline.region.timezone
        local = due.astimezone(ZoneInfo(zone))
        promise = Text(
            "We aim to answer within {target}, by {when} ({zone}).",
            "我们的目标是在{target_zh}内回复，即 {when_zh}（{zone}）前。",
        ).filled(
            target=_length(target).en,
            target_zh=_length(target).zh,
            when=f"{local:%a} {local.day} {local:%b %H:%M}",
            when_zh=f"{local.month} 月 {local.day} 日{WEEKDAYS_ZH[local.weekday()]} {local:%H:%M}",
            zone=zone,
        )
    closing = Text("You can add to it by answering this mail.", "如需补充，直接回复本邮件即可。")
    return Text(
        f"{opening.en}\n\n{promise.en}\n{closing.en}\n", f"{opening.zh}\n\n{promise.zh}\n{closing.zh}\n"
    )


def _length(target: timedelta | BusinessDays) -> Text:
    """A target in words, in the plan's own hours."""
    if isinstance(target, BusinessDays):
        days = target.days
        return Text(f"{days} business day{'s' if days != 1 else ''}", f" {days} 个工作日")
    minutes = int(target.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return Text(f"{hours} service hour{'s' if hours != 1 else ''}", f" {hours} 个服务小时")
    if hours == 0:
        return Text(f"{rest} service minutes", f" {rest} 分钟（服务时间）")
    return Text(f"{hours} h {rest} min of service time", f" {hours} 小时 {rest} 分钟（服务时间）")
