"""The plan is the product: a fourth contact, a swap, the upgrade with clocks running, the lapse, one wrong cell.

One product and one browser for all of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from sterling.base.moment import now
from sterling.config.datafolder import address, prepared_folder
from sterling.core.clocks import replay
from tests.base.browser import CHROMIUM, browser, violations, without
from tests.flows.product import Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PATIENCE = 60_000  # milliseconds; other suites run beside this one, nothing here measures
HIGH = "plans.gold.targets.high.response"
WORDS = {
    "en": {
        "premium": "Make premium",
        "full": "All 3 premium contacts of {name} are named: {named}.",
        "remedy": "Remove one of them first, or raise the plan.",
        "unchanged": "Nothing was changed.",
        "tag": "Premium",
        "name": "Make a named contact",
        "place": "In place of",
        "named": "Named contact",
        "seats": "2 of 2 named contacts",
    },
    "zh": {
        "premium": "设为指定联系人",
        "full": "{name} 的 3 个指定联系人名额已满：{named}。",
        "remedy": "请先移除其中一位，或升级计划。",
        "unchanged": "没有任何改动。",
        "tag": "指定联系人",
        "name": "设为指定联系人",
        "place": "替换",
        "named": "指定联系人",
        "seats": "指定联系人 2 / 2 位",
    },
}


@pytest.fixture(scope="module")
def line() -> Iterator[Product]:
    with product() as running:
        running.sterling("user", "create", "lena@sterling.example", "--role", "admin")
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as launched:
        yield launched


@pytest.fixture(scope="module")
def lena(line: Product, chromium: Any) -> Any:
    return entered(line, chromium, "lena@sterling.example")


def entered(line: Product, chromium: Any, email: str, **options: Any) -> Any:
    """A browser in which that person has opened their link."""
    link = re.search(r"/in/\S+", line.sterling("link", email))
    assert link
    page = chromium.new_context(**{"locale": "en-US"} | options).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(at(line, link[0]))
    return page


def at(line: Product, path: str) -> str:
    return f"http://127.0.0.1:{line.port}{path}"


def customer(line: Product, name: str, plan: str, *people: str, **terms: Any) -> dict[str, Any]:
    """An organization with its contract and premium contacts; ids by name."""
    organization = line.post("/organizations", name=name, region="europe")["id"]
    terms = {"starts": "2020-01-01"} | terms
    contract = line.post("/contracts", organization=organization, plan=plan, **terms)["id"]
    found: dict[str, Any] = {"organization": organization, "contract": contract}
    for who in people:
        found[who] = contact(line, organization, who)
        line.post(f"/contacts/{found[who]}/verify")
    return found


def contact(line: Product, organization: str, name: str, **more: Any) -> str:
    email = f"{name.lower().replace(' ', '.')}.{organization}@halden.example"
    made = line.post("/contacts", organization=organization, name=name, email=email, **more)
    return str(made["id"])


def premium(line: Product, organization: str) -> list[str]:
    found = line.get(f"/contacts?organization={organization}&premium=true")["items"]
    return sorted(row["name"] for row in found)


def speak(page: Any, language: str) -> None:
    if page.locator("html").get_attribute("lang").startswith(language):
        return
    page.locator(".me summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name={"en": "English", "zh": "简体中文"}[language]).click()


def pictured(page: Any, name: str) -> None:
    """Looked at where somebody asks for pictures; held to WCAG always."""
    if "PICTURES" in os.environ:
        page.screenshot(path=Path(os.environ["PICTURES"], f"{name}.png"), full_page=True)
    assert violations(page) == []


def replayed(line: Product, number: int) -> bool:
    """What is stored is what the log says."""
    document = line.get(f"/tickets/{number}/events?as=timeline")
    return bool(replay(document) == line.get(f"/tickets/{number}/clocks")["items"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_fourth_gold_contact_is_refused_by_name_and_takes_a_seat_that_is_given_up(
    line: Product, lena: Any, language: str
) -> None:
    words, people = WORDS[language], ("Ann Berg", "Ben Castro", "Cora Diaz")
    name = f"Gold {language}"
    its = customer(line, name, "gold", *people)
    dan = contact(line, its["organization"], "Dan Ekman")
    lena.goto(at(line, f"/desk/organizations/{its['organization']}/"))
    speak(lena, language)
    row = lena.locator(".person-row", has_text="Dan Ekman")
    more = row.locator("details", has_text=words["premium"])
    more.locator("summary").click()
    more.get_by_role("button").click()

    refusal = lena.locator(".notice-refused")
    refusal.get_by_text(
        words["full"].format(name=name, named={"en": ", ", "zh": "、"}[language].join(people))
    ).wait_for()
    assert refusal.get_by_text(words["remedy"]).is_visible()
    assert refusal.get_by_text(words["unchanged"]).is_visible()
    pictured(lena, f"fourth-{language}")
    assert premium(line, its["organization"]) == list(people)
    assert not line.get(f"/contacts/{dan}")["premium"]

    more.locator("summary").click()
    more.get_by_label(words["place"]).select_option(label="Ben Castro")
    more.get_by_role("button").click()
    row.locator(".tag", has_text=words["tag"]).wait_for()
    assert premium(line, its["organization"]) == ["Ann Berg", "Cora Diaz", "Dan Ekman"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_customers_manager_swaps_a_contact_within_the_cap(
    line: Product, chromium: Any, language: str
) -> None:
    words = WORDS[language]
    its = customer(line, f"Silver {language}", "silver", "Ann Berg", "Ben Castro")
    cora = contact(line, its["organization"], "Cora Diaz")
    dora = contact(line, its["organization"], "Dora Quist", language=language)
    line.call("PATCH", f"/contacts/{dora}", {"is_manager": True})
    ticket = line.post("/tickets", contact=cora, subject="Export stops", body="At 61 %.", priority="high")
    assert ticket["plan"] == "standard"

    email = f"dora.quist.{its['organization']}@halden.example"
    page = entered(line, chromium, email, viewport={"width": 390, "height": 844})
    page.goto(at(line, "/organization"))
    page.get_by_text(words["seats"]).wait_for()
    row = page.locator(".people > li", has_text="Cora Diaz")
    row.locator("summary").click()
    row.get_by_label(words["place"]).select_option(label="Ann Berg")
    pictured(page, f"swap-{language}")
    row.get_by_role("button", name=words["name"]).click()
    row.locator(".tag", has_text=words["named"]).wait_for()
    assert page.get_by_text(words["seats"]).is_visible()
    assert premium(line, its["organization"]) == ["Ben Castro", "Cora Diaz"]
    named = line.get(f"/contacts/{cora}")
    assert (named["verified_by"], named["verified_how"]) == ("Dora Quist", "named by the customer's manager")
    # Cora's open ticket is served under the plan from now on.
    assert line.get(f"/tickets/{ticket['number']}")["plan"] == "silver"
    assert replayed(line, ticket["number"])
    page.context.close()


def test_an_upgrade_with_clocks_running_moves_what_the_page_said_and_nothing_else(
    line: Product, lena: Any
) -> None:
    its = customer(line, "Upgraded", "silver", "Ann Berg")
    numbers = [
        line.post("/tickets", contact=its["Ann Berg"], subject=f"A {name} one", body="Help.", priority=name)[
            "number"
        ]
        for name in ("urgent", "high", "medium", "low")
    ]
    line.post(f"/tickets/{numbers[2]}/messages", body="We look.", public=True)
    before = {number: line.get(f"/tickets/{number}/clocks")["items"] for number in numbers}

    lena.goto(at(line, f"/desk/contracts/{its['contract']}/"))
    speak(lena, "en")
    lena.get_by_role("link", name="Platinum").click()
    lena.get_by_role("heading", name="Changing to Platinum now").wait_for()
    foreseen = {}
    for row in lena.locator(".moves tbody tr").all():
        number, promise, _, then = (cell.inner_text() for cell in row.locator("td").all())
        foreseen[int(re.sub(r"\D", "", number.split()[0])), promise] = then != "the same"
    assert {number for number, _ in foreseen} == set(numbers)
    # High: 3 h of business hours become 2 h around the clock, whenever this runs.
    assert foreseen[numbers[1], "reply"]
    pictured(lena, "upgrade-en")
    assert line.get(f"/contracts/{its['contract']}")["plan"] == "silver"
    assert {number: line.get(f"/tickets/{number}/clocks")["items"] for number in numbers} == before

    lena.get_by_role("button", name="Change to Platinum").click()
    lena.get_by_text("Lena changed Silver to Platinum").or_(
        lena.get_by_text("changed Silver to Platinum")
    ).first.wait_for()
    kinds = {"first_response": "reply", "next_response": "reply", "update": "update"}
    moved = {}
    for number in numbers:
        assert line.get(f"/tickets/{number}")["plan"] == "platinum"
        after = line.get(f"/tickets/{number}/clocks")["items"]
        for was, will in zip(before[number], after, strict=True):
            if was["state"] == "running" and was["due"]:
                moved[number, kinds[was["metric"]]] = was["due"] != will["due"]
                assert will["due"] <= was["due"]  # kept or gained
        assert replayed(line, number)
    assert moved == foreseen
    told = line.get(f"/contracts/{its['contract']}/history")["items"][0]["sentence"]
    assert re.fullmatch(r".+ changed Silver to Platinum, USD [\d,.]+ for the rest of the term\.", told)


def test_a_contract_lapses_is_served_in_grace_and_then_leaves_tickets_on_the_lowest_plan(
    line: Product, lena: Any, chromium: Any
) -> None:
    today = now().astimezone(ZoneInfo("Europe/Berlin")).date()
    yesterday = (today - timedelta(days=1)).isoformat()
    its = customer(line, "Lapsed", "gold", ends=yesterday, grace_days=14)
    ann = contact(line, its["organization"], "Ann Berg")
    line.post(f"/contacts/{ann}/verify")
    ticket = line.post("/tickets", contact=ann, subject="Export stops", body="At 61 %.", priority="high")
    assert ticket["plan"] == "gold"
    dues = [
        (clock["metric"], clock["due"]) for clock in line.get(f"/tickets/{ticket['number']}/clocks")["items"]
    ]

    page = f"/desk/contracts/{its['contract']}/"
    lena.goto(at(line, page))
    for language, said in {
        "zh": "合同已到期。宽限服务至",
        "en": "The contract has ended. The plan is served until",
    }.items():
        speak(lena, language)
        lena.get_by_text(said).wait_for()
        pictured(lena, f"grace-{language}")

    portal = entered(line, chromium, f"ann.berg.{its['organization']}@halden.example")
    portal.goto(at(line, "/organization"))
    portal.get_by_text("Your contract has ended. You are served under it until").wait_for()

    # The days of grace pass.
    with closing(psycopg.connect(address(prepared_folder(line.folder)), autocommit=True)) as connection:
        connection.execute(
            "UPDATE plans_contract SET grace_days = 1, ends_at = now() WHERE id = %s", [int(its["contract"])]
        )
    wait_for(lambda: line.get(f"/tickets/{ticket['number']}")["plan"] == "standard", "the ticket to follow")
    # What ran keeps its dues; what begins from now on is Standard's.
    after = line.get(f"/tickets/{ticket['number']}/clocks")["items"]
    assert [(clock["metric"], clock["due"]) for clock in after] == dues
    assert replayed(line, ticket["number"])
    later = line.post("/tickets", contact=ann, subject="And the import", body="Also.", priority="high")
    assert later["plan"] == "standard"
    lena.reload()
    lena.get_by_text("ended", exact=True).wait_for()
    refused = line.get(f"/organizations/{its['organization']}/entitlements")
    assert (refused["premium_contacts"]["included"], refused["always_on"]["included"]) == (False, False)
    portal.reload()
    portal.locator("#plan-title", has_text="Standard").wait_for()
    pictured(portal, "lapsed-portal")
    portal.context.close()


def test_one_wrong_cell_is_named_as_it_is_typed_refused_mended_and_put_in_force(
    line: Product, lena: Any
) -> None:
    its = customer(line, "Pinned", "gold", "Ann Berg")
    old = line.post("/tickets", contact=its["Ann Berg"], subject="Before", body="Help.", priority="high")
    lena.goto(at(line, "/desk/catalog/"))
    speak(lena, "en")
    # The page stands before its script does: what is typed by then is saved by the first Enter, or when it comes.
    cell = lena.locator(f"[name='f:{HIGH}']")
    low = lena.locator("[name='f:plans.gold.targets.low.response']")
    why, why_low = lena.locator("#cell-gold-high .field-error"), lena.locator("#cell-gold-low .field-error")
    with without(lena, "catalog"):
        lena.get_by_role("button", name="Draft the next version").click()
        low.fill("never ever")
        cell.fill("whenever")
    why_low.wait_for()
    assert why.count() == 0
    cell.press("Enter")
    why.wait_for()
    # What is refused stays so beside what else happens: another cell, a ticket that somebody opens.
    assert why_low.is_visible()
    with lena.expect_response(lambda answer: answer.request.headers.get("sterling-live") == "1"):
        line.post("/tickets", contact=its["Ann Berg"], subject="Meanwhile", body="Help.", priority="low")
    lena.wait_for_timeout(200)
    for field, words, said in ((cell, "whenever", why), (low, "never ever", why_low)):
        assert (field.input_value(), field.get_attribute("aria-invalid"), said.count()) == (words, "true", 1)
    # Esc puts back what the draft says; what it takes is told in its own words.
    low.press("Escape")
    why_low.wait_for(state="detached")
    assert (low.input_value(), low.get_attribute("aria-invalid")) == ("8 h", None)
    # A line that is gone is said, nothing is put in force meanwhile, and the words go out when it is back.
    lena.route("**/catalog/draft", lambda route: route.abort())
    cell.fill("180min")
    cell.press("Enter")
    lena.locator("[data-unsaved]").wait_for()
    lena.unroute("**/catalog/draft")
    lena.locator("[data-unsaved]").wait_for(state="hidden")
    why.wait_for(state="detached")
    assert cell.input_value() == "3 h"

    def typed(words: str) -> None:
        cell.focus()
        cell.press("Enter")
        cell.fill(words)
        cell.press("Enter")

    # No target at all: said beside the cell, and nothing is kept.
    typed("soonish")
    wrong = lena.locator("#cell-gold-high .field-error")
    wrong.wait_for()
    assert lena.locator("main .notice-refused").get_by_text("Gold, High, reply").is_visible()
    assert lena.locator("#differences").get_by_text("Nothing.").is_visible()
    pictured(lena, "draft-unread-en")
    # Slower than Silver: kept, and the checks name plan and cell; it cannot be published.
    typed("5 h")
    finding = lena.locator("#checks .notice-refused")
    finding.wait_for()
    assert "Gold" in finding.inner_text()
    assert "High" in finding.inner_text()
    assert lena.locator("#cell-gold-high.is-wrong").is_visible()
    publish = lena.get_by_role("button", name="Publish v2")
    assert publish.is_disabled()
    speak(lena, "zh")
    lena.locator("#checks .notice-refused").get_by_text("金牌").first.wait_for()
    pictured(lena, "draft-wrong-zh")
    speak(lena, "en")
    assert line.get("/catalog/versions")["items"][0]["number"] == 1
    # Mended, and put in force.
    typed("2 h 30 min")
    lena.locator("#checks .notice-refused").wait_for(state="detached")
    lena.locator("#differences").get_by_text("2 h 30 min").first.wait_for()
    publish.click()
    lena.locator(".version-in-force", has_text="v2").wait_for()
    pictured(lena, "published-en")
    assert (
        line.get("/catalog/versions/2")["document"]["plans"]["gold"]["targets"]["high"]["response"]
        == "PT2H30M"
    )

    # Open tickets and running contracts keep their version; a new contract's tickets are promised by the new one.
    def first(number: int) -> timedelta:
        ticket, clock = line.get(f"/tickets/{number}"), line.get(f"/tickets/{number}/clocks")["items"][0]
        return datetime.fromisoformat(clock["due"]) - datetime.fromisoformat(ticket["opened_at"])

    same = line.post("/tickets", contact=its["Ann Berg"], subject="After", body="Help.", priority="high")
    fresh = customer(line, "New", "gold", "Eva Falk")
    new = line.post("/tickets", contact=fresh["Eva Falk"], subject="New", body="Help.", priority="high")
    assert [first(one["number"]) for one in (old, same, new)] == [
        timedelta(hours=3), timedelta(hours=3), timedelta(hours=2, minutes=30),
    ]  # fmt: skip
