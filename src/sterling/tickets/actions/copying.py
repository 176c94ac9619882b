"""Who is copied on a ticket, by an engineer's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.base.errors import NotYours
from sterling.tickets import followers
from sterling.tickets.held import Held, hold
from sterling.tickets.models import Follower

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.base.actor import Actor
    from sterling.tickets.models import Ticket


def join(held: Held, address: str) -> None:
    """Somebody who wrote is copied from now on; part of an action that holds the ticket."""
    followers.add(held, address, held.by.name)


@transaction.atomic
def remove(*, ticket: Ticket, address: str, at: datetime, by: Actor) -> None:
    """They get no more copies. NotYours: they got none."""
    held = hold(ticket, at=at, by=by)
    if address not in followers.addresses(held.ticket):
        raise NotYours
    followers.drop(held, address, by.name)
    held.settle()


@transaction.atomic
def bring_back(*, ticket: Ticket, address: str, at: datetime, by: Actor) -> None:
    """Somebody who was copied once and left is copied again. NotYours: they never were on a mail of the ticket."""
    held = hold(ticket, at=at, by=by)
    if not Follower.objects.filter(ticket=held.ticket, email=address, left_at__isnull=False).exists():
        raise NotYours
    followers.add(held, address, by.name)
    held.settle()
