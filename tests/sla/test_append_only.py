from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from sterling.accounts.models import Contact
from sterling.base.models import AuditEntry
from sterling.sla.models import CalendarRevision, Clock, Event
from sterling.tickets.models import Message, Ticket
from tests import make

pytestmark = pytest.mark.usefixtures("installed")


def test_an_event_is_never_changed() -> None:
    ticket = make.ticket(make.alice())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(timeline=ticket.timeline).update(type="note")
    assert Event.objects.filter(timeline=ticket.timeline, type="opened").count() == 1


def test_an_event_is_never_deleted() -> None:
    ticket = make.ticket(make.alice())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.filter(timeline=ticket.timeline).delete()


def test_a_calendar_revision_is_never_changed() -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CalendarRevision.objects.filter(region_id="americas").update(document={"always": True})


def test_the_audit_is_never_changed() -> None:
    make.organization()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_a_message_cannot_stand_in_a_ticket_of_another_organization() -> None:
    ticket, stranger = make.ticket(make.alice()), make.mallory()
    Message.objects.filter(ticket=ticket).update(organization=stranger.organization)
    with pytest.raises(IntegrityError, match="same_organization"):
        transaction.get_connection().check_constraints()
    transaction.set_rollback(True)


def test_a_contact_that_moves_takes_its_rows_along() -> None:
    """An unknown sender turns out to belong to a customer."""
    alice = make.alice()
    ticket = make.ticket(alice)
    other = make.organization("Other", plan=None)
    Contact.objects.filter(pk=alice.pk).update(organization=other)
    ticket.timeline.organization = other
    ticket.timeline.save(update_fields=["organization"])
    transaction.get_connection().check_constraints()
    moved = Ticket.objects.get(pk=ticket.pk)
    assert moved.organization_id == other.pk
    assert set(Message.objects.filter(ticket=ticket).values_list("organization_id", flat=True)) == {other.pk}
    assert set(Event.objects.filter(timeline=ticket.timeline).values_list("organization_id", flat=True)) == {
        other.pk
    }
    assert set(Clock.objects.filter(timeline=ticket.timeline).values_list("organization_id", flat=True)) == {
        other.pk
    }
