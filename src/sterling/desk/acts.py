"""What an engineer does to a ticket besides writing in it: each act has a form that says beforehand what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sterling.accounts import queries as people
from sterling.accounts.access import contact_for, row_id
from sterling.base.errors import Invalid, NotYours
from sterling.core.catalog import value_words
from sterling.core.clocks import Status
from sterling.core.text import Text
from sterling.desk import acts_escalate
from sterling.desk.foresight import Effect, Foresight
from sterling.desk.rhythm import CHOICES, spoken_rhythm, typed_rhythm
from sterling.plans import queries as plans
from sterling.sla import queries as promises
from sterling.sla.kinds import Kind
from sterling.tickets.access import ticket_for
from sterling.tickets.actions import changing, merging, relieving, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent
    from sterling.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Deed:
    """A ticket under an engineer's hand at one instant, and what the form says."""

    viewer: Viewer
    agent: Agent
    ticket: Ticket
    foresight: Foresight
    form: Mapping[str, str]

    @property
    def at(self) -> datetime:
        return self.foresight.at

    @property
    def done_by(self) -> dict[str, Any]:
        return {"ticket": self.ticket, "at": self.at, "by": self.viewer.actor}

    def said(self, name: str) -> str:
        return self.form.get(name, "").strip()


# ---- who works on it ----


def _engineers(deed: Deed) -> dict[str, Any]:
    found = sorted(people.agents().filter(is_active=True), key=lambda one: (one != deed.agent, one.name))
    # "Assign to me" is one key: the form opens with oneself, unless one has the ticket already.
    mine = deed.ticket.assignee_id == deed.agent.pk
    chosen = deed.form.get("assignee", str((deed.ticket.assignee_id or "") if mine else deed.agent.pk))
    return {"engineers": found, "chosen": chosen}


def _assign(deed: Deed) -> None:
    ref = deed.said("assignee")
    to = people.agents().filter(pk=row_id(ref)).first() if ref else None
    if ref and to is None:
        raise NotYours
    changing.assign(to=to, reason=deed.said("reason"), **deed.done_by)


# ---- what it is worth ----


def _priorities(deed: Deed) -> dict[str, Any]:
    found = []
    for one in deed.foresight.log.catalog.priorities_by_rank():
        effect = None
        if one.id != deed.ticket.priority:
            effect = deed.foresight.change((Kind.PRIORITY, {"to": one.id}))
        found.append((one, effect))
    return {"priorities": found, "chosen": deed.form.get("priority", deed.ticket.priority)}


def _set_priority(deed: Deed) -> None:
    priority, reason = deed.said("priority"), deed.said("reason")
    if priority != deed.ticket.priority and not reason:
        raise Invalid.field(
            "reason", "Say why: the reason stays with the change.", "请填写原因，原因会与变更一同保留。"
        )
    changing.set_priority(priority=priority, reason=reason, **deed.done_by)


# ---- where it stands ----


def _statuses(deed: Deed) -> dict[str, Any]:
    now, found = deed.foresight.now, []
    for status in Status:
        if status == deed.ticket.status:
            continue
        refused = writing.refusal(deed.ticket, deed.foresight.log.catalog, now, status)
        event = (Kind.STATUS, {"to": status.value, "by": "agent", "message": False})
        bare = Effect("refused", refused.text) if refused else Effect("quiet", deed.foresight.change(event))
        found.append((status.value, bare, deed.foresight.reply(status.value)))
    chosen = deed.form.get("status") or found[0][0]
    return {"options": found, "chosen": chosen}


def _set_status(deed: Deed) -> None:
    writing.set_status(status=deed.said("status"), **deed.done_by)


# ---- what is promised on purpose ----


