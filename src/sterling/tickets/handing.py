"""What ends a part of a handover: an answer, or that the ticket got another owner or was closed beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base.live import poke
from sterling.tickets.models import Handover, HandoverAnswer, HandoverItem, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket


def answered(
    item: HandoverItem, verb: Verb, agent: Agent | None, at: datetime, reason: str = ""
) -> HandoverAnswer:
    """The answer to one ticket of a handover, which is locked. It stands."""
    HandoverItem.objects.filter(pk=item.pk).update(is_open=False)
    return HandoverAnswer.objects.create(
        organization_id=item.organization_id,
        item=item,
        verb=verb,
        agent=agent,
        name=agent.name if agent else "",
        reason=reason,
        at=at,
    )


def settled(row: Handover, at: datetime) -> None:
    """Nobody has to look again when all is answered; a look that is due already stays, for what came before."""
    if row.look_at is None or row.look_at < at:
        return
    if not HandoverItem.objects.filter(handover=row, is_open=True).exists():
        Handover.objects.filter(pk=row.pk).update(look_at=None)


def taken_otherwise(ticket: Ticket, to: Agent | None, *, at: datetime) -> None:
    """The ticket, whose log is locked, got another owner, or ended (None): that part of its handover is settled."""
    item = HandoverItem.objects.filter(ticket=ticket, is_open=True).first()
    if item is None or (to is not None and to.pk == item.owner_id):
        return
    row = Handover.objects.select_for_update(of=("self",)).get(pk=item.handover_id)
    answered(item, Verb.TAKEN if to else Verb.ENDED, to, at)
    settled(row, at)
    poke("handovers", *ears(row))


def ears(row: Handover, *more: int) -> list[str]:
    """The live names of those whom it concerns."""
    agents = {row.giver_id, *more, *([row.to_agent_id] if row.to_agent_id else [])}
    return [f"alarms-{agent}" for agent in sorted(agents)]
