"""Why this engineer, and why not that one: each in one sentence, in both languages."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from sterling.core.clocks.spoken import moment, zone
from sterling.core.routing.facts import Case, Code, Engineer, Next, Passed, Reason, Why
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

CHOSEN = {
    Code.KEPT: Text(
        "{name} has the ticket already and can answer in time.", "{name} 已在处理此工单，能按时回复。"
    ),
    Code.PRIMARY: Text(
        "{name} is the customer's primary engineer and is there.", "{name} 是该客户的主责工程师，当前可处理。"
    ),
    Code.PRIMARY_SOON: Text(
        "{name} is the customer's primary engineer and comes on at {next}, in time for the reply.",
        "{name} 是该客户的主责工程师，{next}上班，来得及回复。",
    ),
    Code.BACKUP: Text(
        "{name} stands in for the primary engineer{first}.", "{name} 代替主责工程师处理{first}。"
    ),
    Code.BACKUP_SOON: Text(
        "{name} stands in for the primary engineer{first}, and comes on at {next}, in time for the reply.",
        "{name} 代替主责工程师处理{first}，{next}上班，来得及回复。",
    ),
    Code.ON_DUTY: Text(
        "This priority goes to whoever is on duty; {name} has waited longest for a ticket.",
        "此优先级由当班工程师处理；{name} 等待新工单的时间最长。",
    ),
    Code.POOL: Text(
        "{name} is on shift in the {tier} pool, fits best and has waited longest for a ticket{first}.",
        "{name} 在{tier}工程师组当班，最合适且等待新工单的时间最长{first}。",
    ),
    Code.OVER_CAP: Text(
        "Everyone on shift has as many tickets as they should; {name} is the least over, and a reply is due.",
        "当班工程师的工单都已达上限；{name} 超出最少，且有回复待办。",
    ),
    Code.NOBODY_ON: Text(
        "Nobody of {tier} is on shift. {name} comes on next, at {next}.",
        "{tier}目前无人当班。下一位是 {name}，{next}上班。",
    ),
    Code.NO_SHIFTS: Text(
        "It waits in the {tier} pool: nobody has said when the engineers of this tier work.",
        "在{tier}工程师组等待：尚未登记该级别工程师的班次。",
    ),
    Code.ALL_FULL: Text(
        "It waits in the {tier} pool: everyone on shift has as many tickets as they should, and no reply is due.",
        "在{tier}工程师组等待：当班工程师的工单都已达上限，且暂无回复待办。",
    ),
    Code.NOBODY: Text(
        "It waits in the {tier} pool: there is no engineer of this tier who is not away.",
        "在{tier}工程师组等待：该级别没有可用的工程师。",
    ),
}
PASSED = {
    Why.URGENT: Text("not on duty now, and this priority does not wait", "当前不当班，此优先级不等待"),
    Why.UNKNOWN: Text("no shifts are known", "未登记班次"),
    Why.EXCEPTED: Text("was to be left out", "此次不参与分配"),
    Why.ABSENT: Text("away until {until}", "休假至 {until}"),
    Why.OFF: Text("not on shift", "不当班"),
    Why.TOO_LATE: Text("comes on at {until}, too late for the reply", "{until}才上班，来不及回复"),
    Why.FULL: Text("has {what} tickets", "工单数 {what}"),
    Why.TIER: Text("of a lower tier", "级别不足"),
    Why.SKILLS: Text("lacks: {what}", "缺少技能：{what}"),
    Why.LANGUAGE: Text("does not speak the customer's language", "不会客户的语言"),
    Why.REGION: Text("works in another region", "属于其他区域"),
    Why.LOWER_TIER_FIRST: Text("is kept for higher tiers", "留给更高级别的工单"),
    Why.TURN: Text("got a ticket more lately", "更近期已接过工单"),
    Why.HELD: Text("was not needed", "无需参与"),
}


def tier_words(tier: int) -> Text:
    """`Tier 3`, 三线: wherever a tier is said with its number."""
    return Text(f"Tier {tier}", {1: "一线", 2: "二线", 3: "三线"}.get(tier, f"{tier} 线"))


def reason(
    code: Code,
    case: Case,
    one: Engineer | None,
    passed: Sequence[Passed],
    coming: Next | None,
    tz: tzinfo | None,
) -> Reason:
    """The code and its sentence."""
    then = coming.at if coming else one.next_on if one else None
    name = coming.name if coming else one.name if one else ""
    after = next((one for one in passed if one.named), None)
    first = Text("", "")
    if after is not None:
        why = why_not(after, tz)
        first = Text(f" ({after.name}: {why.en})", f"（{after.name}：{why.zh}）")
    said = CHOSEN[code]
    when = _when(then, tz)
    tier = tier_words(case.tier)
    return Reason(
        code,
        Text(
            said.en.format(name=name, tier=tier.en, next=when.en, first=first.en),
            said.zh.format(name=name, tier=tier.zh, next=when.zh, first=first.zh),
        ),
    )


def why_not(passed: Passed, tz: tzinfo | None) -> Text:
    """Why that one was passed over, without the name."""
    until, said = _when(passed.until, tz), PASSED[passed.why]
    return Text(
        said.en.format(until=until.en, what=passed.what), said.zh.format(until=until.zh, what=passed.what)
    )


def _when(at: datetime | None, tz: tzinfo | None) -> Text:
    if at is None:
        return Text("", "")
    tz = tz or UTC
    then, city = moment(at.replace(second=0, microsecond=0), tz), zone(tz)
    return Text(f"{then.en} ({city.en})", f"{then.zh}（{city.zh}）")
