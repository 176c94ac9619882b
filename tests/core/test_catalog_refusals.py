"""A document that cannot be read is refused with the path of the field and what is wrong with it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.catalog import Catalog
from tests.core import catalogs

GONE = object()


def edit(doc: dict[str, Any], path: str, value: Any) -> None:
    """Puts `value` (or nothing: GONE) at a path like `priorities[0].name`."""
    *steps, last = [int(step) if step.isdigit() else step for step in re.split(r"[.\[\]]+", path.strip("]"))]
    place: Any = doc
    for step in steps:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value


CELL = "plans.gold.targets.urgent"
TERMS = "entitlements"
GOLD = "plans.gold"
WHOLE, ONE_OF, UNKNOWN = "must be a whole number of at least", "must be one of", "is not known here"


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("plans", GONE, ": is missing"),
        ("priorities", GONE, ": is missing"),
        ("plan", {}, f": {UNKNOWN}"),
        ("version", 0, f": {WHOLE} 1, not 0"),
        ("version", True, f": {WHOLE} 1, not True"),
        ("version", 1.0, f": {WHOLE} 1, not 1.0"),
        ("plans", [], ": must be an object, not []"),
        ("plans", {}, ": there is no plan"),
        ("priorities", {}, ": must be a list, not {}"),
        ("priorities", [], ": there is no priority"),
        ("priorities[1].id", "urgent", ": 'urgent' is there twice"),
        ("priorities[1].rank", 4, ": another priority has this rank"),
        ("priorities[0].rank", "4", f": {WHOLE} 0, not '4'"),
        ("priorities[0].id", "1st", ": must be an id"),
        ("priorities[0].name", "Urgent", ": must be an object, not 'Urgent'"),
        ("priorities[0].name", {"en": 1, "zh": ""}, ".en: must be a text, not 1"),
        ("priorities[0].name", {"de": "Dringend"}, f".de: {UNKNOWN}"),
        (f"{GOLD}.rank", GONE, ": is missing"),
        (f"{GOLD}.tragets", {}, f": {UNKNOWN}"),
        (f"{GOLD}.targets.p9", {}, ": there is no such priority (priorities: urgent, high, medium, low)"),
        ("plans.é", {}, ": must be named by a letter"),
        (f"{CELL}.hours", GONE, ": is missing"),
        (f"{CELL}.response", 60, ": must be an ISO 8601 duration like PT4H, not 60"),
        (f"{CELL}.response", "1 h", ": '1 h' is not a duration"),
        (f"{CELL}.response", "P1D", ": 'P1D' counts days or longer"),
        (f"{CELL}.response", "PT0S", ": must be longer than nothing"),
        (f"{CELL}.response", {"business_days": 0}, f".business_days: {WHOLE} 1"),
        (f"{CELL}.response", {"days": 1}, ".business_days: is missing"),
        (f"{CELL}.response", {"business_days": 1, "days": 1}, f".days: {UNKNOWN}"),
        (f"{CELL}.update", "PT4H", ": must be an object, not 'PT4H'"),
        (f"{CELL}.update", {"rule": "hourly"}, f".rule: {ONE_OF} interval, business_day, status_change"),
        (f"{CELL}.update", {"rule": ["interval"]}, f".rule: {ONE_OF}"),
        (f"{CELL}.update", {"rule": "interval"}, ".every: is missing"),
        (f"{CELL}.update", {"rule": "interval", "every": None}, ".every: must be an ISO 8601 duration"),
        (f"{CELL}.update", {"rule": "interval", "every": "PT0H"}, ".every: must be longer than nothing"),
        (f"{CELL}.update", {"rule": "business_day", "every": "PT4H"}, f".every: {UNKNOWN}"),
        (f"{CELL}.update", {"rule": "status_change", "every": "PT4H"}, f".every: {UNKNOWN}"),
        (f"{CELL}.hours", "24x7", f": {ONE_OF} always, local, not '24x7'"),
        (f"{CELL}.hours", ["always"], f": {ONE_OF} always, local"),
        (f"{CELL}.intended", "", ": must be a text that is not empty"),
        (f"{CELL}.intended", True, ": must be a text that is not empty"),
        (f"{CELL}.provenance", {"document": "d"}, ".line: is missing"),
        (f"{CELL}.provenance.readings", ["D1", "D1"], "[1]: is there twice"),
        (f"{GOLD}.entitlements.tier3", 1, ": must be true or false, not 1"),
        (f"{GOLD}.entitlements.tier9", True, ": there is no such entitlement"),
        (f"{GOLD}.entitlements.phone", "fast", f": {ONE_OF} none, scheduled"),
        (f"{GOLD}.entitlements.premium_contacts", -1, f": {WHOLE} 0, not -1"),
        (f"{GOLD}.entitlements.ps_hours", float("nan"), ": must be a number of at least 0"),
        (f"{GOLD}.entitlements.ps_hours", False, ": must be a number, not False"),
        (f"{GOLD}.intended", {"tier9": "x"}, ".tier9: there is no such entitlement"),
        (f"{GOLD}.price", {"usd": {}}, ".usd: a currency is three capital letters like USD"),
        (f"{GOLD}.price.USD.education", -1, ": must be a number of at least 0"),
        (f"{GOLD}.channels", ["fax"], f"[0]: {ONE_OF} chat, portal, email, phone"),
        (f"{GOLD}.channels", ["chat", "chat"], "[1]: is there twice"),
        (
            f"{GOLD}.credits",
            [{"misses": 1, "per": "quarter", "percent": 101}],
            "[0].percent: must be more than 0",
        ),
        (f"{GOLD}.credits", [{"misses": 1, "per": "day", "percent": 5}], f"[0].per: {ONE_OF} week"),
        ("warnings", [75, 50], ": must ascend"),
        ("warnings", [50, 50], "[1]: is there twice"),
        ("ladder[0].to", ["boss"], f"[0]: {ONE_OF} assignee"),
        ("ladder[0].up_a_tier", "yes", ": must be true or false, not 'yes'"),
        ("pricing.term_months", 0, f": {WHOLE} 1"),
        ("starts", "2027-02-30", ": must be a date of the calendar"),
        ("starts", "1 Jan 2027", ": must be a date like 2026-01-31"),
        (f"{TERMS}.tier3.kind", "toggle", f": {ONE_OF} deliverable, role"),
        (f"{TERMS}.tier3", "flag", ": must be an object, not 'flag'"),
        (f"{TERMS}.rca.due.final", None, ": must be a duration or business days"),
        (f"{TERMS}.rca.cadence", "daily", f": {ONE_OF} week, month"),
        (f"{TERMS}.phone.choices", [], ": must name at least one choice"),
        (f"{TERMS}.phone.included_from", "fast", f": {ONE_OF} none"),
        (f"{TERMS}.ps_hours.rounding", "15", ": '15' is not a duration"),
        (f"{TERMS}.premium_contacts.others", "queue", f": {ONE_OF} lowest_plan, refuse"),
    ],
)
def test_a_fault_is_named_by_its_path(path: str, value: Any, why: str):
    doc = catalogs.document()
    edit(doc, path, value)
    with pytest.raises(ValueError, match=re.escape(path + why)) as refusal:
        Catalog.from_dict(doc)
    assert str(refusal.value).startswith(path)
    assert "\n" not in str(refusal.value)


def test_a_catalog_ends_after_it_starts():
    doc = catalogs.document() | {"starts": "2027-01-01", "ends": "2027-01-01"}
    with pytest.raises(ValueError, match="ends: must be after starts"):
        Catalog.from_dict(doc)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([], "steps: must end with a step without up_to"),
        ([{"up_to": 3, "limit": 1}], "steps: must end with a step without up_to"),
        ([{"limit": 1}, {"up_to": 3, "limit": 2}], "steps[1]: comes after the step without an end"),
        ([{"up_to": 3, "limit": 1}, {"up_to": 3, "limit": 2}, {"limit": 3}], "steps[1].up_to: must be more"),
    ],
)
def test_a_cap_by_size_has_rising_steps_and_an_open_end(steps: list[dict[str, int]], why: str):
    doc = catalogs.document()
    doc["plans"]["gold"]["entitlements"]["premium_contacts"] = {"per": "sites", "steps": steps}
    with pytest.raises(ValueError, match=re.escape(f"plans.gold.entitlements.premium_contacts.{why}")):
        Catalog.from_dict(doc)


@pytest.mark.parametrize("doc", [None, [], "catalog", 1, True])
def test_what_is_no_object_is_no_catalog(doc: Any):
    with pytest.raises(ValueError, match=r"^catalog: must be an object"):
        Catalog.from_dict(doc)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("PT1H"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: str = "") -> dict[str, tuple[Any, str | int]]:
    """Every place within `value` as a refusal names it, with what holds it and under which key."""
    inner: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found: dict[str, tuple[Any, str | int]] = {}
    for key, item in inner:
        name = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}".lstrip(".")
        found |= {name: (value, key)} | places(item, name)
    return found


@given(st.data())
def test_any_value_in_any_place_is_read_or_refused_by_a_path(data: st.DataObject):
    doc = catalogs.document()
    there = places(doc)
    holder, key = there[data.draw(st.sampled_from(sorted(there)))]
    holder[key] = data.draw(JSON)
    refusal = ""
    try:
        catalog = Catalog.from_dict(doc)
        assert Catalog.from_dict(catalog.to_dict()) == catalog
    except ValueError as error:
        refusal = str(error)
    # It may name another place than the one that was changed: the targets of a priority that has another id now.
    # What should be there and is not is named as a member of what is.
    shape = r"(\.[a-z_]+)?: "
    assert not refusal or any(re.match(re.escape(name) + shape, refusal) for name in places(doc))
