"""A form of the desk that comes twice makes one thing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from sterling.accounts.models import Absence, Shift
from sterling.base import once
from sterling.base.actor import SYSTEM
from sterling.base.models import SentForm
from sterling.base.moment import now
from sterling.plans.models import Contract, Quote, SegmentProof
from sterling.premium.hours import actions as hours
from sterling.premium.hours.actions import Item
from sterling.premium.hours.models import Draw
from sterling.premium.rca.models import Action
from sterling.premium.sponsors import actions as sponsors
from sterling.premium.sponsors.models import Touchpoint
from sterling.reports.models import Report
from sterling.tickets.models import Escalation, Message, MessageKind, Scheduled, Ticket
from tests import make
from tests.base.forms import word_in
from tests.desk.conftest import at_desk
from tests.premium.analyses import analysis

pytestmark = pytest.mark.usefixtures("installed")
NEW = {
    "email": "dana@acme.test",
    "name": "Dana",
    "subject": "Export",
    "body": "They called.",
    "priority": "high",
}


def written(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket).exclude(kind=MessageKind.AUTO).count()


def test_a_new_ticket_that_is_sent_twice_is_one(desk: Client) -> None:
    form = NEW | {"once": word_in(desk, "/desk/new")}
    first, second = desk.post("/desk/new", form), desk.post("/desk/new", form)
    made = Ticket.objects.get()
    assert first["Location"] == second["Location"] == f"/desk/tickets/{made.number}/"
    assert (first.status_code, second.status_code) == (302, 302)


@pytest.mark.parametrize("mode", ["reply", "note"])
def test_a_message_that_is_sent_again_because_the_answer_was_lost_is_there_once(
    desk: Client, mode: str
) -> None:
    ticket = make.ticket(make.alice())
    path = f"/desk/tickets/{ticket.number}/"
    before = written(ticket)
    form = {"mode": mode, "body": "Try again now.", "once": word_in(desk, path), "knows": "0"}
    headers = {"HX-Request": "true"}
    assert desk.post(f"{path}say", form, headers=headers).status_code == 204
    # What the page has learned meanwhile makes it no other message.
    again = form | {"knows": "3", "seen": "999999"}
    assert desk.post(f"{path}say", again, headers=headers).status_code == 204
    assert written(ticket) == before + 1
    desk.post(f"{path}say", form | {"body": "And another thing."}, headers=headers)
    desk.post(f"{path}say", form | {"once": word_in(desk, path)}, headers=headers)
    assert written(ticket) == before + 3


@pytest.mark.django_db(transaction=True)
def test_two_that_come_at_the_same_time_are_one(desk: Client) -> None:
    form = NEW | {"once": word_in(desk, "/desk/new")}
    together = Barrier(2)

    def post(cookies: Any) -> str:
        client = Client()
        client.cookies = cookies
        together.wait(timeout=60)
        try:
            return client.post("/desk/new", form)["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        went = list(both.map(post, [desk.cookies, desk.cookies]))
    assert went == [f"/desk/tickets/{Ticket.objects.get().number}/"] * 2


def test_a_call_that_is_logged_twice_is_one(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    path = f"/desk/tickets/{ticket.number}/act/call"
    before = written(ticket)
    form = {"answered": "yes", "note": "She will look.", "once": word_in(desk, path)}
    headers = {"HX-Request": "true"}
    first, second = (desk.post(path, form, headers=headers) for _ in range(2))
    assert first["HX-Trigger"] == second["HX-Trigger"] == "acted"
    assert (first.status_code, second.status_code) == (204, 204)
    assert written(ticket) == before + 1


def test_a_refused_form_is_not_taken_and_may_come_again(desk: Client) -> None:
    form = NEW | {"subject": "", "email": "nobody", "once": "a-word"}
    assert desk.post("/desk/new", form).status_code == 422
    assert not SentForm.objects.exists()
    assert desk.post("/desk/new", form).status_code == 422
    assert not Ticket.objects.exists()


def test_another_engineer_with_the_same_word_is_another_sender(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    before = written(ticket)
    form = {"mode": "note", "body": "Seen.", "once": "a-word"}
    for client in (desk, at_desk(make.agent("Dave Okafor"))):
        client.post(f"/desk/tickets/{ticket.number}/say", form)
    assert written(ticket) == before + 2


def test_what_was_taken_is_forgotten_after_a_week(desk: Client) -> None:
    desk.post("/desk/new", NEW | {"once": "a-word"})
    assert once.forget(at=now() + timedelta(days=6)) == 0
    assert once.forget(at=now() + timedelta(days=8)) == 1


def test_whatever_a_lead_makes_with_a_form_is_made_once_though_the_form_comes_twice() -> None:
    lena = make.agent("Lena Sommer", role="lead")
    desk = at_desk(lena)
    alice = make.alice(make.organization(plan="platinum"))
    of, ticket = alice.organization_id, make.ticket(alice)
    at = now()
    items = [Item("upgrade", "Upgrade to 9.2", timedelta(hours=4))]
    hours.put_service_plan(organization_id=of, items=items, agreed=True, at=at, by=SYSTEM)
    sponsors.name_sponsor(
        organization_id=of,
        agent=lena,
        counterpart=alice,
        cadence="quarter",
        at=at - timedelta(days=10),
        by=SYSTEM,
    )
    held = Contract.objects.get(organization_id=of)
    Contract.objects.filter(pk=held.pk).update(segment="education")
    yesterday = (at - timedelta(days=1)).date()
    signed = {
        "organization": of,
        "plan": "gold",
        "starts": "2036-01-01",
        "ends": "2037-01-01",
        "grace_days": "14",
    }
    spoke = {"type": "call", "on": f"{yesterday}T10:00", "people": "Lena, Alice", "notes": "They move."}
    away = {"agent": lena.pk, "since": "2036-03-05T00:00", "until": "2036-03-06T00:00", "reason": "Sick"}
    works = {"agent": lena.pk, "kind": "weekly", "weekly_mon": "09:00-12:00", "first": "2036-03-03"}
    months = {"organization": of, "from": f"{yesterday}", "to": f"{yesterday}", "language": "en"}
    act = f"/desk/tickets/{ticket.number}/act/escalate"
    forms: list[tuple[str, str, str, dict[str, Any], Any]] = [
        ("/desk/contracts/new", "/desk/contracts/new", "<main", signed, Contract),
        (
            f"/desk/contracts/{held.pk}/",
            f"/desk/contracts/{held.pk}/proof",
            "/proof",
            {"note": "Letter"},
            SegmentProof,
        ),
        (
            "/desk/quotes/new",
            "/desk/quotes/new",
            "<main",
            {"plan": "gold", "segment": "education", "addressee": "North"},
            Quote,
        ),
        (f"/desk/sponsors/{of}/", f"/desk/sponsors/{of}/touchpoints", "/touchpoints", spoke, Touchpoint),
        (
            f"/desk/hours/{of}/",
            f"/desk/hours/{of}/ask",
            "/ask",
            {"hours": "2", "item": "upgrade", "do": "ask"},
            Draw,
        ),
        (f"/desk/rota/absences/new?agent={lena.pk}", "/desk/rota/absences/new", "<main", away, Absence),
        ("/desk/rota/shifts/new", "/desk/rota/shifts/new", "<main", works, Shift),
        ("/desk/reports/", "/desk/reports/new", "<main", months, Report),
        (act, act, "<main", {"to": "lead", "reason": "They are at a standstill."}, Escalation),
    ]
    for page, path, begins, form, made in forms:
        before, sent = made._default_manager.count(), form | {"once": word_in(desk, page, begins)}
        answers = [desk.post(path, sent) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], path
        assert answers[0]["Location"] == answers[1]["Location"], path
        assert made._default_manager.count() == before + 1, path


def test_what_is_pressed_twice_is_not_refused_the_second_time(desk: Client) -> None:
    lena = at_desk(make.agent("Lena Sommer", role="admin"))
    pressed: list[tuple[str, str, str, dict[str, str]]] = [
        ("/desk/catalog/", "/desk/catalog/begin", "/begin", {}),
        ("/desk/catalog/draft", "/desk/catalog/draft/discard", "/discard", {}),
    ]
    for page, path, begins, form in pressed:
        sent = form | {"once": word_in(lena, page, begins)}
        answers = [lena.post(path, sent) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302], path
    assert desk.post("/desk/catalog/begin", {"once": "a-word"}).status_code == 403


def test_an_action_that_is_added_twice_to_an_analysis_is_one() -> None:
    rca, carol = analysis()
    desk, here = at_desk(carol), f"/desk/rca/{rca.ticket.number}/"
    form = {
        "actions.new.text": "Watch the disk",
        "actions.new.kind": "detect",
        "actions.new.state": "open",
        "summary.text": "Stopped.",
        "once": word_in(desk, here),
    }
    # The parts may have been kept by themselves in between.
    answers = [desk.post(f"{here}save", form | {"summary.knows": knows}) for knows in ("0", "1")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Action.objects.count() == 1


def test_a_reply_that_is_taken_back_twice_is_taken_back(desk: Client) -> None:
    ticket = make.ticket(make.alice())
    path = f"/desk/tickets/{ticket.number}/"
    desk.post(f"{path}say", {"mode": "reply", "body": "Wait.", "undo": "1"})
    row = Scheduled.objects.get()
    form = {"act": "cancel", "once": word_in(desk, path, f"/scheduled/{row.pk}")}
    answers = [desk.post(f"{path}scheduled/{row.pk}", form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"{path}?taken={row.pk}"] * 2
