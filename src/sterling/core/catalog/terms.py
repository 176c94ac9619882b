"""How a catalog file writes entitlements: the terms of each, and the value a plan gives it."""

from __future__ import annotations

from typing import Any

from sterling.core.catalog.cells import read_target, target_json
from sterling.core.catalog.entitlements import (
    UNLIMITED,
    BySize,
    Cadence,
    Cap,
    Choice,
    Deliverable,
    Entitlement,
    Flag,
    Mode,
    Others,
    Overdraft,
    Quantity,
    Role,
    Step,
    Value,
)
from sterling.core.catalog.fields import Field
from sterling.core.durations import format_duration

_ENTITLEMENTS = ("deliverable", "role", "cap", "quantity", "choice", "flag")


def read_entitlement(field: Field) -> Entitlement:
    if not isinstance(field.value, dict):
        raise field.wanted("an object")
    kind = Field(field.value.get("kind"), f"{field.path}.kind")
    match kind.value:
        case "flag":
            return Flag(field.members("kind", "name")["name"].text())
        case "deliverable":
            return _read_deliverable(field)
        case "role":
            return _read_role(field)
        case "cap":
            return _read_cap(field)
        case "quantity":
            return _read_quantity(field)
        case "choice":
            return _read_choice(field)
        case _:
            raise kind.wanted("one of " + ", ".join(_ENTITLEMENTS))


def _ids(field: Field | None) -> tuple[str, ...]:
    return field.each(lambda item: item.id()) if field else ()


def _cadence(field: Field | None) -> Cadence | None:
    return field.choice(Cadence) if field and field.value is not None else None


def _read_deliverable(field: Field) -> Deliverable:
    members = field.members("kind", "name", optional=("cadence", "on_demand", "priorities", "due"))
    due = {}
    for stage, after in members["due"].entries() if "due" in members else ():
        target = read_target(after)
        if target is None:
            raise after.wanted("a duration or business days")
        due[stage] = target
    return Deliverable(
        members["name"].text(),
        cadence=_cadence(members.get("cadence")),
        on_demand="on_demand" in members and members["on_demand"].flag(),
        priorities=_ids(members.get("priorities")),
        due=due,
    )


def _read_role(field: Field) -> Role:
    members = field.members("kind", "name", optional=("per_region", "backups", "cadence", "bypassed_by"))
    return Role(
        members["name"].text(),
        per_region="per_region" in members and members["per_region"].flag(),
        backups="backups" in members and members["backups"].flag(),
        cadence=_cadence(members.get("cadence")),
        bypassed_by=_ids(members.get("bypassed_by")),
    )


def _read_cap(field: Field) -> Cap:
    members = field.members("kind", "name", "unit", optional=("others", "minimum"))
    return Cap(
        members["name"].text(),
        members["unit"].text(),
        others=members["others"].choice(Others) if "others" in members else Others.LOWEST_PLAN,
        minimum=members["minimum"].whole() if "minimum" in members else 0,
    )


def _read_quantity(field: Field) -> Quantity:
    members = field.members(
        "kind",
        "name",
        "unit",
        "term_months",
        optional=("rollover", "rounding", "overdraft", "notice_days", "agreement_first"),
    )
    rounding = members.get("rounding")
    return Quantity(
        members["name"].text(),
        members["unit"].text(),
        members["term_months"].whole(least=1),
        rollover="rollover" in members and members["rollover"].flag(),
        rounding=rounding.duration() if rounding and rounding.value is not None else None,
        overdraft=members["overdraft"].choice(Overdraft) if "overdraft" in members else Overdraft.NEVER,
        notice_days=members["notice_days"].each(lambda item: item.whole(least=1))
        if "notice_days" in members
        else (),
        agreement_first="agreement_first" in members and members["agreement_first"].flag(),
    )


def _read_choice(field: Field) -> Choice:
    members = field.members("kind", "name", "choices", "included_from")
    modes = members["choices"].each(_read_mode)
    ids = [mode.id for mode in modes]
    if not ids or len(set(ids)) < len(ids):
        raise members["choices"].refuse("must name at least one choice, and none twice")
    if members["included_from"].value not in ids:
        raise members["included_from"].wanted("one of " + ", ".join(ids))
    return Choice(members["name"].text(), modes, members["included_from"].id())


def _read_mode(field: Field) -> Mode:
    members = field.members("id", "name")
    return Mode(members["id"].id(), members["name"].text())


def read_value(field: Field, entitlement: Entitlement) -> Value:
    """What one plan gives of `entitlement`."""
    match entitlement:
        case Choice(choices=modes):
            if field.value not in [mode.id for mode in modes]:
                raise field.wanted("one of " + ", ".join(mode.id for mode in modes))
            return field.id()
        case Cap():
            if isinstance(field.value, dict):
                return _read_by_size(field)
            return UNLIMITED if field.value == UNLIMITED else field.whole()
        case Quantity():
            return UNLIMITED if field.value == UNLIMITED else field.number()
        case _:
            return field.flag()


def _read_by_size(field: Field) -> BySize:
    members = field.members("per", "steps")
    steps: list[Step] = []
    for item in members["steps"].items():
        step = item.members("limit", optional=("up_to",))
        up_to = step["up_to"].whole(least=1) if "up_to" in step else None
        if steps and (last := steps[-1].up_to) is not None and up_to is not None and up_to <= last:
            raise step["up_to"].refuse("must be more than the step before")
        if steps and steps[-1].up_to is None:
            raise item.refuse("comes after the step without an end")
        steps.append(Step(up_to, step["limit"].whole()))
    if not steps or steps[-1].up_to is not None:
        raise members["steps"].refuse("must end with a step without up_to")
    return BySize(members["per"].id(), tuple(steps))


def entitlement_dict(entitlement: Entitlement) -> dict[str, Any]:
    """The terms as a catalog file writes them, spelled out in full."""
    written: dict[str, Any] = {"kind": entitlement.kind, "name": entitlement.name.as_dict()}
    match entitlement:
        case Deliverable() as it:
            written |= {
                "cadence": it.cadence and it.cadence.value,
                "on_demand": it.on_demand,
                "priorities": list(it.priorities),
                "due": {stage: target_json(after) for stage, after in it.due.items()},
            }
        case Role() as it:
            written |= {
                "per_region": it.per_region,
                "backups": it.backups,
                "cadence": it.cadence and it.cadence.value,
                "bypassed_by": list(it.bypassed_by),
            }
        case Cap() as it:
            written |= {"unit": it.unit.as_dict(), "others": it.others.value, "minimum": it.minimum}
        case Quantity() as it:
            written |= {
                "unit": it.unit.as_dict(),
                "term_months": it.term_months,
                "rollover": it.rollover,
                "rounding": it.rounding and format_duration(it.rounding),
                "overdraft": it.overdraft.value,
                "notice_days": list(it.notice_days),
                "agreement_first": it.agreement_first,
            }
        case Choice() as it:
            written |= {
                "choices": [{"id": mode.id, "name": mode.name.as_dict()} for mode in it.choices],
                "included_from": it.included_from,
            }
        case Flag():
            pass
    return written


def value_json(value: Value) -> bool | float | str | dict[str, Any]:
    if isinstance(value, BySize):
        steps = [
            {"limit": step.limit} if step.up_to is None else {"up_to": step.up_to, "limit": step.limit}
            for step in value.steps
        ]
        return {"per": value.per, "steps": steps}
    return value
