"""How the page is read, how each measure is made, and every ticket it is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sterling.reports.shown.sections import table

if TYPE_CHECKING:
    from sterling.reports.models import Report
    from sterling.reports.shown.speech import Speech


def reading(report: Report, speech: Speech) -> list[str]:
    """Two short paragraphs for whoever reads the first page."""
    plan, region = speech.plan(report.plan), report.figures["region"]
    hours = speech.say(" and ", "、").join(speech.to(one) for one in report.figures["plan"]["hours"])
    day = _day(region["calendar"]["weekly"], speech)
    name = speech.to(region["name"])
    return [
        speech.say(
            f"Hours that count for {plan}: {hours}; business days follow the {name} calendar{day}, "
            "holidays excluded.",
            f"{plan}计划的计时时间：{hours}；“工作日”以{name}日历为准{day}，节假日除外。",
        ),
        speech.say(
            "Targets are what we aim for. Late promises are reported, not credited. "
            "Ask us for the hour-by-hour account of any of them.",
            "目标是我们努力的方向。超时如实报告，不作抵扣。任何一项都可以向我们索取逐小时的计时明细。",
        ),
    ]


def _day(weekly: dict[str, Any], speech: Speech) -> str:
    """`, 09:00 to 17:00`, where every day has the same single interval."""
    known = {tuple(map(tuple, spans)) for spans in weekly.values() if spans}
    if len(known) != 1 or len(next(iter(known))) != 1:
        return ""
    ((start, end),) = next(iter(known))
    return speech.say(f", {start} to {end}", f"（{start} 至 {end}）")


def measures(speech: Speech) -> list[tuple[str, str]]:
    return [
        (
            speech.say("Kept", "按时"),
            speech.say(
                "Of the promises that fell due in the period, those that were met by then. One that is overdue and "
                "still waits counts as late. A promise belongs to the period in which it fell due.",
                "期间内到期的承诺中，在期限前完成的项数。已到期仍未答复的计为超时。承诺计入其到期所在的期间。",
            ),
        ),
        (
            speech.say("Share of the target used", "已用目标比例"),
            speech.say(
                "Counted on the hours of the plan, without the time that waited for you; past the due, plain time.",
                "按计划的计时时间计算，不含等待贵方的时间；超过期限后按自然时间计算。",
            ),
        ),
        (
            speech.say("Interval", "置信区间"),
            speech.say(
                "Wilson's 95 % interval: what the rate would support if the period were a sample. Under five "
                "promises no rate is given.",
                "威尔逊 95% 置信区间，表示把本期看作样本时比率的可信范围。不足五项时不给出比率。",
            ),
        ),
        (
            speech.say("Median and 90 %", "中位数与 90%"),
            speech.say(
                "Half were at least as quick; nine in ten were at least as quick.",
                "一半不超过此值；九成不超过此值。",
            ),
        ),
        (
            speech.say("Tickets without a miss", "全部按时的工单"),
            speech.say(
                "Of the tickets that had a promise fall due, those none of whose promises was late.",
                "有承诺到期的工单中，没有任何一项超时的张数。",
            ),
        ),
        (
            speech.say("Backlog", "未结工单"),
            speech.say(
                "What was neither solved nor closed when the period ended.", "期末既未解决也未关闭的工单。"
            ),
        ),
        (
            speech.say("Came back", "重新打开"),
            speech.say("Opened again within 14 days of being solved.", "解决后 14 天内重新打开。"),
        ),
    ]


def attained(report: Report, speech: Speech) -> dict[str, Any]:
    """Every row of attainment with its count, its rate and how sure one may be."""
    from sterling.reports.figures import METRICS

    rows = []
    for row in report.figures["attainment"]["rows"]:
        if row["metric"] == "response":
            continue
        rows.append(
            [
                speech.to(METRICS[row["metric"]]),
                speech.priority(row["priority"]),
                speech.plan(row["plan"]),
                speech.of_all(row["kept"], row["n"]),
                _rate(row, speech),
                speech.time(row["median"]) if row["median"] is not None else "–",
                speech.time(row["p90"]) if row["p90"] is not None else "–",
            ]
        )
    tickets = report.figures["attainment"]["tickets"]
    rows.append(
        [
            speech.say("Tickets without a miss", "全部按时的工单"),
            "",
            "",
            speech.of_all(tickets["kept"], tickets["n"]),
            _rate(tickets, speech),
            "",
            "",
        ]
    )
    return table(
        [
            speech.say("Promise", "承诺"),
            speech.say("Priority", "优先级"),
            speech.say("Plan", "计划"),
            speech.say("Kept", "按时"),
            speech.say("Rate and interval", "比率与区间"),
            speech.say("Median", "中位数"),
            speech.say("90 %", "90%"),
        ],
        rows,
        numbers=4,
    )


def _rate(found: dict[str, Any], speech: Speech) -> str:
    if found["few"]:
        return speech.say("too few for a rate", "数量过少")
    low, high = (speech.percent(end) for end in found["interval"])
    return speech.say(
        f"{speech.percent(found['rate'])} ({low} – {high})",
        f"{speech.percent(found['rate'])}（{low}–{high}）",
    )


def tickets(report: Report, speech: Speech) -> dict[str, Any]:
    """The appendix: every ticket that the figures are made from."""
    return table(
        [
            speech.say("Ticket", "工单"),
            speech.say("Subject", "主题"),
            speech.say("Requester", "提交人"),
            speech.say("Priority", "优先级"),
            speech.say("Opened", "新建"),
            speech.say("Resolved", "解决"),
            speech.say("Kept", "按时"),
        ],
        [
            [
                f"#{one['ticket']}",
                one["subject"],
                one["requester"],
                speech.priority(one["priority"]),
                speech.day(one["opened"]),
                speech.day(one["resolved"]) if one["resolved"] else "–",
                speech.of_all(one["kept"], one["n"]),
            ]
            for one in report.figures["tickets"]
        ],
        numbers=3,
    )
