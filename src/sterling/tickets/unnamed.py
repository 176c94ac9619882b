"""Somebody of an organization with a plan who is not one of its premium contacts: how they are served, and who can help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.base.errors import NotEntitled
from sterling.core.text import Text
from sterling.plans.entitled import refused_channel

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
    refused: bool = False


def unnamed(contact: Contact, service: Service, at: datetime) -> Unnamed | None:
    """None where the contact is served under what the organization holds. At most one query."""
    if service.plan == service.held and not service.refuses:
        return None
    plans = service.catalog.plans
    found = people.seats_of(contact.organization_id, at) if contact.confirmed_at else ()
    named = tuple(one for one in found if one.is_premium_at(at))
    return Unnamed(plans[service.plan], plans[service.held], named, service.refuses)


def refusal(contact: Contact, service: Service, channel: str, at: datetime) -> NotEntitled | None:
    """Why the contact may open no ticket, or none by this channel; who or what can help. None where they may."""
    whose = unnamed(contact, service, at) if service.refuses else None
    if whose is None:
        return refused_channel(service.catalog, service.plan, channel)
    name, plan = contact.organization.name, whose.held.name
    en, zh = (mark.join(f"{one} <{one.email}>" for one in whose.named) for mark in (", ", "、"))
    remedy = Text(
        "Ask a colleague who is a named contact, or to be named yourself.",
        "请联系身为指定联系人的同事，或申请成为指定联系人。",
    )
    if whose.named:
        remedy = Text(
            f"Ask one of them to write for you, or to be named yourself: {en}",
            f"请由指定联系人代为提交，或申请成为指定联系人：{zh}",
        )
    return NotEntitled(
        Text(
            f"{plan.en} takes new tickets from the named contacts of {name} alone.",
            f"{plan.zh}计划仅接受{name}的指定联系人提交新工单。",
        ),
        entitlement="premium_contacts",
        plan=whose.held.id,
        remedy=remedy,
    )
