"""The organization as its people see it: plan, what is and is not in it, who is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as accounts
from sterling.accounts.access import contacts_for
from sterling.core.catalog import value_words
from sterling.core.catalog.words import channel_words
from sterling.core.contracts import Phase
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.plans.dates import day_at
from sterling.plans.entitled import Held
from sterling.tickets.unnamed import Unnamed, unnamed

if TYPE_CHECKING:
    from datetime import date, datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact, Region
    from sterling.core.catalog import Plan
    from sterling.plans.models import Contract

MOST = 500


@dataclass(frozen=True, slots=True)
class Included:
    """One entitlement: what the plan gives of it, or None and which plan would bring it."""

    name: Text
    value: Text | None
    remedy: Text | None


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    """`served_until`: in the days of grace, the day on which they end, and which plan comes `afterwards`.

    `regions`: what a manager may choose from, where the plan designates contacts by region.
    """

    plan: Plan
    serving: Plan
    contract: Contract | None
    served_until: date | None
    afterwards: Plan
    contacts: list[Contact]
    named: list[Contact]
    unnamed: Unnamed | None
    refuses_others: bool
    managers: list[Contact]
    regions: list[Region]
    cap: float | None
    included: list[Included]
    lacking: list[Included]
    has_hours: bool
    has_sponsor: bool


def organization_page(viewer: Viewer, contact: Contact, at: datetime) -> OrganizationPage:
    """Two queries (a manager: three), whatever the number of people."""
    service = plans.service(contact, at)
    held = Held(service.catalog, service.held, service.size)
    people = list(contacts_for(viewer).order_by("name", "pk")[:MOST])
    catalog = service.catalog
    ways = Included(
        Text("Channels for new tickets", "提交工单的渠道"),
        channel_words(catalog.plans[service.held].channels),
        None,
    )
    every = [ways, *(_included(held, name) for name in catalog.entitlements)]
    return OrganizationPage(
        plan=catalog.plans[service.held],
        serving=catalog.plans[service.plan],
        contract=service.contract,
        served_until=_grace(service.contract, day_at(at, contact.organization.region.timezone)),
        afterwards=catalog.plans[plans.lowest(catalog)],
        contacts=sorted(people, key=lambda one: not holds_seat(one, at)),
        named=[one for one in people if holds_seat(one, at)],
        unnamed=unnamed(contact, service, at),
        refuses_others=service.refuses_others,
        managers=[one for one in people if one.is_manager],
        regions=list(accounts.regions()) if contact.is_manager and _designates(held) else [],
        cap=held.limit("premium_contacts") if "premium_contacts" in catalog.entitlements else 0,
        included=[one for one in every if one.value],
        lacking=[one for one in every if not one.value],
        has_sponsor="executive_sponsor" in catalog.entitlements and held.includes("executive_sponsor"),
        has_hours="ps_hours" in catalog.entitlements and held.includes("ps_hours"),
    )


def holds_seat(contact: Contact, at: datetime) -> bool:
    return contact.is_premium and (contact.premium_until is None or at < contact.premium_until)


def _grace(contract: Contract | None, day: date | None) -> date | None:
    """Until when the plan is still served, where the contract has ended."""
    if contract is None or day is None or contract.term.phase(day) is not Phase.GRACE:
        return None
    return contract.term.served_until


def _designates(held: Held) -> bool:
    return "regional_contacts" in held.catalog.entitlements and held.includes("regional_contacts")


def _included(held: Held, name: str) -> Included:
    entitlement = held.catalog.entitlements[name]
    if held.includes(name):
        return Included(entitlement.name, value_words(entitlement, held.value(name)), None)
    return Included(entitlement.name, None, held.remedy(name))
