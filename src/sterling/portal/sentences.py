"""What happened to a ticket, as its customer reads it. Reasons among colleagues and bookkeeping are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sterling.core.rca import EDITIONS
from sterling.core.text import Text
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sterling.core.catalog import Catalog
    from sterling.sla.models import Event

    Tell = Callable[[str, dict[str, Any], Catalog], Text | None]


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    text: Text


_STATUSES = {
    "open": ("{who} opened the ticket again", "{who} 重新打开了工单"),
    "pending": ("{who} waits for your answer", "{who} 在等您回复"),
    "on_hold": ("{who} brought in our specialists", "{who} 已请专家处理"),
    "solved": ("{who} marked this as solved", "{who} 标记为已解决"),
    "closed": ("{who} closed the ticket", "{who} 关闭了工单"),
}


def line(event: Event, catalog: Catalog) -> Line | None:
    """The sentence of an event, or None where a message says it or it is not the customer's business."""
    tell = _TOLD.get(event.type)
    if tell is None:
        return None
    text = tell(event.actor_name or "Sterling", event.data, catalog)
    return Line(event.at, text) if text else None


def listed(names: Sequence[str]) -> Text:
    """Names in a sentence: `Noor, Ada and Joe`, Noor、Ada、Joe."""
    *before, last = names
    return Text(f"{', '.join(before)} and {last}" if before else last, "、".join(names))


def _fixed(en: str, zh: str) -> Tell:
    def tell(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
        facts = {"who": who, **{key: value for key, value in data.items() if isinstance(value, str | int)}}
        return Text(en.format_map(facts), zh.format_map(facts))

    return tell


def _status(who: str, data: dict[str, Any], catalog: Catalog) -> Text | None:
    return _fixed(*_STATUSES[data["to"]])(who, {}, catalog)


def _name(names: Any, key: str) -> Text:
    found = names.get(key)
    return found.name if found else Text(key, key)


def _priority(who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    before, after = (_name(catalog.priorities, data[side]) for side in ("from", "to"))
    return Text(
        f"{who} changed the priority from {before.en} to {after.en}",
        f"{who} 将优先级从{before.zh}改为{after.zh}",
    )


def _asked(who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    to = _name(catalog.priorities, data["to"])
    return Text(f"{who} asked for the priority {to.en}", f"{who} 请求将优先级改为{to.zh}")


def _plan(_who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    plan = _name(catalog.plans, data["to"])
    return Text(f"Service is {plan.en} from here on", f"此后按{plan.zh}服务")


def _assigned(_who: str, data: dict[str, Any], _catalog: Catalog) -> Text | None:
    name = data.get("name")
    return Text(f"{name} has your ticket", f"由 {name} 负责此工单") if name else None


def _escalated(who: str, data: dict[str, Any], _catalog: Catalog) -> Text | None:
    if data["wanted_by"] != "customer":
        return None
    by = Text("", "")
    if data["told"]:
        names = listed(data["told"])
        by = Text(f" by {names.en}", f"（{names.zh}）")
    if data.get("climbed"):
        return Text(
            f"Your escalation was heard further up as well{by.en}", f"您的升级已同时通知更上一级{by.zh}"
        )
    return Text(f"{who} escalated this; it was heard{by.en}", f"{who} 请求升级，已有人收到{by.zh}")


def _heard_out(_who: str, data: dict[str, Any], _catalog: Catalog) -> Text | None:
    name = data["name"]
    return Text(f"{name} has taken this in hand", f"{name} 已接手处理") if data.get("customer") else None


def _cadence(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    if data.get("every"):
        return Text(f"{who} agreed with you how often news comes", f"{who} 与您约定了通报频率")
    return Text("News comes in the plan's usual rhythm again", "恢复常规通报频率")


def _analysis(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    edition = EDITIONS[data["edition"]]
    return Text(
        f"{who} published the {edition.en} edition of the root-cause analysis",
        f"{who} 发布了根本原因分析{edition.zh}",
    )


_TOLD: dict[str, Tell] = {
    Kind.STATUS: _status,
    Kind.PRIORITY: _priority,
    Kind.PRIORITY_ASKED: _asked,
    Kind.PLAN: _plan,
    Kind.ASSIGNED: _assigned,
    Kind.ESCALATED: _escalated,
    Kind.HEARD_OUT: _heard_out,
    Kind.CADENCE: _cadence,
    Kind.NO_REPLY_NEEDED: _fixed("{who} understood that no reply was needed", "{who} 认为这条消息无须回复"),
    Kind.WORKAROUND: _fixed("{who} provided a way around the problem", "{who} 提供了变通办法"),
    Kind.CALL_ANSWERED: _fixed("{who} spoke with you", "{who} 与您通了电话"),
    Kind.MERGED: _fixed("This ticket goes on in #{into}", "此工单并入 #{into} 继续处理"),
    Kind.MERGED_FROM: _fixed("#{number} was joined to this ticket", "#{number} 已并入此工单"),
    Kind.REQUESTER: _fixed("{name} took over the ticket", "{name} 接手了此工单"),
    Kind.ORGANIZATION: _fixed("This ticket belongs to {name} from here on", "此工单自此归属 {name}"),
    Kind.RCA_PUBLISHED: _analysis,
    Kind.FOLLOW_UP: _fixed("Follows #{of}, which is closed", "接续已关闭的 #{of}"),
}
