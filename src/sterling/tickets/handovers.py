"""Reading handovers: the doors to them, what the next shift has to see, who may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, Q

from sterling.accounts import queries as people
from sterling.accounts import rota
from sterling.accounts.access import row_id, staff
from sterling.accounts.models import Role
from sterling.base import bound
from sterling.base.errors import NotYours
from sterling.base.prepared import Columns
from sterling.core import handovers, shifts
from sterling.core.clocks import Status
from sterling.plans.queries import catalog_of
from sterling.sla import queries as promises
from sterling.tickets.access import tickets_for
from sterling.tickets.models import Handover, HandoverAlarm, HandoverItem, Message, MessageKind, Ticket

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent
    from sterling.core.shifts import Span
    from sterling.sla.models import Clock

MOST = 200  # tickets, or handovers, that one list looks at
UNACCEPTED = (handovers.Step.LEAD.value, handovers.Step.DUTY_MANAGER.value)
SAID_BY_US = (MessageKind.REPLY,)


def handovers_for(viewer: Viewer) -> QuerySet[Handover]:
    """All for staff, the latest first; nothing for anyone else."""
    found = Handover.objects.select_related("giver__user", "giver__region", "to_region", "to_agent__user")
    items = HandoverItem.objects.select_related(
        "ticket__organization", "ticket__timeline__catalog_version", "owner__user", "answer__agent__user"
    ).defer("ticket__timeline__catalog_version__document")
    alarms = HandoverAlarm.objects.order_by("at", "pk")
    found = found.prefetch_related(Prefetch("items", items.order_by("pk")), Prefetch("alarms", alarms))
    return found.order_by("-pk") if viewer.agent else found.none()


def handover_for(viewer: Viewer, ref: str | int) -> Handover:
    staff(viewer)
    found = handovers_for(viewer).filter(pk=row_id(ref)).first()
    if found is None:
        raise NotYours
    return found


def unaccepted_for(viewer: Viewer) -> list[Handover]:
    """Those that escalated, and of which something is open still: the longest overdue first. Three queries, or one."""
    staff(viewer)
    rang = HandoverAlarm.objects.filter(handover=OuterRef("pk"), step__in=UNACCEPTED)
    waits = HandoverItem.objects.filter(handover=OuterRef("pk"), is_open=True)
    return list(handovers_for(viewer).filter(Exists(rang), Exists(waits)).order_by("accept_by", "pk")[:MOST])


def heard_of_unaccepted(viewer: Viewer) -> list[tuple[int, list[int]]]:
    """Of what is open of them: the ticket's timeline and who heard. One query, with the SQL made once."""
    staff(viewer)
    return [(timeline, told) for timeline, told in _HEARD_OF_UNACCEPTED.all()]


_HEARD_OF_UNACCEPTED = Columns(
    lambda: (
        HandoverItem.objects.filter(is_open=True, handover__alarms__step__in=UNACCEPTED)
        .order_by()
        .values_list("ticket__timeline_id", "handover__alarms__told")
    )
)


def may_answer(handover: Handover, agent: Agent) -> bool:
    """Whom it was given to: the person, or those of the region and of no region; and leads, who hear when nobody did."""
    if agent.pk == handover.giver_id:
        return False
    if agent.role in {Role.LEAD, Role.ADMIN} or agent.pk == handover.to_agent_id:
        return True
    return handover.to_region_id is not None and agent.region_id in {handover.to_region_id, None}


def waiting_for(agent: Agent) -> int:
    """How many open handovers were given to the engineer or their region, or reached them as unaccepted. One query."""
    with bound.cursor() as cursor:
        cursor.execute(_WAITING, [agent.pk, agent.pk, agent.region_id, [agent.pk]])
        return int(cursor.fetchone()[0])


# Every page asks this, so it is written out; few handovers are open at a time.
_WAITING = """
    SELECT count(*) FROM tickets_handover AS one
     WHERE one.id IN (SELECT handover_id FROM tickets_handoveritem WHERE is_open) AND one.giver_id <> %s
       AND (one.to_agent_id = %s OR one.to_region_id = %s
            OR EXISTS (SELECT FROM tickets_handoveralarm AS alarm
                        WHERE alarm.handover_id = one.id AND alarm.told @> %s::bigint[]))
"""


def open_item(ticket: Ticket) -> HandoverItem | None:
    """The handover that the ticket is in."""
    found = HandoverItem.objects.select_related(
        "handover__giver__user", "handover__to_region", "handover__to_agent__user"
    )
    return found.filter(ticket=ticket, is_open=True).first()


