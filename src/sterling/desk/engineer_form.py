"""An engineer's tier, region, languages, skills and capacity as a lead types them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts.actions.people import faults
from sterling.base.errors import FieldError, Invalid, by_field
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sterling.accounts.models import Agent, Region

ENGINEERS = "engineers"
LONGEST = 2000
_APART = re.compile(r"[,，、;；\n]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was typed, read; `wrong` is empty. A region of None stays as it is."""

    tier: int
    region: Region | None
    languages: list[str]
    skills: list[str]
    capacity: int | None


@dataclass(slots=True)
class EngineerForm:
    """What was typed, as it was typed, and what is wrong. `back`: which page asked."""

    tier: str = ""
    region: str = ""
    languages: str = ""
    skills: str = ""
    capacity: str = ""
    back: str = ""
    errors: list[FieldError] = field(default_factory=list)

    @classmethod
    def of(cls, agent: Agent, back: str) -> EngineerForm:
        return cls(
            str(agent.tier),
            agent.region_id or "",
            ", ".join(agent.languages),
            ", ".join(agent.skills),
            "" if agent.capacity is None else str(agent.capacity),
            back if back == ENGINEERS else "",
        )

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> EngineerForm:
        names = ("tier", "region", "languages", "skills", "capacity", "back")
        tier, region, languages, skills, capacity, back = (form.get(name, "").strip() for name in names)
        return cls(tier, region, languages[:LONGEST], skills[:LONGEST], capacity[:LONGEST], back)

    @property
    def wrong(self) -> dict[str, list[Text]]:
        return by_field(self.errors)

    def facts(self) -> Facts:
        """Invalid: names every field at fault, at once."""
        wrong = []
        region = next((one for one in people.regions() if one.pk == self.region), None)
        if self.region and region is None:
            wrong.append(FieldError("region", Text("Choose one of the regions.", "请选择一个区域。")))
        # A number that no column holds is out of range like any other: the action says so.
        capacity = int(self.capacity[:9]) if _digits(self.capacity) else None
        if self.capacity and capacity is None:
            wrong.append(
                FieldError(
                    "capacity", Text("A whole number, or nothing for no limit.", "请填写整数，留空表示不限。")
                )
            )
        tier = int(self.tier[:9]) if _digits(self.tier) else 0
        found = Facts(tier, region, _listed(self.languages), _listed(self.skills), capacity)
        wrong += faults(found.tier, found.languages, found.skills, found.capacity)
        if wrong:
            raise Invalid(*wrong)
        return found


def _digits(typed: str) -> bool:
    return typed.isascii() and typed.isdigit()


def _listed(typed: str) -> list[str]:
    return [one.strip() for one in _APART.split(typed) if one.strip()]
