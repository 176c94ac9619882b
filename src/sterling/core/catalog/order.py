"""A higher plan never waits longer than a lower one, nor a higher priority than a lower one in one plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.core.catalog.cells import Same
from sterling.core.catalog.compare import longer_target, narrower_hours, rarer_update
from sterling.core.catalog.findings import Finding, Level, filled, name_words, plan_words
from sterling.core.catalog.words import hours_words, listing, target_words, update_words
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sterling.core.catalog.cells import Cell
    from sterling.core.catalog.model import Catalog, Plan, Priority


@dataclass(frozen=True, slots=True)
class _Measure:
    """One field of a cell, how two cells compare in it, how it reads, and what to say of the worse."""

    field: str
    worse: Callable[[Cell, Cell], bool]
    words: Callable[[Cell], Text]
    fault: Text


def _target(field: str, en: str, zh: str) -> _Measure:
    return _Measure(
        field,
        lambda ours, theirs: longer_target(
            getattr(ours, field), ours.hours, getattr(theirs, field), theirs.hours
        ),
        lambda cell: target_words(getattr(cell, field)),
        Text(
            f"the {en} target, {{value}}, is longer than {{rivals}}.",
            f"{zh}目标（{{value}}）长于{{rivals}}。",
        ),
    )


_MEASURES = (
    _target("response", "response", "响应"),
    _Measure(
        "next_response",
        # Where neither parts later replies from the first, that one has been told.
        lambda ours, theirs: (
            not (isinstance(ours.next_response, Same) and isinstance(theirs.next_response, Same))
            and longer_target(ours.later_response, ours.hours, theirs.later_response, theirs.hours)
        ),
        lambda cell: target_words(cell.later_response),
        Text(
            "the target of later replies, {value}, is longer than {rivals}.",
            "后续回复目标（{value}）长于{rivals}。",
        ),
    ),
    _target("workaround", "workaround", "变通"),
    _target("resolution", "resolution", "解决"),
    _Measure(
        "update",
        rarer_update,
        lambda cell: update_words(cell.update),
        Text("updates, {value}, are rarer than {rivals}.", "更新（{value}）少于{rivals}。"),
    ),
    _Measure(
        "hours",
        narrower_hours,
        lambda cell: hours_words(cell.hours),
        Text("the hours, {value}, are narrower than {rivals}.", "服务时间（{value}）窄于{rivals}。"),
    ),
)


def out_of_order(catalog: Catalog) -> Iterator[Finding]:
    """One error for each cell and field, naming what it is worse than; none for a cell marked as intended."""
    for plan in catalog.plans.values():
        for priority in catalog.priorities.values():
            cell = plan.targets.get(priority.id)
            if cell is None or cell.intended:
                continue
            rivals = list(_rivals(catalog, plan, priority))
            for measure in _MEASURES:
                better = [
                    _rival_words(whose, measure.words(other))
                    for whose, other in rivals
                    if measure.worse(cell, other)
                ]
                if better:
                    why = filled(measure.fault, value=measure.words(cell), rivals=listing(better))
                    message = filled(
                        Text("{plan}, {priority}: {why}", "{plan}“{priority}”：{why}"),
                        plan=plan_words(plan),
                        priority=name_words(priority),
                        why=why,
                    )
                    yield Finding(Level.ERROR, plan.id, priority.id, measure.field, message)


def _rivals(catalog: Catalog, plan: Plan, priority: Priority) -> Iterator[tuple[Text, Cell]]:
    """The cells that this one may not be worse than: lower plans, then the plan's own lower priorities."""
    for lower in catalog.plans.values():
        if lower.rank < plan.rank and priority.id in lower.targets:
            name = plan_words(lower)
            yield Text(f"{name.en}'s", name.zh), lower.targets[priority.id]
    for less in catalog.priorities.values():
        if less.rank < priority.rank and less.id in plan.targets:
            name = name_words(less)
            yield Text(f"its own {name.en}", f"自身的“{name.zh}”"), plan.targets[less.id]


def _rival_words(whose: Text, value: Text) -> Text:
    return Text(f"{whose.en} ({value.en})", f"{whose.zh}（{value.zh}）")
