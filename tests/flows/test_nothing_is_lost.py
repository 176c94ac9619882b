"""Every process of the product is killed while mail comes in. Each mail is one ticket, and the clocks are right."""

from __future__ import annotations

import os
import signal
import smtplib
import threading
import time

import pytest

from tests.channels.email.mails import mail
from tests.flows.product import Product, product, wait_for

pytestmark = pytest.mark.server
MAILS = 500
SUPPORT = "support@sterling.example"
LONGEST = 600.0


def send_until_taken(line: Product, first: int, last: int, taken: list[int], stop: threading.Event) -> None:
    """A mail server that tries again until it hears 250, with the same bytes each time."""
    for number in range(first, last):
        sender = f"sender{number}@customer{number}.example"
        raw = mail(sender, subject=f"Mail {number}", message_id=f"<kill-{number}@outside.example>")
        while not stop.is_set():
            try:
                with smtplib.SMTP("127.0.0.1", line.smtp_port, timeout=20) as connection:
                    connection.sendmail(sender, [SUPPORT], raw)
            except (OSError, smtplib.SMTPException):
                time.sleep(0.05)
                continue
            taken.append(number)
            break


def kill(pids: list[int]) -> None:
    assert pids, "nothing to kill"
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def database(line: Product) -> list[int]:
    return [line.database_pid()]


def test_no_mail_is_lost_or_doubled_when_every_process_is_killed_in_turn() -> None:
    with product() as line:
        taken: list[int] = []
        stop = threading.Event()
        half = MAILS // 2
        senders = [
            threading.Thread(target=send_until_taken, args=(line, start, start + half, taken, stop))
            for start in (0, half)
        ]
        for sender in senders:
            sender.start()
        try:
            victims = [
                "sterling worker",
                "sterling smtp",
                "database",
                "sterling web",
                "sterling events",
                "all of it",
            ]
            for place, victim in enumerate(victims, start=1):
                wait_for(
                    lambda place=place: len(taken) >= place * MAILS // 8,
                    f"mail before killing {victim}",
                    LONGEST,
                )
                if victim == "all of it":
                    assert line.process is not None
                    line.process.kill()
                    line.process.wait()
                    wait_for(lambda: not line.pids("sterling"), "every child to go with its parent")
                    line.start()
                else:
                    kill(database(line) if victim == "database" else line.pids(victim))
            for sender in senders:
                sender.join(timeout=LONGEST)
        finally:
            stop.set()
        assert sorted(taken) == list(range(MAILS))

        def subjects() -> list[str]:
            found, after = [], ""
            while True:
                page = line.get(f"/tickets?limit=200{after}")
                found += [ticket["subject"] for ticket in page["items"]]
                if page["next"] is None:
                    return found
                after = f"&after={page['next']}"

        wait_for(lambda: len(subjects()) >= MAILS, "all tickets", LONGEST)
        assert sorted(subjects()) == sorted(f"Mail {number}" for number in range(MAILS))
        # The doctor replays every live log and compares it with the stored clocks.
        assert line.sterling("doctor")
