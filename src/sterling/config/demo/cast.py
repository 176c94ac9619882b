"""The demo's people: a vendor's engineers, eight customers on four plans in three regions, two strangers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.accounts import queries
from sterling.accounts.actions import customers, people
from sterling.accounts.actions.shifts import Regular, set_shifts
from sterling.base.actor import SYSTEM, Actor, ActorKind
from sterling.tickets.actions import plans

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Agent, Contact, Organization, Region

VENDOR = "sterling.example"
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
# Who works when, on their own clocks: together around the clock, but for some hours of each Sunday.
SHIFTS: dict[str, dict[str, list[list[str]]]] = {
    "carol": {key: [["08:00", "17:00"]] for key in WORKDAYS},
    "luisa": {key: [["08:00", "17:00"]] for key in WORKDAYS},
    "dave": {key: [["15:00", "24:00"]] for key in WORKDAYS},
    "marcus": {"wed": [["09:00", "17:00"]], "sat": [["12:00", "24:00"]], "sun": [["12:00", "24:00"]]},
    "jonas": {key: [["08:00", "17:00"]] for key in WORKDAYS},
    "amelie": {key: [["07:30", "16:30"]] for key in WORKDAYS},
    "niamh": {"thu": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]], "sat": [["10:00", "20:00"]]},
    "yue": {key: [["09:00", "18:00"]] for key in WORKDAYS},
    "hao": {**{key: [["07:00", "16:00"]] for key in WORKDAYS}, "sun": [["15:00", "23:00"]]},
    "jing": {"thu": [["11:00", "20:00"]], "sat": [["07:00", "19:00"]], "sun": [["07:00", "15:00"]]},
}
# name, address before the @, role, region, tier, languages; the first of a region's is its lead's deputy
STAFF = (
    ("Carol Mensah", "carol.mensah", "admin", "americas", 3, ("en",)),
    ("Luisa Serrano", "luisa.serrano", "lead", "americas", 3, ("en",)),
    ("Dave Okafor", "dave.okafor", "agent", "americas", 3, ("en",)),
    ("Marcus Bell", "marcus.bell", "agent", "americas", 1, ("en",)),
    ("Jonas Weber", "jonas.weber", "lead", "europe", 3, ("en",)),
    ("Amelie Laurent", "amelie.laurent", "agent", "europe", 3, ("en",)),
    ("Niamh Doyle", "niamh.doyle", "agent", "europe", 1, ("en",)),
    ("孙悦", "sun.yue", "lead", "china", 3, ("zh", "en")),
    ("林浩", "lin.hao", "agent", "china", 3, ("zh", "en")),
    ("何静", "he.jing", "agent", "china", 2, ("zh", "en")),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """`people`: name and address before the @; the first `premium` of them are named contacts."""

    id: str
    name: str
    plan: str | None
    region: str
    domain: str
    people: tuple[tuple[str, str], ...]
    premium: int
    language: str = "en"
    segment: str = "commercial"
    elsewhere: dict[int, str] = field(default_factory=dict)  # the designated region of some contacts


CUSTOMERS = (
    Customer(
        "meridian",
        "Meridian Clinics",
        "platinum",
        "americas",
        "meridianclinics.example",
        (
            ("Elena Vargas", "elena.vargas"),
            ("Tom Ashby", "tom.ashby"),
            ("Priya Raman", "priya.raman"),
            ("Owen Fitch", "owen.fitch"),
        ),
        3,
    ),
    Customer(
        "bluewater",
        "Bluewater Rail",
        "platinum",
        "europe",
        "bluewaterrail.example",
        (
            ("Sofia Marin", "sofia.marin"),
            ("Anders Holm", "anders.holm"),
            ("Mei Tanaka", "mei.tanaka"),
            ("Klara Winter", "klara.winter"),
        ),
        3,
        elsewhere={2: "china"},
    ),
    Customer(
        "tessera",
        "Tessera Savings",
        "gold",
        "europe",
        "tesserasavings.example",
        (
            ("Lena Vogt", "lena.vogt"),
            ("Julien Caron", "julien.caron"),
            ("Piotr Zielinski", "piotr.zielinski"),
        ),
        2,
    ),
    Customer(
        "muguang",
        "沐光医疗",
        "gold",
        "china",
        "muguang.example",
        (("王晨", "wang.chen"), ("赵敏仪", "zhao.minyi"), ("刘思远", "liu.siyuan")),
        2,
        language="zh",
    ),
    Customer(
        "pinelake",
        "Pinelake Schools",
        "silver",
        "americas",
        "pinelakeschools.example",
        (("Ruth Adler", "ruth.adler"), ("Ben Castillo", "ben.castillo"), ("Joy Nakamura", "joy.nakamura")),
        2,
        segment="education",
    ),
    Customer(
        "yunqiao",
        "云桥物流",
        "silver",
        "china",
        "yunqiao.example",
        (("陈立", "chen.li"), ("周婷", "zhou.ting"), ("吴凯", "wu.kai")),
        2,
        language="zh",
    ),
    Customer(
        "halden",
        "Halden Freight",
        None,
        "americas",
        "haldenfreight.example",
        (("Bob Reyes", "bob.reyes"), ("Wanda Kim", "wanda.kim")),
        0,
    ),
    Customer(
        "calder",
        "Calder Mill",
        "standard",
        "europe",
        "caldermill.example",
        (("Grace Obi", "grace.obi"), ("Stefan Kraus", "stefan.kraus")),
        0,
    ),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone, by the ids used in the stories. An agent's id is the first name in the address."""

    agents: dict[str, Agent]
    contacts: dict[str, list[Contact]]

    def engineers(self, region: str, tier: int) -> list[Agent]:
        """Who may work a ticket of this region and entry tier."""
        here = [agent for agent in self.agents.values() if agent.region_id == region]
        skilled = [agent for agent in here if agent.tier >= tier]
        return skilled or here or list(self.agents.values())


