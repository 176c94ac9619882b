"""A quarter's report in Chinese from draft to portal: put in words, published, read, printed, counted again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sterling.core.quarters import quarter_of
from tests.base.browser import CHROMIUM, browser
from tests.flows.product import Product, product, wait_for

pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
PATIENCE = 60_000  # milliseconds; other suites run beside this one, nothing here measures
LENA, SUMIN = "lena@sterling.example", "su.min@haichuan.example"
CAUSE = "交接班时工单无人负责。现已改为先指派，后下班。"
SUMMARY = "本季度回复总体及时，一次交接延误。"
# How far what is drawn of each meter of hours stands from its section's words.
INDENT = """() => [...document.querySelectorAll('.report-boxes')].map(meter =>
    meter.querySelector('rect').getBoundingClientRect().left
    - meter.closest('section').querySelector('p').getBoundingClientRect().left)"""


def with_a_quick_target(folder: Path, line: Product) -> None:
    """Urgent replies within two seconds under Gold and Platinum, so that the story has a late one."""
    catalog = json.loads(line.sterling("catalog", "show", "--json"))
    for plan in ("gold", "platinum"):
        catalog["plans"][plan]["targets"]["urgent"]["response"] = "PT2S"
    file = folder / "quick.json"
    file.write_text(json.dumps(catalog), encoding="utf-8")
    line.sterling("catalog", "load", str(file))


def tickets(line: Product) -> list[int]:
    """One ticket answered in time and one, urgent, answered too late."""
    numbers = []
    for priority, subject in (("high", "报表打印不全"), ("urgent", "导出中断")):
        ticket = line.post("/tickets", email=SUMIN, subject=subject, body="请协助。", priority=priority)
        if priority == "urgent":
            path = f"/tickets/{ticket['number']}/clocks"
            wait_for(lambda path=path: line.get(path)["items"][0]["state"] == "missed", "the miss")
        line.post(f"/tickets/{ticket['number']}/messages", body="已处理。", public=True, status="pending")
        numbers.append(ticket["number"])
    return numbers


def counted_again(line: Product, numbers: list[int], first: datetime, after: datetime) -> tuple[int, int]:
    """(kept, all) of what fell due, from the tickets' clocks alone."""
    ends = [
        clock["state"]
        for number in numbers
        for clock in line.get(f"/tickets/{number}/clocks")["items"]
        if clock["due"] and first <= datetime.fromisoformat(clock["due"]) < after
    ]
    return ends.count("met"), ends.count("met") + ends.count("missed")


def a_browser(chromium: Any, line: Product, email: str, complaints: list[str]) -> Any:
    page = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    link = re.search(r"/in/\S+", line.sterling("link", email))
    assert link
    page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
    return page


def test_a_quarters_report_in_chinese_from_draft_to_portal(tmp_path: Path) -> None:
    complaints: list[str] = []
    with product() as line, browser() as chromium:
        with_a_quick_target(tmp_path, line)
        line.sterling("user", "create", LENA, "--role", "lead")
        customer = line.post("/organizations", name="海川精密", region="china", language="zh")
        line.post("/contracts", organization=customer["id"], plan="gold", starts="2020-01-01")
        contact = line.post("/contacts", organization=customer["id"], name="苏敏", email=SUMIN, language="zh")
        line.post(f"/contacts/{contact['id']}/verify")
        numbers = tickets(line)
        days = quarter_of((datetime.now(UTC) + timedelta(hours=8)).date())

        # The lead makes the draft of the quarter that runs.
        desk = a_browser(chromium, line, LENA, complaints)
        desk.goto(f"http://127.0.0.1:{line.port}/desk/reports/")
        desk.get_by_label("客户", exact=True).select_option(label="海川精密")
        desk.get_by_label("开始日期").fill(days.first.isoformat())
        desk.get_by_label("结束日期").fill(days.last.isoformat())
        desk.get_by_role("button", name="生成草稿").click()
        desk.get_by_role("heading", name="项按时兑现").wait_for()
        desk.locator(".report-misses").get_by_text("到期前一直无人负责").wait_for()

        # What the log tells is put in better words; a summary is added.
        desk.get_by_text("补充说明").click()
        desk.get_by_label("概述").fill(SUMMARY)
        desk.get_by_label("：原因").fill(CAUSE)
        desk.get_by_role("button", name="保存").click()
        desk.locator(".report-misses").get_by_text(CAUSE).wait_for()
        desk.get_by_role("button", name="发布").click()
        desk.get_by_text("已发布").first.wait_for()

        # The customer reads the same, misses included.
        portal = a_browser(chromium, line, SUMIN, complaints)
        portal.goto(f"http://127.0.0.1:{line.port}/organization")
        portal.get_by_role("link", name="各季度报告").click()
        portal.get_by_role("link", name=days.name.zh).click()
        portal.get_by_text(CAUSE).wait_for()
        portal.get_by_text(SUMMARY).wait_for()
        for page in (desk, portal):
            assert page.evaluate(INDENT) == [0], page.url
        headline = portal.get_by_role("heading", level=1).inner_text()

        report = line.get(f"/organizations/{customer['id']}/reports")["items"][0]
        assert (report["state"], report["language"]) == ("published", "zh")
        figures = line.get(f"/organizations/{customer['id']}/reports/{report['id']}")["figures"]
        kept = figures["attainment"]["kept"]
        zone = timedelta(hours=8)  # Beijing
        first = datetime(days.first.year, days.first.month, days.first.day, tzinfo=UTC) - zone
        after = datetime(days.after.year, days.after.month, days.after.day, tzinfo=UTC) - zone
        assert counted_again(line, numbers, first, after) == (kept["kept"], kept["n"])
        assert "".join(headline.split()) == f"本季度{kept['n']}项承诺，{kept['kept']}项按时兑现。"
        assert [miss["ticket"] for miss in figures["misses"]] == [numbers[1]]

        paper = portal.request.get(f"http://127.0.0.1:{line.port}/reports/{report['id']}/zh.pdf").body()
    assert paper.startswith(b"%PDF")
    assert complaints == []
    if shutil.which("pdftotext"):
        (tmp_path / "report.pdf").write_bytes(paper)
        said = subprocess.run(
            ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
        ).stdout
        assert f"{kept['kept']}项按时兑现。" in "".join(said.split())
        assert CAUSE in "".join(said.split())
