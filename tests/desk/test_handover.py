"""The handover's pages: what the next shift has to see, given, accepted by name, declined, taken back."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.tickets.actions import changing
from sterling.tickets.actions import handovers as actions
from sterling.tickets.models import Handover, HandoverAnswer, Ticket
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
TIMES = r'name="(ends|until|accept_by)" type="datetime-local" value="([^"]+)"'


@pytest.fixture
def erika() -> Agent:
    return make.agent("Erika Falk", region_id="europe")


@pytest.fixture
def ticket(erika: Agent) -> Ticket:
    made = make.ticket(make.alice(), priority="high", at=now() - HOUR)
    return changing.assign(ticket=made, to=erika, at=now() - HOUR, by=SYSTEM)


def body(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def given(erika: Agent, *tickets: Ticket) -> Handover:
    return actions.give(
        giver=erika,
        to=make.region(),
        notes=[actions.Note(one, "It stops at 61 %.", "Ask for the log.") for one in tickets],
        shift_ends=now() + HOUR,
        until=now() + 9 * HOUR,
        at=now(),
        by=make.actor(erika),
    )


def test_the_form_is_prefilled_and_what_is_given_can_be_accepted(erika: Agent, ticket: Ticket) -> None:
    desk = at_desk(erika)
    form = body(desk.get("/desk/handovers/new"))
    assert "It stops at 61 %." in form
    assert "Answer the customer by" in form
    times = dict(re.findall(TIMES, form))
    number = ticket.number
    sent = {
        "ticket": str(number), "to": "region-americas", **times, f"happened-{number}": "Disk is full.",
        f"next_action-{number}": "Ask for the log.", f"risks-{number}": "Angry",
    }  # fmt: skip
    answer = desk.post("/desk/handovers/new", sent)
    row = Handover.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/handovers/{row.pk}/")
    carol = at_desk(make.agent("Carol Mensah"))
    assert f'href="/desk/handovers/{row.pk}/"' in body(carol.get("/desk/handovers/"))
    page = body(carol.get(f"/desk/handovers/{row.pk}/"))
    assert "Disk is full." in page
    assert "Accept the ticket" in page
    assert carol.post(f"/desk/handovers/{row.pk}/", {"do": "accept"}).status_code == 302
    ticket.refresh_from_db()
    assert str(ticket.assignee) == "Carol Mensah"
    assert "accepted by Carol Mensah" in body(desk.get(f"/desk/handovers/{row.pk}/"))
    history = body(desk.get(f"/desk/tickets/{number}/"))
    assert "Erika Falk offered the ticket to Americas for the next shift" in history
    assert "Carol Mensah accepted the handover" in history
    again = carol.post(f"/desk/handovers/{row.pk}/", {"do": "accept"})
    assert again.status_code == 409
    assert "Somebody has answered this already." in body(again)


def test_what_was_typed_stays_when_it_is_refused(erika: Agent, ticket: Ticket) -> None:
    number = ticket.number
    sent = {
        "ticket": str(number),
        "to": "",
        "ends": "soon",
        f"happened-{number}": "Long story",
        f"next_action-{number}": "",
    }
    answer = at_desk(erika).post("/desk/handovers/new", sent)
    page = body(answer)
    assert answer.status_code == 422
    assert "Long story" in page
    assert page.index('id="to"') < page.index("Choose who takes over.")
    whole = {
        "to": "region-americas",
        "ends": "2026-03-03T17:00",
        "until": "2026-03-04T01:00",
        "accept_by": "2026-03-03T17:00",
    }
    answer = at_desk(erika).post("/desk/handovers/new", sent | whole)
    assert answer.status_code == 422
    assert f'id="next_action-{number}-error-1"' in body(answer)
    assert not Handover.objects.exists()


def test_a_ticket_is_declined_with_a_reason_and_the_rest_taken_back(erika: Agent, ticket: Ticket) -> None:
    other = changing.assign(
        ticket=make.ticket(make.mallory(), at=now() - HOUR), to=erika, at=now(), by=SYSTEM
    )
    row = given(erika, ticket, other)
    carol, path = at_desk(make.agent("Carol Mensah")), f"/desk/handovers/{row.pk}/"
    refused = carol.post(path, {"do": "decline", "ticket": str(ticket.number), "reason": " "})
    assert refused.status_code == 422
    assert body(refused).count('aria-invalid="true"') == 1
    assert f'id="reason-{ticket.number}-error-1"' in body(refused)
    assert not HandoverAnswer.objects.exists()
    carol.post(path, {"do": "decline", "ticket": str(ticket.number), "reason": "No expert"})
    assert "declined by Carol Mensah" in body(carol.get(path))
    assert carol.post(path, {"do": "withdraw"}).status_code == 403
    assert at_desk(erika).post(path, {"do": "withdraw"}).status_code == 302
    assert list(HandoverAnswer.objects.order_by("pk").values_list("verb", flat=True)) == [
        "declined",
        "withdrawn",
    ]
    assert carol.post(path, {"do": "dance"}).status_code == 422


def test_what_nobody_accepted_stands_at_the_leads_desk(erika: Agent, ticket: Ticket) -> None:
    lena = make.agent("Lena Sommer", role="lead")
    row = given(erika, ticket)
    Handover.objects.filter(pk=row.pk).update(accept_by=now() - HOUR, look_at=now() - HOUR)
    actions.escalate(at=now())
    page = body(at_desk(lena).get(f"/desk/handovers/{row.pk}/"))
    assert "Not accepted: told to Lena Sommer, Erika Falk" in page
    listing = body(at_desk(lena).get("/desk/handovers/"))
    assert "not accepted" in listing
    assert 'title="Waiting for you">1<' in listing


def test_customers_and_nobody_see_no_handover(erika: Agent, ticket: Ticket) -> None:
    row = given(erika, ticket)
    mallory = Client()
    mallory.get(f"/in/{people.make_link(user=make.viewer(make.mallory()).user, at=now())}")
    for path in ("/desk/handovers/", "/desk/handovers/new", f"/desk/handovers/{row.pk}/"):
        assert mallory.get(path).status_code == 404
        assert Client().get(path)["Location"].startswith("/sign-in")
    assert mallory.post(f"/desk/handovers/{row.pk}/", {"do": "accept"}).status_code == 404
    assert not HandoverAnswer.objects.exists()
    assert at_desk(erika).get("/desk/handovers/0/").status_code == 404


QUERIES = 45


def test_the_statements_are_as_many_for_five_as_for_one(
    erika: Agent, ticket: Ticket, django_assert_max_num_queries: Any
) -> None:
    desk, alice = at_desk(erika), ticket.requester
    for path in ("/desk/handovers/new", "/desk/handovers/"):
        desk.get(path)  # what a process reads once is read
        with django_assert_max_num_queries(QUERIES) as few:
            desk.get(path)
        for _ in range(4):
            more = make.ticket(alice, priority="high", at=now() - HOUR)
            changing.assign(ticket=more, to=erika, at=now() - HOUR, by=SYSTEM)
        with django_assert_max_num_queries(QUERIES) as many:
            desk.get(path)
        assert len(many) == len(few)
        given(erika, *Ticket.objects.filter(assignee=erika, handover_items=None))
