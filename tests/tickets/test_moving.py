"""Somebody looked at who a person is: confirmed, or moved to where they belong with everything of theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from sterling.accounts.actions import customers
from sterling.accounts.models import Contact
from sterling.base.errors import Conflict
from sterling.base.models import AuditEntry
from sterling.core.clocks import replay
from sterling.sla import queries as promises
from sterling.sla.models import Clock, Event
from sterling.tickets.access import tickets_for
from sterling.tickets.actions import merging, people
from sterling.tickets.content import Content, File
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = [pytest.mark.usefixtures("installed")]
HOUR = timedelta(hours=1)


def stranger(email: str = "lin@halden.example") -> Contact:
    return customers.sender(email=email, name="Lin Ke", language="", at=TUESDAY)


def checked() -> None:
    """Have the database look now at what it looks at when a transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_stranger_and_all_their_tickets_move_to_the_organization_they_belong_to() -> None:
    lin, alice, carol = stranger(), make.alice(), make.agent()
    ticket = make.ticket(lin, priority="urgent", at=TUESDAY)
    Attachment.objects.create(
        organization_id=ticket.organization_id,
        message=Message.objects.filter(ticket=ticket).earliest("pk"),
        name="a.log",
        content_type="text/plain",
        size=1,
        digest="",
        file="none",
    )
    closed = make.ticket(lin, at=TUESDAY)
    make.reply(closed, carol, TUESDAY + HOUR / 4, status="closed")
    to = alice.organization
    people.move_contact(contact=lin, to=to, at=TUESDAY + HOUR / 2, by=make.actor(carol))
    checked()
    for model in (Ticket, Message, Attachment, Event, Clock):
        assert set(model.objects.values_list("organization_id", flat=True)) == {to.pk}
    ticket.refresh_from_db()
    assert (ticket.plan, ticket.triage, ticket.timeline.region_id) == ("standard", "", "americas")
    kinds = list(promises.events_of(ticket.timeline_id).values_list("type", flat=True))
    assert kinds[-3:] == ["organization", "region", "triaged"]
    assert {one.pk for one in tickets_for(make.viewer(alice))} == {ticket.pk, closed.pk}
    lin.refresh_from_db()
    assert (lin.organization_id, lin.confirmed_by) == (to.pk, "Carol Mensah")
    assert AuditEntry.objects.filter(verb="contact_moved", organization_id=to.pk).count() == 1


def test_the_clocks_after_a_move_are_what_a_replay_says() -> None:
    lin, carol = stranger(), make.agent()
    ticket = make.ticket(lin, priority="high", at=TUESDAY)
    to = make.organization("Haichuan", plan="gold", region_id="china")
    people.move_contact(contact=lin, to=to, at=TUESDAY + HOUR, by=make.actor(carol))
    at = TUESDAY + 2 * HOUR
    log = promises.log_of(ticket.timeline_id)
    said = [(one["metric"], one["state"], one["due"]) for one in replay(log.document(at))]
    kept = [
        (metric, state, due.isoformat().replace("+00:00", "Z") if due else None)
        for metric, state, due in make.clocks(ticket, at)
    ]
    assert said == kept
    assert log.timeline.region_id == "china"


def test_moving_to_where_somebody_is_changes_nothing() -> None:
    lin, carol = stranger(), make.agent()
    ticket = make.ticket(lin)
    events = promises.events_of(ticket.timeline_id).count()
    people.move_contact(contact=lin, to=lin.organization, at=TUESDAY, by=make.actor(carol))
    lin.refresh_from_db()
    assert lin.confirmed_at is None
    assert promises.events_of(ticket.timeline_id).count() == events


def test_a_premium_contact_gives_the_seat_back_first() -> None:
    alice, carol = make.alice(), make.agent()
    with pytest.raises(Conflict, match="premium contact of the organization"):
        people.move_contact(contact=alice, to=make.organization("Other"), at=TUESDAY, by=make.actor(carol))
    alice.refresh_from_db()
    assert alice.organization.name == "Halden Freight"


def test_who_is_tied_to_a_colleagues_ticket_is_not_moved_alone() -> None:
    alice, carol = make.alice(), make.agent()
    bob = make.contact(alice.organization, "Bob Reyes")
    his, hers = make.ticket(bob), make.ticket(alice)
    merging.merge(ticket=his, into=hers, at=TUESDAY + HOUR, by=make.actor(carol))
    with pytest.raises(Conflict, match=f"#{his.number} is tied"):
        people.move_contact(contact=bob, to=make.organization("Other"), at=TUESDAY, by=make.actor(carol))
    bob.refresh_from_db()
    assert bob.organization_id == alice.organization_id


def test_confirming_opens_the_colleagues_tickets_and_answers_the_flag() -> None:
    alice, carol = make.alice(), make.agent()
    bob = make.contact(alice.organization, "Bob Reyes", confirmed=False)
    ticket, hers = make.ticket(bob), make.ticket(alice)
    assert ticket.triage == "unconfirmed_contact"
    people.confirm_contact(contact=bob, at=TUESDAY, by=make.actor(carol))
    ticket.refresh_from_db()
    assert ticket.triage == ""
    bob.refresh_from_db()
    assert hers in tickets_for(make.viewer(bob))


def test_a_file_of_a_moved_ticket_can_still_be_opened() -> None:
    lin, alice, carol = stranger(), make.alice(), make.agent()
    ticket = make.ticket(lin)
    from sterling.tickets.actions import writing

    said = writing.customer_wrote(
        ticket=ticket,
        contact=lin,
        content=Content("See.", files=(File("a.log", "", b"x"),)),
        channel="email",
        at=TUESDAY,
        received_at=TUESDAY,
        by=make.actor(lin),
    )
    people.move_contact(contact=lin, to=alice.organization, at=TUESDAY + HOUR, by=make.actor(carol))
    checked()
    from sterling.tickets.access import attachment_for

    kept = said.attachments.get()
    assert attachment_for(make.viewer(alice), ticket.number, kept.pk).name == "a.log"
