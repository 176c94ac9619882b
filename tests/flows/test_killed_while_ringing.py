"""A worker is killed at every step of raising, telling and mailing; the next one finishes, and nothing rings twice."""

from __future__ import annotations

import itertools
import os
import signal
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from sterling.accounts.models import Agent, Contact
from sterling.base.moment import now
from sterling.channels.email import letters, smtp, staff
from sterling.channels.email.models import StaffMail
from sterling.channels.email.tasks import sweep, tell_staff
from sterling.sla.actions.ticking import tick
from sterling.sla.models import Alarm
from sterling.tickets.actions import changing
from sterling.tickets.models import Ticket
from tests import make

MINUTE = timedelta(minutes=1)
ROUNDS = (tick, tell_staff, sweep)


class Steps:
    """Counts each statement and each commit of this process, and kills it with -9 before the one that was chosen."""

    def __init__(self, deadly: int) -> None:
        self.deadly = deadly
        self.done = 0

    def step(self) -> None:
        self.done += 1
        if self.done == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(self, execute: Callable[..., Any], *facts: Any) -> Any:
        self.step()
        return execute(*facts)

    def watch(self) -> None:
        connection.execute_wrappers.append(self.statement)
        commit = connection._commit

        def watched() -> None:
            self.step()
            commit()
            self.step()

        connection._commit = watched  # type: ignore[method-assign]


def work(deadly: int, sent: Path) -> int:
    """One turn of the worker's rounds in a process of its own; the signal that ended it, 0 for none."""
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # later Pythons warn of forking beside threads
        child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = Steps(deadly)
    try:
        staff.WINDOW = staff.PAUSE = timedelta()

        def send(_server: object, *, sender: str, recipients: list[str], raw: bytes) -> str:  # noqa: ARG001
            steps.step()
            if recipients[0].endswith("@sterling.example"):  # others are acknowledgements to the customer
                with sent.open("ab") as taken:
                    taken.write(raw.split(b"\r\n", 1)[0] + b"\n")
            steps.step()
            return ""

        smtp.send = send
        steps.watch()
        for round_of in ROUNDS:
            round_of()
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it is, pytest must not go on in the child
        os._exit(99)


def given(alice: Contact, carol: Agent) -> Ticket:
    at = now() - 61 * MINUTE
    ticket = make.ticket(alice, priority="urgent", at=at)
    return changing.assign(ticket=ticket, to=carol, at=at, by=make.SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_every_step_rings_once_for_each_share(
    installed: None,  # noqa: ARG001 - the regions
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    monkeypatch.setattr(staff, "MOST_AN_HOUR", 10_000)
    # What was claimed by a worker that died is free again at once, not after minutes.
    monkeypatch.setattr(letters, "LEASE", timedelta())
    alice, carol, omar = make.alice(), make.agent(), make.agent("Omar Diaz", role="admin")
    sent = tmp_path / "sent"
    for deadly in itertools.count(1):
        StaffMail.objects.all().delete()
        sent.write_bytes(b"")
        ticket = given(alice, carol)
        ended = work(deadly, sent)
        assert ended in {0, -signal.SIGKILL}
        assert work(0, sent) == 0
        rows = Alarm.objects.filter(timeline=ticket.timeline_id).order_by("share", "metric")
        assert [(row.metric, row.share, row.told, row.to_mail) for row in rows] == [
            ("first_response", 50, [carol.pk], []),
            ("first_response", 75, [carol.pk], []),
            ("first_response", 90, [carol.pk, omar.pk], []),
            ("first_response", 100, [carol.pk, omar.pk], []),
        ]
        mails = list(StaffMail.objects.order_by("agent"))
        assert [(mail.agent_id, mail.state) for mail in mails] == [(carol.pk, "sent"), (omar.pk, "sent")]
        # A mail may have left before its process died: the same one leaves again, known by its id.
        assert {line.split(b"<")[1].strip(b">").decode() for line in sent.read_bytes().splitlines()} == {
            mail.message_id for mail in mails
        }
        if ended == 0:
            break
    assert deadly > 25
