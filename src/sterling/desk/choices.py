"""What the queue can be narrowed to, as the filter's menus say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.core.text import Text
from sterling.desk.narrowing import CHANNELS, FIELDS, ME, NOBODY
from sterling.plans import queries as plans

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """One menu: the address' field, its name, values with their words."""

    field: str
    name: Text
    values: list[tuple[str, Text]]


def choices(at: datetime) -> list[Choice]:
    """The menus in the order of FIELDS. Three queries."""
    catalog = plans.catalog_of(plans.version_in_force(at))
    levels = sorted(catalog.priorities.values(), key=lambda level: -level.rank)
    named = sorted(catalog.plans.values(), key=lambda plan: -plan.rank)
    engineers = [(str(one.pk), Text(one.name, one.name)) for one in people.agents().filter(is_active=True)]
    values = {
        "priority": [(level.id, level.name) for level in levels],
        "plan": [(plan.id, plan.name) for plan in named],
        "region": [(region.pk, region.name) for region in people.regions()],
        "assignee": [(ME, Text("me", "我")), (NOBODY, Text("nobody", "未分配")), *engineers],
        "channel": list(CHANNELS.items()),
    }
    return [Choice(field, name, values[field]) for field, name in FIELDS.items()]
