"""Why? Every clock explains itself: promises.md section 7."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sterling.core.calendars import Calendar
from sterling.core.catalog import Catalog, shipped
from sterling.core.clocks import Because, Opened, Side, explain, replay, replay_events, why
from sterling.core.clocks.telling import tell
from sterling.core.durations import parse_duration
from tests.core.story import CHICAGO, document, region

SAMPLES = json.loads((Path(__file__).parent.parent / "conformance" / "timelines.json").read_text())


def explained(story, **given):
    return explain(document(story, **given))["clocks"]


def brief(clock):
    return [(piece["because"]["code"], piece["counted"]) for piece in clock["stretches"]]


def test_a_clock_is_told_stretch_by_stretch_from_start_to_due():
    first, _ = explained("Fri0 16:30 opened standard urgent")
    assert first == {
        "metric": "first_response",
        "started": "2024-09-20T21:30:00Z",
        "due": "2024-09-23T15:30:00Z",
        "ended": None,
        "state": "running",
        "target": "PT2H",
        "stretches": [
            {
                "from": "2024-09-20T21:30:00Z",
                "to": "2024-09-20T22:00:00Z",
                "counted": 1800,
                "because": {"code": "open"},
            },
            {
                "from": "2024-09-20T22:00:00Z",
                "to": "2024-09-23T14:00:00Z",
                "counted": 0,
                "because": {"code": "closed"},
            },
            {
                "from": "2024-09-23T14:00:00Z",
                "to": "2024-09-23T15:30:00Z",
                "counted": 5400,
                "because": {"code": "open"},
            },
        ],
        "changes": [],
    }


def test_13_a_holiday_is_named():
    feast = region(
        holidays={"2024-09-24": {"en": "Founders' Day", "zh": "创始日"}, "2024-09-25": "Other Day"}
    )
    first, _ = explained("Mon 16:30 opened silver urgent", calendar=feast)
    names = [
        piece["because"]["name"] for piece in first["stretches"] if piece["because"]["code"] == "holiday"
    ]
    assert names == [{"en": "Founders' Day", "zh": "创始日"}, "Other Day"]
    assert first["due"] == "2024-09-26T14:30:00Z"


def test_24x7_counts_always():
    first, _ = explained("Sat 23:30 opened gold urgent")
    assert brief(first) == [("always", 3600)]


def test_a_pause_is_told_and_the_rest_still_adds_up():
    *_, update = explained(
        """
        Tue 10:00 opened standard high agent
        Tue 11:00 status pending
        Wed 15:00 status open
        """
    )
    assert brief(update) == [("open", 3600), ("paused", 0), ("open", 7200), ("closed", 0), ("open", 10800)]
    assert update["target"] == "PT6H"
    assert [change["what"] for change in update["changes"]] == ["paused", "resumed"]


def test_a_paused_clock_is_told_up_to_now():
    *_, update = explained(
        "Tue 10:00 opened standard high agent\nTue 11:00 status pending", until="Tue 12:00"
    )
    assert update["due"] is None
    assert brief(update) == [("open", 3600), ("paused", 0)]
    assert update["stretches"][-1]["to"] == "2024-09-24T17:00:00Z"


def test_each_change_is_told_with_the_due_before_and_after():
    first, _ = explained("Tue 09:00 opened gold low\nTue 14:00 priority urgent")
    assert first["changes"] == [
        {
            "at": "2024-09-24T19:00:00Z",
            "what": "priority_raised",
            "due_before": "2024-09-24T22:00:00Z",
            "due_after": "2024-09-24T20:00:00Z",
        }
    ]


@pytest.mark.parametrize(
    ("story", "what"),
    [
        ("Mon 09:00 opened silver urgent\nMon 09:10 priority low", "priority_lowered"),
        ("Mon 09:00 opened silver low\nMon 09:10 plan gold", "plan_upgraded"),
        ("Mon 11:00 opened silver high\nMon 11:10 customer_message since Mon 09:00", "carried_over"),
        ("Mon 16:00 opened silver high\nMon 16:10 calendar tuesday_off", "calendar_changed"),
    ],
)
def test_a_change_of_a_response_says_what_it_was(story, what):
    first, *_ = explained(story)
    assert [change["what"] for change in first["changes"]] == [what]


@pytest.mark.parametrize(
    ("story", "what"),
    [
        ("Mon 09:00 opened gold high agent\nMon 10:00 cadence PT8H", "cadence_agreed"),
        (
            "Mon 09:00 opened gold high agent\nMon 10:00 cadence PT48H\nMon 11:00 cadence null",
            "cadence_ended",
        ),
        ("Mon 09:00 opened gold low agent\nMon 10:00 priority high", "rule_began"),
    ],
)
def test_a_change_of_an_update_says_what_it_was(story, what):
    (update,) = explained(story)
    assert update["changes"][-1]["what"] == what


def test_a_change_that_moves_no_due_is_not_told():
    first, _ = explained("Mon 09:00 opened gold medium\nMon 11:30 priority urgent")
    assert (first["changes"], first["target"]) == ([], "PT3H")


def test_targets_other_than_durations_say_what_they_are():
    _, medium = explained("Mon 09:00 opened gold medium")
    assert medium["target"] == {"rule": "business_day"}
    *_, low = explained("Mon 09:00 opened gold low\nMon 10:00 status on_hold message")
    assert (low["target"], low["stretches"], low["changes"]) == ({"rule": "status_change"}, [], [])


def test_a_target_of_business_days_is_written_as_in_the_catalog():
    catalog = shipped().to_dict()
    catalog["plans"]["standard"]["targets"]["high"]["response"] = {"business_days": 2}
    first, _ = explain(document("Mon 09:00 opened standard high"), Catalog.from_dict(catalog))["clocks"]
    assert first["target"] == {"business_days": 2}
    assert first["due"] == "2024-09-25T22:00:00Z"


@pytest.mark.parametrize("place", range(len(SAMPLES)))
def test_every_sample_explains_the_clocks_it_replays(place):
    told = explain(SAMPLES[place])["clocks"]
    keys = ("metric", "started", "due", "ended", "state")
    assert [{key: clock[key] for key in keys} for clock in told] == replay(SAMPLES[place])
    for clock in told:
        ends = [piece["to"] for piece in clock["stretches"]]
        assert ends[:-1] == [piece["from"] for piece in clock["stretches"][1:]]
        if isinstance(clock["target"], str) and clock["due"] and not clock["changes"]:
            counted = sum(piece["counted"] for piece in clock["stretches"])
            assert timedelta(seconds=counted) == parse_duration(clock["target"])


def test_the_product_asks_why_of_typed_clocks():
    start = datetime(2024, 9, 20, 21, 30, tzinfo=UTC)
    opened = Opened(start, Side.CUSTOMER, "standard", "urgent")
    result = replay_events(shipped(), Calendar.from_dict(CHICAGO), [opened], start)
    assert result.owed is not None
    pieces = why(result.owed, start)
    assert [piece.because for piece in pieces] == [Because.OPEN, Because.CLOSED, Because.OPEN]
    assert [piece.counted for piece in pieces] == [timedelta(minutes=30), timedelta(0), timedelta(minutes=90)]


def test_a_due_reads_as_a_sentence_in_english_and_chinese():
    told = tell(document("Fri0 16:30 opened standard urgent"))
    assert told.en.splitlines()[0] == (
        "First reply due Mon 23 Sep 10:30 (Chicago time): "
        "30 min counted Friday, closed over the weekend, 90 min Monday."
    )
    assert told.zh.splitlines()[0] == (
        "首次回复期限 9 月 23 日周一 10:30（芝加哥时间）：周五计 30 分钟，周末不计，周一计 90 分钟。"
    )


def test_the_ledger_follows_the_sentence():
    told = tell(document("Mon 16:00 opened silver high\nMon 16:10 calendar tuesday_off"))
    assert told.en.split("\n\n", maxsplit=1)[0].splitlines() == [
        (
            "First reply due Wed 25 Sep 11:00 (Chicago time): "
            "60 min counted Monday, closed for Founders' Day, 2 h Wednesday."
        ),
        "  running; target 3 h (Silver, High); started Mon 23 Sep 2024 16:00",
        "  Mon 23 Sep 16:00 to 17:00: working hours, 60 min",
        "  Mon 23 Sep 17:00 to Tue 24 Sep 00:00: closed, 0 min",
        "  Tue 24 Sep 00:00 to Wed 25 Sep 00:00: holiday, Founders' Day, 0 min",
        "  Wed 25 Sep 00:00 to 09:00: closed, 0 min",
        "  Wed 25 Sep 09:00 to 11:00: working hours, 2 h",
        "  Mon 23 Sep 16:10: calendar changed; due Tue 24 Sep 11:00 -> Wed 25 Sep 11:00",
    ]


@pytest.mark.parametrize(
    ("story", "last"),
    [
        (
            "Mon 09:00 opened gold medium agent",
            "Update due Tue 24 Sep 17:00 (Chicago time): by the close of Tuesday.",
        ),
        (
            "Fri 09:00 opened gold medium agent",
            "Update due Mon 30 Sep 17:00 (Chicago time): closed over the weekend, by the close of Monday.",
        ),
        (
            "Mon 09:00 opened gold high agent\nMon 10:00 status pending",
            "Update paused with 3 h left.",
        ),
        (
            "Mon 09:00 opened standard low",
            (
                "First reply due Wed 25 Sep 17:00 (Chicago time): "
                "8 h counted Monday, closed overnight, 8 h Tuesday, closed overnight, 8 h Wednesday."
            ),
        ),
        (
            "Sat 23:30 opened gold urgent",
            "First reply due Sun 29 Sep 00:30 (Chicago time): 60 min counted around the clock.",
        ),
    ],
)
def test_sentences_for_other_clocks(story, last):
    assert tell(document(story)).en.splitlines()[0] == last


def test_a_due_of_never_says_so():
    told = tell(document("Mon 09:00 opened silver high", calendar={"tz": "America/Chicago", "weekly": {}}))
    assert told.en.startswith("First reply is never due: the calendar does not open for long enough.")


def test_nothing_started_is_said_too():
    assert tell(document("Mon 09:00 opened gold low agent")).zh == "尚无计时。"


@pytest.mark.parametrize(
    ("at", "zone"), [("9999-12-31T23:00:00Z", "Asia/Shanghai"), ("0001-01-01T00:30:00Z", "America/Chicago")]
)
def test_the_first_and_the_last_day_that_there_are_can_be_told(at, zone):
    opened = {"at": at, "type": "opened", "by": "customer", "plan": "silver", "priority": "high"}
    told = tell({"calendar": {"tz": zone, "weekly": {"mon": [["09:00", "17:00"]]}}, "events": [opened]})
    assert told.en.startswith("First reply ")
