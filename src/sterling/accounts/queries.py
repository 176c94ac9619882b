"""Reading people and organizations without a viewer: for intake, routing and commands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Lower

from sterling.accounts.models import (
    Absence,
    Agent,
    Contact,
    Domain,
    Organization,
    Primary,
    Region,
    Role,
    Shift,
    User,
)
from sterling.base.foreseen import steady, told
from sterling.base.prepared import Columns, Prepared
from sterling.core import shifts
from sterling.core.addresses import domain_forms, forms, in_letters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet


def regions() -> QuerySet[Region]:
    return Region.objects.order_by("id")


def all_regions() -> list[Region]:
    """The same rows at once, with the SQL made once: every page of the desk shows them."""
    return _REGIONS.all()


_REGIONS = Prepared(regions)


def region(region_id: str) -> Region | None:
    return Region.objects.filter(pk=region_id).first()


def default_region() -> Region:
    return steady("default region", (), lambda: Region.objects.get(is_default=True))


def contact_by_email(email: str) -> Contact | None:
    address = email.strip().lower()
    return told("contact", address, lambda: _contact(address))


def _contact(address: str) -> Contact | None:
    if len(forms(address)) == 1:
        return _CONTACT_BY_EMAIL.first(address)
    return contacts_by_email([address]).get(address)


def contacts_by_email(addresses: Collection[str]) -> dict[str, Contact]:
    """The contacts with these addresses in small letters, however their domains were written. One query."""
    asked = {address: forms(address) for address in addresses}
    found = {row.email.lower(): row for row in _CONTACTS_BY_EMAIL.all([*chain.from_iterable(asked.values())])}
    # Two who were made before these were one stay two: each is known by how they write.
    known = {
        address: next((found[one] for one in ways if one in found), None) for address, ways in asked.items()
    }
    return {address: contact for address, contact in known.items() if contact}


_CONTACTS_BY_EMAIL = Prepared(
    lambda emails: (
        Contact.objects.select_related("organization__region", "region")
        .alias(address=Lower("email"))  # as the index has it
        .filter(address__among=emails)
    ),
    list,
)
_CONTACT_BY_EMAIL = Prepared(
    lambda email: (
        Contact.objects.select_related("organization__region", "region")
        .alias(address=Lower("email"))  # as the index has it
        .filter(address=email)[:1]
    ),
    str,
)


def organization_by_domain(domain: str) -> Organization | None:
    """The organization that lists the domain (or a parent of it)."""
    return steady(DOMAIN, domain.lower(), lambda: organizations_by_domain([domain])[domain.lower()])


DOMAIN = "domain"


def organizations_by_domain(domains: Collection[str]) -> dict[str, Organization | None]:
    """The same for several, by the domains in small letters. One query."""
    wanted = {domain.lower(): _and_parents(domain) for domain in domains}
    listed = {
        row.name.lower(): row.organization for row in _LISTED.all(sorted(set().union(*wanted.values())))
    }
    # The longest comes first: a part of a company may be a customer of its own.
    return {
        domain: next((listed[one] for one in names if one in listed), None)
        for domain, names in wanted.items()
    }


def _and_parents(domain: str) -> list[str]:
    labels = in_letters(domain.lower()).strip(".").split(".")
    names = (".".join(labels[at:]) for at in range(len(labels) - 1))
    return [form for name in names for form in domain_forms(name)]


_LISTED = Prepared(
    lambda names: (
        Domain.objects.select_related("organization__region")
        .alias(lower=Lower("name"))  # as the index has it
        .filter(lower__among=names)
    ),
    list,
)


def agents() -> QuerySet[Agent]:
    return Agent.objects.select_related("user", "region").order_by("id")


def locked_agent(agent_id: int) -> Agent | None:
    return agents().select_for_update(of=("self",)).filter(pk=agent_id).first()


def engineer_by_email(email: str) -> Agent | None:
    """The active engineer who signs in with this address."""
    address = email.strip().lower()
    return told("engineer", address, lambda: _engineer(address))


def _engineer(address: str) -> Agent | None:
    return next((found for one in forms(address) if (found := _ENGINEER.first(one))), None)


def engineers_among(addresses: Collection[str]) -> set[str]:
    """Those of the addresses with which active engineers sign in. One query."""
    found = Agent.objects.filter(user__email__in=addresses, user__is_active=True, is_active=True)
    return set(found.values_list("user__email", flat=True))


_ENGINEER = Prepared(
    lambda email: Agent.objects.select_related("user", "region").filter(
        user__email=email, user__is_active=True, is_active=True
    ),
    str,
)


def first_administrator() -> Agent | None:
    return agents().filter(role=Role.ADMIN, is_active=True).first()


def user_by_email(email: str) -> User | None:
    users = User.objects.select_related("agent").filter(email__in=forms(email))
    found = {user.email: user for user in users}
    return next((found[one] for one in forms(email) if one in found), None)


def language_of_sign_in(email: str) -> str | None:
    """The language that the person with this address reads, "" where none is kept; None: nobody may sign in by it."""
    user = user_by_email(email)
    contact = contact_by_email(email)
    if user and not user.is_active:
        return None
    agent = getattr(user, "agent", None) if user else None
    if contact is None and not (agent and agent.is_active):
        return None
    kept = [user.language if user else ""]
    kept += [contact.language, contact.organization.language] if contact else []
    return next((language for language in kept if language), "")


def first_premium_contact() -> Contact | None:
    """Somebody to look through a customer's eyes with."""
    return Contact.objects.filter(verified_at__isnull=False).order_by("id").first()


