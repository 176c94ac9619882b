"""A report on paper: the same figures as on the page and in the API, drawn as pictured, in both languages."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.reports import actions
from sterling.reports.models import Report
from sterling.reports.shown import dots
from sterling.reports.shown.view import paper, view
from tests import make
from tests.api.client import holder
from tests.reports.quarter import AFTER, FIRST, LAST, busy, quarter

pytestmark = pytest.mark.usefixtures("installed")
HAS_POPPLER = shutil.which("pdftoppm") is not None and shutil.which("pdftotext") is not None
with_poppler = pytest.mark.skipif(not HAS_POPPLER, reason="pdftoppm and pdftotext are not installed")


def made(of: object) -> Report:
    return actions.make_report(organization=of.organization, first=FIRST, last=LAST, at=AFTER, by=SYSTEM)


def text_of(folder: Path, document: bytes) -> str:
    """The words of a PDF, with one space between any two."""
    (folder / "report.pdf").write_bytes(document)
    said = subprocess.run(
        ["pdftotext", "-layout", folder / "report.pdf", "-"], capture_output=True, text=True, check=True
    )
    return " ".join(said.stdout.split())


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@with_poppler
@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_paper_and_api_say_the_same_figures(tmp_path: Path, language: str) -> None:
    of = busy(14)
    report = made(of)
    lead = make.agent("Lena Sommer", role="lead")
    client = Client()
    client.get(f"/in/{people.make_link(user=lead.user, at=now())}")
    page = words_of(client.get(f"/desk/reports/{report.pk}/?language={language}").content.decode())
    answer = client.get(f"/desk/reports/{report.pk}/{language}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    printed = text_of(tmp_path, answer.content)
    figures = holder(lead).get(f"/organizations/{of.organization.pk}/reports/{report.pk}")["figures"]
    between = {"en": " of ", "zh": " / "}[language]

    def both_say(words: str) -> None:
        # Paper breaks lines where a page does not, so spaces are left out of what is compared.
        assert "".join(words.split()) in "".join(page.split()), words
        assert "".join(words.split()) in "".join(printed.split()), words

    attained = figures["attainment"]
    for row in (attained["tickets"], *attained["rows"]):
        both_say(f"{row['kept']}{between}{row['n']}")
    kept = attained["kept"]
    tenths = kept["kept"] * 1000 // kept["n"]
    both_say(f"{tenths / 10:g} %" if language == "en" else f"{tenths / 10:g}%")
    for miss in figures["misses"]:
        both_say(f"#{miss['ticket']}")
        both_say("".join(fact[language] for fact in miss["facts"]))
    volumes, backlog, hours = figures["volumes"], figures["backlog"], figures["hours"]
    opened, resolved = volumes["opened"], volumes["resolved"]
    both_say(
        f"{opened} opened, {resolved} resolved."
        if language == "en"
        else f"新建 {opened} 张，解决 {resolved} 张。"
    )
    both_say(f"{backlog['open']} open." if language == "en" else f"未结 {backlog['open']} 张。")
    both_say(f"{hours['left']:g} h left." if language == "en" else f"剩余 {hours['left']:g} 小时。")
    both_say("3 of 3 named." if language == "en" else "已指定 3 / 3 位。")
    for ticket in figures["tickets"]:
        both_say(f"#{ticket['ticket']}")
    assert kept["n"] == len(figures["clocks"]) > 40


@with_poppler
def test_the_paper_is_drawn_as_pictured(tmp_path: Path) -> None:
    """A4, the headline in ink, kept promises in green, late ones in red, on every page something."""
    (tmp_path / "report.pdf").write_bytes(paper(made(busy(30)), "zh"))
    told = subprocess.run(
        ["pdfinfo", tmp_path / "report.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "A4" in told
    subprocess.run(["pdftoppm", "-r", "50", tmp_path / "report.pdf", tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page-*.ppm"))
    assert len(pages) == int(re.search(r"Pages:\s+(\d+)", told)[1])
    colors = [_colors(one) for one in pages]
    assert all(count["ink"] > 100 for count in colors)
    assert colors[0]["green"] > 50
    assert colors[0]["red"] > 20


def _colors(picture: Path) -> dict[str, int]:
    kind, wide, tall, _, data = picture.read_bytes().split(None, 4)
    assert kind == b"P6"
    found = {"ink": 0, "green": 0, "red": 0}
    for place in range(0, int(wide) * int(tall) * 3, 3):
        red, green, blue = data[place : place + 3]
        found["ink"] += max(red, green, blue) < 170
        found["green"] += green > red + 30 and green > blue
        found["red"] += red > green + 60 and red > blue + 60
    return found


def test_the_same_report_is_the_same_paper() -> None:
    report = made(quarter())
    assert paper(report, "en") == paper(report, "en")


def test_a_headline_counts_and_a_rate_of_few_says_so() -> None:
    report = made(quarter())
    lines = view(report, "en")["headline"]["lines"]
    assert ["".join(part["text"] for part in line) for line in lines] == [
        "4 of 7 promises", "were kept this quarter.",
    ]  # fmt: skip
    assert view(report, "zh")["headline"]["lead"] == (
        "按时率 57.1%，低于 95% 的目标。（95% 置信区间 25% 至 84.1%。）3 项超时，原因逐条列在下方。"
    )
    rows = view(report, "en")["method"]["table"]["rows"]
    assert rows[0][3:5] == ["0 of 1", "too few for a rate"]
    empty = actions.make_report(organization=make.organization(), first=FIRST, last=LAST, at=AFTER, by=SYSTEM)
    assert view(empty, "zh")["headline"]["lines"][0][0]["text"] == "本季度没有到期的承诺。"
    assert view(empty, "en")["trend"] is None
    assert paper(empty, "en").startswith(b"%PDF")


def test_dots_give_way_to_each_other_and_a_crowd_becomes_bars() -> None:
    drawn = dots.dots([0.5, 0.5, 0.5, 1.2, 9.0], late=2)
    assert [y for _, y in drawn["dots"]] == [16.0, 10.8, 21.2]
    assert [x for x, _ in drawn["late"]] == [226.4, 282.0]
    counted = dots.bars([0.5] * 150 + [0.52] * 50 + [1.1], late=1)
    assert [(one["height"], one["late"]) for one in counted["bars"]] == [(24.0, False), (1.5, True)]
    report = made(quarter())
    for row in report.figures["attainment"]["rows"]:
        if row["metric"] == "response":
            row["used"] = [0.5] * 200
    chart = view(report, "en")["chart"]
    assert (chart["dotted"], chart["legend"]) == (
        False,
        "promises by the share of their target that they used",
    )
