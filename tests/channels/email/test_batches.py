"""Mail read in batches: one bad mail stops no other, and a batch that breaks is read one by one."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from sterling.base.models import Blob
from sterling.channels.email import batches, intake, processing
from sterling.channels.email.models import InboundMail
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.flows.product import wait_for
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")


def received(raw: bytes) -> InboundMail:
    return intake.store(
        raw=raw,
        mailbox="smtp",
        envelope_from="",
        envelope_to=["support@sterling.example"],
        peer="",
        at=TUESDAY,
    )


def states() -> list[tuple[str, str]]:
    return list(InboundMail.objects.order_by("pk").values_list("state", "outcome"))


def test_a_batch_reads_the_oldest_up_to_its_size_and_the_next_one_the_rest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "MOST", 3)
    for number in range(4):
        received(mail(f"a{number}@x.example", subject=f"Mail {number}"))
    assert [batches.read_waiting() for _ in range(3)] == [3, 1, 0]
    assert list(Ticket.objects.order_by("number").values_list("subject", flat=True)) == [
        "Mail 0",
        "Mail 1",
        "Mail 2",
        "Mail 3",
    ]


def test_a_batch_stops_where_the_mails_grow_too_large_together(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "MOST_BYTES", 1000)
    received(mail("a@x.example", text="x" * 5000))
    received(mail("b@x.example"))
    assert [batches.read_waiting() for _ in range(3)] == [1, 1, 0]


def test_a_mail_that_cannot_be_read_goes_to_quarantine_alone():
    received(mail("a@x.example"))
    bad = received(mail("b@x.example"))
    received(mail("c@x.example"))
    Blob.objects.filter(name=bad.raw.name).delete()
    while batches.read_waiting():
        pass
    assert states() == [("done", "opened"), ("quarantined", ""), ("done", "opened")]
    assert Ticket.objects.count() == 2


def test_what_a_bad_mail_had_begun_is_undone_while_the_others_stay(monkeypatch: pytest.MonkeyPatch):
    real = processing.content_of

    def fails(reading: processing.Reading) -> object:
        if reading.subject == "Bad":
            raise ValueError("no content")
        return real(reading)

    monkeypatch.setattr(processing, "content_of", fails)
    received(mail("good@x.example"))
    received(mail("bad@y.example", subject="Bad"))
    while batches.read_waiting():
        pass
    assert states() == [("done", "opened"), ("quarantined", "")]
    emails = Ticket.objects.values_list("requester__email", flat=True)
    assert list(emails) == ["good@x.example"]
    assert not make.Contact.objects.filter(email="bad@y.example").exists()


def test_a_batch_ends_with_the_first_mail_that_joins_a_ticket():
    """So that it never holds the locks of two conversations."""
    alice = make.alice()
    first, second = make.ticket(alice), make.ticket(alice)
    for ticket in (first, second):
        received(mail(alice.email, subject=f"Re: Export fails [#{ticket.number}]"))
    assert [batches.read_waiting() for _ in range(3)] == [1, 1, 0]
    assert states() == [("done", "joined by subject")] * 2
    assert Message.objects.filter(ticket=first).count() == Message.objects.filter(ticket=second).count() == 3


def test_a_collision_of_transactions_has_the_batch_read_one_by_one(monkeypatch: pytest.MonkeyPatch):
    real, collisions = processing.customers.sender, [1]

    def collides(*, email: str, **more: object) -> object:
        if email == "b@x.example" and collisions:
            collisions.pop()
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return real(email=email, **more)

    monkeypatch.setattr(processing.customers, "sender", collides)
    for name in "abc":
        received(mail(f"{name}@x.example"))
    while batches.read_waiting():
        pass
    assert states() == [("done", "opened")] * 3
    assert Ticket.objects.count() == 3


def test_a_mail_that_ended_the_worker_three_times_is_not_tried_again():
    fatal, other = received(mail("a@x.example")), received(mail("b@x.example"))
    InboundMail.objects.filter(pk=fatal.pk).update(attempts=3)
    assert batches.read_carefully() == 2
    assert states() == [("quarantined", ""), ("done", "opened")]
    fatal.refresh_from_db()
    other.refresh_from_db()
    assert fatal.reason == "reading it ended the worker 3 times"
    assert other.attempts == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("installed")
def test_the_reader_hears_of_mail_and_stops_when_told():
    stop = threading.Event()
    reader = threading.Thread(target=batches.read_when_told, args=(stop,))
    reader.start()
    try:
        for number in range(3):
            received(mail(f"a{number}@x.example"))
            wait_for(lambda number=number: Ticket.objects.count() == number + 1, "the ticket")
    finally:
        stop.set()
        reader.join(timeout=120)
    assert not reader.is_alive()
    connection.close()
