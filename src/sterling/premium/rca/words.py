"""An edition in words: blocks of plain text and figures in one language, the same for the page and the paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sterling.core.clocks.spoken import moment, zone
from sterling.core.rca import EDITIONS, PARTS, ActionKind, ActionState, Edition
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS: Mapping[str, Text] = {
    "systems": Text("Affected systems", "受影响的系统"),
    "who": Text("Who was affected", "受影响人员"),
    "how_many": Text("How many", "受影响数量"),
    "starts": Text("From", "开始"),
    "ends": Text("To", "结束"),
    "functions": Text("Functions", "受影响功能"),
    "data": Text("Data", "数据影响"),
    "trigger": Text("Trigger", "诱因"),
    "contributing": Text("Contributing factors", "促成因素"),
    "root": Text("Root cause", "根本原因"),
    "well": Text("What went well", "做得好的方面"),
    "badly": Text("What went badly", "做得不足的方面"),
    "luck": Text("Where we were lucky", "侥幸之处"),
    "why": Text("Why", "为什么"),
    "because": Text("Because", "因为"),
    "evidence": Text("Evidence", "证据"),
    "detected": Text("Detected", "发现"),
    "text": Text("Text", "内容"),
    "at": Text("When", "时间"),
}
KINDS: Mapping[str, Text] = {
    ActionKind.FIX: Text("fix", "修复"),
    ActionKind.DETECT: Text("detect", "监测"),
    ActionKind.MITIGATE: Text("mitigate", "缓解"),
    ActionKind.PROCESS: Text("process", "流程"),
}
ACTION_STATES: Mapping[str, Text] = {
    ActionState.OPEN: Text("open", "待开始"),
    ActionState.DOING: Text("under way", "进行中"),
    ActionState.DONE: Text("done", "已完成"),
    ActionState.DROPPED: Text("dropped", "已取消"),
}
STARTED: Mapping[str, Text] = {
    "workaround": Text("the workaround", "提供临时方案"),
    "resolved": Text("the resolution", "解决"),
}
BY_HAND = Text("added by hand", "人工补充")
DASH = "–"


def facts(said: dict[str, Any], language: str) -> dict[str, Any]:
    """`blocks`: a title with `text`, `pairs`, or a `table` of `heads` and `rows`; empty ones are left out."""
    tz = ZoneInfo(said["zone"])

    def say(text: Text) -> str:
        return text.to(language)

    def when(at: str | None) -> str:
        """`Tue 3 Mar 2026 16:00 UTC`, and on the region's wall."""
        if not at:
            return ""
        told = datetime.fromisoformat(at).replace(second=0, microsecond=0)
        here, utc = moment(told, tz, year=True), moment(told, UTC, year=True)
        if tz.key in {"UTC", "Etc/UTC"}:
            return f"{say(utc)} UTC"
        city = zone(tz)
        return say(Text(f"{utc.en} UTC; {here.en} ({city.en})", f"{utc.zh} UTC；{here.zh}（{city.zh}）"))

    def pairs(part: str, names: Sequence[str]) -> list[list[str]]:
        value = said["parts"][part]
        shown = [
            [say(FIELDS[name]), when(value[name]) if name in PARTS[part].instants else value[name]]
            for name in names
        ]
        return [pair for pair in shown if pair[1]]

    edition = EDITIONS[Edition(said["edition"])]
    alias = said["priority"]["alias"]
    priority = said["priority"][language] + say(
        Text(f" ({alias})", f"（{alias}）") if alias else Text("", "")
    )
    opening = [
        [say(Text("Ticket", "工单")), f"#{said['ticket']} {said['subject']}"],
        [say(Text("Customer", "客户")), said["organization"]],
        [say(Text("Severity", "严重程度")), priority],
        [say(Text("Plan", "计划")), said["plan"][language]],
        *pairs("identification", ("systems",)),
        [say(Text("Days count from", "时限起算")), _started(said, when, say)],
        [say(Text("Aimed for", "目标时限")), when(said["due"])],
        [say(Text("Author", "作者")), said["author"]],
        [say(Text("Reviewer", "审阅人")), said["reviewer"]],
        [say(Text("Version", "版本")), str(said["version"] or "")],
        [say(Text("Published", "发布")), when(said["published_at"])],
    ]
    blocks = [
        _block("summary", say(PARTS["summary"].name), text=said["parts"]["summary"]["text"]),
        _block(
            "impact",
            say(PARTS["impact"].name),
            pairs=pairs("impact", ("who", "how_many", "starts", "ends", "functions", "data")),
        ),
        _timeline(said, tz, say),
        _block(
            "causes", say(PARTS["causes"].name), pairs=pairs("causes", ("trigger", "contributing", "root"))
        ),
        _block(
            "whys",
            say(PARTS["whys"].name),
            heads=["", *(say(FIELDS[name]) for name in ("why", "because", "evidence"))],
            rows=[
                [str(place), link["why"], link["because"], link["evidence"]]
                for place, link in enumerate(said["parts"]["whys"]["links"], 1)
            ],
        ),
        _block("review", say(PARTS["review"].name), pairs=pairs("review", ("well", "badly", "luck"))),
        _actions(said, language, say),
        _block(
            "customer_actions",
            say(PARTS["customer_actions"].name),
            text=said["parts"]["customer_actions"]["text"],
        ),
    ]
    return {
        "language": language,
        "title": say(Text("Root-cause analysis", "根本原因分析")),
        "edition": say(Text(f"{edition.en.capitalize()} edition", edition.zh)),
        "subject": said["subject"],
        "opening": [pair for pair in opening if pair[1]],
        "blocks": [block for block in blocks if block["text"] or block["pairs"] or block["rows"]],
        "draft": "" if said["published_at"] else say(Text("Draft, not published", "草稿，未发布")),
        "foot": say(
            Text(
                f"Root-cause analysis of #{said['ticket']}, {edition.en} edition, version {said['version']}",
                f"#{said['ticket']} 根本原因分析，{edition.zh}，第 {said['version']} 版",
            )
        ),
    }


