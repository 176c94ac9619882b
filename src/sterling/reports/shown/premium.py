"""What Platinum has beside the clocks, in sections; where the plan lacks it, as absent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sterling.reports.shown.sections import absent, section, table

if TYPE_CHECKING:
    from sterling.reports.models import Report
    from sterling.reports.shown.sections import Section
    from sterling.reports.shown.speech import Speech


def _found(report: Report, name: str, title: str, speech: Speech) -> tuple[dict[str, Any], Section | None]:
    """A part of the figures, with the section that says that the plan lacks it."""
    found = report.figures[name]
    return found, absent(title, found, report, speech)


def sponsor(report: Report, speech: Speech) -> Section:
    title = speech.say("Executive sponsor", "高管支持人")
    found, missing = _found(report, "sponsor", title, speech)
    if missing:
        return missing
    named, texts = found["named"], []
    if named is None:
        texts.append(speech.say("No sponsor is named yet.", "尚未指定高管。"))
    else:
        cadence = speech.to(named["cadence"])
        texts.append(
            speech.say(
                f"{named['sponsor']} and {named['counterpart']} speak {cadence}.",
                f"{named['sponsor']} 与 {named['counterpart']} {cadence}沟通一次。",
            )
        )
    if found["due"]:
        due = speech.dated(date.fromisoformat(found["due"]))
        texts.append(
            speech.say(
                f"The next contact was due by {due}: overdue.", f"下次沟通应在 {due}之前进行，已逾期。"
            )
            if found["overdue"]
            else speech.say(f"The next contact is due by {due}.", f"下次沟通应在 {due}之前进行。")
        )
    rows = [
        [speech.day(one["at"]), speech.to(one["kind"]), one["people"], one["notes"] or "–"]
        for one in found["touchpoints"]
    ]
    if not rows:
        texts.append(speech.say("No contact in this period.", "本期间没有沟通记录。"))
    heads = [
        speech.say("Date", "日期"),
        speech.say("Kind", "方式"),
        speech.say("People", "参与人"),
        speech.say("What was said", "内容"),
    ]
    return section(title, texts=texts, tables=[table(heads, rows, numbers=0)] if rows else [])


def primaries(report: Report, speech: Speech) -> Section:
    title = speech.say("Primary engineer", "主责工程师")
    found, missing = _found(report, "primaries", title, speech)
    if missing:
        return missing
    share = found["share"]
    if share is None or not (share["of"] or found["named"]):
        return section(title, texts=[speech.say("No engineer is named yet.", "尚未指定工程师。")])
    texts = [
        speech.say(
            f"{share['n']} of {share['of']} tickets went to the primary engineer first.",
            f"{share['of']} 张工单中，{share['n']} 张首先分配给主责工程师。",
        )
        if share["of"]
        else speech.say("No ticket came that could go to one.", "本期间没有可分配的工单。")
    ]
    tables = [
        table(
            [speech.say("Region", "区域"), speech.say("Primary", "主责"), speech.say("Backups", "后备")],
            [
                [speech.to(one["region"]), one["primary"], speech.say(", ", "、").join(one["backups"]) or "–"]
                for one in found["named"]
            ],
            numbers=0,
        )
    ]
    if share["reasons"]:
        tables.append(
            table(
                [speech.say("Why not the others", "其余未分配的原因"), speech.say("Tickets", "工单")],
                [[speech.to(one["why"]), one["n"]] for one in share["reasons"]],
            )
        )
    return section(title, texts=texts, tables=tables)


def analyses(report: Report, speech: Speech) -> Section:
    title = speech.say("Root-cause analyses", "根本原因分析")
    found, missing = _found(report, "analyses", title, speech)
    if missing:
        return missing
    if not found["items"]:
        return section(title, texts=[speech.say("None was owed in this period.", "本期间没有应出具的分析。")])
    heads = [
        speech.say("Ticket", "工单"),
        speech.say("Subject", "主题"),
        speech.say("Preliminary", "初步报告"),
        speech.say("Final", "最终报告"),
        speech.say("Actions open", "未完成措施"),
    ]
    rows = [
        [
            f"#{one['ticket']}",
            one["subject"],
            _edition(one["preliminary"], speech),
            _edition(one["final"], speech),
            f"{one['open']} / {one['actions']}",
        ]
        for one in found["items"]
    ]
    return section(title, tables=[table(heads, rows)])


def _edition(found: dict[str, Any], speech: Speech) -> str:
    """`published 4 Mar, in time`; `due 9 Mar`; `due 9 Mar: late`."""
    due = speech.day(found["due"]) if found["due"] else ""
    if found["published"]:
        day = speech.day(found["published"])
        if found["late"]:
            return speech.say(f"{day}, late (due {due})", f"{day}，超时（期限 {due}）")
        return speech.say(f"{day}, in time", f"{day}，按时")
    if not due:
        return speech.say("counts from the resolution", "自解决起计")
    if found["late"]:
        return speech.say(f"late (due {due})", f"超时（期限 {due}）")
    return speech.say(f"due {due}", f"期限 {due}")
