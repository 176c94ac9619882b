"""Reading analyses without a viewer: which must be looked at, what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from sterling.base.prepared import Prepared
from sterling.core import rca as core
from sterling.core.rca import Edition, State
from sterling.premium.rca.models import Action, Part, Published, Rca, Writing
from sterling.sla import calendars

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sterling.core.rca.document import Value
    from sterling.tickets.models import Ticket

PREFIX = "rca_"
"""Before an edition's name in the alarms."""


def locked(ticket: Ticket) -> Rca | None:
    """The ticket's analysis, held until the transaction ends."""
    return Rca.objects.select_for_update(of=("self",)).filter(ticket=ticket).first()


def of_ticket(ticket: Ticket) -> Rca | None:
    """The ticket's analysis with its owner, its SQL made once: every ticket page asks."""
    return OF_TICKET.first(ticket.pk, ticket.organization_id)


OF_TICKET = Prepared(
    lambda ticket, organization: Rca.objects.select_related("owner__user").filter(
        ticket=ticket, organization_id=organization
    ),
    int,
    int,
)


def behind(at: datetime, most: int) -> list[Ticket]:
    """Tickets whose log or calendar has moved since their analysis was brought up to it."""
    going = Rca.objects.exclude(state=State.CLOSED).select_related(
        "ticket__timeline", "ticket__organization", "goes_on"
    )
    moved = Q(ticket__timeline__last_seq__gt=F("seen_seq")) | Q(goes_on__last_seq__gt=F("seen_on"))
    found = {one.pk: one.ticket for one in going.filter(moved).order_by("pk")[:most]}
    waiting = going.filter(Q(preliminary_at=None) | Q(final_at=None)).filter(starts_at__isnull=False)
    regions = set(waiting.order_by().values_list("ticket__timeline__region_id", flat=True).distinct())
    for region, revisions in calendars.revisions(regions).items() if regions else ():
        current = calendars.in_force(revisions, at)
        stale = waiting.filter(ticket__timeline__region_id=region).exclude(revision=current.pk)
        found |= {one.pk: one.ticket for one in stale.order_by("pk")[:most]}
    return list(found.values())


def ringing(at: datetime, most: int) -> list[int]:
    """Analyses of which somebody must look whether they ring."""
    due = Rca.objects.filter(alarm_at__lt=at).order_by("alarm_at")
    return list(due.values_list("pk", flat=True)[:most])


@dataclass(frozen=True, slots=True)
class Clock:
    """One edition as a promise: `state` is waiting (no due yet), running, met or missed."""

    edition: Edition
    due: datetime | None
    published_at: datetime | None

    def state(self, at: datetime) -> str:
        if self.due is None:
            return "met" if self.published_at else "waiting"
        return "missed" if (self.published_at or at) > self.due else "met" if self.published_at else "running"


def clocks(rca: Rca) -> list[Clock]:
    return [
        Clock(Edition.PRELIMINARY, rca.preliminary_due, rca.preliminary_at),
        Clock(Edition.FINAL, rca.final_due, rca.final_at),
    ]


def next_clock(rca: Rca) -> Clock | None:
    """The edition that is to come next."""
    return next((one for one in clocks(rca) if one.published_at is None), None)


@dataclass(frozen=True, slots=True)
class Ringing:
    clock: Clock
    ring: core.Ring


def rings(rca: Rca, shares: Iterable[int]) -> list[Ringing]:
    """Every alarm of the editions that are not published, come or to come."""
    if rca.starts_at is None or rca.revision_id is None:
        return []
    calendar = calendars.by_key(rca.revision_id)
    shares = list(shares)
    return [
        Ringing(clock, ring)
        for clock in clocks(rca)
        if clock.published_at is None and clock.due is not None
        for ring in core.rings(rca.starts_at, clock.due, calendar, shares)
    ]


def first_ring(rca: Rca, shares: Iterable[int]) -> datetime | None:
    return min((one.ring.at for one in rings(rca, shares)), default=None)


def parts(rca: Rca) -> dict[str, Part]:
    return {one.name: one for one in Part.objects.filter(rca=rca, organization_id=rca.organization_id)}


def document(written: dict[str, Part]) -> dict[str, Value]:
    """Every part, those that nobody wrote empty."""
    return {name: written[name].value if name in written else core.empty(name) for name in core.PARTS}


def actions(rca: Rca) -> list[Action]:
    found = Action.objects.filter(rca=rca, organization_id=rca.organization_id).order_by("pk")
    return list(found.select_related("owner__user"))


def editions(rca: Rca) -> list[Published]:
    """What was published, the latest first."""
    found = Published.objects.filter(rca=rca, organization_id=rca.organization_id)
    return list(found.order_by("-number"))


def editions_of(rcas: Sequence[Rca]) -> dict[int, list[Published]]:
    """What was published of each of these, the latest first. One query."""
    found: dict[int, list[Published]] = {}
    for one in Published.objects.filter(rca__in=rcas).order_by("-number"):
        found.setdefault(one.rca_id, []).append(one)
    return found


def set_aside(rca: Rca) -> list[Writing]:
    """What was typed while somebody else saved, the latest first."""
    found = Writing.objects.filter(rca=rca, organization_id=rca.organization_id, version__isnull=True)
    return list(found.order_by("-pk")[:50])


def unsettled(of: Sequence[Action]) -> int:
    return sum(not one.is_settled for one in of)


def lived_between(organization_id: int, start: datetime, end: datetime) -> list[Rca]:
    """An organization's analyses that were owed before `end` and not closed before `start`. One query."""
    lived = Q(closed_at=None) | Q(closed_at__gte=start)
    found = Rca.objects.filter(lived, organization_id=organization_id, owed_since__lt=end)
    return list(found.select_related("ticket").order_by("owed_since", "pk"))


def actions_among(analyses: Sequence[Rca]) -> dict[int, list[Action]]:
    """The corrective actions of these, by analysis. One query."""
    found: dict[int, list[Action]] = {}
    for action in Action.objects.filter(rca__in=[one.pk for one in analyses]).order_by("pk"):
        found.setdefault(action.rca_id, []).append(action)
    return found
