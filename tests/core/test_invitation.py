"""Laws of an invitation as RFC 5545 writes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.invitation import Invitation, Person, written
from sterling.core.sponsors import is_overdue, next_due

AT = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)


def invitation(**more: object) -> Invitation:
    facts = {
        "uid": "sponsor-1-1@sterling.example",
        "sequence": 0,
        "stamp": AT,
        "starts": AT + timedelta(days=7),
        "ends": AT + timedelta(days=7, minutes=30),
        "summary": "Halden Freight: Ada, and Alice",
        "description": "",
        "organizer": Person("Sterling", "support@sterling.example"),
        "attendees": [Person("Ada", "ada@sterling.example"), Person("Alice", "alice@halden.example")],
    }
    return Invitation(**(facts | more))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_an_invitation_reads_as_the_format_wants():
    assert unfolded(written(invitation())) == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sterling//Sterling//EN", "CALSCALE:GREGORIAN", "METHOD:REQUEST",
        "BEGIN:VEVENT", "UID:sponsor-1-1@sterling.example", "SEQUENCE:0", "DTSTAMP:20260303T160000Z",
        "DTSTART:20260310T160000Z", "DTEND:20260310T163000Z", "SUMMARY:Halden Freight: Ada\\, and Alice",
        "DESCRIPTION:", "STATUS:CONFIRMED", 'ORGANIZER;CN="Sterling":mailto:support@sterling.example',
        'ATTENDEE;CN="Ada";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@sterling.example',
        'ATTENDEE;CN="Alice";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@halden.example',
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_a_cancelled_one_says_so_under_the_same_uid():
    lines = unfolded(written(invitation(sequence=2, cancelled=True)))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:2", "UID:sponsor-1-1@sterling.example"} <= set(
        lines
    )


@given(st.text(), st.text(), st.text())
def test_whatever_people_write_stays_in_its_line(summary, description, name):
    text = written(
        invitation(summary=summary, description=description, attendees=[Person(name, "a@b.example")])
    )
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    lines = unfolded(text)
    assert [line.split(":")[0].split(";")[0] for line in lines[:-1]] == [
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP", "DTSTART",
        "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "ORGANIZER", "ATTENDEE", "END", "END",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "last", "cadence", "due"),
    [
        ("2026-01-31", None, "month", "2026-02-28"),
        ("2026-01-10", None, "quarter", "2026-04-10"),
        ("2026-01-10", "2026-02-20", "quarter", "2026-05-20"),
        ("2026-06-01", "2026-02-20", "half", "2026-12-01"),
        ("2026-01-10", "2026-02-20", "year", "2027-02-20"),
    ],
)
def test_the_next_contact_is_a_cadence_after_the_last_or_after_the_naming(since, last, cadence, due):
    from datetime import date

    day = date.fromisoformat
    found = next_due(day(since), day(last) if last else None, cadence)
    assert found == day(due)
    assert not is_overdue(found, found)
    assert is_overdue(found, found + timedelta(days=1))
