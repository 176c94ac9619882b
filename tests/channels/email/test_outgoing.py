from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from sterling.channels.email import delivery, intake, outgoing, processing, smtp
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError
from sterling.channels.email.queries import raw_outgoing, with_raw
from sterling.core.retry import GIVE_UP, WAITS, retry_after
from sterling.sla import queries as promises
from sterling.tickets.actions import changing, quiet
from sterling.tickets.identity import reply_address, ticket_number
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.channels.email.mails import mail
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
SMTP_URL = "smtp://127.0.0.1:9"


def answered(text: str = "We look into it.") -> Message:
    alice, carol = make.alice(), make.agent()
    row = intake.store(
        raw=mail(alice.email, message_id="<first@halden.example>", Cc="dana@halden.example, support@sterling.example"),
        mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=TUESDAY,
    )  # fmt: skip
    processing.process(mail_id=row.pk, at=TUESDAY)
    return make.reply(Ticket.objects.get(), carol, TUESDAY + MINUTE, text=text)


def test_an_answer_is_threaded_under_the_customers_mail() -> None:
    message = answered()
    read = message_from_bytes(outgoing.compose(message), policy=default)
    assert read["In-Reply-To"] == "<first@halden.example>"
    assert read["References"] == "<first@halden.example>"
    assert read["Message-ID"] == f"<{message.message_id}>"
    assert read["Subject"] == f"Re: Export stops [#{message.ticket.number}]"
    assert read["Reply-To"] == reply_address(message.ticket.number, "support@sterling.example")
    assert read["From"] == "Carol Mensah <support@sterling.example>"
    assert read["Auto-Submitted"] is None


def test_what_the_customers_mail_answered_comes_before_it() -> None:
    alice = make.alice()
    raw = mail(
        alice.email, message_id="<c@halden.example>", References="<a@halden.example> <b@halden.example>"
    )
    row = intake.store(raw=raw, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=TUESDAY)
    processing.process(mail_id=row.pk, at=TUESDAY)
    ticket, carol = Ticket.objects.get(), make.agent()
    thread = ["a@halden.example", "b@halden.example", "c@halden.example"]
    first = make.reply(ticket, carol, TUESDAY + MINUTE)
    assert first.references == thread
    second = make.reply(ticket, carol, TUESDAY + 2 * MINUTE)
    assert second.references == [*thread, first.message_id]
    read = message_from_bytes(outgoing.compose(second), policy=default)
    assert read["In-Reply-To"] == f"<{first.message_id}>"
    assert read["References"].split() == [f"<{one}>" for one in second.references]


def test_the_copied_stay_copied_and_we_do_not_write_to_ourselves() -> None:
    """chatwoot#15394."""
    message = answered()
    assert message.cc == ["dana@halden.example"]
    assert outgoing.recipients(message) == [message.ticket.requester.email, "dana@halden.example"]


def test_the_same_row_composes_to_the_same_bytes() -> None:
    message = answered("Zeile eins\n\n第二段 <b>")
    raw = outgoing.compose(message)
    assert raw == outgoing.compose(Message.objects.get(pk=message.pk))
    read = message_from_bytes(raw, policy=default)
    assert read.get_body(("plain",)).get_content() == "Zeile eins\r\n\r\n第二段 <b>\r\n"
    assert "第二段 &lt;b&gt;" in read.get_body(("html",)).get_content()


def test_an_acknowledgement_says_that_no_person_wrote_it() -> None:
    ticket = make.ticket(make.alice(), priority="urgent")
    ack = Message.objects.get(ticket=ticket, kind="auto")
    read = message_from_bytes(outgoing.compose(ack), policy=default)
    assert read["Auto-Submitted"] == "auto-replied"
    assert outgoing.envelope_from(ack) == ""
    text = read.get_body(("plain",)).get_content()
    assert f"#{ticket.number}" in text
    assert "1 service hour" in text
    assert "Tue 3 Mar 11:00" in text


def test_a_long_message_id_is_written_as_it_is() -> None:
    long = "x" * 120 + "@outlook.example"
    ticket = make.ticket(make.alice())
    message = make.reply(ticket, make.agent(), TUESDAY + MINUTE)
    message.references = [long]
    assert f"In-Reply-To: <{long}>\r\n".encode() in outgoing.compose(message)


def test_a_signed_address_survives_folding_to_lower_case() -> None:
    assert ticket_number(reply_address(1042, "support@sterling.example").lower()) == 1042
    assert ticket_number(reply_address(1042, "support@sterling.example").upper()) == 1042
    assert ticket_number("support+t1042-aaaaaaaaaaaaaaaa@sterling.example") is None
    assert ticket_number("support@sterling.example") is None


def test_without_a_mail_server_the_message_waits_in_the_outbox(settings: object) -> None:
    settings.SMTP_URL = ""
    message = answered()
    assert delivery.send(message_id=message.pk, at=TUESDAY + MINUTE) == "waits"
    message.refresh_from_db()
    assert (message.delivery, message.attempts) == ("queued", 0)


