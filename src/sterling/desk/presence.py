"""Who has which ticket open, and who writes there. Told by the open page, over by itself, kept nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.live import poke
from sterling.desk.models import Presence

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket

LASTS = timedelta(seconds=75)  # an open page tells it every 30 s
DOING = frozenset({"", "reply", "note"})


@dataclass(frozen=True, slots=True)
class Present:
    """`doing`: "reply", "note" while writing one, else nothing."""

    agent: int
    name: str
    doing: str


@transaction.atomic
def here(*, ticket: Ticket, agent: Agent, doing: str, at: datetime) -> None:
    """The agent has the ticket open. Desks hear of it when that is new, or does something else than before."""
    doing = doing if doing in DOING else ""
    _end_old(at)
    before = Presence.objects.filter(ticket=ticket, agent=agent).values_list("doing", flat=True).first()
    Presence.objects.update_or_create(ticket=ticket, agent=agent, defaults={"doing": doing, "at": at})
    if before != doing:
        poke(f"presence-{ticket.number}")


@transaction.atomic
def left(*, ticket: Ticket, agent: Agent) -> None:
    gone, _ = Presence.objects.filter(ticket=ticket, agent=agent).delete()
    if gone:
        poke(f"presence-{ticket.number}")


def _end_old(at: datetime) -> None:
    old = Presence.objects.filter(at__lt=at - LASTS)
    numbers = set(old.values_list("ticket__number", flat=True))
    if numbers:
        old.delete()
        poke(*(f"presence-{number}" for number in sorted(numbers)))


def present(at: datetime, ticket: Ticket | None = None) -> dict[int, list[Present]]:
    """Who is there now, by the ticket's number; writers first. One query."""
    found = Presence.objects.filter(at__gte=at - LASTS)
    if ticket is not None:
        found = found.filter(ticket=ticket)
    known: dict[int, list[Present]] = {}
    columns = found.order_by("pk").values_list(
        "ticket__number", "agent_id", "agent__user__name", "agent__user__email", "doing"
    )
    for number, agent, name, email, doing in columns:
        known.setdefault(number, []).append(Present(agent, name or email, doing))
    return {number: sorted(people, key=lambda one: not one.doing) for number, people in known.items()}
