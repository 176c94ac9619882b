"""The guarded door to tickets: organization first, then the person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects

from sterling.accounts.access import row_id, staff
from sterling.base.errors import NotYours
from sterling.base.prepared import Columns, Prepared
from sterling.tickets import followers
from sterling.tickets.models import (
    Attachment,
    Delivery,
    Draft,
    Escalation,
    EscalationKind,
    Message,
    MessageKind,
    RoutingDecision,
    Scheduled,
    ScheduledState,
    Ticket,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.base.prepared import Asked

RELATED = (
    "organization__region",
    "requester__organization",
    "requester__region",
    "assignee__user",
    "timeline__region",
    "timeline__catalog_version",
)


def tickets_for(viewer: Viewer) -> QuerySet[Ticket]:
    """Staff see all; a confirmed contact the organization's; anyone else only what they opened."""
    everything = every_ticket()
    if viewer.agent:
        return everything
    contact = viewer.contact
    if contact and contact.confirmed_at:
        return everything.filter(organization_id=contact.organization_id)
    if contact:
        return everything.filter(organization_id=contact.organization_id, requester=contact)
    return everything.none()


def every_ticket() -> QuerySet[Ticket]:
    """What staff see: for a query that is made once, and asked after `staff(viewer)` alone."""
    # A catalog is compiled once per process; its document need not come along with every ticket.
    return Ticket.objects.select_related(*RELATED).defer("timeline__catalog_version__document")


def ticket_for(viewer: Viewer, number: str | int) -> Ticket:
    """The ticket with this number, or NotYours, which does not tell whether there is one."""
    found = _through_the_door(viewer, row_id(number))
    if found is None:
        raise NotYours
    # What must be the same row was joined once.
    found.requester.organization = found.organization
    if found.timeline.region_id == found.organization.region_id:
        found.timeline.region = found.organization.region
    return found


def _through_the_door(viewer: Viewer, number: int) -> Ticket | None:
    """As `tickets_for`, for one number, with the SQL made once."""
    if viewer.agent:
        return _FOR_STAFF.first(number)
    contact = viewer.contact
    if contact and contact.confirmed_at:
        return _FOR_COLLEAGUES.first(contact.organization_id, number)
    return _FOR_REQUESTER.first(contact.organization_id, contact.pk, number) if contact else None


def _one() -> QuerySet[Ticket]:
    found = Ticket.objects.select_related(
        "organization__region", "requester__region", "assignee__user", "timeline__catalog_version"
    )
    return found.defer("timeline__catalog_version__document")


_FOR_STAFF = Prepared(lambda number: _one().filter(number=number), int)
_FOR_COLLEAGUES = Prepared(
    lambda organization, number: _one().filter(organization_id=organization, number=number), int, int
)
_FOR_REQUESTER = Prepared(
    lambda organization, requester, number: _one().filter(
        organization_id=organization, requester=requester, number=number
    ),
    int,
    int,
    int,
)


def follow_ups(viewer: Viewer, ticket: Ticket) -> list[int]:
    """The numbers of the tickets that follow this one, as far as the viewer may see them."""
    found = tickets_for(viewer).select_related(None).filter(follow_up_of=ticket)
    return list(found.order_by("number").values_list("number", flat=True))


def moved_beside(viewer: Viewer, ticket: Ticket, since: datetime) -> list[Ticket]:
    """The few other tickets of its organization that moved last, newest first, for staff: numbers and subjects."""
    staff(viewer)
    return _MOVED.all(ticket.organization_id, ticket.pk, since)


FEW = 4
_MOVED = Prepared(
    lambda organization, pk, since: (
        Ticket.objects.filter(organization_id=organization, updated_at__gte=since)
        .exclude(pk=pk)
        .only("number", "subject", "timeline_id")
        .order_by("-updated_at", "-pk")[:FEW]
    ),
    int,
    int,
    datetime,
)


def messages_for(viewer: Viewer, ticket: Ticket) -> QuerySet[Message]:
    """What the viewer may read of a ticket that they came to through its door: notes are for staff alone."""
    found = Message.objects.filter(ticket=ticket, organization_id=ticket.organization_id).order_by("id")
    found = found.prefetch_related("attachments")
    return found if viewer.agent else found.exclude(kind=MessageKind.NOTE)


