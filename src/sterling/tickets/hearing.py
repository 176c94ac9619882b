"""The ladder's roles as people: who is meant by assignee, team, primary, lead and duty manager of a ticket right now.

Whoever is on duty hears; an engineer without shifts counts as there. An assignee hears in any case, and off duty
somebody who is on duty hears with them. The primary is the customer's engineer for the ticket's region: the first of
them and the backups who is there. Somebody always hears: a role that nobody fills passes to the next one up, and when
nobody is on duty anywhere, the whole role hears and that is noted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts.models import Role
from sterling.core.catalog import Recipient
from sterling.plans.actions.primaries import ENTITLEMENT
from sterling.plans.queries import catalog_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.accounts.queries import Duty
    from sterling.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Heard:
    """`agents` by key, each once; `uncovered`: the roles for which nobody was on duty."""

    agents: list[int]
    uncovered: list[str]


@dataclass(frozen=True, slots=True)
class House:
    """The active staff and who of them is on duty, at one instant.

    `named`: by ticket, the customer's primary engineer for its region, then the backups in order.
    """

    staff: Sequence[Agent]
    duty: Duty
    named: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def hearers(self, roles: Sequence[str], ticket: Ticket) -> Heard:
        """The people whom `roles` lead to for this ticket."""
        found: list[Agent] = []
        uncovered = []
        for role in roles:
            people, is_covered = self._people(role, ticket)
            found += people
            if not is_covered:
                uncovered.append(role)
        return Heard(list(dict.fromkeys(agent.pk for agent in found)), uncovered)

    def of_role(self, role: Recipient, region: str) -> Heard:
        """The lead or the duty manager of a region, where no ticket is meant alone."""
        people, is_covered = self._lead(region) if role is Recipient.LEAD else self._manager(region)
        return Heard([agent.pk for agent in people], [] if is_covered else [role.value])

    def _people(self, role: str, ticket: Ticket) -> tuple[list[Agent], bool]:
        region = ticket.timeline.region_id
        if role == Recipient.TEAM:
            return self._team(region, ticket.tier)
        if role == Recipient.PRIMARY:
            return self._primary(ticket)
        if role == Recipient.LEAD:
            return self._lead(region)
        if role in {Recipient.DUTY_MANAGER, Recipient.SPONSOR}:
            return self._manager(region)
        return self._assignee(ticket)

    def _assignee(self, ticket: Ticket) -> tuple[list[Agent], bool]:
        mine = [agent for agent in self.staff if agent.pk == ticket.assignee_id]
        if self._there(mine):
            return mine, True
        cover, is_covered = self._lead(ticket.timeline.region_id)
        if not is_covered:
            team, is_covered = self._team(ticket.timeline.region_id, ticket.tier)
            cover = team if is_covered else cover
        return [*mine, *cover], is_covered

    def _primary(self, ticket: Ticket) -> tuple[list[Agent], bool]:
        """The first of the named who is there; nobody of them is: the primary all the same, and the lead with them."""
        staff = {agent.pk: agent for agent in self.staff}
        named = [staff[key] for key in self.named.get(ticket.pk, ()) if key in staff]
        there = next((agent for agent in named if agent.pk not in self.duty.off), None)
        if there is not None:
            return [there], True
        lead, is_covered = self._lead(ticket.timeline.region_id)
        return [*named[:1], *lead], is_covered

    def _team(self, region: str, tier: int) -> tuple[list[Agent], bool]:
        team = [agent for agent in self.staff if agent.role == Role.AGENT and agent.tier >= tier]
        here = _of(team, region)
        found = self._there(here) or self._on(team)
        if found or here:
            return found or here, bool(found)
        return self._lead(region)

    def _lead(self, region: str) -> tuple[list[Agent], bool]:
        leads = [agent for agent in self.staff if agent.role == Role.LEAD]
        here, managers = _of(leads, region), self._managers(region)
        found = self._there(here) or self._there(managers) or self._on(leads) or self._on(self._managers())
        return found or here or managers, bool(found)

    def _manager(self, region: str) -> tuple[list[Agent], bool]:
        """The duty manager: the administrator or lead on duty, of the region before others."""
        managers, leads = self._managers(region), [agent for agent in self.staff if agent.role == Role.LEAD]
        on = (
            self._on(managers)
            or self._on(_of(leads, region))
            or self._on(self._managers())
            or self._on(leads)
        )
        found = on or self._there(managers)
        return found or managers, bool(found)

    def _managers(self, region: str = "") -> list[Agent]:
        """The region's own, else those of no region, else all there are."""
        managers = [agent for agent in self.staff if agent.role == Role.ADMIN]
        anywhere = [agent for agent in managers if agent.region_id is None]
        return (_of(managers, region) or anywhere or managers) if region else managers

    def _on(self, people: Iterable[Agent]) -> list[Agent]:
        return [agent for agent in people if agent.pk in self.duty.on]

    def _there(self, people: Sequence[Agent]) -> list[Agent]:
        """Those on duty, else those who have no shifts."""
        return self._on(people) or [agent for agent in people if agent.pk not in self.duty.off]


def house_at(at: datetime, about: Iterable[Ticket] = ()) -> House:
    """`about`: tickets of which the primary may be meant. Three queries, and one more where a plan names engineers."""
    staff = list(people.agents().filter(is_active=True, user__is_active=True))
    asked = [ticket for ticket in about if _names_engineers(ticket)]
    by_place: dict[tuple[int, str], list[int]] = {}
    for row in people.primaries_among({ticket.organization_id for ticket in asked}) if asked else ():
        by_place.setdefault((row.organization_id, row.region_id), []).append(row.agent_id)
    named = {
        ticket.pk: by_place.get((ticket.organization_id, ticket.timeline.region_id), ()) for ticket in asked
    }
    return House(staff, people.duty(at), named)


def _names_engineers(ticket: Ticket) -> bool:
    plan = catalog_of(ticket.timeline.catalog_version).plans[ticket.plan]
    return bool(plan.entitlements.get(ENTITLEMENT))


def _of(staff: Iterable[Agent], region: str) -> list[Agent]:
    return [agent for agent in staff if agent.region_id == region]
