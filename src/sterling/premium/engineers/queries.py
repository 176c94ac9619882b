"""Who a customer's engineers are, and how many of its tickets reached the primary (A.1: primary routing rate)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.core.routing import Why
from sterling.core.text import Text
from sterling.plans.actions.primaries import ENTITLEMENT
from sterling.plans.entitled import Held, held
from sterling.plans.queries import catalog_of, plans_held
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sterling.accounts.models import Agent, Primary, Region
    from sterling.tickets.models import RoutingDecision

WHY = {
    Why.URGENT.value: Text("Urgent, and the primary was not on duty", "紧急工单，主责工程师不当班"),
    Why.ABSENT.value: Text("the primary was away", "主责工程师休假"),
    Why.OFF.value: Text("the primary was off shift", "主责工程师不当班"),
    Why.TOO_LATE.value: Text("the primary came on too late for the reply", "主责工程师上班太晚，来不及回复"),
    Why.FULL.value: Text("the primary had as many tickets as they should", "主责工程师工单已满"),
    Why.SKILLS.value: Text("the primary lacked a skill", "主责工程师缺少所需技能"),
    Why.HELD.value: Text("somebody had the ticket already", "已有工程师在处理"),
    "only_suggested": Text("routing only suggested the primary", "仅建议由主责工程师处理"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A region with its primary and the backups in order."""

    region: Region
    primary: Agent
    backups: list[Agent]


@dataclass(frozen=True, slots=True)
class Share:
    """Of `eligible` tickets that opened in the time, `to_primary` went to the primary first; why not the others."""

    eligible: int
    to_primary: int
    reasons: dict[str, int]

    @property
    def rate(self) -> float | None:
        return self.to_primary / self.eligible if self.eligible else None

    @property
    def told(self) -> list[tuple[Text, int]]:
        return [(WHY.get(why, Text(why, why)), count) for why, count in self.reasons.items()]


def named(organization_id: int) -> list[Named]:
    """One query."""
    return _grouped(list(people.primaries(organization_id)))


def named_if_included(organization_id: int, at: datetime) -> list[Named] | None:
    """The same; None where the plan names nobody."""
    holding = held(organization_id, at)
    known = ENTITLEMENT in holding.catalog.entitlements and holding.includes(ENTITLEMENT)
    return named(organization_id) if known else None


def share(organization_id: int, since: datetime, until: datetime) -> Share:
    """Tickets that opened in [since, until) while a primary was named for their region. One query."""
    return _share(tickets.first_decisions([organization_id], since, until))


def _share(rows: Iterable[RoutingDecision]) -> Share:
    total, reached = 0, 0
    reasons: Counter[str] = Counter()
    for row in rows:
        total += 1
        if row.agent_id == row.primary_id and row.is_assigned:
            reached += 1
        else:
            reasons[_why(row)] += 1
    return Share(total, reached, dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))))


def _why(row: RoutingDecision) -> str:
    if row.agent_id == row.primary_id:
        return "only_suggested"
    told = next((one["why"] for one in row.passed if one["agent"] == row.primary_id), None)
    return str(told or Why.HELD.value)


@dataclass(frozen=True, slots=True)
class Account:
    """A customer whose plan has named engineers, with those and the share of late."""

    id: int
    name: str
    named: list[Named]
    share: Share


def accounts(organizations: dict[int, str], since: datetime, until: datetime) -> list[Account]:
    """Every one of these customers whose plan names engineers, by name. Three queries, whatever the number."""
    holding = {
        key
        for key, contract in plans_held(organizations.keys(), until).items()
        if Held(catalog_of(contract.catalog_version), contract.plan).includes(ENTITLEMENT)
    }
    of_each: dict[int, list[Primary]] = {key: [] for key in holding}
    for row in people.primaries_among(holding):
        of_each[row.organization_id].append(row)
    decided: dict[int, list[RoutingDecision]] = {key: [] for key in holding}
    for decision in tickets.first_decisions(holding, since, until):
        decided[decision.organization_id].append(decision)
    found = [
        Account(key, organizations[key], _grouped(of_each[key]), _share(decided[key])) for key in holding
    ]
    return sorted(found, key=lambda one: (one.name, one.id))


def _grouped(rows: list[Primary]) -> list[Named]:
    found: dict[str, list[Primary]] = {}
    for row in rows:
        found.setdefault(row.region_id, []).append(row)
    return [Named(some[0].region, some[0].agent, [one.agent for one in some[1:]]) for some in found.values()]
