"""The day a holiday is declared: seen beforehand, confirmed, followed, explained; and a replay agrees."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.base.browser import CHROMIUM, browser, violations
from tests.flows.product import MailServer, Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PATIENCE = 60_000  # milliseconds; other suites run beside this one, nothing here measures
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = {day: [["00:00", "24:00"]] for day in DAYS}  # whatever day it is, somebody works
CATALOG = "soon.json"
FLOOD = "Flood day | 防汛停工日"
SAID = {
    "en": {
        "moves": "2 promises would move: 2 later, 0 earlier.",
        "reason": "Dam of the Elm",
        "holiday": "Flood day",
        "eased": "Eased: calendar changed (Dam of the Elm)",
        "rang": "First reply: 1 % of the target used",
    },
    "zh": {
        "moves": "2 个承诺的期限会变动：2 个推后，0 个提前。",
        "reason": "防汛停工",
        "holiday": "防汛停工日",
        "eased": "已缓解：日历变更（防汛停工）",
        "rang": "首次回复：目标时间已用 1%",
    },
}
REGIONS = {"en": "americas", "zh": "china"}


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer().running() as running:
        yield running


@pytest.fixture(scope="module")
def line(server: MailServer) -> Iterator[Product]:
    """The shipped catalog, but that a quarter of an hour is promised, and a hundredth of it rings already."""
    with product(f"smtp://127.0.0.1:{server.port}") as running:
        catalog = json.loads(running.sterling("catalog", "show", "--json"))
        catalog["warnings"] = [1, *catalog["warnings"]]
        for plan in ("silver", "gold", "platinum"):
            catalog["plans"][plan]["targets"]["urgent"]["response"] = "PT15M"
        file = running.folder / CATALOG
        file.write_text(json.dumps(catalog), encoding="utf-8")
        running.sterling("catalog", "load", str(file))
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as launched:
        yield launched


@contextmanager
def desk(line: Product, chromium: Any, email: str, language: str) -> Iterator[Any]:
    link = re.search(r"/in/\S+", line.sterling("link", email))
    assert link
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
    context.add_cookies([{"name": "language", "value": language, "url": f"http://127.0.0.1:{line.port}"}])
    yield page
    context.close()
    assert complaints == []


def opened(line: Product, language: str) -> tuple[int, str]:
    """An urgent ticket of a Silver customer, in a region that is open all day, and its customer's address."""
    region = REGIONS[language]
    zone = next(one["timezone"] for one in line.get("/regions")["items"] if one["id"] == region)
    line.call(
        "PUT",
        f"/regions/{region}/calendar",
        {"calendar": {"tz": zone, "weekly": EVERY_DAY}, "reason": "Test"},
    )
    line.post(
        "/agents",
        name=f"Lead of {region}",
        email=f"lead@{region}.example",
        role="lead",
        region=region,
        tier=3,
    )
    halden = line.post("/organizations", name=f"Halden {region}", region=region, segment="commercial")
    line.post("/contracts", organization=halden["id"], plan="silver", starts="2020-01-01")
    address = f"alice@{region}-customer.example"
    alice = line.post("/contacts", organization=halden["id"], name="Alice Moreau", email=address)
    line.post(f"/contacts/{alice['id']}/verify")
    number = line.post(
        "/tickets", contact=alice["id"], subject="The line stands", body="Help.", priority="urgent"
    )["number"]
    return number, address


def picture(page: Any, name: str) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_promises_that_would_move_are_said_first_and_follow_once_it_is_confirmed(
    line: Product, chromium: Any, server: MailServer, tmp_path: Path, language: str
) -> None:
    said, region, origin = SAID[language], REGIONS[language], f"http://127.0.0.1:{line.port}"
    number, address = opened(line, language)
    zone = ZoneInfo(line.get(f"/regions/{region}/calendar")["calendar"]["tz"])
    today = datetime.now(UTC).astimezone(zone).date()
    with (
        desk(line, chromium, f"lead@{region}.example", language) as lead,
        desk(line, chromium, f"lead@{region}.example", language) as engineer,
    ):
        # The first hundredth of the target is used: somebody has heard.
        engineer.goto(f"{origin}/desk/alarms/?of=all")
        engineer.locator(f"[data-alarm='{number}']", has_text=said["rang"]).wait_for()
        letters = wait_for(lambda: len([to for _, to, _ in server.taken if to == [address]]), "the receipt")

        # The lead writes down today and tomorrow, and reads what that would do before it is done.
        lead.goto(f"{origin}/desk/regions/{region}/edit")
        holidays = lead.locator("#holidays")
        holidays.fill(f"{today}..{today + timedelta(days=1)} {FLOOD}")
        lead.locator("button[value=preview]").click()
        lead.locator(".preview-count", has_text=said["moves"]).wait_for()
        assert lead.locator(".moves tbody tr", has_text=f"#{number}").count() == 2
        assert violations(lead) == []
        picture(lead, f"declared-{language}")
        before = line.get(f"/tickets/{number}/clocks")["items"]
        lead.locator("#reason").fill(said["reason"])
        lead.locator("button[value=save]").click()
        lead.locator(".region-history", has_text=said["reason"]).wait_for()
        lead.locator(".month-notes", has_text=said["holiday"]).first.wait_for()

        # Stored dues follow in the background: the day after tomorrow counts, and nothing before.
        opens = datetime.combine(today + timedelta(days=2), time(), zone).astimezone(UTC)
        after = line.get(f"/tickets/{number}/clocks")["items"]
        assert [clock["started"] for clock in after] == [clock["started"] for clock in before]
        assert [datetime.fromisoformat(clock["due"]) - opens for clock in after] == [
            timedelta(minutes=15),
            timedelta(hours=4),
        ]

        # What rang stands no more, and says why; nobody has reloaded that page.
        engineer.locator(f"[data-alarm='{number}']").wait_for(state="detached")
        engineer.locator(".alarm-row", has_text=said["eased"]).first.wait_for()
        assert violations(engineer) == []
        picture(engineer, f"eased-{language}")

        # The ticket and its why name the holiday.
        engineer.goto(f"{origin}/desk/tickets/{number}/")
        engineer.locator(".strip").first.wait_for()
        assert said["holiday"] in engineer.locator(".strip-image").first.inner_html()
        assert said["holiday"] in engineer.locator("#promises, .promises").first.inner_text()
        picture(engineer, f"ticket-{language}")
        engineer.goto(f"{origin}/desk/tickets/{number}/why")
        engineer.locator(".ledger", has_text=said["holiday"]).first.wait_for()
        assert violations(engineer) == []
        picture(engineer, f"why-{language}")
    for one in line.get("/tickets")["items"]:
        clocks = line.get(f"/tickets/{one['number']}/clocks")["items"]
        file = tmp_path / f"{one['number']}.json"
        file.write_text(
            json.dumps(line.get(f"/tickets/{one['number']}/events?as=timeline")), encoding="utf-8"
        )
        told = json.loads(line.sterling("replay", str(file), "--catalog", str(line.folder / CATALOG)))[
            "clocks"
        ]
        facts = ("metric", "started", "due", "ended", "state")
        assert [[clock[name] for name in facts] for clock in clocks] == [
            [clock[name] for name in facts] for clock in told
        ]
    # Nobody told the customer.
    assert len([to for _, to, _ in server.taken if to == [address]]) == letters == 1
