"""What a ticket that is opened now would be promised, for every priority, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.clocks import Opened, Side, replay_events
from sterling.core.text import Text
from sterling.plans import queries as plans
from sterling.portal import words
from sterling.sla import calendars
from sterling.tickets.actions.opening import support_region
from sterling.tickets.unnamed import Unnamed, refusal, unnamed

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sterling.accounts.models import Contact
    from sterling.base.errors import NotEntitled
    from sterling.core.catalog import Catalog, Plan, Priority
    from sterling.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Choice:
    """One priority: what it aims for, and by when a reply would come (None: no set time)."""

    priority: Priority
    aim: Text
    by: Text | None


@dataclass(frozen=True, slots=True)
class Offer:
    plan: Plan
    catalog: Catalog
    choices: list[Choice]
    unnamed: Unnamed | None = None
    refused: NotEntitled | None = None

    def choice(self, priority: str) -> Choice | None:
        return next((one for one in self.choices if one.priority.id == priority), None)


def offer(contact: Contact, at: datetime, zone: tzinfo) -> Offer:
    """The most pressing first, dues in the reader's `zone`. The ticket itself is computed by the same function."""
    service = plans.service(contact, at)
    catalog, calendar = service.catalog, calendars.calendar_of(support_region(contact, service), at)
    choices: list[Choice] = []
    for priority in catalog.priorities_by_rank():
        opened = Opened(at, Side.CUSTOMER, service.plan, priority.id)
        owed = replay_events(catalog, calendar, [opened], at).owed
        due = owed.due if owed else None
        cell = catalog.cell(service.plan, priority.id)
        choices.append(Choice(priority, words.aim(cell), words.clear_moment(due, at, zone) if due else None))
    return Offer(
        catalog.plans[service.plan],
        catalog,
        choices,
        unnamed(contact, service, at),
        refusal(contact, service, "portal", at),
    )


def offer_on(ticket: Ticket) -> Offer:
    """What each priority would mean on a ticket that there is: the rules, for the dues depend on what is owed."""
    catalog = plans.catalog_of(ticket.timeline.catalog_version)
    choices = [
        Choice(priority, words.aim(catalog.cell(ticket.plan, priority.id)), None)
        for priority in catalog.priorities_by_rank()
    ]
    return Offer(catalog.plans[ticket.plan], catalog, choices)
