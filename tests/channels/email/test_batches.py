"""Mail read in batches: one bad mail stops no other, and a batch that breaks is read one by one."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected

from sterling.base.models import Blob
from sterling.channels.email import batches, intake, processing, senders
from sterling.channels.email.models import InboundMail
from sterling.sla import queries as promises
from sterling.sla.models import Clock
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


def test_a_batch_ends_with_the_first_mail_that_joins_a_ticket_by_a_tag():
    """Which is read by itself, and waits for its conversation: while holding another it must not."""
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


def test_first_mails_of_contacts_are_written_together_and_each_stands_as_if_it_had_come_alone():
    company = make.organization()
    people = [make.contact(company, name) for name in ("Alice Moreau", "Bob Lund", "Wang Chen")]
    for person in people:
        received(mail(person.email, subject=f"From {person.name}", text="It stops."))
    with CaptureQueriesContext(connection) as asked:
        assert batches.read_waiting() == 3
    assert sum("INSERT INTO" in query["sql"] for query in asked) == 1
    tickets = list(Ticket.objects.order_by("number"))
    assert [(one.requester, one.subject) for one in tickets] == [
        (person, f"From {person.name}") for person in people
    ]
    for one, row in zip(tickets, InboundMail.objects.order_by("pk"), strict=True):
        first, answer = Message.objects.filter(ticket=one).order_by("pk")
        assert (first.text, answer.kind, answer.to) == ("It stops.", "auto", [one.requester.email])
        assert answer.references == [first.message_id]
        assert (row.state, row.outcome, row.ticket_id, row.ticket_message_id, row.organization_id) == (
            "done",
            "opened",
            one.pk,
            first.pk,
            company.pk,
        )
        log = promises.log_of(one.timeline_id)
        assert [event.type for event in log.rows] == ["opened", "auto_message"]
        result = log.result(one.timeline.computed_until)
        assert [row.due for row in Clock.objects.filter(timeline=one.timeline).order_by("ordinal")] == [
            clock.due for clock in result.clocks
        ]


def test_the_same_mail_twice_in_one_batch_is_one_ticket():
    alice = make.alice()
    one = mail(alice.email, message_id="<same@outside.example>")
    received(one)
    received(b"Received: by another way\r\n" + one)
    while batches.read_waiting():
        pass
    assert states() == [("done", "opened"), ("done", "came before")]
    assert Ticket.objects.count() == 1


def test_two_mails_of_one_contact_in_a_batch_count_each_other():
    """The second is shown as perhaps belonging to the first, and no more answers leave than may."""
    senders.MailRules.objects.update_or_create(pk=1, defaults={"answers_per_hour": 1})
    alice = make.alice()
    for _ in range(2):
        received(mail(alice.email, subject="Export stops at night"))
    while batches.read_waiting():
        pass
    first, second = Ticket.objects.order_by("number")
    assert second.may_belong_to == first
    assert [Message.objects.filter(ticket=one).count() for one in (first, second)] == [2, 1]


def test_an_answer_in_the_batch_of_the_mail_that_it_answers_joins_its_ticket():
    alice = make.alice()
    received(mail(alice.email, message_id="<question@outside.example>"))
    received(mail(alice.email, subject="More", In_Reply_To="<question@outside.example>"))
    while batches.read_waiting():
        pass
    assert [outcome for _, outcome in states()] == ["opened", "joined by in_reply_to"]


def test_one_bad_mail_among_plain_ones_has_the_others_read_all_the_same(monkeypatch: pytest.MonkeyPatch):
    real = processing.content_of

    def fails(reading: processing.Reading) -> object:
        if reading.subject == "Bad":
            raise ValueError("no content")
        return real(reading)

    monkeypatch.setattr(processing, "content_of", fails)
    company = make.organization()
    for name, subject in (("Alice", "Good"), ("Bob", "Bad"), ("Carl", "Good")):
        received(mail(make.contact(company, name).email, subject=subject))
    while batches.read_waiting():
        pass
    assert states() == [("done", "opened"), ("quarantined", ""), ("done", "opened")]
    assert list(Ticket.objects.values_list("subject", flat=True)) == ["Good", "Good"]
