"""Naming a customer's engineers. Whether its plan has such is asked by the room of the plans, which calls this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.accounts.models import Primary
from sterling.base import audit
from sterling.base.errors import FieldError, Invalid
from sterling.core.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sterling.accounts.models import Agent, Organization, Region
    from sterling.base.actor import Actor

MOST_BACKUPS = 5


@dataclass(frozen=True, slots=True)
class Named:
    """The engineers for one region: the first is the primary, the others stand in, in this order."""

    region: Region
    agents: Sequence[Agent]


@transaction.atomic
def name_primaries(*, organization: Organization, named: Sequence[Named], at: datetime, by: Actor) -> None:
    """These are the customer's engineers from now on, instead of those before.

    Invalid: a region or an engineer twice, or somebody who has left.
    """
    wrong = [*_twice(named), *(error for place, one in enumerate(named) for error in _faults(one, place))]
    if wrong:
        raise Invalid(*wrong)
    before = _told(list(people.primaries(organization.pk)))
    Primary.objects.filter(organization=organization).delete()
    rows = Primary.objects.bulk_create(
        Primary(organization=organization, region=one.region, agent=agent, place=place, named_at=at)
        for one in named
        for place, agent in enumerate(one.agents)
    )
    audit.record(
        at=at,
        actor=by,
        verb="primaries_named",
        object_kind="organization",
        object_id=organization.pk,
        organization_id=organization.pk,
        data={"from": before, "to": _told(rows)},
    )


def _told(rows: Sequence[Primary]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.region_id, []).append(row.agent_id)
    return found


def _twice(named: Sequence[Named]) -> list[FieldError]:
    seen: set[str] = set()
    wrong = []
    for place, one in enumerate(named):
        if one.region.pk in seen:
            wrong.append(FieldError(f"{place}.region", Text("Each region once.", "每个区域只能出现一次。")))
        seen.add(one.region.pk)
    return wrong


def _faults(one: Named, place: int) -> list[FieldError]:
    wrong = []
    keys = [agent.pk for agent in one.agents]
    for nth, agent in enumerate(one.agents):
        field = f"{place}.backups.{nth - 1}" if nth else f"{place}.agent"
        if not agent.is_active or not agent.user.is_active:
            wrong.append(FieldError(field, Text(f"{agent.name} has left.", f"{agent.name} 已停用。")))
        elif agent.pk in keys[:nth]:
            wrong.append(
                FieldError(field, Text(f"{agent.name} is named already.", f"{agent.name} 已被指定。"))
            )
    if len(keys) > MOST_BACKUPS + 1:
        wrong.append(
            FieldError(
                f"{place}.backups",
                Text(f"At most {MOST_BACKUPS} backups.", f"后备工程师最多 {MOST_BACKUPS} 位。"),
            )
        )
    return wrong
