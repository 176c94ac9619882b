"""What a calendar's document may say, and how it is refused: with a ValueError that begins with the field."""

import pickle
from datetime import date

import pytest

from sterling.core.calendars import Calendar
from sterling.core.text import Text

GOOD = {"tz": "UTC", "weekly": {"mon": [["09:00", "17:00"]]}}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tz": "Mars/Olympus"}, "tz:"),
        ({"tz": ""}, "tz:"),
        ({"tz": None}, "tz:"),
        ({"tz": 8}, "tz:"),
        ({"tz": "America"}, "tz:"),
        ({"tz": "../UTC"}, "tz:"),
        ({"tz": "/etc/passwd"}, "tz:"),
        ({"tz": "a\0b"}, "tz:"),
        ({"tz": "x" * 5000}, "tz:"),
        ({"tz": "localtime"}, "tz:"),
        ({"tz": "right/UTC"}, "tz:"),
        ({"tz": "+08:00"}, "tz:"),
        ({"weekly": []}, "weekly:"),
        ({"weekly": None}, "weekly:"),
        ({"weekly": {"monday": []}}, "weekly.monday:"),
        ({"weekly": {"Mon": []}}, "weekly.Mon:"),
        ({"weekly": {"mon": None}}, "weekly.mon:"),
        ({"weekly": {"mon": "09:00-17:00"}}, "weekly.mon:"),
        ({"weekly": {"mon": {"09:00": "17:00"}}}, "weekly.mon:"),
        ({"weekly": {"mon": ["09:00", "17:00"]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00", "12:00", "17:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00", "12:00"], ["9:00", "17:00"]]}}, "weekly.mon[1]:"),
        ({"weekly": {"mon": [["09:00", "17:60"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00", "25:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00", "24:01"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["24:00", "06:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["24:00", "24:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00", "17:00:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["09:00", "17:00\n"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [["٠٩:٠٠", "17:00"]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [[9, 17]]}}, "weekly.mon[0]:"),
        ({"weekly": {"mon": [[None, "17:00"]]}}, "weekly.mon[0]:"),
        (
            {"weekly": {"mon": [["09:00", "17:00"], ["16:00", "18:00"]]}},
            "weekly.mon[1]: overlaps weekly.mon[0]",
        ),
        (
            {"weekly": {"mon": [["16:00", "18:00"], ["09:00", "17:00"]]}},
            "weekly.mon[1]: overlaps weekly.mon[0]",
        ),
        (
            {"weekly": {"mon": [["09:00", "17:00"], ["09:00", "17:00"]]}},
            "weekly.mon[1]: overlaps weekly.mon[0]",
        ),
        (
            {"weekly": {"mon": [["22:00", "06:00"], ["23:00", "24:00"]]}},
            "weekly.mon[1]: overlaps weekly.mon[0]",
        ),
        (
            {"weekly": {"mon": [["08:00", "09:00"], ["09:00", "08:00"], ["20:00", "21:00"]]}},
            "weekly.mon[2]: overlaps",
        ),
        ({"holidays": "2026-10-01"}, "holidays:"),
        ({"holidays": None}, "holidays:"),
        ({"holidays": ["2026-10-01", "2026-02-29"]}, "holidays[1]:"),
        ({"holidays": ["20261001"]}, "holidays[0]:"),
        ({"holidays": ["2026-W40-4"]}, "holidays[0]:"),
        ({"holidays": [date(2026, 10, 1)]}, "holidays[0]:"),
        ({"holidays": {"2026-10-1": "National Day"}}, "holidays.2026-10-1:"),
        ({"holidays": {"2026-10-01": 7}}, "holidays.2026-10-01:"),
        ({"holidays": {"2026-10-01": {"en": "National Day"}}}, "holidays.2026-10-01:"),
        ({"holidays": {"2026-10-01": {"en": "National Day", "zh": 1}}}, "holidays.2026-10-01:"),
        ({"exceptions": []}, "exceptions:"),
        ({"exceptions": {"2026-13-01": []}}, "exceptions.2026-13-01:"),
        ({"exceptions": {"2026-10-10": "closed"}}, "exceptions.2026-10-10:"),
        ({"exceptions": {"2026-10-10": [["09:00", "18"]]}}, "exceptions.2026-10-10[0]:"),
        (
            {"exceptions": {"2026-10-10": [["09:00", "18:00"], ["17:59", "19:00"]]}},
            "exceptions.2026-10-10[1]: overlaps exceptions.2026-10-10[0]",
        ),
        ({"timezone": "UTC"}, "timezone: unknown"),
        ({"always": True}, "weekly: unknown in a 24x7 calendar"),
        ({"always": False}, "always:"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field(change, field):
    with pytest.raises(ValueError, match=r".") as refused:
        Calendar.from_dict({**GOOD, **change})
    assert str(refused.value).startswith(field)


@pytest.mark.parametrize("document", [None, [], "UTC", 7])
def test_what_is_no_object_is_refused(document):
    with pytest.raises(ValueError, match="calendar: needs an object"):
        Calendar.from_dict(document)


def test_a_zone_is_needed_unless_24x7():
    with pytest.raises(ValueError, match="tz: missing"):
        Calendar.from_dict({"weekly": {}})
    assert Calendar.from_dict({"always": True}).tz.key == "UTC"
    assert Calendar.from_dict({"always": True, "tz": "Asia/Shanghai"}).tz.key == "Asia/Shanghai"
    with pytest.raises(ValueError, match="tz: "):
        Calendar.from_dict({"always": True, "tz": "Mars/Olympus"})
    for wrong in (1, "true", None):
        with pytest.raises(ValueError, match="always: can only be true"):
            Calendar.from_dict({"always": wrong})


def test_a_document_goes_out_in_one_form():
    calendar = Calendar.from_dict(
        {
            "tz": "Asia/Shanghai",
            "weekly": {
                "sat": [["22:00", "06:00"]],
                "mon": [["13:00", "18:00"], ["09:00", "12:00"]],
                "sun": [],
            },
            "holidays": ["2026-10-02", "2026-10-01", "2026-10-01"],
            "exceptions": {"2026-10-10": [["18:00", "24:00"]], "2026-10-09": []},
        }
    )
    assert calendar.to_dict() == {
        "tz": "Asia/Shanghai",
        "weekly": {"mon": [["09:00", "12:00"], ["13:00", "18:00"]], "sat": [["22:00", "06:00"]]},
        "holidays": ["2026-10-01", "2026-10-02"],
        "exceptions": {"2026-10-09": [], "2026-10-10": [["18:00", "24:00"]]},
    }
    assert list(calendar.to_dict()["exceptions"]) == ["2026-10-09", "2026-10-10"]
    assert Calendar.from_dict({"always": True}).to_dict() == {"always": True, "tz": "UTC"}


def test_holidays_keep_their_names():
    holidays = {
        "2026-10-01": {"en": "National Day", "zh": "国庆节"},
        "2026-12-24": None,
        "2026-12-25": "Christmas",
    }
    calendar = Calendar.from_dict({**GOOD, "holidays": holidays})
    assert calendar.to_dict()["holidays"] == holidays
    assert [name for _, name in calendar.definition.holidays] == [
        Text("National Day", "国庆节"),
        None,
        Text("Christmas", "Christmas"),
    ]


def test_intervals_that_touch_are_no_overlap():
    touching = Calendar.from_dict({"tz": "UTC", "weekly": {"mon": [["12:00", "17:00"], ["09:00", "12:00"]]}})
    assert touching.close_of(date(2026, 11, 23)) == Calendar.from_dict(GOOD).close_of(date(2026, 11, 23))


def test_a_tail_does_not_overlap_the_morning_of_its_own_date():
    calendar = Calendar.from_dict({"tz": "UTC", "weekly": {"mon": [["22:00", "06:00"], ["02:00", "04:00"]]}})
    assert calendar.to_dict()["weekly"] == {"mon": [["02:00", "04:00"], ["22:00", "06:00"]]}


def test_equal_documents_share_what_is_compiled():
    one = Calendar.from_dict({**GOOD, "holidays": ["2026-10-01"]})
    assert Calendar.from_dict({**GOOD, "holidays": {"2026-10-01": ""}, "exceptions": {}}) is one
    assert pickle.loads(pickle.dumps(one)) is one
    assert Calendar.from_dict(GOOD) != one
