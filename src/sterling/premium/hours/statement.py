"""The ledger for people: each entry a sentence with what is left after it, by term; and the same as a table of text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.core.hours import NOTHING, Balance, Kind
from sterling.core.text import Text
from sterling.premium.hours import queries
from sterling.premium.hours.models import DrawState
from sterling.premium.hours.settling import CARRIED, SILENCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sterling.premium.hours.models import Draw, LedgerEntry, ServicePlan

HOUR = timedelta(hours=1)
ADDS = {Kind.GRANT: 1, Kind.OVERRIDE: 1, Kind.RELEASE: 1, Kind.BOOK: -1, Kind.DRAW: -1, Kind.EXPIRE: -1}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: what it says, what it does to what is left, and what is left after it."""

    at: datetime
    kind: str
    item: str
    says: Text
    change: timedelta
    left: timedelta
    by: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the service plan: expected, used and booked in the term."""

    key: str
    title: str
    expected: timedelta | None
    used: timedelta
    booked: timedelta

    @property
    def over(self) -> bool:
        return self.expected is not None and self.used + self.booked > self.expected


@dataclass(frozen=True, slots=True)
class TermStatement:
    begins: date
    ends: date
    balance: Balance
    lines: Sequence[Line]
    items: Sequence[ItemLine]


def statement(organization_id: int) -> list[TermStatement]:
    """Every term of the organization, the latest first. Whoever calls has settled the ledger."""
    terms: dict[tuple[int, date], list[LedgerEntry]] = {}
    for entry in queries.ledger_of(organization_id):
        terms.setdefault((entry.contract_id, entry.term_begins), []).append(entry)
    plan = queries.agreed_plan(organization_id)
    draws = queries.draws_of(organization_id)
    found = [
        TermStatement(
            begins,
            entries[0].term_ends,
            queries.balance_of(entries),
            _lines(entries),
            _items(plan, [one for one in draws if (one.contract_id, one.term_begins) == (contract, begins)]),
        )
        for (contract, begins), entries in terms.items()
    ]
    return sorted(found, key=lambda term: term.begins, reverse=True)


def _lines(entries: Sequence[LedgerEntry]) -> list[Line]:
    left, lines = NOTHING, []
    for entry in entries:
        kind = Kind(entry.kind)
        change = entry.amount * ADDS[kind]
        left += change
        item = entry.draw.item_title if entry.draw else ""
        lines.append(Line(entry.at, entry.kind, item, sentence(entry), change, left, entry.by))
    return lines


def _items(plan: ServicePlan | None, draws: Sequence[Draw]) -> list[ItemLine]:
    """The agreed plan's items, and those of older versions that hours were drawn for."""
    expected = {one.key: (one.title, one.expected) for one in queries.items_of(plan)} if plan else {}
    titles = {one.item_key: one.item_title for one in reversed(draws)}
    lines = []
    for key in dict.fromkeys([*expected, *titles]):
        title, planned = expected.get(key, (titles.get(key, key), None))
        of = [one for one in draws if one.item_key == key]
        used = sum((one.amount for one in of if one.state == DrawState.AGREED), NOTHING)
        booked = sum((one.amount for one in of if one.state == DrawState.ASKED), NOTHING)
        lines.append(ItemLine(key, title, planned, used, booked))
    return lines


def hours(amount: timedelta) -> str:
    """`2.25`, without a sign."""
    return f"{abs(amount) / HOUR:g}"


def sentence(entry: LedgerEntry) -> Text:
    """What one entry says."""
    amount, kind = hours(entry.amount), Kind(entry.kind)
    if kind is Kind.GRANT:
        return _granted(entry, amount)
    if kind is Kind.EXPIRE:
        return _expired(entry, amount)
    item = entry.draw.item_title if entry.draw else "–"
    who, note = entry.by or "–", f": {entry.note.rstrip('.。')}" if entry.note else ""
    note_zh = f"：{entry.note.rstrip('.。')}" if entry.note else ""
    if kind is Kind.OVERRIDE:
        return Text(
            f"{who} allowed {amount} h more for {item}{note}.",
            f"{who} 批准为“{item}”追加 {amount} 小时{note_zh}。",
        )
    if kind is Kind.BOOK:
        return Text(
            f"{who} asked for {amount} h for {item}{note}.", f"{who} 为“{item}”申请 {amount} 小时{note_zh}。"
        )
    if kind is Kind.DRAW:
        return Text(f"{amount} h were used for {item}.", f"“{item}”使用 {amount} 小时。")
    return _released(entry, amount, item, who)


