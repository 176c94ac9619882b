"""Engineers, and when they work."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sterling.accounts import access, queries
from sterling.accounts.actions import people
from sterling.accounts.actions.shifts import Away, Regular, set_absences, set_shifts
from sterling.accounts.models import Agent, Role
from sterling.api.etags import require_match, tag
from sterling.api.lookups import known_region
from sterling.api.paging import Window, page
from sterling.api.request import ApiRequest
from sterling.api.shapes import Address, In, Instant, Line, Out, Page, Ref, Short, at
from sterling.base.errors import NotYours

if TYPE_CHECKING:
    from sterling.accounts.access import Viewer

router = Router(tags=["Engineers"])

Languages = Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=20)]
Skills = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=30)]
DAY = "The first date that counts, in the engineer's zone; none: since ever."


class ShiftIn(In):
    """Regular hours: a calendar document (weekly, holidays, exceptions) without its zone."""

    hours: dict[str, Any] = Field(
        description='Such as {"weekly": {"mon": [["22:00", "06:00"]]}}, in the engineer\'s zone.'
    )
    starts: date | None = Field(None, description=DAY)
    ends: date | None = Field(None, description="Exclusive; none: for good.")


class AbsenceIn(In):
    starts: Short = Field(description="A date in the engineer's zone, or an instant.")
    ends: Short = Field(description="The same, exclusive.")
    reason: Annotated[str, Field(max_length=200)] = ""


Shifts = Annotated[list[ShiftIn], Field(max_length=20)]
Absences = Annotated[list[AbsenceIn], Field(max_length=200)]


class AgentIn(In):
    name: Line
    email: Address
    region: Ref | None = None
    tier: int = 1
    role: Short = "agent"
    languages: Languages = Field(default_factory=list)
    skills: Skills = Field(default_factory=list, description="What routing looks for, such as `sso`.")
    capacity: int | None = Field(None, description="So many open tickets are enough; null: no limit.")
    timezone: Short = Field("", description="Such as Europe/Berlin; empty: the region's.")
    shifts: Shifts = Field(default_factory=list)
    absences: Absences = Field(default_factory=list)


class AgentChanges(In):
    """What is left out stays as it is. `shifts` and `absences` replace the whole list."""

    region: Ref | None = None
    tier: int | None = None
    languages: Languages | None = None
    skills: Skills | None = None
    capacity: int | None = Field(None, ge=1, description="null: no limit.")
    timezone: Short | None = None
    shifts: Shifts | None = None
    absences: Absences | None = None


class ShiftOut(Out):
    hours: dict[str, Any]
    starts: date | None
    ends: date | None


class AbsenceOut(Out):
    starts: Instant
    ends: Instant
    reason: str


class AgentOut(Out):
    id: str
    name: str
    email: str
    region: str | None
    tier: int
    role: str
    languages: list[str]
    skills: list[str]
    capacity: int | None
    timezone: str = Field(description="Of their shifts: their own, else the region's.")
    shifts: list[ShiftOut]
    absences: list[AbsenceOut]
    is_active: bool


def agent_out(agent: Agent) -> dict[str, Any]:
    return {
        "id": str(agent.pk),
        "name": agent.name,
        "email": agent.user.email,
        "region": agent.region_id,
        "tier": agent.tier,
        "role": agent.role,
        "languages": agent.languages,
        "skills": agent.skills,
        "capacity": agent.capacity,
        "timezone": agent.zone,
        "shifts": [
            {"hours": row.hours, "starts": row.starts, "ends": row.ends} for row in agent.shifts.all()
        ],
        "absences": [
            {"starts": at(row.starts), "ends": at(row.ends), "reason": row.reason}
            for row in agent.absences.all()
        ],
        "is_active": agent.is_active,
    }


@router.get("/agents", response=Page[AgentOut])
def list_agents(
    request: ApiRequest,
    window: Query[Window],
    on_duty: Annotated[bool, Query(description="Only who is on duty now.")] = False,
) -> dict[str, Any]:
    """The engineers with their shifts and absences; `on_duty=true`: who is on duty now. For staff."""
    access.staff(request.viewer)
    found = queries.agents().prefetch_related("shifts", "absences")
    if on_duty:
        found = found.filter(pk__in=queries.duty(request.at).on)
    return page(found, window, agent_out)


@router.post("/agents", response={201: AgentOut})
def add_agent(request: ApiRequest, body: AgentIn) -> dict[str, Any]:
    """A new engineer. Takes a lead; a new administrator takes an administrator."""
    access.with_role(request.viewer, Role.ADMIN if body.role == Role.ADMIN else Role.LEAD)
    agent = people.create_agent(
        name=body.name,
        email=body.email,
        role=body.role,
        region=known_region(body.region) if body.region else None,
        tier=body.tier,
        languages=body.languages,
        skills=body.skills,
        capacity=body.capacity,
        at=request.at,
        by=request.viewer.actor,
    )
    if body.timezone:
        agent = people.change_agent(
            agent=agent, timezone=body.timezone, at=request.at, by=request.viewer.actor
        )
    return agent_out(_rota(request, agent, body.shifts or None, body.absences or None))


@router.patch("/agents/{agent_id}", response=AgentOut)
def edit_agent(
    request: ApiRequest, response: HttpResponse, agent_id: str, body: AgentChanges
) -> dict[str, Any]:
    """Another region, tier, zone or other languages; other shifts or absences. Takes a lead."""
    agent = _agent_to_change(request.viewer, agent_id)
    require_match(request, agent.version)
    facts = body.model_dump(
        exclude_unset=True, include={"tier", "languages", "skills", "capacity", "timezone"}
    )
    if body.region:
        facts["region"] = known_region(body.region)
    if facts:
        agent = people.change_agent(agent=agent, at=request.at, by=request.viewer.actor, **facts)
    agent = _rota(request, agent, body.shifts, body.absences)
    tag(response, agent.version)
    return agent_out(agent)


def _agent_to_change(viewer: Viewer, agent_id: str) -> Agent:
    access.with_role(viewer, Role.LEAD)
    found = queries.locked_agent(access.row_id(agent_id))
    if found is None:
        raise NotYours
    return found


def _rota(
    request: ApiRequest, agent: Agent, shifts: list[ShiftIn] | None, absences: list[AbsenceIn] | None
) -> Agent:
    by = request.viewer.actor
    if shifts is not None:
        regular = [Regular(one.hours, one.starts, one.ends) for one in shifts]
        agent = set_shifts(agent=agent, regular=regular, at=request.at, by=by)
    if absences is not None:
        away = [Away(one.starts, one.ends, one.reason) for one in absences]
        agent = set_absences(agent=agent, away=away, at=request.at, by=by)
    return agent
