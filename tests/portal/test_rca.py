"""Root-cause analyses in the portal: when to expect one, and what was published, for the customer's confirmed people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.models import Contact
from sterling.base.moment import now
from sterling.core.rca import Edition
from sterling.premium.rca.models import Rca
from tests import make
from tests.desk.test_rca import signed_in
from tests.flows.gallery_rca import confirmed, publish, write

pytestmark = pytest.mark.usefixtures("installed")
DAY = timedelta(days=1)


def analysis(*, ago: timedelta = 2 * DAY) -> Rca:
    alice = make.alice(make.organization(plan="platinum", region_id="europe"))
    ticket = make.ticket(alice, priority="urgent", at=now() - ago - DAY)
    return confirmed(ticket, make.agent(), ago=ago)


def out(rca: Rca) -> None:
    omar = make.agent("Omar Diaz")
    write(rca, omar)
    publish(rca, omar, make.agent("Lea Roth", role="lead"), Edition.PRELIMINARY)


def test_the_ticket_says_when_to_expect_it_and_that_it_is_late() -> None:
    rca = analysis()
    page = signed_in(rca.ticket.requester).get(f"/tickets/{rca.ticket.number}/").content.decode()
    assert "We aim for the preliminary edition by" in page
    late = analysis(ago=30 * DAY)
    page = signed_in(late.ticket.requester).get(f"/tickets/{late.ticket.number}/").content.decode()
    assert "and is late." in page


def test_what_was_published_is_read_on_the_ticket_in_the_list_and_on_paper() -> None:
    rca = analysis()
    out(rca)
    alice, number = signed_in(rca.ticket.requester), rca.ticket.number
    assert "Preliminary edition" in alice.get(f"/tickets/{number}/").content.decode()
    assert f"/tickets/{number}/rca/1/" in alice.get("/analyses").content.decode()
    edition = alice.get(f"/tickets/{number}/rca/1/").content.decode()
    assert "Between 09:12 and 11:40 exports" in edition
    assert "Berlin time" in edition
    for language in ("en", "zh"):
        paper = alice.get(f"/tickets/{number}/rca/1/{language}.pdf")
        assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


def test_nothing_is_read_before_it_is_published() -> None:
    rca = analysis()
    write(rca, make.agent("Omar Diaz"))
    alice, number = signed_in(rca.ticket.requester), rca.ticket.number
    assert alice.get(f"/tickets/{number}/rca/1/").status_code == 404
    assert "exports of more than" not in alice.get(f"/tickets/{number}/").content.decode()


def test_mallory_an_unconfirmed_colleague_and_nobody_read_nothing() -> None:
    rca = analysis()
    out(rca)
    number = rca.ticket.number
    bob = make.contact(rca.organization, "Bob Reyes")
    Contact.objects.filter(pk=bob.pk).update(confirmed_at=None)
    routes = [f"/tickets/{number}/rca/1/{rest}" for rest in ("", "en.pdf", "zh.pdf")]
    mallory = signed_in(make.mallory())
    for client in (mallory, signed_in(bob)):
        assert {client.get(route).status_code for route in routes} == {404}
    assert {Client().get(route).status_code for route in routes} == {302}
    assert str(number) not in mallory.get("/analyses").content.decode()
    assert signed_in(bob).get("/analyses").status_code == 404


def test_the_list_asks_as_much_for_many_as_for_one() -> None:
    rca = analysis()
    out(rca)
    alice = signed_in(rca.ticket.requester)
    alice.get("/analyses")  # what a process reads once is read
    with CaptureQueriesContext(connection) as one:
        alice.get("/analyses")
    for _ in range(3):
        ticket = make.ticket(rca.ticket.requester, priority="urgent", at=now() - 3 * DAY)
        out(confirmed(ticket, make.agent(), ago=2 * DAY))
    with CaptureQueriesContext(connection) as four:
        assert alice.get("/analyses").content.decode().count("Preliminary edition") == 4
    assert len(four) == len(one)
