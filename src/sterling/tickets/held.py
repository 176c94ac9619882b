"""A ticket under its log's lock: every action works on one, so that no two run over each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sterling.base import rows
from sterling.base.actor import SYSTEM
from sterling.base.errors import Conflict
from sterling.base.foreseen import steady, told
from sterling.base.live import poke
from sterling.base.prepared import Prepared
from sterling.core.clocks import Status
from sterling.core.text import Text
from sterling.sla import log as logs
from sterling.sla.kinds import Kind
from sterling.tickets.handing import taken_otherwise
from sterling.tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.core.clocks import Result

GOES_ON = "where a ticket goes on"
HELD = "a ticket under its lock"
# What colleagues do among themselves: a customer does not even hear that it happened.
AMONG_US = frozenset(
    {
        Kind.NOTE,
        Kind.CONFIRMED,
        Kind.TIER,
        Kind.ROUTED,
        Kind.TRIAGED,
        Kind.DELIVERY_FAILED,
        Kind.BOUNCED,
        Kind.FOLLOWERS,
        Kind.HELD,
        Kind.APPROVED,
        Kind.DECLINED,
        Kind.RCA_GRANTED,
        Kind.HANDOVER,
    }
)


@dataclass(slots=True)
class Held:
    """The ticket as it is now, its log, and the instant at which the action happens."""

    ticket: Ticket
    log: logs.Log
    at: datetime
    by: Actor
    kinds: set[Kind] = field(default_factory=set)
    is_new: bool = False

    def append(self, kind: Kind, **data: Any) -> None:
        self.log.append(kind, data, at=self.at, by=self.by)
        self.kinds.add(kind)

    def note(self, kind: Kind, **data: Any) -> None:
        """What the product did by itself, beside what was done by hand."""
        self.log.append(kind, data, at=self.at, by=SYSTEM)
        if not self.is_new:
            self.kinds.add(kind)

    def result(self) -> Result:
        """What is promised now, with all that was appended."""
        return self.log.result(self.at)

    def settle(self) -> Result:
        """Write log, clocks and the ticket's mirror of them; open pages hear of it when this is committed."""
        result = self.log.write(self.at)
        ticket = self.ticket
        before = ticket.status
        ticket.status = (result.status or Status.OPEN).value
        ticket.priority = result.priority or ticket.priority
        ticket.plan = result.plan or ticket.plan
        ticket.updated_at = self.log.timeline.last_at
        if ticket.status != before:
            ticket.solved_at = self.at if ticket.status == Status.SOLVED else ticket.solved_at
            if before == Status.SOLVED and ticket.status not in {Status.SOLVED, Status.CLOSED}:
                ticket.solved_at = None
            ticket.closed_at = self.at if ticket.status == Status.CLOSED else None
        if (ticket.status == Status.CLOSED and before != Status.CLOSED) or self.kinds & {Kind.MERGED}:
            taken_otherwise(ticket, None, at=self.at)
        ticket.version += 1
        if rows.is_new(ticket):
            rows.insert([ticket])
        else:
            rows.update(ticket)
        poke(*self._names())
        return result

    def _names(self) -> list[str]:
        ticket = self.ticket
        ours = ["queue", f"ticket-{ticket.number}"]
        # Nothing appended here: the ticket has just opened.
        if self.kinds and self.kinds <= AMONG_US:
            return ours
        return [*ours, f"organization-{ticket.organization_id}", f"requester-{ticket.requester_id}"]


def goes_on(ticket: Ticket) -> Ticket:
    """Where a merged ticket goes on. Found without its lock: a merge takes two locks in an order of its own."""
    while (into := steady(GOES_ON, ticket.pk, partial(_merged_into, ticket))) is not None:
        ticket = into
    return ticket


def _merged_into(ticket: Ticket) -> Ticket | None:
    found = _MERGED.first(ticket.pk)
    return found.merged_into if found else None


_MERGED = Prepared(lambda pk: Ticket.objects.select_related("merged_into").filter(pk=pk), int)
_FRESH = Prepared(
    lambda pk: Ticket.objects.select_related("organization__region", "requester__region").filter(pk=pk), int
)


def hold(ticket: Ticket, *, at: datetime, by: Actor, regions: tuple[str, ...] = ()) -> Held:
    """Lock the ticket's log, read both afresh. The instant never lies before the log's last event."""
    log, fresh = told(HELD, ticket.pk, lambda: _locked(ticket, regions))
    if fresh is None:
        raise Ticket.DoesNotExist(f"ticket {ticket.pk}")
    # Of one organization, as the database holds.
    fresh.requester.organization = fresh.organization
    return Held(fresh, log, log.instant(at), by)


def _locked(ticket: Ticket, regions: tuple[str, ...]) -> tuple[logs.Log, Ticket | None]:
    return logs.locked(ticket.timeline_id, *regions), _FRESH.first(ticket.pk)


def free(tickets: Collection[Ticket]) -> dict[int, tuple[logs.Log, Ticket]]:
    """Those that nobody else holds and that go on, locked and read afresh, by their keys: what `hold` asks for.

    Four queries, and nobody is waited for.
    """
    found = logs.locked_free([ticket.timeline_id for ticket in tickets])
    fresh = _ALL_FRESH.all([ticket.pk for ticket in tickets if ticket.timeline_id in found]) if found else []
    return {
        one.pk: (found[one.timeline_id], one)
        for one in fresh
        if one.merged_into_id is None and one.status != Status.CLOSED
    }


_ALL_FRESH = Prepared(
    lambda keys: Ticket.objects.select_related("organization__region", "requester__region").filter(
        pk__among=keys
    ),
    list,
)


def hold_open(ticket: Ticket, *, at: datetime, by: Actor, regions: tuple[str, ...] = ()) -> Held:
    """The same, refused when the ticket is closed or merged: nothing more counts there."""
    held = hold(ticket, at=at, by=by, regions=regions)
    if held.ticket.merged_into_id:
        number = held.ticket.merged_into.number if held.ticket.merged_into else ""
        raise Conflict(
            Text(
                f"This ticket was merged into #{number}. Write there instead.",
                f"该工单已并入 #{number}，请在那里继续。",
            )
        )
    if held.ticket.status == Status.CLOSED:
        raise Conflict(
            Text(
                "This ticket is closed. A new message from the customer opens a follow-up.",
                "该工单已关闭。客户再次来信时会自动建立后续工单。",
            )
        )
    return held
