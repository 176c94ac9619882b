"""A mail to very many people: some are copied, the others are left out, and the ticket says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sterling.channels.email import intake, outgoing, processing
from sterling.channels.email.models import InboundMail
from sterling.desk.sentences import line
from sterling.plans.queries import catalog_of
from sterling.sla import queries as promises
from sterling.tickets import followers
from sterling.tickets.actions import merging
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
SUPPORT = "support@sterling.example"


def people(number: int, first: int = 0) -> list[str]:
    return [f"p{nth}@many.example" for nth in range(first, first + number)]


def took(sender: str, cc: Sequence[str], to: str = SUPPORT, at: datetime = TUESDAY) -> InboundMail:
    raw = f"From: {sender}\r\nTo: {to}\r\nCc: {','.join(cc)}\r\nSubject: All\r\n\r\nHello {at}\r\n".encode()
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[SUPPORT], peer="::1", at=at)
    processing.process(mail_id=row.pk, at=at)
    row.refresh_from_db()
    assert row.state == "done"
    return row


def to_ticket(ticket: Ticket) -> str:
    return reply_address(ticket.number, SUPPORT)


def told(ticket: Ticket) -> list[dict[str, object]]:
    return [one.data for one in promises.events_of(ticket.timeline_id) if one.type == "followers"]


def test_of_five_thousand_people_fifty_are_copied_and_the_ticket_says_so() -> None:
    alice = make.alice()
    row = took(alice.email, people(5_000))
    ticket = Ticket.objects.get()
    assert followers.addresses(ticket) == people(50)
    (event,) = [one for one in promises.events_of(ticket.timeline_id) if one.type == "followers"]
    left_out = event.data["left_out"]
    assert (event.data["added"], event.data["left"], left_out > 1_000) == ([], [], True)
    said = line(event, catalog_of(ticket.timeline.catalog_version))
    assert said is not None
    assert said.text.en == f"More people are on it than are copied: {left_out} or more are left out"
    assert said.text.zh == f"收件人过多，至少 {left_out} 人未加入抄送"
    reply = make.reply(ticket, make.agent(), TUESDAY + MINUTE)
    assert outgoing.recipients(reply) == [alice.email, *people(50)]
    with row.raw.open() as raw:
        assert people(1, 4_999)[0].encode() in raw.read()


def test_how_many_are_on_it_costs_no_statement_more() -> None:
    alice, counts = make.alice(), []
    for number in (1, 50, 5_000):
        with CaptureQueriesContext(connection) as queries:
            took(alice.email, people(number), at=TUESDAY + number * MINUTE)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_fifty_are_all_copied_and_nothing_is_said() -> None:
    took(make.alice().email, people(50))
    ticket = Ticket.objects.get()
    assert (followers.addresses(ticket), told(ticket)) == (people(50), [])


def test_the_same_too_many_again_are_told_once() -> None:
    alice = make.alice()
    took(alice.email, people(60))
    ticket = Ticket.objects.get()
    took(alice.email, people(60), to=to_ticket(ticket), at=TUESDAY + MINUTE)
    assert told(ticket) == [{"added": [], "left": [], "left_out": 10}]
    took(alice.email, people(70), to=to_ticket(ticket), at=TUESDAY + 2 * MINUTE)
    assert [event["left_out"] for event in told(ticket)] == [10, 20]


def test_a_colleague_who_writes_and_whoever_was_copied_before_come_first() -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Lind")
    took(alice.email, people(30, 100))
    ticket = Ticket.objects.get()
    took(bob.email, [alice.email, *people(60), *people(30, 100)], to=to_ticket(ticket), at=TUESDAY + MINUTE)
    assert followers.addresses(ticket) == [*people(30, 100), *people(19), bob.email]
    assert told(ticket) == [
        {"added": [], "left": [], "left_out": 41},
        {"added": [*people(19), bob.email], "left": []},
    ]


def test_of_many_who_came_the_log_names_the_first() -> None:
    alice = make.alice()
    took(alice.email, [])
    ticket = Ticket.objects.get()
    took(alice.email, people(8), to=to_ticket(ticket), at=TUESDAY + MINUTE)
    (event,) = [one for one in promises.events_of(ticket.timeline_id) if one.type == "followers"]
    said = line(event, catalog_of(ticket.timeline.catalog_version))
    assert said is not None
    assert said.text.en == f"{event.actor_name}: now copied: {', '.join(people(5))} and 3 more"
    assert said.text.zh == f"{event.actor_name}：新增抄送：{'、'.join(people(5))} 等 8 人"


def test_a_merge_copies_no_more_either() -> None:
    alice = make.alice()
    bob = make.contact(alice.organization, "Bob Lind")
    took(alice.email, people(40))
    took(bob.email, people(40, 100), at=TUESDAY + MINUTE)
    first, second = Ticket.objects.order_by("number")
    merging.merge(ticket=second, into=first, at=TUESDAY + 2 * MINUTE, by=make.actor(make.agent()))
    assert followers.addresses(first) == [*people(40), bob.email, *people(9, 100)]
    assert told(first)[0]["left_out"] == 31


def test_one_of_those_left_out_who_answers_waits_for_approval() -> None:
    took(make.alice().email, people(60))
    ticket = Ticket.objects.get()
    row = took(people(1, 55)[0], [], to=to_ticket(ticket), at=TUESDAY + MINUTE)
    assert (row.outcome, row.ticket_id) == ("waits for approval", ticket.pk)


def test_an_address_longer_than_addresses_are_is_left_out_and_the_mail_counts() -> None:
    took(make.alice().email, ["p@many.example", "x" * 199 + "@" + "many." * 30 + "example"])
    assert Message.objects.get(kind="customer").cc == ["p@many.example"]
