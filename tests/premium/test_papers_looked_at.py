"""The sponsor's brief on paper, drawn as a picture: one page, with its words in place, in both languages."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from sterling.base.actor import SYSTEM
from sterling.base.moment import now
from sterling.premium.sponsors import actions, brief, queries
from sterling.premium.sponsors.actions import Promise
from sterling.sla.actions import alarms as ringing
from tests import make

PDFTOPPM = shutil.which("pdftoppm")
pytestmark = [
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(PDFTOPPM is None, reason="needs pdftoppm: apt-get install poppler-utils"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_brief_is_one_page_with_ink_from_its_head_to_its_lists(language: str, tmp_path: Path) -> None:
    alice = make.alice(make.organization("Halden Freight 上海云帆信息技术有限公司", plan="platinum"))
    ada = make.agent("Ada Lind", role="lead")
    of = alice.organization_id
    actions.name_sponsor(
        organization_id=of,
        agent=ada,
        counterpart=alice,
        cadence="quarter",
        at=now() - timedelta(days=9),
        by=SYSTEM,
    )
    for place in range(9):
        make.ticket(
            alice, priority="urgent", at=now() - timedelta(hours=2), subject=f"夜间导出停止 {place} " * 4
        )
    ringing.raise_due(at=now())
    for _ in range(4):
        actions.record_touchpoint(
            organization_id=of, kind="call", on=now(), people_there="Ada Lind, Alice Moreau", notes="Long. " * 90,
            commitments=[Promise("Send the roadmap", "Ada Lind", date(2027, 1, 31))] * 3, at=now(), by=SYSTEM,
        )  # fmt: skip
    found = queries.standing(alice.organization, now())
    assert found
    file = tmp_path / "brief.pdf"
    file.write_bytes(brief.paper(found, now(), language))
    subprocess.run([str(PDFTOPPM), "-r", "60", "-gray", str(file), str(tmp_path / "page")], check=True)
    pages = sorted(tmp_path.glob("page*.pgm"))
    assert len(pages) == 1
    if folder := os.environ.get("STERLING_PICTURES"):
        subprocess.run(
            [str(PDFTOPPM), "-r", "80", "-png", str(file), str(Path(folder, f"brief-{language}"))], check=True
        )
    kind, size, _, pixels = pages[0].read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert (kind, width, height) == (b"P5", 497, 702)
    rows = [pixels[row * width : (row + 1) * width] for row in range(height)]
    inked = [row for row, line in enumerate(rows) if min(line) < 128]
    assert inked[0] < 90
    assert inked[-1] > 500
    assert all(min(line[:40]) > 200 and min(line[-40:]) > 200 for line in rows)
