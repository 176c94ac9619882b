"""Answers and strangers' first words, read together: what stands afterwards is what reading one by one leaves."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sterling.accounts.models import Contact, Organization
from sterling.base.models import AuditEntry
from sterling.channels.email import batches, processing, senders, together
from sterling.channels.email.models import InboundMail
from sterling.sla import log as logs
from sterling.sla import queries as promises
from sterling.sla.models import Clock, Event
from sterling.sla.stored import FIELDS, clock_rows
from sterling.tickets.actions import merging, writing
from sterling.tickets.models import Follower, Message, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.channels.email.test_batches import received, states
from tests.flows.product import wait_for
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)


def asked(by: Contact, name: str) -> Ticket:
    """A ticket by mail, whose first message answers can name."""
    received(mail(by.email, subject=name, message_id=f"<{name}@outside.example>"))
    while batches.read_waiting():
        pass
    return Ticket.objects.get(subject=name)


def answer(by: str, to: str, **more: Any) -> bytes:
    return mail(by, subject=f"Re: {to}", In_Reply_To=f"<{to}@outside.example>", text=f"More on {to}.", **more)


def read_all() -> list[int]:
    counts = []
    while count := batches.read_waiting():
        counts.append(count)
    return counts


def stored_as_replayed(ticket: Ticket) -> bool:
    """Whether the stored clocks are what the log says, and the ticket mirrors it."""
    log = promises.log_of(ticket.timeline_id)
    until = log.timeline.computed_until
    wanted = [
        tuple(getattr(row, name) for name in FIELDS) for row in clock_rows(log.timeline, log.result(until))
    ]
    found = Clock.objects.filter(timeline=ticket.timeline_id).order_by("ordinal")
    return [tuple(row) for row in found.values_list(*FIELDS)] == wanted and log.rows[
        -1
    ].seq == log.timeline.last_seq


def everything() -> dict[str, object]:
    """All that mail leaves, without keys, times and what is drawn by lot."""
    message = ("ticket__subject", "kind", "channel", "author_kind", "author_email", "author_name", "text", "to", "cc",
               "delivery", "reply_needed")  # fmt: skip
    audit = AuditEntry.objects.order_by("pk").values_list("verb", "object_kind", "actor_kind", "data")
    subjects = dict(Ticket.objects.values_list("pk", "subject"))
    organizations = dict(Organization.objects.values_list("pk", "name"))
    texts = dict(Message.objects.filter(kind="customer").values_list("pk", "text"))
    numbers = {str(one.number): one.subject for one in Ticket.objects.all()}

    def named(text: str) -> str:
        for number, subject in numbers.items():
            text = text.replace(number, subject)
        return text

    return {
        "mails": states(),
        "pointers": [
            (subjects.get(ticket), organizations.get(organization), texts.get(message))
            for ticket, organization, message in InboundMail.objects.order_by("pk").values_list(
                "ticket_id", "organization_id", "ticket_message_id"
            )
        ],
        "tickets": sorted(
            Ticket.objects.values_list("subject", "status", "priority", "plan", "triage", "tier", "version")
        ),
        "messages": sorted(
            [(*row[:6], named(row[6]), *row[7:]) for row in Message.objects.values_list(*message)], key=repr
        ),
        "events": sorted(
            Event.objects.values_list("timeline__ticket__subject", "seq", "type", "actor_kind", "actor_name")
        ),
        "clocks": sorted(
            Clock.objects.values_list("timeline__ticket__subject", "ordinal", "metric", "state", "hours"),
            key=repr,
        ),
        "contacts": sorted(
            Contact.objects.values_list(
                "email", "name", "organization__name", "language", "confirmed_by", "version", "timezone"
            )
        ),
        "organizations": sorted(
            Organization.objects.values_list(
                "name", "region_id", "is_provisional", "language", "segment", "timezone"
            )
        ),
        "followers": sorted(Follower.objects.values_list("ticket__subject", "email", "added_by")),
        "audit": list(audit),
    }


def test_a_batch_leaves_what_reading_each_mail_alone_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    make.organization("Elsewhere Ltd", plan="silver")
    company = make.organization("Halden", plan="gold", domains=["halden.example"])
    alice, bob = make.contact(company, "Alice Moreau", premium=True), make.contact(company, "Bob Lund")
    first, second, third = asked(alice, "first"), asked(bob, "second"), asked(alice, "third")
    carol = make.agent()
    writing.reply(
        ticket=second, agent=carol, content=writing.Content("Try this."), status="pending",
        at=second.updated_at + MINUTE, by=make.actor(carol),
    )  # fmt: skip
    senders.treat(address="robot@halden.example", as_="machine", at=TUESDAY, by=make.SYSTEM)
    robot = make.contact(company, "Robot", email="robot@halden.example")
    merging.merge(ticket=third, into=first, at=third.updated_at + MINUTE, by=make.actor(carol))
    mails = [
        answer(alice.email, "first", message_id="<again@outside.example>"),
        answer(bob.email, "second"),
        answer(bob.email, "first"),
        mail("新客户 <new@place.example>", subject="stranger", text="系统无法登录。"),
        mail("new@place.example", subject="stranger again"),
        mail("Dora <dora@halden.example>", subject="colleague"),
        mail("eve@sub.halden.example", subject="colleague below"),
        mail("carol.strange@place.example", subject="other stranger"),
        answer(robot.email, "second"),
        answer(alice.email, "third"),
        answer("mallory@elsewhere.example", "first"),
        mail(alice.email, subject=f"Re: tag [#{first.number}]"),
        mail(alice.email, subject="Re: again", In_Reply_To="<again@outside.example>"),
        mail(bob.email, subject="Re: nothing known", In_Reply_To="<unknown@outside.example>"),
        mail("no.reply@place.example", subject="no name", Reply_To="Fay <fay@place.example>"),
        mail(alice.email, subject="first word", text="It's at 100 %, \\\\server\\x, $1 and %s."),
        mail(bob.email, subject="first word in bold", text="Bold.", html="<p><b>Bold</b>.</p>"),
        mail("Guo <guo@third.example>", subject="stranger in bold", text="Bold.", html="<p><b>Bold</b>.</p>"),
        mail(alice.email, subject="with a file", files=(("a.txt", "text/plain", b"a"),)),
        mail(bob.email, subject="with a copy", Cc="eve@halden.example"),
        answer(bob.email, "second", html="<p>More on second.</p>"),
    ]  # fmt: skip

    def read(mails: list[bytes]) -> dict[str, object]:
        for raw in mails:
            received(raw)
        read_all()
        assert all(stored_as_replayed(ticket) for ticket in Ticket.objects.all())
        return everything()

    with transaction.atomic():
        together_read = read(mails)
        transaction.set_rollback(True)
    monkeypatch.setattr(together, "plain_among", lambda _mails, _said: {})
    assert read(mails) == together_read


def test_answers_on_several_tickets_are_written_together() -> None:
    company = make.organization()
    people = [make.contact(company, name) for name in ("Alice Moreau", "Bob Lund", "Wang Chen")]
    tickets = [asked(person, f"t{nth}") for nth, person in enumerate(people)]
    for nth, person in enumerate(people):
        received(answer(person.email, f"t{nth}"))
    with CaptureQueriesContext(connection) as queries:
        assert batches.read_waiting() == 3
    assert sum("INSERT INTO" in query["sql"] for query in queries) == 1
    for nth, (ticket, person) in enumerate(zip(tickets, people, strict=True)):
        last = Message.objects.filter(ticket=ticket).latest("pk")
        row = InboundMail.objects.get(ticket_message_id=last.pk)
        assert (last.text, last.author_id, row.outcome) == (
            f"More on t{nth}.",
            person.pk,
            "joined by in_reply_to",
        )
        event = promises.events_of(ticket.timeline_id).last()
        assert event
        assert (event.type, event.data["message"]) == ("customer_message", last.pk)
        assert stored_as_replayed(ticket)


@pytest.mark.parametrize("kind", ["strangers", "answers"])
def test_ten_take_as_many_statements_as_two(kind: str) -> None:
    company = make.organization()
    people = [make.contact(company, f"Person {nth}") for nth in range(12)]
    for nth, person in enumerate(people):
        asked(person, f"t{nth}")

    def come(numbers: range) -> int:
        for nth in numbers:
            raw = (
                answer(people[nth].email, f"t{nth}") if kind == "answers" else mail(f"x{nth}@p{nth}.example")
            )
            received(raw)
        with CaptureQueriesContext(connection) as queries:
            assert batches.read_waiting() == len(numbers)
        return len(queries)

    assert come(range(2)) == come(range(2, 12))


def test_a_bad_answer_goes_to_quarantine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    real = writing.messages.from_customer

    def fails(ticket: Ticket, *args: Any, **more: Any) -> Message:
        if ticket.subject == "bad":
            raise ValueError("no message")
        return real(ticket, *args, **more)

    company = make.organization()
    people = [make.contact(company, name) for name in ("Alice", "Bob", "Wang")]
    tickets = [asked(person, name) for person, name in zip(people, ("a", "bad", "c"), strict=True)]
    monkeypatch.setattr(writing.messages, "from_customer", fails)
    for person, name in zip(people, ("a", "bad", "c"), strict=True):
        received(answer(person.email, name))
    read_all()
    assert states()[3:] == [
        ("done", "joined by in_reply_to"),
        ("quarantined", ""),
        ("done", "joined by in_reply_to"),
    ]
    assert [Message.objects.filter(ticket=one, kind="customer").count() for one in tickets] == [2, 1, 2]
    assert all(stored_as_replayed(ticket) for ticket in tickets)


def test_two_mails_of_one_stranger_make_one_contact_and_two_tickets() -> None:
    for subject in ("one", "two"):
        received(mail("new@place.example", subject=subject))
    assert read_all() == [2]
    assert states() == [("done", "opened")] * 2
    one = Contact.objects.get(email="new@place.example")
    assert list(Ticket.objects.order_by("number").values_list("subject", "requester")) == [
        ("one", one.pk), ("two", one.pk),
    ]  # fmt: skip
    assert Organization.objects.filter(name="new@place.example").count() == 1


def test_a_stranger_who_was_made_meanwhile_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    real = together.lock

    def made_before_the_lock(some: list[together.Plain]) -> None:
        processing.customers.sender(email="b@x.example", name="Bea", language="en", at=TUESDAY)
        real(some)

    monkeypatch.setattr(together, "lock", made_before_the_lock)
    for name in "abc":
        received(mail(f"{name}@x.example"))
    assert read_all() == [3]
    assert Contact.objects.get(email="b@x.example").name == "Bea"


def test_a_conversation_that_somebody_holds_is_waited_for_alone_and_in_its_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make.organization()
    people = [make.contact(company, name) for name in ("Alice", "Bob", "Wang")]
    tickets = [asked(person, f"t{nth}") for nth, person in enumerate(people)]
    busy = tickets[1].timeline_id
    real = logs.locked_free
    monkeypatch.setattr(
        logs, "locked_free", lambda keys: {pk: log for pk, log in real(keys).items() if pk != busy}
    )
    for nth, person in enumerate(people):
        received(answer(person.email, f"t{nth}"))
    assert read_all() == [1, 1, 1]
    assert states()[3:] == [("done", "joined by in_reply_to")] * 3


@pytest.mark.django_db(transaction=True)
def test_a_reader_takes_only_conversations_that_are_free_and_goes_on_when_the_other_is() -> None:
    company = make.organization()
    people = [make.contact(company, name) for name in ("Alice", "Bob")]
    tickets = [asked(person, f"t{nth}") for nth, person in enumerate(people)]
    for nth, person in enumerate(people):
        received(answer(person.email, f"t{nth}"))
    counts: list[int] = []

    def reading() -> None:
        try:
            counts.extend(read_all())
        finally:
            connection.close()

    reader = threading.Thread(target=reading)
    with transaction.atomic():
        logs.locked(tickets[1].timeline_id)
        reader.start()
        wait_for(lambda: _joined(tickets[0]), "the answer")
        assert not _joined(tickets[1])
    reader.join(timeout=60)
    assert (counts, _joined(tickets[1])) == ([1, 1], True)


@pytest.mark.django_db(transaction=True)
def test_an_answer_waits_for_the_mail_that_it_answers_while_another_worker_reads_that() -> None:
    opening = received(mail("pat@x.example", message_id="<first@x.example>"))
    later = received(mail("pat@x.example", In_Reply_To="<first@x.example>"))

    def reading() -> None:
        try:
            processing.process(mail_id=later.pk, at=TUESDAY)
        finally:
            connection.close()

    reader = threading.Thread(target=reading)
    with transaction.atomic():
        processing.read_locked(InboundMail.objects.select_for_update().get(pk=opening.pk), TUESDAY)
        reader.start()
        wait_for(_somebody_waits_for_a_lock, "the other reader to wait")
    reader.join(timeout=60)
    assert states() == [("done", "opened"), ("done", "joined by in_reply_to")]


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def _joined(ticket: Ticket) -> bool:
    return Message.objects.filter(ticket=ticket, kind="customer").count() == 2
