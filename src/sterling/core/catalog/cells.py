"""Cells: what one plan promises at one priority, and how a catalog file writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from sterling.core.catalog.hours import SHIPPED, Hours
from sterling.core.durations import format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.core.catalog.fields import Field


@dataclass(frozen=True, slots=True)
class Interval:
    """Never more than `every` between public agent messages, on the cell's hours."""

    every: timedelta


@dataclass(frozen=True, slots=True)
class EachBusinessDay:
    """One public agent message by the close of each business day of the region."""


@dataclass(frozen=True, slots=True)
class OnStatusChange:
    """A status change by our side carries a public message."""


@dataclass(frozen=True, slots=True)
class AsAgreed:
    """No rhythm until one is agreed with the customer on the ticket; then that one, on the cell's hours."""


UpdateRule = Interval | EachBusinessDay | OnStatusChange | AsAgreed


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """The close of the Nth business day after the local date of the start."""

    days: int


ResponseTarget = timedelta | BusinessDays


class Same(Enum):
    """Later replies are promised as the first one is."""

    SAME = "same"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a cell comes from: document, line, and the readings applied (ids in `Catalog.readings`)."""

    document: str
    line: str
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """What one plan promises at one priority. `None` means best effort: no clock.

    `response` is the target of every reply over the life of the ticket, unless `next_response` is another
    one for all after the first. Workaround and resolution are recorded and reported, no clock runs on them.
    `intended`: why the checks shall let this cell pass.
    """

    response: ResponseTarget | None
    update: UpdateRule | None
    hours: Hours
    next_response: ResponseTarget | Same | None = Same.SAME
    workaround: ResponseTarget | None = None
    resolution: ResponseTarget | None = None
    intended: str | None = None
    provenance: Provenance | None = None

    @property
    def later_response(self) -> ResponseTarget | None:
        """The target of every reply after the first."""
        return self.response if isinstance(self.next_response, Same) else self.next_response


_EXTRAS = ("next_response", "workaround", "resolution", "intended", "provenance")


def read_cell(field: Field, calendars: Mapping[str, Hours]) -> Cell:
    members = field.members("response", "update", "hours", optional=_EXTRAS)
    workaround, resolution = members.get("workaround"), members.get("resolution")
    intended, provenance = members.get("intended"), members.get("provenance")
    later = members.get("next_response")
    return Cell(
        response=read_target(members["response"]),
        update=read_update(members["update"]),
        hours=_read_hours(members["hours"], calendars),
        next_response=read_target(later) if later else Same.SAME,
        workaround=read_target(workaround) if workaround else None,
        resolution=read_target(resolution) if resolution else None,
        intended=intended.string() if intended else None,
        provenance=_read_provenance(provenance) if provenance else None,
    )


def _read_hours(field: Field, calendars: Mapping[str, Hours]) -> Hours:
    known = {**SHIPPED, **calendars}
    if not isinstance(field.value, str) or field.value not in known:
        raise field.wanted("one of " + ", ".join(known))
    return known[field.value]


def read_target(field: Field) -> ResponseTarget | None:
    """A duration, `{"business_days": N}` with N of at least 1, or null."""
    if field.value is None:
        return None
    if isinstance(field.value, dict):
        return BusinessDays(field.members("business_days")["business_days"].whole(least=1))
    return field.duration()


def read_update(field: Field) -> UpdateRule | None:
    if field.value is None:
        return None
    members = field.members("rule", optional=("every",))
    match members["rule"].value:
        case "interval":
            return Interval(field.members("rule", "every")["every"].duration())
        case "business_day":
            field.members("rule")
            return EachBusinessDay()
        case "status_change":
            field.members("rule")
            return OnStatusChange()
        case "as_agreed":
            field.members("rule")
            return AsAgreed()
        case _:
            raise members["rule"].wanted("one of interval, business_day, status_change, as_agreed")


def _read_provenance(field: Field) -> Provenance:
    members = field.members("document", "line", optional=("readings",))
    readings = members.get("readings")
    return Provenance(
        members["document"].string(),
        members["line"].string(),
        readings.each(lambda item: item.id()) if readings else (),
    )


def cell_dict(cell: Cell) -> dict[str, Any]:
    """The cell as a catalog file writes it; extras that are not there are left out."""
    written: dict[str, Any] = {
        "response": target_json(cell.response),
        "update": update_json(cell.update),
        "hours": cell.hours.value,
    }
    if not isinstance(cell.next_response, Same):
        written["next_response"] = target_json(cell.next_response)
    if cell.workaround is not None:
        written["workaround"] = target_json(cell.workaround)
    if cell.resolution is not None:
        written["resolution"] = target_json(cell.resolution)
    if cell.intended is not None:
        written["intended"] = cell.intended
    if cell.provenance is not None:
        source = cell.provenance
        written["provenance"] = {
            "document": source.document,
            "line": source.line,
            "readings": list(source.readings),
        }
    return written


def target_json(target: ResponseTarget | None) -> str | dict[Literal["business_days"], int] | None:
    """`"PT1H"`, `{"business_days": 1}` or null."""
    if target is None:
        return None
    if isinstance(target, BusinessDays):
        return {"business_days": target.days}
    return format_duration(target)


def update_json(rule: UpdateRule | None) -> dict[str, str] | None:
    match rule:
        case None:
            return None
        case Interval(every=every):
            return {"rule": "interval", "every": format_duration(every)}
        case EachBusinessDay():
            return {"rule": "business_day"}
        case OnStatusChange():
            return {"rule": "status_change"}
        case AsAgreed():
            return {"rule": "as_agreed"}
