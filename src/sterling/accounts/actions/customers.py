"""Organizations and their contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from sterling.accounts import checks, queries
from sterling.accounts.models import Contact, Domain, Organization
from sterling.base import audit, rows
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict, Invalid
from sterling.base.foreseen import told
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Region
    from sterling.base.actor import Actor


@transaction.atomic
def create_organization(
    *,
    name: str,
    region: Region,
    segment: str = "commercial",
    language: str = "",
    domains: Sequence[str] = (),
    at: datetime,
    by: Actor,
) -> Organization:
    """A new customer. Invalid: a bad field, a public mail domain, or a domain that another customer lists."""
    organization = Organization.objects.create(
        name=checks.not_blank(name, "name"),
        region=region,
        segment=segment,
        language=checks.language_code(language),
        timezone=region.timezone,
        created_at=at,
    )
    for position, domain in enumerate(domains):
        field = f"domains.{position}"
        try:
            with transaction.atomic():
                Domain.objects.create(organization=organization, name=checks.domain_name(domain, field))
        except IntegrityError:
            raise Invalid.field(
                field, f"Another organization lists {domain} already.", f"域名 {domain} 已属于另一个组织。"
            ) from None
    audit.record(
        at=at,
        actor=by,
        verb="organization_created",
        object_kind="organization",
        object_id=organization.pk,
        organization_id=organization.pk,
        data={"name": organization.name, "domains": list(domains)},
    )
    return organization


@transaction.atomic
def create_contact(
    *,
    organization: Organization,
    name: str,
    email: str,
    phone: str = "",
    region: Region | None = None,
    language: str = "",
    timezone: str = "",
    confirmed: bool = True,
    at: datetime,
    by: Actor,
) -> Contact:
    """A person of the organization; `confirmed` when whoever adds them vouches that they belong there."""
    address = checks.persons_address(email)
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                organization=organization,
                name=checks.not_blank(name or address, "name"),
                email=address,
                phone=phone.strip()[:40],
                region=region,
                language=checks.language_code(language),
                timezone=checks.zone_name(timezone) if timezone else "",
                confirmed_at=at if confirmed else None,
                confirmed_by=by.name if confirmed else "",
                created_at=at,
            )
    except IntegrityError:
        raise Invalid.field(
            "email", "A contact with this address exists already.", "已有联系人使用该邮箱。"
        ) from None
    audit.record(
        at=at,
        actor=by,
        verb="contact_created",
        object_kind="contact",
        object_id=contact.pk,
        organization_id=organization.pk,
        data={"confirmed": confirmed},
    )
    return contact


@transaction.atomic
def confirm_contact(*, contact: Contact, at: datetime, by: Actor) -> Contact:
    """Someone vouches that the person belongs to the organization: colleagues' tickets become visible."""
    if contact.confirmed_at is None:
        contact.confirmed_at, contact.confirmed_by = at, by.name
        contact.version += 1
        contact.save(update_fields=["confirmed_at", "confirmed_by", "version"])
        audit.record(
            at=at,
            actor=by,
            verb="contact_confirmed",
            object_kind="contact",
            object_id=contact.pk,
            organization_id=contact.organization_id,
        )
    return contact


@transaction.atomic
def set_manager(*, contact: Contact, is_manager: bool, at: datetime, by: Actor) -> Contact:
    """Who names the premium contacts of their own organization. Conflict: not confirmed as belonging there."""
    contact = queries.locked_contact(contact.pk)
    if contact.is_manager == is_manager:
        return contact
    if is_manager and contact.confirmed_at is None:
        raise Conflict(
            Text(f"Confirm first that {contact} belongs here.", f"请先确认 {contact} 属于该组织。")
        )
    contact.is_manager = is_manager
    contact.version += 1
    contact.save(update_fields=["is_manager", "version"])
    audit.record(
        at=at,
        actor=by,
        verb="manager_named" if is_manager else "manager_released",
        object_kind="contact",
        object_id=contact.pk,
        organization_id=contact.organization_id,
    )
    return contact


