"""One report in one language: what the templates of page and paper are filled with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sterling.base import drawing as parts
from sterling.base.parts import METALS, Hallmark
from sterling.base.pdf import pdf
from sterling.core.text import Text
from sterling.reports.shown import attained, drawn, method, premium, sections
from sterling.reports.shown.speech import Speech

if TYPE_CHECKING:
    from sterling.reports.models import Report

SECTIONS: dict[str, Callable[[Report, Speech], dict[str, Any]]] = {
    "hours": sections.service_hours,
    "volumes": sections.volumes,
    "backlog": sections.backlog,
    "resolution": sections.resolution,
    "contacts": sections.contacts,
    "primaries": premium.primaries,
    "analyses": premium.analyses,
    "sponsor": premium.sponsor,
}
TEMPLATE = Path(__file__).parents[1] / "paper" / "report.typ"


def view(report: Report, language: str, *, paper: bool = False) -> dict[str, Any]:
    """Words, tables and drawings, from the report's figures and from what people added."""
    speech = Speech.of(report, language)
    chart, line = attained.groups(report, speech), attained.trend(report, speech)
    for row in (row for group in chart["groups"] for row in group["rows"]):
        row["svg"] = drawn.row(row["drawn"], paper=paper) if row["drawn"] else ""
        row["stroke"] = (
            drawn.tally(row["rank"]) if paper else parts.tally(row["rank"], row["priority"], named=True)
        )
    # What an older report does not know of is left out.
    found = [make(report, speech) for name, make in SECTIONS.items() if name in report.figures]
    for one in found:
        one["svg"] = drawn.boxes(**one["boxes"], paper=paper) if one["boxes"] else ""
        for cell in (cell for found in one["tables"] for row in found["rows"] for cell in row):
            if isinstance(cell, dict) and not paper:
                cell["svg"] = drawn.bar(cell["bar"])
    plan, axis = report.figures["plan"], ["0", speech.say("half", "一半"), speech.say("target", "目标")]
    axis.append(speech.say("1.5 x", "1.5 倍"))
    versions = ", ".join(f"v{number}" for number in report.catalog_versions) or "–"
    return {
        "language": speech.language,
        "title": speech.say("Support report", "技术支持报告"),
        "period": speech.to(report.days.name),
        "organization": report.figures["organization"]["name"],
        "plan": {**plan, "name": speech.to(plan["name"]), "svg": drawn.stamp(plan, speech.to(plan["mark"]))},
        "stamp": "" if paper else parts.stamp(_mark(plan), speech.language),
        "headline": attained.headline(report, speech),
        "trend": {**line, "svg": drawn.trend(line, paper=paper)} if line else None,
        "chart": {
            **chart,
            "title": speech.say("Replies and updates against their targets", "回复与进展通报的达成情况"),
            "heads": [
                speech.say("Priority", "优先级"),
                speech.say("Target", "目标"),
                speech.say("Median", "中位数"),
                speech.say("Kept", "按时"),
            ],
            "none": speech.say("No promise fell due.", "没有到期的承诺。"),
            "axis": axis,
            "scale": "" if paper else drawn.scale(axis),
        },
        "misses": {
            "title": speech.say("What was late, and why", "哪些超时，为什么"),
            "hint": speech.say(
                "a miss stays a miss, whatever happens later", "超时一经发生即计入，事后不予更改"
            ),
            "rows": attained.misses(report, speech),
            "none": speech.say("Nothing was late.", "没有超时。"),
        },
        "words": [
            *_paragraphs(speech.say("Summary", "概述"), report.summary),
            *_paragraphs(speech.say("What we ask for", "需要贵方配合"), report.asks),
        ],
        "first": found[0],
        "sections": found[1:],
        "every_section": found,
        "reading": {
            "title": speech.say("How to read this page", "阅读说明"),
            "texts": method.reading(report, speech),
        },
        "method": {
            "title": speech.say("How the figures are made", "计算方法"),
            "table": method.attained(report, speech),
            "rows": method.measures(speech),
        },
        "tickets": {
            "title": speech.say("Every ticket", "工单清单"),
            "table": method.tickets(report, speech),
            "none": speech.say("No ticket in this period.", "本期间没有工单。"),
        },
        "catalog": speech.say(f"Catalog {versions}", f"目录 {versions}"),
        "log": speech.say(
            f"Log up to {speech.moment(report.until)}", f"数据截至 {speech.moment(report.until)}"
        ),
        "draft": speech.say("Draft", "草稿") if report.is_draft else "",
    }


def _paragraphs(title: str, text: str) -> list[dict[str, Any]]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return [{"title": title, "texts": lines}] if lines else []


def _mark(plan: dict[str, Any]) -> Hallmark:
    """The plan's stamp as the catalog of then had it."""
    metal = plan["id"] if plan["id"] in METALS else METALS[plan["rank"] % len(METALS)]
    return Hallmark(
        Text(**plan["name"]),
        Text(**plan["mark"]),
        plan["rank"] % len(METALS),
        metal,
        plan["rank"] >= len(METALS),
    )


def paper(report: Report, language: str) -> bytes:
    """The report as a PDF."""
    return pdf(TEMPLATE, view(report, language, paper=True))
