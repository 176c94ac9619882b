"""Reading tickets without a viewer: for channels, workers and reports. Pages go through `access`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Q

from sterling.accounts import queries as people
from sterling.base.foreseen import told
from sterling.base.prepared import Prepared
from sterling.core.addresses import forms, one_form
from sterling.core.clocks import Status
from sterling.core.threads import Candidate
from sterling.sla import queries as promises
from sterling.sla.kinds import Kind
from sterling.tickets.held import goes_on
from sterling.tickets.models import (
    Delivery,
    Escalation,
    Message,
    MessageKind,
    Occasion,
    RoutingDecision,
    RoutingRules,
    Ticket,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from sterling.accounts.models import Contact

MOST_DIGITS = 18


def by_number(number: int) -> Ticket | None:
    return _BY_NUMBER.first(number)


_BY_NUMBER = Prepared(
    lambda number: Ticket.objects.select_related(
        "organization__region", "requester", "timeline__region"
    ).filter(number=number),
    int,
)


def by_numbers(numbers: Collection[int]) -> dict[int, Ticket]:
    """The same for several, by number. One query."""
    return {one.number: one for one in _BY_NUMBERS.all(list(numbers))}


_BY_NUMBERS = Prepared(
    lambda numbers: Ticket.objects.select_related(
        "organization__region", "requester", "timeline__region"
    ).filter(number__among=numbers),
    list,
)


def having(words: Sequence[str]) -> QuerySet[Ticket, tuple[int]]:
    """Keys of the tickets in which each of these words stands somewhere; at least one word."""
    first, *others = (_having(word) for word in words)
    # The keys meet before any ticket is read: looked up one word after the other, thousands would be for nothing.
    return first.intersection(*others) if others else first


def _having(word: str) -> QuerySet[Ticket, tuple[int]]:
    """Where the word is the number, or stands in the subject, or in the name or address of who asks.

    One part for each place, since an index finds a word in one table: asked for in any of them at once, every
    ticket would have to be looked at.
    """
    keys = Ticket.objects.order_by().values_list("pk")
    parts = [
        keys.filter(requester__name__icontains=word),
        keys.filter(requester__email__icontains=word),
        keys.filter(organization__name__icontains=word),
    ]
    number = word.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        parts.append(keys.filter(number=int(number)))
    return keys.filter(subject__icontains=word).union(*parts, all=True)


def by_pk(pks: Collection[int]) -> dict[int, Ticket]:
    """The tickets of these rows."""
    found = Ticket.objects.filter(pk__in=pks)
    return {
        one.pk: one for one in found.select_related("organization__region", "requester", "timeline__region")
    }


def going_on(ticket: Ticket) -> Ticket:
    """Where a merged ticket goes on; itself when it was not merged."""
    return goes_on(ticket)


def automatic_answers_to(requesters: Collection[Contact], since: datetime) -> dict[int, int]:
    """How many messages that no person wrote went to each requester since then, by their keys. One query."""
    automatic = Message.objects.filter(
        ticket__requester__in=[one.pk for one in requesters], ticket__updated_at__gt=since
    )
    automatic = automatic.filter(kind=MessageKind.AUTO, author_kind="system", created_at__gt=since)
    return dict(automatic.order_by().values_list("ticket__requester").annotate(Count("pk")))


def last_sent_to(number: int, addresses: Collection[str]) -> Message | None:
    """The latest message of the ticket that left for one of these addresses."""
    wanted = [form for one in addresses for form in forms(one)]
    left = Message.objects.select_related("ticket").filter(ticket__number=number)
    left = left.exclude(delivery=Delivery.NONE).order_by("-pk")
    return left.filter(Q(to__overlap=wanted) | Q(cc__overlap=wanted)).first()


def may_be_meant(requester: Contact, since: datetime, most: int = 50) -> list[Candidate]:
    """The requester's own tickets that are not closed and moved lately, the latest first."""
    return told(
        "meant", requester.pk, lambda: all_that_may_be_meant([requester], since, most).get(requester.pk, [])
    )


def all_that_may_be_meant(
    requesters: Collection[Contact], since: datetime, most: int = 50
) -> dict[int, list[Candidate]]:
    """The same for several, by their keys. One query."""
    found: dict[int, list[Candidate]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MEANT, [[one.pk for one in requesters], since, Status.CLOSED.value, most])
        for requester, number, subject in cursor.fetchall():
            found.setdefault(requester, []).append(Candidate(number, subject))
    return found


# Asked of every mail without a thread, so it is written out.
_MEANT = """
    SELECT asked.id, own.number, own.subject
      FROM unnest(%s::bigint[]) AS asked(id)
     CROSS JOIN LATERAL (
           SELECT number, subject, updated_at, id FROM tickets_ticket
            WHERE requester_id = asked.id AND updated_at >= %s AND merged_into_id IS NULL AND status <> %s
            ORDER BY updated_at DESC, id DESC LIMIT %s
           ) AS own
     ORDER BY asked.id, own.updated_at DESC, own.id DESC
"""


def reopenings(ticket: Ticket, since: datetime) -> int:
    """How often a customer's message made it open again since then."""
    status, count = Status.OPEN.value, 0
    for event in promises.events_of(ticket.timeline_id).filter(type__in=[Kind.STATUS, Kind.CUSTOMER_MESSAGE]):
        if event.type == Kind.STATUS:
            status = event.data["to"]
        elif status in {Status.PENDING, Status.SOLVED}:
            status = Status.OPEN.value
            count += event.at > since
    return count


