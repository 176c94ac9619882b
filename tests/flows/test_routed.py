"""Three stories of one customer's engineers: the primary on leave, Urgent at night, and a customer who escalates."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sterling.base.moment import now
from tests.base.browser import CHROMIUM, browser, violations
from tests.flows.product import MailServer, Product, product, wait_for
from tests.flows.test_the_ladder import ALWAYS, DAYS, PATIENCE, mail_to, signed_in

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


def elsewhere() -> dict[str, Any]:
    """A shift that lies half a day away from now, whenever the story is told."""
    start = (now() + timedelta(hours=10)).strftime("%H:00")
    end = (now() + timedelta(hours=14)).strftime("%H:00")
    return {"hours": {"weekly": {day: [[start, end]] for day in DAYS}}}


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    made = MailServer()
    with made.running():
        yield made


@pytest.fixture(scope="module")
def line(server: MailServer) -> Iterator[Product]:
    with product(f"smtp://127.0.0.1:{server.port}") as running:
        yield running


@pytest.fixture(scope="module")
def launched(line: Product) -> Iterator[Any]:  # noqa: ARG001 - the product first
    with browser() as made:
        yield made


def agent(line: Product, name: str, *, shift: dict[str, Any], role: str = "agent", away: bool = False) -> str:
    absences = []
    if away:
        back = now() + timedelta(days=5)
        absences = [{"starts": "2020-01-01", "ends": back.date().isoformat(), "reason": "Leave"}]
    made = line.post(
        "/agents",
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@sterling.example",
        role=role,
        region="americas",
        tier=3,
        timezone="UTC",
        shifts=[shift],
        absences=absences,
    )
    return str(made["id"])


@pytest.fixture(scope="module")
def house(line: Product) -> dict[str, str]:
    """Dave is the primary and on leave, Eve his backup and there; Nia is on duty, Pia the primary of the others, asleep."""
    return {
        "dave": agent(line, "Dave Prime", shift=ALWAYS, away=True),
        "eve": agent(line, "Eve Backup", shift=ALWAYS),
        "pia": agent(line, "Pia Asleep", shift=elsewhere()),
        "nia": agent(line, "Nia Night", shift=ALWAYS),
        "ines": agent(line, "Ines Roy", shift=ALWAYS, role="lead"),
    }


def customer(line: Product, name: str, *primaries: str) -> tuple[dict[str, Any], dict[str, Any]]:
    organization = line.post("/organizations", name=name, region="americas", segment="commercial")
    line.post("/contracts", organization=organization["id"], plan="platinum", starts="2020-01-01")
    named = [{"region": "americas", "agent": primaries[0], "backups": list(primaries[1:])}]
    line.call("PUT", f"/organizations/{organization['id']}/primaries", named)
    email = f"alice@{name.split(maxsplit=1)[0].lower()}.example"
    contact = line.post("/contacts", organization=organization["id"], name="Alice Moreau", email=email)
    line.post(f"/contacts/{contact['id']}/verify")
    return organization, contact


def url(line: Product, path: str) -> str:
    return f"http://127.0.0.1:{line.port}{path}"


def subjects(server: MailServer, name: str) -> list[str]:
    """Of the mails to one of the staff; leads hear of contracts and hours as well."""
    return [subject for subject, _ in mail_to(server, f"{name}@sterling.example")]


def pictured(page: Any, name: str) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)


def test_the_primary_is_on_leave(line: Product, launched: Any, house: dict[str, str]) -> None:
    organization, alice = customer(line, "Nordwind Shipping", house["dave"], house["eve"])
    made = line.post("/tickets", contact=alice["id"], subject="Labels print twice", body="Since Monday.")
    assert made["assignee"]["name"] == "Eve Backup"
    page = signed_in(line, launched, "eve@sterling.example", "en")
    page.goto(url(line, f"/desk/tickets/{made['number']}/"))
    card = page.locator("#routing")
    card.get_by_role("heading", name="Why Eve Backup?").wait_for()
    card.get_by_text("Eve Backup stands in for the primary engineer (Dave Prime: away until").wait_for()
    card.locator("summary").click()
    assert "Dave Prime away until" in " ".join(card.locator(".routing-passed").inner_text().split())
    assert violations(page) == []
    pictured(page, "routed-leave")
    page.goto(url(line, f"/desk/organizations/{organization['id']}/engineers/"))
    page.get_by_text("0 of 1 tickets").wait_for()
    page.get_by_text("the primary was away").wait_for()
    assert violations(page) == []


def test_urgent_at_night(line: Product, launched: Any, house: dict[str, str], server: MailServer) -> None:
    _, alice = customer(line, "Osprey Grain", house["pia"])
    eve_first = line.post(
        "/tickets", contact=alice["id"], subject="The line stands still", body="All of it.", priority="urgent"
    )
    number, has_it = eve_first["number"], eve_first["assignee"]["name"]
    assert has_it in {"Eve Backup", "Nia Night"}  # whoever of those on duty has waited longest
    row = line.get(f"/tickets/{number}/routing")["items"][0]
    assert (row["code"], row["informed"]) == ("on_duty", [house["pia"]])
    page = signed_in(line, launched, f"{has_it.split()[0].lower()}@sterling.example", "zh")
    page.goto(url(line, f"/desk/tickets/{number}/"))
    card = page.locator("#routing")
    card.get_by_role("heading", name=f"为何由 {has_it} 处理？").wait_for()
    card.get_by_text("此优先级由当班工程师处理").wait_for()
    card.locator("summary").click()
    card.get_by_text("当前不当班，此优先级不等待").wait_for()
    assert violations(page) == []
    pictured(page, "routed-night-zh")
    subject = f"An Urgent ticket of your customer: #{number}"
    wait_for(lambda: subject in subjects(server, "pia"), "mail to the primary")


def test_a_customer_escalates_and_sees_who_took_it(
    line: Product, launched: Any, house: dict[str, str], server: MailServer
) -> None:
    _, alice = customer(line, "Brightwater Foods", house["eve"])
    number = line.post("/tickets", contact=alice["id"], subject="Orders are lost", body="Three so far.")[
        "number"
    ]
    lead = signed_in(line, launched, "ines@sterling.example", "en")
    lead.goto(url(line, "/desk/alarms/"))
    link = re.search(r"/in/\S+", line.sterling("link", alice["email"]))
    assert link
    portal = launched.new_context(locale="en-US", viewport={"width": 390, "height": 844}).new_page()
    portal.set_default_timeout(PATIENCE)
    portal.goto(url(line, link[0]))
    portal.goto(url(line, f"/tickets/{number}/"))
    portal.get_by_role("link", name="Escalate this ticket").click()
    portal.get_by_label("What should somebody above know?").fill("We lose an order every hour.")
    assert violations(portal) == []
    pictured(portal, "escalate-form")
    portal.get_by_role("button", name="Escalate").click()
    portal.locator("#escalated").get_by_text("Ines Roy has been told.").wait_for()
    assert violations(portal) == []
    pictured(portal, "escalated-portal")

    # The lead's open page shows it without a reload, and a mail comes.
    told = lead.locator(f"[data-escalation='{number}']")
    told.get_by_text("We lose an order every hour.").wait_for()
    assert violations(lead) == []
    pictured(lead, "escalated-alarms")
    subject = f"The customer escalates #{number}"
    wait_for(lambda: subject in subjects(server, "ines"), "mail to the lead")
    assert subjects(server, "ines").count(subject) == 1
    told.get_by_role("button", name=f"I take it #{number}").click()
    told.wait_for(state="detached")
    lead.goto(url(line, f"/desk/tickets/{number}/"))
    lead.get_by_text("Ines Roy took the escalation in hand").wait_for()
    portal.get_by_text("Ines Roy has taken this in hand").wait_for()
    assert line.get(f"/tickets/{number}/escalations")["items"][0]["taken_by"] == "Ines Roy"