def names_elsewhere(organization_id: int) -> Iterator[tuple[str, str]]:
    """What names other customers and their people, each with the organization that it is of. Three queries."""
    others = Organization.objects.exclude(pk=organization_id)
    yield from others.filter(is_provisional=False).values_list("name", "name")
    domains = Domain.objects.exclude(organization=organization_id)
    yield from domains.values_list("name", "organization__name")
    people = Contact.objects.exclude(organization=organization_id).values_list(
        "name", "email", "organization__name"
    )
    for name, email, whose in people.iterator():
        yield from ((text, whose) for text in (name, email) if text)


def names_here(organization_id: int) -> list[str]:
    """What names an organization and its people. Three queries."""
    domains = Domain.objects.filter(organization=organization_id).values_list("name", flat=True)
    people = Contact.objects.filter(organization=organization_id).values_list("name", "email")
    name = Organization.objects.values_list("name", flat=True).get(pk=organization_id)
    return [name, *domains, *(text for pair in people for text in pair if text)]


def locked_organization(organization_id: int) -> Organization:
    """The row, held until the transaction ends: it orders what must not happen twice at once."""
    return Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)


def locked_contact(contact_id: int) -> Contact:
    return Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)


def contact_with_organization(contact_id: int) -> Contact:
    return Contact.objects.select_related("organization__region", "region").get(pk=contact_id)


def premium_contacts(organization_id: int, at: datetime) -> QuerySet[Contact]:
    """Who holds a seat: verified and named, now or from a later day on. The longest-standing first."""
    named = Contact.objects.filter(organization_id=organization_id, verified_at__isnull=False)
    return named.filter(Q(premium_until=None) | Q(premium_until__gt=at)).order_by("verified_at", "pk")


def seats_of(organization_id: int, at: datetime) -> list[Contact]:
    """The same rows at once, with the SQL made once: every ticket page shows them."""
    return _SEATS.all(organization_id, at)


_SEATS = Prepared(premium_contacts, int, datetime)


def managers(organization_id: int) -> QuerySet[Contact]:
    """The customer's own managers, who name the premium contacts."""
    return Contact.objects.filter(organization_id=organization_id, is_manager=True).order_by("name", "pk")


def customers() -> QuerySet[Organization]:
    """Every organization that somebody placed, with its region."""
    return Organization.objects.select_related("region").filter(is_provisional=False).order_by("pk")


@dataclass(frozen=True, slots=True)
class Duty:
    """Agents by key: `on` are on duty; `off` are not, by their shifts or an absence. The others have no shifts.

    `regions`: of those who are on.
    """

    on: frozenset[int]
    off: frozenset[int]
    regions: Mapping[int, str | None] = field(default_factory=dict)


