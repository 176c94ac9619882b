"""The Platinum P1 from the customer's mail to the analysis that they read: owed, dated, written, signed off, published."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sterling.core.calendars import Calendar
from sterling.core.catalog import BusinessDays
from sterling.core.rca import due
from tests.base.browser import CHROMIUM, browser, violations
from tests.channels.email.mails import mail
from tests.flows.product import Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
HANS, SUPPORT = "hans@brightwater.example", "support@sterling.example"
STAFF = {"carol": "agent", "omar": "agent"}
PDFTOPPM = shutil.which("pdftoppm")
SUMMARY = "Exports of more than 2 GB stopped at 61 %. No data was lost."


@pytest.fixture(scope="module")
def line() -> Iterator[Product]:
    """A Platinum customer served from Europe, and two engineers."""
    with product() as running:
        customer = running.post("/organizations", name="Brightwater Clinics", region="europe")
        running.post("/contracts", organization=customer["id"], plan="platinum", starts="2020-01-01")
        hans = running.post("/contacts", organization=customer["id"], name="Hans Brandt", email=HANS)
        running.post(f"/contacts/{hans['id']}/verify")
        for name, role in STAFF.items():
            running.post(
                "/agents", name=f"{name.title()} Mensah", email=f"{name}@sterling.example", region="europe",
                tier=3, role=role,
            )  # fmt: skip
        yield running


def signed_in(launched: Any, line: Product, email: str) -> Any:
    link = re.search(r"/in/\S+", line.sterling("link", email))
    assert link
    page = launched.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(60_000)
    page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
    return page


def reported(line: Product) -> int:
    line.mail(
        mail(f"Hans Brandt <{HANS}>", subject="Exports stop at 61 %", text="All of them."), HANS, SUPPORT
    )
    found = wait_for(lambda: line.get("/tickets")["items"], "the ticket")
    return int(found[0]["number"])


def worked_on(carol: Any, root: str, number: int) -> None:
    """Confirmed as Urgent, answered, worked around: each on its page."""
    ticket = f"{root}/desk/tickets/{number}"
    carol.goto(f"{ticket}/act/priority")
    carol.locator("input[name=priority][value=urgent]").check()
    carol.locator("#reason").fill("Nobody can export")
    carol.locator(".act button[type=submit]").click()
    carol.wait_for_url(f"{ticket}/**")
    carol.goto(f"{ticket}/")
    carol.locator("#body").fill("We are on it.")
    carol.keyboard.press("Control+Enter")
    carol.locator(".talk").get_by_text("We are on it.").wait_for()
    carol.goto(f"{ticket}/act/workaround")
    carol.locator("#note").fill("Export in parts of 1 GB.")
    carol.locator(".act button[type=submit]").click()
    carol.wait_for_url(f"{ticket}/**")


def written(carol: Any, root: str, number: int) -> None:
    """Typed, kept while typing, and kept still after the page was left without a press of Save."""
    here = f"{root}/desk/rca/{number}/"
    carol.goto(here)
    assert violations(carol) == []
    carol.get_by_role("textbox", name="Summary").fill(SUMMARY)
    carol.locator("[data-said]", has_text="saved").wait_for()
    carol.goto(here)
    assert carol.get_by_role("textbox", name="Summary").input_value() == SUMMARY
    carol.get_by_role("textbox", name="Who was affected").fill("Everyone at Brightwater who exports")
    carol.get_by_role("textbox", name="Functions").fill("Export of reports")
    carol.get_by_role("textbox", name="Trigger").fill(
        "Release 9.2 wrote its temporary files to a small disk."
    )
    carol.get_by_role("textbox", name="Root cause").fill("Releases are not tested with large files.")
    carol.get_by_role("textbox", name="Evidence").first.fill("df at 09:14, kept in the ticket")
    carol.get_by_role("textbox", name="Why", exact=True).first.fill("Why did exports stop?")
    carol.get_by_role("textbox", name="Because").first.fill("The disk was full.")
    carol.locator("[name='timeline.lines.0.at']").fill("2026-11-03T10:00")
    carol.locator("[name='timeline.lines.0.text']").fill("The disk was found full")
    carol.locator("[name='actions.new.text']").fill("Test every release with large files")
    carol.locator("[name='actions.new.kind']").select_option("process")
    carol.get_by_role("button", name="Save, send the preliminary edition to review").click()
    carol.get_by_text("You sent it to review. Somebody else reads and publishes it.").wait_for()
    assert carol.get_by_role("button", name="Publish").count() == 0


def test_a_platinum_p1_from_mail_to_the_published_analysis(line: Product, tmp_path: Path) -> None:
    root = f"http://127.0.0.1:{line.port}"
    number = reported(line)
    with browser() as launched:
        carol = signed_in(launched, line, "carol@sterling.example")
        worked_on(carol, root, number)
        # Nobody asked for it: the worker has opened it, and the list shows it.
        wait_for(
            lambda: carol.goto(f"{root}/desk/rca/") and carol.locator(".rca-row").count() == 1, "the analysis"
        )
        rca = line.get(f"/tickets/{number}/rca")
        europe = Calendar.from_dict(line.get("/regions/europe/calendar")["calendar"])
        begins = datetime.fromisoformat(rca["starts_at"])
        dues = [datetime.fromisoformat(one["due"]) for one in rca["editions"]]
        assert dues == [due(BusinessDays(days), begins, europe) for days in (5, 10)]
        assert (rca["because"], rca["started_by"]) == ("plan", "workaround")

        written(carol, root, number)
        omar = signed_in(launched, line, "omar@sterling.example")
        omar.goto(f"{root}/desk/rca/{number}/")
        assert violations(omar) == []
        assert omar.get_by_text("The disk was found full (added by hand)").count() == 1
        omar.get_by_role("button", name="Publish").click()
        omar.get_by_text("published", exact=True).wait_for()

        hans = signed_in(launched, line, HANS)
        hans.goto(f"{root}/tickets/{number}/")
        hans.get_by_role("link", name="Preliminary edition").click()
        hans.get_by_role("heading", name="Root-cause analysis").wait_for()
        assert hans.get_by_text(SUMMARY).count() == 1
        assert hans.get_by_text("Omar Mensah").count() == 1
        assert violations(hans) == []
        papers = [
            hans.request.get(f"{root}/tickets/{number}/rca/1/{language}.pdf").body()
            for language in ("en", "zh")
        ]
        assert all(paper.startswith(b"%PDF-") for paper in papers)
    assert line.get(f"/tickets/{number}/rca")["editions"][0]["state"] == "met"
    looked_at(papers, tmp_path)


def looked_at(papers: list[bytes], folder: Path) -> None:
    """Each page of the paper as a picture: there is ink on it, and not over its edges."""
    if PDFTOPPM is None:
        pytest.skip(
            "the analysis was published; its paper is not rendered: pdftoppm is absent (poppler-utils)"
        )
    for place, paper in enumerate(papers):
        source = folder / f"{place}.pdf"
        source.write_bytes(paper)
        subprocess.run([PDFTOPPM, "-r", "50", "-gray", source, folder / f"page-{place}"], check=True)
    pictures = sorted(folder.glob("page-*.pgm"))
    assert len(pictures) >= len(papers)
    for picture in pictures:
        _, size, _, pixels = picture.read_bytes().split(b"\n", 3)
        width, height = map(int, size.split())
        rows = [pixels[place * width : (place + 1) * width] for place in range(height)]
        assert any(min(row) < 100 for row in rows)
        margin = width // 15
        assert all(min(row[:margin]) == min(row[-margin:]) == 255 for row in rows)
