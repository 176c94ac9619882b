"""Customers as staff see them: organizations, the people in them, plan, seats, tickets. Constant queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from sterling.accounts import queries as accounts
from sterling.accounts.access import contacts_for, organizations_for
from sterling.channels.email import queries as mail
from sterling.desk.queue import rows_of
from sterling.plans import queries as plans
from sterling.plans.entitled import Held
from sterling.tickets.access import tickets_for

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact, Organization
    from sterling.channels.email.models import InboundMail
    from sterling.core.catalog import Catalog, Plan
    from sterling.desk.queue import Row
    from sterling.plans.models import Contract

PAGE = 100
MOST_WORDS = 8
RECENT = 20
CHOICES = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One organization of the list."""

    organization: Organization
    plan: Plan
    people: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class Directory:
    entries: list[Entry]
    words: str
    strangers: bool
    unknown: int
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the organization holds: the fields that the facts about a plan are told from."""

    held: Plan
    contract: Contract | None
    contacts: list[Contact]
    cap: float | None


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    organization: Organization
    catalog: Catalog
    card: Card
    contacts: list[Contact]
    domains: list[str]
    tickets: list[Row]
    open: int
    elsewhere: list[Organization]
    refused: list[InboundMail]

    @property
    def is_full(self) -> bool:
        """Every seat of the plan's premium contacts is taken."""
        return bool(self.card.cap) and len(self.card.contacts) >= (self.card.cap or 0)

    @property
    def is_over(self) -> bool:
        """More are named than the plan includes, since it changed: some are to be released (R50)."""
        cap = self.card.cap
        return self.card.contract is not None and cap is not None and len(self.card.contacts) > cap


def directory(viewer: Viewer, at: datetime, *, words: str, strangers: bool, page: int) -> Directory:
    """Organizations by name; `strangers`: those of one address that nobody has placed yet."""
    everyone = organizations_for(viewer).annotate(
        people=Count("contacts", distinct=True),
        unconfirmed=Count("contacts", filter=Q(contacts__confirmed_at=None), distinct=True),
    )
    unknown = everyone.filter(is_provisional=True, people__gt=0)
    found = unknown if strangers else everyone.filter(is_provisional=False)
    for word in words.split()[:MOST_WORDS]:
        ids = contacts_for(viewer).filter(Q(name__icontains=word) | Q(email__icontains=word))
        found = found.filter(
            Q(name__icontains=word)
            | Q(domains__name__icontains=word)
            | Q(pk__in=ids.values("organization_id"))
        )
    first = (page - 1) * PAGE
    order = "-created_at" if strangers else "name"
    shown = list(found.order_by(order, "pk")[first : first + PAGE + 1])
    held = plans.plans_held([one.pk for one in shown], at)
    in_force = plans.catalog_of(plans.version_in_force(at))
    entries = []
    for one in shown[:PAGE]:
        contract = held.get(one.pk)
        catalog = plans.catalog_of(contract.catalog_version) if contract else in_force
        plan = catalog.plans[contract.plan if contract else plans.lowest(catalog)]
        entries.append(Entry(one, plan, one.people, one.unconfirmed))
    return Directory(entries, words, strangers, unknown.count(), page, len(shown) > PAGE)


def organization_page(viewer: Viewer, organization: Organization, at: datetime) -> OrganizationPage:
    contract = plans.contract_at(organization.pk, at)
    catalog = plans.catalog_of(contract.catalog_version if contract else plans.version_in_force(at))
    plan = catalog.plans[contract.plan if contract else plans.lowest(catalog)]
    mine = tickets_for(viewer).filter(organization=organization)
    going = mine.filter(timeline__live=True)
    recent = mine.order_by(F("timeline__live").desc(), F("timeline__next_due").asc(nulls_last=True), "-pk")
    contacts = list(contacts_for(viewer).filter(organization=organization).order_by("name", "pk"))
    premium = list(accounts.premium_contacts(organization.pk, at))
    held = Held(catalog, plan.id, contract.size if contract else 0)
    cap = held.limit("premium_contacts") if "premium_contacts" in catalog.entitlements else 0
    return OrganizationPage(
        organization,
        catalog,
        Card(plan, contract, premium, cap),
        sorted(contacts, key=lambda one: not one.is_premium),
        list(organization.domains.order_by("name").values_list("name", flat=True)),
        rows_of(list(recent[:RECENT]), at),
        going.count(),
        list(
            organizations_for(viewer)
            .filter(is_provisional=False)
            .exclude(pk=organization.pk)
            .order_by("name", "pk")[:CHOICES]
        ),
        mail.refused(RECENT, organization.pk),
    )
