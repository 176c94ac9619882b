from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

from sterling.base.models import Blob
from sterling.channels.email import intake, processing
from sterling.channels.email.models import InboundMail
from sterling.tickets.identity import reply_address
from sterling.tickets.models import Attachment, Message, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)


def received(raw: bytes, *, at: object = TUESDAY, to: str = "support@sterling.example") -> InboundMail:
    return intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[to], peer="::1", at=at)


def took(raw: bytes, *, at: object = TUESDAY, to: str = "support@sterling.example") -> InboundMail:
    row = received(raw, at=at, to=to)
    processing.process(mail_id=row.pk, at=at)
    row.refresh_from_db()
    return row


def test_what_was_stored_is_the_raw_message_byte_by_byte() -> None:
    raw = mail()
    row = received(raw)
    with row.raw.open() as file:
        assert file.read() == raw
    assert (row.state, row.size) == ("received", len(raw))


def test_the_same_mail_again_is_the_same_row() -> None:
    raw = mail()
    assert received(raw).pk == received(raw, at=TUESDAY + MINUTE).pk
    assert InboundMail.objects.count() == 1
    assert Blob.objects.filter(name__startswith="inbound").count() == 1


def test_reading_a_mail_twice_makes_one_ticket() -> None:
    row = took(mail())
    processing.process(mail_id=row.pk, at=TUESDAY + MINUTE)
    assert Ticket.objects.count() == 1


def test_a_strangers_mail_becomes_a_ticket_of_standard_service_flagged_for_triage() -> None:
    took(mail(subject="导出的报表日期差一天", text="附件是日志。"))
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.plan, ticket.triage) == (
        "导出的报表日期差一天",
        "standard",
        "unknown_sender",
    )
    assert ticket.organization.is_provisional
    assert ticket.organization.region.is_default
    assert ticket.requester.language == "zh"
    assert ticket.requester.confirmed_at is None


def test_two_strangers_of_one_public_domain_share_nothing() -> None:
    took(mail("a@gmail.com"))
    took(mail("b@gmail.com"))
    first, second = Ticket.objects.order_by("number")
    assert first.organization_id != second.organization_id


def test_a_listed_domain_leads_to_the_organization_not_yet_confirmed() -> None:
    halden = make.organization(domains=["halden.example"])
    took(mail("New Person <new@mail.halden.example>"))
    ticket = Ticket.objects.get()
    assert ticket.organization == halden
    assert (ticket.plan, ticket.triage) == ("standard", "unconfirmed_contact")


def test_a_premium_contacts_mail_runs_on_the_contract_from_the_receipt() -> None:
    alice = make.alice()
    row = received(mail(alice.email), at=TUESDAY)
    processing.process(mail_id=row.pk, at=TUESDAY + 20 * MINUTE)
    ticket = Ticket.objects.get()
    assert (ticket.plan, ticket.priority, ticket.opened_at) == ("gold", "medium", TUESDAY)
    assert make.clocks(ticket, TUESDAY)[0] == ("first_response", "running", TUESDAY + timedelta(hours=3))


def test_html_is_made_harmless_and_attachments_are_kept() -> None:
    took(
        mail(
            html='<p onclick="x()">Hi<script>steal()</script><img src="http://spy.example/a.gif"></p>',
            files=(("日志.log", "text/plain", b"line"),),
        )
    )
    message = Message.objects.get(kind="customer")
    assert message.html.strip() == '<p>Hi<img data-remote="http://spy.example/a.gif"></p>'
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.size) == ("日志.log", 4)
    with attachment.file.open() as file:
        assert file.read() == b"line"


def test_a_reply_to_our_signed_address_joins_the_ticket() -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    row = took(
        mail(alice.email, to=reply_address(ticket.number, "support@sterling.example")), at=TUESDAY + MINUTE
    )
    assert row.outcome == "joined by address"
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(ticket=ticket, kind="customer").count() == 2


@pytest.mark.parametrize("where", ["Cc", "Delivered-To", "X-Original-To"])
def test_the_signed_address_counts_wherever_it_stands(where: str) -> None:
    """chatwoot#15365."""
    alice = make.alice()
    ticket = make.ticket(alice)
    row = took(mail(alice.email, **{where: reply_address(ticket.number, "support@sterling.example")}))
    assert row.ticket_id == ticket.pk


def test_a_forged_plus_address_leads_nowhere() -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    forged = f"support+t{ticket.number}-aaaaaaaaaaaaaaaa@sterling.example"
    row = took(mail(alice.email, to=forged))
    assert row.outcome == "opened"
    assert row.ticket_id != ticket.pk


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_a_reply_to_our_message_id_joins_and_starts_the_next_clock(header: str) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="high")
    answer = make.reply(ticket, carol, TUESDAY + MINUTE)
    took(mail(alice.email, **{header: f"<{answer.message_id}>"}), at=TUESDAY + 10 * MINUTE)
    assert Ticket.objects.count() == 1
    assert make.clocks(ticket, TUESDAY + 10 * MINUTE)[-1][:2] in {
        ("next_response", "running"),
        ("update", "running"),
    }
    assert ("next_response", "running", TUESDAY + 190 * MINUTE) in make.clocks(ticket, TUESDAY + 10 * MINUTE)


def test_a_mail_read_late_is_owed_since_its_receipt() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, priority="high")
    answer = make.reply(ticket, carol, TUESDAY + MINUTE)
    row = received(mail(alice.email, In_Reply_To=f"<{answer.message_id}>"), at=TUESDAY + 10 * MINUTE)
    processing.process(mail_id=row.pk, at=TUESDAY + 40 * MINUTE)
    owed = [clock for clock in make.clocks(ticket, TUESDAY + 40 * MINUTE) if clock[0] == "next_response"]
    assert owed == [("next_response", "running", TUESDAY + 190 * MINUTE)]


