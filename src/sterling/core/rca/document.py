"""What a root-cause analysis says, part by part: the fields of each, what is missing for an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sterling.core.calendars.instants import utc
from sterling.core.rca.owed import Edition
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LETTERS = 20_000
MOST_LINES = 200
MOST_LINKS = 10
Value = dict[str, Any]


class Wrong(ValueError):
    """A part that cannot be kept: which field is at fault, and why, without a full stop."""

    def __init__(self, field: str, why: Text) -> None:
        super().__init__(f"{field}: {why.en}")
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Part:
    """`fields` hold text, `instants` an instant or nothing; each row of the list `rows` is so again."""

    name: Text
    fields: tuple[str, ...] = ()
    instants: tuple[str, ...] = ()
    rows: str = ""
    row_fields: tuple[str, ...] = ()
    row_instants: tuple[str, ...] = ()
    most: int = MOST_LINES


PARTS: Mapping[str, Part] = {
    "identification": Part(Text("Affected systems", "受影响的系统"), ("systems",)),
    "summary": Part(Text("Summary", "概要"), ("text",)),
    "impact": Part(Text("Impact", "影响"), ("who", "how_many", "functions", "data"), ("starts", "ends")),
    "timeline": Part(
        Text("Timeline", "时间线"), (), ("detected",), "lines", row_fields=("text",), row_instants=("at",)
    ),
    "causes": Part(Text("Causes", "原因"), ("trigger", "contributing", "root")),
    "whys": Part(
        Text("Five whys", "五个为什么"),
        rows="links",
        row_fields=("why", "because", "evidence"),
        most=MOST_LINKS,
    ),
    "review": Part(Text("Detection and response", "发现与响应回顾"), ("well", "badly", "luck")),
    "customer_actions": Part(Text("What the customer can do", "客户侧措施"), ("text",)),
}


def empty(part: str) -> Value:
    it = PARTS[part]
    return dict.fromkeys((*it.fields, *it.instants), "") | ({it.rows: []} if it.rows else {})


def cleaned(part: str, value: object) -> Value:
    """The part as it is kept; what is left out is empty. Wrong names the field."""
    it = PARTS[part]
    known = (*it.fields, *it.instants, *([it.rows] if it.rows else ()))
    given = _object(value, part, known)
    kept: Value = {name: _text(given.get(name, ""), name) for name in it.fields}
    kept |= {name: _instant(given.get(name, ""), name) for name in it.instants}
    if it.rows:
        rows = given.get(it.rows, [])
        if not isinstance(rows, list) or len(rows) > it.most:
            raise Wrong(it.rows, Text(f"a list of at most {it.most}", f"须为最多 {it.most} 项的列表"))
        made = [_row(it, row, f"{it.rows}[{place}]") for place, row in enumerate(rows)]
        kept[it.rows] = [row for row in made if any(row.values())]
    return kept


def _row(it: Part, value: object, where: str) -> dict[str, str]:
    given = _object(value, where, (*it.row_fields, *it.row_instants))
    row = {name: _text(given.get(name, ""), f"{where}.{name}") for name in it.row_fields}
    row |= {name: _instant(given.get(name, ""), f"{where}.{name}") for name in it.row_instants}
    if any(row.values()):
        for name in it.row_instants:
            if not row[name]:
                raise Wrong(f"{where}.{name}", Text("say when that was", "请填写发生时间"))
    return row


def _object(value: object, where: str, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        fields = ", ".join(known)
        raise Wrong(where, Text(f"an object with {fields}", f"须为含 {fields} 的对象"))
    for name in value:
        if name not in known:
            fields = ", ".join(known)
            raise Wrong(str(name), Text(f"unknown; known are {fields}", f"未知字段，可用字段为 {fields}"))
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise Wrong(where, Text("needs text", "请填写文字"))
    if len(value) > MOST_LETTERS:
        raise Wrong(where, Text(f"at most {MOST_LETTERS} letters", f"最多 {MOST_LETTERS} 字"))
    return value.replace("\r\n", "\n").strip()


def _instant(value: object, where: str) -> str:
    """An instant in UTC as text, or nothing."""
    text = _text(value, where)
    if not text:
        return ""
    try:
        at = utc(datetime.fromisoformat(text), where)
        return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    except ValueError:
        example = "2026-03-03T16:00:00Z"
        why = Text(
            f"needs an instant with its zone, such as {example}", f"请填写带时区的时间，例如 {example}"
        )
        raise Wrong(where, why) from None


NEEDED: Mapping[Edition, tuple[tuple[str, str, Text], ...]] = {
    Edition.PRELIMINARY: (
        ("summary", "text", Text("a summary", "概要")),
        ("impact", "who", Text("who was affected", "受影响的人员")),
        ("causes", "trigger", Text("the trigger, as far as known", "目前所知的诱因")),
    ),
    Edition.FINAL: (
        ("summary", "text", Text("a summary", "概要")),
        ("impact", "who", Text("who was affected", "受影响的人员")),
        ("impact", "functions", Text("which functions were affected", "受影响的功能")),
        ("causes", "trigger", Text("the trigger", "诱因")),
        ("causes", "root", Text("the root cause", "根本原因")),
    ),
}


def missing(document: Mapping[str, Value], edition: Edition, actions: int) -> list[Text]:
    """What an edition still needs before anybody reviews it."""
    found = [
        words
        for part, name, words in NEEDED[edition]
        if not str(document.get(part, {}).get(name, "")).strip()
    ]
    if edition is Edition.FINAL:
        links = document.get("whys", {}).get("links", [])
        if not links:
            found.append(Text("a chain of whys", "“五个为什么”分析"))
        found += [
            Text(f"the evidence of why {place}", f"第 {place} 个“为什么”的证据")
            for place, link in enumerate(links, 1)
            if not link["evidence"] or not link["because"]
        ]
        if not actions:
            found.append(Text("a corrective action", "纠正措施"))
    return found


def texts(document: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Everything that somebody wrote: the part, and the words."""
    for name, value in document.items():
        for one in value.values():
            if isinstance(one, str):
                yield name, one
            elif isinstance(one, list):
                for row in one:
                    yield from ((name, word) for word in row.values())