def next_change(agent: Agent, at: datetime) -> handovers.Change:
    """Where the engineer's shift hands over, by the rota. Three queries."""
    end = at + handovers.LOOK
    known = rota.engineers(at - handovers.LOOK, end)
    worked: dict[str | None, list[Span]] = {}
    own: list[Span] = []
    for one in rota.workers(known):
        found = shifts.spans(one.shifts, one.absences, at - handovers.LOOK, end)
        worked.setdefault(one.region, []).extend(found)
        own = found if one.key == agent.pk else own
    joined = {region: _joined(spans) for region, spans in worked.items()}
    others = {one: spans for one, spans in joined.items() if one and one != agent.region_id}
    return handovers.change(own, joined.get(agent.region_id, []), others, at)


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


@dataclass(frozen=True, slots=True)
class Pending:
    """A ticket that the next shift has to see: what is due and why it stands here, its last words."""

    ticket: Ticket
    reply_due: datetime | None
    update_due: datetime | None
    is_owed: bool
    is_urgent: bool
    is_late: bool
    theirs: Message | None
    ours: Message | None

    @property
    def next_due(self) -> datetime | None:
        return min((due for due in (self.reply_due, self.update_due) if due), default=None)

    @property
    def is_unassigned(self) -> bool:
        return self.ticket.assignee_id is None


def pending(viewer: Viewer, agent: Agent, at: datetime, until: datetime) -> list[Pending]:
    """The engineer's tickets and their region's that are due before `until`, urgent, unassigned, or wait for an answer.

    Exact dues of replies and updates, the nearest first. Four queries, whatever the number; tickets that stand in an
    open handover are left out.
    """
    mine = Q(assignee=agent)
    if agent.region_id:
        mine |= Q(timeline__region=agent.region_id)
    about = tickets_for(viewer).filter(mine, timeline__live=True).exclude(handover_items__is_open=True)
    tickets = list(about.order_by("timeline__next_due", "pk")[:MOST])
    running = promises.running([ticket.timeline_id for ticket in tickets])
    theirs, ours = _last(tickets, (MessageKind.CUSTOMER,)), _last(tickets, SAID_BY_US)
    found = [
        _pending(ticket, running.get(ticket.timeline_id, []), theirs.get(ticket.pk), ours.get(ticket.pk), at)
        for ticket in tickets
    ]
    return sorted(
        (one for one in found if _matters(one, until)),
        key=lambda one: (one.next_due is None, one.next_due or at, one.ticket.pk),
    )


def _pending(
    ticket: Ticket, clocks: Iterable[Clock], theirs: Message | None, ours: Message | None, at: datetime
) -> Pending:
    replies = [clock for clock in clocks if clock.metric != "update"]
    updates = [clock for clock in clocks if clock.metric == "update"]
    catalog = catalog_of(ticket.timeline.catalog_version)
    top = max(priority.rank for priority in catalog.priorities.values())
    dues = [clock.due for clock in clocks if clock.due]
    return Pending(
        ticket,
        next((clock.due for clock in replies), None),
        next((clock.due for clock in updates), None),
        is_owed=bool(replies),
        is_urgent=catalog.priorities[ticket.priority].rank == top and ticket.status != Status.SOLVED,
        is_late=any(due < at for due in dues),
        theirs=theirs,
        ours=ours,
    )


def _matters(one: Pending, until: datetime) -> bool:
    due = one.next_due
    return (due is not None and due < until) or one.is_owed or one.is_urgent or one.is_unassigned


def _last(tickets: Collection[Ticket], kinds: tuple[MessageKind, ...]) -> dict[int, Message]:
    said = Message.objects.filter(ticket__in=[ticket.pk for ticket in tickets], kind__in=kinds)
    return {one.ticket_id: one for one in said.order_by("ticket_id", "-pk").distinct("ticket_id")}


def to_whom(agent: Agent) -> list[Agent]:
    """Colleagues who could take over. One query."""
    found = people.agents().filter(is_active=True, user__is_active=True).exclude(pk=agent.pk)
    return list(found.order_by("user__name", "pk"))


def mailable(most: int) -> list[HandoverAlarm]:
    """Alarms of which a mail has still to be written, held until the transaction ends."""
    rows = (
        HandoverAlarm.objects.filter(~Q(to_mail=[]))
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
    )
    return list(
        rows.select_related("handover__giver__user", "handover__to_region", "handover__to_agent__user")[:most]
    )


def open_numbers(handover: Handover) -> list[tuple[int, str]]:
    """Number and subject of what is open of it."""
    found = HandoverItem.objects.filter(handover=handover, is_open=True).order_by("pk")
    return list(found.values_list("ticket__number", "ticket__subject"))


def declined(answer_id: int) -> HandoverItem | None:
    found = HandoverItem.objects.select_related("ticket", "answer")
    return found.filter(answer=answer_id).first()
