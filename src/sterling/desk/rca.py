"""Root-cause analyses as the desk shows them: the list by what falls due, the editor part by part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sterling.base.parts import DueView
from sterling.core import rca as core
from sterling.core.clocks.spoken import zone as zone_words
from sterling.core.rca import EDITABLE, EDITIONS, PARTS, STATES, ActionKind, ActionState, Edition, Move, State
from sterling.core.text import Text
from sterling.plans.queries import catalog_of
from sterling.premium.rca import editions, moving, queries
from sterling.premium.rca.access import analyses_for, card_of
from sterling.premium.rca.words import ACTION_STATES, FIELDS, KINDS, facts
from sterling.sla import calendars

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import tzinfo

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent
    from sterling.core.catalog import Plan
    from sterling.core.rca import Suspect
    from sterling.premium.rca.models import Action, Part, Published, Rca, Writing
    from sterling.tickets.models import Ticket

MOST = 500
SPARE = 2  # empty lines that a list offers
WHYS = 5
LONG = {
    "text",
    "who",
    "functions",
    "data",
    "trigger",
    "contributing",
    "root",
    "because",
    "evidence",
    "well",
    "badly",
    "luck",
}
HELP: Mapping[str, Text] = {
    "summary": Text(
        "What happened, in words that everybody at the customer understands.",
        "用客户各方都能看懂的话说明发生了什么。",
    ),
    "timeline": Text(
        "What the ticket's log tells is below and stays as it is. Add what it does not know; times are {zone}.",
        "工单日志中的事件已列出且不可修改。可补充日志以外的事件，时间按{zone}填写。",
    ),
    "causes": Text(
        "The trigger set it off, contributing factors made it worse or likelier, the root cause made it possible.",
        "诱因直接引发问题，促成因素使其加重或更易发生，根本原因使其成为可能。",
    ),
    "whys": Text(
        "Each answer is the next question. Say what shows that it is so.",
        "上一个答案即下一个问题。每一环须写明证据。",
    ),
    "review": Text("Without blame.", "对事不对人。"),
    "customer_actions": Text("Leave it empty where there is nothing to do.", "如无须客户处理，可留空。"),
}


def due_of(rca: Rca, clock: queries.Clock, at: datetime) -> DueView:
    """One edition as a clock that pages draw."""
    share = None
    state = clock.state(at)
    if clock.published_at is None and clock.due and rca.starts_at and rca.revision_id:
        calendar = calendars.by_key(rca.revision_id)
        whole = calendar.elapsed(rca.starts_at, clock.due)
        share = min(1.0, calendar.elapsed(rca.starts_at, at) / whole) if whole else 1.0
    return DueView(
        queries.PREFIX + clock.edition.value,
        clock.due,
        rca.starts_at,
        clock.published_at,
        "running" if state == "waiting" else state if clock.published_at else "running",
        share,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One analysis of the list. `due`: of the edition that comes next, None where all are out."""

    rca: Rca
    plan: Plan
    due: DueView | None
    edition: Text | None

    @property
    def state(self) -> Text:
        return STATES[State(self.rca.state)]


@dataclass(frozen=True, slots=True)
class Listed:
    going: list[Row]
    done: list[Row]


def rca_list(viewer: Viewer, at: datetime) -> Listed:
    """What is to be written by what falls due next, then what is out. Two queries, whatever the number."""
    rows = [_row(one, at) for one in analyses_for(viewer).order_by("-pk")[:MOST]]
    going = [row for row in rows if row.due is not None]
    last = datetime.max.replace(tzinfo=at.tzinfo)
    return Listed(
        sorted(going, key=lambda row: (row.due.due if row.due and row.due.due else last, row.rca.pk)),
        [row for row in rows if row.due is None],
    )


