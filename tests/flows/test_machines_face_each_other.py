"""Two ticket systems that answer each other come to an end, over real SMTP in both directions."""

from __future__ import annotations

import smtplib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from typing import Any

import pytest

from tests.channels.email.mails import mail
from tests.flows.product import MailServer, free_port, product, wait_for

pytestmark = pytest.mark.server
OURS, THEIRS = "support@ours.example", "support@theirs.example"
ROBOT = "robot@other-desk.example"
MOST = 3  # automatic answers to one sender in an hour


@dataclass
class OtherDesk(MailServer):
    """Another ticket system, of the worst kind: it answers every mail at once, as a new one, and marks nothing."""

    answers_to: int = 0
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        said = await super().handle_DATA(server, session, envelope)
        self.pool.submit(self.answer, len(self.taken))
        return said

    def answer(self, turn: int) -> None:
        raw = mail(ROBOT, to=OURS, subject=f"We got your message, case {turn}", text="We got it.")
        with smtplib.SMTP("127.0.0.1", self.answers_to, timeout=30) as connection:
            connection.sendmail(ROBOT, [OURS], raw)


def settled(ask: Any) -> Any:
    """What `ask` says once it has said the same for a while."""
    said, since = ask(), time.monotonic()
    while time.monotonic() - since < 4:
        time.sleep(0.2)
        if (again := ask()) != said:
            said, since = again, time.monotonic()
    return said


def test_a_desk_that_answers_everything_hears_three_answers_and_then_silence() -> None:
    intake = free_port()
    with (
        OtherDesk(answers_to=intake).running() as other,
        product(f"smtp://127.0.0.1:{other.port}", smtp_port=intake, mail_from=OURS) as line,
    ):
        line.mail(mail(ROBOT, to=OURS, subject="The first one"), ROBOT, OURS)
        wait_for(lambda: len(line.get("/tickets")["items"]) == MOST + 1, "the last answer of the other desk")
        assert settled(lambda: (len(other.taken), len(line.get("/tickets")["items"]))) == (MOST, MOST + 1)
        other.pool.shutdown()
        for sender, recipients, raw in other.taken:
            read = message_from_bytes(raw, policy=default)
            assert (sender, recipients, read["Auto-Submitted"]) == ("<>", [ROBOT], "auto-replied")
            assert parseaddr(read["From"])[1] == OURS


def test_two_sterlings_that_face_each_other_say_one_word_and_no_more() -> None:
    ours, theirs = free_port(), free_port()
    with (
        product(f"smtp://127.0.0.1:{theirs}", smtp_port=ours, mail_from=OURS) as here,
        product(f"smtp://127.0.0.1:{ours}", smtp_port=theirs, mail_from=THEIRS) as there,
    ):
        here.mail(mail(THEIRS, to=OURS, subject="Please answer"), THEIRS, OURS)
        wait_for(
            lambda: [one["state"] for one in here.get("/outbox")["items"]] == ["sent"], "the acknowledgement"
        )
        assert settled(lambda: [len(one.get("/outbox")["items"]) for one in (here, there)]) == [1, 0]
        assert [len(one.get("/tickets")["items"]) for one in (here, there)] == [1, 0]
