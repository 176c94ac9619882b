"""Root-cause analyses as the customer reads them: when to expect one, and what was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.base.formats import short_moment
from sterling.core.rca import EDITIONS, State
from sterling.core.text import Text
from sterling.premium.rca import queries
from sterling.premium.rca.access import analyses_for, analysis_of

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sterling.accounts.access import Viewer
    from sterling.premium.rca.models import Published, Rca
    from sterling.tickets.models import Ticket

MOST = 500


@dataclass(frozen=True, slots=True)
class Expected:
    """One analysis: `head` says what comes next and by when, None where the final edition is out."""

    rca: Rca
    head: Text | None
    is_late: bool
    published: list[Published]


def of_ticket(viewer: Viewer, ticket: Ticket, at: datetime, zone: tzinfo) -> Expected | None:
    """The analysis on its ticket's page; None: there is none for this reader. One query, two where there is one."""
    rca = analysis_of(viewer, ticket)
    return None if rca is None else _expected(rca, queries.editions(rca), at, zone)


def every(viewer: Viewer, at: datetime, zone: tzinfo) -> list[Expected]:
    """The organization's, the latest first. Two queries, whatever the number."""
    found = list(analyses_for(viewer).order_by("-pk")[:MOST])
    out = queries.editions_of(found)
    return [_expected(one, out.get(one.pk, []), at, zone) for one in found]


def _expected(rca: Rca, published: list[Published], at: datetime, zone: tzinfo) -> Expected:
    clock = None if rca.state == State.CLOSED else queries.next_clock(rca)
    if clock is None:
        return Expected(rca, None, is_late=False, published=published)
    name = EDITIONS[clock.edition]
    if clock.due is None:
        waits = Text(
            f"We owe you an analysis; the {name.en} edition comes within days of the solution.",
            f"我们将提供根本原因分析，{name.zh}在问题解决后数个工作日内发布。",
        )
        return Expected(rca, waits, is_late=False, published=published)
    by = short_moment(clock.due, at, zone)
    if at > clock.due:
        late = Text(
            f"The {name.en} edition was to come by {by.en} and is late.",
            f"{name.zh}原定于 {by.zh} 前发布，现已延迟。",
        )
        return Expected(rca, late, is_late=True, published=published)
    comes = Text(f"We aim for the {name.en} edition by {by.en}.", f"{name.zh}预计于 {by.zh} 前发布。")
    return Expected(rca, comes, is_late=False, published=published)
