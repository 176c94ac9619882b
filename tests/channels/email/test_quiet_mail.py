"""Machines: nobody is answered too often, nothing that no person wrote moves a clock, bounces are shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sterling.base.models import AuditEntry
from sterling.channels.email import intake, machines, processing, senders
from sterling.channels.email.models import InboundMail, MailRules, SenderRule, Undeliverable
from sterling.channels.email.reasons import words_for
from sterling.tickets.actions import merging
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
SUPPORT = "support@sterling.example"
ROBOT = "robot@other-desk.example"


def took(raw: bytes, at: datetime = TUESDAY, *, to: str = SUPPORT) -> InboundMail:
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[to], peer="::1", at=at)
    processing.process(mail_id=row.pk, at=at)
    row.refresh_from_db()
    return row


def answers() -> int:
    return Message.objects.filter(kind="auto", author_kind="system").count()


def test_three_automatic_answers_an_hour_go_to_one_sender_and_no_more() -> None:
    for minute in range(6):
        took(mail(ROBOT, subject=f"Automatic answer {minute}"), TUESDAY + minute * MINUTE)
    assert (Ticket.objects.count(), answers()) == (6, 3)
    took(mail("wang@muguang.example"), TUESDAY + 6 * MINUTE)
    assert answers() == 4
    took(mail(ROBOT, subject="An hour later"), TUESDAY + 63 * MINUTE)
    assert answers() == 5


def test_how_many_is_data() -> None:
    MailRules.objects.create(pk=1, answers_per_hour=1)
    for minute in range(3):
        took(mail(ROBOT, subject=f"Automatic answer {minute}"), TUESDAY + minute * MINUTE)
    assert answers() == 1


@pytest.mark.parametrize("header", [{"List_Id": "<users.example.com>"}, {"Auto_Submitted": "auto-generated"}])
def test_lists_and_machines_are_not_answered(header: dict[str, str]) -> None:
    took(mail("monitor@muguang.example", **header))
    assert (Ticket.objects.count(), answers()) == (1, 0)


def test_two_machines_reopen_a_ticket_ten_times_an_hour_and_no_more() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    outcomes = []
    for turn in range(12):
        at = TUESDAY + (turn * 2 + 1) * MINUTE
        make.reply(ticket, carol, at, status="solved")
        row = took(mail(alice.email, to=reply_address(ticket.number, SUPPORT)), at + MINUTE)
        outcomes.append(row.outcome)
    assert outcomes == ["joined by address"] * 10 + ["automatic, attached"] * 2
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_an_automatic_answer_on_a_merged_ticket_is_kept_on_the_one_that_goes_on() -> None:
    alice, carol = make.alice(), make.agent()
    first, second = make.ticket(alice), make.ticket(alice)
    merging.merge(ticket=second, into=first, at=TUESDAY + MINUTE, by=make.actor(carol))
    row = took(
        mail(alice.email, to=reply_address(second.number, SUPPORT), Auto_Submitted="auto-replied"),
        TUESDAY + 2 * MINUTE,
    )
    assert (row.outcome, row.ticket_id) == ("automatic, attached", first.pk)


def test_a_person_whose_system_marks_mail_as_automatic_counts_once_an_engineer_says_so() -> None:
    """osTicket#6380: ServiceNow marks what people write."""
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="high")
    make.reply(ticket, carol, TUESDAY + MINUTE, status="solved")
    marked = {"to": reply_address(ticket.number, SUPPORT), "Auto_Submitted": "auto-generated"}
    row = took(mail(alice.email, text="It fails again.", **marked), TUESDAY + 10 * MINUTE)
    message = Message.objects.get(pk=row.ticket_message_id)
    assert message.kind == "auto"
    machines.say(message=message, treat="person", at=TUESDAY + 40 * MINUTE, by=make.actor(carol))
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert ("next_response", "running", TUESDAY + 190 * MINUTE) in make.clocks(ticket, TUESDAY + 40 * MINUTE)
    assert took(mail(alice.email, **marked), TUESDAY + 41 * MINUTE).outcome == "joined by address"
    entry = AuditEntry.objects.get(verb="sender_rule_set")
    assert (entry.object_id, entry.data) == (alice.email, {"from": "", "to": "person"})


