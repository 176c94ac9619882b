"""A calendar invitation (RFC 5545, RFC 5546): one event, written so that calendars know it again when it changes.

The UID of an event never changes; its sequence rises with each change, and a cancelled one says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LONGEST = 75  # octets in a line, without its end


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """`stamp`: when this version was written. Instants are aware, in UTC."""

    uid: str
    sequence: int
    stamp: datetime
    starts: datetime
    ends: datetime
    summary: str
    description: str
    organizer: Person
    attendees: Sequence[Person]
    cancelled: bool = False


def written(of: Invitation) -> str:
    """The iCalendar text, with the line ends that the format wants."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sterling//Sterling//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if of.cancelled else 'REQUEST'}",
        "BEGIN:VEVENT",
        f"UID:{_escaped(of.uid)}",
        f"SEQUENCE:{of.sequence}",
        f"DTSTAMP:{_instant(of.stamp)}",
        f"DTSTART:{_instant(of.starts)}",
        f"DTEND:{_instant(of.ends)}",
        f"SUMMARY:{_escaped(of.summary)}",
        f"DESCRIPTION:{_escaped(of.description)}",
        f"STATUS:{'CANCELLED' if of.cancelled else 'CONFIRMED'}",
        f"ORGANIZER;CN={_parameter(of.organizer.name)}:mailto:{_address(of.organizer.email)}",
        *(
            f"ATTENDEE;CN={_parameter(one.name)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
            f":mailto:{_address(one.email)}"
            for one in of.attendees
        ),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """TEXT: backslash, semicolon, comma and line ends are written with a backslash; other control characters go."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _visible(plain)


def _parameter(text: str) -> str:
    """A quoted parameter may hold anything but quotes and control characters."""
    return f'"{_visible(text).replace(chr(34), chr(39))}"'


def _address(email: str) -> str:
    return "".join(_visible(email).split())


def _visible(text: str) -> str:
    return "".join(one for one in text if one >= " " and one != "\x7f")


def _folded(line: str) -> str:
    """No line is longer than 75 octets, and none is cut within a character."""
    parts, size = [""], 0
    for one in line:
        octets = len(one.encode())
        if size + octets > LONGEST:
            parts.append(" ")
            size = 1
        parts[-1] += one
        size += octets
    return "\r\n".join(parts)
