"""The customer asks for another priority (D12): the facts, and in their own words what has changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.errors import FieldError, Invalid, NotYours
from sterling.core.text import Text
from sterling.core.triage import suggested_priority
from sterling.sla.kinds import Kind
from sterling.tickets import messages
from sterling.tickets.actions import routing
from sterling.tickets.content import Content, written
from sterling.tickets.held import hold_open
from sterling.tickets.models import Occasion

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Contact
    from sterling.base.actor import Actor
    from sterling.core.triage import Facts
    from sterling.tickets.models import Ticket

ASKED = "priority_asked"  # what the desk looks at


@transaction.atomic
def propose_priority(
    *,
    ticket: Ticket,
    contact: Contact,
    priority: str,
    facts: Facts,
    content: Content,
    at: datetime,
    by: Actor,
) -> Ticket:
    """What the customer writes is a message like any other. The clocks follow at once while the priority is only
    proposed; one that an engineer has confirmed stays until an engineer changes it.

    Invalid: nothing written, an unknown priority, or the one that it has.
    """
    if contact.organization_id != ticket.organization_id:
        raise NotYours
    text = written(content.text)
    held = hold_open(ticket, at=at, by=by)
    catalog, before = held.log.catalog, held.ticket.priority
    if priority not in catalog.priorities:
        raise Invalid.field("priority", "Choose one of these.", "请选择一项。")
    if priority == before:
        raise Invalid(
            FieldError("priority", Text("The ticket has this priority already.", "工单已是该优先级。"))
        )
    message = messages.from_customer(
        held.ticket,
        contact,
        replace(content, text=text),
        channel="portal",
        at=held.at,
        received_at=held.at,
    )
    held.append(Kind.CUSTOMER_MESSAGE, message=message.pk)
    said = {
        "from": before,
        "to": priority,
        "facts": facts.as_dict(),
        "suggested": suggested_priority(facts, catalog),
    }
    if held.ticket.priority_confirmed_at is None:
        held.append(Kind.PRIORITY, **said)
        if routing.is_bypassing(catalog, priority) and not routing.is_bypassing(catalog, before):
            held.ticket.priority = priority
            routing.think_over(held, Occasion.URGENT)
    else:
        held.append(Kind.PRIORITY_ASKED, **said)
        held.ticket.triage = held.ticket.triage or ASKED
    held.settle()
    return held.ticket
