"""What a customer sends twice, because they pressed twice or saw no answer, is there once."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sterling.tickets.models import Attachment, Escalation, Message, MessageKind, Ticket
from tests import make
from tests.base.forms import word_in
from tests.portal.conftest import SignIn
from tests.portal.test_writing import ANSWERS

pytestmark = pytest.mark.usefixtures("installed")


def written() -> int:
    return Message.objects.exclude(kind=MessageKind.AUTO).count()


def test_a_new_ticket_that_is_sent_twice_is_one_and_both_lead_to_it(signed_in: SignIn) -> None:
    client = signed_in(make.alice())
    form = {"subject": "Export", "body": "Fails.", "priority": "", **ANSWERS, "once": word_in(client, "/new")}
    answers = [client.post("/new", form | {"files": [SimpleUploadedFile("a.log", b"x")]}) for _ in range(2)]
    ticket = Ticket.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/tickets/{ticket.number}/"] * 2
    assert Attachment.objects.count() == 1
    # Gone back, and changed: another ticket.
    client.post("/new", form | {"subject": "Import"})
    client.post("/new", form | {"seen": "customers"})
    assert Ticket.objects.count() == 3


def test_an_answer_that_is_sent_twice_is_there_once(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket, client = make.ticket(alice), signed_in(alice)
    path = f"/tickets/{ticket.number}/"
    form = {"body": "Still there.", "once": word_in(client, path)}
    answers = [client.post(f"{path}say", form) for _ in range(2)]
    message = Message.objects.get(text="Still there.")
    assert [answer["Location"] for answer in answers] == [f"{path}#message-{message.pk}"] * 2
    client.post(f"{path}say", form | {"once": word_in(client, path)})
    assert Message.objects.filter(text="Still there.").count() == 2


def test_what_was_done_is_not_refused_when_it_comes_again(signed_in: SignIn) -> None:
    alice = make.alice()
    ticket, client = make.ticket(alice, priority="low"), signed_in(alice)
    path = f"/tickets/{ticket.number}/"
    forms = {
        "priority": {"body": "Everybody stands.", "priority": "urgent", **ANSWERS},
        "escalate": {"reason": "We wait for hours."},
    }
    before = written()
    for name, form in forms.items():
        form["once"] = word_in(client, f"{path}{name}")
        answers = [client.post(f"{path}{name}", form) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], name
    assert (written(), Escalation.objects.count()) == (before + 1, 1)


def test_a_refused_form_comes_back_with_a_word_and_may_be_sent(signed_in: SignIn) -> None:
    client = signed_in(make.alice())
    form = {"subject": "", "body": "Fails.", "priority": "", **ANSWERS, "once": word_in(client, "/new")}
    assert client.post("/new", form).status_code == 422
    assert client.post("/new", form).status_code == 422
    assert not Ticket.objects.exists()
    assert client.post("/new", form | {"subject": "Export"}).status_code == 302
    assert Ticket.objects.count() == 1
