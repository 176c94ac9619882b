"""The worker's round over tickets that routing has to think over by itself.

Two kinds: one that waits in a pool, when somebody comes on shift; and one whose engineer is away beyond the due of a
reply. The second is decided once for an absence: where nobody else is found, it stays with who has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from sterling.base.actor import SYSTEM
from sterling.base.foreseen import foreseeing
from sterling.tickets.actions.routing import think_over
from sterling.tickets.held import hold
from sterling.tickets.models import Occasion, Ticket

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 100
_WAITING = """
    SELECT ticket.id FROM tickets_ticket AS ticket
      JOIN sla_timeline AS timeline ON timeline.id = ticket.timeline_id AND timeline.live
     WHERE ticket.route_at <= %(at)s ORDER BY ticket.route_at LIMIT %(most)s
"""
# A reply (not an update) is owed, and falls due before the engineer is back.
_DESERTED = """
    SELECT DISTINCT ticket.id FROM accounts_absence AS absence
      JOIN tickets_ticket AS ticket ON ticket.assignee_id = absence.agent_id
                                   AND ticket.status IN ('open', 'pending', 'on_hold')
      JOIN sla_timeline AS timeline ON timeline.id = ticket.timeline_id AND timeline.live
     WHERE absence.starts <= %(at)s AND absence.ends > %(at)s
       AND timeline.next_metric IN ('first_response', 'next_response') AND timeline.next_due < absence.ends
       AND NOT EXISTS (SELECT FROM tickets_routingdecision AS decision
                        WHERE decision.ticket_id = ticket.id AND decision.occasion = 'absent'
                          AND decision.at >= absence.starts)
     LIMIT %(most)s
"""


def look_again(*, at: datetime, most: int = BATCH) -> int:
    """Decide for the tickets whose time has come; how many. Each in a transaction of its own."""
    done = 0
    with foreseeing():
        for sql, occasion in ((_WAITING, Occasion.SHIFT), (_DESERTED, Occasion.ABSENT)):
            with connection.cursor() as cursor:
                cursor.execute(sql, {"at": at, "most": most})
                found = [row[0] for row in cursor.fetchall()]
            done += sum(_look(pk, occasion, at) for pk in found)
    return done


@transaction.atomic
def _look(pk: int, occasion: Occasion, at: datetime) -> bool:
    ticket = Ticket.objects.filter(pk=pk).first()
    if ticket is None:
        return False
    held = hold(ticket, at=at, by=SYSTEM)
    ours = held.ticket
    due_again = ours.route_at is not None and ours.route_at <= at
    if not held.result().is_live or (occasion is Occasion.SHIFT and not due_again):
        return False
    think_over(held, occasion)
    held.settle()
    return True
