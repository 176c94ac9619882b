"""Hours that lapse soon: noted 90, 30 and 7 days before, once each; and what the room above mails about hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sterling.accounts import queries as people
from sterling.core.hours import NOTHING
from sterling.plans import queries as plans
from sterling.premium.hours import queries, terms
from sterling.premium.hours.models import Draw, DrawState, HoursNotice, ServicePlan
from sterling.premium.hours.settling import settle

if TYPE_CHECKING:
    from datetime import datetime

    from sterling.accounts.models import Organization


def look_after(*, at: datetime) -> int:
    """Settle every ledger that waits for it, and note what lapses soon; how many notices.

    Found among rows, so a worker that was away for a day, or died, does it once all the same.
    """
    customers = {one.pk: one for one in people.customers()}
    current = queries.terms_of(customers, at)
    begun = {term.contract.organization_id for term in queries.unsettled(current)}
    running = {(term.contract.pk, term.begins) for term in current}
    ended = {
        organization_id
        for organization_id, contract, begins in queries.unspent()
        if (contract, begins) not in running
    }
    for organization_id in sorted(begun | ended):
        settle(organization_id=organization_id, at=at)
    return _raise(customers, at)


def _raise(customers: dict[int, Organization], at: datetime) -> int:
    """On the catalog's days before the end. Of several that have come at once, the nearest is told."""
    made = 0
    for standing in queries.standings(customers.values(), at):
        term = standing.term
        quantity = terms.of(plans.catalog_of(term.contract.catalog_version))
        if quantity is None or quantity.rollover or standing.balance.left <= NOTHING:
            continue
        left = (term.ends - plans.day_of(term.contract, at)).days
        come = [days for days in quantity.notice_days if 0 <= left <= days]
        if come:
            made += _noted(standing, min(come), at)
    return made


@transaction.atomic
def _noted(standing: queries.Standing, days: int, at: datetime) -> int:
    """One row, once: the organization's row orders two workers."""
    people.locked_organization(standing.organization.pk)
    term = standing.term
    _, made = HoursNotice.objects.get_or_create(
        contract=term.contract,
        term_begins=term.begins,
        days=days,
        defaults={
            "organization": standing.organization,
            "term_ends": term.ends,
            "left": standing.balance.left,
            "at": at,
        },
    )
    return int(made)


def to_mail(most: int) -> list[HoursNotice]:
    """Raised, and mailed to nobody yet; held until the transaction ends."""
    waiting = HoursNotice.objects.filter(mailed_at__isnull=True).order_by("pk")
    related = waiting.select_related("organization__region")
    return list(related.select_for_update(skip_locked=True, of=("self",))[:most])


def note_mailed(found: list[HoursNotice], at: datetime) -> None:
    HoursNotice.objects.filter(pk__in=[one.pk for one in found]).update(mailed_at=at)


def draws_to_mail(most: int) -> list[Draw]:
    """Asked for, and the customer was not told; held until the transaction ends."""
    waiting = Draw.objects.filter(mailed_at__isnull=True, state=DrawState.ASKED).order_by("pk")
    related = waiting.select_related("organization__region")
    return list(related.select_for_update(skip_locked=True, of=("self",))[:most])


def note_draws_mailed(found: list[Draw], at: datetime) -> None:
    Draw.objects.filter(pk__in=[one.pk for one in found]).update(mailed_at=at)


def plans_to_mail(most: int) -> list[ServicePlan]:
    """Offered, not agreed to, and the customer was not told; held until the transaction ends."""
    waiting = ServicePlan.objects.filter(
        mailed_at__isnull=True, offered_at__isnull=False, agreed_at__isnull=True
    ).order_by("pk")
    related = waiting.select_related("organization__region")
    return list(related.select_for_update(skip_locked=True, of=("self",))[:most])


def note_plans_mailed(found: list[ServicePlan], at: datetime) -> None:
    ServicePlan.objects.filter(pk__in=[one.pk for one in found]).update(mailed_at=at)
