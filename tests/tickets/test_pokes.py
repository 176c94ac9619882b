"""Every ticket action pokes from one place: names of what changed, once it is committed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from sterling.base.live import CHANNEL
from sterling.sla.actions import recompute
from sterling.sla.models import Timeline
from sterling.tickets.actions import changing, quiet, writing
from sterling.tickets.content import Content
from sterling.tickets.models import Message
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("installed")]
MINUTE = timedelta(minutes=1)


@contextmanager
def listening() -> Iterator[Callable[[], list[str]]]:
    """A listener of its own; the names it has heard so far."""
    known = connection.settings_dict
    with psycopg.connect(
        dbname=known["NAME"],
        host=known["HOST"] or None,
        port=known["PORT"] or None,
        user=known["USER"] or None,
        password=known["PASSWORD"] or None,
        autocommit=True,
    ) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        # What was committed before the question was asked is there when it is answered.
        yield lambda: [notice.payload for notice in listener.notifies(timeout=0.2)]


def names_of(ticket: object) -> list[str]:
    return [
        "queue",
        f"ticket-{ticket.number}",
        f"organization-{ticket.organization_id}",
        f"requester-{ticket.requester_id}",
    ]


def test_a_new_ticket_tells_queue_ticket_organization_and_requester():
    alice = make.alice()
    with listening() as heard:
        ticket = make.ticket(alice)
        assert heard() == names_of(ticket)


def test_a_customers_message_and_a_reply_tell_the_same():
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    with listening() as heard:
        make.wrote(ticket, alice, make.TUESDAY + MINUTE)
        assert heard() == names_of(ticket)
        make.reply(ticket, carol, make.TUESDAY + 2 * MINUTE)
        assert heard() == names_of(ticket)


def test_a_customer_does_not_hear_that_a_note_was_written():
    carol = make.agent()
    ticket = make.ticket(make.alice())
    with listening() as heard:
        at, by = make.TUESDAY + MINUTE, make.actor(carol)
        writing.note(ticket=ticket, agent=carol, content=Content("Careful."), at=at, by=by)
        assert heard() == ["queue", f"ticket-{ticket.number}"]


def test_a_note_that_solves_is_heard_by_the_customer_too():
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    make.reply(ticket, carol, make.TUESDAY + MINUTE)
    with listening() as heard:
        at, by = make.TUESDAY + 2 * MINUTE, make.actor(carol)
        writing.note(ticket=ticket, agent=carol, content=Content("Done."), status="solved", at=at, by=by)
        assert heard() == names_of(ticket)


def test_nothing_is_told_of_what_is_undone():
    carol = make.agent()
    ticket = make.ticket(make.alice())
    with listening() as heard:
        with transaction.atomic():
            make.reply(ticket, carol, make.TUESDAY + MINUTE)
            assert heard() == []
            transaction.set_rollback(True)
        assert heard() == []


def test_what_changes_nothing_tells_nothing():
    carol = make.agent()
    ticket = make.ticket(make.alice())
    with listening() as heard:
        changing.assign(ticket=ticket, to=None, at=make.TUESDAY + MINUTE, by=make.actor(carol))
        assert heard() == []


def test_a_clock_that_falls_due_tells_the_queue_and_its_timeline():
    ticket = make.ticket(make.alice(), priority="urgent")
    tick_at = Timeline.objects.get(pk=ticket.timeline_id).tick_at
    with listening() as heard:
        assert recompute.tick(at=tick_at) == 0
        assert heard() == []
        assert recompute.tick(at=tick_at + MINUTE) == 1
        assert heard() == [
            "queue",
            f"timeline-{ticket.timeline_id}",
            f"organization-{ticket.organization_id}",
        ]


def test_a_delivery_tells_the_outbox_and_its_ticket():
    carol = make.agent()
    ticket = make.ticket(make.alice())
    message = make.reply(ticket, carol, make.TUESDAY + MINUTE)
    with listening() as heard:
        quiet.sent(
            message=Message.objects.get(pk=message.pk),
            at=make.TUESDAY + 2 * MINUTE,
            refused="",
            by=make.actor(carol),
        )
        assert heard() == ["outbox", f"ticket-{ticket.number}"]