def sending(monkeypatch: pytest.MonkeyPatch, settings: object, error: Exception | None = None) -> list[bytes]:
    settings.SMTP_URL = SMTP_URL
    taken: list[bytes] = []

    def send(_server: object, *, sender: str, recipients: object, raw: bytes) -> list[object]:  # noqa: ARG001
        if error:
            raise error
        taken.append(raw)
        return []

    monkeypatch.setattr(smtp, "send", send)
    return taken


def test_a_sent_message_is_not_sent_again(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    taken = sending(monkeypatch, settings)
    message = answered()
    assert delivery.send(message_id=message.pk, at=TUESDAY + MINUTE) == "sent"
    assert delivery.send(message_id=message.pk, at=TUESDAY + MINUTE) == "not due"
    assert len(taken) == 1


def test_two_workers_do_not_send_the_same_message() -> None:
    message = answered()
    first = quiet.claim(message_id=message.pk, at=TUESDAY + MINUTE, lease=delivery.LEASE)
    assert first is not None
    assert quiet.claim(message_id=message.pk, at=TUESDAY + MINUTE, lease=delivery.LEASE) is None


def test_a_worker_that_died_while_sending_leaves_it_to_the_next() -> None:
    message = answered()
    quiet.claim(message_id=message.pk, at=TUESDAY + MINUTE, lease=delivery.LEASE)
    later = TUESDAY + MINUTE + delivery.LEASE
    assert quiet.claim(message_id=message.pk, at=later, lease=delivery.LEASE) is not None


def test_a_temporary_failure_is_tried_again_later_and_shown(
    monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    sending(monkeypatch, settings, TemporaryDeliveryError("450 busy"))
    message = answered()
    assert delivery.send(message_id=message.pk, at=TUESDAY + MINUTE) == "again later"
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == ("queued", "450 busy")
    assert message.next_attempt_at == TUESDAY + 2 * MINUTE


def test_a_permanent_failure_is_final_shown_and_told_in_the_log(
    monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    sending(monkeypatch, settings, PermanentDeliveryError("550 no such user"))
    message = answered()
    assert delivery.send(message_id=message.pk, at=TUESDAY + MINUTE) == "failed"
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == ("failed", "550 no such user")
    assert promises.events_of(message.ticket.timeline_id).filter(type="delivery_failed").count() == 1


def test_a_failed_delivery_leaves_the_clock_as_it_was(
    monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    """libredesk stops the clock when SMTP succeeds; ours stopped when the answer was committed."""
    sending(monkeypatch, settings, PermanentDeliveryError("550 no such user"))
    message = answered()
    delivery.send(message_id=message.pk, at=TUESDAY + 5 * MINUTE)
    assert make.clocks(message.ticket, TUESDAY + 5 * MINUTE)[0][:2] == ("first_response", "met")


def test_trying_again_ends_after_four_days() -> None:
    assert [retry_after(attempt) for attempt in (1, 2, len(WAITS))] == [
        timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=1200)]  # fmt: skip
    assert retry_after(len(WAITS) + 1) is GIVE_UP
    assert timedelta(days=3.9) < timedelta(minutes=sum(WAITS)) < timedelta(days=4.1)


def test_a_bounce_is_shown_on_the_message_it_is_about() -> None:
    message = answered()
    report = (
        (
            f"From: MAILER-DAEMON@halden.example\r\nTo: support@sterling.example\r\nSubject: Undelivered\r\n"
            f"Message-ID: <dsn@halden.example>\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            f"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
            f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.halden.example\r\n\r\n"
            f"Final-Recipient: rfc822; {message.to[0]}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
            f"--b\r\nContent-Type: message/rfc822\r\n\r\n"
        ).encode()
        + outgoing.compose(message)
        + b"\r\n--b--\r\n"
    )
    row = intake.store(raw=report, mailbox="smtp", envelope_from="", envelope_to=[], peer="", at=TUESDAY)
    assert processing.process(mail_id=row.pk, at=TUESDAY + 2 * MINUTE) == "bounce, shown"
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == ("bounced", f"{message.to[0]} 5.1.1")


def test_another_try_offers_the_bytes_that_were_kept_and_the_outbox_shows_them(
    monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    sending(monkeypatch, settings, TemporaryDeliveryError("450 busy"))
    message = answered()
    first = outgoing.compose(message)
    delivery.send(message_id=message.pk, at=TUESDAY + MINUTE)
    carol = make.agent("Dave Okafor")
    changing.set_subject(
        ticket=message.ticket, subject="Another one", at=TUESDAY + MINUTE, by=make.actor(carol)
    )
    taken = sending(monkeypatch, settings)
    assert delivery.send(message_id=message.pk, at=TUESDAY + 3 * MINUTE) == "sent"
    assert taken == [first]
    assert raw_outgoing(with_raw(Message.objects.filter(pk=message.pk)).get()) == first