def messages_with_files(viewer: Viewer, ticket: Ticket, *, whole: bool = False) -> tuple[list[Message], int]:
    """The newest of what staff may read there, oldest first, each with its files; and how many came before.

    Two queries, one more where there are earlier ones; without files and earlier ones `looking_for` spares one.
    """
    staff(viewer)
    own = (ticket.pk, ticket.organization_id)
    found, earlier = (_EVERY if whole else _NEWEST).all(*own), 0
    if not whole and len(found) > NEWEST:
        found = found[:NEWEST]
        earlier = Message.objects.filter(ticket=ticket).count() - NEWEST
    found.reverse()
    of_message: dict[int, list[Attachment]] = {}
    for file in _FILES.all(*own, found[0].pk if earlier else 0):
        of_message.setdefault(file.message_id, []).append(file)
    for message in found:
        message.files = of_message.get(message.pk, ())
    return found, earlier


NEWEST = 60  # messages shown at once; the earlier ones are one link away


def _newest_first(ticket: int, organization: int) -> QuerySet[Message]:
    return Message.objects.filter(ticket=ticket, organization_id=organization).order_by("-id")


_EVERY = Prepared(_newest_first, int, int)
_NEWEST = Prepared(lambda ticket, organization: _newest_first(ticket, organization)[: NEWEST + 1], int, int)
_FILES = Prepared(
    lambda ticket, organization, first: Attachment.objects.filter(
        message__ticket=ticket, organization_id=organization, message__gte=first
    ).order_by("message", "id"),
    int,
    int,
    int,
)


def said_to_customers(viewer: Viewer) -> QuerySet[Message]:
    """Every message that the viewer's organization may read, to search in: never a note."""
    if viewer.contact is None:
        return Message.objects.none()
    found = Message.objects.filter(organization_id=viewer.contact.organization_id)
    return found.exclude(kind=MessageKind.NOTE)


def outgoing_for(viewer: Viewer) -> QuerySet[Message]:
    """Everything that went or waits to go out, oldest first, for staff."""
    staff(viewer)
    found = Message.objects.exclude(delivery=Delivery.NONE).order_by("id")
    return found.select_related("ticket__organization", "ticket__requester")


def seldom(viewer: Viewer, ticket: Ticket) -> list[Asked]:
    """What a ticket's page asks of it and mostly finds nothing of: files, drafts, escalations, scheduled replies."""
    own = (ticket.pk, ticket.organization_id)
    return [
        (_FILES, (*own, 0)),
        (_DRAFTS, (*own, staff(viewer).pk)),
        (_OPEN_ESCALATIONS, own),
        (_SCHEDULED, own),
        (followers.EVER, (ticket.pk,)),
    ]


def drafts_of(viewer: Viewer, ticket: Ticket) -> dict[str, Draft]:
    """The viewer's own unsent words on a ticket that they came to through its door, by mode."""
    own = _DRAFTS.all(ticket.pk, ticket.organization_id, staff(viewer).pk)
    return {draft.mode: draft for draft in own}


_DRAFTS = Prepared(
    lambda ticket, organization, agent: Draft.objects.filter(
        ticket=ticket, organization_id=organization, agent=agent
    ),
    int,
    int,
    int,
)


def last_routing(viewer: Viewer, ticket: Ticket) -> RoutingDecision | None:
    """The newest of `routing_of`, with the SQL made once."""
    staff(viewer)
    return _LAST_ROUTING.first(ticket.pk, ticket.organization_id)


_LAST_ROUTING = Prepared(
    lambda ticket, organization: (
        RoutingDecision.objects.filter(ticket=ticket, organization_id=organization)
        .select_related("agent__user")
        .order_by("-pk")[:1]
    ),
    int,
    int,
)


def routing_of(viewer: Viewer, ticket: Ticket) -> QuerySet[RoutingDecision]:
    """Who a ticket was given to and why, the newest first, on one that the viewer came to by its door; for staff."""
    staff(viewer)
    found = RoutingDecision.objects.filter(ticket=ticket, organization_id=ticket.organization_id)
    return found.select_related("agent__user").order_by("-pk")


