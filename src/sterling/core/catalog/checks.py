"""What is wrong with a catalog that reads well: missing parts, broken order, promises that contradict."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from sterling.core.catalog.entitlements import Cap, Choice, Deliverable, Role
from sterling.core.catalog.findings import Finding, Level, filled, name_words, plan_words
from sterling.core.catalog.order import out_of_order
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.core.catalog.model import Catalog, Plan


def check(catalog: Catalog) -> list[Finding]:
    """All findings, errors first; empty when the catalog is sound."""
    checks = (
        _ranks,
        _missing_cells,
        out_of_order,
        _containment,
        _minimum,
        _around_the_clock,
        _references,
        _texts,
    )
    findings = [finding for one in checks for finding in one(catalog)]
    return sorted(findings, key=lambda finding: finding.level is not Level.ERROR)


def _ranks(catalog: Catalog) -> Iterator[Finding]:
    plans = catalog.plans_by_rank()
    for lower, plan in itertools.pairwise(plans):
        if lower.rank == plan.rank:
            lowest = plan.rank == plans[0].rank
            why = (
                Text(
                    "{plan} and {other} share the lowest rank: which one has a customer without a contract?",
                    "{plan}与{other}同为最低等级：没有合同的客户享有哪一个？",
                )
                if lowest
                else Text(
                    "{plan} and {other} have the same rank: a move between them is no upgrade.",
                    "{plan}与{other}等级相同：两者之间的变更不算升级。",
                )
            )
            level = Level.ERROR if lowest else Level.WARNING
            yield Finding(
                level, plan.id, None, "rank", filled(why, plan=plan_words(plan), other=plan_words(lower))
            )


def _missing_cells(catalog: Catalog) -> Iterator[Finding]:
    for plan in catalog.plans.values():
        for priority in catalog.priorities.values():
            if priority.id not in plan.targets:
                why = Text(
                    "{plan} has no cell for {priority}. Best effort is a cell whose targets are null.",
                    "{plan}缺少“{priority}”的单元格。尽力而为请写成目标为 null 的单元格。",
                )
                yield Finding(
                    Level.ERROR,
                    plan.id,
                    None,
                    f"targets.{priority.id}",
                    filled(why, plan=plan_words(plan), priority=name_words(priority)),
                )


def _containment(catalog: Catalog) -> Iterator[Finding]:
    for plan in catalog.plans.values():
        for lower in catalog.plans.values():
            if lower.rank >= plan.rank:
                continue
            for name, entitlement in catalog.entitlements.items():
                covered = entitlement.covers(plan.entitlements[name], lower.entitlements[name])
                if not covered and name not in plan.intended:
                    yield _lacks(plan, lower, f"entitlements.{name}", entitlement.name)
            for channel in lower.channels:
                if channel not in plan.channels:
                    yield _lacks(plan, lower, "channels", Text(channel, channel))


def _lacks(plan: Plan, lower: Plan, field: str, what: Text) -> Finding:
    why = Text("{plan} gives less than {lower}, a lower plan: {what}.", "{plan}的“{what}”少于较低的{lower}。")
    return Finding(
        Level.ERROR,
        plan.id,
        None,
        field,
        filled(why, plan=plan_words(plan), lower=plan_words(lower), what=what),
    )


def _minimum(catalog: Catalog) -> Iterator[Finding]:
    lowest = catalog.lowest_plan().rank
    for plan in catalog.plans.values():
        for name, entitlement in catalog.entitlements.items():
            if not isinstance(entitlement, Cap) or plan.rank == lowest or name in plan.intended:
                continue
            if not entitlement.covers(plan.entitlements[name], entitlement.minimum):
                why = Text(
                    "{plan} must grant at least {minimum} {unit}.",
                    "{plan}至少须有 {minimum} {unit}。",
                )
                message = filled(
                    why,
                    plan=plan_words(plan),
                    minimum=Text(*(str(entitlement.minimum),) * 2),
                    unit=entitlement.unit,
                )
                yield Finding(Level.ERROR, plan.id, None, f"entitlements.{name}", message)


def _around_the_clock(catalog: Catalog) -> Iterator[Finding]:
    """24x7 clocks need people at night. Not the reverse: 24/7 support may count targets on local hours."""
    if "always_on" not in catalog.entitlements:
        return
    for plan in catalog.plans.values():
        if catalog.includes(plan.id, "always_on"):
            continue
        for priority, cell in plan.targets.items():
            if cell.hours.is_always and priority in catalog.priorities:
                why = Text(
                    "{plan}, {priority}: the clocks run 24x7, but {plan} does not include {what}.",
                    "{plan}“{priority}”：时钟按 7×24 小时运行，但{plan}不含“{what}”。",
                )
                message = filled(
                    why,
                    plan=plan_words(plan),
                    priority=name_words(catalog.priorities[priority]),
                    what=catalog.entitlements["always_on"].name,
                )
                yield Finding(Level.WARNING, plan.id, priority, "hours", message)


def _references(catalog: Catalog) -> Iterator[Finding]:
    yield from _named_priorities(catalog)
    for plan in catalog.plans.values():
        for priority, cell in plan.targets.items():
            for reading in cell.provenance.readings if cell.provenance else ():
                if reading not in catalog.readings:
                    why = Text(f"the reading {reading} is not written down.", f"未写明解读 {reading}。")
                    yield Finding(Level.ERROR, plan.id, priority, "provenance.readings", why)
    for rung in catalog.ladder:
        if rung.share not in catalog.warnings:
            why = Text(f"{rung.share} % is not one of the warnings.", f"{rung.share}% 不在预警比例之中。")
            yield Finding(Level.ERROR, None, None, "ladder", why)
    for share in catalog.warnings:
        if not any(rung.share == share and rung.to for rung in catalog.ladder):
            why = Text(f"nobody hears of the warning at {share} %.", f"{share}% 的预警没有接收人。")
            yield Finding(Level.WARNING, None, None, "warnings", why)


def _named_priorities(catalog: Catalog) -> Iterator[Finding]:
    named = [("ladder", priority) for rung in catalog.ladder for priority in rung.priorities]
    for name, entitlement in catalog.entitlements.items():
        if not any(catalog.includes(plan, name) for plan in catalog.plans):
            continue
        if isinstance(entitlement, Deliverable):
            named += [(f"entitlements.{name}.priorities", one) for one in entitlement.priorities]
        if isinstance(entitlement, Role):
            named += [(f"entitlements.{name}.bypassed_by", one) for one in entitlement.bypassed_by]
    for field, priority in named:
        if priority not in catalog.priorities:
            why = Text(f"there is no priority {priority}.", f"没有优先级 {priority}。")
            yield Finding(Level.ERROR, None, None, field, why)


def _texts(catalog: Catalog) -> Iterator[Finding]:
    places: list[tuple[str | None, str, Text]] = []
    for priority in catalog.priorities.values():
        places += [(None, f"priorities.{priority.id}.name", priority.name)]
        places += [(None, f"priorities.{priority.id}.definition", priority.definition)]
    for plan in catalog.plans.values():
        places += [(plan.id, "name", plan.name), (plan.id, "mark", plan.mark)]
    for name, entitlement in catalog.entitlements.items():
        places += [(None, f"entitlements.{name}.name", entitlement.name)]
        if unit := getattr(entitlement, "unit", None):
            places += [(None, f"entitlements.{name}.unit", unit)]
        if isinstance(entitlement, Choice):
            places += [
                (None, f"entitlements.{name}.choices.{mode.id}", mode.name) for mode in entitlement.choices
            ]
    places += [(None, f"readings.{name}", text) for name, text in catalog.readings.items()]
    for owner, field, text in places:
        if not text.en.strip():
            why = Text("the English text is missing.", "缺少英文文本。")
            yield Finding(Level.ERROR, owner, None, f"{field}.en", why)
        if not text.zh.strip():
            why = Text("the Chinese text is missing.", "缺少中文文本。")
            yield Finding(Level.ERROR, owner, None, f"{field}.zh", why)
