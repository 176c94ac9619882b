"""The active staff as routing needs them: read whole when something about them has changed, else one small query.

Every process keeps the newest roster. `mark` says which one that is: any change of an engineer, a shift or an absence
gives another.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sterling.accounts.models import Absence, Agent, Role, Shift
from sterling.accounts.queries import shift_of
from sterling.base.asked import Question
from sterling.core import shifts
from sterling.core.shifts import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

AHEAD = timedelta(days=15)
"""So far it is looked when somebody comes on."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the active staff. `absences` in order; `agent` is read by many and changed by nobody."""

    id: int
    name: str
    role: str
    tier: int
    region: str | None
    skills: frozenset[str]
    languages: frozenset[str]
    capacity: int | None
    shifts: tuple[shifts.Shift, ...]
    absences: tuple[Span, ...]
    agent: Agent

    @property
    def takes(self) -> bool:
        """Leads and administrators get only what names them."""
        return self.role == Role.AGENT

    def back(self, at: datetime) -> datetime | None:
        """Away at `at`: when that ends. Absences that touch are one."""
        until = at
        for starts, ends in self.absences:
            if starts <= until < ends:
                until = ends
        return until if until > at else None


@dataclass(slots=True)
class Roster:
    mark: str
    members: dict[int, Member]
    _on: dict[datetime, frozenset[int]] = field(default_factory=dict)
    _spans: dict[tuple[int, datetime], list[Span]] = field(default_factory=dict)

    def on(self, at: datetime) -> frozenset[int]:
        """Who is on shift in this minute, absences set aside: shifts begin and end at whole minutes."""
        minute = at.replace(second=0, microsecond=0)
        found = self._on.get(minute)
        if found is None:
            found = frozenset(
                one.id for one in self.members.values() if any(shift.is_on(minute) for shift in one.shifts)
            )
            self._on = {minute: found}
        return found

    def next_on(self, member: Member, at: datetime) -> datetime | None:
        """When their next shift begins, after any absence; None where none does within two weeks."""
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        spans = self._spans.get((member.id, day))
        if spans is None:
            spans = shifts.spans(member.shifts, member.absences, day, day + AHEAD)
            self._spans[member.id, day] = spans
        place = bisect_right([start for start, _ in spans], at)
        return spans[place][0] if place < len(spans) else None


STATE = Question("""
    SELECT concat_ws('/', count(*), sum(agent.id * agent.version), sum(hashtext(concat_ws('|', agent.id, person.name,
           person.email, person.timezone, person.is_active, agent.is_active, agent.role, agent.tier,
           region.timezone))::bigint),
           (SELECT coalesce(max(id), 0) FROM accounts_shift), (SELECT count(*) FROM accounts_shift),
           (SELECT coalesce(max(id), 0) FROM accounts_absence), (SELECT count(*) FROM accounts_absence))
      FROM accounts_agent AS agent
      JOIN accounts_user AS person ON person.id = agent.user_id
      LEFT JOIN accounts_region AS region ON region.id = agent.region_id
""")
_newest = Roster("", {})


def roster() -> Roster:
    """The staff as they are now. One query where nothing has changed, else four."""
    global _newest  # noqa: PLW0603 - the one roster that this process keeps
    mark = STATE.asked()
    kept = _newest
    if kept.mark != mark:
        kept = _newest = Roster(mark, _members())
    return kept


def _members() -> dict[int, Member]:
    works: dict[int, list[shifts.Shift]] = {}
    for row in Shift.objects.select_related("agent__user", "agent__region").order_by("pk"):
        works.setdefault(row.agent_id, []).append(shift_of(row))
    away: dict[int, list[Span]] = {}
    for agent, starts, ends in Absence.objects.order_by("starts").values_list("agent_id", "starts", "ends"):
        away.setdefault(agent, []).append((starts, ends))
    active = Agent.objects.filter(is_active=True, user__is_active=True).select_related("user").order_by("pk")
    return {one.pk: _member(one, works.get(one.pk, ()), away.get(one.pk, ())) for one in active}


def _member(agent: Agent, works: Sequence[shifts.Shift], away: Sequence[Span]) -> Member:
    return Member(
        agent.pk,
        agent.name,
        agent.role,
        agent.tier,
        agent.region_id,
        frozenset(agent.skills),
        frozenset(agent.languages),
        agent.capacity,
        tuple(works),
        tuple(away),
        agent,
    )
