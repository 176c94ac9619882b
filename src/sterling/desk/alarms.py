"""The alarms page: what still stands, and what rang lately, for one engineer or for everyone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts.access import staff
from sterling.base.prepared import Columns
from sterling.core.alarms import WHOLE
from sterling.core.catalog import Recipient
from sterling.core.text import Text
from sterling.plans.queries import catalog_of
from sterling.sla import alarms
from sterling.tickets.access import heard_of_escalations, tickets_for
from sterling.tickets.handovers import heard_of_unaccepted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sterling.accounts.access import Viewer
    from sterling.core.catalog import Plan, Priority
    from sterling.sla.models import Alarm, Easing
    from sterling.tickets.models import Ticket

MOST = 500
PAGE = 100
SPOKEN = 75  # percent; what is less urgent is shown and not announced
ROLES = {
    Recipient.ASSIGNEE: Text("assignee", "负责人"),
    Recipient.TEAM: Text("team", "团队"),
    Recipient.LEAD: Text("lead", "组长"),
    Recipient.DUTY_MANAGER: Text("duty manager", "值班经理"),
    Recipient.PRIMARY: Text("primary engineer", "主责工程师"),
    Recipient.SPONSOR: Text("sponsor", "高管支持人"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One alarm in words: when it came, who heard and when, for which roles nobody was on duty.

    `eased`: its due moved away, to `due_now` (None: never). `times`: how many said the same to the same people.
    """

    ticket: Ticket
    share: int
    said: Text
    at: datetime
    due: datetime
    heard: list[str]
    told_at: datetime | None
    uncovered: list[Text]
    eased: Text | None = None
    due_now: datetime | None = None
    times: int = 1

    @property
    def is_late(self) -> bool:
        return self.share >= WHOLE


@dataclass(frozen=True, slots=True)
class Group:
    """What rings for one ticket, the worst first. `taken`: who said "I take it", and when."""

    ticket: Ticket
    plan: Plan
    priority: Priority
    rows: list[Row]
    taken: str
    taken_at: datetime | None

    @property
    def worst(self) -> Row:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class AlarmsPage:
    """`standing`: one group for each ticket, the nearest due first. `lately`: what stands no more, the latest first."""

    everyone: bool
    standing: list[Group]
    lately: list[Row]


def alarms_page(viewer: Viewer, at: datetime, *, everyone: bool) -> AlarmsPage:
    """Five queries, whatever the number."""
    found = alarms.told(None if everyone or viewer.agent is None else viewer.agent.pk)
    stand = list(alarms.standing(found, at)[:MOST])
    standing = {alarm.pk for alarm in stand}
    lately = [alarm for alarm in found[: PAGE + MOST] if alarm.pk not in standing][:PAGE]
    about = tickets_for(viewer).filter(timeline__in={alarm.timeline_id for alarm in [*stand, *lately]})
    tickets = {ticket.timeline_id: ticket for ticket in about}
    names = {agent.pk: agent.name for agent in people.agents()}
    eased = alarms.easings(alarm for alarm in lately if alarm.eased_until and alarm.eased_until > at)
    ringing: dict[int, list[Alarm]] = {}
    for alarm in stand:
        if alarm.timeline_id in tickets:
            ringing.setdefault(alarm.timeline_id, []).append(alarm)
    groups = [_group(tickets[timeline], its, names) for timeline, its in ringing.items()]
    return AlarmsPage(
        everyone,
        sorted(groups, key=lambda group: group.worst.due),
        [
            _row(tickets[alarm.timeline_id], alarm, names, eased.get(alarm.pk))
            for alarm in lately
            if alarm.timeline_id in tickets
        ],
    )


def _group(ticket: Ticket, its: Sequence[Alarm], names: dict[int, str]) -> Group:
    catalog = catalog_of(ticket.timeline.catalog_version)
    taken = max((alarm for alarm in its if alarm.taken_by), key=lambda alarm: alarm.at, default=None)
    return Group(
        ticket,
        catalog.plans[ticket.plan],
        catalog.priorities[ticket.priority],
        _folded(
            _row(ticket, alarm, names) for alarm in sorted(its, key=lambda one: (-one.share, one.due, one.pk))
        ),
        names.get(taken.taken_by or 0, "") if taken else "",
        taken.taken_at if taken else None,
    )


def _folded(rows: Iterable[Row]) -> list[Row]:
    """Rows that differ by their due alone are one row: a ticket left for a week misses an update each day."""
    found: list[Row] = []
    for row in rows:
        last = found[-1] if found else None
        if last and _told(last) == _told(row):
            found[-1] = replace(last, times=last.times + 1, told_at=row.told_at)
        else:
            found.append(row)
    return found


def _told(row: Row) -> tuple[object, ...]:
    return row.share, row.said, row.heard, row.uncovered


def _row(ticket: Ticket, alarm: Alarm, names: dict[int, str], eased: Easing | None = None) -> Row:
    return Row(
        ticket,
        alarm.share,
        alarms.said(alarm),
        alarm.at,
        alarm.due,
        [names[agent] for agent in alarm.told or () if agent in names],
        alarm.told_at,
        [ROLES[Recipient(role)] for role in alarm.uncovered],
        alarms.eased(eased) if eased else None,
        eased.due if eased else None,
    )


def news(viewer: Viewer, since: datetime, at: datetime) -> list[Row]:
    """What the viewer heard of after `since` that still stands, from three quarters of a target on; worst first."""
    if viewer.agent is None:
        return []
    told = alarms.told(viewer.agent.pk).filter(told_at__gt=since, share__gte=SPOKEN)
    found = alarms.worst(alarms.standing(told, at)[:PAGE])
    about = tickets_for(viewer).filter(timeline__in={alarm.timeline_id for alarm in found})
    tickets = {ticket.timeline_id: ticket for ticket in about}
    rows = [_row(tickets[alarm.timeline_id], alarm, {}) for alarm in found if alarm.timeline_id in tickets]
    return sorted(rows, key=lambda row: (-row.share, row.due))


def standing_counts(viewer: Viewer, at: datetime) -> dict[int, int]:
    """In how many tickets something stands that each agent heard of: an alarm, an escalation, a handover. Three queries."""
    staff(viewer)
    heard: dict[int, set[int]] = {}
    for timeline, told in [*_HEARD.all(at), *heard_of_escalations(viewer), *heard_of_unaccepted(viewer)]:
        for agent in told or ():
            heard.setdefault(agent, set()).add(timeline)
    return {agent: len(timelines) for agent, timelines in heard.items()}


_HEARD = Columns(
    lambda at: alarms.standing(alarms.told(), at).order_by().values_list("timeline_id", "told"), datetime
)