def _rhythms(deed: Deed) -> dict[str, Any]:
    cell = deed.foresight.log.catalog.cell(deed.ticket.plan, deed.ticket.priority)
    refused = relieving.no_rhythm(cell)
    if refused:
        return {"forbidden": refused.text}
    typed, effect = deed.said("every"), None
    if typed:
        effect = deed.foresight.change((Kind.CADENCE, {"every": typed_rhythm(typed)}))
    offered = [
        (every, spoken_rhythm(every), deed.foresight.change((Kind.CADENCE, {"every": every})))
        for every in CHOICES
    ]
    agreed = deed.foresight.now.cadence
    back = deed.foresight.change((Kind.CADENCE, {"every": None})) if agreed else None
    return {"offered": offered, "typed": typed, "effect": effect, "back": back, "chosen": deed.said("choice")}


def _agree(deed: Deed) -> None:
    choice = deed.said("choice")
    if choice == "plan":
        every = None
    elif choice in CHOICES:
        every = choice
    else:
        every = typed_rhythm(deed.said("every"))
    relieving.agree_cadence(every=every, **deed.done_by)


def _release(deed: Deed) -> dict[str, Any]:
    if deed.foresight.now.owed is None:
        return {"forbidden": Text("No reply is owed on this ticket.", "该工单目前没有待回复的客户消息。")}
    return {"effect": deed.foresight.change((Kind.NO_REPLY_NEEDED, {"reason": "x"}))}


def _no_reply(deed: Deed) -> None:
    relieving.no_reply_needed(reason=deed.said("reason"), **deed.done_by)


def _workaround(deed: Deed) -> None:
    relieving.provide_workaround(agent=deed.agent, text=deed.said("note"), **deed.done_by)


def _call_effect(deed: Deed) -> dict[str, Any]:
    return {
        "effect": deed.foresight.change((Kind.CALL_ANSWERED, {})),
        "chosen": deed.said("answered") or "yes",
    }


def _call(deed: Deed) -> None:
    relieving.call(
        agent=deed.agent, answered=deed.said("answered") == "yes", text=deed.said("note"), **deed.done_by
    )


# ---- two tickets, two people ----


def _target(deed: Deed) -> Ticket:
    """The ticket that goes on. Invalid names the field for whatever cannot be one."""
    wanted = deed.said("into").lstrip("#")
    no_such = Invalid.field(
        "into", f"There is no ticket {deed.said('into')}.", f"没有编号为 {deed.said('into')} 的工单。"
    )
    if not wanted.isascii() or not wanted.isdigit():
        raise Invalid.field("into", "The number of a ticket, such as 1042.", "请填写工单编号，例如 1042。")
    try:
        found = ticket_for(deed.viewer, wanted)
    except NotYours:
        raise no_such from None
    if found.pk == deed.ticket.pk:
        raise Invalid.field("into", "That is this ticket itself.", "这就是当前工单。")
    if found.organization_id != deed.ticket.organization_id:
        name = found.organization.name
        raise Invalid.field(
            "into",
            f"#{found.number} belongs to {name}. Only tickets of one organization are merged.",
            f"#{found.number} 属于 {name}。只能合并同一组织的工单。",
        )
    return found


def _merge_preview(deed: Deed) -> dict[str, Any]:
    owed = deed.foresight.now.owed
    if not deed.said("into"):
        return {"owed": owed}
    into = _target(deed)
    log = promises.log_of(into.timeline_id)
    target = Foresight(log, log.result(deed.at), deed.at, deed.foresight.zone)
    event = (Kind.CUSTOMER_MESSAGE, {"since": owed.started.isoformat()}) if owed else (Kind.MERGED_FROM, {})
    priority = log.catalog.priorities[into.priority]
    return {"owed": owed, "into": into, "into_priority": priority, "effect": target.change(event)}


def _merge(deed: Deed) -> int:
    return merging.merge(into=_target(deed), **deed.done_by).number


