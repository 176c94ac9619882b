"""Stories of one ticket in a few lines, and their clocks in the same short local times.

    tell('''
        Mon 09:00 opened silver urgent
        Mon 09:30 priority medium
    ''', until="Mon 12:00").first.due == "Mon 13:00"

Days are of the week of Monday 2024-09-23 in the region's zone; `Mon2` is a week later, `Fri0` a week before.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sterling.core.clocks import replay

MONDAY = date(2024, 9, 23)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NINE_TO_FIVE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CHICAGO = {"tz": "America/Chicago", "weekly": NINE_TO_FIVE}
CLOSED = {"tz": "America/Chicago", "weekly": {}}


def region(**fields):
    return CHICAGO | fields


@dataclass(frozen=True, slots=True)
class Seen:
    """A clock as `sterling replay` prints it, in short local times."""

    metric: str
    started: str
    due: str | None
    ended: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    clocks: tuple[Seen, ...]

    @property
    def first(self):
        (only,) = (clock for clock in self.clocks if clock.metric == "first_response")
        return only

    @property
    def replies(self):
        return [clock for clock in self.clocks if clock.metric == "next_response"]

    @property
    def updates(self):
        return [clock for clock in self.clocks if clock.metric == "update"]

    @property
    def update(self):
        """The latest one."""
        return self.updates[-1]


def tell(story, *, until=None, calendar=CHICAGO, catalog=None):
    clocks = replay(document(story, until=until, calendar=calendar), catalog)
    zone = ZoneInfo(calendar["tz"])
    return Told(
        tuple(
            Seen(
                clock["metric"],
                *(short(clock[key], zone) for key in ("started", "due", "ended")),
                clock["state"],
            )
            for clock in clocks
        )
    )


def document(story, *, until=None, calendar=CHICAGO):
    zone = ZoneInfo(calendar["tz"])
    events = [event(line, zone) for line in story.strip().splitlines()]
    written = {"calendar": calendar, "events": events}
    return written | ({"until": instant(*until.split(), zone)} if until else {})


def event(line, zone):
    day, clock, kind, *rest = line.split()
    fields = FIELDS.get(kind, lambda *_: {})
    return {"at": instant(day, clock, zone), "type": kind} | fields(rest, zone)


def opened(words, _):
    plan, priority, by = (*words, "customer")[:3]
    return {"plan": plan, "priority": priority, "by": by}


def status(words, _):
    to, *more = words
    by = next((word for word in more if word != "message"), "agent")
    return {"to": to, "by": by, "message": "message" in more}


FIELDS = {
    "opened": opened,
    "status": status,
    "priority": lambda words, _: {"to": words[0]},
    "plan": lambda words, _: {"to": words[0]},
    "cadence": lambda words, _: {"every": None if words[0] == "null" else words[0]},
    "customer_message": lambda words, zone: {"since": instant(*words[1:], zone)} if words else {},
    "calendar": lambda words, _: {"calendar": CALENDARS[words[0]]},
    "no_reply_needed": lambda *_: {"reason": "thanks"},
    "merged": lambda words, _: {"into": words[0]},
}


CALENDARS = {
    "chicago": CHICAGO,
    "closed": CLOSED,
    "short": region(weekly={day: [["09:00", "13:00"]] for day in NINE_TO_FIVE}),
    "tuesday_off": region(holidays={"2024-09-24": "Founders' Day"}),
    "wednesday_off": region(holidays=["2024-09-25"]),
    "thursday_off": region(holidays=["2024-09-26"]),
    "week_off": region(holidays=[f"2024-09-{day}" for day in range(23, 28)]),
    "early": region(weekly={day: [["07:00", "15:00"]] for day in NINE_TO_FIVE}),
}


def instant(day, clock, zone):
    week = int(day[3:] or 1) - 1
    on = MONDAY + timedelta(days=DAYS.index(day[:3]), weeks=week)
    return datetime.fromisoformat(f"{on.isoformat()}T{clock}").replace(tzinfo=zone).isoformat()


def short(text, zone):
    if text is None:
        return None
    at = datetime.fromisoformat(text).astimezone(zone)
    weeks, days = divmod((at.date() - MONDAY).days, 7)
    week = "" if weeks == 0 else str(weeks + 1)
    return f"{DAYS[days]}{week} {at:%H:%M}" + (f":{at:%S}" if at.second else "")


def paused(opened, change, resume="Tue 10:00 status open"):
    """An interval paused with three of its four hours left, changed, resumed."""
    return tell(f"Mon 09:00 opened {opened}\nMon 10:00 status pending\nMon 11:00 {change}\n{resume}").update
