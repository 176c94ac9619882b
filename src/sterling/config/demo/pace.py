"""When the turns of a story happen: in the past at a human pace, in live tickets to the minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.calendars import ALWAYS
from sterling.core.catalog import EachBusinessDay, Hours, Interval
from sterling.plans import queries as plans
from sterling.sla.calendars import calendar_of
from sterling.tickets.actions.opening import DEFAULT_PRIORITY, support_region

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from sterling.accounts.models import Contact
    from sterling.config.demo.stage import Scene
    from sterling.config.demo.stories import Story, Turn
    from sterling.core.calendars import Calendar

LATE_SHARE = 0.07  # of the engineers' messages
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONTH = 30 * DAY
RECENT = 30 * HOUR  # stories of the past leave the latest hours to the live ones
SPOKEN = frozenset({"phone", "chat"})


def back(hours: Calendar, at: datetime, amount: timedelta) -> datetime:
    """The instant from which `amount` of open time leads to `at` (to its last open instant, when closed)."""
    start = at - MONTH
    return hours.add(start, hours.elapsed(start, at) - amount) or at - amount


def opened_in_the_past(requester: Contact, days: float, random: Random, at: datetime) -> datetime:
    """Around `days` ago, in the region's hours; now and then at night, for those who are served around the clock."""
    around = at - days * DAY
    if requester.is_premium and random.random() < 0.15:  # noqa: PLR2004 - a share, told here
        return around
    local = calendar_of(requester.organization.region_id, at)
    opened = local.add(around, random.uniform(0.1, 7.5) * HOUR) or around
    # A week of holidays must not carry it over to the latest days.
    return opened if opened < at - 3 * DAY else around


class Past:
    """A human pace: most answers well before their due, a few late."""

    def __init__(self, random: Random, at: datetime) -> None:
        self.random = random
        self.at = at

    def next(self, scene: Scene, turn: Turn, last: datetime) -> datetime | None:
        """When `turn` happens; None: not any more, the story ends here."""
        if turn.kind in {"agent", "call"}:
            return self._answer(scene, turn, last)
        if turn.kind in {"customer", "takeover"}:
            return self._asks(scene, last)
        return last + self.random.uniform(3, 14) * MINUTE

    def _answer(self, scene: Scene, turn: Turn, last: datetime) -> datetime:
        timeline = scene.ticket.timeline
        latest = self.at - self.random.uniform(15, 90) * MINUTE
        spoken = turn.kind == "call" or scene.story.channel in SPOKEN
        if spoken and scene.ticket.assignee_id is None:
            return last + self.random.uniform(1, 6) * MINUTE
        if timeline.next_due is None or timeline.next_started is None:
            local = calendar_of(timeline.region_id, last)
            return min(local.add(last, self.random.uniform(2, 9) * HOUR) or latest, latest)
        counts = timeline.next_hours == Hours.ALWAYS.value and timeline.next_target
        hours = ALWAYS if counts else calendar_of(timeline.region_id, last)
        late = self.random.random() < LATE_SHARE
        share = self.random.uniform(1.05, 1.5) if late else self.random.betavariate(2, 3) * 0.95
        whole = hours.elapsed(timeline.next_started, timeline.next_due)
        due = hours.add(timeline.next_started, whole * share) or latest
        return min(max(due, last + 2 * MINUTE), max(latest, last + MINUTE))

    def _asks(self, scene: Scene, last: datetime) -> datetime | None:
        timeline = scene.ticket.timeline
        local = calendar_of(timeline.region_id, last)
        planned = local.add(last, self.random.uniform(0.4, 6) * HOUR) or last + DAY
        if timeline.next_due:
            planned = min(planned, last + (timeline.next_due - last) * 0.6)
        return planned if planned < self.at - RECENT else None


def last_turn(story: Story, requester: Contact, at: datetime) -> datetime:
    """When a live story's last turn happened, so that what is owed now has just `left` to go."""
    service = plans.service(requester, at)
    cell = service.catalog.cell(service.plan, story.priority or DEFAULT_PRIORITY)
    local = calendar_of(support_region(requester, service), at)
    answers = story.turns[-1].kind == "agent"
    if story.left is None:
        assert story.ago is not None, f"{story.subject}: left or ago"
        daily = answers and isinstance(cell.update, EachBusinessDay)
        return _still_ahead(local, at - story.ago, at) if daily else at - story.ago
    hours = cell.hours.on(local)
    target = cell.update.every if answers and isinstance(cell.update, Interval) else cell.response
    assert isinstance(target, timedelta), f"{story.subject}: its promise is no amount of time"
    assert target > story.left, f"{story.subject}: {story.left} left of a target of {target}"
    return back(hours, at, target - story.left)


def _still_ahead(local: Calendar, said: datetime, at: datetime) -> datetime:
    """`said`, or later, so that the day's update that it asks for is not past due at `at`."""
    while said < at - HOUR:
        due = local.nth_close_after(local.local_date(said), 1)
        if due is None or due > at + HOUR:
            return said
        said += HOUR
    return said
