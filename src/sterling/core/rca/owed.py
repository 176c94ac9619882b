"""When a root-cause analysis is owed, from where its days count, and when its editions are due (D14, D23)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sterling.core.catalog import BusinessDays
from sterling.core.catalog.entitlements import Deliverable
from sterling.core.text import Text

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


EDITIONS: Mapping[str, Text] = {
    Edition.PRELIMINARY: Text("preliminary", "初稿"),
    Edition.FINAL: Text("final", "终稿"),
}


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
    told = list(facts)
    owed = _owed(told, terms)
    if owed is None:
        return None
    since, because = owed
    around = [fact.at for fact in told if fact.what is What.WORKAROUND]
    resolved = _resolved(told)
    found = [(at, What.WORKAROUND) for at in around[:1]]
    found += [(resolved, What.RESOLVED)] if resolved else []
    if not found:
        return Owing(since, because)
    at, what = min(found, key=lambda one: one[0])
    return Owing(since, because, max(at, since), what)


def _owed(facts: Iterable[Fact], terms: Terms) -> tuple[datetime, Because] | None:
    entitled = confirmed = False
    for fact in facts:
        if fact.what is What.GRANTED:
            return fact.at, Because.EXCEPTION
        if fact.what is What.PLAN:
            entitled = fact.value in terms.plans
        elif fact.what is What.CONFIRMED:
            confirmed = confirmed or terms.is_for(fact.value)
        if entitled and confirmed:
            return fact.at, Because.PLAN
    return None


def _resolved(facts: Iterable[Fact]) -> datetime | None:
    """The resolution that stands."""
    stands: datetime | None = None
    before: datetime | None = None
    for fact in facts:
        if fact.what is What.RESOLVED:
            stands = stands or fact.at
        elif fact.what is What.REOPENED:
            before = before if stands is None else stands
            stands = None
        elif fact.what is What.STANDS:
            stands = before or fact.at
    return stands


def due(target: ResponseTarget, starts: datetime, calendar: Calendar) -> datetime | None:
    """The close of the Nth business day after the local date of `starts`; a duration counts around the clock."""
    if isinstance(target, timedelta):
        return starts + target
    return calendar.nth_close_after(calendar.local_date(starts), target.days, since=starts)
