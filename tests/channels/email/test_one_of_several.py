"""A mail to several people, for some of whom the server asks to come again: everyone gets it once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sterling.base.actor import SYSTEM
from sterling.channels.email import delivery, outgoing, smtp
from sterling.core.retry import WAITS
from sterling.sla import queries as promises
from sterling.tickets.actions import quiet
from sterling.tickets.models import Message
from tests import make
from tests.channels.email.test_outgoing import answered
from tests.flows.product import MailServer
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
MINUTE = timedelta(minutes=1)
START = TUESDAY + MINUTE
ALICE, DANA, ERIN = "alice@halden.example", "dana@halden.example", "erin@halden.example"
BUSY, NOBODY = "450 4.2.0 Greylisted", "550 5.1.1 Nobody of that name"


class Killed(BaseException):
    """The worker ends here, as by kill -9."""


class Choosy(MailServer):
    """Takes mail for those of whom nothing else is said."""

    def __init__(self) -> None:
        super().__init__()
        self.says: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the library's hook
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        if address in self.says:
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    @property
    def got_it(self) -> list[str]:
        return sorted(one for _, recipients, _ in self.taken for one in recipients)


@pytest.fixture(scope="module")
def running() -> Iterator[Choosy]:
    with Choosy().running() as server:
        assert isinstance(server, Choosy)
        yield server


@pytest.fixture
def server(running: Choosy, settings: Any) -> Choosy:
    running.says.clear()
    running.taken.clear()
    settings.SMTP_URL = f"smtp://127.0.0.1:{running.port}"
    return running


@pytest.fixture
def message() -> Message:
    """To Alice, with copies to Dana and Erin."""
    reply = answered()
    reply.to, reply.cc = [ALICE], [DANA, ERIN]
    reply.save()
    Message.objects.filter(kind="auto").update(delivery="sent", next_attempt_at=None)
    assert outgoing.recipients(reply) == [ALICE, DANA, ERIN]
    return reply


def failures(message: Message) -> list[str]:
    told = promises.events_of(message.ticket.timeline_id).filter(type="delivery_failed")
    return [event.data["reason"] for event in told]


def state(message: Message) -> tuple[str, str, list[str]]:
    message.refresh_from_db()
    return message.delivery, message.delivery_error, message.waiting_for


def test_whoever_was_asked_to_wait_gets_it_later_and_the_others_not_again(
    server: Choosy, message: Message
) -> None:
    server.says = {DANA: BUSY}
    assert delivery.send(message_id=message.pk, at=START) == "again later for some"
    assert state(message) == ("queued", f"{DANA}: {BUSY}", [DANA])
    assert (message.sent_at, message.next_attempt_at) == (START, START + WAITS[0] * MINUTE)
    assert delivery.send(message_id=message.pk, at=START) == "not due"
    assert delivery.sweep(at=START + MINUTE) == 1
    assert message.next_attempt_at < Message.objects.get(pk=message.pk).next_attempt_at == START + 6 * MINUTE
    server.says = {}
    assert delivery.send(message_id=message.pk, at=START + 6 * MINUTE) == "sent"
    assert state(message) == ("sent", "", [])
    assert (message.sent_at, message.next_attempt_at, failures(message)) == (START, None, [])
    assert server.got_it == [ALICE, DANA, ERIN]
    raw = {raw for _, _, raw in server.taken}
    assert len(raw) == 1


def test_a_refusal_beside_it_is_told_at_once_and_stays_shown(server: Choosy, message: Message) -> None:
    server.says = {DANA: BUSY, ERIN: NOBODY}
    delivery.send(message_id=message.pk, at=START)
    assert state(message) == ("queued", f"{DANA}: {BUSY}; {ERIN}: {NOBODY}", [DANA])
    assert failures(message) == [f"{ERIN}: {NOBODY}"]
    server.says = {}
    assert delivery.send(message_id=message.pk, at=START + MINUTE) == "sent"
    assert state(message) == ("sent", f"{ERIN}: {NOBODY}", [])
    assert failures(message) == [f"{ERIN}: {NOBODY}"]
    assert server.got_it == [ALICE, DANA]


@pytest.mark.parametrize("others", [[DANA], [DANA, ERIN]])
def test_after_four_days_it_is_as_if_they_had_been_refused(
    server: Choosy, message: Message, others: list[str]
) -> None:
    server.says = dict.fromkeys(others, BUSY)
    at, tries = START, 0
    delivery.send(message_id=message.pk, at=at)
    said = "; ".join(f"{one}: {BUSY}" for one in others)
    while (due := Message.objects.get(pk=message.pk).next_attempt_at) is not None:
        at, tries = due, tries + 1
        delivery.send(message_id=message.pk, at=at)
    assert (at - START, tries) == (timedelta(minutes=sum(WAITS)), len(WAITS))
    assert state(message) == ("sent", said, [])
    assert failures(message) == [said]
    assert server.got_it == sorted({ALICE, DANA, ERIN} - set(others))


def test_one_of_those_who_wait_may_be_taken_and_another_refused(server: Choosy, message: Message) -> None:
    server.says = {ALICE: BUSY, DANA: BUSY, ERIN: BUSY}
    assert delivery.send(message_id=message.pk, at=START) == "again later"
    server.says = {DANA: BUSY, ERIN: BUSY}
    assert delivery.send(message_id=message.pk, at=START + MINUTE) == "again later for some"
    assert Message.objects.get(pk=message.pk).next_attempt_at == START + 2 * MINUTE  # tries of their own
    server.says = {DANA: NOBODY}
    assert delivery.send(message_id=message.pk, at=START + 2 * MINUTE) == "sent"
    assert state(message) == ("sent", f"{DANA}: {NOBODY}", [])
    assert server.got_it == [ALICE, ERIN]


def test_a_last_one_who_is_refused_in_the_end_is_shown_and_the_mail_counts_as_sent(
    server: Choosy, message: Message
) -> None:
    server.says = {DANA: BUSY}
    delivery.send(message_id=message.pk, at=START)
    server.says = {DANA: NOBODY}
    assert delivery.send(message_id=message.pk, at=START + MINUTE) == "sent"
    assert state(message) == ("sent", f"{DANA}: {NOBODY}", [])
    assert failures(message) == [f"{DANA}: {NOBODY}"]


@pytest.mark.parametrize("after", [False, True], ids=["before it was offered", "after it was taken"])
def test_a_worker_killed_on_the_way_to_one_sends_nothing_twice_to_the_others(
    monkeypatch: pytest.MonkeyPatch, server: Choosy, message: Message, *, after: bool
) -> None:
    server.says = {DANA: BUSY}
    delivery.send(message_id=message.pk, at=START)
    server.says = {}
    real = smtp.send

    def dying(*facts: Any, **more: Any) -> None:
        if after:
            real(*facts, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", dying)
        with pytest.raises(Killed):
            delivery.send(message_id=message.pk, at=START + MINUTE)
    assert delivery.sweep(at=START + 2 * MINUTE) == 0
    assert delivery.sweep(at=START + MINUTE + delivery.LEASE) == 1
    assert state(message) == ("sent", "", [])
    # What was taken and not noted is offered again: whoever sends mail cannot know better.
    assert server.got_it == [ALICE, *[DANA] * (1 + after), ERIN]


def test_a_report_about_another_one_stops_no_try(server: Choosy, message: Message) -> None:
    server.says = {DANA: BUSY}
    delivery.send(message_id=message.pk, at=START)
    quiet.bounced(message=message, recipients=[ERIN], status="5.1.1", hard=True, at=START, by=SYSTEM)
    assert state(message) == ("queued", f"{DANA}: {BUSY}; {ERIN} 5.1.1", [DANA])
    server.says = {}
    assert delivery.send(message_id=message.pk, at=START + MINUTE) == "sent"
    assert state(message) == ("sent", f"{ERIN} 5.1.1", [])
    assert server.got_it == [ALICE, DANA, ERIN]


def test_the_clock_ran_out_with_the_answer_and_the_tries_change_nothing(
    server: Choosy, message: Message
) -> None:
    server.says = {DANA: BUSY}
    delivery.send(message_id=message.pk, at=START)
    assert make.clocks(message.ticket, START)[0][:2] == ("first_response", "met")
