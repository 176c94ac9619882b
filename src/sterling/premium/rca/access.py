"""The guarded door to analyses: through their ticket. Customers read what was published, and only confirmed ones do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.accounts.access import row_id, staff
from sterling.base.errors import NotYours
from sterling.base.prepared import Prepared
from sterling.core.rca.owed import ENTITLEMENT
from sterling.core.text import Text
from sterling.plans import entitled
from sterling.plans.queries import catalog_of
from sterling.premium.rca import queries
from sterling.premium.rca.models import Action, Published, Rca
from sterling.premium.rca.opening import settle
from sterling.tickets.access import ticket_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.base.prepared import Asked
    from sterling.tickets.models import Ticket

RELATED = (
    "ticket__organization__region",
    "ticket__requester",
    "ticket__assignee__user",
    "ticket__timeline__region",
    "ticket__timeline__catalog_version",
    "owner__user",
    "author__user",
)


def analyses_for(viewer: Viewer) -> QuerySet[Rca]:
    """All for staff; for a confirmed contact the organization's; nothing for anyone else."""
    every = _every()
    if viewer.agent:
        return every
    contact = viewer.contact
    if contact and contact.confirmed_at:
        return every.filter(organization_id=contact.organization_id)
    return every.none()


def analysis_of(viewer: Viewer, ticket: Ticket) -> Rca | None:
    """The analysis of a ticket that came through its own door; None: there is none for this viewer."""
    contact = viewer.contact
    if viewer.agent or (
        contact and contact.confirmed_at and contact.organization_id == ticket.organization_id
    ):
        return _OF_TICKET.first(ticket.pk, ticket.organization_id)
    return None


_OF_TICKET = Prepared(
    lambda ticket, organization: _every().filter(ticket=ticket, organization=organization), int, int
)


def _every() -> QuerySet[Rca]:
    return Rca.objects.select_related(*RELATED).defer("ticket__timeline__catalog_version__document")


def card_of(viewer: Viewer, ticket: Ticket) -> Rca | None:
    """The same for staff, without what stands around it: every ticket page asks."""
    staff(viewer)
    return queries.of_ticket(ticket)


def seldom(ticket: Ticket) -> Asked:
    """What `card_of` asks, and mostly finds nothing."""
    return (queries.OF_TICKET, (ticket.pk, ticket.organization_id))


def analysis_for(viewer: Viewer, number: str | int, at: datetime) -> Rca:
    """NotEntitled: the ticket's plan includes none and none was granted. NotYours: none is owed (yet)."""
    ticket = ticket_for(viewer, number)
    if viewer.agent:
        settle(ticket=ticket, at=at)
    found = analysis_of(viewer, ticket)
    if found is not None:
        return found
    if viewer.agent or (viewer.contact and viewer.contact.confirmed_at):
        require(ticket)
    raise NotYours(NONE_OWED)


NONE_OWED = Text(
    "No root-cause analysis is owed on this ticket. It opens by itself once an engineer confirms the priority for which "
    "the plan includes one.",
    "该工单目前无须根本原因分析。工程师确认相应优先级后会自动建立。",
)


def require(ticket: Ticket) -> None:
    """NotEntitled: the plan that the ticket is served under has no analyses."""
    catalog = catalog_of(ticket.timeline.catalog_version)
    if ENTITLEMENT in catalog.entitlements:
        entitled.require(entitled.Held(catalog, ticket.plan), ENTITLEMENT)


def to_write(viewer: Viewer, number: str | int, at: datetime) -> Rca:
    """The same for those who write it."""
    staff(viewer)
    return analysis_for(viewer, number, at)


def action_for(viewer: Viewer, rca: Rca, ref: str | int) -> Action:
    staff(viewer)
    found = Action.objects.filter(rca=rca, organization_id=rca.organization_id, pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def published_for(viewer: Viewer, number: str | int, edition: str | int) -> Published:
    """One edition as it was published, through the door of its ticket."""
    rca = analysis_of(viewer, ticket_for(viewer, number))
    found = (
        Published.objects.filter(rca=rca, organization_id=rca.organization_id, number=row_id(edition)).first()
        if rca
        else None
    )
    if found is None:
        raise NotYours
    return found
