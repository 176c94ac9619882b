from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT1H", timedelta(hours=1)),
        ("PT24H", timedelta(hours=24)),
        ("PT30M", timedelta(minutes=30)),
        ("PT1H30M", timedelta(minutes=90)),
        ("PT45S", timedelta(seconds=45)),
        ("PT1H0.000001S", timedelta(hours=1, microseconds=1)),
        ("PT0S", timedelta(0)),
    ],
)
def test_a_duration_reads_and_writes_alike(text: str, duration: timedelta):
    assert parse_duration(text) == duration
    assert format_duration(duration) == text


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT90M", timedelta(minutes=90)),
        ("PT1.5H", timedelta(minutes=90)),
        ("PT001H", timedelta(hours=1)),
        ("PT1H0M0S", timedelta(hours=1)),
    ],
)
def test_other_ways_to_write_a_duration_are_read(text: str, duration: timedelta):
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["P1D", "P1DT1H", "P2W", "P1M", "P1Y", "P1Y2M"])
def test_days_and_longer_are_refused_and_said_so(text: str):
    with pytest.raises(ValueError, match="counts days or longer"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "P", "PT", "1H", "pt1h", "PT1", "PTH", "-PT1H", "PT-1H", "+PT1H", "PT1H ", " PT1H", "PT1H\n",
        "PT1M1H", "PT1S1M", "PT.5S", "PT1.S", "PT1,5H", "PT1e3S", "PT１H", "2 h",
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


def test_a_fraction_stands_in_the_last_place():
    with pytest.raises(ValueError, match="not in its last place"):
        parse_duration("PT1.5H30M")


def test_finer_than_a_microsecond_is_refused_not_rounded():
    with pytest.raises(ValueError, match="finer than a microsecond"):
        parse_duration("PT0.0000001S")
    with pytest.raises(ValueError, match="finer than a microsecond"):
        parse_duration("PT0.0000000001H")


def test_a_duration_beyond_counting_is_refused():
    with pytest.raises(ValueError, match="longer than can be counted"):
        parse_duration("PT99999999999999H")
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration("PT" + "9" * 100_000 + "H")


def test_a_negative_duration_is_not_written():
    with pytest.raises(ValueError, match="never negative"):
        format_duration(timedelta(microseconds=-1))


@given(st.timedeltas(min_value=timedelta(0)))
def test_every_duration_survives_being_written(duration: timedelta):
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_never_worse(text: str):
    with contextlib.suppress(ValueError):
        assert parse_duration(text) >= timedelta(0)