def _block(name: str, title: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "title": title, "text": "", "pairs": [], "heads": [], "rows": []} | more


def _started(said: dict[str, Any], when: Any, say: Any) -> str:
    if not said["starts_at"]:
        return ""
    by = say(STARTED[said["started_by"]])
    return f"{when(said['starts_at'])}{say(Text(', ', '，'))}{by}"


def _timeline(said: dict[str, Any], tz: ZoneInfo, say: Any) -> dict[str, Any]:
    rows = []
    for line in said["lines"]:
        at = datetime.fromisoformat(line["at"]).replace(second=0, microsecond=0)
        text = say(Text(line["text"]["en"], line["text"]["zh"]))
        mark = say(Text(f" ({BY_HAND.en})", f"（{BY_HAND.zh}）")) if line["by_hand"] else ""
        rows.append([say(moment(at, UTC)), say(moment(at, tz)), text + mark])
    heads = ["UTC", say(zone(tz)), say(Text("What happened", "事件"))]
    return _block("timeline", say(PARTS["timeline"].name), heads=heads, rows=rows)


def _actions(said: dict[str, Any], language: str, say: Any) -> dict[str, Any]:
    rows = [
        [
            one["text"],
            say(KINDS[one["kind"]]),
            one["owner"] or DASH,
            day(one["due"], language) if one["due"] else DASH,
            say(ACTION_STATES[one["state"]]),
            one["verification"] or DASH,
        ]
        for one in said["actions"]
    ]
    heads = [
        say(Text("Action", "措施")),
        say(Text("Type", "类型")),
        say(Text("Owner", "负责人")),
        say(Text("Due", "期限")),
        say(Text("State", "进度")),
        say(Text("Verification", "验证")),
    ]
    return _block("actions", say(Text("Corrective actions", "纠正措施")), heads=heads, rows=rows)


def day(iso: str, language: str) -> str:
    on = date.fromisoformat(iso)
    return Text(f"{on:%-d %b %Y}", f"{on:%Y 年 %-m 月 %-d 日}").to(language)
