"""Random tickets over random regions, as typed events and as documents."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from sterling.core.calendars import Calendar
from sterling.core.catalog import shipped
from sterling.core.clocks import (
    AgentMessage,
    CadenceAgreed,
    CalendarChanged,
    CallAnswered,
    CustomerMessage,
    Merged,
    NoReplyNeeded,
    Opened,
    PlanChanged,
    PriorityChanged,
    Remark,
    Side,
    Status,
    StatusChanged,
)
from tests.core.story import NINE_TO_FIVE

CATALOG = shipped()
WEEKS = (
    NINE_TO_FIVE,
    {day: [["08:30", "12:00"], ["13:00", "17:30"]] for day in NINE_TO_FIVE},
    {day: [["20:00", "04:00"]] for day in NINE_TO_FIVE},
    {day: [["00:00", "24:00"]] for day in NINE_TO_FIVE},
    {},
)
CALENDARS = [
    Calendar.from_dict({"tz": zone, "weekly": week, "holidays": ["2026-03-10", "2026-03-27"]})
    for zone in ("America/Chicago", "Asia/Shanghai", "Australia/Sydney")
    for week in WEEKS
]
NOTHING = timedelta(0)
HOUR = timedelta(hours=1)  # a shorter cadence makes thousands of missed updates

plans = st.sampled_from(list(CATALOG.plans))
priorities = st.sampled_from(list(CATALOG.priorities))
calendars = st.sampled_from(CALENDARS)
sides = st.sampled_from(Side)
gaps = st.one_of(
    st.sampled_from([NOTHING, timedelta(microseconds=1), HOUR / 2, HOUR]),
    st.timedeltas(NOTHING, timedelta(days=3)),
)
statuses = st.sampled_from([status for status in Status if status is not Status.CLOSED] * 3 + [Status.CLOSED])


def happenings(at):
    """Any event at `at`."""
    back = st.none() | st.timedeltas(NOTHING, 6 * HOUR)
    now = st.just(at)
    often = [
        st.builds(CustomerMessage, now, back.map(lambda ago: None if ago is None else at - ago)),
        st.builds(PriorityChanged, now, priorities),
        st.builds(StatusChanged, now, statuses, sides, st.booleans()),
    ]
    seldom = [
        st.builds(AgentMessage, now),
        st.builds(CallAnswered, now),
        st.builds(PlanChanged, now, plans),
        st.builds(CadenceAgreed, now, st.none() | st.timedeltas(HOUR, 60 * HOUR)),
        st.builds(CalendarChanged, now, calendars),
        st.builds(NoReplyNeeded, now),
        st.builds(Remark, now),
    ]
    return st.one_of(*often, *often, *seldom, st.sampled_from([Merged(at), Remark(at), Remark(at)]))


@st.composite
def tickets(draw):
    """(calendar, events, until)"""
    at = datetime(2026, 3, 2, tzinfo=UTC) + draw(st.timedeltas(NOTHING, timedelta(days=14)))
    events = [Opened(at, draw(st.sampled_from([Side.CUSTOMER, Side.AGENT])), draw(plans), draw(priorities))]
    for _ in range(draw(st.integers(0, 12))):
        at += draw(gaps)
        events.append(draw(happenings(at)))
    return draw(calendars), events, at + draw(gaps)


def document(ticket):
    calendar, events, until = ticket
    return {
        "calendar": calendar.to_dict(),
        "events": [{"at": event.at.isoformat()} | WRITERS[type(event)](event) for event in events],
        "until": until.isoformat(),
    }


def seconds(every):
    return every and f"PT{every // timedelta(seconds=1)}.{every.microseconds:06d}S"


WRITERS = {
    Opened: lambda it: {"type": "opened", "by": it.by, "plan": it.plan, "priority": it.priority},
    CustomerMessage: lambda it: (
        {"type": "customer_message"} | ({"since": it.since.isoformat()} if it.since else {})
    ),
    AgentMessage: lambda _: {"type": "agent_message"},
    CallAnswered: lambda _: {"type": "call_answered"},
    Remark: lambda it: {"type": it.type},
    PriorityChanged: lambda it: {"type": "priority", "to": it.to},
    PlanChanged: lambda it: {"type": "plan", "to": it.to},
    StatusChanged: lambda it: {"type": "status", "to": it.to, "by": it.by, "message": it.message},
    CadenceAgreed: lambda it: {"type": "cadence", "every": seconds(it.every)},
    CalendarChanged: lambda it: {"type": "calendar", "calendar": it.calendar.to_dict()},
    NoReplyNeeded: lambda it: {"type": "no_reply_needed", "reason": it.reason},
    Merged: lambda it: {"type": "merged", "into": it.into},
}
