"""Which of the customer's messages wait for an answer: all of them since somebody last answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.core.clocks import Side
from sterling.sla.kinds import Kind
from sterling.tickets.models import Message, MessageKind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from sterling.sla.models import Event
    from sterling.tickets.held import Held

_ANSWERS = frozenset({Kind.AGENT_MESSAGE, Kind.CALL_ANSWERED, Kind.NO_REPLY_NEEDED})


def unanswered(held: Held) -> QuerySet[Message]:
    """The messages behind the response that is owed; also those that a merge brought from another ticket."""
    found: list[int] = []
    for row in reversed(held.log.rows):
        if _answers(row):
            break
        if row.type == Kind.CUSTOMER_MESSAGE:
            found += row.data.get("messages") or [row.data.get("message", 0)]
        elif row.type == Kind.OPENED and row.data["by"] == Side.CUSTOMER:
            first = Message.objects.filter(ticket=held.ticket, kind=MessageKind.CUSTOMER).order_by("pk")
            found += first.values_list("pk", flat=True)[:1]
    return Message.objects.filter(pk__in=found, organization_id=held.ticket.organization_id)


def _answers(row: Event) -> bool:
    return row.type in _ANSWERS or (row.type == Kind.STATUS and bool(row.data.get("message")))
