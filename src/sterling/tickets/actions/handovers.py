"""A handover is given with a summary for each ticket, answered by name, and escalates when nobody answers.

The locks are always taken in one order: the tickets' logs, the handover, its items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts.models import Region, Role
from sterling.base.errors import Conflict, FieldError, Invalid, NotAllowed
from sterling.base.live import poke
from sterling.core import handovers as core
from sterling.core.catalog import Recipient
from sterling.core.clocks import Status
from sterling.core.handovers import Step
from sterling.core.text import Text
from sterling.sla import queries as promises
from sterling.sla.actions import moving
from sterling.sla.kinds import Kind
from sterling.tickets.handing import answered, ears, settled
from sterling.tickets.handovers import may_answer
from sterling.tickets.hearing import House, house_at
from sterling.tickets.held import hold
from sterling.tickets.models import Handover, HandoverAlarm, HandoverItem, Ticket, Verb

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sterling.accounts.models import Agent
    from sterling.base.actor import Actor
    from sterling.tickets.held import Held

LONGEST = 20_000
BATCH = 50


@dataclass(frozen=True, slots=True)
class Note:
    """What the next shift has to know of one ticket."""

    ticket: Ticket
    happened: str
    next_action: str
    risks: str = ""


@transaction.atomic
def give(
    *,
    giver: Agent,
    to: Agent | Region,
    notes: Sequence[Note],
    shift_ends: datetime,
    until: datetime,
    accept_by: datetime | None = None,
    at: datetime,
    by: Actor,
) -> Handover:
    """Offer these tickets to a region or a person. Until accepted each stays whose it is; nobody's become the giver's."""
    region, person = (to, None) if isinstance(to, Region) else (None, to)
    wrong = [*_wrong_notes(notes), *_wrong_to(giver, person)]
    if until <= shift_ends:
        wrong.append(FieldError("until", Text("After the end of this shift.", "必须晚于本班结束时间。")))
    if accept_by is not None and accept_by <= at:
        wrong.append(
            FieldError("accept_by", Text("Choose a time that is still to come.", "请选择尚未到来的时间。"))
        )
    if wrong:
        raise Invalid(*wrong)
    wanted = accept_by or max(shift_ends, at + core.GRACE)
    moving.lock([note.ticket.timeline_id for note in notes])
    row = Handover.objects.create(
        giver=giver,
        to_agent=person,
        to_region=region,
        shift_ends=shift_ends,
        until=until,
        accept_by=wanted,
        given_at=at,
        look_at=wanted,
    )
    running = promises.running([note.ticket.timeline_id for note in notes])
    for note in sorted(notes, key=lambda one: one.ticket.timeline_id):
        _add(row, note, giver, running.get(note.ticket.timeline_id, []), at, by)
    poke("handovers", *ears(row))
    return row


def _wrong_notes(notes: Sequence[Note]) -> Iterator[FieldError]:
    if not notes:
        yield FieldError("tickets", Text("Choose at least one ticket.", "请至少选择一张工单。"))
    if len({note.ticket.pk for note in notes}) < len(notes):
        yield FieldError("tickets", Text("Each ticket once.", "每张工单只能出现一次。"))
    for note in notes:
        for name, said in (("happened", note.happened), ("next_action", note.next_action)):
            if not said.strip():
                text = Text(
                    "Say it in a sentence: the next shift starts from here.",
                    "请用一句话说明，以便下一班接续。",
                )
                yield FieldError(f"tickets.{note.ticket.number}.{name}", text)
        if max(map(len, (note.happened, note.next_action, note.risks))) > LONGEST:
            text = Text(f"At most {LONGEST} characters.", f"最多 {LONGEST} 个字符。")
            yield FieldError(f"tickets.{note.ticket.number}.happened", text)


def _wrong_to(giver: Agent, to: Agent | None) -> Iterator[FieldError]:
    if to is not None and to.pk == giver.pk:
        yield FieldError("to", Text("To somebody else.", "请选择其他人。"))
    if to is not None and not to.is_active:
        yield FieldError("to", Text("This engineer is no longer active.", "该工程师已停用。"))


def _add(
    row: Handover, note: Note, giver: Agent, clocks: Sequence[promises.Running], at: datetime, by: Actor
) -> None:
    held = hold(note.ticket, at=at, by=by)
    number = held.ticket.number
    if held.ticket.merged_into_id or held.ticket.status == Status.CLOSED:
        raise Conflict(
            Text(f"#{number} is closed: nothing of it is left to hand over.", f"#{number} 已关闭，无需交接。")
        )
    if HandoverItem.objects.filter(ticket=held.ticket, is_open=True).exists():
        raise Conflict(
            Text(
                f"#{number} is being handed over already. Take that back first.",
                f"#{number} 正在交接中，请先撤回。",
            )
        )
    owner = held.ticket.assignee or giver
    if held.ticket.assignee_id is None:
        _owned_by(held, giver)
    nearest = clocks[0] if clocks else None
    HandoverItem.objects.create(
        organization_id=held.ticket.organization_id,
        handover=row,
        ticket=held.ticket,
        owner=owner,
        happened=note.happened.strip(),
        next_action=note.next_action.strip(),
        risks=note.risks.strip(),
        next_due=nearest.due if nearest else None,
        next_metric=nearest.metric if nearest else "",
    )
    held.append(Kind.HANDOVER, what="given", to=_name(row), handover=row.pk)
    held.settle()


def _owned_by(held: Held, agent: Agent) -> None:
    held.append(Kind.ASSIGNED, to=agent.pk, name=agent.name, reason="", tier=agent.tier)
    held.ticket.assignee = agent
    held.ticket.route_at = None


def _name(row: Handover) -> str:
    if row.to_agent is not None:
        return row.to_agent.name
    return row.to_region.name.en if row.to_region else ""


@transaction.atomic
def accept(
    *, handover: Handover, agent: Agent, tickets: Collection[int] | None = None, at: datetime, by: Actor
) -> list[Ticket]:
    """The engineer takes these (numbers; None: all that are open) over by name, and is their one owner from now on."""
    _may(handover, agent)
    row, items, moment = _open(handover, tickets, at)
    found = []
    for item in items:
        held = hold(item.ticket, at=moment, by=by)
        answered(item, Verb.ACCEPTED, agent, moment)
        held.append(Kind.HANDOVER, what="accepted", to=agent.name, handover=row.pk)
        if held.ticket.assignee_id != agent.pk:
            _owned_by(held, agent)
        held.settle()
        found.append(held.ticket)
    settled(row, moment)
    poke("handovers", *ears(row, agent.pk))
    return found


@transaction.atomic
def decline(
    *,
    handover: Handover,
    agent: Agent,
    reason: str,
    tickets: Collection[int] | None = None,
    at: datetime,
    by: Actor,
) -> None:
    """Not taken over, and why. The tickets stay with their owners; giver and lead hear of it at once."""
    why = " ".join(reason.split())[:500]
    if not why:
        raise Invalid.field(
            "reason", "Say why, so that the giver can act on it.", "请说明原因，以便交班人处理。"
        )
    _may(handover, agent)
    row, items, moment = _open(handover, tickets, at)
    house = house_at(moment)
    for item in items:
        held = hold(item.ticket, at=moment, by=by)
        answer = answered(item, Verb.DECLINED, agent, moment, why)
        held.append(Kind.HANDOVER, what="declined", to=agent.name, reason=why, handover=row.pk)
        held.settle()
        _raise(row, Step.DECLINED, moment, moment, house, nth=answer.pk)
    settled(row, moment)
    poke("handovers", *ears(row, agent.pk))


@transaction.atomic
def withdraw(
    *, handover: Handover, agent: Agent, tickets: Collection[int] | None = None, at: datetime, by: Actor
) -> None:
    """The giver takes back what nobody has accepted yet."""
    if agent.pk != handover.giver_id and agent.role not in {Role.LEAD, Role.ADMIN}:
        raise NotAllowed(Text("Only who gave it can take it back.", "只有交班人可以撤回。"))
    row, items, moment = _open(handover, tickets, at)
    for item in items:
        held = hold(item.ticket, at=moment, by=by)
        answered(item, Verb.WITHDRAWN, agent, moment)
        held.append(Kind.HANDOVER, what="withdrawn", to="", handover=row.pk)
        held.settle()
    settled(row, moment)
    poke("handovers", *ears(row))


def _may(handover: Handover, agent: Agent) -> None:
    if not may_answer(handover, agent):
        raise NotAllowed(
            Text("This was handed over to somebody else.", "此交接是交给其他人的。")
            if agent.pk != handover.giver_id
            else Text("You gave this yourself; you can take it back.", "这是您交出的，您可以撤回。")
        )


def _open(
    handover: Handover, tickets: Collection[int] | None, at: datetime
) -> tuple[Handover, list[HandoverItem], datetime]:
    """The handover and those of its items, locked, and the instant: never before an alarm that was raised."""
    about = HandoverItem.objects.filter(handover=handover, is_open=True)
    moving.lock(list(about.values_list("ticket__timeline_id", flat=True)))
    row = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("giver__user", "giver__region")
        .get(pk=handover.pk)
    )
    items = list(
        about.select_for_update(of=("self",)).select_related("ticket").order_by("ticket__timeline_id")
    )
    if tickets is not None:
        wanted = set(tickets)
        known = {item.ticket.number for item in items}
        if not wanted or wanted - known:
            raise _answered()
        items = [item for item in items if item.ticket.number in wanted]
    if not items:
        raise _answered()
    raised = (
        HandoverAlarm.objects.filter(handover=row)
        .order_by("-raised_at")
        .values_list("raised_at", flat=True)
        .first()
    )
    return row, items, max(at, raised) if raised else at


def _answered() -> Conflict:
    return Conflict(Text("Somebody has answered this already.", "已有人答复此交接。"))


@transaction.atomic
def escalate(*, at: datetime, batch: int = BATCH) -> int:
    """Raise what has come of handovers that nobody accepted; how many were looked at. No two workers take the same one."""
    due = Handover.objects.filter(look_at__lt=at).order_by("look_at")
    taken = list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related(
            "giver__user", "giver__region", "to_agent"
        )[:batch]
    )
    if not taken:
        return 0
    house = house_at(at)
    items: dict[int, list[core.Part]] = {}
    known = HandoverItem.objects.filter(handover__in=taken).values_list("handover_id", "answer__at")
    for handover, answered_at in known:
        items.setdefault(handover, []).append(core.Part(answered_at))
    for row in taken:
        parts = items.get(row.pk, [])
        for step, moment in core.come(row.accept_by, parts, at):
            _raise(row, step, moment, at, house)
        row.look_at = core.next_look(row.accept_by, parts, at)
    Handover.objects.bulk_update(taken, ["look_at"])
    return len(taken)


def _raise(row: Handover, step: Step, moment: datetime, at: datetime, house: House, *, nth: int = 0) -> None:
    """Once for a handover and a step; told to whom it leads, and to the giver. A row that is there stays as it is."""
    region = (
        row.to_region_id or (row.to_agent.region_id if row.to_agent else None) or row.giver.region_id or ""
    )
    role = Recipient.DUTY_MANAGER if step is Step.DUTY_MANAGER else Recipient.LEAD
    heard = house.of_role(role, region)
    told = list(dict.fromkeys([*heard.agents, row.giver_id]))
    _, made = HandoverAlarm.objects.get_or_create(
        handover=row,
        step=step.value,
        nth=nth,
        defaults={
            "at": moment,
            "raised_at": at,
            "told": told,
            "to_mail": told,
            "uncovered": bool(heard.uncovered),
        },
    )
    if made:
        poke("handovers", "alarms", *(f"alarms-{agent}" for agent in told))