def escalations_of(viewer: Viewer, ticket: Ticket) -> QuerySet[Escalation]:
    """Who was told of a ticket that the viewer came to through its door, the newest first. Customers read their own."""
    found = Escalation.objects.filter(ticket=ticket, organization_id=ticket.organization_id)
    found = found.select_related("taken_by__user", "follows").order_by("-pk")
    return found if viewer.agent else found.filter(kind=EscalationKind.CUSTOMER)


def open_escalations(viewer: Viewer, ticket: Ticket) -> list[Escalation]:
    """Of these, for staff, what nobody has taken yet: the oldest first, with the SQL made once."""
    staff(viewer)
    return _OPEN_ESCALATIONS.all(ticket.pk, ticket.organization_id)


_OPEN_ESCALATIONS = Prepared(
    lambda ticket, organization: Escalation.objects.filter(
        ticket=ticket, organization_id=organization, taken_at=None
    ).order_by("pk"),
    int,
    int,
)


def escalations_for(viewer: Viewer) -> QuerySet[Escalation]:
    """Every escalation that nobody has taken, the oldest first, for staff."""
    staff(viewer)
    found = Escalation.objects.filter(taken_at=None, ticket__timeline__live=True).exclude(
        kind=EscalationKind.INFORMED
    )
    return found.select_related("ticket__organization", "ticket__assignee__user").order_by("at", "pk")


def heard_of_escalations(viewer: Viewer) -> list[tuple[int, list[int]]]:
    """Of what nobody has taken: the ticket's timeline and who heard. One query, with the SQL made once."""
    staff(viewer)
    return [(timeline, told) for timeline, told in _HEARD_OF_ESCALATIONS.all()]


_HEARD_OF_ESCALATIONS = Columns(
    lambda: (
        Escalation.objects.filter(taken_at=None, ticket__timeline__live=True)
        .exclude(kind=EscalationKind.INFORMED)
        .order_by()
        .values_list("ticket__timeline_id", "told")
    )
)


def attachment_for(viewer: Viewer, number: str | int, attachment_id: int) -> Attachment:
    ticket = ticket_for(viewer, number)
    found = Attachment.objects.filter(
        pk=attachment_id, organization_id=ticket.organization_id, message__in=messages_for(viewer, ticket)
    ).first()
    if found is None:
        raise NotYours
    return found


def scheduled_on(viewer: Viewer, ticket: Ticket) -> QuerySet[Scheduled]:
    """The replies that wait to go out on a ticket that the viewer came to through its door, for staff alone."""
    staff(viewer)
    return _scheduled(ticket.pk, ticket.organization_id).prefetch_related("files")


def scheduled_rows(viewer: Viewer, ticket: Ticket) -> list[Scheduled]:
    """The same rows at once. One query; one more where there are any."""
    staff(viewer)
    found = _SCHEDULED.all(ticket.pk, ticket.organization_id)
    prefetch_related_objects(found, "files")
    return found


def _scheduled(ticket: int, organization: int) -> QuerySet[Scheduled]:
    found = Scheduled.objects.filter(ticket=ticket, organization_id=organization)
    found = found.filter(state__in=[ScheduledState.WAITING, ScheduledState.REFUSED])
    return found.select_related("agent__user").order_by("release_at", "pk")


_SCHEDULED = Prepared(_scheduled, int, int)


def scheduled_for(viewer: Viewer, number: str | int, ref: str | int) -> Scheduled:
    """One scheduled reply through the door of its ticket, whatever became of it. Staff alone know of it."""
    staff(viewer)
    ticket = ticket_for(viewer, number)
    found = Scheduled.objects.filter(
        pk=row_id(ref), ticket=ticket, organization_id=ticket.organization_id
    ).first()
    if found is None:
        raise NotYours
    return found


def all_scheduled(viewer: Viewer) -> QuerySet[Scheduled]:
    """Every reply that waits to go out, the next one first."""
    staff(viewer)
    found = Scheduled.objects.filter(state__in=[ScheduledState.WAITING, ScheduledState.REFUSED])
    return found.select_related("ticket", "agent__user").order_by("release_at", "pk")
