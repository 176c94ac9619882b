"""Builders with sensible defaults: a small cast that every test knows.

Alice is a premium contact of a Gold customer, Bob her colleague, Carol an engineer, Mallory a contact of
another customer.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime

from sterling.accounts.access import Viewer, viewer_of
from sterling.accounts.actions import customers, people
from sterling.accounts.models import Agent, Contact, Organization, Region
from sterling.accounts.queries import region as region_by_id
from sterling.base.actor import SYSTEM, Actor, ActorKind
from sterling.sla import queries as promises
from sterling.tickets.actions import opening, plans, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Message, Ticket

# A Tuesday, 10:00 in Chicago: every plan's hours are running.
TUESDAY = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def region(region_id: str = "americas") -> Region:
    found = region_by_id(region_id)
    assert found is not None, "the installation's regions are missing"
    return found


def organization(
    name: str = "Halden Freight", *, plan: str | None = "gold", region_id: str = "americas", **more: object
) -> Organization:
    made = customers.create_organization(name=name, region=region(region_id), at=TUESDAY, by=SYSTEM, **more)
    if plan:
        plans.sign_contract(
            organization=made,
            plan=plan,
            starts=date(2026, 1, 1),
            ends=date(2027, 1, 1),
            at=TUESDAY,
            by=SYSTEM,
        )
    return made


def contact(of: Organization, name: str, *, premium: bool = False, **more: object) -> Contact:
    local = name.lower().replace(" ", ".") if name.isascii() else "contact"
    email = more.pop("email", None) or f"{local}{next(_numbers)}@halden.example"
    made = customers.create_contact(
        organization=of, name=name, email=str(email), at=TUESDAY, by=SYSTEM, **more
    )
    return plans.verify_contact(contact=made, at=TUESDAY, by=SYSTEM) if premium else made


def alice(of: Organization | None = None) -> Contact:
    return contact(of or organization(), "Alice Moreau", premium=True)


def mallory() -> Contact:
    elsewhere = organization("Elsewhere Ltd", plan="silver")
    return contact(
        elsewhere, "Mallory Stone", premium=True, email=f"mallory{next(_numbers)}@elsewhere.example"
    )


def agent(
    name: str = "Carol Mensah", *, role: str = "agent", region_id: str = "americas", tier: int = 3
) -> Agent:
    email = f"{name.split(maxsplit=1)[0].lower()}{next(_numbers)}@sterling.example"
    return people.create_agent(
        name=name, email=email, role=role, region=region(region_id), tier=tier, at=TUESDAY, by=SYSTEM
    )


def viewer(who: Agent | Contact) -> Viewer:
    if isinstance(who, Agent):
        return viewer_of(who.user)
    return viewer_of(people.user_for_contact(contact=who, at=TUESDAY))


def actor(who: Agent | Contact) -> Actor:
    kind = ActorKind.AGENT if isinstance(who, Agent) else ActorKind.CONTACT
    return Actor(kind, who.pk, str(who))


def ticket(
    by: Contact,
    *,
    priority: str | None = None,
    at: datetime = TUESDAY,
    subject: str = "Export fails",
    **more: object,
) -> Ticket:
    return opening.open_ticket(
        requester=by,
        subject=subject,
        content=Content(str(more.pop("text", "It stops at 61 %."))),
        channel=str(more.pop("channel", "portal")),
        at=at,
        recorded_at=at,
        by=actor(by),
        priority=priority,
        **more,
    )


def reply(
    to: Ticket, by: Agent, at: datetime, *, status: str | None = None, text: str = "We look."
) -> Message:
    return writing.reply(ticket=to, agent=by, content=Content(text), status=status, at=at, by=actor(by))


def wrote(on: Ticket, by: Contact, at: datetime, text: str = "Any news?") -> Message:
    return writing.customer_wrote(
        ticket=on, contact=by, content=Content(text), channel="email", at=at, received_at=at, by=actor(by)
    )


def clocks(of: Ticket, at: datetime) -> list[tuple[str, str, datetime | None]]:
    """(metric, state, due) of every clock as of `at`."""
    found = promises.result_at(of.timeline_id, at).clocks
    return [(clock.metric.value, clock.state.value, clock.due) for clock in found]
