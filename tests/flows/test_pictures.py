"""The README's picture of the desk, drawn from the demo when asked: make pictures."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.base.browser import CHROMIUM, browser
from tests.flows.product import product

ROOT = Path(__file__).parents[2]
PICTURES = {
    "light": ROOT / "docs" / "pictures" / "desk.png",
    "dark": ROOT / "docs" / "pictures" / "desk-dark.png",
}
MOST = 300_000  # bytes


@pytest.mark.server
@pytest.mark.browser
@pytest.mark.skipif("STERLING_PICTURES" not in os.environ, reason="draws the pictures anew: make pictures")
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_desk_has_its_picture_taken() -> None:
    with product() as line, browser() as launched:
        link = re.search(r"/in/\S+", line.sterling("demo"))
        assert link
        context = launched.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{line.port}{link[0]}")
        for scheme, path in PICTURES.items():
            page.emulate_media(color_scheme=scheme)
            page.goto(f"http://127.0.0.1:{line.port}/desk/")
            page.wait_for_load_state("load")
            page.locator(".row").first.wait_for()
            path.parent.mkdir(exist_ok=True)
            page.screenshot(path=path)


@pytest.mark.parametrize("path", PICTURES.values(), ids=list(PICTURES))
def test_the_readme_shows_the_picture_and_it_is_small(path: Path) -> None:
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size < MOST
    assert str(path.relative_to(ROOT)) in (ROOT / "README.md").read_text(encoding="utf-8")