def test_a_person_overridden_is_still_not_answered_by_a_machine() -> None:
    senders.treat(address=ROBOT, as_="person", at=TUESDAY, by=make.actor(make.agent()))
    took(mail(ROBOT, Auto_Submitted="auto-generated"))
    assert (Ticket.objects.count(), answers()) == (1, 0)


def test_a_machine_that_says_nothing_of_itself_is_quiet_once_an_engineer_says_so() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    row = took(mail(alice.email, to=reply_address(ticket.number, SUPPORT)), TUESDAY + MINUTE)
    machines.say(
        message=Message.objects.get(pk=row.ticket_message_id),
        treat="machine",
        at=TUESDAY + 2 * MINUTE,
        by=make.actor(carol),
    )
    assert SenderRule.objects.get().treat == "machine"
    again = took(mail(alice.email, to=reply_address(ticket.number, SUPPORT)), TUESDAY + 3 * MINUTE)
    assert again.outcome == "automatic, attached"


def report(
    about: str, recipient: str, *, to: str = SUPPORT, status: str = "5.1.1", action: str = "failed"
) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        f"Message-ID: <dsn-{recipient}-{status}@mx.example>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{about}\r\n--b--\r\n"
    ).encode()


def test_a_bounce_marks_the_address_until_a_mail_comes_from_it() -> None:
    alice = make.alice()
    answer = make.reply(make.ticket(alice), make.agent(), TUESDAY + MINUTE)
    took(report(f"Message-ID: <{answer.message_id}>", alice.email), TUESDAY + 2 * MINUTE)
    answer.refresh_from_db()
    assert (answer.delivery, answer.delivery_error) == ("bounced", f"{alice.email} 5.1.1")
    assert senders.undeliverable([alice.email])[alice.email].reason == "5.1.1"
    took(mail(alice.email), TUESDAY + 3 * MINUTE)
    assert senders.undeliverable([alice.email]) == {}


def test_an_address_is_cleared_by_hand_and_that_is_recorded() -> None:
    senders.mark_undeliverable(addresses=["alice@halden.example"], reason="5.1.1", at=TUESDAY)
    senders.cleared(address="alice@halden.example", at=TUESDAY, by=make.actor(make.agent()))
    assert Undeliverable.objects.count() == 0
    assert AuditEntry.objects.filter(verb="address_cleared").count() == 1


def test_a_bounce_that_names_no_message_is_found_by_the_address_it_comes_back_to() -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    answer = make.reply(ticket, make.agent(), TUESDAY + MINUTE)
    to = reply_address(ticket.number, SUPPORT)
    row = took(report("Subject: ours", alice.email, to=to), TUESDAY + 2 * MINUTE, to=to)
    assert (row.outcome, row.ticket_message_id) == ("bounce, shown", answer.pk)


def test_a_report_marks_nobody_to_whom_the_message_did_not_go() -> None:
    """Anybody can write a report."""
    alice = make.alice()
    answer = make.reply(make.ticket(alice), make.agent(), TUESDAY + MINUTE)
    took(report(f"Message-ID: <{answer.message_id}>", "boss@elsewhere.example"), TUESDAY + 2 * MINUTE)
    assert Undeliverable.objects.count() == 0


def test_a_delay_marks_nobody_and_leaves_the_message_sent() -> None:
    alice = make.alice()
    answer = make.reply(make.ticket(alice), make.agent(), TUESDAY + MINUTE)
    late = report(f"Message-ID: <{answer.message_id}>", alice.email, status="4.4.1", action="delayed")
    took(late, TUESDAY + 2 * MINUTE)
    answer.refresh_from_db()
    assert (answer.delivery, Undeliverable.objects.count()) == ("queued", 0)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("550 5.1.1 <x@y>: unknown", "There is no such mailbox."),
        ("452 4.2.2 over quota", "The mailbox is full."),
        ("450 4.7.1 Greylisted, see policy", "The other server asks to try later."),
        ("552 message exceeds size limit", "The mail is too large for the other server."),
        ("mail.test:25: [Errno 111] Connection refused", "Our mail server cannot be reached."),
        ("535 Authentication failed", "Our mail server refused the sign-in. Check STERLING_SMTP_URL."),
    ],
)
def test_why_a_mail_did_not_arrive_is_said_in_words(said: str, words: str) -> None:
    found = words_for(said)
    assert found is not None
    assert found.en == words


def test_what_nobody_knows_is_not_made_up() -> None:
    assert words_for("599 banana") is None
