"""The ladder's roles as people: who is meant by assignee, team, lead and duty manager of one ticket.

Until there are shifts, the duty manager is the region's administrators, and a team is the region's engineers who
may work tickets of that tier. Somebody always hears: a role that nobody fills passes to the next one up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.models import Role
from sterling.core.catalog import Recipient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket


def hearers(roles: Sequence[str], ticket: Ticket, staff: Sequence[Agent]) -> list[int]:
    """The agents whom `roles` lead to, each once. `staff`: every active agent."""
    found: list[int] = []
    for role in roles:
        found += _people(role, ticket, staff)
    return list(dict.fromkeys(found))


def _people(role: str, ticket: Ticket, staff: Sequence[Agent]) -> list[int]:
    region = ticket.timeline.region_id
    if role == Recipient.TEAM:
        team = [agent for agent in staff if agent.role == Role.AGENT and agent.tier >= ticket.tier]
        return _of_region(team, region) or _leads(region, staff)
    if role in {Recipient.LEAD, Recipient.PRIMARY}:
        return _leads(region, staff)
    if role in {Recipient.DUTY_MANAGER, Recipient.SPONSOR}:
        return _managers(region, staff)
    if any(agent.pk == ticket.assignee_id for agent in staff):
        return [agent.pk for agent in staff if agent.pk == ticket.assignee_id]
    return _leads(region, staff)


def _leads(region: str, staff: Sequence[Agent]) -> list[int]:
    leads = [agent for agent in staff if agent.role == Role.LEAD]
    return _of_region(leads, region) or _managers(region, staff)


def _managers(region: str, staff: Sequence[Agent]) -> list[int]:
    """The region's own, else those of no region, else all there are."""
    managers = [agent for agent in staff if agent.role == Role.ADMIN]
    anywhere = [agent.pk for agent in managers if agent.region_id is None]
    return _of_region(managers, region) or anywhere or [agent.pk for agent in managers]


def _of_region(staff: Sequence[Agent], region: str) -> list[int]:
    return [agent.pk for agent in staff if agent.region_id == region]
