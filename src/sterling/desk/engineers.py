"""Engineers and their accounts: who is named for which customer, and how many tickets reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts.access import organizations_for
from sterling.accounts.models import Role
from sterling.plans.actions.primaries import Named as Naming
from sterling.premium.engineers import queries
from sterling.tickets import queries as tickets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Agent, Organization, Region
    from sterling.base.errors import FieldError
    from sterling.core.text import Text
    from sterling.premium.engineers.queries import Account, Share

DAYS = 90
PLACES = 3  # the primary and two backups can be chosen on the page; the API takes more


@dataclass(frozen=True, slots=True)
class Line:
    """One engineer: what they know, how much they have open, whose primary they are and for whom they stand in."""

    agent: Agent
    open: int
    on: bool | None
    primary_of: list[str]
    backup_of: list[str]


@dataclass(frozen=True, slots=True)
class Overview:
    accounts: list[Account]
    lines: list[Line]
    assigns: bool
    may_change: bool
    days: int = DAYS


@dataclass(frozen=True, slots=True)
class Choice:
    """A region with its chosen engineers by place; 0 where nobody is chosen."""

    region: Region
    chosen: list[int]


@dataclass(frozen=True, slots=True)
class OrganizationEngineers:
    organization: Organization
    choices: list[Choice]
    agents: list[Agent]
    named: list[queries.Named]
    share: Share
    may_change: bool
    days: int = DAYS


def overview(viewer: Viewer, at: datetime) -> Overview:
    """Nine queries, whatever the number."""
    names = dict(organizations_for(viewer).filter(is_provisional=False).values_list("pk", "name"))
    accounts = queries.accounts(names, at - timedelta(days=DAYS), at)
    duty = people.duty(at)
    loads = tickets.open_by_engineer()
    lines = [
        Line(
            agent,
            loads.get(agent.pk, 0),
            True if agent.pk in duty.on else False if agent.pk in duty.off else None,
            _of(accounts, agent.pk, primary=True),
            _of(accounts, agent.pk, primary=False),
        )
        for agent in people.agents().filter(is_active=True, user__is_active=True).order_by("user__name", "pk")
    ]
    return Overview(accounts, lines, tickets.routing_rules().assigns, may_change(viewer))


def _of(accounts: list[Account], agent: int, *, primary: bool) -> list[str]:
    return [
        account.name
        for account in accounts
        if any(
            one.primary.pk == agent if primary else agent in [other.pk for other in one.backups]
            for one in account.named
        )
    ]


def of_organization(
    viewer: Viewer, organization: Organization, at: datetime, typed: Mapping[str, str] | None = None
) -> OrganizationEngineers:
    """The page of one customer; `typed`: what stood in a form that was refused."""
    named = queries.named(organization.pk)
    kept = {one.region.pk: [one.primary.pk, *(agent.pk for agent in one.backups)] for one in named}
    choices = []
    for region in people.regions():
        chosen = kept.get(region.pk, [])
        if typed is not None:
            chosen = [_number(typed.get(field(region.pk, place), "")) for place in range(PLACES)]
        wide = max(PLACES, len(chosen))
        choices.append(Choice(region, [*chosen, *[0] * (wide - len(chosen))]))
    agents = people.agents().filter(is_active=True, user__is_active=True).order_by("user__name", "pk")
    return OrganizationEngineers(
        organization,
        choices,
        list(agents),
        named,
        queries.share(organization.pk, at - timedelta(days=DAYS), at),
        may_change(viewer),
    )


def field(region: str, place: int) -> str:
    return f"{region}-{place}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - a row's key


def typed_primaries(form: Mapping[str, str]) -> list[Naming]:
    """What the form says, empty places left out: the first that is chosen is the primary."""
    agents = {agent.pk: agent for agent in people.agents()}
    found = []
    for region in people.regions():
        keys = [_number(form.get(field(region.pk, place), "")) for place in range(20)]
        chosen = [agents[key] for key in keys if key in agents]
        if chosen:
            found.append(Naming(region, chosen))
    return found


def refused_at(errors: Iterable[FieldError], form: Mapping[str, str]) -> dict[str, list[Text]]:
    """What is said at each field of the form. `typed_primaries` leaves empty places out, so they are counted here."""
    agents = {agent.pk for agent in people.agents()}
    places = [[field(region.pk, place) for place in range(20)] for region in people.regions()]
    filled = [[at for at in row if _number(form.get(at, "")) in agents] for row in places]
    named = [row for row in filled if row]
    found: dict[str, list[Text]] = {}
    for error in errors:
        match error.field.split("."):
            case [place, "agent"]:
                at = named[int(place)][0]
            case [place, "backups", nth]:
                at = named[int(place)][int(nth) + 1]
            case _:
                continue
        found.setdefault(at, []).append(error.text)
    return found


def may_change(viewer: Viewer) -> bool:
    return viewer.agent is not None and viewer.agent.role != Role.AGENT