def by_timeline(timelines: Collection[int]) -> dict[int, Ticket]:
    """The tickets of these timelines, each with its organization."""
    found = Ticket.objects.filter(timeline__in=timelines).select_related("organization")
    return {ticket.timeline_id: ticket for ticket in found}


def live_of(organization_id: int) -> list[Ticket]:
    """What an organization has open, the oldest first."""
    found = Ticket.objects.filter(organization_id=organization_id, timeline__live=True)
    return list(found.order_by("opened_at", "pk"))


def live_with_priority(organizations: Collection[int], priorities: Collection[str]) -> list[Ticket]:
    """What these organizations have open at one of these priorities. One query."""
    found = Ticket.objects.filter(
        organization__in=organizations, priority__in=priorities, timeline__live=True
    )
    return list(found.order_by("pk"))


def numbers_by_message_id(message_ids: Iterable[str]) -> dict[str, int]:
    """Message-ID -> number of the ticket that held a message with it first: whoever learns of one can copy it."""
    wanted = {one for one in message_ids if one}
    if not wanted:
        return {}
    latest_first = Message.objects.filter(message_id__in=wanted).order_by("-id")
    return dict(latest_first.values_list("message_id", "ticket__number"))


def organizations_by_number(numbers: Collection[int]) -> dict[int, int]:
    if not numbers:
        return {}
    return dict(Ticket.objects.filter(number__in=numbers).values_list("number", "organization_id"))


def copied(ticket: Ticket) -> set[str]:
    """Every address that a message of the ticket was copied to, in one form."""
    kept = Message.objects.filter(ticket=ticket).values_list("cc", flat=True)
    return {one_form(address) for addresses in kept for address in addresses}


def message_sent_by_us(message_id: str) -> Message | None:
    if not message_id:
        return None
    found = Message.objects.select_related("ticket").filter(message_id=message_id)
    return found.exclude(delivery=Delivery.NONE).first()


def of_requester(contact_id: int) -> tuple[list[int], list[int]]:
    """The ids of somebody's tickets, and of every message in them."""
    tickets = list(Ticket.objects.filter(requester=contact_id).values_list("pk", flat=True))
    return tickets, list(Message.objects.filter(ticket__in=tickets).values_list("pk", flat=True))


def first_decisions(
    organizations: Collection[int], since: datetime, until: datetime
) -> QuerySet[RoutingDecision]:
    """Who got the tickets that opened in [since, until) where a primary engineer was named for their region."""
    found = RoutingDecision.objects.filter(
        organization__in=organizations, at__gte=since, at__lt=until, occasion=Occasion.OPENED
    )
    return found.filter(primary__isnull=False).order_by("pk")


def open_by_engineer() -> dict[int, int]:
    """How many tickets each engineer has that are not solved. One query."""
    mine = Ticket.objects.filter(assignee__isnull=False, status__in=["open", "pending", "on_hold"])
    return dict(mine.order_by().values_list("assignee").annotate(Count("pk")))


def escalations_to_mail(most: int) -> list[Escalation]:
    """Told, and the mail to somebody has still to be written; held until the transaction ends."""
    found = Escalation.objects.filter(~Q(to_mail=[])).order_by("pk").select_for_update(of=("self",))
    return list(found.select_related("ticket__organization")[:most])


def escalations_mailed(mailed: Sequence[Escalation]) -> None:
    """The mails about these are written."""
    Escalation.objects.filter(pk__in=[one.pk for one in mailed]).update(to_mail=[])


def names_told(escalations: Iterable[Escalation]) -> dict[int, str]:
    """The names of the agents who heard. One query."""
    keys = {agent for one in escalations for agent in one.told}
    return {agent.pk: agent.name for agent in people.agents().filter(pk__in=keys)} if keys else {}


def routing_rules() -> RoutingRules:
    return RoutingRules.objects.filter(pk=1).first() or RoutingRules(pk=1)


def was_sent_by_us(message_id: str) -> bool:
    return message_sent_by_us(message_id) is not None


def due_outbox(at: datetime, batch: int) -> list[int]:
    """Queued messages whose time has come, oldest first."""
    due = Message.objects.filter(delivery=Delivery.QUEUED, next_attempt_at__lte=at)
    return list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:batch])


def outgoing() -> QuerySet[Message]:
    """Every message that went or waits to go out."""
    return Message.objects.exclude(delivery=Delivery.NONE).select_related("ticket")


def with_people(timelines: Collection[int]) -> dict[int, Ticket]:
    """The tickets of these logs with their people. One query."""
    found = Ticket.objects.filter(timeline_id__in=timelines).select_related("requester", "assignee__user")
    return {ticket.timeline_id: ticket for ticket in found}


def opened_within(organization_id: int, periods: Sequence[tuple[datetime, datetime]]) -> list[int]:
    """How many of an organization's tickets were opened in each of these. One query."""
    wanted = {
        f"opened{nth}": Count("pk", filter=Q(opened_at__gte=start, opened_at__lt=end))
        for nth, (start, end) in enumerate(periods)
    }
    found = Ticket.objects.filter(organization_id=organization_id).aggregate(**wanted)
    return [found[f"opened{nth}"] for nth in range(len(periods))]
