"""The ticket's log as sentences between the messages. What is a message is shown as one, not told here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sterling.base.statuses import CHIPS
from sterling.core.rca import EDITIONS
from sterling.core.routing import tier_words
from sterling.core.text import Text
from sterling.sla.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sterling.core.catalog import Catalog
    from sterling.sla.models import Event


@dataclass(frozen=True, slots=True)
class Line:
    """One hairline of the conversation."""

    at: datetime
    icon: str
    text: Text


LATE = Text(
    "The message above went out {late} s after the time it was planned for; its clock counts when it went out",
    "上一条消息比计划时间晚 {late} 秒发出，计时以实际发出为准",
)


def line(event: Event, catalog: Catalog) -> Line | None:
    """The sentence of an event, or None where a message says it already."""
    if late := event.data.get("late"):
        return Line(event.at, "clock", LATE.filled(late=late))
    made = _TOLD.get(event.type)
    if made is None:
        return None
    icon, tell = made
    return Line(event.at, icon, tell(event.actor_name or "Sterling", event.data, catalog))


def _priority(name: str, catalog: Catalog) -> Text:
    found = catalog.priorities.get(name)
    return found.name if found else Text(name, name)


def _plan(name: str, catalog: Catalog) -> Text:
    found = catalog.plans.get(name)
    return found.name if found else Text(name, name)


def _because(data: dict[str, Any]) -> Text:
    reason = data.get("reason")
    return Text(f": {reason}", f"：{reason}") if reason else Text("", "")


def _status(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    to = CHIPS[data["to"]].desk
    return Text(f"{who} set the status to {to.en.lower()}", f"{who} 将状态改为“{to.zh}”")


def _priority_set(who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    before, after, because = _priority(data["from"], catalog), _priority(data["to"], catalog), _because(data)
    return Text(
        f"{who} changed the priority from {before.en} to {after.en}{because.en}",
        f"{who} 将优先级从{before.zh}改为{after.zh}{because.zh}",
    )


def _confirmed(who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    priority, because = _priority(data["priority"], catalog), _because(data)
    return Text(
        f"{who} confirmed the priority {priority.en}{because.en}",
        f"{who} 确认优先级为{priority.zh}{because.zh}",
    )


def _asked(who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    to = _priority(data["to"], catalog)
    return Text(
        f"{who} asks for the priority {to.en}; confirm or keep it",
        f"{who} 请求改为{to.zh}优先级，请确认或维持",
    )


def _plan_set(_who: str, data: dict[str, Any], catalog: Catalog) -> Text:
    plan = _plan(data["to"], catalog)
    return Text(f"Service is {plan.en} from here on", f"此后按{plan.zh}服务")


def _assigned(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    because = _because(data)
    if why := data.get("why"):
        return Text(f"Given to {data['name']}. {why['en']}", f"已分配给 {data['name']}。{why['zh']}")
    if not data.get("name"):
        return Text(f"{who} left the ticket without an engineer", f"{who} 取消了工程师分配")
    if data["name"] == who:
        return Text(f"{who} took the ticket{because.en}", f"{who} 接下此工单{because.zh}")
    return Text(
        f"{who} gave the ticket to {data['name']}{because.en}",
        f"{who} 将工单分配给 {data['name']}{because.zh}",
    )


def _routed(_who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    return Text(data["why"]["en"], data["why"]["zh"])


def _handover(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    to, because = data.get("to", ""), _because(data)
    match data.get("what"):
        case "given":
            return Text(
                f"{who} offered the ticket to {to} for the next shift",
                f"{who} 将工单交给下一班（{to}），待接班",
            )
        case "accepted":
            return Text(f"{who} accepted the handover", f"{who} 已接班")
        case "declined":
            return Text(f"{who} declined the handover{because.en}", f"{who} 未接班{because.zh}")
    return Text(f"{who} took the handover back", f"{who} 撤回了交接")


RUNGS = {
    "primary": Text("the primary engineer", "主责工程师"),
    "lead": Text("the lead", "组长"),
    "duty_manager": Text("the duty manager", "值班经理"),
    "sponsor": Text("the sponsor", "高管支持人"),
}


def _tier(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    because = _because(data)
    below, above = tier_words(data["from"]), tier_words(data["to"])
    if why := data.get("why"):
        return Text(
            f"The ladder moved the ticket from {below.en} to {above.en}: {why['en']}",
            f"按升级阶梯，工单从{below.zh}升级到{above.zh}：{why['zh']}",
        )
    return Text(
        f"{who} escalated the ticket from {below.en} to {above.en}{because.en}",
        f"{who} 将工单从{below.zh}升级到{above.zh}{because.zh}",
    )


def _escalated(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    rung, because = RUNGS[data["rung"]], _because(data)
    names = ", ".join(data["told"])
    heard = Text(f" ({names})" if names else "", f"（{names.replace(', ', '、')}）" if names else "")
    if data.get("climbed"):
        return Text(
            f"Nobody took the escalation in time: {rung.en} hears as well{heard.en}",
            f"升级未及时处理，已同时通知{rung.zh}{heard.zh}",
        )
    if data["wanted_by"] == "customer":
        return Text(
            f"{who}, the customer, escalated to {rung.en}{heard.en}{because.en}",
            f"客户 {who} 升级到{rung.zh}{heard.zh}{because.zh}",
        )
    return Text(
        f"{who} escalated to {rung.en}{heard.en}{because.en}", f"{who} 升级到{rung.zh}{heard.zh}{because.zh}"
    )


def _cadence(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    if not data.get("every"):
        return Text(f"{who} went back to the plan's rhythm of updates", f"{who} 恢复了计划规定的通报频率")
    return Text(
        f"{who} agreed on an update every {data['every']}", f"{who} 与客户约定每 {data['every']} 通报一次"
    )


_NAMED = 6


def _some(addresses: list[str]) -> Text | None:
    """The first of many; all of them stand above the conversation."""
    if not addresses:
        return None
    if len(addresses) <= _NAMED:
        return Text(", ".join(addresses), "、".join(addresses))
    first, more = addresses[: _NAMED - 1], len(addresses) - _NAMED + 1
    return Text(f"{', '.join(first)} and {more} more", f"{'、'.join(first)} 等 {len(addresses)} 人")


def _followers(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    if count := data.get("left_out"):
        return Text(
            f"More people are on it than are copied: {count} or more are left out",
            f"收件人过多，至少 {count} 人未加入抄送",
        )
    added, left = _some(data.get("added", [])), _some(data.get("left", []))
    said = [
        *([Text(f"now copied: {added.en}", f"新增抄送：{added.zh}")] if added else []),
        *([Text(f"no longer copied: {left.en}", f"不再抄送：{left.zh}")] if left else []),
    ]
    return Text(f"{who}: {'; '.join(one.en for one in said)}", f"{who}：{'；'.join(one.zh for one in said)}")


def _analysis_published(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
    edition = EDITIONS[data["edition"]]
    return Text(
        f"{who} published the {edition.en} edition of the root-cause analysis",
        f"{who} 发布了根本原因分析{edition.zh}",
    )


def _fixed(en: str, zh: str) -> Callable[[str, dict[str, Any], Catalog], Text]:
    def tell(who: str, data: dict[str, Any], _catalog: Catalog) -> Text:
        facts = {"who": who, **{key: value for key, value in data.items() if isinstance(value, str | int)}}
        return Text(en.format_map(facts), zh.format_map(facts))

    return tell


_TOLD: dict[str, tuple[str, Callable[[str, dict[str, Any], Catalog], Text]]] = {
    Kind.STATUS: ("pause", _status),
    Kind.PRIORITY: ("chevron-up", _priority_set),
    Kind.CONFIRMED: ("check", _confirmed),
    Kind.PRIORITY_ASKED: ("chevron-up", _asked),
    Kind.PLAN: ("star", _plan_set),
    Kind.ASSIGNED: ("user", _assigned),
    Kind.ROUTED: ("user", _routed),
    Kind.HANDOVER: ("hand", _handover),
    Kind.TIER: ("chevron-up", _tier),
    Kind.ESCALATED: ("triangle-alert", _escalated),
    Kind.HEARD_OUT: ("check", _fixed("{name} took the escalation in hand", "{name} 已接手处理升级")),
    Kind.CADENCE: ("refresh-cw", _cadence),
    Kind.NO_REPLY_NEEDED: (
        "check",
        _fixed("{who} said that no reply is needed: {reason}", "{who} 标记为无须回复：{reason}"),
    ),
    Kind.WORKAROUND: ("zap", _fixed("{who} provided a workaround", "{who} 提供了临时方案")),
    Kind.CALL_ANSWERED: ("phone", _fixed("{who} spoke with the customer", "{who} 与客户通了电话")),
    Kind.MERGED: ("git-merge", _fixed("{who} merged this ticket into #{into}", "{who} 将此工单并入 #{into}")),
    Kind.MERGED_FROM: (
        "merge",
        _fixed("{who} merged #{number} into this ticket", "{who} 将 #{number} 并入此工单"),
    ),
    Kind.REGION: ("globe", _fixed("The ticket moved to the region {to}", "工单转到 {to} 区域")),
    Kind.REQUESTER: ("user", _fixed("{name} took over the ticket", "{name} 接手了此工单")),
    Kind.ORGANIZATION: (
        "building-2",
        _fixed("{who} moved the requester to {name}", "{who} 将提交人移入 {name}"),
    ),
    Kind.SUBJECT: ("pencil", _fixed("{who} changed the subject to: {to}", "{who} 将主题改为：{to}")),
    Kind.TRIAGED: ("check", _fixed("{who} checked who this is", "{who} 核实了来信人身份")),
    Kind.FOLLOW_UP: ("reply", _fixed("Follows #{of}, which is closed", "接续已关闭的 #{of}")),
    Kind.AUTOMATIC_MAIL: (
        "refresh-cw",
        _fixed("An automatic mail was attached; no clock counts it", "已附上一封自动邮件，不影响计时"),
    ),
    Kind.DELIVERY_FAILED: (
        "triangle-alert",
        _fixed("A message could not be delivered: {reason}", "有消息未能送达：{reason}"),
    ),
    Kind.FOLLOWERS: ("users", _followers),
    Kind.HELD: (
        "shield",
        _fixed(
            "{sender} answered and belongs to nobody here: it waits for approval",
            "{sender} 回复了此工单，但不属于该客户，等待批准",
        ),
    ),
    Kind.APPROVED: ("check", _fixed("{who} let {sender} join", "{who} 批准 {sender} 加入")),
    Kind.DECLINED: (
        "ban",
        _fixed("{who} gave the mail of {sender} a ticket of its own", "{who} 将 {sender} 的来信单独建单"),
    ),
    Kind.RCA_GRANTED: (
        "file-text",
        _fixed("{who} granted a root-cause analysis: {reason}", "{who} 破例批准根本原因分析：{reason}"),
    ),
    Kind.RCA_PUBLISHED: ("file-text", _analysis_published),
    Kind.BOUNCED: ("triangle-alert", _fixed("A message bounced {status}", "有消息被退回 {status}")),
}
