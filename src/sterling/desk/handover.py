"""What the handover's pages show: what waits for the viewer, one handover with its answers, the form of a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.core.handovers import GRACE, Step
from sterling.core.text import Text
from sterling.desk.sentences import RUNGS
from sterling.plans.queries import catalog_of
from sterling.tickets import handovers
from sterling.tickets.access import ticket_for
from sterling.tickets.actions.handovers import Note
from sterling.tickets.handover_words import suggested
from sterling.tickets.models import Rung, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from django.http import QueryDict

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent, Region
    from sterling.base.errors import FieldError
    from sterling.core.catalog import Plan, Priority
    from sterling.core.handovers import Change
    from sterling.tickets.handovers import Pending
    from sterling.tickets.models import Handover, HandoverAlarm, HandoverAnswer, HandoverItem

LATELY = 50
WHEN = "%Y-%m-%dT%H:%M"
ANSWERS = {
    Verb.ACCEPTED: Text("accepted by {name}", "{name} 已接班"),
    Verb.DECLINED: Text("declined by {name}", "{name} 未接班"),
    Verb.WITHDRAWN: Text("taken back by {name}", "{name} 已撤回"),
    Verb.TAKEN: Text("now with {name}", "已转由 {name} 负责"),
    Verb.ENDED: Text("the ticket was closed", "工单已关闭"),
}
STEPS = {
    Step.LEAD: Text("Not accepted: told to {names}", "未被接收：已通知 {names}"),
    Step.DUTY_MANAGER: Text("Still not accepted: told to {names}", "仍未被接收：已通知 {names}"),
    Step.DECLINED: Text("Declined: told to {names}", "被拒：已通知 {names}"),
}


@dataclass(frozen=True, slots=True)
class Item:
    row: HandoverItem
    plan: Plan
    priority: Priority
    answer: HandoverAnswer | None
    said: Text | None


@dataclass(frozen=True, slots=True)
class Heard:
    at: datetime
    said: Text
    role: Text
    uncovered: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One handover: to whom, what of it is open, what was answered, who heard that it was not."""

    row: Handover
    to: Text
    items: list[Item]
    heard: list[Heard]
    may_answer: bool
    is_giver: bool

    @property
    def open(self) -> list[Item]:
        return [one for one in self.items if one.row.is_open]

    @property
    def line(self) -> Text:
        """`2 of 3 accepted`."""
        taken = sum(one.answer is not None and one.answer.verb == Verb.ACCEPTED for one in self.items)
        return Text(f"{taken} of {len(self.items)} accepted", f"已接 {taken} / {len(self.items)}")


@dataclass(frozen=True, slots=True)
class Listing:
    waiting: list[Shown]
    given: list[Shown]
    others: list[Shown]
    lately: list[Shown]


def listing(viewer: Viewer) -> Listing:
    """Six queries, whatever the number."""
    agent = viewer.agent
    rows = handovers.handovers_for(viewer)
    open_ = list(rows.filter(items__is_open=True).distinct())
    closed = list(rows.exclude(pk__in=[row.pk for row in open_])[:LATELY])
    names = {one.pk: one.name for one in people.agents()}
    shown = [show(row, agent, names) for row in open_]
    given = [one for one in shown if one.is_giver]
    waiting = [one for one in shown if not one.is_giver and agent is not None and _concerns(one, agent)]
    known = {one.row.pk for one in [*given, *waiting]}
    return Listing(
        waiting,
        given,
        [one for one in shown if one.row.pk not in known],
        [show(row, agent, names) for row in closed],
    )


def unaccepted(viewer: Viewer, *, everyone: bool) -> list[Shown]:
    """What nobody accepted in time and is open still, heard of by the viewer or by anybody. Four queries, or one."""
    rows, me = handovers.unaccepted_for(viewer), viewer.agent
    names = {one.pk: one.name for one in people.agents()} if rows else {}
    mine = [row for row in rows if everyone or any(me and me.pk in alarm.told for alarm in row.alarms.all())]
    return [show(row, me, names) for row in mine]


def _concerns(one: Shown, agent: Agent) -> bool:
    """Given to the viewer or their region, or heard by them as unaccepted."""
    row = one.row
    told = any(agent.pk in alarm.told for alarm in row.alarms.all())
    return (
        told
        or row.to_agent_id == agent.pk
        or (row.to_region_id is not None and row.to_region_id == agent.region_id)
    )


def show(row: Handover, agent: Agent | None, names: dict[int, str]) -> Shown:
    items = [_item(one) for one in row.items.all()]
    return Shown(
        row,
        to_words(row.to_region, row.to_agent),
        items,
        [_heard(alarm, names) for alarm in row.alarms.all()],
        agent is not None and any(one.row.is_open for one in items) and handovers.may_answer(row, agent),
        agent is not None and row.giver_id == agent.pk,
    )


