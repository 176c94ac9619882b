"""Promises in the customer's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sterling.base.parts import DueView
from sterling.core.catalog import BusinessDays, Hours, shipped
from sterling.core.text import Text
from sterling.portal import words

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)  # Tuesday 10:00 in Chicago
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def reply(due: datetime | None, **more: object) -> DueView:
    return DueView("next_response", due, NOW - HOUR, **more)


@pytest.mark.parametrize(
    ("ahead", "en", "zh"),
    [
        (HOUR, "A reply by 11:00 today", "今天 11:00 前回复您"),
        (24 * HOUR, "A reply by 10:00 tomorrow", "明天 10:00 前回复您"),
        (6 * 24 * HOUR, "A reply by Monday 11:00", "周一 11:00 前回复您"),
        (9 * 24 * HOUR, "A reply by 12 Mar 11:00", "3 月 12 日 11:00 前回复您"),
    ],
)
def test_a_reply_is_promised_by_a_moment_that_one_can_read(ahead: timedelta, en: str, zh: str) -> None:
    assert words.headline(reply(NOW + ahead), NOW, CHICAGO) == Text(en, zh)


def test_news_follows_the_reply() -> None:
    news = DueView("update", NOW + 2 * HOUR, NOW)
    assert words.headline(news, NOW, CHICAGO).en == "News by 12:00 today"
    assert words.headline(news, NOW, CHICAGO, then=True) == Text(
        "Then news by 12:00 today", "随后今天 12:00 前通报进展"
    )


@pytest.mark.parametrize(
    ("late", "en", "zh"),
    [
        (timedelta(seconds=20), "less than a minute", "不到 1 分钟"),
        (23 * MINUTE, "23 min", " 23 分钟"),
        (90 * MINUTE, "1 h 30 min", " 1 小时 30 分钟"),
        (48 * HOUR, "2 days", " 2 天"),
    ],
)
def test_a_late_reply_says_so_and_how_late(late: timedelta, en: str, zh: str) -> None:
    view = reply(NOW - late, state="missed", owed=True)
    assert words.headline(view, NOW, CHICAGO) == Text(f"Our reply is {en} late", f"我们的回复已迟{zh}")
    assert words.remaining(view, NOW) is None


def test_what_is_paused_or_has_no_due_says_so() -> None:
    assert words.headline(DueView("update", None, state="paused"), NOW, CHICAGO).en == "News pauses"
    assert words.headline(reply(None), NOW, CHICAGO).zh == "会回复您，未定时限"


def test_the_time_left_is_told_within_a_day() -> None:
    assert words.remaining(reply(NOW + 52 * MINUTE), NOW) == Text("in 52 min", "还有 52 分钟")
    assert words.remaining(reply(NOW + 24 * HOUR), NOW) is None


@pytest.mark.parametrize(
    ("given", "hours", "en", "zh"),
    [
        (HOUR, Hours.LOCAL, "1 working hour", "1 个工作小时"),
        (2 * HOUR, Hours.LOCAL, "2 working hours", "2 个工作小时"),
        (90 * MINUTE, Hours.LOCAL, "1 h 30 min of working time", "1 小时 30 分钟工作时间"),
        (4 * HOUR, Hours.ALWAYS, "4 h, day and night", "4 小时（全天候）"),
        (BusinessDays(1), Hours.LOCAL, "1 business day", "1 个工作日"),
        (BusinessDays(2), Hours.LOCAL, "2 business days", "2 个工作日"),
        (None, Hours.LOCAL, "as soon as we can", "尽快"),
    ],
)
def test_targets_are_told_with_their_hours(given: object, hours: Hours, en: str, zh: str) -> None:
    assert words.target(given, hours) == Text(en, zh)


@pytest.mark.parametrize(
    ("plan", "priority", "said"),
    [
        (
            "standard",
            "urgent",
            (
                "We aim to reply within 2 working hours. "
                "You hear from us every 6 working hours, even if nothing has changed."
            ),
        ),
        (
            "gold",
            "medium",
            (
                "We aim to reply within 3 h, day and night. "
                "You hear from us each business day, even if nothing has changed."
            ),
        ),
        (
            "silver",
            "low",
            "We aim to reply within 12 working hours. You hear from us whenever the status changes.",
        ),
    ],
)
def test_each_priority_says_what_the_plan_promises(plan: str, priority: str, said: str) -> None:
    assert words.aim(shipped().cell(plan, priority)).en == said


def test_an_agreed_cadence_replaces_the_plans_rhythm() -> None:
    cell = shipped().cell("standard", "urgent")
    assert words.rhythm(cell, 2 * HOUR).zh == "每 2 个工作小时通报一次，即使没有变化也会告知。"


def test_customers_read_kept_and_late() -> None:
    kept = reply(NOW, state="met", ended=NOW - 12 * MINUTE)
    late = reply(NOW, state="missed", ended=NOW + 23 * MINUTE)
    news = DueView("update", NOW, NOW - HOUR, NOW, "missed")
    assert words.outcome(kept) == Text("kept, 12 min early", "已兑现，提前 12 分钟")
    assert words.outcome(late) == Text("23 min late", "迟了 23 分钟")
    assert words.outcome(news) == Text("late", "迟了")


@pytest.mark.parametrize(
    ("kept", "late", "en"),
    [
        (4, 1, "4 promises kept so far, 1 late"),
        (1, 0, "1 promise kept so far"),
        (0, 2, "2 promises late so far"),
    ],
)
def test_promises_are_counted(kept: int, late: int, en: str) -> None:
    said = words.tally(kept, late)
    assert said is not None
    assert said.en == en


def test_nothing_is_counted_before_the_first() -> None:
    assert words.tally(0, 0) is None
