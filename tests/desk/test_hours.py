"""Service hours in the desk: who has how many, one customer's statement, a request with its effect said beforehand."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sterling.accounts.actions import people
from sterling.accounts.models import Organization
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.hours import actions
from sterling.premium.hours.actions import Item
from sterling.premium.hours.models import Draw, LedgerEntry, ServicePlan
from tests import make
from tests.desk.conftest import at_desk

pytestmark = pytest.mark.usefixtures("installed")
HOUR = timedelta(hours=1)
ITEMS = [Item("upgrade", "Upgrade to 9.2", 4 * HOUR), Item("review", "Review of the exports", 2 * HOUR)]


@pytest.fixture
def lena() -> Client:
    return at_desk(make.agent("Lena Sommer", role="lead"))


def customer(plan: str = "gold", name: str = "Halden Freight") -> Organization:
    organization = make.organization(name, plan=plan)
    actions.put_service_plan(organization_id=organization.pk, items=ITEMS, agreed=True, at=now(), by=SYSTEM)
    return organization


def ask(of: Organization, hours: float, item: str = "upgrade") -> Draw:
    return actions.ask_draw(
        organization_id=of.pk, amount=hours * HOUR, item=item, note="first half", at=now(), by=SYSTEM
    )


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_every_customer_with_hours_is_listed_with_figures(desk: Client) -> None:
    ask(customer(), 2.25)
    make.organization("Northwind", plan="silver")
    html = words(desk.get("/desk/hours/").content.decode())
    assert "Halden Freight 1 to decide 8 2.25 0 5.75 1 Jan 2027" in html
    assert "Northwind" not in html


def test_the_list_costs_the_same_for_one_customer_and_for_many(desk: Client) -> None:
    customer()
    counts = []
    for place in range(2):
        desk.get("/desk/hours/")
        with CaptureQueriesContext(connection) as asked:
            desk.get("/desk/hours/")
        counts.append(len(asked))
        for one in range(5):
            customer(name=f"Customer {place} {one}")
    assert counts[0] == counts[1]


def test_the_statement_reads_as_sentences_with_what_is_left_after_each(desk: Client) -> None:
    organization = customer()
    actions.decide_draw(draw=ask(organization, 2.25), agree=True, at=now(), by=SYSTEM)
    html = words(desk.get(f"/desk/hours/{organization.pk}/").content.decode())
    assert "The term began with 8 h. +8 8" in html
    assert "Sterling asked for 2.25 h for Upgrade to 9.2: first half. −2.25 5.75" in html
    assert "2.25 h were used for Upgrade to 9.2. −2.25 5.75" in html
    assert "Upgrade to 9.2 4 2.25 0" in html
    assert "Review of the exports 2 0 0" in html


def test_the_statement_as_csv_has_every_entry_and_no_formula(desk: Client) -> None:
    organization = customer()
    actions.put_service_plan(
        organization_id=organization.pk,
        items=[Item("sum", "=1+1", HOUR)],
        agreed=True,
        at=now(),
        by=SYSTEM,
    )
    ask(organization, 1, "sum")
    answer = desk.get(f"/desk/hours/{organization.pk}/statement.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[3:7] for row in found] == [
        ["Entry", "Item", "Hours", "Left after it"], ["grant", "", "8", "8"], ["book", "'=1+1", "-1", "7"],
    ]  # fmt: skip


def test_a_request_says_first_what_it_does_and_books_nothing_until_it_is_sent(desk: Client) -> None:
    organization = customer()
    sent = {"hours": "2,25", "item": "upgrade", "note": "First half"}
    html = words(desk.post(f"/desk/hours/{organization.pk}/ask", sent | {"do": "look"}).content.decode())
    assert "It books them at once: 5.75 h are left after it." in html
    assert "Silence for 5 days is agreement." in html
    assert Draw.objects.count() == 0
    assert desk.post(f"/desk/hours/{organization.pk}/ask", sent | {"do": "ask"}).status_code == 302
    draw = Draw.objects.get()
    assert (draw.amount, draw.item_title, draw.note) == (2.25 * HOUR, "Upgrade to 9.2", "First half")


def test_what_is_not_left_is_refused_with_the_reason_and_keeps_what_was_typed(desk: Client) -> None:
    organization = customer()
    ask(organization, 8)
    sent = {"hours": "0.25", "item": "review", "note": "One more look"}
    for do in ("look", "ask"):
        answer = desk.post(f"/desk/hours/{organization.pk}/ask", sent | {"do": do})
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Only 0 of 8 hours are left." in html
        assert "0 h are left, so 0.25 h are missing." in words(html)
        assert "A lead or an administrator can allow more, with a reason." in html
        assert 'value="0.25" required' in html
        assert ">One more look</textarea>" in html
        assert '<option value="review" selected>' in html
    assert Draw.objects.count() == 1


def test_an_engineer_allows_no_more_and_a_manager_does_with_a_recorded_reason(
    desk: Client, lena: Client
) -> None:
    organization = customer()
    ask(organization, 8)
    sent = {"hours": "0.25", "item": "upgrade", "note": "", "why": "The outage was ours", "do": "allow"}
    assert desk.post(f"/desk/hours/{organization.pk}/ask", sent).status_code == 403
    bare = lena.post(f"/desk/hours/{organization.pk}/ask", sent | {"why": " "})
    assert (bare.status_code, 'id="why-error-1"' in bare.content.decode()) == (422, True)
    wrong = desk.post(f"/desk/hours/{organization.pk}/ask", sent | {"hours": "some", "do": "ask"})
    assert wrong.status_code == 422
    assert (
        'value="some" required aria-invalid="true" aria-describedby="hours-error-1"' in wrong.content.decode()
    )
    assert Draw.objects.count() == 1
    assert lena.post(f"/desk/hours/{organization.pk}/ask", sent).status_code == 302
    entry = LedgerEntry.objects.get(kind="override")
    assert (entry.amount, entry.by, entry.note) == (0.25 * HOUR, "Lena Sommer", "The outage was ours")
    html = words(lena.get(f"/desk/hours/{organization.pk}/").content.decode())
    assert "Lena Sommer allowed 0.25 h more for Upgrade to 9.2: The outage was ours. +0.25 0.25" in html


def test_a_request_is_taken_back_with_a_reason_and_its_hours_are_free(desk: Client) -> None:
    organization = customer()
    draw = ask(organization, 3)
    where = f"/desk/hours/{organization.pk}/draws/{draw.pk}"
    assert desk.post(where, {"do": "withdraw", "reason": ""}).status_code == 422
    assert desk.post(where, {"do": "withdraw", "reason": "Booked twice"}).status_code == 302
    again = desk.post(where, {"do": "agreed"})
    assert (again.status_code, "This was decided already." in again.content.decode()) == (409, True)
    html = words(desk.get(f"/desk/hours/{organization.pk}/").content.decode())
    assert "Carol Mensah withdrew the request for 3 h for Upgrade to 9.2: Booked twice. +3 8" in html


def test_the_service_plan_is_drafted_offered_and_each_change_is_a_version(desk: Client) -> None:
    organization = make.organization(plan="gold")
    where = f"/desk/hours/{organization.pk}/service-plan"
    rows = {
        "title-0": "Upgrade",
        "key-0": "",
        "hours-0": "4",
        "title-1": "",
        "hours-1": "",
        "silence_days": "7",
    }
    assert desk.post(where, rows | {"do": "save"}).status_code == 302
    assert desk.post(where, rows | {"key-0": "item-1", "do": "offer"}).status_code == 302
    plan = ServicePlan.objects.get()
    assert (plan.number, plan.offered_by, plan.agreed_at, plan.silence_days) == (1, "Carol Mensah", None, 7)
    desk.post(where, rows | {"key-0": "item-1", "hours-0": "5", "do": "save"})
    assert [one.number for one in ServicePlan.objects.order_by("number")] == [1, 2]
    html = words(desk.get(where).content.decode())
    assert "Version 1 , offered by Carol Mensah, waits for the customer" in html
    wrong = desk.post(where, rows | {"hours-0": "1.1", "do": "save"})
    assert wrong.status_code == 422
    assert 'value="1.1" aria-invalid="true" aria-describedby="error-items[0].hours"' in wrong.content.decode()
    assert desk.post(where, rows | {"do": "agreed"}).status_code == 403


@pytest.mark.parametrize("plan", [None, "silver"])
def test_a_plan_without_hours_says_what_would_bring_them(desk: Client, plan: str | None) -> None:
    organization = make.organization(plan=plan)
    for path in ("", "statement.csv", "service-plan"):
        answer = desk.get(f"/desk/hours/{organization.pk}/{path}")
        assert answer.status_code == 403
        assert "Gold includes 8 hours; Platinum includes 24 hours." in answer.content.decode()
    assert desk.post(f"/desk/hours/{organization.pk}/ask", {"hours": "1", "do": "ask"}).status_code == 403
    assert LedgerEntry.objects.count() == 0


def test_no_customer_comes_in_here() -> None:
    organization = customer()
    draw = ask(organization, 1)
    mallory = Client()
    mallory.get(
        f"/in/{people.make_link(user=people.user_for_contact(contact=make.mallory(), at=now()), at=now())}"
    )
    for path in (
        "",
        f"{organization.pk}/",
        f"{organization.pk}/statement.csv",
        f"{organization.pk}/service-plan",
    ):
        assert mallory.get(f"/desk/hours/{path}").status_code == 404
        assert Client().get(f"/desk/hours/{path}").status_code in {200, 302}
    for path in ("ask", f"draws/{draw.pk}", "service-plan"):
        assert mallory.post(f"/desk/hours/{organization.pk}/{path}", {"do": "withdraw"}).status_code == 404
    elsewhere = customer(name="Elsewhere")
    carol = at_desk(make.agent())
    assert carol.post(f"/desk/hours/{elsewhere.pk}/draws/{draw.pk}", {"do": "agreed"}).status_code == 404
    assert Draw.objects.get().state == "asked"
