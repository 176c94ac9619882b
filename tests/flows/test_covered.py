"""Around the clock: the gap in the Saturday rota is found and filled; one handover is accepted by name, one is not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.base.browser import CHROMIUM, browser, violations
from tests.flows.product import MailServer, Product, product, wait_for
from tests.flows.test_the_ladder import mail_to, signed_in

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {day: [["00:00", "24:00"]] for day in DAYS}
# On a Saturday the story is told of Wednesdays, so that no gap has begun already.
DAY = "wed" if datetime.now(ZoneInfo("America/Chicago")).weekday() == DAYS.index("sat") else "sat"
BUT_ONE_DAY = ALWAYS | {DAY: [["00:00", "09:00"], ["17:00", "24:00"]]}
STAFF = (
    ("Lena Sommer", "lead", 1, ALWAYS),
    ("Dave Ruiz", "agent", 3, BUT_ONE_DAY),
    ("Erika Falk", "agent", 3, None),
    ("Carol Mensah", "agent", 3, None),
)


def address(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@sterling.example"


def staffed(line: Product) -> dict[str, str]:
    found = {}
    for name, role, tier, hours in STAFF:
        made = line.post(
            "/agents", name=name, email=address(name), role=role, region="americas", tier=tier,
            timezone="America/Chicago", shifts=[{"hours": {"weekly": hours}}] if hours else [],
        )  # fmt: skip
        found[name] = made["id"]
    return found


def opened(line: Product, contact: str, subject: str, owner: str) -> int:
    ticket = line.post("/tickets", contact=contact, subject=subject, body="Help.", priority="high")
    line.call("PATCH", f"/tickets/{ticket['number']}", {"assignee": owner})
    return int(ticket["number"])


def gold_gaps(line: Product) -> list[dict[str, Any]]:
    [gold] = [item for item in line.get("/coverage")["items"] if item["plan"] == "gold"]
    found: list[dict[str, Any]] = gold["gaps"]
    return found


def about_handovers(server: MailServer, name: str) -> list[str]:
    """Subjects of mails to one of the staff; other rooms write to a lead as well."""
    subjects = [subject for subject, _ in mail_to(server, address(name))]
    return [subject for subject in subjects if subject.startswith("Handover")]


def test_the_saturday_gap_and_two_handovers() -> None:
    server = MailServer()
    with server.running(), product(f"smtp://127.0.0.1:{server.port}") as line, browser() as launched:
        ids = staffed(line)
        halden = line.post("/organizations", name="Halden Freight", region="americas", segment="commercial")
        line.post("/contracts", organization=halden["id"], plan="gold", starts="2020-01-01")
        alice = line.post(
            "/contacts", organization=halden["id"], name="Alice Moreau", email="alice@halden.example"
        )
        line.post(f"/contacts/{alice['id']}/verify")
        base = f"http://127.0.0.1:{line.port}"

        # The gap: eight Saturdays, the first is said in a sentence, and filled by the link beside it, by keyboard.
        assert len(gold_gaps(line)) == 8
        lena = signed_in(line, launched, address("Lena Sommer"), "en")
        lena.goto(f"{base}/desk/rota/")
        lena.get_by_role("link", name=re.compile("Proof of coverage")).first.click()
        lena.get_by_text("8 gaps have to be filled.").wait_for()
        first = lena.locator(".proof-gaps li").first
        said = first.locator("> span").inner_text()
        assert re.fullmatch(
            rf"{DAY.title()} \d+ \w+ 09:00 to 17:00, Chicago time: nobody of Tier 3 is on shift anywhere\.",
            said,
        )
        assert violations(lena) == []
        lena.keyboard.press("j")
        lena.keyboard.press("Enter")
        lena.get_by_text("Fills the gap of").wait_for()
        assert lena.locator("#begins").input_value().endswith("T09:00")
        lena.locator("#agent").select_option(ids["Carol Mensah"])
        lena.locator("#ends").focus()
        lena.keyboard.press("Control+Enter")
        lena.get_by_text("7 gaps have to be filled.").wait_for()
        assert said not in lena.locator(".proof").inner_text()
        assert len(gold_gaps(line)) == 7
        [shift] = line.get("/agents")["items"][-1]["shifts"]
        assert [*shift["hours"]["exceptions"].values()] == [[["09:00", "17:00"]]]

        # Accepted: Erika gives what is due to the region, Carol accepts it in Chinese, and Erika's page says so by itself.
        number = opened(line, alice["id"], "Export fails", ids["Erika Falk"])
        erika = signed_in(line, launched, address("Erika Falk"), "en")
        carol = signed_in(line, launched, address("Carol Mensah"), "zh")
        erika.goto(f"{base}/desk/handovers/new")
        assert erika.locator(f"#happened-{number}").input_value().endswith("Help.")
        assert violations(erika) == []
        erika.locator("#to").select_option("region-americas")
        erika.locator(f"#happened-{number}").fill("It stops at 61 %, the disk is full.")
        erika.locator(f"#next_action-{number}").fill("Ask for the log.")
        erika.get_by_role("button", name="Give to the next shift").click()
        erika.get_by_text("0 of 1 accepted").wait_for()
        assert line.get(f"/tickets/{number}")["assignee"]["name"] == "Erika Falk"
        carol.goto(f"{base}/desk/handovers/")
        carol.get_by_role("link", name=re.compile("Erika Falk")).click()
        carol.get_by_text("It stops at 61 %, the disk is full.").wait_for()
        assert violations(carol) == []
        carol.keyboard.press("a")
        carol.get_by_text("Carol Mensah 已接班").wait_for()
        assert line.get(f"/tickets/{number}")["assignee"]["name"] == "Carol Mensah"
        erika.get_by_text("accepted by Carol Mensah").wait_for()

        # Not accepted: given to Dave, who sees nothing of it; at its instant the lead hears, at the desk and by mail, once.
        other = opened(line, alice["id"], "Sync stopped", ids["Erika Falk"])
        token = line.sterling("token", "create", "--name", "e", "--user", address("Erika Falk")).split()[-1]
        mine, line.token = line.token, token
        lena.goto(f"{base}/desk/handovers/")
        given = line.post(
            "/handovers", to_agent=ids["Dave Ruiz"], accept_by=(datetime.now(UTC) + timedelta(seconds=4)).isoformat(),
            tickets=[{"ticket": other, "happened": "It stopped.", "next_action": "Look."}],
        )  # fmt: skip
        line.token = mine
        lena.get_by_text("not accepted").wait_for()
        lena.get_by_role("link", name=re.compile("Erika Falk")).first.click()
        lena.get_by_text("Not accepted: told to Lena Sommer, Erika Falk").wait_for()
        for name in ("Lena Sommer", "Erika Falk"):
            wait_for(lambda to=name: about_handovers(server, to), f"mail to {name}")
            assert about_handovers(server, name) == ["Handover not accepted: Erika Falk to Dave Ruiz"]
        assert about_handovers(server, "Dave Ruiz") == []
        [step] = line.get(f"/handovers/{given['id']}")["escalations"]
        assert (step["step"], step["at"], step["told"]) == (
            "lead", given["accept_by"], [ids["Lena Sommer"], ids["Erika Falk"]])  # fmt: skip
        assert line.get(f"/tickets/{other}")["assignee"]["name"] == "Erika Falk"
