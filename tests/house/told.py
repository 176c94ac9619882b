"""The stories in docs/the-promise.md: read as timeline documents, replayed, told again in the same words.

    2024, America/Chicago, Mon-Fri 09:00-17:00

    Fri 20 Sep 16:30  opened by customer, standard urgent
    Fri 20 Sep 16:45  engineer writes

    first reply  Fri 20 Sep 16:30  due Mon 23 Sep 10:30  met Fri 20 Sep 16:45

The first line is the region's calendar, the second part what happened, the third **every** clock there is.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sterling.core.clocks import replay

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
METRICS = {"first_response": "first reply", "next_response": "reply", "update": "update"}
# What happens, in words -> the event of a timeline document. Named parts become its fields.
WORDS = (
    (r"opened by (?P<by>customer|agent), (?P<plan>\w+) (?P<priority>\w+)", "opened"),
    (r"customer writes", "customer_message"),
    (r"engineer writes", "agent_message"),
    (r"they speak on the phone", "call_answered"),
    (r"note", "note"),
    (r"automatic mail", "auto_message"),
    (r"workaround", "workaround"),
    (r"priority (?P<to>\w+)", "priority"),
    (r"plan (?P<to>\w+)", "plan"),
    (r"status (?P<to>\w+)(?: by (?P<by>\w+))?(?P<message> with a message)?", "status"),
    (r"update agreed every (?P<every>\w+)", "cadence"),
    (r"no reply needed: (?P<reason>.+)", "no_reply_needed"),
    (r"merged into (?P<into>\w+)", "merged"),
    (r"closed on (?P<closed>.+)", "calendar"),
)


def told_again(story: str) -> str:
    """The story with its third part replaced by what `replay` says."""
    heading, happened, *_ = story.strip().split("\n\n")
    year, calendar = _calendar(heading)
    zone = ZoneInfo(calendar["tz"])
    events, until = [], None
    for line in happened.splitlines():
        when, what = re.split(r"\s{2,}", line, maxsplit=1)
        at = _instant(when, year, zone)
        if what == "now":
            until = at.isoformat()
        else:
            events.append({"at": at.isoformat()} | _event(what, calendar))
    document = {"calendar": calendar, "events": events} | ({"until": until} if until else {})
    clocks = [_clock(clock, zone) for clock in replay(document)]
    widths = [max(len(row[column]) for row in clocks) for column in range(4)]
    rows = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in clocks)
    return f"{heading}\n\n{happened}\n\n" + "\n".join(rows)


def _calendar(heading: str) -> tuple[int, dict]:
    found = re.fullmatch(r"(\d{4}), (\S+), (\w{3})-(\w{3}) ([\d:]+)-([\d:]+)(?:, closed (.+))?", heading)
    assert found, f"not a calendar: {heading}"
    year, zone, first, last, opens, closes, closed = found.groups()
    days = DAYS[DAYS.index(first.lower()) : DAYS.index(last.lower()) + 1]
    holidays = [_date(day, int(year)) for day in closed.split(", ")] if closed else []
    weekly = {day: [[opens, closes]] for day in days}
    return int(year), {"tz": zone, "weekly": weekly, "holidays": holidays}


def _date(words: str, year: int) -> str:
    at = datetime.strptime(f"{words} {year}", "%a %d %b %Y")  # noqa: DTZ007 - a date alone
    assert f"{at:%a}" == words[:3], f"{words} {year} is a {at:%A}"
    return at.date().isoformat()


def _instant(words: str, year: int, zone: ZoneInfo) -> datetime:
    date, _, time = words.rpartition(" ")
    return datetime.fromisoformat(f"{_date(date, year)}T{time}").replace(tzinfo=zone)


def _event(what: str, calendar: dict) -> dict:
    for pattern, kind in WORDS:
        found = re.fullmatch(pattern, what)
        if found:
            fields = {name: value for name, value in found.groupdict().items() if value is not None}
            if "message" in fields:
                fields["message"] = True
            if "closed" in fields:
                year = int(calendar["holidays"][0][:4]) if calendar["holidays"] else 2024
                fields = {"calendar": calendar | {"holidays": [_date(fields["closed"], year)]}}
            return {"type": kind} | fields
    raise AssertionError(f"nothing happens like this: {what}")


def _clock(clock: dict, zone: ZoneInfo) -> tuple[str, str, str, str]:
    due = f"due {_said(clock['due'], zone)}" if clock["due"] else "no due"
    ended = f" {_said(clock['ended'], zone)}" if clock["ended"] else ""
    return METRICS[clock["metric"]], _said(clock["started"], zone), due, clock["state"] + ended


def _said(text: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(text).astimezone(zone)
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"
