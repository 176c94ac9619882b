"""The catalog as the desk shows it: the matrix, what plans include, versions, findings, who changed what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sterling.core.catalog import Catalog, Change, Finding, check, diff, value_words
from sterling.core.catalog.cells import Same
from sterling.core.catalog.entitlements import BySize, Cap, Choice, Quantity
from sterling.core.catalog.words import channel_words, hours_words, target_words, update_words
from sterling.core.text import Text
from sterling.desk.catalog_words import place_words, value_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sterling.core.catalog import Cell, Entitlement, Plan, Priority, ResponseTarget, Value
    from sterling.plans.models import CatalogEdit


_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One place that can be typed into: what it says, what it said, what is wrong with it."""

    path: str
    text: str
    was: str = ""
    error: Text | None = None

    @property
    def changed(self) -> bool:
        return bool(self.was) and self.was != self.text


@dataclass(frozen=True, slots=True)
class CellView:
    """One plan at one priority. `more`: what most cells leave out."""

    plan: Plan
    priority: Priority
    cell: Cell | None
    response: Entry
    update: Entry
    hours: Entry
    more: Sequence[tuple[Text, Entry]]
    findings: Sequence[Finding]

    @property
    def changed(self) -> bool:
        return any(one.changed for one in (self.response, self.update, self.hours))

    @property
    def wrong(self) -> bool:
        entries = (self.response, self.update, self.hours, *(entry for _, entry in self.more))
        return any(one.error for one in entries) or any(one.level == "error" for one in self.findings)

    @property
    def said_more(self) -> list[tuple[Text, Entry]]:
        return [(name, entry) for name, entry in self.more if entry.text]


