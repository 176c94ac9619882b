"""What a change of plan or region would do to the tickets that are open, before anybody confirms it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from sterling.accounts import queries as people
from sterling.base.foreseen import foreseeing
from sterling.plans import queries as plans
from sterling.plans.actions.contracts import difference
from sterling.sla import log as logs
from sterling.sla.kinds import Kind
from sterling.tickets.actions.opening import support_region
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.models import Contact, Organization, Region
    from sterling.core.catalog import Plan
    from sterling.core.clocks import Clock, Result
    from sterling.plans.actions.contracts import Difference
    from sterling.plans.models import Contract


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One promise of one ticket: due now, and due after the change. The same for a clock that keeps its due."""

    ticket: Ticket
    metric: str
    due_before: datetime | None
    due_after: datetime | None

    @property
    def moves(self) -> bool:
        return self.due_before != self.due_after


def on_plan(contract: Contract, plan: str, at: datetime) -> list[Foreseen]:
    """Every promise that runs in tickets which the contract's plan serves. Four queries, whatever the number."""
    found = Ticket.objects.filter(
        Q(requester__premium_from=None) | Q(requester__premium_from__lte=at),
        Q(requester__premium_until=None) | Q(requester__premium_until__gt=at),
        organization_id=contract.organization_id,
        timeline__live=True,
        requester__verified_at__isnull=False,
    )
    tickets = list(
        found.select_related("timeline__catalog_version", "requester", "organization")
        .defer("timeline__catalog_version__document")
        .order_by("timeline__next_due", "pk")
    )
    rows = []
    for ticket, log in zip(
        tickets, logs.read_all([one.timeline for one in tickets]) if tickets else (), strict=True
    ):
        if plan not in log.catalog.plans:
            continue
        rows += _compared(ticket, log.result(at), log.supposing(at, (Kind.PLAN, {"to": plan})))
    return rows


def on_region(organization: Organization, region: Region, at: datetime) -> list[Foreseen]:
    """Every promise of the tickets that would move along with their organization. Six queries, whatever the number."""
    moved = copy(organization)
    moved.region = region

    def imagine(requester: Contact) -> None:
        requester.organization = moved

    return _served_elsewhere(Ticket.objects.filter(organization=organization), imagine, at)


def on_contact_region(contact: Contact, region: Region | None, at: datetime) -> list[Foreseen]:
    """The same of one contact's tickets; None: the organization's region. Six queries."""

    def imagine(requester: Contact) -> None:
        requester.region = region

    return _served_elsewhere(Ticket.objects.filter(requester=contact), imagine, at)


def _served_elsewhere(
    found: QuerySet[Ticket], imagine: Callable[[Contact], None], at: datetime
) -> list[Foreseen]:
    live = (
        found.filter(timeline__live=True)
        .select_related("timeline__catalog_version", "requester__region", "requester__organization__region")
        .defer("timeline__catalog_version__document")
        .order_by("timeline__next_due", "pk")
    )
    moving: list[tuple[Ticket, str]] = []
    with foreseeing():
        for ticket in live:
            imagine(ticket.requester)
            region = support_region(ticket.requester, plans.service(ticket.requester, at))
            if region != ticket.timeline.region_id:
                moving.append((ticket, region))
    timelines, regions = [one.timeline for one, _ in moving], [region for _, region in moving]
    rows: list[Foreseen] = []
    for (ticket, region), log in zip(
        moving, logs.read_all(timelines, *regions) if timelines else (), strict=True
    ):
        after = log.supposing(at, (Kind.REGION, {"from": ticket.timeline.region_id, "to": region}))
        rows += _compared(ticket, log.result(at), after)
    return rows


def _compared(ticket: Ticket, before: Result, after: Result) -> list[Foreseen]:
    return [
        Foreseen(ticket, was.metric.value, was.due, _due(will))
        for was, will in ((before.owed, after.owed), (before.update, after.update))
        if was is not None and was.due is not None
    ]


def _due(clock: Clock | None) -> datetime | None:
    return clock.due if clock else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change of plan does, said before anybody confirms it (R50)."""

    plan: Plan
    is_upgrade: bool
    worth: Difference
    promises: Sequence[Foreseen]
    over: Sequence[Contact]

    @property
    def moving(self) -> list[Foreseen]:
        return [one for one in self.promises if one.moves]

    @property
    def lost(self) -> list[Foreseen]:
        return [one for one in self.promises if not one.moves]


def preview(contract: Contract, plan: str, at: datetime) -> Preview:
    catalog = plans.catalog_of(contract.catalog_version)
    worth = difference(contract, plan, at)
    premium = list(people.premium_contacts(contract.organization_id, at))
    over = premium if len(premium) > worth.cap_after else []
    return Preview(
        catalog.plans[plan],
        catalog.plans[plan].rank > catalog.plans[contract.plan].rank,
        worth,
        on_plan(contract, plan, at),
        over,
    )
