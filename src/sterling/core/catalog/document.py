"""The catalog file: a document in, a Catalog out, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sterling.core.catalog.cells import cell_dict, read_cell
from sterling.core.catalog.data import shared_terms
from sterling.core.catalog.entitlements import Cadence
from sterling.core.catalog.fields import Field, Number
from sterling.core.catalog.hours import calendar_dict, read_calendars
from sterling.core.catalog.model import Catalog, Channel, Credit, Plan, Pricing, Priority, Recipient, Rung
from sterling.core.catalog.terms import entitlement_dict, read_entitlement, read_value, value_json
from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.core.catalog.entitlements import Entitlement
    from sterling.core.catalog.hours import Hours

_CURRENCY = re.compile(r"[A-Z]{3}")
_WHOLE_PRICE = 100
_SHARED = ("entitlements", "warnings", "ladder", "pricing")
_OPTIONAL = ("version", "readings", "starts", "ends", "calendars", *_SHARED)


def read_catalog(document: dict[str, Any]) -> Catalog:
    top = Field(document)
    members = top.members("priorities", "plans", optional=_OPTIONAL)
    shared = shared_terms()
    for name in _SHARED:
        members.setdefault(name, top.at(name, shared[name]))
    priorities = _read_priorities(members["priorities"])
    entitlements = {
        name: read_entitlement(field)
        for name, field in Field(shared["entitlements"], "entitlements").entries()
    } | {name: read_entitlement(field) for name, field in members["entitlements"].entries()}
    calendars = read_calendars(members["calendars"]) if "calendars" in members else {}
    plans = {
        name: _read_plan(name, field, priorities, entitlements, calendars)
        for name, field in members["plans"].entries()
    }
    if not plans:
        raise members["plans"].refuse("there is no plan")
    # A database may hand back the members of an object in any order.
    plans = dict(sorted(plans.items(), key=lambda item: item[1].rank))
    starts, ends = (members.get(name) for name in ("starts", "ends"))
    catalog = Catalog(
        version=members["version"].whole(least=1) if "version" in members else 1,
        priorities=priorities,
        plans=plans,
        entitlements=entitlements,
        warnings=_read_warnings(members["warnings"]),
        ladder=_read_ladder(members["ladder"]),
        pricing=_read_pricing(members["pricing"]),
        readings={name: field.text() for name, field in members["readings"].entries()}
        if "readings" in members
        else {},
        calendars=calendars,
        starts=starts.day() if starts and starts.value is not None else None,
        ends=ends.day() if ends and ends.value is not None else None,
    )
    if catalog.starts and catalog.ends and catalog.ends <= catalog.starts:
        raise members["ends"].refuse("must be after starts")
    return catalog


def _read_priorities(field: Field) -> dict[str, Priority]:
    priorities: dict[str, Priority] = {}
    for item in field.items():
        members = item.members("id", "rank", "name", optional=("definition", "alias"))
        name = members["id"].id()
        if name in priorities:
            raise members["id"].refuse(f"{name!r} is there twice")
        if any(members["rank"].value == other.rank for other in priorities.values()):
            raise members["rank"].refuse("another priority has this rank")
        priorities[name] = Priority(
            id=name,
            rank=members["rank"].whole(),
            alias=members["alias"].string() if "alias" in members else "",
            name=members["name"].text(),
            definition=members["definition"].text() if "definition" in members else Text("", ""),
        )
    if not priorities:
        raise field.refuse("there is no priority")
    return priorities


def _read_plan(
    name: str,
    field: Field,
    priorities: dict[str, Priority],
    entitlements: dict[str, Entitlement],
    calendars: dict[str, Hours],
) -> Plan:
    members = field.members(
        "name",
        "rank",
        "targets",
        optional=("mark", "entitlements", "price", "channels", "intended", "credits"),
    )
    targets = {}
    for priority, cell in members["targets"].entries():
        if priority not in priorities:
            raise cell.refuse(f"there is no such priority (priorities: {', '.join(priorities)})")
        targets[priority] = read_cell(cell, calendars)
    values = {key: entitlement.nothing for key, entitlement in entitlements.items()}
    for key, value in members["entitlements"].entries() if "entitlements" in members else ():
        if key not in entitlements:
            raise value.refuse(f"there is no such entitlement (entitlements: {', '.join(entitlements)})")
        values[key] = read_value(value, entitlements[key])
    intended = {}
    for key, reason in members["intended"].entries() if "intended" in members else ():
        if key not in entitlements:
            raise reason.refuse("there is no such entitlement")
        intended[key] = reason.string()
    channels = members.get("channels")
    return Plan(
        id=name,
        name=members["name"].text(),
        mark=members["mark"].text() if "mark" in members else Text("", ""),
        rank=members["rank"].whole(),
        targets={priority: targets[priority] for priority in priorities if priority in targets},
        entitlements=values,
        price=_read_price(members["price"]) if "price" in members else {},
        channels=channels.each(lambda item: item.choice(Channel)) if channels else tuple(Channel),
        intended=intended,
        credits=tuple(map(_read_credit, members["credits"].items())) if "credits" in members else (),
    )


def _read_credit(field: Field) -> Credit:
    members = field.members("misses", "per", "percent", optional=("claim_days",))
    percent = members["percent"].number()
    if not 0 < percent <= _WHOLE_PRICE:
        raise members["percent"].wanted("more than 0 and at most 100")
    return Credit(
        members["misses"].whole(),
        members["per"].choice(Cadence),
        percent,
        members["claim_days"].whole(least=1) if "claim_days" in members else None,
    )


def _read_price(field: Field) -> dict[str, dict[str, Number]]:
    price = {}
    for currency, segments in field.entries():
        if not _CURRENCY.fullmatch(currency):
            raise segments.refuse("a currency is three capital letters like USD")
        price[currency] = {segment: amount.number() for segment, amount in segments.entries()}
    return price


def _read_warnings(field: Field) -> tuple[int, ...]:
    shares = field.each(lambda item: item.whole(least=1))
    if list(shares) != sorted(shares):
        raise field.refuse("must ascend")
    return shares


def _read_ladder(field: Field) -> tuple[Rung, ...]:
    rungs = []
    for item in field.items():
        members = item.members("share", "to", optional=("priorities", "up_a_tier"))
        rungs.append(
            Rung(
                members["share"].whole(least=1),
                members["to"].each(lambda one: one.choice(Recipient)),
                members["priorities"].each(lambda one: one.id()) if "priorities" in members else (),
                "up_a_tier" in members and members["up_a_tier"].flag(),
            )
        )
    return tuple(rungs)


def _read_pricing(field: Field) -> Pricing:
    members = field.members("term_months", "tax_included", "proof_for")
    return Pricing(
        members["term_months"].whole(least=1),
        members["tax_included"].flag(),
        members["proof_for"].each(lambda item: item.id()),
    )


def catalog_dict(catalog: Catalog) -> dict[str, Any]:
    written: dict[str, Any] = {"version": catalog.version}
    if catalog.starts:
        written["starts"] = catalog.starts.isoformat()
    if catalog.ends:
        written["ends"] = catalog.ends.isoformat()
    if catalog.calendars:
        written["calendars"] = {name: calendar_dict(hours) for name, hours in catalog.calendars.items()}
    return written | {
        "priorities": [_priority_dict(priority) for priority in catalog.priorities.values()],
        "plans": {name: _plan_dict(plan) for name, plan in catalog.plans.items()},
        "entitlements": {name: entitlement_dict(it) for name, it in catalog.entitlements.items()},
        "warnings": list(catalog.warnings),
        "ladder": [_rung_dict(rung) for rung in catalog.ladder],
        "pricing": {
            "term_months": catalog.pricing.term_months,
            "tax_included": catalog.pricing.tax_included,
            "proof_for": list(catalog.pricing.proof_for),
        },
        "readings": {name: text.as_dict() for name, text in catalog.readings.items()},
    }


def _priority_dict(priority: Priority) -> dict[str, Any]:
    return (
        {"id": priority.id, "rank": priority.rank}
        | ({"alias": priority.alias} if priority.alias else {})
        | {"name": priority.name.as_dict(), "definition": priority.definition.as_dict()}
    )


def _plan_dict(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name.as_dict(),
        "mark": plan.mark.as_dict(),
        "rank": plan.rank,
        "targets": {priority: cell_dict(cell) for priority, cell in plan.targets.items()},
        "entitlements": {name: value_json(value) for name, value in plan.entitlements.items()},
        "channels": [channel.value for channel in plan.channels],
        "price": {currency: dict(segments) for currency, segments in plan.price.items()},
    } | _extras(plan)


def _extras(plan: Plan) -> dict[str, Any]:
    extras: dict[str, Any] = {"intended": dict(plan.intended)} if plan.intended else {}
    if plan.credits:
        extras["credits"] = [_credit_dict(credit) for credit in plan.credits]
    return extras


def _credit_dict(credit: Credit) -> dict[str, Any]:
    written = {"misses": credit.misses, "per": credit.per.value, "percent": credit.percent}
    return written | ({"claim_days": credit.claim_days} if credit.claim_days else {})


def _rung_dict(rung: Rung) -> dict[str, Any]:
    return (
        {"share": rung.share, "to": [recipient.value for recipient in rung.to]}
        | ({"priorities": list(rung.priorities)} if rung.priorities else {})
        | ({"up_a_tier": True} if rung.up_a_tier else {})
    )
