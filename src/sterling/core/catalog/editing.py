"""Changing a catalog's document place by place, from what people type. The document itself is never touched."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sterling.core.catalog.entitlements import UNLIMITED, Cap, Choice, Quantity
from sterling.core.catalog.typed import Unreadable, typed_rule, typed_target
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sterling.core.catalog.entitlements import Entitlement
    from sterling.core.catalog.model import Catalog

_TARGETS = ("response", "next_response", "workaround", "resolution")
_OPTIONAL = ("next_response", "workaround", "resolution", "intended")
_YES, _NO = frozenset({"on", "yes", "true", "1"}), frozenset({"", "off", "no", "false", "0"})
NUMBER = Text("Write a number of at least 0.", "请填写不小于 0 的数字。")


def edited(
    document: dict[str, Any], catalog: Catalog, typed: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Text]]:
    """The document with each path of `typed` set, and what could not be read, by path.

    Paths are those of findings (`plans.gold.targets.high.response`); an optional field typed empty is left
    out. `catalog` is what the document says so far: it knows of what kind each entitlement is.
    """
    changed, unreadable = deepcopy(document), {}
    for path, text in typed.items():
        try:
            _put(changed, path.split("."), text, catalog)
        except Unreadable as error:
            unreadable[path] = error.text
        except LookupError:
            unreadable[path] = Text("There is no such place in this catalog.", "目录中没有这一项。")
    return changed, unreadable


def _put(document: dict[str, Any], path: list[str], text: str, catalog: Catalog) -> None:
    match path:
        case ["plans", plan, "targets", priority, field] if priority in catalog.priorities:
            cell = document["plans"][plan]["targets"].setdefault(priority, {})
            if field in _OPTIONAL and not text.strip():
                cell.pop(field, None)
            else:
                cell[field] = _cell_value(field, text)
        case ["plans", plan, "entitlements", name]:
            entitlement = catalog.entitlements[name]
            document["plans"][plan].setdefault("entitlements", {})[name] = _granted(entitlement, text)
        case ["plans", plan, "price", currency, segment]:
            prices = document["plans"][plan].setdefault("price", {}).setdefault(currency, {})
            if text.strip():
                prices[segment] = _number(text)
            else:
                prices.pop(segment, None)
        case ["plans", plan, ("name" | "mark") as field, ("en" | "zh") as language]:
            document["plans"][plan].setdefault(field, {})[language] = text.strip()
        case ["priorities", priority, ("name" | "definition") as field, ("en" | "zh") as language]:
            one = next(one for one in document["priorities"] if one["id"] == priority)
            one.setdefault(field, {})[language] = text.strip()
        case _:
            raise LookupError(".".join(path))


def _cell_value(field: str, text: str) -> Any:
    readers: dict[str, Callable[[str], Any]] = dict.fromkeys(_TARGETS, typed_target)
    readers |= {"update": typed_rule, "hours": str.strip, "intended": str.strip}
    return readers[field](text)


def _granted(entitlement: Entitlement, text: str) -> Any:
    said = text.strip()
    if isinstance(entitlement, Choice):
        known = [mode.id for mode in entitlement.choices]
        if said not in known:
            raise Unreadable(Text(f"One of {', '.join(known)}.", f"可选：{'、'.join(known)}。"))
        return said
    if isinstance(entitlement, Cap | Quantity):
        if said.lower() in {UNLIMITED, "不限"}:
            return UNLIMITED
        number = _number(said or "0")
        if isinstance(entitlement, Cap) and not isinstance(number, int):
            raise Unreadable(Text("Write a whole number.", "请填写整数。"))
        return number
    if said.lower() in _YES:
        return True
    if said.lower() in _NO:
        return False
    raise Unreadable(Text("Yes or no.", "请选择有或无。"))


def _number(text: str) -> int | float:
    said = text.strip().replace(",", "").replace("，", "")
    try:
        number = float(said)
    except ValueError:
        raise Unreadable(NUMBER) from None
    if not 0 <= number < 1e12:  # noqa: PLR2004 - no price or amount is that large
        raise Unreadable(NUMBER)
    return int(number) if number.is_integer() else number
