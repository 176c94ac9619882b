from __future__ import annotations

import threading
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection

from sterling.accounts.models import Agent, User
from sterling.channels.email import letters, smtp, staff, staff_words
from sterling.channels.email.errors import PermanentDeliveryError, TemporaryDeliveryError
from sterling.channels.email.models import StaffMail
from sterling.core.text import Text
from sterling.sla.actions import alarms as ringing
from sterling.sla.models import Alarm
from sterling.tickets.actions import changing
from sterling.tickets.actions.alarms import tell
from sterling.tickets.models import Message, Ticket
from tests import make
from tests.make import TUESDAY

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BASE = "https://support.example"


@pytest.fixture
def carol() -> Agent:
    return make.agent()


@pytest.fixture(autouse=True)
def base(settings: object) -> None:
    settings.BASE_URL = BASE
    settings.SMTP_URL = "smtp://127.0.0.1:9"


def given(to: Agent, *, subject: str = "Export fails", at: datetime = TUESDAY) -> Ticket:
    ticket = make.ticket(make.alice(), priority="urgent", at=at, subject=subject)
    changing.assign(ticket=ticket, to=to, at=at, by=make.SYSTEM)
    return ticket


def ring(at: datetime) -> int:
    """What came before `at` is told, and its mails are written when they have waited."""
    ringing.raise_due(at=at - staff.WINDOW)
    tell(at=at - staff.WINDOW)
    return staff.write_batches(at=at)


def mails(to: Agent) -> list[StaffMail]:
    return list(StaffMail.objects.filter(agent=to).order_by("pk"))


def test_an_alarm_reaches_the_assignee_by_mail(carol: Agent) -> None:
    ticket = given(carol)
    assert ring(TUESDAY + 31 * MINUTE) == 1
    (mail,) = mails(carol)
    assert mail.to == carol.user.email
    assert mail.subject == f"#{ticket.number}: First reply: 50 % of the target used"
    assert mail.text == (
        f"#{ticket.number} Export fails (Halden Freight)\n"
        f"First reply: 50 % of the target used; due Tue 3 Mar 11:00 (Chicago time)\n"
        f"{BASE}/desk/tickets/{ticket.number}/\n\n"
        f"All alarms: {BASE}/desk/alarms/\n"
    )


def test_one_who_reads_chinese_is_written_to_in_chinese(carol: Agent) -> None:
    User.objects.filter(pk=carol.user_id).update(language="zh", timezone="Asia/Shanghai")
    ticket = given(carol)
    ring(TUESDAY + 31 * MINUTE)
    (mail,) = mails(carol)
    assert mail.subject == f"#{ticket.number}：首次回复：目标时间已用 50%"
    assert "首次回复：目标时间已用 50%；期限 3 月 4 日周三 01:00（北京时间）" in mail.text


def test_an_incident_of_fifty_tickets_is_one_mail(carol: Agent) -> None:
    alice = make.alice()
    for number in range(50):
        at = TUESDAY + number * timedelta(milliseconds=300)
        ticket = make.ticket(alice, priority="urgent", at=at, subject=f"Down {number}")
        changing.assign(ticket=ticket, to=carol, at=at, by=make.SYSTEM)
    half = TUESDAY + 30 * MINUTE
    for second in range(60):  # the worker's rounds of a minute
        at = half + timedelta(seconds=second, milliseconds=1)
        ringing.raise_due(at=at)
        tell(at=at)
        staff.write_batches(at=at)
    (mail,) = mails(carol)
    assert mail.subject.startswith("50 promises need you; #")
    assert mail.text.count("First reply: 50 % of the target used") == 50


def test_after_a_mail_what_comes_waits_five_minutes_for_the_next(carol: Agent) -> None:
    given(carol, subject="One")
    given(carol, subject="Two", at=TUESDAY + MINUTE)
    given(carol, subject="Three", at=TUESDAY + 2 * MINUTE)
    assert ring(TUESDAY + 30 * MINUTE + MINUTE / 2) == 1
    assert ring(TUESDAY + 31 * MINUTE + MINUTE / 2) == 0
    assert ring(TUESDAY + 35 * MINUTE) == 0
    assert ring(TUESDAY + 35 * MINUTE + MINUTE / 2) == 1
    first, second = mails(carol)
    assert "One" in first.text
    assert "Two" in second.text
    assert "Three" in second.text
    assert second.subject.startswith("2 promises need you; #")