def test_a_subject_tag_counts_only_within_the_senders_own_organization() -> None:
    alice, mallory = make.alice(), make.mallory()
    ticket = make.ticket(alice)
    assert took(mail(alice.email, subject=f"Re: it [#{ticket.number}]")).ticket_id == ticket.pk
    assert took(mail(mallory.email, subject=f"Re: it [#{ticket.number}]")).ticket_id != ticket.pk


def test_a_number_in_the_subject_lets_nobody_unconfirmed_into_a_colleagues_ticket() -> None:
    halden = make.organization(domains=["halden.example"])
    ticket = make.ticket(make.alice(halden))
    row = took(mail("new@halden.example", subject=f"Re: it [#{ticket.number}]"))
    assert (row.outcome, row.ticket_id != ticket.pk) == ("opened", True)
    answer = make.reply(ticket, make.agent(), TUESDAY + MINUTE)
    assert answer.cc == []
    own = Ticket.objects.get(pk=row.ticket_id)
    assert took(mail("new@halden.example", subject=f"Re: it [#{own.number}]")).ticket_id == own.pk


def test_who_joins_by_a_number_in_the_subject_has_only_those_copied_who_were() -> None:
    alice, carol = make.alice(), make.agent()
    first = took(mail(alice.email, Cc="dana@halden.example"))
    ticket = Ticket.objects.get(pk=first.ticket_id)
    by_number = mail(
        alice.email, subject=f"Re: it [#{ticket.number}]", Cc="dana@halden.example, spy@elsewhere.example"
    )
    assert took(by_number).outcome == "joined by subject"
    answer = make.reply(ticket, carol, TUESDAY + MINUTE)
    assert answer.cc == ["dana@halden.example"]
    threaded = mail(alice.email, In_Reply_To=f"<{answer.message_id}>", Cc="erin@halden.example")
    assert took(threaded, at=TUESDAY + 2 * MINUTE).outcome == "joined by in_reply_to"
    assert make.reply(ticket, carol, TUESDAY + 3 * MINUTE).cc == ["erin@halden.example"]


def test_of_several_numbers_in_a_subject_the_last_is_the_tickets() -> None:
    alice = make.alice()
    first, second = make.ticket(alice), make.ticket(alice)
    row = took(mail(alice.email, subject=f"Re: as in [#{first.number}] [#{second.number}]"))
    assert row.ticket_id == second.pk


def test_a_mail_waits_while_the_database_is_away_and_is_read_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = received(mail())

    def collide(_: bytes) -> None:
        raise OperationalError("deadlock detected") from DeadlockDetected()

    with monkeypatch.context() as patched:
        patched.setattr(processing, "read", collide)
        with pytest.raises(OperationalError):
            processing.process(mail_id=row.pk, at=TUESDAY)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("received", 0)
    assert processing.process(mail_id=row.pk, at=TUESDAY + MINUTE) == "opened"


def test_automatic_mail_gets_no_acknowledgement() -> None:
    took(mail("monitor@muguang.example", Auto_Submitted="auto-generated"))
    assert Ticket.objects.count() == 1
    assert not Message.objects.filter(kind="auto").exists()


def test_mail_from_the_null_sender_gets_no_acknowledgement() -> None:
    row = intake.store(
        raw=mail("robot@muguang.example"),
        mailbox="smtp",
        envelope_from="<>",
        envelope_to=[],
        peer="",
        at=TUESDAY,
    )
    processing.process(mail_id=row.pk, at=TUESDAY)
    assert Ticket.objects.count() == 1
    assert not Message.objects.filter(kind="auto").exists()


def test_a_sender_without_a_domain_is_taken_from_the_envelope() -> None:
    row = intake.store(
        raw=mail("root"),
        mailbox="smtp",
        envelope_from="root@muguang.example",
        envelope_to=[],
        peer="",
        at=TUESDAY,
    )
    assert processing.process(mail_id=row.pk, at=TUESDAY) == "opened"
    assert Ticket.objects.get().requester.email == "root@muguang.example"


def test_an_out_of_office_answer_starts_no_clock_and_reopens_nothing() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    answer = make.reply(ticket, carol, TUESDAY + MINUTE, status="solved")
    row = took(
        mail(
            alice.email,
            subject="Out of office",
            In_Reply_To=f"<{answer.message_id}>",
            Auto_Submitted="auto-replied",
        )
    )
    ticket.refresh_from_db()
    assert row.outcome == "automatic, attached"
    assert ticket.status == "solved"
    assert [clock[:2] for clock in make.clocks(ticket, TUESDAY + MINUTE)] == [
        ("first_response", "met"),
        ("update", "met"),
        ("update", "paused"),
    ]


def test_what_cannot_be_read_waits_in_quarantine_with_its_reason_and_can_be_tried_again() -> None:
    row = took(b"Subject: nobody\r\n\r\nhello")
    assert (row.state, Ticket.objects.count()) == ("quarantined", 0)
    assert "sender" in row.reason
    processing.retry(mail_id=row.pk)
    row.refresh_from_db()
    assert row.state == "received"


def test_a_bad_mail_does_not_stop_the_next_one() -> None:
    assert took(b"\x00\xff\xfe").state == "quarantined"
    assert took(mail()).outcome == "opened"


def test_our_own_mail_coming_back_is_not_answered() -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    answer = make.reply(ticket, carol, TUESDAY + MINUTE)
    row = took(mail("support@sterling.example", message_id=f"<{answer.message_id}>"))
    assert row.outcome == "our own mail"
    assert Ticket.objects.count() == 1
