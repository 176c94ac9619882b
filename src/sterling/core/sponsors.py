"""When a sponsor and the customer should speak again (D17). Days are local dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.core.contracts import add_months
from sterling.core.text import Text

if TYPE_CHECKING:
    from datetime import date

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
CADENCES = {
    "month": Text("each month", "每月"),
    "quarter": Text("each quarter", "每季度"),
    "half": Text("twice a year", "每半年"),
    "year": Text("once a year", "每年"),
}


def next_due(since: date, last: date | None, cadence: str) -> date:
    """The day by whose end they have spoken: a cadence after the last contact, else after the sponsor was named."""
    return add_months(max(last, since) if last else since, MONTHS[cadence])


def is_overdue(due: date, day: date) -> bool:
    """From the day after on."""
    return day > due
