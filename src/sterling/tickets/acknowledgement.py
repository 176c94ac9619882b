"""The automatic first answer: the number, the target, when it falls due. It answers no clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sterling.core.catalog import BusinessDays
from sterling.core.text import Text
from sterling.tickets.wording import filled, in_force

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.tickets.models import Ticket
    from sterling.tickets.unnamed import Unnamed

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def text(
    ticket: Ticket,
    *,
    due: datetime | None,
    target: timedelta | BusinessDays | None,
    unnamed: Unnamed | None = None,
) -> str:
    """In the requester's language; times in the region's zone, which is named.

    `unnamed`: said to somebody who is no premium contact of an organization that has such.
    """
    contact = ticket.requester
    language = contact.language or ticket.organization.language or "en"
    texts = {name: one.to(language) for name, one in in_force().items()}
    facts = {
        "number": str(ticket.number),
        "subject": ticket.subject or "-",
        "promise": _promise(ticket, due, target, language, texts),
    }
    if unnamed is not None:
        facts["promise"] += "\n\n" + _how_to_reach(unnamed, ticket.organization.name, language, texts)
    return filled(texts["acknowledgement"], facts)


def _how_to_reach(unnamed: Unnamed, organization: str, language: str, texts: dict[str, str]) -> str:
    people = Text(", ", "、").to(language).join(f"{one} <{one.email}>" for one in unnamed.named)
    facts = {
        "plan": unnamed.serving.name.to(language),
        "held": unnamed.held.name.to(language),
        "organization": organization,
        "people": people,
    }
    return filled(texts["not_named" if people else "not_confirmed"], facts)


def _promise(
    ticket: Ticket,
    due: datetime | None,
    target: timedelta | BusinessDays | None,
    language: str,
    texts: dict[str, str],
) -> str:
    if due is None or target is None:
        return texts["no_target"]
    zone = ticket.timeline.region.timezone
    local = due.astimezone(ZoneInfo(zone))
    when = Text(
        f"{local:%a} {local.day} {local:%b %H:%M}",
        f"{local.month} 月 {local.day} 日{WEEKDAYS_ZH[local.weekday()]} {local:%H:%M}",
    )
    facts = {"target": _length(target).to(language), "due": when.to(language), "zone": zone}
    return filled(texts["promise"], facts)


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
