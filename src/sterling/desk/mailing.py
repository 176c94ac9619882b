"""What the mail room adds to a ticket's page: who is copied, what waits for approval, what may belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.channels.email import holding, senders
from sterling.tickets import followers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sterling.channels.email.models import HeldMail, Undeliverable
    from sterling.tickets.models import Follower, Ticket


@dataclass(frozen=True, slots=True)
class Mailing:
    """Three queries, one more where a ticket is suggested."""

    copied: Sequence[Follower]
    left: Sequence[Follower]
    held: Sequence[HeldMail]
    dead: Sequence[Undeliverable]
    suggested: Ticket | None


def mailing(ticket: Ticket) -> Mailing:
    """For staff, of a ticket that came through its door."""
    everyone = [one for one in followers.ever(ticket) if one.email != ticket.requester.email]
    copied = [one for one in everyone if one.left_at is None]
    dead = senders.undeliverable([ticket.requester.email, *(one.email for one in copied)])
    return Mailing(
        copied,
        [one for one in everyone if one.left_at is not None],
        holding.waiting_on(ticket),
        list(dead.values()),
        ticket.may_belong_to if ticket.may_belong_to_id and not ticket.merged_into_id else None,
    )
