"""Files, strangers at every door, and how much each page asks of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.base.moment import now
from sterling.sla import queries as promises
from sterling.tickets.actions import writing
from sterling.tickets.content import Content, File
from sterling.tickets.models import Message
from tests import make
from tests.portal.conftest import SignIn, colleague, page

pytestmark = pytest.mark.usefixtures("installed")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_a_download_is_a_file_and_never_a_page(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    written = writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("See.", files=(File("page.html", "text/html", b"<script>"),)),
        channel="portal",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    )
    kept = written.attachments.get()
    answer = signed_in(alice).get(f"/tickets/{ticket.number}/attachments/{kept.pk}")
    assert b"".join(answer.streaming_content) == b"<script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_notes_file_is_not_there_for_customers(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice)
    said = writing.note(
        ticket=ticket,
        agent=carol,
        content=Content("Core dump.", files=(File("core", "", b"x"),)),
        at=now(),
        by=make.actor(carol),
    )
    kept = said.attachments.get()
    assert signed_in(alice).get(f"/tickets/{ticket.number}/attachments/{kept.pk}").status_code == 404


@pytest.mark.parametrize("number", ["theirs", "0", "999999", "abc", "１", "9" * 30])
def test_mallory_finds_nothing_at_any_door_and_changes_nothing(signed_in: SignIn, number: str) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    file = File("a.log", "", b"x")
    kept = writing.customer_wrote(
        ticket=ticket,
        contact=alice,
        content=Content("See.", files=(file,)),
        channel="portal",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    ).attachments.get()
    client = signed_in(make.mallory())
    wanted = str(ticket.number) if number == "theirs" else number
    messages, events = Message.objects.count(), promises.events_of(ticket.timeline_id).count()
    assert client.get(f"/tickets/{wanted}/").status_code == 404
    assert client.post(f"/tickets/{wanted}/say", {"body": "Mine now"}).status_code == 404
    assert client.post(f"/tickets/{wanted}/solved").status_code == 404
    assert client.get(f"/tickets/{wanted}/attachments/{kept.pk}").status_code == 404
    assert "Export fails" not in page(client, "/")
    assert (Message.objects.count(), promises.events_of(ticket.timeline_id).count()) == (messages, events)


def test_mallory_cannot_fetch_a_foreign_file_through_a_ticket_of_her_own(signed_in: SignIn) -> None:
    alice, mallory = make.alice(), make.mallory()
    hers = make.ticket(mallory)
    kept = writing.customer_wrote(
        ticket=make.ticket(alice),
        contact=alice,
        content=Content("See.", files=(File("a.log", "", b"x"),)),
        channel="portal",
        at=now(),
        received_at=now(),
        by=make.actor(alice),
    ).attachments.get()
    assert signed_in(mallory).get(f"/tickets/{hers.number}/attachments/{kept.pk}").status_code == 404


def test_a_form_without_its_token_changes_nothing(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket = make.ticket(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(alice).cookies
    assert strict.post(f"/tickets/{ticket.number}/say", {"body": "Forged"}).status_code == 403
    assert not Message.objects.filter(text="Forged").exists()


def test_the_list_asks_the_same_questions_whatever_its_length(signed_in: SignIn) -> None:
    alice = make.alice()
    client = signed_in(alice)
    make.ticket(alice)
    client.get("/")  # what a process reads once is read
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
        for _ in range(5):
            make.ticket(colleague(alice))
    assert counts == [8, 8]


def test_a_ticket_asks_the_same_questions_however_long_it_is(signed_in: SignIn) -> None:
    alice, carol = make.alice(), make.agent()
    ticket = make.ticket(alice, at=now() - 5 * HOUR)
    client = signed_in(alice)
    client.get(f"/tickets/{ticket.number}/")  # what a process reads once is read
    counts = []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/tickets/{ticket.number}/")
        counts.append(len(asked))
        for step in range(3):
            at = now() - 4 * HOUR + (6 * round_ + 2 * step) * MINUTE
            make.wrote(ticket, alice, at)
            make.reply(ticket, carol, at + MINUTE)
    assert counts == [12, 12]
