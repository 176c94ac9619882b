"""Reading people and organizations without a viewer: for intake, routing and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.models import Agent, Contact, Domain, Organization, Region, Role, User

if TYPE_CHECKING:
    from django.db.models import QuerySet


def regions() -> QuerySet[Region]:
    return Region.objects.order_by("id")


def region(region_id: str) -> Region | None:
    return Region.objects.filter(pk=region_id).first()


def default_region() -> Region:
    return Region.objects.get(is_default=True)


def contact_by_email(email: str) -> Contact | None:
    found = Contact.objects.select_related("organization__region", "region").filter(
        email=email.strip().lower()
    )
    return found.first()


def organization_by_domain(domain: str) -> Organization | None:
    """The organization that lists the domain (or a parent of it)."""
    labels = domain.lower().strip(".").split(".")
    names = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    found = list(Domain.objects.select_related("organization__region").filter(name__in=names))
    return max(found, key=lambda row: len(row.name)).organization if found else None


def agents() -> QuerySet[Agent]:
    return Agent.objects.select_related("user", "region").order_by("id")


def first_administrator() -> Agent | None:
    return agents().filter(role=Role.ADMIN, is_active=True).first()


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()


def first_premium_contact() -> Contact | None:
    """Somebody to look through a customer's eyes with."""
    return Contact.objects.filter(verified_at__isnull=False).order_by("id").first()


def locked_organization(organization_id: int) -> Organization:
    """The row, held until the transaction ends: it orders what must not happen twice at once."""
    return Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)


def locked_contact(contact_id: int) -> Contact:
    return Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)


def premium_contacts(organization_id: int) -> QuerySet[Contact]:
    """Verified and named, the longest-standing first."""
    named = Contact.objects.filter(organization_id=organization_id, verified_at__isnull=False)
    return named.order_by("verified_at", "pk")
