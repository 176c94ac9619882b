"""A quote as a reader sees it, on the page and on paper: the same facts for both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sterling.base.pdf import pdf
from sterling.core.catalog import value_words
from sterling.core.catalog.words import hours_words, target_words, update_words
from sterling.core.text import Text
from sterling.plans import queries

if TYPE_CHECKING:
    from sterling.plans.models import Quote

TEMPLATE = Path(__file__).with_name("paper") / "quote.typ"
SEGMENTS = {
    "commercial": Text("commercial", "商业"),
    "education": Text("education", "教育"),
    "any": Text("all", "通用"),
}


def facts(quote: Quote, language: str) -> dict[str, Any]:
    """Plain words and figures in one language."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).to(language)

    catalog = queries.catalog_of(quote.catalog_version)
    plan = catalog.plans[quote.plan]
    months = catalog.pricing.term_months
    segment = SEGMENTS.get(quote.segment, Text(quote.segment, quote.segment)).to(language)
    tax = say("including tax", "含税") if catalog.pricing.tax_included else say("before tax", "不含税")
    proof = quote.segment in catalog.pricing.proof_for
    return {
        "language": language,
        "title": say(f"Quote {quote.pk}", f"报价单 {quote.pk}"),
        "addressee": quote.addressee,
        "plan": plan.name.to(language),
        "price": f"{quote.currency} {quote.amount:,.2f}",
        "price_says": say(f"for {months} months, {segment}, {tax}", f"{months} 个月，{segment}价，{tax}"),
        "dates": say(
            f"Made {quote.created_at:%-d %b %Y} by {quote.created_by}, holds until {quote.valid_until:%-d %b %Y}",
            f"{quote.created_by} 于 {quote.created_at:%Y 年 %-m 月 %-d 日}出具，"
            f"{quote.valid_until:%Y 年 %-m 月 %-d 日}前有效",
        ),
        "proof": say("This price holds once proof is on file.", "须先提交资格证明并存档，方可享受此价格。")
        if proof
        else "",
        "targets_title": say("What we aim to keep", "服务目标"),
        "heads": [
            say("Priority", "优先级"),
            say("Reply within", "回复时限"),
            say("Updates", "进展通报"),
            say("Hours", "服务时间"),
        ],
        "targets": [
            [
                priority.name.to(language),
                target_words(plan.targets[priority.id].response).to(language),
                update_words(plan.targets[priority.id].update).to(language),
                hours_words(plan.targets[priority.id].hours).to(language),
            ]
            for priority in catalog.priorities_by_rank()
            if priority.id in plan.targets
        ],
        "includes_title": say("What the plan includes", "计划包含"),
        "includes": [
            [
                one.name.to(language),
                value_words(one, plan.entitlements.get(name, one.nothing)).to(language),
            ]
            for name, one in catalog.entitlements.items()
        ],
        "note": say(
            "Targets are what we aim for; misses are reported. No credit is owed for them.",
            "服务目标为我们力求达到的标准；未达到的情况会如实报告，不作赔付。",
        )
        if not plan.credits
        else "",
    }


def paper(quote: Quote, language: str) -> bytes:
    """The quote as a PDF."""
    return pdf(TEMPLATE, facts(quote, language))
