"""The regions' pages in a real browser: every state, both languages, light and dark, wide and as narrow as a phone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.base.moment import now
from sterling.sla.actions.calendars import revise_calendar
from tests import make
from tests.base.browser import CHROMIUM, browser, opened, violations
from tests.desk.test_narrow import RUNS_OUT
from tests.desk.test_regions import EDIT, signed_in, soon, typed
from tests.sla.test_lists import look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
Pages = dict[str, tuple[str, dict[str, str]]]


def every_state(lead: Client) -> Pages:
    """Each page of the regions as the server drew it, by a name of its own."""
    make.ticket(
        make.alice(make.organization("Datenübernahme und Söhne " * 4, plan="silver")),
        priority="medium",
        at=now(),
        subject="出口失败 Export fails" * 6,
    )
    look()
    floods = (
        typed()["holidays"] + "\n" + "\n".join(f"{soon(day)} Flood of the great river" for day in range(8))
    )
    answers = {
        "list": lead.get("/desk/regions/"),
        "region": lead.get("/desk/regions/china/"),
        "news": lead.get("/desk/regions/china/edit?list=1"),
        "edit": lead.get(EDIT),
        "moves": lead.post(EDIT, typed(holidays=floods) | {"do": "preview"}),
        "same": lead.post(EDIT, typed() | {"do": "preview"}),
        "wrong": lead.post(
            EDIT, typed(timezone="Mars/Olympus", weekly_mon="nine to five", holidays="2026-02-30 Never")
        ),
        "new": lead.get("/desk/regions/new"),
        "new-wrong": lead.post("/desk/regions/new", {"id": "Nord ics", "country": "XX"}),
    }
    theirs = typed(weekly_mon="08:00-12:00")
    calendar = make_closed()
    revise_calendar(region=make.region(), calendar=calendar, reason="Flood", at=now(), by=make.SYSTEM)
    answers |= {
        "faster": lead.post(EDIT, theirs | {"do": "save", "reason": "Mine"}),
        "follows": lead.get("/desk/regions/americas/"),
        "list-follows": lead.get("/desk/regions/"),
    }
    html = {"content-type": "text/html"}
    return {f"/{name}": (answer.content.decode(), html) for name, answer in answers.items()}


def make_closed() -> dict[str, object]:
    from sterling.sla import calendars

    document = calendars.calendar_of("americas", now()).to_dict()
    return document | {"holidays": document["holidays"] | {soon(1): "Flood"}}


@pytest.mark.parametrize(("language", "scheme"), [("zh", "dark")])
def test_every_state_is_accessible_and_fits_a_phone(client: Client, language: str, scheme: str) -> None:
    lena = make.agent("Lena Sommer", role="lead")
    people.set_language(user=lena.user, language=language)
    pages = every_state(signed_in(client, lena))
    with browser() as launched:
        for path in pages:
            page, _ = opened(
                launched,
                path,
                pages,
                viewport={"width": 1440, "height": 900},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            assert violations(page) == [], path
            for width in (1440, 390, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(RUNS_OUT, width) == [], (path, width)
                if folder := os.environ.get("STERLING_PICTURES"):
                    page.screenshot(
                        path=Path(folder) / f"{path[1:]}-{language}-{scheme}-{width}.png", full_page=True
                    )
            page.close()
