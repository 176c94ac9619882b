"""Shapes and words of the parts, from plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sterling.base.parts import OUTLINES, DueView, Tone, hallmark, sector
from sterling.core.catalog import shipped
from sterling.core.text import Text

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 16, 15, 38, tzinfo=UTC)


def running(minutes: int, share: float | None, metric: str = "next_response") -> DueView:
    return DueView(metric, NOW + timedelta(minutes=minutes), share=share)


@pytest.mark.parametrize(
    ("share", "tone"),
    [
        (None, Tone.CALM),
        (0.0, Tone.CALM),
        (0.499, Tone.CALM),
        (0.5, Tone.WATCH),
        (0.749, Tone.WATCH),
        (0.75, Tone.SOON),
        (0.899, Tone.SOON),
        (0.9, Tone.NOW),
        (1.0, Tone.NOW),
    ],
)
def test_the_tone_follows_the_used_share(share, tone):
    assert running(30, share).tone(NOW) is tone


def test_at_its_due_a_clock_is_not_late_and_just_after_it_is():
    assert running(0, 1.0).tone(NOW) is Tone.NOW
    assert running(0, 1.0).tone(NOW + timedelta(microseconds=1)) is Tone.OVER


def test_a_missed_answer_that_is_owed_stays_open():
    view = DueView("first_response", NOW - timedelta(minutes=12), state="missed", owed=True)
    assert view.tone(NOW) is Tone.OVER
    assert view.words(NOW, CHICAGO) == Text("12 min over", "超 12 分钟")
    assert view.sentence(NOW, CHICAGO) == Text("Reply 12 min over", "回复超 12 分钟")


@pytest.mark.parametrize(
    ("view", "en", "zh"),
    [
        (running(52, 0.5), "Reply due in 52 min", "52 分钟内须回复"),
        (running(292, 0.2, "update"), "Update due in 4 h 52 min", "4 小时 52 分钟内须通报进展"),
        (running(60 * 48, 0.0), "Reply due Wed 09:38", "周三 09:38 前须回复"),
        (
            DueView("update", None, state="paused", left=timedelta(hours=6)),
            "Update paused, 6 h left",
            "进展通报暂停，余 6 小时",
        ),
        (DueView("update", None), "Update: no due", "进展通报：无期限"),
        (
            DueView("next_response", NOW, ended=NOW - timedelta(minutes=18), state="met"),
            "Reply: met, 18 min early",
            "回复：按时，提前 18 分钟",
        ),
    ],
)
def test_a_sentence_says_what_is_due_and_when(view, en, zh):
    assert view.sentence(NOW, CHICAGO) == Text(en, zh)


def test_words_of_what_has_ended():
    assert DueView("update", NOW, state="void").words(NOW, CHICAGO) == Text("void", "作废")
    missed = DueView("update", NOW - timedelta(minutes=23), ended=NOW, state="missed")
    assert missed.words(NOW, CHICAGO) == Text("missed by 23 min", "超时 23 分钟")


def test_a_sector_begins_at_twelve_and_goes_clockwise():
    assert sector(0.0) == ""
    assert sector(0.25) == "M7 7V2.8A4.2 4.2 0 0 1 11.20 7.00z"
    assert sector(0.5) == "M7 7V2.8A4.2 4.2 0 0 1 7.00 11.20z"
    assert sector(0.75) == "M7 7V2.8A4.2 4.2 0 1 1 2.80 7.00z"
    assert sector(1.0) == "M7 2.8A4.2 4.2 0 0 1 7 11.2A4.2 4.2 0 0 1 7 2.8z"


def test_each_shipped_plan_has_its_own_outline_and_metal():
    marks = [hallmark(plan) for plan in sorted(shipped().plans.values(), key=lambda plan: plan.rank)]
    assert [(mark.shape, mark.metal, mark.letters.en, mark.letters.zh) for mark in marks] == [
        (0, "standard", "St", "标"),
        (1, "silver", "Ag", "银"),
        (2, "gold", "Au", "金"),
        (3, "platinum", "Pt", "铂"),
    ]
    assert not any(mark.double for mark in marks)
    assert len(OUTLINES) == 4