def _row(rca: Rca, at: datetime) -> Row:
    clock = queries.next_clock(rca) if rca.state != State.CLOSED else None
    catalog = catalog_of(rca.ticket.timeline.catalog_version)
    return Row(
        rca,
        catalog.plans[rca.ticket.plan],
        due_of(rca, clock, at) if clock else None,
        EDITIONS[clock.edition] if clock else None,
    )


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to type into."""

    name: str
    label: Text
    value: str
    kind: str = "line"
    choices: Sequence[tuple[str, Text]] = ()
    error: Text | None = None
    alone: bool = False  # the only one of its part, whose title names it

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the editor. `theirs`: what somebody else saved there meanwhile, beside what is typed here."""

    name: str
    title: Text
    help: Text | None
    boxes: list[Box]
    rows: list[list[Box]]
    version: int
    changed_by: str
    changed_at: datetime | None
    theirs: list[tuple[Text, str]] = field(default_factory=list)
    clash: Text | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What came back from the form and is not kept: by part, with the refusal of a field or both texts."""

    parts: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    clashes: Mapping[str, tuple[Part, Text]] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)


NOTHING = Typed()


@dataclass(frozen=True, slots=True)
class ActionRow:
    action: Action | None
    boxes: list[Box]

    @property
    def key(self) -> str:
        return str(self.action.pk) if self.action else "new"


@dataclass(frozen=True, slots=True)
class RcaPage:
    rca: Rca
    ticket: Ticket
    plan: Plan
    zone: ZoneInfo
    clocks: list[tuple[Text, DueView]]
    sections: list[Section]
    actions: list[ActionRow]
    lines: Sequence[Any]
    facts: dict[str, Any]
    editable: bool
    moves: list[Move]
    missing: list[Text]
    towards: Text
    suspects: list[Suspect]
    editions: list[Published]
    aside: list[Writing]
    staff: list[Agent]

    @property
    def state(self) -> Text:
        return STATES[State(self.rca.state)]

    def may(self, move: str) -> bool:
        return Move(move) in self.moves

    @property
    def may_submit(self) -> bool:
        return Move.SUBMIT in self.moves or State(self.rca.state) is State.OPEN

    @property
    def may_publish(self) -> bool:
        return Move.PUBLISH in self.moves

    @property
    def may_return(self) -> bool:
        return Move.RETURN in self.moves

    @property
    def plain_moves(self) -> list[tuple[str, Text]]:
        return [
            (move.value, MOVES[move]) for move in (Move.REVISE, Move.TRACK, Move.CLOSE) if move in self.moves
        ]


MOVES: Mapping[Move, Text] = {
    Move.REVISE: Text("Write the next edition", "撰写下一版"),
    Move.TRACK: Text("Track the actions", "跟踪措施"),
    Move.CLOSE: Text("Close it", "关闭"),
}


def rca_page(
    agent: Agent, rca: Rca, staff: list[Agent], at: datetime, language: str, typed: Typed = NOTHING
) -> RcaPage:
    """A constant number of queries."""
    ticket = rca.ticket
    written, actions = queries.parts(rca), queries.actions(rca)
    document = queries.document(written)
    zone = ZoneInfo(ticket.timeline.region.timezone)
    unsettled = queries.unsettled(actions)
    towards = moving.towards(rca) if rca.state in EDITABLE else Edition(rca.towards)
    content = editions.content(rca, towards)
    catalog = catalog_of(ticket.timeline.catalog_version)
    editable = rca.state in EDITABLE
    return RcaPage(
        rca=rca,
        ticket=ticket,
        plan=catalog.plans[ticket.plan],
        zone=zone,
        clocks=[(EDITIONS[one.edition], due_of(rca, one, at)) for one in queries.clocks(rca)],
        sections=[_section(name, document[name], written.get(name), zone, typed) for name in PARTS],
        actions=_actions(actions, staff, typed, editable=editable),
        lines=[line for line in content["lines"] if not line["by_hand"]],
        facts=facts(content, language),
        editable=editable,
        moves=core.moves(moving.standing(rca, unsettled), by=agent.pk, manages=moving.manages(agent)),
        missing=core.missing(document, towards, len(actions)),
        towards=EDITIONS[towards],
        suspects=moving.suspects(rca) if rca.state == State.REVIEW else [],
        editions=queries.editions(rca),
        aside=queries.set_aside(rca),
        staff=staff,
    )


def _section(name: str, value: dict[str, Any], part: Part | None, zone: ZoneInfo, typed: Typed) -> Section:
    it = PARTS[name]
    shown = typed.parts.get(name, value)
    clash = typed.clashes.get(name)
    order = (*it.instants, *it.fields) if name == "timeline" else (*it.fields, *it.instants)
    boxes = [
        _box(f"{name}.{one}", one, shown.get(one, ""), zone, typed, instant=one in it.instants)
        for one in order
    ]
    if len(boxes) == 1 and not it.rows:
        boxes = [replace(boxes[0], label=it.name, alone=True)]
    rows = []
    if it.rows:
        given = list(shown.get(it.rows, []))
        least = WHYS if name == "whys" else 0
        empties = max(least - len(given), 1 if name == "whys" else SPARE)
        given += [dict.fromkeys((*it.row_instants, *it.row_fields), "")] * min(empties, it.most - len(given))
        rows = [
            [
                _box(
                    f"{name}.{it.rows}.{place}.{one}",
                    one,
                    row.get(one, ""),
                    zone,
                    typed,
                    instant=one in it.row_instants,
                )
                for one in (*it.row_instants, *it.row_fields)
            ]
            for place, row in enumerate(given)
        ]
    stands = clash[0] if clash else part
    help_text = HELP.get(name)
    if name == "timeline" and help_text:
        said = zone_words(zone)
        help_text = Text(help_text.en.format(zone=said.en), help_text.zh.format(zone=said.zh))
    return Section(
        name,
        it.name,
        help_text,
        boxes,
        rows,
        stands.version if stands else 0,
        part.changed_by if part else "",
        part.changed_at if part else None,
        list(told(clash[0].value, zone)) if clash else [],
        clash[1] if clash else None,
    )


def _box(name: str, which: str, value: str, zone: tzinfo, typed: Typed, *, instant: bool) -> Box:
    if instant:
        return Box(name, FIELDS[which], local(value, zone), "instant", error=typed.errors.get(name))
    return Box(name, FIELDS[which], value, "lines" if which in LONG else "line", error=typed.errors.get(name))


def local(value: str, zone: tzinfo) -> str:
    """An instant on the wall of the region, as a field takes it; what is none stays as it was typed."""
    try:
        return datetime.fromisoformat(value).astimezone(zone).strftime("%Y-%m-%dT%H:%M") if value else ""
    except ValueError:
        return value


def told(value: dict[str, Any], zone: tzinfo) -> Sequence[tuple[Text, str]]:
    """A part to read, field by field."""
    told: list[tuple[Text, str]] = []
    for name, one in value.items():
        if isinstance(one, list):
            told += [
                (FIELDS[key], local(word, zone) if key == "at" else word)
                for row in one
                for key, word in row.items()
            ]
        else:
            told.append((FIELDS[name], local(one, zone) if name in {"starts", "ends", "detected"} else one))
    return [(label, word) for label, word in told if word]


def read_part(name: str, form: Mapping[str, str], zone: tzinfo) -> dict[str, Any] | None:
    """A part as the form has it, instants with their zone; None: the form has nothing of it."""
    it = PARTS[name]
    prefix = f"{name}."
    mine = {key.removeprefix(prefix): value for key, value in form.items() if key.startswith(prefix)}
    if not mine:
        return None
    value: dict[str, Any] = {one: mine.get(one, "") for one in it.fields}
    value |= {one: _instant(mine.get(one, ""), zone) for one in it.instants}
    if it.rows:
        places = sorted(
            {
                int(key.split(".")[1])
                for key in mine
                if key.startswith(f"{it.rows}.") and key.split(".")[1].isdecimal()
            }
        )
        value[it.rows] = [
            {one: mine.get(f"{it.rows}.{place}.{one}", "") for one in it.row_fields}
            | {one: _instant(mine.get(f"{it.rows}.{place}.{one}", ""), zone) for one in it.row_instants}
            for place in places[:500]
        ]
    return value


def _instant(typed: str, zone: tzinfo) -> str:
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def _actions(
    actions: Sequence[Action], staff: Sequence[Agent], typed: Typed, *, editable: bool
) -> list[ActionRow]:
    rows = [ActionRow(one, _action_boxes(one, staff, typed)) for one in actions]
    return [*rows, ActionRow(None, _action_boxes(None, staff, typed))] if editable else rows


def _action_boxes(action: Action | None, staff: Sequence[Agent], typed: Typed) -> list[Box]:
    key = str(action.pk) if action else "new"
    kept = typed.parts.get(f"actions.{key}", {})
    people = [("", Text("nobody yet", "待定")), *((str(one.pk), Text(one.name, one.name)) for one in staff)]

    def value(name: str, now: str) -> str:
        return str(kept.get(name, now))

    boxes = [
        Box(f"actions.{key}.text", Text("Action", "措施"), value("text", action.text if action else "")),
        Box(
            f"actions.{key}.kind",
            Text("Type", "类型"),
            value("kind", action.kind if action else ActionKind.FIX.value),
            "choice",
            [(kind.value, KINDS[kind]) for kind in ActionKind],
        ),
        Box(
            f"actions.{key}.owner",
            Text("Owner", "负责人"),
            value("owner", str(action.owner_id or "") if action else ""),
            "choice",
            people,
        ),
        Box(
            f"actions.{key}.due",
            Text("Due", "期限"),
            value("due", action.due.isoformat() if action and action.due else ""),
            "date",
        ),
        Box(
            f"actions.{key}.state",
            Text("State", "进度"),
            value("state", action.state if action else ActionState.OPEN.value),
            "choice",
            [(state.value, ACTION_STATES[state]) for state in ActionState],
        ),
        Box(
            f"actions.{key}.verification",
            Text("Verification", "验证"),
            value("verification", action.verification if action else ""),
        ),
    ]
    return [
        Box(box.name, box.label, box.value, box.kind, box.choices, typed.errors.get(box.name))
        for box in boxes
    ]


@dataclass(frozen=True, slots=True)
class Card:
    """The analysis on its ticket's page. `rca` None: none is owed; `may_grant`: a manager may grant one."""

    rca: Rca | None
    due: DueView | None
    state: Text | None
    may_grant: bool


def card(viewer: Viewer, ticket: Ticket, at: datetime) -> Card:
    """One query."""
    rca = card_of(viewer, ticket)
    agent = viewer.agent
    if rca is None:
        return Card(None, None, None, may_grant=agent is not None and moving.manages(agent))
    clock = queries.next_clock(rca)
    return Card(
        rca,
        due_of(rca, clock, at) if clock else None,
        STATES[State(rca.state)],
        may_grant=False,
    )
