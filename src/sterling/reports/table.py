"""The clocks behind the figures as a table, for whoever wants to count again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sterling.reports.models import Report

COLUMNS = (
    "ticket",
    "metric",
    "plan",
    "priority",
    "started",
    "due",
    "answered",
    "outcome",
    "took_seconds",
    "used",
    "late_by_seconds",
)


def clocks_csv(report: Report) -> str:
    """One line a clock that fell due in the period, after a line of names. `used`: the share of its target."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for clock in report.figures["clocks"]:
        table.writerow(["" if clock[name] is None else clock[name] for name in COLUMNS])
    return written.getvalue()