def test_a_storm_ends_in_a_mail_that_says_so_and_a_summary_an_hour_later(carol: Agent) -> None:
    for number in range(20):
        given(carol, subject=f"Down {number}", at=TUESDAY + 6 * number * MINUTE)
    began = TUESDAY + 31 * MINUTE
    written = [ring(began + minute * MINUTE) for minute in range(59)]
    assert sum(written) == staff.MOST_AN_HOUR
    last = mails(carol)[-1]
    assert "What follows is collected until Tue 3 Mar 11:31; the desk shows all at once." in last.text
    assert all("collected" not in mail.text for mail in mails(carol)[:-1])
    assert ring(began + 60 * MINUTE) == 1
    summary = mails(carol)[-1]
    assert summary.subject.startswith("11 promises need you; #")


def test_after_a_day_off_there_is_one_mail_and_each_promise_stands_in_it_once(carol: Agent) -> None:
    ticket = given(carol)
    assert ring(TUESDAY + 24 * HOUR + MINUTE) == 1
    (mail,) = mails(carol)
    lines = [line for line in mail.text.splitlines() if line.startswith(("First", "Update"))]
    assert lines == [
        "First reply past due; due Tue 3 Mar 11:00 (Chicago time)",
        "Update past due; due Wed 4 Mar 10:00 (Chicago time)",
    ]
    assert Alarm.objects.filter(timeline=ticket.timeline_id).count() == 11
    assert ring(TUESDAY + 24 * HOUR + 2 * MINUTE) == 0


def test_a_warning_that_was_answered_before_its_mail_is_left_out(carol: Agent) -> None:
    ticket = given(carol)
    ringing.raise_due(at=TUESDAY + 31 * MINUTE)
    tell(at=TUESDAY + 31 * MINUTE)
    make.reply(ticket, carol, TUESDAY + 32 * MINUTE)
    assert staff.write_batches(at=TUESDAY + 33 * MINUTE) == 0
    assert mails(carol) == []
    assert ring(TUESDAY + 34 * MINUTE) == 0


def test_customers_are_never_mailed(carol: Agent) -> None:
    ticket = given(carol)
    before = Message.objects.filter(ticket=ticket).count()
    ring(TUESDAY + 24 * HOUR)
    written_to = {mail.to for mail in StaffMail.objects.all()}
    assert carol.user.email in written_to
    assert written_to <= {agent.user.email for agent in Agent.objects.all()}
    assert Message.objects.filter(ticket=ticket).count() == before


def test_a_long_list_is_cut_and_says_so() -> None:
    item = staff_words.Item(1042, "Export\nfails", "Halden", Text("Reply past due", "回复已超时"), TUESDAY)
    said = staff_words.written([item] * 53, BASE, make.TUESDAY.tzinfo)
    assert said.body.en.count("#1042 Export fails (Halden)") == 50
    assert "and 3 more" in said.body.en
    assert "另有 3 项" in said.body.zh
    assert said.subject.zh == "53 项承诺待处理；#1042：回复已超时"


def test_the_mail_is_automatic_and_always_the_same_bytes(carol: Agent) -> None:
    given(carol)
    ring(TUESDAY + 31 * MINUTE)
    (mail,) = mails(carol)
    raw = staff.compose(mail)
    assert raw == staff.compose(StaffMail.objects.get(pk=mail.pk))
    read = message_from_bytes(raw, policy=default)
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["To"] == carol.user.email
    assert read["Message-ID"] == f"<{mail.message_id}>"


def taking(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[tuple[str, list[str]]]:
    taken: list[tuple[str, list[str]]] = []

    def send(_server: object, *, sender: str, recipients: list[str], raw: bytes) -> str:
        if error:
            raise error
        assert raw
        taken.append((sender, recipients))
        return ""

    monkeypatch.setattr(smtp, "send", send)
    return taken


def test_the_sweep_sends_each_mail_once(monkeypatch: pytest.MonkeyPatch, carol: Agent) -> None:
    taken = taking(monkeypatch)
    given(carol)
    ring(TUESDAY + 31 * MINUTE)
    assert staff.sweep(at=TUESDAY + 31 * MINUTE) == 1
    assert staff.sweep(at=TUESDAY + 32 * MINUTE) == 0
    assert taken == [("", [carol.user.email])]
    (mail,) = mails(carol)
    assert (mail.state, mail.sent_at) == ("sent", TUESDAY + 31 * MINUTE)


def test_a_mail_server_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch, carol: Agent) -> None:
    taking(monkeypatch, TemporaryDeliveryError("450 busy"))
    given(carol)
    ring(TUESDAY + 31 * MINUTE)
    staff.sweep(at=TUESDAY + 31 * MINUTE)
    (mail,) = mails(carol)
    assert (mail.state, mail.error, mail.next_attempt_at) == ("queued", "450 busy", TUESDAY + 32 * MINUTE)


