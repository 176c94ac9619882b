"""Lists in pages: by the last row's key, so that a page never skips or repeats what stayed in place."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from pydantic import BaseModel, Field

from sterling.base.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

MOST = 200
_LARGEST = 2**63 - 1


class Window(BaseModel):
    """Which part of a list: at most `limit` (200) items, those after the cursor `after`."""

    limit: int = Field(50, ge=1, description="How many items, at most 200.")
    after: str | None = Field(None, max_length=1000, description="`next` of the page before.")


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by; the last field tells rows apart. Whole numbers and `times`, never null."""

    name: str
    fields: tuple[str, ...]
    times: frozenset[str] = frozenset()
    descending: bool = False


BY_ID = Order("id", ("id",))


def page(
    rows: QuerySet[Any], window: Window, shape: Callable[[Any], Any], order: Order = BY_ID
) -> dict[str, Any]:
    """`{"items": [...], "next": cursor or None}` in one query. Invalid when the cursor is none of ours."""
    limit = min(window.limit, MOST)
    mark = "-" if order.descending else ""
    found = rows.order_by(*(mark + field for field in order.fields))
    if window.after is not None:
        found = found.filter(_beyond(order, _read(window.after, order)))
    taken = list(found[: limit + 1])
    more = len(taken) > limit
    taken = taken[:limit]
    return {"items": [shape(row) for row in taken], "next": _write(taken[-1], order) if more else None}


def whole(items: list[Any]) -> dict[str, Any]:
    """A list that is always short, in one page."""
    return {"items": items, "next": None}


def _beyond(order: Order, values: list[Any]) -> Q:
    verb = "lt" if order.descending else "gt"
    # Said twice for the database, which walks an index from a plain bound but not from alternatives.
    bound = Q(**{f"{order.fields[0]}__{verb}e": values[0]})
    beyond, same = Q(), Q()
    for field, value in zip(order.fields, values, strict=True):
        beyond |= same & Q(**{f"{field}__{verb}": value})
        same &= Q(**{field: value})
    return bound & beyond


def _write(row: Model, order: Order) -> str:
    values = []
    for field in order.fields:
        value: Any = row
        for name in field.split("__"):
            value = getattr(value, name)
        values.append({"at": value.isoformat()} if isinstance(value, datetime) else value)
    text = json.dumps([order.name, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> list[Any]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        name, *values = json.loads(text)
        read = [_value(value) for value in values]
    except (binascii.Error, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        raise _foreign() from None
    kinds = [isinstance(value, datetime) for value in read]
    if name != order.name or kinds != [field in order.times for field in order.fields]:
        raise _foreign()
    return read


def _value(value: Any) -> int | datetime:
    if isinstance(value, dict):
        at = datetime.fromisoformat(value["at"])
        if at.tzinfo is None:
            raise ValueError(value)
        return at.astimezone(UTC)
    if not isinstance(value, int) or isinstance(value, bool) or not -_LARGEST <= value <= _LARGEST:
        raise ValueError(value)
    return value


def _foreign() -> Invalid:
    return Invalid.field(
        "after",
        "This is not a cursor of this list; take `next` of the page before.",
        "这不是该列表的游标，请使用上一页的 `next`。",
    )
