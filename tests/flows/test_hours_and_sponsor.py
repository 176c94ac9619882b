"""Hours to the last quarter and one more; the sponsor's contact that is overdue. One product for both stories."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import pytest

from sterling.base.moment import now
from tests.base.browser import CHROMIUM, browser, violations
from tests.flows.product import MailServer, Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PATIENCE = 90_000


@dataclass
class Stage:
    line: Product
    server: MailServer
    launched: Any

    def page(self, email: str, path: str, language: str = "en") -> Any:
        """A browser of this person's own, at `path`, in their language."""
        link = re.search(r"/in/\S+", self.line.sterling("link", email))
        assert link
        base = f"http://127.0.0.1:{self.line.port}"
        page = self.launched.new_context(locale="en-US", viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{base}{link[0]}")
        if language == "zh":
            page.locator(".me summary").click()
            page.get_by_role("button", name="简体中文").click()
            page.locator("html[lang='zh-CN']").wait_for()
        page.goto(f"{base}{path}")
        return page

    def mails(self, address: str, words: str) -> list[EmailMessage]:
        """What this person was mailed with these words in the subject."""
        read = [
            cast("EmailMessage", message_from_bytes(raw, policy=default))
            for _, to, raw in list(self.server.taken)
            if to == [address]
        ]
        return [one for one in read if words in str(one["Subject"])]

    def customer(self, name: str, plan: str, contact: str, email: str, **more: Any) -> tuple[str, str]:
        line = self.line
        of = line.post("/organizations", name=name, region="americas", segment="commercial", **more)["id"]
        line.post(
            "/contracts", organization=of, plan=plan, starts=(now() - timedelta(days=30)).date().isoformat()
        )
        person = line.post("/contacts", organization=of, name=contact, email=email)["id"]
        line.post(f"/contacts/{person}/confirm")
        line.call("PATCH", f"/contacts/{person}", {"is_manager": True})
        return of, person


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    server = MailServer()
    with server.running(), product(f"smtp://127.0.0.1:{server.port}") as line, browser() as launched:
        for name, role in (("Carol Mensah", "agent"), ("Lena Sommer", "lead"), ("Ada Lind", "lead")):
            email = f"{name.split()[0].lower()}@sterling.example"
            line.post("/agents", name=name, email=email, role=role, region="americas", tier=3)
        yield Stage(line, server, launched)


def shot(page: Any, name: str) -> None:
    if "PICTURES" in os.environ:
        page.screenshot(path=f"{os.environ['PICTURES']}/{name}.png", full_page=True)


def test_hours_to_the_last_quarter_and_one_more(stage: Stage) -> None:
    of, _ = stage.customer("Halden Freight", "gold", "Dora Quist", "dora@halden.example")
    carol = stage.page("carol@sterling.example", f"/desk/hours/{of}/service-plan")
    carol.get_by_label("Item 1", exact=True).fill("Upgrade to 9.2")
    carol.get_by_label("Expected hours 1", exact=True).fill("8")
    carol.get_by_role("button", name="Offer to the customer").click()
    carol.get_by_text("waits for the customer").first.wait_for()

    # The customer's manager hears of it by mail, and agrees in the portal.
    wait_for(lambda: stage.mails("dora@halden.example", "A service plan for you to agree to"), "the offer")
    dora = stage.page("dora@halden.example", "/hours")
    dora.get_by_role("button", name="Agree to version 1").click()
    dora.get_by_text("Version 1, agreed by Dora Quist").wait_for()

    # All but a quarter; the page that the customer has open follows without a reload.
    def ask(page: Any, hours: str, note: str) -> None:
        page.goto(f"http://127.0.0.1:{stage.line.port}/desk/hours/{of}/")
        page.get_by_label("Hours, in steps of 0.25").fill(hours)
        page.get_by_label("For what, as the customer reads it").fill(note)
        page.get_by_role("button", name="See what it does").click()

    ask(carol, "7.75", "All of the upgrade")
    carol.get_by_text("It books them at once: 0.25 h are left after it.").wait_for()
    carol.get_by_role("button", name="Ask the customer").click()
    dora.locator(".balance-left", has_text="0.25").wait_for()
    ask(carol, "0.25", "The last quarter")
    carol.get_by_role("button", name="Ask the customer").click()
    dora.locator(".balance-left", has_text=re.compile(r"^0 h$")).wait_for()

    # One more is refused with the reason, and what was typed is still there.
    ask(carol, "0.25", "One more look at the exports")
    carol.get_by_text("Only 0 of 8 hours are left.").wait_for()
    carol.get_by_text("A lead or an administrator can allow more, with a reason.").wait_for()
    assert carol.get_by_label("Hours, in steps of 0.25").input_value() == "0.25"
    assert (
        carol.get_by_label("For what, as the customer reads it").input_value()
        == "One more look at the exports"
    )
    assert violations(carol) == []
    shot(carol, "hours-refused")
    assert stage.line.get(f"/organizations/{of}/hours")["left"] == 0

    # The manager allows it, in Chinese, on record with the reason.
    lena = stage.page("lena@sterling.example", f"/desk/hours/{of}/", "zh")
    lena.get_by_label("小时数（以 0.25 为单位）").fill("0.25")
    lena.get_by_role("button", name="预览影响").click()
    lena.get_by_text("8 小时中仅剩 0 小时。").wait_for()
    lena.get_by_label("批准追加 0.25 小时的原因").fill("停机由我方造成")
    assert violations(lena) == []
    lena.get_by_role("button", name="批准并提交").click()
    lena.get_by_text("Lena Sommer 批准为“Upgrade to 9.2”追加 0.25 小时：停机由我方造成。").wait_for()
    shot(lena, "hours-allowed-zh")

    # The customer agrees to one and objects to another; the statement is the sum of its lines.
    wait_for(lambda: len(stage.mails("dora@halden.example", "do you agree?")) == 3, "three questions")
    dora.goto(f"http://127.0.0.1:{stage.line.port}/hours")
    dora.get_by_role("button", name="Agree Upgrade to 9.2").first.click()
    dora.get_by_text("Dora Quist agreed to 7.75 h for Upgrade to 9.2.").wait_for()
    dora.get_by_text("Object Upgrade to 9.2").first.click()
    dora.get_by_label("Why not").first.fill("That was done already")
    dora.get_by_role("button", name="Object with this reason").first.click()
    dora.get_by_text("Dora Quist declined 0.25 h for Upgrade to 9.2: That was done already.").wait_for()
    assert violations(dora) == []
    shot(dora, "hours-portal")
    found = stage.line.get(f"/organizations/{of}/hours")
    assert {name: found[name] for name in ("granted", "booked", "used", "left")} == {
        "granted": 8.25, "booked": 0.25, "used": 7.75, "left": 0.25,
    }  # fmt: skip
    with dora.expect_download() as loaded:
        dora.get_by_role("link", name="Statement as CSV").click()
    rows = loaded.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 1 + len(found["entries"])
    assert rows[-1].split(",")[6] == "0.25"


def calendar_of(mail: EmailMessage) -> dict[str, str]:
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    text = part.get_content().replace("\r\n", "\n").replace("\n ", "")
    return dict(line.split(":", 1) for line in text.split("\n") if ":" in line)


def test_the_sponsors_contact_is_overdue(stage: Stage) -> None:
    of, hans = stage.customer(
        "Fabrikam Research", "platinum", "Hans Meier", "hans@fabrikam.example", language="zh"
    )
    ada = next(one["id"] for one in stage.line.get("/agents")["items"] if one["name"] == "Ada Lind")
    since = (now() - timedelta(days=100)).isoformat()
    named = stage.line.call(
        "PUT",
        f"/organizations/{of}/sponsor",
        {"agent": ada, "counterpart": hans, "cadence": "quarter", "since": since},
    )
    assert named["overdue"] is True

    # She hears of it once, by mail and in the desk; and of a live Urgent.
    address = "ada@sterling.example"
    wait_for(lambda: stage.mails(address, "Fabrikam Research needs its sponsor"), "the notice")
    number = stage.line.post(
        "/tickets", contact=hans, subject="All is down", body="Help.", priority="urgent"
    )["number"]
    wait_for(lambda: len(stage.mails(address, "Fabrikam Research needs its sponsor")) == 2, "the Urgent")
    desk = stage.page(address, "/desk/sponsors/")
    desk.get_by_text(", overdue").wait_for()
    desk.get_by_text(f"#{number} is Urgent: All is down").wait_for()
    assert violations(desk) == []
    shot(desk, "sponsors")

    # The brief, then the call; what was promised stands there, and the next one is due a quarter later.
    desk.get_by_role("link", name="Fabrikam Research").first.click()
    desk.get_by_role("link", name="Brief").click()
    desk.get_by_role("heading", name="Before you speak with Fabrikam Research").wait_for()
    desk.go_back()
    said_at = now() - timedelta(days=1)
    desk.get_by_label("When, in the customer's zone").nth(1).fill(said_at.strftime("%Y-%m-%dT%H:%M"))
    desk.get_by_label("Who was there").fill("Ada Lind, Hans Meier")
    desk.get_by_label("What was said").fill("They move to 9.2 in May.")
    desk.get_by_label("Promise 1", exact=True).fill("Send the roadmap")
    desk.get_by_label("Who keeps promise 1").fill("Ada Lind")
    desk.get_by_label("By when, promise 1").fill("2099-01-31")
    desk.get_by_label("The customer may read it in the portal").check()
    desk.get_by_role("button", name="Note it").click()
    desk.get_by_text("They move to 9.2 in May.").wait_for()
    assert desk.get_by_text("They should have spoken by").count() == 0
    assert violations(desk) == []
    assert stage.line.get(f"/organizations/{of}/sponsor")["overdue"] is False

    # Both calendars get the next meeting, and know it again when it moves.
    for days in (20, 21):
        at = (now() + timedelta(days=days)).strftime("%Y-%m-%dT10:00")
        desk.get_by_label("When, in the customer's zone").first.fill(at)
        desk.get_by_role("button", name="Invite both" if days == 20 else "Change and tell both").click()
        desk.get_by_role("button", name="Cancel the meeting").wait_for()
        words = {20: ("Invitation:", "邀请："), 21: ("Changed:", "已更改：")}[days]
        wait_for(lambda said=words[0]: stage.mails(address, said), words[0])
        wait_for(lambda said=words[1]: stage.mails("hans@fabrikam.example", said), words[1])
    first, moved = (
        calendar_of(stage.mails("hans@fabrikam.example", said)[0]) for said in ("邀请：", "已更改：")
    )
    assert (first["UID"], first["SEQUENCE"], moved["SEQUENCE"]) == (moved["UID"], "0", "1")
    assert calendar_of(stage.mails(address, "Changed:")[0])["UID"] == moved["UID"]

    # The customer reads in the portal what is shared, in Chinese.
    portal = stage.page("hans@fabrikam.example", "/sponsor", "zh")
    portal.get_by_text("They move to 9.2 in May.").wait_for()
    portal.get_by_role("link", name="加入日历").wait_for()
    assert violations(portal) == []
    shot(portal, "sponsor-portal-zh")
    assert len(stage.mails(address, "Fabrikam Research needs its sponsor")) == 2