def _expired(entry: LedgerEntry, amount: str) -> Text:
    if entry.note == CARRIED:
        return Text(
            f"The term ended: {amount} h went on into the next.", f"本期结束，{amount} 小时结转至下一期。"
        )
    return Text(f"The term ended: {amount} h that were left lapsed.", f"本期结束，剩余 {amount} 小时失效。")


def _granted(entry: LedgerEntry, amount: str) -> Text:
    if (entry.key or "").startswith("change:"):
        if entry.amount < NOTHING:
            return Text(f"The plan changed: {amount} h were taken back.", f"计划变更，收回 {amount} 小时。")
        return Text(f"The plan changed: {amount} h were added.", f"计划变更，增加 {amount} 小时。")
    if (entry.key or "").startswith("carry:"):
        return Text(f"{amount} h were carried over from the term before.", f"上一期结转 {amount} 小时。")
    if entry.draw_id:
        return Text(
            f"{amount} h were granted: the plan sets no limit.", f"授予 {amount} 小时：计划不设上限。"
        )
    return Text(f"The term began with {amount} h.", f"本期开始，授予 {amount} 小时。")


def _released(entry: LedgerEntry, amount: str, item: str, who: str) -> Text:
    state = entry.draw.state if entry.draw else ""
    if state == DrawState.AGREED and entry.note == SILENCE:
        return Text(
            f"Nobody objected in time to {amount} h for {item}: agreed by silence.",
            f"“{item}”{amount} 小时在期限内无人提出异议，视为同意。",
        )
    if state == DrawState.AGREED:
        return Text(f"{who} agreed to {amount} h for {item}.", f"{who} 同意“{item}”的 {amount} 小时。")
    if state == DrawState.WITHDRAWN:
        return Text(
            f"{who} withdrew the request for {amount} h for {item}: {entry.note}.",
            f"{who} 撤回“{item}”的 {amount} 小时申请：{entry.note}。",
        )
    return Text(
        f"{who} declined {amount} h for {item}: {entry.note}.",
        f"{who} 不同意“{item}”的 {amount} 小时：{entry.note}。",
    )


HEAD = (
    Text("Term from", "期初"),
    Text("Term to, exclusive", "期末（不含当日）"),
    Text("At (UTC)", "时间（UTC）"),
    Text("Entry", "类别"),
    Text("Item", "项目"),
    Text("Hours", "工时"),
    Text("Left after it", "结余"),
    Text("By", "经办"),
    Text("What happened", "说明"),
)
KINDS = {
    Kind.GRANT: Text("grant", "授予"),
    Kind.BOOK: Text("book", "预订"),
    Kind.RELEASE: Text("release", "释放"),
    Kind.DRAW: Text("draw", "使用"),
    Kind.EXPIRE: Text("expire", "失效"),
    Kind.OVERRIDE: Text("override", "超额批准"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(terms: Sequence[TermStatement], language: str) -> bytes:
    """The statement as CSV: UTF-8 with its mark, the oldest term first."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([head.to(language) for head in HEAD])
    for term in reversed(terms):
        for line in term.lines:
            writer.writerow(
                [
                    term.begins.isoformat(),
                    term.ends.isoformat(),
                    line.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    KINDS[Kind(line.kind)].to(language),
                    _plain(line.item),
                    f"{line.change / HOUR:g}",
                    f"{line.left / HOUR:g}",
                    _plain(line.by),
                    _plain(line.says.to(language)),
                ]
            )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(words: str) -> str:
    """A spreadsheet must not reckon with what people wrote."""
    return f"'{words}" if words.startswith(FORMULA) else words
