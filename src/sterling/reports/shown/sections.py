"""What follows the first page: sections of paragraphs and tables, the same on the page and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sterling.base.statuses import CHIPS

if TYPE_CHECKING:
    from sterling.reports.models import Report
    from sterling.reports.shown.speech import Speech

Section = dict[str, Any]
BANDS = ("0–1", "2–3", "4–7", "8–14", "15–30", "> 30")


def table(
    heads: Sequence[str], rows: Sequence[Sequence[Any]], *, numbers: int = 1, name: str = ""
) -> dict[str, Any]:
    """The last `numbers` columns stand to the right. A cell {"bar": share} is drawn."""
    return {
        "name": name,
        "heads": list(heads),
        "rows": [list(row) for row in rows],
        "numbers": numbers,
        "plain": len(heads) - numbers,
    }


def section(title: str, *, hint: str = "", **more: Any) -> Section:
    return {
        "title": title,
        "hint": hint,
        "texts": [],
        "tables": [],
        "absent": None,
        "boxes": None,
        "pairs": False,
        **more,
    }


def absent(title: str, found: dict[str, Any], report: Report, speech: Speech) -> Section | None:
    """A section that the plan lacks names what would bring it. None: the plan includes it."""
    if found.get("included"):
        return None
    plan = speech.plan(report.plan)
    remedy = speech.to(found["remedy"]) if found.get("remedy") else ""
    return section(title, absent={"words": speech.say(f"not in {plan}", f"{plan}不含此项"), "remedy": remedy})


def volumes(report: Report, speech: Speech) -> Section:
    found = report.figures["volumes"]
    most = max([1, *(one["opened"] for one in found["by_priority"])])
    opened, resolved = speech.say("Opened", "新建"), speech.say("Resolved", "解决")
    tables = [
        table(
            [speech.say("Priority", "优先级"), "", opened, resolved],
            [
                [
                    speech.priority(one["priority"]),
                    {"bar": one["opened"] / most},
                    one["opened"],
                    one["resolved"],
                ]
                for one in found["by_priority"]
            ],
            numbers=2,
            name=speech.say("By priority", "按优先级"),
        )
    ]
    if found["months"]:
        top = max(max(one["opened"], one["resolved"]) for one in found["months"])
        tables.append(
            table(
                [speech.say("Month", "月份"), "", opened, resolved],
                [
                    [
                        speech.month(one["month"]),
                        {"bar": one["opened"] / max(1, top)},
                        one["opened"],
                        one["resolved"],
                    ]
                    for one in found["months"]
                ],
                numbers=2,
                name=speech.say("By month", "按月份"),
            )
        )
    for key, name, head in (
        ("by_channel", speech.say("By channel", "按渠道"), speech.say("Channel", "渠道")),
        ("by_contact", speech.say("By contact", "按联系人"), speech.say("Contact", "联系人")),
        ("by_region", speech.say("By region", "按区域"), speech.say("Region", "区域")),
    ):
        if found[key]:
            rows = [
                [speech.to(one["name"]), {"bar": one["opened"] / found[key][0]["opened"]}, one["opened"]]
                for one in found[key]
            ]
            tables.append(table([head, "", opened], rows, name=name))
    texts = [
        speech.say(
            f"{found['opened']} opened, {found['resolved']} resolved. "
            f"{found['out_of_hours']['n']} of {found['out_of_hours']['of']} came outside of business hours.",
            f"新建 {found['opened']} 张，解决 {found['resolved']} 张。"
            f"其中 {found['out_of_hours']['n']} / {found['out_of_hours']['of']} 张在工作时间之外提交。",
        )
    ]
    if found["no_reply_needed"]:
        n = found["no_reply_needed"]
        texts.append(
            speech.say(f"Messages marked as needing no reply: {n}.", f"标记为无须回复的消息：{n} 条。")
        )
    if len(report.figures["quarters"]) > 1:
        tables.append(
            table(
                [speech.say("Period", "期间"), opened, speech.say("Kept", "按时")],
                [
                    [speech.to(one["name"]), one["opened"], speech.of_all(one["kept"], one["n"])]
                    for one in report.figures["quarters"]
                ],
                numbers=2,
                name=speech.say("Against the periods before", "与此前各期对比"),
            )
        )
    return section(speech.say("Volume", "工单量"), texts=texts, tables=tables, pairs=True)


def backlog(report: Report, speech: Speech) -> Section:
    found = report.figures["backlog"]
    at = speech.moment(report.until)
    title = speech.say("Backlog", "未结工单")
    if not found["open"]:
        return section(title, hint=at, texts=[speech.say("Nothing was open.", "没有未结工单。")])
    ages = table(
        [speech.say("Age in days", "已开天数"), *BANDS],
        [[speech.priority(one["priority"]), *one["ages"]] for one in found["by_priority"] if any(one["ages"])]
        + [[speech.say("All", "合计"), *found["ages"]]],
        numbers=len(BANDS),
    )
    oldest = table(
        [
            speech.say("Ticket", "工单"),
            speech.say("Subject", "主题"),
            speech.say("Priority", "优先级"),
            speech.say("Status", "状态"),
            speech.say("Days", "天数"),
        ],
        [
            [
                f"#{one['ticket']}",
                one["subject"],
                speech.priority(one["priority"]),
                speech.to(CHIPS[one["status"]].portal),
                one["days"],
            ]
            for one in found["oldest"]
        ],
        name=speech.say("The oldest", "最早的工单"),
    )
    return section(
        title,
        hint=at,
        texts=[speech.say(f"{found['open']} open.", f"未结 {found['open']} 张。")],
        tables=[ages, oldest],
    )


def resolution(report: Report, speech: Speech) -> Section:
    found = report.figures["resolution"]
    title = speech.say("Resolution", "解决情况")
    hint = speech.say("to the last resolution, where a ticket came back", "重新打开的工单计至最后一次解决")
    reopened, waits = found["reopened"], found["waits"]
    if not found["n"]:
        texts = [speech.say("No ticket was resolved in this period.", "本期间没有解决的工单。")]
        tables = []
    else:
        texts = [
            speech.say(
                f"{reopened['of'] - reopened['n']} of {reopened['of']} solved tickets stayed solved for 14 days.",
                f"{reopened['of']} 张已解决工单中，{reopened['of'] - reopened['n']} 张在 14 天内未重新打开。",
            )
        ]
        heads = [
            speech.say("Priority", "优先级"),
            speech.say("Resolved", "解决"),
            speech.say("Median", "中位数"),
            speech.say("90 %", "90%"),
            speech.say("Median, plan hours", "中位数（计划时间）"),
            speech.say("90 %, plan hours", "90%（计划时间）"),
        ]
        rows = [
            _took(speech.priority(one["priority"]), one, speech) for one in found["by_priority"] if one["n"]
        ]
        tables = [table(heads, [*rows, _took(speech.say("All", "合计"), found, speech)], numbers=5)]
    if found["workaround"]["n"]:
        one = found["workaround"]
        texts.append(
            speech.say(
                f"A workaround was given on {one['n']}, after {speech.time(one['median'])} in the middle.",
                f"{one['n']} 张工单提供了临时方案，中位用时 {speech.time(one['median'])}。",
            )
        )
    whole = sum(waits.values())
    if whole:
        names = {
            "open": speech.say("With us", "我方处理"),
            "pending": speech.say("Waiting for you", "等待贵方"),
            "on_hold": speech.say("Waiting for engineering or others", "等待研发或第三方"),
        }
        tables.append(
            table(
                [speech.say("Where the time went", "时间去向"), "", speech.say("Time", "时长")],
                [
                    [name, {"bar": waits[key] / whole}, speech.time(waits[key] or None)]
                    for key, name in names.items()
                ],
            )
        )
    return section(title, hint=hint, texts=texts, tables=tables)


def _took(name: str, found: dict[str, Any], speech: Speech) -> list[Any]:
    return [
        name,
        found["n"],
        speech.time(found["elapsed"]["median"]),
        speech.time(found["elapsed"]["p90"]),
        speech.time(found["plan_hours"]["median"]),
        speech.time(found["plan_hours"]["p90"]),
    ]


def service_hours(report: Report, speech: Speech) -> Section:
    found, title = report.figures["hours"], speech.say("Service hours", "专业服务工时")
    missing = absent(title, found, report, speech)
    if missing:
        return missing
    if found["granted"] is None:
        return section(title, texts=[speech.say("No term ran.", "期间没有有效合同。")])
    lapse = speech.dated(date.fromisoformat(found["expires"]))
    granted = speech.hours(found["granted"])
    drawn = [[speech.day(one["at"]), one["item"], f"{one['hours']:.2f}"] for one in found["drawn"]]
    texts = [
        speech.say(
            f"{speech.hours(found['used'])} used, {speech.hours(found['booked'])} booked, "
            f"{speech.hours(found['left'])} left.",
            f"已用 {speech.hours(found['used'])}，已预订 {speech.hours(found['booked'])}，"
            f"剩余 {speech.hours(found['left'])}。",
        )
    ]
    tables = []
    if drawn:
        total = ["", speech.say("Used in this period", "本期合计"), f"{found['used_in_period']:.2f}"]
        tables.append(
            table(
                [speech.say("Date", "日期"), speech.say("Item", "项目"), speech.say("Hours", "小时")],
                [*drawn, total],
            )
        )
    else:
        texts.append(speech.say("None were used in this period.", "本期间未使用。"))
    plan = found["service_plan"]
    if plan is None:
        texts.append(speech.say("No service plan is written yet.", "尚未制定服务方案。"))
    else:
        agreed = (
            speech.say("agreed", "双方已确认") if plan["agreed"] else speech.say("not agreed yet", "待确认")
        )
        tables.append(
            table(
                [speech.say("Item", "项目"), speech.say("Hours", "小时")],
                [[one["title"], f"{one['hours']:.2f}"] for one in plan["items"]],
                name=speech.say(
                    f"Service plan, version {plan['version']}, {agreed}",
                    f"服务方案第 {plan['version']} 版（{agreed}）",
                ),
            )
        )
    return section(
        title,
        hint=speech.say(f"{granted} a term, lapse {lapse}", f"每期 {granted}，{lapse}到期"),
        texts=texts,
        tables=tables,
        boxes={name: found[name] for name in ("granted", "used", "booked")},
    )


def contacts(report: Report, speech: Speech) -> Section:
    found, title = report.figures["contacts"], speech.say("Named contacts", "指定联系人")
    missing = absent(title, found, report, speech)
    if missing:
        return missing
    cap = speech.say("unlimited", "不限") if found["cap"] is None else found["cap"]
    rows = [[one["name"], speech.to(one["region"]) if one["region"] else "–"] for one in found["names"]]
    heads = [speech.say("Name", "姓名"), speech.say("Region", "区域")]
    return section(
        title,
        texts=[speech.say(f"{found['used']} of {cap} named.", f"已指定 {found['used']} / {cap} 位。")],
        tables=[table(heads, rows, numbers=0)] if rows else [],
    )
