"""The staff as facts for routing: who is on shift now, how much each has open, who got one when.

The core decides. A batch of work shares one of these, and counts in it what it gives away itself.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sterling.accounts.roster import Roster, roster
from sterling.base import bound
from sterling.base.foreseen import steady
from sterling.core.routing import Case, Code, Decision, Engineer, route

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from sterling.accounts.roster import Member

MOST_COUNTED = 300  # open tickets of one engineer; more say no more
_LOADS = """
    SELECT agent.id,
           (SELECT count(*) FROM (SELECT FROM tickets_ticket AS ticket
                                   WHERE ticket.assignee_id = agent.id AND ticket.status IN ('open', 'pending', 'on_hold')
                                   LIMIT %s) AS mine),
           (SELECT max(at) FROM tickets_routingdecision AS decision WHERE decision.agent_id = agent.id),
           (SELECT assigns FROM tickets_routingrules)
      FROM unnest(%s::bigint[]) AS agent (id)
"""


@dataclass(slots=True)
class Staffing:
    """`assigns`: routing gives tickets away, and does not only suggest somebody."""

    roster: Roster
    assigns: bool = True
    _loads: dict[int, int] = field(default_factory=dict)
    _lately: dict[int, datetime | None] = field(default_factory=dict)

    def decide(self, case: Case, zone: tzinfo) -> tuple[Decision, str]:
        """The decision, and a digest of what it rests on."""
        members, on = self.roster.members, self.roster.on(case.at)
        meant = {*case.named, case.holder or 0} & members.keys()
        there = {key for key in on if members[key].takes and members[key].tier >= case.tier}
        self._ask(meant | there)
        facts = [self._engineer(one, one.id in meant, on, case.at) for one in members.values()]
        decision = route(case, facts, zone)
        if decision.reason.code is Code.NO_SHIFTS:
            facts = [self._engineer(one, _fits(one, case), on, case.at) for one in members.values()]
            decision = route(case, facts, zone)
        return decision, _digest(case, [one for one in facts if one.id in meant | there])

    def gave(self, agent: int, at: datetime) -> None:
        self._loads[agent] = self._loads.get(agent, 0) + 1
        self._lately[agent] = at

    def _ask(self, keys: Iterable[int]) -> None:
        unknown = sorted(set(keys) - self._loads.keys())
        if not unknown:
            return
        with bound.cursor() as cursor:
            cursor.execute(_LOADS, [MOST_COUNTED, unknown])
            for key, load, lately, assigns in cursor.fetchall():
                self._loads[key], self._lately[key], self.assigns = load, lately, assigns is not False

    def _engineer(self, one: Member, is_asked: bool, on: frozenset[int], at: datetime) -> Engineer:
        """`is_asked`: when they come on matters, which takes longer to find."""
        back = one.back(at)
        there = (one.id in on) if one.shifts else None
        return Engineer(
            one.id,
            one.name,
            one.tier,
            one.region,
            one.skills,
            one.languages,
            there,
            self.roster.next_on(one, at) if is_asked and there is False else None,
            back,
            one.takes,
            self._loads.get(one.id, 0),
            one.capacity,
            self._lately.get(one.id),
        )


def staffing() -> Staffing:
    """As of now; within a batch the one that it shares."""
    return steady("staffing", 0, lambda: Staffing(roster()))


def _fits(one: Member, case: Case) -> bool:
    return one.takes and one.tier >= case.tier


def _digest(case: Case, facts: Iterable[Engineer]) -> str:
    """The same for the same facts, in every process."""
    whole = [_plain(case), *(_plain(one) for one in sorted(facts, key=lambda one: one.id))]
    return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()


def _plain(facts: Case | Engineer) -> list[Any]:
    values = [getattr(facts, name) for name in facts.__slots__]
    return [sorted(value) if isinstance(value, frozenset) else value for value in values]
