"""However somebody sees: their own colors, twice the size, a wall of a screen, no motion. Nothing runs out or vanishes."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.test import Client

from sterling.accounts.actions import people
from sterling.accounts.models import Agent, Contact
from sterling.base.moment import now
from tests import make
from tests.base.browser import CHROMIUM, browser, opened
from tests.desk.test_narrow import RUNS_OUT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("installed"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]
HOUR = timedelta(hours=1)
SIGHTS = {
    "forced": {"viewport": {"width": 1280, "height": 800}, "forced_colors": "active"},
    "forced-dark": {
        "viewport": {"width": 1280, "height": 800}, "forced_colors": "active", "color_scheme": "dark",
    },
    "zoomed": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "wall": {"viewport": {"width": 3840, "height": 2160}},
    "still": {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"},
}  # fmt: skip
# The shapes that carry a meaning: of each some line or area stands out from the ground, and its letters are read. A mark
# of soft metal is told by its letters alone, but for the reader's own colors.
SHAPES = ".dial, .tally, .hallmark svg, .strip-image"
PAINTED = """shapes => [...document.querySelectorAll(shapes)].filter(shape => shape.getClientRects().length).map(shape => {
    const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
        .getContext('2d', {willReadFrequently: true});
    const rgb = (color, under) => {
        canvas.fillStyle = under ?? 'white'; canvas.fillRect(0, 0, 1, 1);
        canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = color => color.map(part => part / 255).map(
        part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    ).reduce((sum, part, nth) => sum + part * [0.2126, 0.7152, 0.0722][nth], 0);
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    let ground = shape;
    const isBare = node => getComputedStyle(node).backgroundColor === 'rgba(0, 0, 0, 0)';
    while (ground && isBare(ground)) ground = ground.parentElement;
    const under = rgb(ground ? getComputedStyle(ground).backgroundColor : 'Canvas');
    const best = [...shape.querySelectorAll('path, rect, circle, line, polygon, g, use')].flatMap(part => {
        const style = getComputedStyle(part);
        const paints = [style.fill, style.stroke].filter(paint => paint && paint !== 'none' && !paint.startsWith('url'));
        return paints.map(paint => ratio(rgb(paint), under));
    });
    const letters = shape.closest('.hallmark')?.querySelector('.hallmark-letters');
    const mark = letters && rgb(getComputedStyle(shape.querySelector('.hallmark-outer')).fill);
    const read = letters ? ratio(rgb(getComputedStyle(letters).color), mark) : 21;
    return [shape.closest('.hallmark')?.className ?? shape.getAttribute('class'), Math.max(0, ...best), read];
}).filter(([, best, read]) => read < 4.5 || (best < 3 && (read === 21 || matchMedia('(forced-colors: active)').matches)))"""
RING = """() => { const style = getComputedStyle(document.activeElement);
    return [document.activeElement.tagName, style.outlineStyle, style.outlineWidth]; }"""
MOVES = """() => ['transitionDuration', 'animationDuration'].flatMap(which =>
    [...document.querySelectorAll('body *')].filter(node =>
        getComputedStyle(node)[which].split(', ').some(value => parseFloat(value) > 0)
    ).map(node => node.className))"""


def signed_in(who: Agent | Contact, language: str) -> Client:
    client = Client()
    user = who.user if isinstance(who, Agent) else people.user_for_contact(contact=who, at=now())
    people.set_language(user=user, language=language)
    client.get(f"/in/{people.make_link(user=user, at=now())}")
    return client


def drawn(language: str) -> dict[str, tuple[str, dict[str, str]]]:
    """A queue in which every form of a due stands, a ticket with a full strip, and what its customer reads."""
    carol, at = make.agent(), now()
    alice = make.alice(make.organization(plan="silver"))
    gold = make.alice(make.organization("Meridian Clinics"))
    ticket = make.ticket(gold, priority="urgent", at=at - 20 * HOUR, subject="Export fails")
    make.reply(ticket, carol, at - 19.5 * HOUR)
    make.ticket(gold, priority="urgent", at=at - 3 * HOUR, subject="数据导出失败，影响全院" * 4)
    waits = make.ticket(gold, priority="high", at=at - HOUR, subject="Waits")
    make.reply(waits, carol, at - HOUR / 2, status="pending")
    for plan in (None, "platinum"):
        of = make.organization(f"Of {plan}", plan=plan)
        make.ticket(
            make.contact(of, "Bo Lund", premium=plan is not None), at=at, subject="Datenübernahme" * 6
        )
    make.ticket(alice, priority="low", at=at)
    desk, portal = signed_in(carol, language), signed_in(gold, language)
    paths = {"/desk/": desk, f"/desk/tickets/{ticket.number}/": desk, f"/tickets/{ticket.number}/": portal}
    names = dict(zip(paths, ("queue", "ticket", "portal"), strict=True))
    found = {}
    for path, client in paths.items():
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[f"/{names[path]}"] = (answer.content.decode(), {"content-type": "text/html"})
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_runs_out_every_mark_stands_out_and_the_focus_is_seen(language: str) -> None:
    pages, folder = drawn(language), os.environ.get("PICTURES")
    with browser() as launched:
        for sight, options in SIGHTS.items():
            for path in pages:
                page, _ = opened(launched, path, pages, **options)
                where = (sight, path)
                assert page.evaluate(RUNS_OUT, options["viewport"]["width"]) == [], where
                assert page.evaluate(PAINTED, SHAPES) == [], where
                assert page.locator(SHAPES).count() > 0, where
                page.keyboard.press("Tab")
                page.keyboard.press("Tab")
                assert page.evaluate(RING)[1:] == ["solid", "2px"], where
                if sight == "wall":
                    heights = (
                        "[...document.querySelectorAll('.side a > span')].map(node => node.offsetHeight)"
                    )
                    assert all(height < 30 for height in page.evaluate(heights)), where
                if sight.startswith("forced"):
                    # Lit strokes differ from the others by more than their color.
                    all_of = (
                        "[...document.querySelectorAll(of)].map(one => getComputedStyle(one).strokeWidth)"
                    )
                    widths = f"of => [...new Set({all_of})]"
                    assert page.evaluate(widths, ".tally .lit") == ["2.1px"], where
                    assert page.evaluate(widths, ".tally path:not(.lit)") in (["0.6px"], []), where
                if sight == "still":
                    assert page.evaluate(MOVES) == []
                    assert page.evaluate("document.getAnimations().length") == 0
                if folder:
                    page.screenshot(path=f"{folder}{path}-{sight}-{language}.png")
                page.close()


def test_what_only_a_ground_says_has_an_edge_in_somebodys_own_colors() -> None:
    """The view one is in, the mode of the composer, each kind of day: forced colors take their grounds away."""
    pages = drawn("en")
    year = signed_in(Agent.objects.get(user__name="Carol Mensah"), "en").get("/desk/regions/china/?year=2026")
    pages["/region"] = (year.content.decode(), {"content-type": "text/html"})
    said = """kinds => kinds.map(kind => getComputedStyle(document.querySelector(kind)))
        .map(style => [style.outlineStyle, style.borderTopStyle])"""
    kinds = {
        "/queue": {".side a[aria-current]": ["solid", "none"]},
        "/ticket": {".mode:has(:checked)": ["solid", "none"], ".composer": ["none", "solid"]},
        "/portal": {".site nav a:not([aria-current])": ["none", "none"]},
        "/region": {
            ".year .day-open": ["none", "none"],
            ".year .day-holiday": ["none", "solid"],
            ".year .day-substitute": ["none", "double"],
        },
    }
    with browser() as launched:
        for path, expected in kinds.items():
            page, _ = opened(launched, path, pages, **SIGHTS["forced"])
            assert dict(zip(expected, page.evaluate(said, list(expected)), strict=True)) == expected
            if path == "/ticket":
                page.locator("#mode-note").check(force=True)
                assert page.evaluate(said, [".composer"]) == [["none", "double"]]
            page.close()
