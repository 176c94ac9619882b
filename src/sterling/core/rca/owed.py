"""When a root-cause analysis is owed, from where its days count, and when its editions are due (D14, D23)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sterling.core.catalog import BusinessDays
from sterling.core.catalog.entitlements import Deliverable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sterling.core.calendars import Calendar
    from sterling.core.catalog import Catalog
    from sterling.core.catalog.cells import ResponseTarget

ENTITLEMENT = "rca"


class Edition(StrEnum):
    PRELIMINARY = "preliminary"
    FINAL = "final"


class Because(StrEnum):
    PLAN = "plan"  # the plan includes it at this priority
    EXCEPTION = "exception"  # a manager granted it, on record


class What(StrEnum):
    """What of a ticket's log the analysis cares for."""

    PLAN = "plan"  # served under the plan `value` from here on
    CONFIRMED = "confirmed"  # an engineer said that the priority is `value`
    WORKAROUND = "workaround"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    STANDS = "stands"  # what reopened it asked for nothing: the resolution before counts again
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Fact:
    at: datetime
    what: What
    value: str = ""


# Where a catalog includes the analysis and says no dates.
DEFAULT_DUE: Mapping[Edition, ResponseTarget] = {
    Edition.PRELIMINARY: BusinessDays(5),
    Edition.FINAL: BusinessDays(10),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a catalog says of analyses: which plans include them, for which priorities (none named: all), due when."""

    plans: frozenset[str]
    priorities: frozenset[str]
    due: Mapping[Edition, ResponseTarget] = field(default_factory=lambda: DEFAULT_DUE)

    def is_for(self, priority: str) -> bool:
        return not self.priorities or priority in self.priorities


def terms_of(catalog: Catalog) -> Terms:
    """A catalog without the entitlement owes analyses by exception alone, of the most pressing priority."""
    terms = catalog.entitlements.get(ENTITLEMENT)
    if terms is None:
        most = catalog.priorities_by_rank()[0].id
        return Terms(frozenset(), frozenset({most}))
    plans = frozenset(plan for plan in catalog.plans if catalog.includes(plan, ENTITLEMENT))
    if not isinstance(terms, Deliverable):
        return Terms(plans, frozenset())
    known = {edition: terms.due.get(edition.value, DEFAULT_DUE[edition]) for edition in Edition}
    return Terms(plans, frozenset(terms.priorities), known)


@dataclass(frozen=True, slots=True)
class Owing:
    """Owed since `since`; its days count from `starts`, None while neither workaround nor resolution is there."""

    since: datetime
    because: Because
    starts: datetime | None = None
    started_by: What | None = None


def owing(facts: Iterable[Fact], terms: Terms) -> Owing | None:
    """Whether these facts, in order, owe an analysis. What was owed once stays owed.

    The plan owes it once an engineer has confirmed such a priority at any time and the plan includes it. Its days
    count from the first workaround, or from the resolution that stands, whichever came first: a reopening takes a
    resolution back and leaves a workaround.
    """
    entitled = confirmed = False
    since: datetime | None = None
    because = Because.PLAN
    worked_around = resolved = taken_back = None
    for fact in facts:
        match fact.what:
            case What.PLAN:
                entitled = fact.value in terms.plans
            case What.CONFIRMED:
                confirmed = confirmed or terms.is_for(fact.value)
            case What.GRANTED:
                since, because = (since, because) if since else (fact.at, Because.EXCEPTION)
            case What.WORKAROUND:
                worked_around = worked_around or fact.at
            case What.RESOLVED:
                resolved = resolved or fact.at
                taken_back = None
            case What.REOPENED:
                resolved, taken_back = None, resolved or taken_back
            case What.STANDS:
                resolved, taken_back = taken_back or resolved or fact.at, None
        if entitled and confirmed and since is None:
            since, because = fact.at, Because.PLAN
    if since is None:
        return None
    found = [(at, what) for at, what in ((worked_around, What.WORKAROUND), (resolved, What.RESOLVED)) if at]
    if not found:
        return Owing(since, because)
    at, what = min(found, key=lambda one: one[0])
    return Owing(since, because, max(at, since), what)


def due(target: ResponseTarget, starts: datetime, calendar: Calendar) -> datetime | None:
    """The close of the Nth business day after the local date of `starts`; a duration counts around the clock."""
    if isinstance(target, timedelta):
        return starts + target
    return calendar.nth_close_after(calendar.local_date(starts), target.days, since=starts)
