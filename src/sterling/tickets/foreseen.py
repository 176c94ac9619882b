"""What a change of plan would do to the tickets that are open, before anybody confirms it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from sterling.accounts import queries as people
from sterling.plans import queries as plans
from sterling.plans.actions.contracts import difference
from sterling.sla import log as logs
from sterling.sla.kinds import Kind
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.core.catalog import Plan
    from sterling.core.clocks import Clock
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
        before, after = log.result(at), log.supposing(at, (Kind.PLAN, {"to": plan}))
        for was, will in ((before.owed, after.owed), (before.update, after.update)):
            if was is not None and was.due is not None:
                rows.append(Foreseen(ticket, was.metric.value, was.due, _due(will)))
    return rows


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
