"""A page with every part in every state, for looking at and for tests. No route of the product leads here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render

from sterling.base.parts import DueView
from sterling.core.catalog import shipped
from sterling.core.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NOW = datetime(2026, 11, 16, 15, 38, tzinfo=UTC)


def _running(minutes: int, share: float, metric: str = "next_response") -> DueView:
    return DueView(metric, NOW + timedelta(minutes=minutes), NOW - timedelta(hours=1), share=share)


DUES = (
    (_running(360, 0.12), Text("calm: under half of the target is used", "平静：用时不到一半")),
    (_running(52, 0.57), Text("watch: over half", "留意：用时过半")),
    (_running(24, 0.8), Text("soon: 75 %", "临近：用时达 75%")),
    (_running(6, 0.93), Text("now: 90 %", "紧迫：用时达 90%")),
    (_running(-12, 1.0), Text("missed and still owed: the form changes", "已超时且仍须处理：形状改变")),
    (
        DueView("update", None, state="paused", left=timedelta(hours=3)),
        Text("paused: waiting on the customer", "暂停：等待客户"),
    ),
    (
        DueView("next_response", NOW, ended=NOW - timedelta(minutes=18), state="met"),
        Text("met: only in history", "按时：只见于历史"),
    ),
    (
        DueView("update", NOW - timedelta(minutes=23), ended=NOW, state="missed"),
        Text("missed: only in history", "超时：只见于历史"),
    ),
)


def parts(request: HttpRequest) -> HttpResponse:
    catalog = shipped()
    return render(
        request,
        "parts/page.html",
        {
            "now": NOW,
            "dues": DUES,
            "plans": sorted(catalog.plans.values(), key=lambda plan: plan.rank),
            "priorities": sorted(catalog.priorities.values(), key=lambda priority: -priority.rank),
            "statuses": ("open", "pending", "on_hold", "solved", "closed"),
            "earlier": NOW - timedelta(hours=70),
        },
    )
