"""Reports in the gallery: nothing yet, a draft, what was refused, what was published, read by the customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.reports import actions
from sterling.reports.models import Report
from tests.reports.quarter import AFTER, FIRST, LAST, busy

if TYPE_CHECKING:
    from django.test import Client

DAY = timedelta(days=1)


def report_pages(found: Any, desk: Client, portal: Client, lacking: Client, organization: int) -> None:
    """`portal`: of a customer whose plan includes reports; `lacking`: of one whose plan does not."""
    found.take("reports-none", desk, "/desk/reports/")
    found.take("portal-reports-none", portal, "/reports/")
    found.take("portal-reports-lacking", lacking, "/reports/")
    today = now().date()
    sent = {"organization": organization, "from": (today - 30 * DAY).isoformat(), "to": today.isoformat()}
    found.take("reports-refused", desk, "/desk/reports/new", sent | {"to": "2020-01-01"}, status=422)
    here = desk.post("/desk/reports/new", sent)["Location"]
    found.take("report-draft", desk, here)
    wrong = {"aim": "much", "summary": "x"}
    found.take("report-words-refused", desk, f"{here}words", wrong, status=422)
    report = Report.objects.latest("pk")
    words = actions.Words(
        summary="Replies were faster than in the quarter before.\nTwo hand-overs lost time.",
        asks="请在五月升级之前，为柏林站点再指定一位联系人。",
        causes={one["key"]: "A" * 60 + "邮件被过滤器拦截，" * 12 for one in report.figures["misses"][:1]},
    )
    actions.edit_report(report=report, words=words, at=now(), by=SYSTEM)
    actions.publish_report(report=report, at=now(), by=SYSTEM)
    found.take("report-published", desk, here)
    found.take("portal-reports", portal, "/reports/")
    found.take("portal-report", portal, f"/reports/{report.pk}/")
    of = busy(24, name="Datenübernahme und Söhne " * 3)
    full = actions.make_report(organization=of.organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)
    found.take("report-full", desk, f"/desk/reports/{full.pk}/")
    found.take("reports", desk, "/desk/reports/")
