"""What checks find, and how they name it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sterling.core.text import Text

if TYPE_CHECKING:
    from sterling.core.catalog.model import Plan, Priority


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `plan` and `priority` name the cell, where there is one; `field` is the place within it.

    An error keeps the catalog from being loaded.
    """

    level: Level
    plan: str | None
    priority: str | None
    field: str
    message: Text

    @property
    def path(self) -> str:
        """Where in the file: `plans.gold.targets.urgent.response`."""
        if self.plan is None:
            return self.field
        place = f"plans.{self.plan}"
        return f"{place}.targets.{self.priority}.{self.field}" if self.priority else f"{place}.{self.field}"


def name_words(thing: Plan | Priority) -> Text:
    return Text(thing.name.en or thing.id, thing.name.zh or thing.id)


def plan_words(plan: Plan) -> Text:
    return Text(name_words(plan).en, f"{name_words(plan).zh}计划")


def filled(pattern: Text, **parts: Text) -> Text:
    """The pattern with each part in its own language."""
    return Text(
        pattern.en.format(**{name: part.en for name, part in parts.items()}),
        pattern.zh.format(**{name: part.zh for name, part in parts.items()}),
    )