def test_an_address_that_is_refused_is_not_tried_again(monkeypatch: pytest.MonkeyPatch, carol: Agent) -> None:
    taking(monkeypatch, PermanentDeliveryError("550 no such user"))
    given(carol)
    ring(TUESDAY + 31 * MINUTE)
    staff.sweep(at=TUESDAY + 31 * MINUTE)
    assert [(mail.state, mail.error) for mail in mails(carol)] == [("failed", "550 no such user")]


def test_without_a_mail_server_old_alarms_do_not_pile_up(
    monkeypatch: pytest.MonkeyPatch, settings: object, carol: Agent
) -> None:
    taken = taking(monkeypatch)
    settings.SMTP_URL = ""
    given(carol)
    ring(TUESDAY + 31 * MINUTE)
    assert staff.sweep(at=TUESDAY + 31 * MINUTE) == 0
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    assert staff.sweep(at=TUESDAY + 31 * MINUTE + letters.STALE) == 0
    assert [mail.state for mail in mails(carol)] == ["dropped"]
    assert taken == []


class Killed(BaseException):
    """The worker ends here, as by kill -9."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", ["mail", "note"])
def test_a_worker_killed_while_it_writes_a_batch_writes_it_once(
    monkeypatch: pytest.MonkeyPatch, carol: Agent, write: str, *, after: bool
) -> None:
    given(carol)
    ringing.raise_due(at=TUESDAY + 31 * MINUTE - staff.WINDOW)
    tell(at=TUESDAY + 31 * MINUTE - staff.WINDOW)
    manager, name = (StaffMail.objects, "bulk_create") if write == "mail" else (Alarm.objects, "bulk_update")
    real = getattr(manager, name)

    def dying(*facts: object, **more: object) -> None:
        if after:
            real(*facts, **more)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(manager, name, dying)
        with pytest.raises(Killed):
            staff.write_batches(at=TUESDAY + 31 * MINUTE)
    assert mails(carol) == []
    assert staff.write_batches(at=TUESDAY + 31 * MINUTE) == 1
    assert staff.write_batches(at=TUESDAY + 33 * MINUTE) == 0
    assert len(mails(carol)) == 1


def test_a_worker_killed_while_it_sends_leaves_it_to_the_next(
    monkeypatch: pytest.MonkeyPatch, carol: Agent
) -> None:
    given(carol)
    ring(TUESDAY + 31 * MINUTE)
    (mail,) = mails(carol)

    def die(*_facts: object, **_more: object) -> str:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", die)
        with pytest.raises(Killed):
            staff.send(mail_id=mail.pk, at=TUESDAY + 31 * MINUTE)
    taken = taking(monkeypatch)
    assert staff.sweep(at=TUESDAY + 32 * MINUTE) == 0
    assert staff.sweep(at=TUESDAY + 31 * MINUTE + letters.LEASE) == 1
    assert len(taken) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail(installed: None) -> None:  # noqa: ARG001 - the regions
    carol = make.agent()
    for _ in range(6):
        given(carol)
    ready = threading.Barrier(2)

    def work() -> None:
        try:
            ready.wait()
            for _ in range(5):
                ring(TUESDAY + 55 * MINUTE)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    ring(TUESDAY + 55 * MINUTE)
    (mail,) = mails(carol)
    # A worker may have told some before the other; the rest waits its minutes.
    ring(TUESDAY + 61 * MINUTE)
    listed = "".join(one.text for one in mails(carol)).count("90 % of the target used")
    assert mail.pk == mails(carol)[0].pk
    assert listed == 6


def test_a_mail_about_something_else_holds_no_alarm_up(carol: Agent) -> None:
    given(carol)
    StaffMail.objects.create(
        agent=carol, to=carol.user.email, subject="A contract ends soon", text="…", message_id="notice@x",
        created_at=TUESDAY + 30 * MINUTE,
    )  # fmt: skip
    assert ring(TUESDAY + 31 * MINUTE) == 1
    assert [mail.of_alarms for mail in mails(carol)] == [False, True]
