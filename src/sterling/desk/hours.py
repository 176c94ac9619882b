"""Hours as the desk shows them: every customer that has some, one with its statement, what a request would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sterling.accounts import queries as people
from sterling.accounts.access import organizations_for
from sterling.base.errors import Invalid
from sterling.core.hours import NOTHING, is_step, missing
from sterling.plans import queries as plans
from sterling.premium.hours import queries, terms
from sterling.premium.hours.service_plans import SILENCE_DAYS, STEPS, Item
from sterling.premium.hours.settling import settle
from sterling.premium.hours.statement import statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sterling.accounts.access import Viewer
    from sterling.accounts.models import Contact, Organization
    from sterling.core.catalog import Plan
    from sterling.core.hours import Balance
    from sterling.premium.hours.models import Draw, ServicePlan
    from sterling.premium.hours.queries import Standing, Term
    from sterling.premium.hours.statement import TermStatement

HOUR = timedelta(hours=1)
SOON = 90  # days before the lapse: the first notice
EMPTY_ROWS = 3


@dataclass(frozen=True, slots=True)
class Row:
    standing: Standing
    plan: Plan
    days_left: int

    @property
    def lapses_soon(self) -> bool:
        return self.days_left <= SOON and self.standing.balance.left > NOTHING


def rows(viewer: Viewer, at: datetime) -> list[Row]:
    """Every customer whose plan has hours, what lapses first on top. Few queries, whatever the number."""
    found = list(organizations_for(viewer).filter(is_provisional=False))
    for term in queries.unsettled(queries.terms_of({one.pk: one for one in found}, at)):
        settle(organization_id=term.contract.organization_id, at=at)
    drawn = [_row(standing, at) for standing in queries.standings(found, at)]
    return sorted(drawn, key=lambda row: (row.standing.term.ends, row.standing.organization.name))


def _row(standing: Standing, at: datetime) -> Row:
    contract = standing.term.contract
    plan = plans.catalog_of(contract.catalog_version).plans[contract.plan]
    return Row(standing, plan, (standing.term.ends - plans.day_of(contract, at)).days)


@dataclass(frozen=True, slots=True)
class HoursPage:
    organization: Organization
    plan: Plan
    term: Term
    balance: Balance
    days_left: int
    terms: Sequence[TermStatement]
    waiting: Sequence[Draw]
    newest: ServicePlan | None
    agreed: ServicePlan | None
    managers: Sequence[Contact]
    may_be_overdrawn: bool


def hours_page(organization: Organization, at: datetime) -> HoursPage:
    """One customer's hours, brought up to `at`."""
    settled = settle(organization_id=organization.pk, at=at)
    assert settled is not None  # a plan with hours is held by a contract
    term, balance = settled
    contract = term.contract
    return HoursPage(
        organization,
        plans.catalog_of(contract.catalog_version).plans[contract.plan],
        term,
        balance,
        (term.ends - plans.day_of(contract, at)).days,
        statement(organization.pk),
        queries.waiting_draws(organization.pk),
        queries.service_plan(organization.pk),
        queries.agreed_plan(organization.pk),
        list(people.managers(organization.pk)),
        terms.may_be_overdrawn(plans.catalog_of(contract.catalog_version)),
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What asking for hours would do, said before it is done."""

    amount: timedelta
    title: str
    left: timedelta
    short: timedelta
    silence_days: int
    item_left: timedelta | None


def effect(page: HoursPage, amount: timedelta, item: str) -> Effect | None:
    """None where the item is none of the plan's: the action says so."""
    if page.agreed is None:
        return None
    chosen = next((one for one in queries.items_of(page.agreed) if one.key == item), None)
    if chosen is None:
        return None
    line = next((one for one in page.terms[0].items if one.key == item), None) if page.terms else None
    spent = line.used + line.booked if line else NOTHING
    short = missing(page.balance, amount)
    return Effect(
        amount,
        chosen.title,
        max(NOTHING, page.balance.left - amount),
        short,
        page.agreed.silence_days,
        chosen.expected - spent - amount,
    )


def amount_of(written: str, field: str = "hours") -> timedelta:
    """`2.25` or `2,25`. Invalid unless it is a number of quarters."""
    try:
        number = float(written.strip().replace(",", ".") or "0")
    except ValueError:
        number = 0.0
    amount = timedelta(hours=number) if 0 < number <= 10_000 else NOTHING  # noqa: PLR2004 - more is a slip
    if not is_step(amount):
        raise Invalid.field(field, STEPS.en, STEPS.zh)
    return amount


@dataclass(frozen=True, slots=True)
class Typed:
    """One row of the service plan's form."""

    key: str = ""
    title: str = ""
    hours: str = ""


def typed_rows(plan: ServicePlan | None, sent: Mapping[str, str] | None) -> list[Typed]:
    """What stands in the form: what was sent, else the plan; with some empty rows."""
    if sent is not None:
        found = [
            Typed(sent.get(f"key-{n}", ""), sent.get(f"title-{n}", ""), sent.get(f"hours-{n}", ""))
            for n in range(_count(sent))
        ]
        found = [one for one in found if one.key or one.title or one.hours]
    else:
        items = queries.items_of(plan) if plan else []
        found = [Typed(one.key, one.title, f"{one.expected / HOUR:g}") for one in items]
    return [*found, *[Typed()] * EMPTY_ROWS]


def _count(sent: Mapping[str, str]) -> int:
    return sum(1 for name in sent if name.startswith("title-") and name[6:].isdecimal())


def items_typed(sent: Mapping[str, str]) -> list[Item]:
    """The rows that are filled in; one without an id gets the next that is free."""
    found: list[Item] = []
    rows = [one for one in typed_rows(None, sent) if one.key or one.title or one.hours]
    taken = {one.key.strip() for one in rows}
    for place, one in enumerate(rows):
        key = one.key.strip()[:60]
        if not key:
            key = next(f"item-{n}" for n in range(place + 1, 1000) if f"item-{n}" not in taken)
            taken.add(key)
        found.append(Item(key, one.title.strip()[:300], amount_of(one.hours, f"items[{place}].hours")))
    return found


def silence_days(sent: Mapping[str, str]) -> int:
    written = sent.get("silence_days", "").strip() or str(SILENCE_DAYS)
    if not written.isdecimal() or len(written) > 3:  # noqa: PLR2004 - days
        raise Invalid.field("silence_days", "From 1 to 60 days.", "1 至 60 天。")
    return int(written)


def last_day(term: Term) -> date:
    """The last day on which the term's hours can be used."""
    return term.ends - timedelta(days=1)
