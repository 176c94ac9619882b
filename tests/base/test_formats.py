"""Times and people as the pages write them, in both languages, to the letter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.base import formats
from sterling.core.text import Text

CHICAGO, BEIJING = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 16, 15, 38, tzinfo=UTC)  # a Monday, 09:38 in Chicago


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("time", "en", "zh"),
    [
        (timedelta(0), "0 s", "0 秒"),
        (timedelta(seconds=45), "45 s", "45 秒"),
        (timedelta(seconds=60), "1 min", "1 分钟"),
        (timedelta(seconds=105), "1 min 45 s", "1 分 45 秒"),
        (timedelta(seconds=119, milliseconds=900), "1 min 59 s", "1 分 59 秒"),
        (minutes(2), "2 min", "2 分钟"),
        (minutes(52.9), "52 min", "52 分钟"),
        (minutes(60), "1 h", "1 小时"),
        (minutes(80), "1 h 20", "1 小时 20 分"),
        (minutes(125), "2 h 05", "2 小时 5 分"),
        (minutes(239), "3 h 59", "3 小时 59 分"),
        (minutes(241), "4 h", "4 小时"),
        (timedelta(hours=47), "47 h", "47 小时"),
        (timedelta(hours=49), "2 d", "2 天"),
        (-minutes(5), "0 s", "0 秒"),
    ],
)
def test_a_length_is_as_short_as_it_stays_clear(time, en, zh):
    assert formats.length(time) == Text(en, zh)


@pytest.mark.parametrize(
    ("time", "en", "zh"),
    [
        (timedelta(seconds=90), "1 min 30 s", "1 分 30 秒"),
        (minutes(1), "1 min", "1 分钟"),
        (minutes(52), "52 min", "52 分钟"),
        (minutes(120), "2 h", "2 小时"),
        (minutes(292), "4 h 52 min", "4 小时 52 分钟"),
    ],
)
def test_a_sentence_says_hours_and_minutes(time, en, zh):
    assert formats.full_length(time) == Text(en, zh)


@pytest.mark.parametrize(
    ("ahead", "en", "zh"),
    [
        (minutes(52), "52 min", "52 分钟"),
        (minutes(80), "1 h 20", "1 小时 20 分"),
        (timedelta(hours=7, minutes=22), "by 17:00", "17:00 前"),
        (timedelta(hours=27, minutes=22), "Tue 13:00", "周二 13:00"),
        (timedelta(days=6), "Sun 09:38", "周日 09:38"),
        (timedelta(days=8), "24 Nov", "11 月 24 日"),
        (timedelta(0), "0 s", "0 秒"),
        (-timedelta(seconds=1), "just over", "刚超时"),
        (-minutes(1), "1 min over", "超 1 分钟"),
        (-minutes(1.5), "1 min over", "超 1 分钟"),
        (-minutes(12), "12 min over", "超 12 分钟"),
        (-minutes(190), "3 h 10 over", "超 3 小时 10 分"),
        (-timedelta(days=3), "3 d over", "超 3 天"),
    ],
)
def test_a_due_reads_as_minutes_then_hours_then_today_then_weekday_then_date(ahead, en, zh):
    assert formats.due_words(NOW + ahead, NOW, CHICAGO) == Text(en, zh)


def test_today_is_the_readers_today():
    due = datetime(2026, 11, 16, 22, 0, tzinfo=UTC)
    assert formats.due_words(due, NOW, CHICAGO).en == "by 16:00"
    assert formats.due_words(due, NOW, BEIJING) == Text("Tue 06:00", "周二 06:00")


def test_a_paused_clock_says_what_is_left_or_that_it_waits():
    assert formats.left_words(minutes(210)) == Text("3 h 30 left", "余 3 小时 30 分")
    assert formats.left_words(None) == Text("waits", "等待")


def test_history_says_by_how_much():
    due = NOW
    assert formats.ended_words(due, due - minutes(18), met=True) == Text(
        "met, 18 min early", "按时，提前 18 分钟"
    )
    assert formats.ended_words(due, due + minutes(23), met=False) == Text("missed by 23 min", "超时 23 分钟")
    assert formats.ended_words(None, due, met=True) == Text("met", "按时")
    assert formats.ended_words(None, due, met=False) == Text("missed", "超时")
    assert formats.ended_words(due, due, met=False) == Text("missed", "超时")


@pytest.mark.parametrize(
    ("at", "en", "zh"),
    [
        (NOW - timedelta(days=3), "Fri 09:38", "周五 09:38"),
        (NOW - timedelta(days=7), "9 Nov 09:38", "11 月 9 日 09:38"),
        (NOW - timedelta(days=365), "16 Nov 2025", "2025 年 11 月 16 日"),
    ],
)
def test_a_moment_is_named_by_weekday_while_that_is_clear(at, en, zh):
    assert formats.short_moment(at, NOW, CHICAGO) == Text(en, zh)


def test_a_full_moment_names_its_zone_by_city():
    assert formats.full_moment(NOW, BEIJING) == Text(
        "Mon 16 Nov 2026, 23:38, Beijing time", "2026 年 11 月 16 日周一 23:38（北京时间）"
    )


@pytest.mark.parametrize(
    ("zone", "en", "zh"),
    [
        ("Asia/Shanghai", "Beijing time", "北京时间"),
        ("America/Chicago", "Chicago time", "芝加哥时间"),
        ("Europe/London", "London time", "伦敦时间"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "布宜诺斯艾利斯时间"),
        ("Pacific/Chatham", "Chatham time", "Chatham 时间"),
        ("UTC", "UTC", "协调世界时"),
    ],
)
def test_zones_are_named_by_city(zone, en, zh):
    assert formats.zone_name(ZoneInfo(zone)) == Text(en, zh)


@pytest.mark.parametrize(
    ("time", "bare", "en", "zh"),
    [
        (timedelta(seconds=59), "now", "just now", "刚刚"),
        (minutes(54), "54 min", "54 min ago", "54 分钟前"),
        (timedelta(hours=4, minutes=59), "4 h", "4 h ago", "4 小时前"),
        (timedelta(days=2, hours=3), "2 d", "2 d ago", "2 天前"),
        (-timedelta(hours=2), "now", "in 2 h", "2 小时后"),
    ],
)
def test_an_age_counts_whole_units(time, bare, en, zh):
    assert formats.age(NOW - time, NOW).en == bare
    assert formats.ago(NOW - time, NOW) == Text(en, zh)


def test_a_strip_day_has_weekday_and_number():
    assert formats.strip_day(date(2026, 11, 12)) == Text("Thu 12", "12 日周四")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Carol Mensah", "CM"),
        ("carol", "C"),
        ("Anna-Lena von der Heide", "AH"),
        ("林可", "林"),
        ("欧阳小文", "欧阳"),
        ("欧阳", "欧"),
        ("bob.reyes@example.com", "BR"),
        ("  ", "?"),
        ("(?)", "?"),
        ("Émile Zola", "ÉZ"),
    ],
)
def test_initials_are_two_letters_or_a_surname(name, letters):
    assert formats.initials(name) == letters


@given(st.text())
def test_any_name_has_initials_of_few_letters(name):
    assert 1 <= len(formats.initials(name)) <= 6  # an upper case letter may be written with several


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=4)))
def test_remaining_time_is_never_said_to_be_more_than_it_is(left):
    said = formats.length(left).en
    units = {"h": 3600, "min": 60, "s": 1}
    parts = said.split()
    total = sum(int(n) * units[u] for n, u in zip(parts[::2], parts[1::2], strict=False))
    if "h" in parts and len(parts) == 3:
        total += 60 * int(parts[2])
    assert total <= left.total_seconds() < total + 60
