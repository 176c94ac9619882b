"""What the plan gives besides clocks: contacts, hours, and what rooms of premium keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import isinf
from typing import TYPE_CHECKING, Any

from sterling.accounts import queries as people
from sterling.core.hours import Kind
from sterling.premium.hours import queries as hours

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Organization
    from sterling.core.measures import Period
    from sterling.plans.entitled import Held


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose, for which period, as known when."""

    organization: Organization
    holding: Held
    period: Period
    at: datetime


def lacking(asked: Asked, entitlement: str) -> dict[str, Any] | None:
    """What stands in place of a section that the plan does not include; None where it does."""
    if entitlement in asked.holding.catalog.entitlements and asked.holding.includes(entitlement):
        return None
    known = entitlement in asked.holding.catalog.entitlements
    return {"included": False, "remedy": asked.holding.remedy(entitlement).as_dict() if known else None}


def contacts(asked: Asked) -> dict[str, Any]:
    """Who holds the seats, and how many there are."""
    absent = lacking(asked, "premium_contacts")
    if absent:
        return absent
    named = list(people.premium_contacts(asked.organization.pk, asked.at).select_related("region"))
    cap = asked.holding.limit("premium_contacts")
    return {
        "included": True,
        "used": len(named),
        "cap": None if cap is None or isinf(cap) else int(cap),
        "names": [
            {"name": str(one), "region": one.region.name.as_dict() if one.region else None} for one in named
        ],
    }


def service_hours(asked: Asked) -> dict[str, Any]:
    """The balance of the term that ran, what was drawn in the period, and the service plan."""
    absent = lacking(asked, "ps_hours")
    if absent:
        return absent
    organization = asked.organization.pk
    term = hours.term_at(organization, min(asked.at, asked.period.end))
    if term is None:
        return {"included": True, "granted": None}
    entries = [one for one in hours.lines(term) if one.at <= asked.at]
    now, plan = hours.balance_of(entries), hours.service_plan(organization)
    drawn = [one for one in entries if one.kind == Kind.DRAW and one.at in asked.period]
    return {
        "included": True,
        "granted": _hours(now.granted),
        "booked": _hours(now.booked),
        "used": _hours(now.used),
        "left": _hours(now.left),
        "expires": term.ends.isoformat(),
        "drawn": [
            {
                "at": one.at.isoformat(),
                "item": one.draw.item_title if one.draw else one.note,
                "hours": _hours(one.amount),
            }
            for one in drawn
        ],
        "used_in_period": _hours(sum((one.amount for one in drawn), timedelta())),
        "service_plan": None
        if plan is None
        else {
            "version": plan.number,
            "agreed": plan.agreed_at is not None,
            "items": [
                {"title": item.title, "hours": _hours(item.expected)}
                for item in sorted(plan.items.all(), key=lambda item: item.place)
            ],
        },
    }


def _hours(amount: timedelta) -> float:
    return amount.total_seconds() / 3600
