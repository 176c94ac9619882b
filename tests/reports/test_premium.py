"""What the report tells of Platinum's own: sponsor, engineers, analyses; named as absent where the plan lacks them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sterling.base.actor import SYSTEM
from sterling.core.rca import Edition
from sterling.plans.actions.primaries import Named, put_primaries
from sterling.premium.sponsors import actions as sponsors
from sterling.reports import actions
from sterling.reports.models import Report
from sterling.reports.shown.view import paper, view
from tests import make
from tests.premium.analyses import analysis, publish, submit, write
from tests.reports.quarter import AFTER, FIRST, LAST, TUESDAY, Quarter, quarter

pytestmark = pytest.mark.usefixtures("installed")
DAY = timedelta(days=1)


def made(of: Quarter) -> Report:
    return actions.make_report(organization=of.organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)


def section_of(report: Report, title: str, language: str = "en") -> dict[str, Any]:
    return next(one for one in view(report, language)["every_section"] if one["title"] == title)


@pytest.mark.parametrize(
    ("title", "zh"),
    [
        ("Executive sponsor", "高管支持人"),
        ("Primary engineer", "主责工程师"),
        ("Root-cause analyses", "根本原因分析"),
    ],
)
def test_what_gold_lacks_is_named_with_what_would_bring_it(title: str, zh: str) -> None:
    report = made(quarter())
    absent = section_of(report, title)["absent"]
    assert absent["words"] == "not in Gold"
    assert "Platinum" in absent["remedy"]
    assert section_of(report, zh, "zh")["absent"]["words"] == "金牌不含此项"


def test_platinum_without_any_says_so() -> None:
    report = made(quarter("platinum"))
    assert section_of(report, "Executive sponsor")["texts"] == [
        "No sponsor is named yet.", "No contact in this period.",
    ]  # fmt: skip
    assert section_of(report, "Primary engineer")["texts"] == ["No engineer is named yet."]
    assert section_of(report, "Root-cause analyses")["texts"] == ["None was owed in this period."]
    assert paper(report, "en").startswith(b"%PDF")


def test_contacts_with_the_sponsor_are_told_and_private_notes_are_not() -> None:
    of = quarter("platinum")
    key = of.organization.pk
    sponsors.name_sponsor(
        organization_id=key,
        agent=make.agent("Grace Hall", role="lead"),
        counterpart=of.alice,
        cadence="quarter",
        at=TUESDAY,
        by=SYSTEM,
    )
    for day, notes, shared in ((1, "The export is mended in May.", True), (9, "They may leave.", False)):
        sponsors.record_touchpoint(
            organization_id=key, kind="call", on=TUESDAY + day * DAY, people_there="Grace Hall, Alice Moreau",
            notes=notes, shared=shared, at=TUESDAY + day * DAY, by=SYSTEM,
        )  # fmt: skip
    report = made(of)
    found = report.figures["sponsor"]
    assert found["named"]["sponsor"] == "Grace Hall"
    assert (found["due"], found["overdue"]) == ("2026-06-12", False)
    told = section_of(report, "Executive sponsor")
    assert told["tables"][0]["rows"] == [
        ["4 Mar", "Call", "Grace Hall, Alice Moreau", "The export is mended in May."],
        ["12 Mar", "Call", "Grace Hall, Alice Moreau", "–"],
    ]
    assert section_of(report, "高管支持人", "zh")["texts"] == [
        "Grace Hall 与 Alice Moreau 每季度沟通一次。", "下次沟通应在 2026 年 6 月 12 日之前进行。",
    ]  # fmt: skip


def test_a_report_of_before_leaves_out_what_it_does_not_know() -> None:
    report = made(quarter("platinum"))
    del report.figures["sponsor"]
    assert "Executive sponsor" not in [one["title"] for one in view(report, "en")["every_section"]]


def test_an_analysis_is_told_with_its_dates_and_what_is_open() -> None:
    rca, carol = analysis()
    write(rca, carol)
    submit(rca, carol, Edition.PRELIMINARY)
    publish(rca, make.agent("Omar Diaz"))
    report = actions.make_report(
        organization=rca.ticket.organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM
    )
    assert report.figures["analyses"]["items"] == [
        {
            "ticket": rca.ticket.number,
            "subject": "Export fails",
            "preliminary": {
                "due": "2026-03-10T22:00:00+00:00", "published": "2026-03-03T20:00:00+00:00", "late": False,
            },
            "final": {"due": "2026-03-17T22:00:00+00:00", "published": None, "late": True},
            "actions": 1,
            "open": 1,
        }
    ]  # fmt: skip
    assert section_of(report, "Root-cause analyses")["tables"][0]["rows"] == [
        [f"#{rca.ticket.number}", "Export fails", "3 Mar, in time", "late (due 17 Mar)", "1 / 1"]
    ]


def test_the_share_of_the_primary_engineer_is_told() -> None:
    organization = make.organization(plan="platinum")
    carol, dave = make.agent(), make.agent("Dave Ito")
    named = [Named(make.region(), [carol, dave])]
    put_primaries(organization=organization, named=named, at=TUESDAY, by=SYSTEM)
    make.ticket(make.alice(organization), priority="high")
    report = actions.make_report(organization=organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)
    found = report.figures["primaries"]
    assert [(one["primary"], one["backups"]) for one in found["named"]] == [("Carol Mensah", ["Dave Ito"])]
    assert found["share"]["of"] == 1
    told = section_of(report, "Primary engineer")
    assert told["texts"] == [f"{found['share']['n']} of 1 tickets went to the primary engineer first."]
    assert told["tables"][0]["rows"] == [["Americas", "Carol Mensah", "Dave Ito"]]
