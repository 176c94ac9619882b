"""Every row of tests/conformance/calendars.json, exactly."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sterling.core.calendars import Calendar
from tests.core import calendars_oracle as oracle

ROWS = json.loads((Path(__file__).parent.parent / "conformance" / "calendars.json").read_text())
NAMED = pytest.mark.parametrize(
    "row", ROWS, ids=[f"{place}-{row['note'] or row['op']}" for place, row in enumerate(ROWS)]
)


def test_there_are_rows():
    assert len(ROWS) >= 55


@NAMED
def test_a_row_comes_out_exactly(row):
    calendar = Calendar.from_dict(row["calendar"])
    start = datetime.fromisoformat(row["start"])
    if row["op"] == "add":
        due = calendar.add(start, timedelta(seconds=row["seconds"]))
        assert due == (row["expected"] and datetime.fromisoformat(row["expected"]))
    else:
        passed = calendar.elapsed(start, datetime.fromisoformat(row["end"]))
        assert passed == timedelta(seconds=row["expected"])


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["calendar"].get("weekly")], ids=lambda row: row["note"] or row["start"]
)
def test_the_slow_calendar_of_these_tests_agrees_with_the_row(row):
    start = datetime.fromisoformat(row["start"])
    if row["op"] == "add":
        due = oracle.add(row["calendar"], start, timedelta(seconds=row["seconds"]), timedelta(days=40))
        assert due == datetime.fromisoformat(row["expected"])
    else:
        passed = oracle.elapsed(row["calendar"], start, datetime.fromisoformat(row["end"]))
        assert passed == timedelta(seconds=row["expected"])


@NAMED
def test_the_calendar_of_a_row_goes_out_as_it_came_in(row):
    calendar = Calendar.from_dict(row["calendar"])
    again = json.loads(json.dumps(calendar.to_dict()))
    assert Calendar.from_dict(again) == calendar
    assert again == Calendar.from_dict(again).to_dict()