def actor_of(who: Agent | Contact) -> Actor:
    """Whoever does it, as events and audit name them."""
    from sterling.accounts.models import Agent

    return Actor(ActorKind.AGENT if isinstance(who, Agent) else ActorKind.CONTACT, who.pk, str(who))


def assemble(at: datetime) -> Cast:
    """Make all of them, as of `at`."""
    agents = {address.split(".")[-1 if "zh" in spoken else 0]: _agent(name, address, role, region, tier, spoken, at)
              for name, address, role, region, tier, spoken in STAFF}  # fmt: skip
    administrator = actor_of(next(iter(agents.values())))
    contacts = {row.id: _customer(row, at, administrator) for row in CUSTOMERS}
    return Cast(agents, contacts)


def stranger(email: str, name: str, language: str, at: datetime) -> Contact:
    """Somebody who simply wrote: unconfirmed where a customer lists the domain, else unknown."""
    return customers.sender(email=email, name=name, language=language, at=at)


def _agent(
    name: str, address: str, role: str, region: str, tier: int, languages: tuple[str, ...], at: datetime
) -> Agent:
    agent = people.create_agent(
        name=name,
        email=f"{address}@{VENDOR}",
        role=role,
        region=_region(region),
        tier=tier,
        languages=languages,
        at=at,
        by=SYSTEM,
    )
    people.set_language(user=agent.user, language=languages[0])
    name_of = address.split(".")[-1 if "zh" in languages else 0]
    return set_shifts(agent=agent, regular=[Regular({"weekly": SHIFTS[name_of]})], at=at, by=SYSTEM)


def _customer(row: Customer, at: datetime, by: Actor) -> list[Contact]:
    region = _region(row.region)
    organization = customers.create_organization(
        name=row.name,
        region=region,
        segment=row.segment,
        language=row.language,
        domains=[row.domain],
        at=at,
        by=by,
    )
    if row.plan:
        starts = (at - timedelta(days=90)).date()
        ends = starts.replace(year=starts.year + 1, day=1)
        plans.sign_contract(
            organization=organization, plan=row.plan, starts=starts.replace(day=1), ends=ends, at=at, by=by
        )
    return [_contact(organization, row, place, at, by) for place in range(len(row.people))]


def _contact(organization: Organization, row: Customer, place: int, at: datetime, by: Actor) -> Contact:
    name, address = row.people[place]
    contact = customers.create_contact(
        organization=organization,
        name=name,
        email=f"{address}@{row.domain}",
        region=_region(row.elsewhere[place]) if place in row.elsewhere else None,
        language=row.language,
        at=at,
        by=by,
    )
    if place >= row.premium:
        return contact
    verified = plans.verify_contact(contact=contact, at=at, by=by, how="by phone")
    verified.organization = organization
    return verified


def _region(region_id: str) -> Region:
    region = queries.region(region_id)
    assert region is not None, "the installation's regions are missing"
    return region