def duty(at: datetime) -> Duty:
    """Who of the active staff is on duty at `at`. Two queries."""
    absent = frozenset(agent for (agent,) in _AWAY.all(at))
    rows = _SHIFTS.all()
    on = {row.agent_id for row in rows if row.agent_id not in absent and shift_of(row).is_on(at)}
    regions = {row.agent_id: row.agent.region_id for row in rows if row.agent_id in on}
    return Duty(frozenset(on), absent.union(row.agent_id for row in rows) - on, regions)


_AWAY = Columns(
    lambda at: Absence.objects.filter(starts__lte=at, ends__gt=at).values_list("agent_id"), datetime
)
_SHIFTS = Prepared(
    lambda: Shift.objects.filter(agent__is_active=True, agent__user__is_active=True).select_related(
        "agent__user", "agent__region"
    )
)


def on_duty(at: datetime, region: str | None = None) -> list[Agent]:
    """Who is on duty at `at`, everywhere or of one region, by name. Three queries, whatever the number."""
    found = agents().filter(pk__in=duty(at).on)
    return list((found if region is None else found.filter(region=region)).order_by("user__name", "pk"))


def named_for(organization_id: int, region_id: str) -> tuple[int, ...]:
    """The organization's primary engineer for a region and the backups in order, by key; asked once a batch."""
    return steady("named", (organization_id, region_id), lambda: _named(organization_id, region_id))


def _named(organization_id: int, region_id: str) -> tuple[int, ...]:
    return tuple(row.agent_id for row in _NAMED.all(organization_id, region_id))


_NAMED = Prepared(
    lambda organization_id, region_id: Primary.objects.filter(
        organization=organization_id, region=region_id
    ).order_by("place"),
    int,
    str,
)


def primaries(organization_id: int) -> QuerySet[Primary]:
    """Every named engineer of an organization, region by region, the primary before the backups."""
    found = Primary.objects.filter(organization_id=organization_id).order_by("region_id", "place")
    return found.select_related("agent__user", "region")


def primaries_among(organizations: Collection[int]) -> QuerySet[Primary]:
    """The same of several organizations."""
    found = Primary.objects.filter(organization__in=organizations).order_by("region_id", "place")
    return found.select_related("agent__user", "region")


def shift_of(row: Shift) -> shifts.Shift:
    """What the row says, in its engineer's zone."""
    return _shift(json.dumps(row.hours), row.agent.zone, row.starts, row.ends)


@lru_cache(maxsize=4096)
def _shift(hours: str, zone: str, starts: date | None, ends: date | None) -> shifts.Shift:
    return shifts.Shift.from_dict(json.loads(hours), zone, starts, ends)


def organizations_among(organizations: Collection[int]) -> list[Organization]:
    """These organizations with their regions. One query."""
    found = Organization.objects.select_related("region").filter(pk__in=organizations)
    return list(found.order_by("pk"))


@dataclass(frozen=True, slots=True)
class Rosters:
    """Who worked when, to ask about any instant: shifts and absences by agent, agents by region."""

    worked: dict[int, list[shifts.Shift]]
    away: dict[int, list[shifts.Span]]
    of_region: dict[str, list[int]]

    def is_off(self, agent: int, at: datetime) -> bool:
        """Off duty by their shifts or an absence. Not known of whoever has neither."""
        away = self.away.get(agent, [])
        if any(start <= at < end for start, end in away):
            return True
        known = self.worked.get(agent)
        return known is not None and not shifts.on_duty(known, away, at)

    def nobody_in(self, region: str, at: datetime) -> bool:
        """Was none of the region on duty? Not known where nobody of it has shifts."""
        known = [agent for agent in self.of_region.get(region, []) if agent in self.worked]
        return bool(known) and all(self.is_off(agent, at) for agent in known)


def rosters() -> Rosters:
    """The shifts and absences of all staff. Two queries."""
    worked: dict[int, list[shifts.Shift]] = {}
    of_region: dict[str, list[int]] = {}
    for row in Shift.objects.select_related("agent__user", "agent__region"):
        worked.setdefault(row.agent_id, []).append(shift_of(row))
        if row.agent.region_id:
            of_region.setdefault(row.agent.region_id, []).append(row.agent_id)
    away: dict[int, list[shifts.Span]] = {}
    for gone in Absence.objects.order_by("pk"):
        away.setdefault(gone.agent_id, []).append((gone.starts, gone.ends))
    return Rosters(worked, away, of_region)