def one(row: Handover, agent: Agent | None) -> Shown:
    """One query beside what the door has read."""
    return show(row, agent, {one.pk: one.name for one in people.agents()})


def to_words(region: Region | None, agent: Agent | None) -> Text:
    if agent is not None:
        return Text(agent.name, agent.name)
    return region.name if region else Text("", "")


def _item(row: HandoverItem) -> Item:
    catalog = catalog_of(row.ticket.timeline.catalog_version)
    answer: HandoverAnswer | None = getattr(row, "answer", None)
    said = ANSWERS[Verb(answer.verb)].filled(name=answer.name) if answer else None
    return Item(row, catalog.plans[row.ticket.plan], catalog.priorities[row.ticket.priority], answer, said)


def _heard(alarm: HandoverAlarm, names: dict[int, str]) -> Heard:
    told = [names[agent] for agent in alarm.told if agent in names]
    step = Step(alarm.step)
    said = Text(STEPS[step].en.format(names=", ".join(told)), STEPS[step].zh.format(names="、".join(told)))
    role = RUNGS[Rung.DUTY_MANAGER if step is Step.DUTY_MANAGER else Rung.LEAD]
    return Heard(alarm.at, said, role, alarm.uncovered)


@dataclass(slots=True)
class Line:
    """One ticket of the form: its facts, and what the engineer has written or was suggested."""

    pending: Pending
    plan: Plan
    priority: Priority
    included: bool
    happened: str
    next_action: str
    risks: str
    wrong: dict[str, list[Text]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        return self.pending.ticket.number

    @property
    def key(self) -> str:
        return str(self.number)


@dataclass(slots=True)
class Form:
    """A handover as it is typed. Times on the viewer's clock."""

    to: str
    ends: str
    until: str
    accept_by: str
    lines: list[Line]
    change: Change
    wrong: dict[str, list[Text]] = field(default_factory=dict)


def begun(
    viewer: Viewer, agent: Agent, at: datetime, zone: ZoneInfo, language: str, asked: QueryDict
) -> Form:
    """The form for the next change of shifts, or the one that the address names; summaries are prefilled from facts."""
    change = handovers.next_change(agent, at)
    ends = instant(asked.get("ends", ""), zone) or change.ends
    until = instant(asked.get("until", ""), zone) or max(ends, change.until)
    lines = []
    for one in handovers.pending(viewer, agent, at, until):
        words = suggested(one, at, zone)
        plan, priority = _of(one)
        mine = one.ticket.assignee_id in {None, agent.pk}
        lines.append(
            Line(
                one,
                plan,
                priority,
                mine,
                words.happened.to(language),
                words.next_action.to(language),
                words.risks.to(language),
            )
        )
    to = f"region-{change.region}" if change.region else ""
    by = max(ends, at + GRACE)
    told = [moment.astimezone(zone).strftime(WHEN) for moment in (ends, until, by)]
    return Form(asked.get("to", to), told[0], told[1], told[2], lines, change)


def _of(one: Pending) -> tuple[Plan, Priority]:
    catalog = catalog_of(one.ticket.timeline.catalog_version)
    return catalog.plans[one.ticket.plan], catalog.priorities[one.ticket.priority]


def typed(form: Form, sent: QueryDict) -> None:
    """What was typed replaces what was suggested."""
    chosen = set(sent.getlist("ticket"))
    form.to, form.ends, form.until = (sent.get(name, "")[:60] for name in ("to", "ends", "until"))
    form.accept_by = sent.get("accept_by", "")[:60]
    for line in form.lines:
        line.included = str(line.number) in chosen
        for name in ("happened", "next_action", "risks"):
            setattr(line, name, sent.get(f"{name}-{line.number}", getattr(line, name)).replace("\r\n", "\n"))


def notes(viewer: Viewer, sent: QueryDict) -> list[Note]:
    """What is handed over, also of tickets that are no longer on the list."""
    return [
        Note(
            ticket_for(viewer, number),
            sent.get(f"happened-{number}", ""),
            sent.get(f"next_action-{number}", ""),
            sent.get(f"risks-{number}", ""),
        )
        for number in dict.fromkeys(sent.getlist("ticket"))
    ]


def place(form: Form, errors: Iterable[FieldError]) -> None:
    """Each refusal at its field: `tickets.1042.happened` is said at the ticket's."""
    lines = {str(line.number): line for line in form.lines}
    for error in errors:
        _, _, rest = error.field.partition(".")
        number, _, name = rest.partition(".")
        into = lines[number].wrong if number in lines and name else form.wrong
        into.setdefault(name if number in lines and name else error.field, []).append(error.text)


def instant(typed: str, zone: ZoneInfo) -> datetime | None:
    """A time as `datetime-local` writes it."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    if found.tzinfo is not None or not date(1970, 1, 2) <= found.date() < date(2200, 1, 1):
        return None
    return found.replace(tzinfo=zone).astimezone(UTC)
