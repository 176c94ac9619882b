"""Reading tickets without a viewer: for channels, workers and reports. Pages go through `access`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.tickets.models import Delivery, Message, Ticket

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from django.db.models import QuerySet


def by_number(number: int) -> Ticket | None:
    return (
        Ticket.objects.select_related("organization__region", "requester", "timeline__region")
        .filter(number=number)
        .first()
    )


def by_timeline(timelines: Collection[int]) -> dict[int, Ticket]:
    """The tickets of these timelines, each with its organization."""
    found = Ticket.objects.filter(timeline__in=timelines).select_related("organization")
    return {ticket.timeline_id: ticket for ticket in found}


def numbers_by_message_id(message_ids: Iterable[str]) -> dict[str, int]:
    """Message-ID -> number of the ticket that holds a message with it."""
    wanted = {one for one in message_ids if one}
    if not wanted:
        return {}
    return dict(Message.objects.filter(message_id__in=wanted).values_list("message_id", "ticket__number"))


def organizations_by_number(numbers: Collection[int]) -> dict[int, int]:
    if not numbers:
        return {}
    return dict(Ticket.objects.filter(number__in=numbers).values_list("number", "organization_id"))


def copied(ticket: Ticket) -> set[str]:
    """Every address that a message of the ticket was copied to."""
    kept = Message.objects.filter(ticket=ticket).values_list("cc", flat=True)
    return {address for addresses in kept for address in addresses}


def message_sent_by_us(message_id: str) -> Message | None:
    if not message_id:
        return None
    found = Message.objects.select_related("ticket").filter(message_id=message_id)
    return found.exclude(delivery=Delivery.NONE).first()


def was_sent_by_us(message_id: str) -> bool:
    return message_sent_by_us(message_id) is not None


def due_outbox(at: datetime, batch: int) -> list[int]:
    """Queued messages whose time has come, oldest first."""
    due = Message.objects.filter(delivery=Delivery.QUEUED, next_attempt_at__lte=at)
    return list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:batch])


def outgoing() -> QuerySet[Message]:
    """Every message that went or waits to go out."""
    return Message.objects.exclude(delivery=Delivery.NONE).select_related("ticket")