def _candidates(deed: Deed) -> dict[str, Any]:
    """Premium contacts and what each would bring; or why there is nobody."""
    ticket = deed.ticket
    service = plans.service(ticket.requester, deed.at)
    held = service.catalog.plans[service.held]
    found = []
    for contact in people.premium_contacts(ticket.organization_id, deed.at):
        if contact.pk != ticket.requester_id:
            brings = plans.service(contact, deed.at).plan
            found.append((contact, deed.foresight.change((Kind.PLAN, {"to": brings}))))
    if found:
        return {"candidates": found, "held": held, "chosen": deed.said("contact") or str(found[0][0].pk)}
    cap = service.catalog.limit(held.id, "premium_contacts", service.size)
    entitlement = service.catalog.entitlements.get("premium_contacts")
    name = entitlement.name if entitlement else Text("Premium contacts", "指定联系人")
    if not cap:
        return {
            "forbidden": Text(f"{name.en}: not in {held.name.en}.", f"{name.zh}：{held.name.zh}不含。"),
            "remedy": Text(
                f"{ticket.organization.name} would need a higher plan before somebody can take over.",
                f"{ticket.organization.name} 升级计划后，才有指定联系人可以接手。",
            ),
        }
    allowed = value_words(entitlement, cap) if entitlement else Text("", "")
    return {
        "forbidden": Text(
            f"No other premium contact is verified ({held.name.en}: {allowed.en}).",
            f"没有其他已核实的指定联系人（{held.name.zh}：{allowed.zh}）。",
        ),
        "remedy": Text(
            "Verify a colleague first; then they can take over.", "请先核实一位同事，再由其接手。"
        ),
    }


def _take_over(deed: Deed) -> None:
    changing.take_over(contact=contact_for(deed.viewer, deed.said("contact")), **deed.done_by)


def _nothing(_deed: Deed) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Act:
    """One verb of the menu. `shows` gathers what its form says beforehand, `does` does it; a number is where to go."""

    verb: str
    key: str
    icon: str
    name: Text
    button: Text
    shows: Callable[[Deed], dict[str, Any]]
    does: Callable[[Deed], int | None]

    @property
    def template(self) -> str:
        return f"desk/acts/{self.verb}.html"


ACTS = {
    act.verb: act
    for act in (
        Act("assign", "A", "user", Text("Assign", "分配"), Text("Assign", "分配"), _engineers, _assign),
        Act(
            "priority", "P", "chevron-up", Text("Priority", "优先级"), Text("Save priority", "保存优先级"),
            _priorities, _set_priority,
        ),
        Act(
            "status", "S", "circle-dot", Text("Status", "状态"), Text("Set without a message", "仅更改状态"),
            _statuses, _set_status,
        ),
        Act(
            "workaround", "B", "zap", Text("Workaround provided", "已提供临时方案"),
            Text("Record workaround", "记录临时方案"), _nothing, _workaround,
        ),
        Act(
            "rhythm", "U", "refresh-cw", Text("Rhythm of updates", "通报频率"),
            Text("Agree on it", "约定频率"), _rhythms, _agree,
        ),
        Act(
            "no-reply-needed", "X", "check", Text("No reply needed", "无须回复"),
            Text("Mark as needing no reply", "标记为无须回复"), _release, _no_reply,
        ),
        Act("call", "L", "phone", Text("Log a call", "记录通话"), Text("Log the call", "记录通话"), _call_effect, _call),
        Act("merge", "M", "merge", Text("Merge", "合并"), Text("Merge", "合并"), _merge_preview, _merge),
        Act(
            "escalate", "E", "triangle-alert", Text("Escalate", "升级"), Text("Escalate", "升级"),
            acts_escalate.ways_up, acts_escalate.escalate,
        ),
        Act(
            "route", "G", "users", Text("Route again", "重新分配"), Text("Route again", "重新分配"),
            acts_escalate.thinking, acts_escalate.think_again,
        ),
        Act(
            "take-over", "T", "user-check", Text("Take over", "接手"), Text("Let them take over", "由其接手"),
            _candidates, _take_over,
        ),
    )
}  # fmt: skip
