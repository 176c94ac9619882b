"""The people of an organization, and which of them are premium."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access
from sterling.accounts import queries as people
from sterling.accounts.actions import customers
from sterling.accounts.models import Contact
from sterling.api.etags import require_match, tag
from sterling.api.lookups import known_region
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import (
    Address,
    Day,
    In,
    Instant,
    Line,
    OrganizationRef,
    Out,
    Page,
    Ref,
    Short,
    at,
    organization_ref,
)
from sterling.base.errors import NotYours
from sterling.core.addresses import forms
from sterling.plans import entitled
from sterling.plans.dates import day_at, midnight
from sterling.tickets.actions import plans as service

router = Router(tags=["Contacts"])


class ContactIn(In):
    organization: Ref
    name: Line
    email: Address
    phone: Short = ""
    region: Ref | None = None
    language: Short = ""
    timezone: Short = ""


class ContactChange(In):
    is_manager: bool = Field(
        default=False, description="Names the premium contacts of the own organization in the portal."
    )
    region: Ref | None = Field(None, description="Serves the new tickets; null: the organization's.")
    premium_from: Day | None = Field(None, description="Null: from the beginning.")
    premium_until: Day | None = Field(None, description="Exclusive; null: for good. Then served as Standard.")


class Nothing(In):
    """An empty object."""


class ContactOut(Out):
    id: str
    organization: OrganizationRef
    name: str
    email: str
    phone: str
    region: str | None
    language: str
    timezone: str
    premium: bool
    verified_at: Instant | None
    verified_by: str
    verified_how: str
    premium_from: date | None
    premium_until: date | None
    is_manager: bool
    confirmed_at: Instant | None
    created_at: Instant


def contact_out(contact: Contact) -> dict[str, Any]:
    return {
        "id": str(contact.pk),
        "organization": organization_ref(contact.organization),
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "region": contact.region_id,
        "language": contact.language,
        "timezone": contact.timezone,
        "premium": contact.is_premium,
        "verified_at": at(contact.verified_at),
        "verified_by": contact.verified_by,
        "verified_how": contact.verified_how,
        "premium_from": day_at(contact.premium_from, contact.organization.region.timezone),
        "premium_until": day_at(contact.premium_until, contact.organization.region.timezone),
        "is_manager": contact.is_manager,
        "confirmed_at": at(contact.confirmed_at),
        "created_at": at(contact.created_at),
    }


@router.get("/contacts", response=Page[ContactOut])
def list_contacts(
    request: ApiRequest,
    window: Query[Window],
    organization: str = "",
    email: str = "",
    premium: bool | None = None,
) -> dict[str, Any]:
    """People that the token's user may see."""
    found = access.contacts_for(request.viewer)
    if organization:
        found = found.filter(organization=access.organization_for(request.viewer, organization))
    if email:
        found = found.filter(email__in=forms(email))
    if premium is not None:
        found = found.filter(verified_at__isnull=not premium)
    return page(found, window, contact_out)


@router.post("/contacts", response={201: ContactOut})
def add_contact(request: ApiRequest, body: ContactIn) -> dict[str, Any]:
    """A person, confirmed by the token's user as belonging to the organization. Not premium yet."""
    access.staff(request.viewer)
    organization = access.organization_for(request.viewer, body.organization)
    region = known_region(body.region) if body.region else None
    if region:
        entitled.require(entitled.held(organization.pk, request.at), "regional_contacts")
    made = customers.create_contact(
        organization=organization,
        region=region,
        name=body.name,
        email=body.email,
        phone=body.phone,
        language=body.language,
        timezone=body.timezone,
        at=request.at,
        by=request.viewer.actor,
    )
    return contact_out(made)


@router.get("/contacts/{contact_id}", response=ContactOut)
def get_contact(request: ApiRequest, response: HttpResponse, contact_id: str) -> dict[str, Any]:
    contact = access.contact_for(request.viewer, contact_id)
    tag(response, contact.version)
    return contact_out(contact)


@router.patch("/contacts/{contact_id}", response=ContactOut)
def change_contact(
    request: ApiRequest, response: HttpResponse, contact_id: str, body: ContactChange
) -> dict[str, Any]:
    """What is named changes, all of it or nothing. 403 where the plan does not designate contacts by region."""
    access.staff(request.viewer)
    contact = access.contact_for(request.viewer, contact_id)
    require_match(request, people.locked_contact(contact.pk).version)
    now, by, said = request.at, request.viewer.actor, body.model_fields_set
    if "is_manager" in said:
        customers.set_manager(contact=contact, is_manager=bool(body.is_manager), at=now, by=by)
    if "region" in said:
        region = known_region(body.region) if body.region else None
        service.designate_region(contact=contact, region=region, at=now, by=by)
    if said & {"premium_from", "premium_until"}:
        zone = contact.organization.region.timezone
        begins, ends = contact.premium_from, contact.premium_until
        if "premium_from" in said:
            begins = midnight(body.premium_from, zone) if body.premium_from else None
        if "premium_until" in said:
            ends = midnight(body.premium_until, zone) if body.premium_until else None
        service.set_valid(contact=contact, begins=begins, ends=ends, at=now, by=by)
    changed = access.contact_for(request.viewer, contact_id)
    tag(response, changed.version)
    return contact_out(changed)


class VerifyIn(In):
    in_place_of: Ref | None = Field(
        None,
        description="A premium contact of the same organization who gives up the seat: both, or nothing.",
    )


@router.post("/contacts/{contact_id}/verify", response=ContactOut)
def verify_contact(request: ApiRequest, contact_id: str, body: VerifyIn) -> dict[str, Any]:
    """Make the contact premium: checked by hand, now, by the token's user. For staff, and for the customer's manager.

    403 where the plan has no premium contacts, 409 where all of them are named.
    """
    contact = access.contact_for(request.viewer, contact_id)
    manager = None if request.viewer.agent else access.managed_by(request.viewer)
    other = access.contact_for(request.viewer, body.in_place_of) if body.in_place_of else None
    if other and other.organization_id != contact.organization_id:
        raise NotYours
    service.name_contact(
        contact=contact, in_place_of=other, manager=manager, at=request.at, by=request.viewer.actor
    )
    return contact_out(access.contact_for(request.viewer, contact_id))


@router.post("/contacts/{contact_id}/confirm", response=ContactOut)
def confirm_contact(request: ApiRequest, contact_id: str, body: Nothing) -> dict[str, Any]:  # noqa: ARG001 - its fields are refused
    """Vouch that the person belongs to the organization: colleagues' tickets become visible to them."""
    access.staff(request.viewer)
    contact = access.contact_for(request.viewer, contact_id)
    customers.confirm_contact(contact=contact, at=request.at, by=request.viewer.actor)
    return contact_out(contact)


@router.delete("/contacts/{contact_id}/premium", response=ContactOut)
def release_contact(request: ApiRequest, contact_id: str) -> dict[str, Any]:
    """The contact is premium no longer; their seat is free. For staff, and for the customer's manager."""
    contact = access.contact_for(request.viewer, contact_id)
    if request.viewer.agent is None:
        access.managed_by(request.viewer)
    service.release_contact(contact=contact, at=request.at, by=request.viewer.actor)
    return contact_out(access.contact_for(request.viewer, contact_id))
