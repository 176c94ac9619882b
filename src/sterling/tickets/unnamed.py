"""Somebody of an organization with a plan who is not one of its premium contacts: how they are served, and who can help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.core.catalog import Plan
    from sterling.plans.queries import Service


@dataclass(frozen=True, slots=True)
class Unnamed:
    """`named`: who can take a ticket over. None are told to somebody whom nobody has confirmed: anybody can write
    from a listed domain, and the names are the customer's affair.
    """

    serving: Plan
    held: Plan
    named: tuple[Contact, ...]


def unnamed(contact: Contact, service: Service, at: datetime) -> Unnamed | None:
    """None where the contact is served under what the organization holds. At most one query."""
    if service.plan == service.held:
        return None
    plans = service.catalog.plans
    found = people.premium_contacts(contact.organization_id, at) if contact.confirmed_at else ()
    return Unnamed(
        plans[service.plan], plans[service.held], tuple(one for one in found if one.is_premium_at(at))
    )