@dataclass(frozen=True, slots=True)
class Granted:
    """What one plan gives of one entitlement, in words and as a field. `kind`: flag, choice, number, fixed."""

    entry: Entry
    words: Text
    kind: str
    included: bool
    choices: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One entitlement, or one price, over all plans."""

    name: Text
    of_plans: Sequence[Granted]


@dataclass(frozen=True, slots=True)
class CatalogPage:
    catalog: Catalog
    plans: Sequence[Plan]
    rows: Sequence[tuple[Priority, Sequence[CellView]]]
    entitlements: Sequence[Line]
    prices: Sequence[Line]
    errors: Sequence[Finding]
    warnings: Sequence[Finding]
    changes: Sequence[tuple[Text, str, str]]
    hours: Sequence[tuple[str, Text]]
    passed: Sequence[Text] = ()
    elsewhere: int = 0

    def entries(self) -> Iterator[Entry]:
        """Every place that can be typed into."""
        for _, cells in self.rows:
            for cell in cells:
                yield from (cell.response, cell.update, cell.hours, *(entry for _, entry in cell.more))
        for line in (*self.entitlements, *self.prices):
            yield from (granted.entry for granted in line.of_plans if granted.kind != "fixed")


@dataclass(frozen=True, slots=True)
class Overlay:
    """What was typed and could not be kept: shown again with what is wrong."""

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Drawing:
    catalog: Catalog
    before: Catalog | None
    language: str
    overlay: Overlay

    def entry(self, path: str, text: str, was: str | None) -> Entry:
        typed = self.overlay.typed.get(path, text)
        return Entry(path, typed, was or "", self.overlay.errors.get(path))

    def said(self, text: Text) -> str:
        return text.to(self.language)


def catalog_page(
    catalog: Catalog, before: Catalog | None, language: str, overlay: Overlay | None = None
) -> CatalogPage:
    """`before`: the version it is shown against, if any. Nothing is read."""
    drawing = _Drawing(catalog, before, language, overlay or Overlay())
    findings = check(catalog)
    plans = catalog.plans_by_rank()
    rows = [
        (priority, [_cell(drawing, plan, priority, findings) for plan in plans])
        for priority in catalog.priorities_by_rank()
    ]
    changes = diff(before, catalog) if before else []
    return CatalogPage(
        catalog,
        plans,
        rows,
        [
            _channels(drawing, plans),
            *(_entitlement(drawing, name, one, plans) for name, one in catalog.entitlements.items()),
        ],
        _prices(drawing, plans),
        [one for one in findings if one.level == "error"],
        [one for one in findings if one.level != "error"],
        [_told(one, catalog, language) for one in changes],
        [(name, hours_words(catalog.hours(name))) for name in ("always", "local", *catalog.calendars)],
        _passed(findings),
        sum(1 for one in changes if not one.path.startswith("plans.")),
    )


def _cell(drawing: _Drawing, plan: Plan, priority: Priority, findings: Sequence[Finding]) -> CellView:
    cell = plan.targets.get(priority.id)
    was = _cell_of(drawing.before, plan.id, priority.id)
    path = f"plans.{plan.id}.targets.{priority.id}"

    def entry(name: str, said: Callable[[Cell], Text | None], *, compared: bool = False) -> Entry:
        now, then = cell and said(cell), was and said(was) if compared else None
        return drawing.entry(f"{path}.{name}", drawing.said(now or _NOTHING), drawing.said(then or _NOTHING))

    return CellView(
        plan,
        priority,
        cell,
        entry("response", lambda one: target_words(one.response), compared=True),
        entry("update", lambda one: update_words(one.update), compared=True),
        drawing.entry(
            f"{path}.hours", cell.hours.value if cell else "local", was.hours.value if was else None
        ),
        [
            (Text("later replies", "后续回复"), entry("next_response", _later)),
            (Text("workaround", "变通"), entry("workaround", lambda one: _given(one.workaround))),
            (Text("resolution", "解决"), entry("resolution", lambda one: _given(one.resolution))),
            (
                Text("intended, because", "有意为之，原因"),
                entry("intended", lambda one: Text(one.intended, one.intended) if one.intended else None),
            ),
        ],
        [one for one in findings if one.plan == plan.id and one.priority == priority.id],
    )


def _given(target: ResponseTarget | None) -> Text | None:
    return target_words(target) if target else None


def _cell_of(catalog: Catalog | None, plan: str, priority: str) -> Cell | None:
    if catalog is None or plan not in catalog.plans:
        return None
    return catalog.plans[plan].targets.get(priority)


def _later(cell: Cell) -> Text | None:
    return None if isinstance(cell.next_response, Same) else target_words(cell.next_response)


def _entitlement(drawing: _Drawing, name: str, entitlement: Entitlement, plans: Sequence[Plan]) -> Line:
    granted = []
    for plan in plans:
        value = plan.entitlements.get(name, entitlement.nothing)
        then = _value_of(drawing.before, plan.id, name)
        words = value_words(entitlement, value)
        was = None if then is None or then == value else drawing.said(value_words(entitlement, then))
        entry = drawing.entry(f"plans.{plan.id}.entitlements.{name}", _typed(value), was)
        granted.append(
            Granted(
                entry, words, _control(entitlement, value), entitlement.includes(value), _modes(entitlement)
            )
        )
    return Line(entitlement.name, granted)


def _channels(drawing: _Drawing, plans: Sequence[Plan]) -> Line:
    """By which channels each plan takes tickets; changed in the file."""
    granted = []
    for plan in plans:
        words = channel_words(plan.channels)
        then = drawing.before and drawing.before.plans.get(plan.id)
        was = drawing.said(channel_words(then.channels)) if then and then.channels != plan.channels else None
        entry = drawing.entry(f"plans.{plan.id}.channels", drawing.said(words), was)
        granted.append(Granted(entry, words, "fixed", included=True))
    return Line(Text("Channels", "渠道"), granted)


def _value_of(catalog: Catalog | None, plan: str, name: str) -> Value | None:
    if catalog is None or plan not in catalog.plans:
        return None
    return catalog.plans[plan].entitlements.get(name)


def _typed(value: Value) -> str:
    if value is True:
        return "on"
    return "" if value is False or isinstance(value, BySize) else str(value)


def _control(entitlement: Entitlement, value: Value) -> str:
    if isinstance(value, BySize):
        return "fixed"
    if isinstance(entitlement, Choice):
        return "choice"
    return "number" if isinstance(entitlement, Cap | Quantity) else "flag"


def _modes(entitlement: Entitlement) -> list[tuple[str, Text]]:
    return [(mode.id, mode.name) for mode in entitlement.choices] if isinstance(entitlement, Choice) else []


def _prices(drawing: _Drawing, plans: Sequence[Plan]) -> list[Line]:
    places = dict.fromkeys(
        (currency, segment)
        for plan in plans
        for currency, segments in plan.price.items()
        for segment in segments
    )
    lines = []
    for currency, segment in places:
        cells = []
        for plan in plans:
            amount = plan.price.get(currency, {}).get(segment)
            then = drawing.before and drawing.before.plans.get(plan.id)
            old = then.price.get(currency, {}).get(segment) if then else None
            text = "" if amount is None else f"{amount:,}"
            was = None if old is None or old == amount else f"{old:,}"
            path = f"plans.{plan.id}.price.{currency}.{segment}"
            words = Text("included", "已包含") if amount == 0 else Text(text or "–", text or "–")
            cells.append(Granted(drawing.entry(path, text, was), words, "number", included=bool(text)))
        lines.append(
            Line(Text(f"{currency}, {segment}", f"{currency}，{_SEGMENTS.get(segment, segment)}"), cells)
        )
    return lines


_SEGMENTS = {"commercial": "商业", "education": "教育", "any": "通用", "public": "公共部门"}


def _told(change: Change, catalog: Catalog, language: str) -> tuple[Text, str, str]:
    """A difference as a reader would say it: the place, what it was, what it is."""
    return (
        place_words(change.path, catalog),
        value_text(change.path, change.before, catalog).to(language),
        value_text(change.path, change.after, catalog).to(language),
    )


def told_edits(edits: Sequence[CatalogEdit], catalog: Catalog) -> list[dict[str, Any]]:
    """Who changed which place of the draft, the latest first."""
    return [
        {
            "at": edit.at,
            "by": edit.by,
            "place": place_words(edit.path, catalog),
            "before": value_text(edit.path, edit.before, catalog),
            "after": value_text(edit.path, edit.after, catalog),
        }
        for edit in edits
    ]


# What a sound catalog keeps, each with the fields in which a finding would say otherwise.
_KEPT = (
    (
        ("response", "next_response"),
        Text("No reply waits longer in a higher plan or priority", "更高的计划或优先级，回复不会更慢"),
    ),
    (
        ("update",),
        Text("No update is rarer in a higher plan or priority", "更高的计划或优先级，通报不会更少"),
    ),
    (("hours",), Text("No hours are narrower in a higher plan", "更高的计划，服务时间不会更短")),
    (
        ("entitlements", "channels"),
        Text("Higher plans contain what lower ones have", "更高的计划包含较低计划的全部内容"),
    ),
    (
        ("name", "mark", "definition", "priorities"),
        Text("Every name is there in both languages", "所有名称均有中英文"),
    ),
)


def _passed(findings: Sequence[Finding]) -> list[Text]:
    wrong = {one.field.split(".")[0] for one in findings}
    return [text for fields, text in _KEPT if not wrong & set(fields)]
