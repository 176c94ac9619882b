"""Reading sponsors: who it is, when they spoke last, when they should again, what is promised still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count, Max

from sterling.core.sponsors import is_overdue, next_due
from sterling.plans import queries as plans
from sterling.premium.sponsors.access import ENTITLEMENT
from sterling.premium.sponsors.models import (
    Commitment,
    CommitmentState,
    Meeting,
    SponsorNotice,
    Sponsorship,
    Touchpoint,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sterling.accounts.models import Organization
    from sterling.core.catalog import Plan


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer whose plan includes a sponsor. `due` and `overdue` are derived, as of an instant.

    `top`: the id of the catalog's highest priority.
    """

    organization: Organization
    plan: Plan
    top: str
    sponsorship: Sponsorship | None
    last: datetime | None
    due: date | None
    overdue: bool
    promised: int
    meeting: Meeting | None


def sponsorship_of(organization_id: int) -> Sponsorship | None:
    found = Sponsorship.objects.filter(organization_id=organization_id)
    return found.select_related("agent__user", "agent__region", "counterpart", "organization__region").first()


def standing(organization: Organization, at: datetime) -> Standing | None:
    """None where the plan has no sponsor."""
    found = standings([organization], at)
    return found[0] if found else None


def standings(organizations: Iterable[Organization], at: datetime) -> list[Standing]:
    """Those of these customers whose plan includes a sponsor. Five queries, whatever the number."""
    by_id = {one.pk: one for one in organizations}
    held = {}
    for contract in plans.plans_held(by_id, at).values():
        catalog = plans.catalog_of(contract.catalog_version)
        plan = catalog.plans[contract.plan]
        if plan.entitlements.get(ENTITLEMENT):
            top = max(catalog.priorities_by_rank(), key=lambda one: one.rank)
            held[contract.organization_id] = (plan, top.id)
    related = Sponsorship.objects.filter(organization__in=held).select_related(
        "agent__user", "agent__region", "counterpart"
    )
    sponsors = {one.organization_id: one for one in related}
    touched = Touchpoint.objects.filter(organization__in=held, at__lte=at)
    last = dict(
        touched.values("organization").annotate(last=Max("at")).values_list("organization_id", "last")
    )
    open_ones = Commitment.objects.filter(organization__in=held, state=CommitmentState.OPEN)
    promised = dict(
        open_ones.values("organization").annotate(n=Count("pk")).values_list("organization_id", "n")
    )
    ahead = Meeting.objects.filter(organization__in=held, cancelled_at__isnull=True, held=False)
    meetings = {one.organization_id: one for one in ahead.select_related("agent__user", "counterpart")}
    return [
        _standing(
            by_id[pk], plan, top, sponsors.get(pk), last.get(pk), promised.get(pk, 0), meetings.get(pk), at
        )
        for pk, (plan, top) in held.items()
    ]


def _standing(
    organization: Organization,
    plan: Plan,
    top: str,
    sponsorship: Sponsorship | None,
    last: datetime | None,
    promised: int,
    meeting: Meeting | None,
    at: datetime,
) -> Standing:
    if sponsorship is None:
        return Standing(organization, plan, top, None, last, None, False, promised, meeting)
    zone = ZoneInfo(organization.region.timezone)
    since = sponsorship.since.astimezone(zone).date()
    spoke = last.astimezone(zone).date() if last else None
    due = next_due(since, spoke, sponsorship.cadence)
    return Standing(
        organization,
        plan,
        top,
        sponsorship,
        last,
        due,
        is_overdue(due, at.astimezone(zone).date()),
        promised,
        meeting,
    )


def open_commitments(organization_id: int) -> list[Commitment]:
    found = Commitment.objects.filter(organization_id=organization_id, state=CommitmentState.OPEN)
    return list(found.select_related("touchpoint").order_by("due", "pk"))


def notices_of(organization_id: int, most: int = 20) -> list[SponsorNotice]:
    """What the sponsor was told, the latest first."""
    found = SponsorNotice.objects.filter(organization_id=organization_id).select_related(
        "ticket", "agent__user"
    )
    return list(found.order_by("-pk")[:most])


def told(agent_id: int, most: int = 20) -> list[SponsorNotice]:
    """What one sponsor was told, of all their customers, the latest first."""
    found = SponsorNotice.objects.filter(agent_id=agent_id).select_related("ticket", "organization")
    return list(found.order_by("-pk")[:most])


def meeting_ahead(organization_id: int) -> Meeting | None:
    found = Meeting.objects.filter(organization_id=organization_id, cancelled_at__isnull=True, held=False)
    return found.select_related("agent__user", "counterpart", "organization").first()


def touchpoints_of(organization_id: int) -> list[Touchpoint]:
    """All of them, the latest first."""
    return list(Touchpoint.objects.filter(organization_id=organization_id).order_by("-at", "-pk")[:100])