@transaction.atomic
def move_contact(*, contact: Contact, to: Organization, at: datetime, by: Actor) -> Contact:
    """The person belongs to another organization, which whoever moves them vouches for. Their tickets have to follow."""
    before = contact.organization_id
    contact.organization = to
    contact.confirmed_at, contact.confirmed_by = at, by.name
    contact.is_manager = False
    contact.version += 1
    contact.save(update_fields=["organization", "confirmed_at", "confirmed_by", "is_manager", "version"])
    audit.record(
        at=at,
        actor=by,
        verb="contact_moved",
        object_kind="contact",
        object_id=contact.pk,
        organization_id=to.pk,
        data={"from": before, "to": to.pk},
    )
    return contact


@transaction.atomic
def move_organization(*, organization: Organization, region: Region, at: datetime, by: Actor) -> Organization:
    """Another support region from now on. Its zone comes along where the organization kept the old region's."""
    held = (
        Organization.objects.select_for_update(of=("self",)).select_related("region").get(pk=organization.pk)
    )
    if held.region_id != region.pk:
        before, held.region = held.region, region
        if held.timezone == before.timezone:
            held.timezone = region.timezone
        held.version += 1
        held.save(update_fields=["region", "timezone", "version"])
        audit.record(
            at=at,
            actor=by,
            verb="organization_moved",
            object_kind="organization",
            object_id=held.pk,
            organization_id=held.pk,
            data={"from": before.pk, "to": region.pk},
        )
    return held


NAME_LIMIT = 200


def sender(*, email: str, name: str, language: str, at: datetime, region: Region | None = None) -> Contact:
    """Whoever wrote: the contact with this address, made when there is none.

    A listed domain leads to its organization, not yet confirmed; any other address gets a provisional
    organization of its own, in `region` or the default one. Safe when two mails of one stranger arrive at once.
    """
    address = checks.persons_address(email)
    keys: list[int] | None = told(KEYS, address, lambda: None)
    known = queries.contact_by_email(address) if keys is None else None
    if known:
        return known
    organization = queries.organization_by_domain(address.rpartition("@")[2])
    if keys is not None:
        return _stranger(keys, organization, address, name[:NAME_LIMIT], language, region, at)
    try:
        with transaction.atomic():
            if organization is None:
                organization = Organization.objects.create(
                    name=address,
                    region=region or queries.default_region(),
                    timezone="",
                    language=language,
                    is_provisional=True,
                    created_at=at,
                )
            return create_contact(
                organization=organization,
                name=name[:NAME_LIMIT],
                email=address,
                language=language,
                confirmed=False,
                at=at,
                by=SYSTEM,
            )
    except Invalid:
        again = queries.contact_by_email(address)
        if again is None:
            raise
        return again


KEYS = "keys of a stranger"
# An organization's, and a contact's.
SEQUENCES = (rows.key_of(Organization), rows.key_of(Contact))


def _stranger(
    keys: list[int],
    organization: Organization | None,
    address: str,
    name: str,
    language: str,
    region: Region | None,
    at: datetime,
) -> Contact:
    """The same rows, written with those of the other strangers of a batch. Nobody has the address, as far as is known."""
    organization_key, contact_key = keys
    if organization is None:
        organization = Organization(
            pk=organization_key,
            name=address,
            region=region or queries.default_region(),
            timezone="",
            language=language,
            is_provisional=True,
            created_at=at,
        )
        rows.insert([organization])
    contact = Contact(
        pk=contact_key,
        organization=organization,
        name=checks.not_blank(name or address, "name"),
        email=address,
        region=None,
        language=checks.language_code(language),
        created_at=at,
    )
    rows.insert([contact])
    entry = audit.entry(
        at=at,
        actor=SYSTEM,
        verb="contact_created",
        object_kind="contact",
        object_id=contact.pk,
        organization_id=organization.pk,
        data={"confirmed": False},
    )
    rows.insert([entry])
    return contact
