"""What differs between two catalogs, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sterling.core.catalog.model import Catalog


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One place, with its JSON before and after (None also where there was or is nothing: see `kind`)."""

    path: str
    before: Any
    after: Any
    kind: Kind = Kind.CHANGED


def diff(before: Catalog, after: Catalog) -> list[Change]:
    """Every place where the two differ, in the order of the file. A target or an update rule is one place.

    The number of the version is no difference, nor is the order of priorities.
    """
    return list(_between("", _content(before), _content(after)))


def _content(catalog: Catalog) -> dict[str, Any]:
    document = catalog.to_dict()
    del document["version"]
    return document | {"priorities": {item["id"]: item for item in document["priorities"]}}


def _between(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if not (_opens(before) and _opens(after)):
        yield Change(path, before, after)
        return
    for name in [*before, *(name for name in after if name not in before)]:
        place = f"{path}.{name}" if path else name
        if name not in after:
            yield Change(place, before[name], None, Kind.REMOVED)
        elif name not in before:
            yield Change(place, None, after[name], Kind.ADDED)
        else:
            yield from _between(place, before[name], after[name])


def _opens(value: Any) -> bool:
    """Whether a change is told per member: not for the little objects that are one value."""
    return isinstance(value, dict) and not value.keys() & {"rule", "business_days", "steps"}
