"""Every page of the product in Chromium: accessible, and no wider than a phone. STERLING_GALLERY=DIR keeps pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern

from sterling.accounts import urls as accounts
from sterling.desk import urls as desk
from sterling.portal import urls as portal
from tests.base.browser import CHROMIUM, browser, served, violations
from tests.desk.test_narrow import LIES_OVER, RUNS_OUT
from tests.flows.gallery import Shot, empty_walk, takes_get, walk, world

pytestmark = pytest.mark.usefixtures("installed")
FOLDER = os.environ.get("STERLING_GALLERY", "")
# Both languages and both themes; all four pairs where somebody wants to look.
PAIRS = [("en", "light"), ("zh", "dark"), *([("en", "dark"), ("zh", "light")] if FOLDER else [])]
# Parts, files and streams: each has a test of its own.
NO_PAGES = {
    "desk:contract_proof_file",
    "desk:formatted", "desk:guide", "desk:rows", "desk:effects", "desk:presence", "desk:alarm_news", "desk:commands",
    "desk:attachment", "desk:picture", "desk:raw_mail", "desk:catalog_file", "desk:quote_en", "desk:quote_zh",
    "desk:hours_csv", "portal:hours_csv", "desk:sponsor_ics", "portal:sponsor_ics", "desk:sponsor_brief_pdf",
    "desk:rca_en", "desk:rca_zh", "desk:rca_draft_en", "desk:rca_draft_zh", "portal:analysis_en", "portal:analysis_zh",
    "portal:attachment",
    "desk:report_en", "desk:report_zh", "desk:report_clocks", "portal:report_en",
    "portal:report_zh", "portal:report_clocks",
}  # fmt: skip


def named() -> Iterator[tuple[str, URLPattern]]:
    for room, module in (("", accounts), ("desk:", desk), ("portal:", portal)):
        for route in module.urlpatterns:
            assert isinstance(route, URLPattern)
            yield f"{room}{route.name}", route


def looked_at(page: Any, origin: str, shot: Shot, name: str, *, dark: bool) -> list[str]:
    """What is wrong with one page."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(origin + shot.path)
    # What depends on the theme are its colors; everything else was asked in light.
    found = [f"{shot.name}: {one}" for one in violations(page, only="color-contrast" if dark else "")]
    if FOLDER:
        for width, height in ((1440, 900), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=Path(FOLDER, f"{shot.name}-{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 320, "height": 700})
    found += [f"{shot.name}, a fact over its name at 320: {one}" for one in page.evaluate(LIES_OVER)]
    return found + [f"{shot.name} runs out at 320: {one}" for one in page.evaluate(RUNS_OUT, 320)]


def chosen(shots: list[Shot], language: str) -> list[Shot]:
    """Every state in English; in the other language one of each route is enough, unless somebody wants to look."""
    return shots if FOLDER or language == "en" else list({shot.route: shot for shot in shots}.values())


def test_every_page_is_walked(settings: Any) -> None:
    settings.DEMO = True
    seen = empty_walk("en", "light").seen | walk("en", "light", world()).seen
    no_pages = NO_PAGES | {"desk:contract_proof_file"}
    assert {name for name, route in named() if takes_get(route, name)} - seen == no_pages


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
@pytest.mark.parametrize(("language", "theme"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_every_page_is_accessible_and_fits_a_phone(language: str, theme: str, settings: Any) -> None:
    settings.DEMO = True
    begun = empty_walk(language, theme)
    walked = walk(language, theme, world())
    wrong: list[str] = []
    current: dict[str, tuple[str, dict[str, str]]] = {}
    with served(current) as origin, browser() as launched:
        page = launched.new_context(color_scheme=theme).new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for shot in chosen([*begun.shots, *walked.shots], language):
            current.clear()
            current[shot.path] = (shot.body, shot.headers)
            wrong += looked_at(page, origin, shot, f"{language}-{theme}", dark=theme == "dark")
    assert wrong == [], "\n".join(wrong)
