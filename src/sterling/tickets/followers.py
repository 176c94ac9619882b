"""Who is copied on a ticket's public replies. Only people who were on the mail, and nobody leaves unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sterling.base.foreseen import told
from sterling.base.prepared import Columns, Prepared
from sterling.core.addresses import one_form
from sterling.sla.kinds import Kind
from sterling.tickets.models import Follower

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sterling.accounts.models import Contact
    from sterling.tickets.content import Content
    from sterling.tickets.held import Held
    from sterling.tickets.models import Ticket

FOLLOWERS = "followers"
MOST = 50
"""Who are copied because a mail or another ticket names them. By hand, and by writing themselves, more may come."""


def addresses(ticket: Ticket) -> list[str]:
    """Who is copied now, in the order in which they came."""
    found = told(FOLLOWERS, ticket.pk, lambda: all_addresses([ticket.pk])[ticket.pk])
    requester = one_form(ticket.requester.email)
    return [email for email in found if one_form(email) != requester]


def is_copied(ticket: Ticket, address: str) -> bool:
    """However its domain is written."""
    return one_form(address) in map(one_form, addresses(ticket))


def all_addresses(tickets: Sequence[int]) -> dict[int, list[str]]:
    """Who is copied now on each of these. One query."""
    found: dict[int, list[str]] = {ticket: [] for ticket in tickets}
    for ticket, email in _NOW.all(list(tickets)):
        found[ticket].append(email)
    return found


_NOW = Columns(
    lambda keys: (
        Follower.objects.filter(ticket_id__among=keys, left_at__isnull=True)
        .order_by("id")
        .values_list("ticket_id", "email")
    ),
    list,
)


def carry_over(held: Held, author: Contact, content: Content, channel: str) -> None:
    """The customer wrote: To and Cc of a mail are who is copied from here on; elsewhere a colleague joins them.

    Someone from another organization adds and drops nobody.
    """
    ticket = held.ticket
    before = [] if held.is_new else addresses(ticket)
    if author.organization_id != ticket.organization_id:
        after = [*before, author.email]
    elif channel == "email":
        after = _at_most(held, [author.email, *before], [*content.to, *content.cc, author.email])
    else:
        after = [*before, author.email]
    _set(held, before, after, str(author))


def add(held: Held, email: str, who: str) -> None:
    before = addresses(held.ticket)
    _set(held, before, [*before, email], who)


def inherit(held: Held, of: Ticket) -> None:
    """Whoever was copied on the ticket that this one goes on from."""
    before = addresses(held.ticket)
    first = [*before, of.requester.email]
    _set(held, before, _at_most(held, first, [*first, *addresses(of)]), held.by.name)


def drop(held: Held, email: str, who: str) -> None:
    before = addresses(held.ticket)
    _set(held, before, [one for one in before if one != email], who)


def _at_most(held: Held, first: list[str], after: list[str]) -> list[str]:
    """As many of them as are copied, those of `first` before others; that some are left out is told once."""
    wanted = _others(held.ticket, after)
    kept = dict.fromkeys([*(one for one in map(one_form, first) if one in wanted), *wanted])
    kept = dict.fromkeys(list(kept)[:MOST])
    left_out = len(wanted) - len(kept)
    if left_out and left_out != _left_out_before(held):
        held.note(Kind.FOLLOWERS, added=[], left=[], left_out=left_out)
    return [one for one in wanted if one in kept]


def _others(ticket: Ticket, named: Collection[str]) -> dict[str, None]:
    """Those of them that are not the requester, each once, in one form."""
    requester = one_form(ticket.requester.email)
    return dict.fromkeys(one for one in map(one_form, named) if one and one != requester)


def _left_out_before(held: Held) -> int:
    told_of = (row.data.get("left_out", 0) for row in reversed(held.log.rows) if row.type == Kind.FOLLOWERS)
    return next((number for number in told_of if number), 0)


def _set(held: Held, before: list[str], after: Collection[str], who: str) -> None:
    ticket = held.ticket
    as_kept = {one_form(one): one for one in before}
    wanted = [as_kept.get(one, one) for one in _others(ticket, after)]
    added = [one for one in wanted if one not in before]
    left = [one for one in before if one not in wanted]
    if added:
        Follower.objects.bulk_create(
            [
                Follower(
                    ticket=ticket,
                    email=email,
                    organization_id=ticket.organization_id,
                    added_at=held.at,
                    added_by=who[:200],
                )
                for email in added
            ],
            update_conflicts=True,
            unique_fields=["ticket", "email"],
            update_fields=["added_at", "added_by", "left_at"],
        )
    if left:
        Follower.objects.filter(ticket=ticket, email__in=left).update(left_at=held.at)
    # The opening says who is on it by itself.
    if (added or left) and not held.is_new:
        held.append(Kind.FOLLOWERS, added=added, left=left)


def ever(ticket: Ticket) -> list[Follower]:
    """Everybody who is or was copied, in the order in which they came."""
    return EVER.all(ticket.pk)


EVER = Prepared(lambda ticket: Follower.objects.filter(ticket=ticket).order_by("id"), int)
